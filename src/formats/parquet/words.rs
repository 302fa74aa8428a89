//! Conditions of one text column, asked of the words of its dictionary: a row group whose
//! pages name their values by number holds each of them once, and so often it is asked about,
//! in place of once a row. The rows' texts are not put together.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBufferBuilder, RecordBatch, new_null_array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type, Schema, SchemaRef};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::basic::Encoding;

use super::super::adapt::position;
use super::super::border::unreadable;
use super::rows::{ROWS_ASKED, Source};
use super::stages::Stage;
use crate::error::{Result, SparkError};

/// Of each of the rows whether it meets the conditions; `None` where the column is another
/// one or its values are not all in a dictionary.
pub(super) fn ask(
    source: &Source,
    group: usize,
    stage: &Stage,
    selection: Option<&RowSelection>,
    rows: usize,
) -> Result<Option<BooleanArray>> {
    let Some(metadata) = of_words(source, group, &stage.columns) else {
        return Ok(None);
    };
    let selection = selection.cloned();
    let at_once = rows.clamp(1, ROWS_ASKED);
    let reader = source.reader(&metadata, group, &stage.columns, selection, at_once)?;
    let mut mask = BooleanBufferBuilder::new(rows);
    for batch in reader {
        let batch = batch.map_err(|e| unreadable(&source.path, &e))?;
        answer(stage, batch.column(0), &mut mask)?;
    }
    Ok(Some(BooleanArray::new(mask.finish(), None)))
}

fn answer(stage: &Stage, column: &ArrayRef, mask: &mut BooleanBufferBuilder) -> Result<()> {
    let asked = |values: ArrayRef| {
        let batch = RecordBatch::try_new(Arc::clone(&stage.columns), vec![values]);
        stage.ask(&batch.map_err(SparkError::internal)?)
    };
    let words = column.as_dictionary_opt::<Int32Type>();
    // A few rows of a large dictionary are sooner asked one by one.
    let Some(words) = words.filter(|words| words.values().len() <= words.len()) else {
        let texts = cast(column, &DataType::Utf8).map_err(SparkError::internal)?;
        mask.append_buffer(asked(texts)?.values());
        return Ok(());
    };
    let known = asked(Arc::clone(words.values()))?;
    let keys = words.keys();
    match keys.null_count() {
        0 => {
            for key in keys.values() {
                mask.append(known.value(*key as usize));
            }
        }
        _ => {
            let of_null = asked(new_null_array(&DataType::Utf8, 1))?.value(0);
            for key in keys {
                mask.append(key.map_or(of_null, |key| known.value(key as usize)));
            }
        }
    }
    Ok(())
}

/// The file as one that gives the column as a dictionary.
fn of_words(source: &Source, group: usize, columns: &SchemaRef) -> Option<ArrowReaderMetadata> {
    let [field] = &columns.fields()[..] else {
        return None;
    };
    let schema = source.metadata.schema();
    let at = position(schema.fields(), field.name(), source.case_sensitive)?;
    let stored = schema.fields().get(at)?;
    if field.data_type() != &DataType::Utf8 || stored.data_type() != &DataType::Utf8 {
        return None;
    }
    let parquet = source.metadata.parquet_schema();
    let leaf = (0..parquet.num_columns()).find(|leaf| parquet.get_column_root_idx(*leaf) == at)?;
    let chunk = source.metadata.metadata().row_groups().get(group)?;
    let encodings = chunk.columns().get(leaf)?.page_encoding_stats_mask()?;
    if !encodings.is_only(Encoding::RLE_DICTIONARY)
        && !encodings.is_only(Encoding::PLAIN_DICTIONARY)
    {
        return None;
    }
    let mut fields = schema.fields().to_vec();
    let words = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    fields[at] = Arc::new(stored.as_ref().clone().with_data_type(words));
    let options = ArrowReaderOptions::new()
        .with_skip_arrow_metadata(true)
        .with_schema(Arc::new(Schema::new(fields)));
    // One that cannot be read in this way is read in the other.
    ArrowReaderMetadata::try_new(Arc::clone(source.metadata.metadata()), options).ok()
}
