//! The console sink: each batch as a table of text, under its number.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use super::{BatchRows, Sink};
use crate::analysis::OutputMode;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::conf::Conf;
use crate::formats::OptionMap;
use crate::streaming::checkpoint::BatchId;
use crate::types::{StructType, show_string};

const RULE: &str = "-------------------------------------------";

/// Where the text goes: the notebook's cell, a terminal, a test.
pub type Printer = Arc<dyn Fn(&str) -> Result<()> + Send + Sync>;

pub struct ConsoleSink {
    schema: StructType,
    conf: Arc<Conf>,
    printer: Printer,
    /// Rows that are shown of a batch.
    rows: usize,
    /// Characters of a value; zero for all.
    truncate: usize,
}

impl ConsoleSink {
    pub fn open(
        schema: StructType,
        options: &OptionMap,
        conf: Arc<Conf>,
        printer: Printer,
    ) -> Result<Self> {
        let rows = options.integer("numRows", 20)?;
        let truncate = match options.get("truncate") {
            None => true,
            Some(text) if text.eq_ignore_ascii_case("true") => true,
            Some(text) if text.eq_ignore_ascii_case("false") => false,
            Some(text) => {
                let message = format!("{text} is not a boolean string.");
                return Err(SparkError::plain(ErrorClass::IllegalArgument, message));
            }
        };
        Ok(Self {
            schema,
            conf,
            printer,
            rows: usize::try_from(rows).unwrap_or(0),
            truncate: if truncate { 20 } else { 0 },
        })
    }
}

impl Sink for ConsoleSink {
    fn takes_epochs(&self) -> bool {
        true
    }

    fn description(&self) -> String {
        "org.apache.spark.sql.execution.streaming.ConsoleTable$".into()
    }

    fn add_batch(&self, batch: BatchId, rows: BatchRows<'_>, _mode: OutputMode) -> Result<()> {
        // One row more than is shown says that there are more.
        let mut wanted = self.rows + 1;
        let mut kept: Vec<RecordBatch> = Vec::new();
        for rows in rows {
            let rows = rows?;
            let taken = rows.num_rows().min(wanted);
            if taken > 0 {
                wanted -= taken;
                kept.push(rows.slice(0, taken));
            }
        }
        let zone = self.conf.zone()?;
        let table = show_string(&self.schema, &kept, self.rows, self.truncate, false, zone);
        (self.printer)(&format!("{RULE}\nBatch: {batch}\n{RULE}\n{table}\n"))
    }
}
