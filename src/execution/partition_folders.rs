//! Folders of partitions: `k=a%2Fb/n=1`. Which columns make them, and how values are
//! spelled in names.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use arrow::record_batch::RecordBatch;

use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, Formatter, StructType, Zone, parse_zone};

/// The name of the folder of rows without a value.
pub const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

#[derive(Debug)]
struct Column {
    index: usize,
    /// As it stands in the folder's name, before the `=`.
    name: String,
    text: Formatter,
}

/// The columns that a write makes folders of, in order.
#[derive(Debug)]
pub struct Partitioning(Vec<Column>);

impl Partitioning {
    pub fn new(
        schema: &StructType,
        names: &[String],
        options: &OptionMap,
        session_zone: Zone,
        is_case_sensitive: bool,
    ) -> Result<Self> {
        let zone = match options.get("timeZone") {
            Some(name) => parse_zone(name)?,
            None => session_zone,
        };
        let mut columns: Vec<Column> = Vec::with_capacity(names.len());
        for name in names {
            let is_it = |field: &crate::types::StructField| match is_case_sensitive {
                true => field.name == *name,
                false => field.name.to_lowercase() == name.to_lowercase(),
            };
            let Some(index) = schema.fields.iter().position(is_it) else {
                return Err(unknown(name, schema));
            };
            if columns.iter().any(|column| column.index == index) {
                let name = name.to_lowercase();
                return Err(SparkError::new(
                    "COLUMN_ALREADY_EXISTS",
                    &[("columnName", &crate::error::quoted(&[name]))],
                ));
            }
            let field = &schema.fields[index];
            check_type(&field.data_type)?;
            columns.push(Column {
                index,
                // The folder has the name that the user wrote, in whatever case.
                name: escaped(name),
                text: Formatter::for_cast(&field.data_type, zone, true),
            });
        }
        if !columns.is_empty() && columns.len() == schema.len() {
            return Err(SparkError::new("ALL_PARTITION_COLUMNS_NOT_ALLOWED", &[]));
        }
        Ok(Self(columns))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn contains(&self, column: usize) -> bool {
        self.0.iter().any(|partition| partition.index == column)
    }

    /// The rows of each folder, folders in the order of their first rows.
    pub fn split(&self, batch: &RecordBatch) -> Vec<(String, Vec<u32>)> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut parts: Vec<(String, Vec<u32>)> = Vec::new();
        let (mut folder, mut value) = (String::new(), String::new());
        for row in 0..batch.num_rows() {
            folder.clear();
            for (at, column) in self.0.iter().enumerate() {
                if at > 0 {
                    folder.push('/');
                }
                let array = batch.column(column.index);
                value.clear();
                if !arrow::array::Array::is_null(array, row) {
                    column.text.write(array, row, &mut value);
                }
                let text = match value.as_str() {
                    "" => NULL_PARTITION.to_string(),
                    value => escaped(value),
                };
                let _ = write!(folder, "{}={text}", column.name);
            }
            let place = match places.get(folder.as_str()) {
                Some(place) => *place,
                None => {
                    places.insert(folder.clone(), parts.len());
                    parts.push((folder.clone(), Vec::new()));
                    parts.len() - 1
                }
            };
            if let (Some((_, rows)), Ok(row)) = (parts.get_mut(place), u32::try_from(row)) {
                rows.push(row);
            }
        }
        parts
    }
}

fn check_type(data_type: &DataType) -> Result<()> {
    let is_atomic = !matches!(
        data_type,
        DataType::Array { .. }
            | DataType::Map { .. }
            | DataType::Struct(_)
            | DataType::CalendarInterval
            | DataType::Variant
            | DataType::Null
    );
    if is_atomic {
        return Ok(());
    }
    let kind = format!("\"{}\"", data_type.sql());
    Err(SparkError::new(
        "INVALID_PARTITION_COLUMN_DATA_TYPE",
        &[("type", &kind)],
    ))
}

fn unknown(name: &str, schema: &StructType) -> SparkError {
    let schema = DataType::Struct(schema.clone()).simple_string();
    SparkError::new(
        "_LEGACY_ERROR_TEMP_1155",
        &[("col", name), ("schemaCatalog", &schema)],
    )
}

/// Percent signs for what Hive escapes in the names of folders.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_special = matches!(
            c,
            '\u{1}'
                ..='\u{1f}'
                    | '"'
                    | '#'
                    | '%'
                    | '\''
                    | '*'
                    | '/'
                    | ':'
                    | '='
                    | '?'
                    | '\\'
                    | '\u{7f}'
                    | '{'
                    | '['
                    | ']'
                    | '^'
        );
        if is_special {
            let _ = write!(out, "%{:02X}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// The folder of a file's path below the root.
pub fn folder_of(relative: &Path) -> &Path {
    relative.parent().unwrap_or(Path::new(""))
}
