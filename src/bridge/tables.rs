//! Frames that go to tables of the warehouse.

use std::collections::BTreeMap;
use std::sync::Arc;

use pyo3::prelude::*;

use super::error::OrRaise;
use super::frame::PyFrame;
use super::wait;
use crate::execution::WriteRequest;
use crate::plan::sql::{self, Buckets};

/// Format, folder, columns of partitions and options.
pub type OfStream = (String, String, Vec<String>, BTreeMap<String, String>);

/// How many buckets, by which columns, and in which order rows lie in them.
pub type BucketSpec = (i64, Vec<String>, Vec<String>);

/// The same with how the rows are dealt to files.
pub fn dealt(
    request: WriteRequest,
    buckets: Option<BucketSpec>,
    cluster_by: Vec<String>,
    properties: BTreeMap<String, String>,
) -> WriteRequest {
    let buckets = buckets.map(|(count, columns, sort_by)| Buckets {
        count,
        columns,
        sort_by,
        descending: None,
    });
    WriteRequest {
        buckets,
        cluster_by,
        properties: properties.into_iter().collect(),
        ..request
    }
}

pub fn request(
    format: &str,
    mode: Option<String>,
    options: BTreeMap<String, String>,
    partition_by: Vec<String>,
    is_single: bool,
) -> WriteRequest {
    WriteRequest {
        format: format.to_lowercase(),
        mode,
        options: options.into_iter().collect(),
        partition_by,
        is_single,
        within: None,
        buckets: None,
        cluster_by: Vec::new(),
        properties: Vec::new(),
    }
}

/// Writes the rows by name; by position where `insert` says whether they replace others.
pub fn write(
    py: Python<'_>,
    frame: &PyFrame,
    name: &str,
    request: WriteRequest,
    insert: Option<bool>,
) -> PyResult<()> {
    let name = sql::parse_multipart_identifier(name).or_raise()?;
    let session = Arc::clone(&frame.shared.session);
    let table = frame.table.clone();
    wait::run(py, &frame.shared.session, async move {
        match insert {
            Some(overwrite) => session.insert_into(&table, &name, overwrite).await,
            None => session.save_as_table(&table, &name, request).await,
        }
    })
}

/// The table that a stream writes to, made where it is missing.
pub fn for_stream(
    py: Python<'_>,
    frame: &PyFrame,
    name: &str,
    request: &WriteRequest,
) -> PyResult<OfStream> {
    let name = sql::parse_multipart_identifier(name).or_raise()?;
    let session = &frame.shared.session;
    let schema = frame.table.resolved.schema();
    let found = py
        .detach(|| session.stream_table(&name, &schema, request))
        .or_raise()?;
    let folder = format!("file:{}", found.location.display());
    let options = found.options.into_iter().collect();
    Ok((found.format, folder, found.partition_by, options))
}
