//! Readers: from what `spark.read` was told to a leaf of a plan.

use std::sync::Arc;

use super::conf::Conf;
use super::files::{self, Listing};
use super::json::{JsonRows, JsonScan};
use super::stream_leaf::StreamRows;
use crate::analysis::Source;
use crate::engine::scan::ScanTable;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::json::JsonOptions;
use crate::plan::ReadSpec;
use crate::types::{DataType, StructField, StructType};

/// Options of file sources that are not here yet; naming one of them is an error.
const MISSING: &[&str] = &[
    "modifiedBefore",
    "modifiedAfter",
    "ignoreCorruptFiles",
    "ignoreMissingFiles",
    "compression",
    "basePath",
    "mergeSchema",
];

const STREAM_ONLY_MISSING: &[&str] = &[
    "maxFileAge",
    "fileNameOnly",
    "cleanSource",
    "sourceArchiveDir",
    "maxCachedFiles",
    "discardCachedInputRatio",
];

pub fn open(spec: &ReadSpec, conf: &Conf) -> Result<Source> {
    if let Some(stream) = &spec.local {
        return Ok(stream_source(spec, stream.schema().clone()));
    }
    match spec.format.as_str() {
        "json" => {}
        "rate" if spec.streaming => return open_rate(spec),
        "csv" | "text" | "parquet" | "orc" | "avro" | "xml" | "jdbc" | "kafka" | "rate"
        | "rate-micro-batch" | "socket" | "binaryfile" | "delta" | "statestore"
        | "state-metadata" => {
            return Err(SparkError::not_implemented(format_args!(
                "the source {}",
                spec.format
            )));
        }
        other => {
            return Err(SparkError::new(
                "DATA_SOURCE_NOT_FOUND",
                &[("provider", other)],
            ));
        }
    }
    let options = OptionMap::new(&spec.options);
    for name in MISSING {
        if options.get(name).is_some() {
            return Err(SparkError::not_implemented(format_args!(
                "the option {name} of file sources"
            )));
        }
    }
    if spec.streaming {
        open_stream(spec, &options, conf)
    } else {
        open_batch(spec, &options, conf)
    }
}

fn open_batch(spec: &ReadSpec, options: &OptionMap, conf: &Conf) -> Result<Source> {
    if spec.paths.is_empty() && spec.schema.is_none() {
        return Err(SparkError::new(
            "UNABLE_TO_INFER_SCHEMA",
            &[("format", "JSON")],
        ));
    }
    let scan = open_json(spec, conf)?;
    let files = files::list(&spec.paths, &file_listing(options, true)?)?;
    let schema = match &spec.schema {
        Some(schema) => schema.as_nullable(),
        None => scan.infer(&files, conf.flag(super::conf::CASE_SENSITIVE))?,
    };
    check_names(&schema, conf)?;
    let table = ScanTable::new(
        Arc::new(schema.to_arrow()),
        Arc::new(JsonRows {
            scan,
            files,
            schema: schema.clone(),
        }),
    );
    Ok(Source {
        schema,
        provider: Arc::new(table),
        streaming: false,
    })
}

fn open_stream(spec: &ReadSpec, options: &OptionMap, conf: &Conf) -> Result<Source> {
    for name in STREAM_ONLY_MISSING {
        if options.get(name).is_some() {
            return Err(SparkError::not_implemented(format_args!(
                "the option {name} of the file stream"
            )));
        }
    }
    let Some(schema) = &spec.schema else {
        return Err(no_schema(conf));
    };
    let [path] = spec.paths.as_slice() else {
        return Err(SparkError::new("_LEGACY_ERROR_TEMP_2047", &[]));
    };
    if !files::exists(path)? {
        return Err(SparkError::new(
            "PATH_NOT_FOUND",
            &[("path", &files::local_path(path)?.display().to_string())],
        ));
    }
    // What is wrong with the options is said here, at the call, and not when the
    // query starts.
    open_json(spec, conf)?;
    file_listing(options, false)?;
    let schema = schema.as_nullable();
    check_names(&schema, conf)?;
    Ok(stream_source(spec, schema))
}

/// What the rate source was told.
pub struct RateOptions {
    pub rows_per_second: i64,
    pub partitions: Option<i64>,
}

/// The options of the rate source, checked.
pub fn rate_options(spec: &ReadSpec) -> Result<RateOptions> {
    let options = OptionMap::new(&spec.options);
    if let Some(time) = options.get("rampUpTime")
        && !matches!(time, "0" | "0s")
    {
        return Err(SparkError::not_implemented(
            "the option rampUpTime of the rate source",
        ));
    }
    let positive = |name: &str| {
        let Some(text) = options.get(name) else {
            return Ok(None);
        };
        let plain = |message| SparkError::plain(ErrorClass::IllegalArgument, message);
        let number: i64 = text
            .parse()
            .map_err(|_| plain(format!("For input string: \"{text}\"")))?;
        match number {
            1.. => Ok(Some(number)),
            _ => Err(plain(format!(
                "Invalid value '{text}'. The option '{name}' must be positive"
            ))),
        }
    };
    Ok(RateOptions {
        rows_per_second: positive("rowsPerSecond")?.unwrap_or(1),
        partitions: positive("numPartitions")?,
    })
}

fn open_rate(spec: &ReadSpec) -> Result<Source> {
    if spec.schema.is_some() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_2242",
            &[("provider", "RateStreamProvider")],
        ));
    }
    rate_options(spec)?;
    let schema = StructType::new([
        StructField::new("timestamp", DataType::Timestamp, true),
        StructField::new("value", DataType::Long, true),
    ]);
    Ok(stream_source(spec, schema))
}

/// The leaf of a stream.
fn stream_source(spec: &ReadSpec, schema: StructType) -> Source {
    let rows = StreamRows {
        spec: spec.clone(),
        schema: schema.clone(),
    };
    let table = ScanTable::new(Arc::new(schema.to_arrow()), Arc::new(rows));
    Source {
        schema,
        provider: Arc::new(table),
        streaming: true,
    }
}

fn no_schema(conf: &Conf) -> SparkError {
    if conf.flag("spark.sql.streaming.schemaInference") {
        return SparkError::not_implemented("schema inference of file streams");
    }
    SparkError::new("_LEGACY_ERROR_TEMP_2048", &[])
}

/// The JSON reader that the options describe.
pub fn open_json(spec: &ReadSpec, conf: &Conf) -> Result<JsonScan> {
    let options = JsonOptions::from_options(&spec.options, conf.zone()?)?;
    Ok(JsonScan {
        options: Arc::new(options),
    })
}

/// How the options say that files are chosen.
pub fn file_listing(options: &OptionMap, must_exist: bool) -> Result<Listing> {
    Ok(Listing {
        glob_filter: options.text("pathGlobFilter"),
        recursive: options.flag("recursiveFileLookup", false)?,
        must_exist,
    })
}

fn check_names(schema: &StructType, conf: &Conf) -> Result<()> {
    let fold = |name: &str| {
        if conf.flag(super::conf::CASE_SENSITIVE) {
            name.to_string()
        } else {
            name.to_lowercase()
        }
    };
    let mut seen = std::collections::HashSet::new();
    for field in schema.fields.iter() {
        if !seen.insert(fold(&field.name)) {
            return Err(SparkError::new(
                "COLUMN_ALREADY_EXISTS",
                &[("columnName", &crate::error::quoted(&[fold(&field.name)]))],
            ));
        }
    }
    Ok(())
}
