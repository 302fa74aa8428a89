//! Sinks of a stream that call Python: functions of the user's, data sources, the console.

use std::collections::BTreeMap;
use std::sync::Arc;

use pyo3::prelude::*;

use super::error::OrRaise;
use super::foreach::{self, Foreach};
use super::foreach_batch::{self, ForeachBatch};
use super::foreign;
use super::frame::PyFrame;
use crate::formats::OptionMap;
use crate::streaming::sinks::{ConsoleSink, SharedSink};

impl PyFrame {
    pub(super) fn foreach_batch_sink(&self, function: Py<PyAny>) -> SharedSink {
        Arc::new(ForeachBatch {
            function,
            shared: Arc::downgrade(&self.shared),
            schema: self.table.resolved.schema(),
            description: "ForeachBatchSink".into(),
            failure: foreach_batch::user_error,
        })
    }

    /// A writer of a Python data source, called with each batch as a frame.
    pub(super) fn data_source_sink(
        &self,
        writer: Py<PyAny>,
        format: &Option<String>,
    ) -> SharedSink {
        Arc::new(ForeachBatch {
            function: writer,
            shared: Arc::downgrade(&self.shared),
            schema: self.table.resolved.schema(),
            description: format.clone().unwrap_or_default(),
            failure: foreign::failure,
        })
    }

    pub(super) fn foreach_sink(&self, function: Py<PyAny>, make_row: Py<PyAny>) -> SharedSink {
        let conf = &self.shared.session.conf;
        Arc::new(Foreach {
            function,
            make_row,
            schema: self.table.resolved.schema(),
            as_bytes: conf.flag("spark.sql.execution.pyspark.binaryAsBytes"),
        })
    }

    pub(super) fn console_sink(&self, options: &BTreeMap<String, String>) -> PyResult<SharedSink> {
        let options: Vec<_> = options.clone().into_iter().collect();
        let schema = self.table.resolved.schema();
        let conf = Arc::clone(&self.shared.session.conf);
        let sink = ConsoleSink::open(schema, &OptionMap::new(&options), conf, foreach::printer());
        Ok(Arc::new(sink.or_raise()?))
    }
}

/// Whether a stream's format is the console, which prints through Python.
pub fn is_console(format: Option<&str>) -> bool {
    format.is_some_and(|format| format.eq_ignore_ascii_case("console"))
}
