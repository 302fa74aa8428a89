//! Records as rows: one builder a wanted column.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BinaryBuilder, Int32Builder, Int64Builder, ListBuilder, StringBuilder,
    StructBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType as ArrowType, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::offsets::TopicPartition;
use super::queue::Message;
use super::schema::RecordColumn;
use crate::error::{Result, SparkError};

enum Column {
    Key(BinaryBuilder),
    Value(BinaryBuilder),
    Topic(StringBuilder),
    Partition(Int32Builder),
    Offset(Int64Builder),
    Timestamp(TimestampMicrosecondBuilder),
    TimestampType(Int32Builder),
    Headers(Box<ListBuilder<StructBuilder>>),
}

/// After a batch of so many rows the next is expected to be like it.
const LARGE: usize = 4096;

/// Rows of the wanted columns.
pub struct RecordRows {
    /// Of the wanted columns.
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

impl RecordRows {
    /// `wanted` are positions in the schema of a record.
    pub fn new(full: &SchemaRef, wanted: &[usize]) -> Result<Self> {
        let schema = full.project(wanted).map_err(SparkError::internal)?;
        let columns = wanted
            .iter()
            .zip(schema.fields())
            .map(|(at, field)| {
                let column = RecordColumn::ALL.get(*at).copied();
                let column = column.ok_or_else(|| SparkError::internal("no such column"))?;
                builder(column, field.data_type())
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            schema: Arc::new(schema),
            columns,
            rows: 0,
            bytes: 0,
        })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn push(&mut self, at: &TopicPartition, record: &Message) -> Result<()> {
        for column in &mut self.columns {
            match column {
                Column::Key(column) => {
                    let key = record.key();
                    self.bytes += key.map_or(0, <[u8]>::len);
                    column.append_option(key);
                }
                Column::Value(column) => {
                    let value = record.value();
                    self.bytes += value.map_or(0, <[u8]>::len);
                    column.append_option(value);
                }
                Column::Topic(column) => column.append_value(&at.topic),
                Column::Partition(column) => column.append_value(at.partition),
                Column::Offset(column) => column.append_value(record.offset()),
                Column::Timestamp(column) => column.append_value(micros(at, record)?),
                Column::TimestampType(column) => column.append_value(record.timestamp().1),
                Column::Headers(column) => push_headers(column, record)?,
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// The rows so far; there are none afterwards.
    pub fn take(&mut self) -> Result<RecordBatch> {
        let arrays = self.columns.iter_mut().map(finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        (self.rows, self.bytes) = (0, 0);
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(SparkError::internal)
    }
}

fn builder(column: RecordColumn, arrow: &ArrowType) -> Result<Column> {
    Ok(match column {
        RecordColumn::Key => Column::Key(BinaryBuilder::new()),
        RecordColumn::Value => Column::Value(BinaryBuilder::new()),
        RecordColumn::Topic => Column::Topic(StringBuilder::new()),
        RecordColumn::Partition => Column::Partition(Int32Builder::new()),
        RecordColumn::Offset => Column::Offset(Int64Builder::new()),
        RecordColumn::Timestamp => {
            Column::Timestamp(TimestampMicrosecondBuilder::new().with_data_type(arrow.clone()))
        }
        RecordColumn::TimestampType => Column::TimestampType(Int32Builder::new()),
        RecordColumn::Headers => {
            let ArrowType::List(element) = arrow else {
                return Err(SparkError::internal("headers are no list"));
            };
            let ArrowType::Struct(fields) = element.data_type() else {
                return Err(SparkError::internal("headers are no structs"));
            };
            let pairs = StructBuilder::from_fields(fields.clone(), 0);
            let list = ListBuilder::new(pairs).with_field(Arc::clone(element));
            Column::Headers(Box::new(list))
        }
    })
}

fn finish(column: &mut Column) -> ArrayRef {
    match column {
        Column::Key(column) | Column::Value(column) => {
            let (rows, bytes) = (column.len(), column.values_slice().len());
            let full = ArrayBuilder::finish(column);
            // Large batches follow each other: no growing from nothing each time.
            if rows >= LARGE {
                *column = BinaryBuilder::with_capacity(rows, bytes + bytes / 8);
            }
            full
        }
        Column::Topic(column) => ArrayBuilder::finish(column),
        Column::Partition(column) | Column::TimestampType(column) => ArrayBuilder::finish(column),
        Column::Offset(column) => ArrayBuilder::finish(column),
        Column::Timestamp(column) => ArrayBuilder::finish(column),
        Column::Headers(column) => ArrayBuilder::finish(column.as_mut()),
    }
}

fn micros(at: &TopicPartition, record: &Message) -> Result<i64> {
    let (millis, _) = record.timestamp();
    millis.checked_mul(1000).ok_or_else(|| {
        SparkError::new(
            "KAFKA_MALFORMED_RECORD_TIMESTAMP",
            &[
                ("topic", &at.topic),
                ("partition", &at.partition.to_string()),
                ("offset", &record.offset().to_string()),
                ("timestamp", &millis.to_string()),
            ],
        )
    })
}

/// A record without headers has null.
fn push_headers(list: &mut ListBuilder<StructBuilder>, record: &Message) -> Result<()> {
    let mut count = 0;
    let mut whole = true;
    let pairs = list.values();
    record.each_header(|name, value| {
        count += 1;
        match pairs.field_builder::<StringBuilder>(0) {
            Some(names) => names.append_value(name),
            None => whole = false,
        }
        match pairs.field_builder::<BinaryBuilder>(1) {
            Some(values) => values.append_option(value),
            None => whole = false,
        }
        pairs.append(true);
    });
    list.append(count > 0);
    match whole {
        true => Ok(()),
        false => Err(SparkError::internal("headers are of other types")),
    }
}
