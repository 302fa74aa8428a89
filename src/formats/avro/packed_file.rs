//! Files whose blocks are packed by xz, which only the crate can unpack: it decodes them
//! too, without Spark's rules about unions and schemas.

use std::io::{BufReader, Seek, SeekFrom};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow_avro::reader::ReaderBuilder;

use crate::error::Result;
use crate::formats::Fills;
use crate::formats::adapt::adapted;
use crate::formats::border::{Batches, ROWS_A_BATCH, unreadable};
use crate::storage::ReadFile;

pub fn batches(
    mut file: ReadFile,
    path: &str,
    schema: &SchemaRef,
    case_sensitive: bool,
) -> Result<Batches> {
    // Who read the header may have moved it.
    file.seek(SeekFrom::Start(0))
        .map_err(|error| unreadable(path, &error))?;
    let reader = ReaderBuilder::new()
        .with_batch_size(ROWS_A_BATCH)
        .build(BufReader::new(file))
        .map_err(|error| unreadable(path, &error))?;
    let (path, schema) = (path.to_string(), Arc::clone(schema));
    Ok(Box::new(reader.map(move |batch| {
        let batch = batch.map_err(|error| unreadable(&path, &error))?;
        adapted(&batch, &schema, &Fills::default(), case_sensitive)
            .map_err(|error| unreadable(&path, &error))
    })))
}
