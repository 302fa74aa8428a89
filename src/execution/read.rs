//! Readers: from what `spark.read` was told to a leaf of a plan.

use std::sync::Arc;

use super::conf::Conf;
use super::foreign_read::ForeignTable;
use super::stream_leaf::StreamRows;
use super::{file_read, is_kafka, kafka_read, stream_read};
use crate::analysis::Source;
use crate::engine::scan::ScanTable;
use crate::error::{Result, SparkError};
use crate::plan::ReadSpec;
use crate::types::StructType;

/// Whether `CHAR(n)` and `VARCHAR(n)` are plain strings everywhere.
pub const PLAIN_TEXTS: &str = "spark.sql.legacy.charVarcharAsString";

pub fn open(spec: &ReadSpec, conf: &Conf) -> Result<Source> {
    if let Some(schema) = spec.schema.as_ref().filter(|schema| schema.is_bounded()) {
        if !conf.flag(PLAIN_TEXTS) {
            schema.refuse_bounded()?;
        }
        let schema = Some(schema.unbounded());
        return open(
            &ReadSpec {
                schema,
                ..spec.clone()
            },
            conf,
        );
    }
    if let Some(stream) = &spec.local {
        return Ok(stream_source(spec, stream.schema().clone()));
    }
    if let Some(source) = &spec.foreign {
        let schema = source.0.schema().clone();
        if spec.streaming {
            return Ok(stream_source(spec, schema));
        }
        let rows = Arc::new(ForeignTable::new(source.clone()));
        let table = ScanTable::new(Arc::new(schema.to_arrow()), rows);
        return Ok(Source {
            schema,
            provider: Arc::new(table),
            streaming: false,
        });
    }
    match spec.format.as_str() {
        format if stream_read::is_made(format) => {
            Ok(stream_source(spec, stream_read::schema(spec)?))
        }
        format if is_kafka(format) => kafka_read::open(spec),
        "jdbc" | "binaryfile" | "delta" | "statestore" | "state-metadata" => Err(
            SparkError::not_implemented(format_args!("the source {}", spec.format)),
        ),
        _ => file_read::open(spec, conf),
    }
}

/// The leaf of a stream whose columns are all to be seen.
fn stream_source(spec: &ReadSpec, schema: StructType) -> Source {
    let rows = StreamRows {
        spec: spec.clone(),
        schema: schema.clone(),
        files: None,
    };
    let table = ScanTable::new(Arc::new(schema.to_arrow()), Arc::new(rows));
    Source {
        schema,
        provider: Arc::new(table),
        streaming: true,
    }
}
