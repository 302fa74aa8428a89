//! ORC files: Spark's types for theirs, the wanted columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{SchemaRef, TimestampMicrosecondType};
use orc_rust::projection::ProjectionMask;
use orc_rust::{ArrowReaderBuilder, TimestampPrecision};

use super::adapt::{adapted, position};
use super::border::{
    Batches, Decoder, FileDecoder, Format, InferRules, Opened, Part, ROWS_A_BATCH, Request,
    unreadable,
};
use super::fills::Fills;
use super::parquet::{merged, no_footer, nulls};
use super::{Defaults, OptionMap};
use crate::error::Result;
use crate::types::{DataType, StructField, StructType, Zone, from_arrow_schema};

/// Spark's ORC reader with its options.
#[derive(Debug)]
pub struct OrcFormat {
    merge: bool,
    /// Of the machine: a timestamp in ORC is what a clock there showed.
    zone: Zone,
}

impl OrcFormat {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        let map = OptionMap::new(options);
        Ok(Self {
            merge: map.flag("mergeSchema", defaults.orc_merge)?,
            zone: defaults.machine_zone,
        })
    }
}

impl Format for OrcFormat {
    fn name(&self) -> &'static str {
        "orc"
    }

    fn is_text(&self) -> bool {
        false
    }

    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>> {
        let mut all = Vec::new();
        for file in files {
            match file.and_then(schema_of) {
                Ok(found) if found.is_empty() => continue,
                Ok(found) => all.push(found),
                Err(_) if rules.ignore_corrupt => continue,
                Err(error) => return Err(error),
            }
            if !self.merge {
                break;
            }
        }
        merged(all, rules.case_sensitive)
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        let refused =
            |f: &&StructField| matches!(f.data_type, DataType::CalendarInterval | DataType::Null);
        match schema.fields.iter().find(refused) {
            Some(field) => Err(super::text::unsupported("ORC", field)),
            None => Ok(()),
        }
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        let wanted = request.wanted().as_nullable();
        Ok(Decoder::Files(Box::new(OrcDecoder {
            schema: Arc::new(wanted.to_arrow()),
            wanted,
            fills: request.fills.clone(),
            case_sensitive: request.case_sensitive,
            zone: self.zone,
            rows: None,
        })))
    }
}

fn schema_of(file: Opened) -> Result<StructType> {
    let path = file.path.clone();
    if file.size == 0 {
        return Ok(StructType::default());
    }
    let reader = ArrowReaderBuilder::try_new(file.into_file()?).map_err(|_| no_footer(&path))?;
    let found = from_arrow_schema(&reader.schema()).map_err(|_| no_footer(&path))?;
    Ok(StructType::new(found.fields.iter().map(|field| {
        let kind = zoned(&field.data_type);
        StructField::new(&field.name, kind, true)
    })))
}

/// Spark reads what a clock showed as an instant.
fn zoned(kind: &DataType) -> DataType {
    match kind {
        DataType::TimestampNtz => DataType::Timestamp,
        DataType::Array { element, .. } => DataType::Array {
            element: Box::new(zoned(element)),
            contains_null: true,
        },
        DataType::Map { key, value, .. } => DataType::Map {
            key: Box::new(zoned(key)),
            value: Box::new(zoned(value)),
            value_contains_null: true,
        },
        DataType::Struct(inner) => {
            let fields = inner.fields.iter();
            DataType::Struct(StructType::new(
                fields.map(|f| StructField::new(&f.name, zoned(&f.data_type), true)),
            ))
        }
        other => other.clone(),
    }
}

struct OrcDecoder {
    wanted: StructType,
    schema: SchemaRef,
    fills: Fills,
    case_sensitive: bool,
    zone: Zone,
    /// Of the file opened last.
    rows: Option<u64>,
}

impl FileDecoder for OrcDecoder {
    fn open(&mut self, opened: Opened, _: Part) -> Result<Batches> {
        let path = opened.path.clone();
        if opened.size == 0 {
            return Ok(Box::new(std::iter::empty()));
        }
        let file = opened.into_file()?;
        let builder = ArrowReaderBuilder::try_new(file).map_err(|e| unreadable(&path, &e))?;
        self.rows = Some(builder.file_metadata().number_of_rows());
        let held = builder.schema();
        let roots: Vec<&str> = self
            .wanted
            .fields
            .iter()
            .filter_map(|f| position(held.fields(), &f.name, self.case_sensitive))
            .filter_map(|at| held.fields().get(at).map(|f| f.name().as_str()))
            .collect();
        if roots.is_empty() {
            return Ok(self.rows_only(builder.file_metadata().number_of_rows()));
        }
        let mask = ProjectionMask::named_roots(builder.file_metadata().root_data_type(), &roots);
        let reader = builder
            .with_projection(mask)
            .with_timestamp_precision(TimestampPrecision::Microsecond)
            .with_batch_size(ROWS_A_BATCH)
            .build();
        let (schema, case_sensitive) = (Arc::clone(&self.schema), self.case_sensitive);
        let (wanted, zone) = (self.wanted.clone(), self.zone);
        let fills = self.fills.clone();
        Ok(Box::new(reader.map(move |batch| {
            let batch = batch.map_err(|e| unreadable(&path, &e))?;
            let batch = adapted(&batch, &schema, &fills, case_sensitive)
                .map_err(|e| unreadable(&path, &e))?;
            instants(batch, &wanted, zone)
        })))
    }
}

impl OrcDecoder {
    fn rows_only(&self, rows: u64) -> Batches {
        let schema = Arc::clone(&self.schema);
        let rows = usize::try_from(rows).unwrap_or(0);
        let batch = (rows > 0).then(|| nulls(&schema, &self.fills, rows));
        Box::new(batch.into_iter())
    }
}

/// What a clock showed as the moment when it did.
fn instants(batch: RecordBatch, wanted: &StructType, zone: Zone) -> Result<RecordBatch> {
    let moment = |f: &&StructField| f.data_type == DataType::Timestamp;
    if zone == Zone::UTC || !wanted.fields.iter().any(|f| moment(&f)) {
        return Ok(batch);
    }
    let columns = wanted.fields.iter().zip(batch.columns());
    let arrays = columns
        .map(|(field, array)| {
            if !moment(&field) {
                return Arc::clone(array);
            }
            let shown = array.as_primitive::<TimestampMicrosecondType>();
            let moments = shown
                .unary::<_, TimestampMicrosecondType>(|local| zone.local_to_utc(local))
                .with_timezone(crate::types::STORAGE_TIME_ZONE);
            Arc::new(moments) as ArrayRef
        })
        .collect();
    RecordBatch::try_new(batch.schema(), arrays).map_err(crate::error::SparkError::internal)
}
