//! [`WholeDecoder`]: each record of JSON as one variant (`singleVariantColumn`).

use std::sync::Arc;

use arrow::array::RecordBatch;

use super::JsonOptions;
use crate::error::{Result, SparkError};
use crate::formats::columns::Datum;
use crate::formats::rows::{Misfit, RowBatch};
use crate::formats::{AbsentRows, LineDecoder, ROWS_A_BATCH, Rejected, lines};
use crate::types::variant::parse_json;
use crate::types::{DataType, StructType};

pub(super) struct WholeDecoder {
    options: Arc<JsonOptions>,
    batch: RowBatch,
}

impl WholeDecoder {
    pub fn new(schema: &StructType, options: &Arc<JsonOptions>) -> Result<Self> {
        if options.encoding.is_some() {
            return Err(SparkError::not_implemented(
                "the JSON option singleVariantColumn with encoding",
            ));
        }
        let corrupt = &options.column_name_of_corrupt_record;
        Ok(Self {
            batch: RowBatch::new(schema, corrupt, options.mode, ROWS_A_BATCH)?,
            options: Arc::clone(options),
        })
    }

    fn record(&mut self, bytes: &[u8], path: &str) -> Result<()> {
        let text = String::from_utf8_lossy(bytes);
        if text.trim().is_empty() && !self.options.multi_line {
            return Ok(());
        }
        if let Some(node) = parse_json(&text) {
            let (value, metadata) = node.encode();
            let datum = Datum::Struct(vec![Datum::Binary(value), Datum::Binary(metadata)]);
            let items = self.batch.fields.fields.iter().map(|_| datum.clone());
            return self.batch.push(&Datum::Struct(items.collect()), None);
        }
        let misfit = Misfit {
            record: &text,
            partial: None,
            reason: SparkError::plain(
                crate::error::ErrorClass::SparkRuntime,
                "the record is no JSON",
            ),
        };
        self.batch.push_misfit(misfit, path).map_err(|cause| {
            let condition = "FAILED_READ_FILE.NO_HINT";
            SparkError::new(condition, &[("path", path)]).with_cause(cause)
        })
    }
}

impl LineDecoder for WholeDecoder {
    fn wants_whole_files(&self) -> bool {
        self.options.multi_line
    }

    fn is_full(&self) -> bool {
        self.batch.is_full()
    }

    fn decode(&mut self, bytes: &[u8], at_end: bool, path: &str) -> Result<usize> {
        if self.options.multi_line {
            if !at_end {
                return Ok(0);
            }
            self.record(bytes, path)?;
            return Ok(bytes.len());
        }
        let separator = self.options.line_sep.clone();
        let mut at = 0;
        while at < bytes.len() && !self.batch.is_full() {
            let (end, next) = match &separator {
                Some(separator) => lines::separated(bytes, at, separator),
                None => lines::line(bytes, at),
            };
            // The line may go on in the next block.
            if next >= bytes.len() && !at_end {
                break;
            }
            self.record(bytes.get(at..end).unwrap_or_default(), path)?;
            at = next;
        }
        Ok(at)
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>> {
        Ok(self.batch.flush()?.map(|(batch, _)| batch))
    }

    fn watch(&mut self, positions: &[usize]) {
        self.batch.watch(positions);
    }

    fn take_rejected(&mut self) -> Vec<Rejected> {
        self.batch.take_rejected()
    }

    fn flush_watched(&mut self) -> Result<Option<(RecordBatch, AbsentRows)>> {
        self.batch.flush()
    }
}

/// The one column of a reader that gives variants, beside that of corrupt records.
///
/// # Errors
/// `INVALID_SINGLE_VARIANT_COLUMN` for other columns.
pub(in crate::formats) fn check_whole(
    schema: &StructType,
    whole: &str,
    corrupt: &str,
) -> Result<()> {
    let mut fields = schema.fields.iter();
    let is_whole = fields.all(|field| match field.name == whole {
        true => field.data_type == DataType::Variant,
        false => field.name == corrupt,
    });
    if is_whole {
        return Ok(());
    }
    let shown = format!("\"{}\"", DataType::Struct(schema.clone()).sql());
    Err(SparkError::new(
        "INVALID_SINGLE_VARIANT_COLUMN",
        &[("schema", &shown)],
    ))
}
