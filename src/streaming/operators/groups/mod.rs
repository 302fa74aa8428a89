//! Functions of the user's over groups: `applyInPandasWithState` (`with_state`) and
//! `transformWithState` (`processor`, whose state is `entries`). A batch's rows are
//! cut into groups here, and the function is called once for all of them.

mod entries;
mod processor;
mod with_state;

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};
use datafusion::execution::SendableRecordBatchStream;
use futures::TryStreamExt;

use super::core::Work;
use super::event_time::{EventColumn, Moments, drop_late};
use super::keys::normal;
use crate::analysis::GroupedInput;
use crate::engine::from_datafusion;
use crate::engine::grouped::Grouped;
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::groups::Groups;

pub use processor::ProcessorOperator;
pub use with_state::WithStateOperator;

/// What an operator of this kind is told.
pub struct GroupsSetup {
    pub grouped: GroupedInput,
    /// The event time by which rows are late, if they can be.
    pub event: Option<EventColumn>,
    /// Whether the stream has a watermark.
    pub marked: bool,
    /// The engine's schema of what comes out.
    pub output: SchemaRef,
    /// The event time of what comes out, where the user named it.
    pub event_out: Option<EventColumn>,
}

/// Cuts batches into groups.
struct Grouper {
    keys: Vec<usize>,
    columns: Vec<usize>,
    key_schema: SchemaRef,
    row_schema: SchemaRef,
    converter: RowConverter,
}

impl Grouper {
    fn new(grouped: &GroupedInput, input: &Schema) -> Result<Self> {
        if grouped.keys.is_empty() {
            return Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                "requirement failed: The expressions for hash of a StatefulOpClusteredDistribution should not be Nil. An AllTuples should be used to represent a distribution that only has a single partition.",
            ));
        }
        let position = |name: &String| input.index_of(name).map_err(SparkError::internal);
        let positions = |names: &[String]| names.iter().map(position).collect::<Result<Vec<_>>>();
        let key_schema = Arc::new(grouped.key_type.to_arrow());
        Ok(Self {
            keys: positions(&grouped.keys)?,
            columns: positions(&grouped.columns)?,
            row_schema: Arc::new(grouped.row_type.to_arrow()),
            converter: row_converter(&key_schema)?,
            key_schema,
        })
    }

    /// What the bytes of a key mean, for the state's layout.
    fn key_format(&self) -> String {
        format!("row1({})", types_of(&self.key_schema))
    }

    /// The groups in the order of their keys, and the bytes of these.
    fn groups(&self, batches: &[RecordBatch]) -> Result<(Groups, Vec<Vec<u8>>)> {
        let Some(first) = batches.first() else {
            return Ok((self.of_keys(&[])?, Vec::new()));
        };
        let batch = concat_batches(&first.schema(), batches).map_err(SparkError::internal)?;
        let columns = normal(&picked(&batch, &self.keys));
        let rows = self
            .converter
            .convert_columns(&columns)
            .map_err(SparkError::internal)?;
        let Grouped { order, starts } = Grouped::of(&rows);
        let firsts = starts.iter().filter_map(|at| order.get(*at).copied());
        let firsts: Vec<u32> = firsts.collect();
        let key = |row: &u32| rows.row(*row as usize).data().to_vec();
        let bytes: Vec<Vec<u8>> = firsts.iter().map(key).collect();
        let taken = |indices: Vec<u32>| {
            take_record_batch(&batch, &UInt32Array::from(indices)).map_err(SparkError::internal)
        };
        let groups = Groups {
            keys: named(
                &self.key_schema,
                picked(&taken(firsts)?, &self.keys),
                bytes.len(),
            )?,
            rows: named(
                &self.row_schema,
                picked(&taken(order)?, &self.columns),
                batch.num_rows(),
            )?,
            starts,
        };
        Ok((groups, bytes))
    }

    /// Groups without rows.
    fn of_keys(&self, keys: &[Vec<u8>]) -> Result<Groups> {
        Ok(Groups {
            rows: RecordBatch::new_empty(Arc::clone(&self.row_schema)),
            keys: decoded(&self.converter, &self.key_schema, keys)?,
            starts: vec![0; keys.len() + 1],
        })
    }
}

fn row_converter(schema: &Schema) -> Result<RowConverter> {
    let fields = schema.fields().iter();
    let fields = fields.map(|f| SortField::new(f.data_type().clone()));
    RowConverter::new(fields.collect()).map_err(SparkError::internal)
}

fn types_of(schema: &Schema) -> String {
    let types = schema.fields().iter().map(|f| f.data_type().to_string());
    types.collect::<Vec<_>>().join(",")
}

/// The rows that bytes of the row format stand for.
fn decoded<B: AsRef<[u8]>>(
    converter: &RowConverter,
    schema: &SchemaRef,
    bytes: &[B],
) -> Result<RecordBatch> {
    let parser = converter.parser();
    let rows = bytes.iter().map(|b| parser.parse(b.as_ref()));
    let columns = converter.convert_rows(rows).map_err(SparkError::internal)?;
    named(schema, columns, bytes.len())
}

fn picked(batch: &RecordBatch, columns: &[usize]) -> Vec<ArrayRef> {
    columns.iter().map(|c| batch.column(*c).clone()).collect()
}

/// Columns under other names.
fn named(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(SparkError::internal)
}

/// All batches of an input, without those rows that are late.
async fn collected(
    input: SendableRecordBatchStream,
    event: Option<EventColumn>,
    late: i64,
) -> Result<(Vec<RecordBatch>, u64)> {
    let batches: Vec<_> = input.try_collect().await.map_err(from_datafusion)?;
    let mut dropped = 0;
    let mut kept = Vec::with_capacity(batches.len());
    for batch in batches {
        let (batch, gone) = drop_late(batch, event, late)?;
        dropped += gone;
        if batch.num_rows() > 0 {
            kept.push(batch);
        }
    }
    Ok((kept, dropped))
}

/// What a function gave, by the engine's names.
fn renamed(batches: Vec<RecordBatch>, schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
    let batches = batches.into_iter().map(|batch| {
        let rows = batch.num_rows();
        named(schema, batch.columns().to_vec(), rows)
    });
    batches.collect()
}

/// Refuses rows that an operator with state above would take for late.
fn check_not_late(batches: &[RecordBatch], event: Option<EventColumn>, late: i64) -> Result<()> {
    let Some(event) = event else {
        return Ok(());
    };
    for batch in batches {
        let moments = Moments::of(batch.column(event.index), event.kind)?;
        let times = (0..batch.num_rows()).filter_map(|row| moments.get(row));
        if let Some(moment) = times.into_iter().find(|moment| *moment <= micros(late)) {
            return Err(SparkError::new(
                "EMITTING_ROWS_OLDER_THAN_WATERMARK_NOT_ALLOWED",
                &[
                    ("emittedRowEventTime", &moment.to_string()),
                    ("currentWatermark", &late.to_string()),
                ],
            ));
        }
    }
    Ok(())
}

fn note_output(work: &mut Work, batches: &[RecordBatch]) {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    work.figures.rows_out += rows as u64;
}

/// Milliseconds as the microseconds of an expiry index.
fn micros(millis: i64) -> i64 {
    millis.saturating_mul(1000)
}
