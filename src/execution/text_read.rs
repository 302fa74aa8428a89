//! `spark.read.json(texts)` and `spark.read.csv(texts)`: the formats of text over texts
//! that a program holds, each a record.

use std::io::Cursor;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};

use super::conf::{self, Conf};
use super::file_read::defaults;
use crate::error::{Result, SparkError};
use crate::formats::xml::{XmlOptions, read_records};
use crate::formats::{
    self, BAD_RECORDS_PATH, Content, Decoder, Fills, Format, InferRules, LineDecoder, Opened,
    OptionMap, Request,
};
use crate::plan::{LocalData, Slices};
use crate::types::{DataType, StructType};

/// The texts of a frame's only column.
pub fn texts(schema: &StructType, batches: &[RecordBatch]) -> Result<Vec<String>> {
    match schema.fields.as_ref() {
        [field] if field.data_type == DataType::String => {}
        [field] => {
            return Err(SparkError::not_implemented(format_args!(
                "reading records from a column of type {}",
                field.data_type.sql()
            )));
        }
        fields => {
            let count = fields.len().to_string();
            return Err(SparkError::new(
                "DATAFRAME_INPUT_NOT_SINGLE_COLUMN",
                &[("numColumns", &count)],
            ));
        }
    }
    let mut out = Vec::new();
    for batch in batches {
        let Some(column) = batch.columns().first() else {
            continue;
        };
        let column = column.as_string::<i32>();
        out.extend(column.iter().flatten().map(str::to_string));
    }
    Ok(out)
}

/// The rows of the records, read now.
pub fn read_texts(
    name: &str,
    texts: &[String],
    schema: Option<StructType>,
    options: &[(String, String)],
    conf: &Conf,
) -> Result<LocalData> {
    let mut options = options.to_vec();
    if OptionMap::new(&options).get(BAD_RECORDS_PATH).is_some() {
        let unplaced = "badRecordsPath of records that are in no file";
        return Err(SparkError::not_implemented(unplaced));
    }
    let case_sensitive = conf.flag(conf::CASE_SENSITIVE);
    if name == "xml" {
        // Its records are whole documents, whatever their root elements.
        let options = XmlOptions::new(&options, &defaults(conf)?)?;
        let (schema, batches) = read_records(texts, schema, &options, case_sensitive)?;
        return Ok(LocalData {
            schema,
            batches: Arc::new(batches),
            slices: Slices::One,
        });
    }
    if name == "json" {
        // A text is a record, whatever line ends are in it.
        options.push(("multiLine".into(), "true".into()));
    }
    let Some(format) = formats::open(name, &options, &defaults(conf)?)? else {
        return Err(SparkError::internal(format_args!("no format {name}")));
    };
    let schema = match schema {
        Some(schema) => schema.as_nullable(),
        None => infer(format.as_ref(), texts, case_sensitive)?.as_nullable(),
    };
    format.check_schema(&schema)?;
    let request = Request {
        fills: Fills::default(),
        columns: (0..schema.len()).collect(),
        case_sensitive,
        filters: Vec::new(),
        filter_schema: Arc::new(schema.to_arrow()),
        schema: schema.clone(),
    };
    let Decoder::Lines(mut decoder) = format.decoder(&request)? else {
        return Err(SparkError::internal("texts in a format of blocks"));
    };
    let batches = decode(decoder.as_mut(), texts).map_err(|error| match error.cause() {
        // There is no file that the error could be in.
        Some(cause) if error.condition().starts_with("FAILED_READ_FILE") => cause.clone(),
        _ => error,
    })?;
    Ok(LocalData {
        schema,
        batches: Arc::new(batches),
        slices: Slices::One,
    })
}

fn infer(format: &dyn Format, texts: &[String], case_sensitive: bool) -> Result<StructType> {
    let opened = |bytes: Vec<u8>| {
        Ok(Opened {
            path: String::new(),
            size: bytes.len() as u64,
            content: Content::Unpacked(Box::new(Cursor::new(bytes))),
        })
    };
    let rules = InferRules {
        case_sensitive,
        ignore_corrupt: false,
    };
    let found = if format.name() == "json" {
        let mut records = texts.iter().map(|text| opened(text.clone().into_bytes()));
        format.infer(&mut records, &rules)?
    } else {
        let whole = texts.join("\n").into_bytes();
        format.infer(&mut std::iter::once(opened(whole)), &rules)?
    };
    Ok(found.unwrap_or_default())
}

fn decode(decoder: &mut dyn LineDecoder, texts: &[String]) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    decoder.start("", true)?;
    for text in texts {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            if decoder.is_full() {
                batches.extend(decoder.flush()?);
            }
            let used = decoder.decode(rest, true, "")?;
            rest = rest.get(used..).unwrap_or_default();
        }
    }
    batches.extend(decoder.flush()?);
    Ok(batches)
}
