//! Columns that folders' names spell: `day=2020-01-01/kind=a`.
//!
//! [`discover`] finds their names and types, [`Partitions`] gives the values of one
//! file. The rules of types and conflicts are Spark's.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use datafusion::common::ScalarValue;

use super::listing::Found;
use super::{FileEntry, unescaped};
use crate::error::{ErrorClass, Result, SparkError, quoted};
use crate::formats::read_text_value;
use crate::storage;
use crate::types::{DataType, StructField, StructType, Zone};

/// The folder of rows whose value is null.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// Which columns the folders below some roots spell.
#[derive(Debug, Clone, Default)]
pub struct Partitions {
    pub columns: StructType,
    /// The names that the folders spell, each the column of that place or none.
    depth: usize,
    /// Where the folders that count begin.
    bases: Vec<PathBuf>,
    zone: Option<Zone>,
}

/// What discovery goes by.
#[derive(Debug, Clone)]
pub struct Rules<'a> {
    pub base_path: Option<&'a Path>,
    pub schema: Option<&'a StructType>,
    /// `spark.sql.sources.partitionColumnTypeInference.enabled`
    pub typed: bool,
    pub case_sensitive: bool,
    pub recursive: bool,
    pub zone: Zone,
}

impl Partitions {
    /// No columns, whatever the folders are called.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether no folder spells anything.
    pub fn is_empty(&self) -> bool {
        self.depth == 0
    }

    /// Only those columns that a schema has.
    #[must_use]
    pub fn within(mut self, schema: &StructType) -> Self {
        let known = |name: &str| schema.fields.iter().any(|f| f.name == name);
        let kept = self.columns.fields.iter().filter(|f| known(&f.name));
        self.columns = StructType::new(kept.cloned());
        self
    }

    /// The values of the file's folder, in the order of the columns; `None` for a
    /// file that is in no such folder.
    pub fn values(&self, file: &Path) -> Result<Option<Vec<ScalarValue>>> {
        let folder = file.parent().unwrap_or(file);
        let Some(spelled) = spelled(folder, &self.bases)?.0 else {
            return Ok(None);
        };
        let mut out = Vec::with_capacity(self.columns.len());
        for field in self.columns.fields.iter() {
            let named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case(&field.name);
            let Some((_, raw)) = spelled.iter().find(named) else {
                return Ok(None);
            };
            out.push(value(raw, field, self.zone.unwrap_or(Zone::UTC))?);
        }
        Ok(Some(out))
    }
}

type Spelled = Vec<(String, String)>;

/// The names and raw values of a folder and those above it, up to a base; and where
/// that ended.
fn spelled(folder: &Path, bases: &[PathBuf]) -> Result<(Option<Spelled>, Option<PathBuf>)> {
    let mut columns = Vec::new();
    let mut current = folder;
    loop {
        let name = current.file_name().unwrap_or_default().to_string_lossy();
        if name.eq_ignore_ascii_case("_temporary") {
            return Ok((None, None));
        }
        if bases.iter().any(|base| base == current) {
            break;
        }
        match name.split_once('=') {
            Some((_, "")) => {
                return Err(SparkError::new(
                    "EMPTY_PARTITION_COLUMN_VALUE",
                    &[("columnSpec", &name)],
                ));
            }
            Some((column, raw)) => columns.push((unescaped(column), raw.to_string())),
            None if !columns.is_empty() => break,
            None => {}
        }
        match current.parent() {
            Some(parent) => current = parent,
            None => break,
        }
    }
    if columns.is_empty() {
        return Ok((None, Some(folder.to_path_buf())));
    }
    columns.reverse();
    Ok((Some(columns), Some(current.to_path_buf())))
}

/// Finds the partition columns of what was listed, and leaves among the files those
/// that a read of the roots means.
pub fn discover(found: &mut Found, rules: &Rules<'_>) -> Result<Partitions> {
    if rules.recursive {
        return Ok(Partitions::none());
    }
    let partitions = find(found, rules)?;
    select(&mut found.files, &found.roots, &partitions);
    Ok(partitions)
}

/// Without partition columns only what is right below a root is read; with them only
/// what is in a folder that spells them.
pub fn select(files: &mut Vec<FileEntry>, roots: &[PathBuf], partitions: &Partitions) {
    let roots: BTreeSet<&Path> = roots.iter().map(PathBuf::as_path).collect();
    let mut known: Option<(PathBuf, bool)> = None;
    files.retain(|file| {
        let folder = file.path.parent().unwrap_or(&file.path);
        if let Some((last, kept)) = &known
            && last == folder
        {
            return *kept;
        }
        if partitions.is_empty() {
            return roots.contains(file.path.as_path()) || roots.contains(folder);
        }
        let kept = spelled(folder, &partitions.bases)
            .is_ok_and(|(columns, _)| columns.is_some_and(|c| c.len() == partitions.depth));
        known = Some((folder.to_path_buf(), kept));
        kept
    });
}

fn find(found: &Found, rules: &Rules<'_>) -> Result<Partitions> {
    let bases = bases(found, rules)?;
    let folders: BTreeSet<&Path> = found.files.iter().filter_map(|f| f.path.parent()).collect();
    let mut all: Vec<(&Path, Spelled)> = Vec::new();
    let mut ends = BTreeSet::new();
    for folder in folders {
        let (columns, end) = spelled(folder, &bases)?;
        ends.extend(end.map(|e| e.display().to_string().to_lowercase()));
        if let Some(columns) = columns {
            all.push((folder, columns));
        }
    }
    if all.is_empty() {
        return Ok(Partitions::none());
    }
    if ends.len() > 1 {
        let shown: Vec<_> = ends.iter().map(|end| format!("\n\tfile:{end}")).collect();
        return Err(SparkError::new(
            "CONFLICTING_DIRECTORY_STRUCTURES",
            &[("discoveredBasePaths", &format!("{}\n", shown.concat()))],
        ));
    }
    check_names(&all, rules.case_sensitive)?;
    let columns = columns(&all, rules);
    // A folder that no value can be made of is said now, not when it is read.
    for (folder, spelled) in &all {
        for ((_, raw), field) in spelled.iter().zip(columns.fields.iter()) {
            value(raw, field, rules.zone)
                .map_err(|e| e.with_cause(SparkError::internal(folder.display())))?;
        }
    }
    Ok(Partitions {
        depth: columns.len(),
        columns,
        bases,
        zone: Some(rules.zone),
    })
}

fn bases(found: &Found, rules: &Rules<'_>) -> Result<Vec<PathBuf>> {
    let Some(base) = rules.base_path else {
        let files: BTreeSet<&Path> = found.files.iter().map(|f| f.path.as_path()).collect();
        let base_of = |root: &PathBuf| match (files.contains(root.as_path()), root.parent()) {
            (true, Some(parent)) => parent.to_path_buf(),
            _ => root.clone(),
        };
        return Ok(found.roots.iter().map(base_of).collect());
    };
    let facts = storage::facts(base);
    if facts.is_ok_and(|facts| !facts.is_dir) {
        return Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            "Option 'basePath' must be a directory",
        ));
    }
    match found.roots.iter().find(|root| !root.starts_with(base)) {
        None => Ok(vec![base.to_path_buf()]),
        Some(root) => Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            format!(
                "Wrong basePath {} for the root path: {}",
                storage::shown(base),
                storage::hadoop(root)
            ),
        )),
    }
}

fn check_names(all: &[(&Path, Spelled)], case_sensitive: bool) -> Result<()> {
    let fold = |name: &String| match case_sensitive {
        true => name.clone(),
        false => name.to_lowercase(),
    };
    let lists: BTreeSet<Vec<String>> = all
        .iter()
        .map(|(_, columns)| columns.iter().map(|(name, _)| fold(name)).collect())
        .collect();
    if lists.len() < 2 {
        return Ok(());
    }
    let shown: Vec<_> = lists
        .iter()
        .enumerate()
        .map(|(at, names)| format!("\n\tPartition column name list #{at}: {}", names.join(", ")))
        .collect();
    let paths: Vec<_> = all
        .iter()
        .map(|(folder, _)| format!("\n\t{}", storage::hadoop(folder)))
        .collect();
    Err(SparkError::new(
        "CONFLICTING_PARTITION_COLUMN_NAMES",
        &[
            ("distinctPartColLists", &format!("{}\n", shown.concat())),
            ("suspiciousPaths", &paths.concat()),
        ],
    ))
}

/// Name and type of each column: those of the user's schema go first.
fn columns(all: &[(&Path, Spelled)], rules: &Rules<'_>) -> StructType {
    let mut given: HashMap<String, &StructField> = HashMap::new();
    let fold = |name: &str| match rules.case_sensitive {
        true => name.to_string(),
        false => name.to_lowercase(),
    };
    for field in rules.schema.iter().flat_map(|s| s.fields.iter()) {
        given.insert(fold(&field.name), field);
    }
    let names = all.first().map(|(_, columns)| columns.as_slice());
    let fields = names
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(at, (name, _))| {
            if let Some(field) = given.get(&fold(name)) {
                return StructField::new(&field.name, field.data_type.clone(), true);
            }
            let mut kind = DataType::Null;
            for (_, columns) in all {
                let raw = columns.get(at).map_or("", |(_, raw)| raw.as_str());
                kind = wider(kind, inferred(raw, rules));
            }
            if !rules.typed {
                kind = DataType::String;
            }
            StructField::new(name, kind, true)
        });
    StructType::new(fields)
}

/// The type that a value alone would have.
fn inferred(raw: &str, rules: &Rules<'_>) -> DataType {
    if raw == NULL {
        return DataType::Null;
    }
    if !rules.typed {
        return DataType::String;
    }
    if raw.parse::<i32>().is_ok() {
        return DataType::Integer;
    }
    if raw.parse::<i64>().is_ok() {
        return DataType::Long;
    }
    let digits = raw.strip_prefix(['-', '+']).unwrap_or(raw);
    if !digits.is_empty() && digits.len() <= 38 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let precision = u8::try_from(digits.trim_start_matches('0').len()).unwrap_or(38);
        return DataType::Decimal {
            precision: precision.max(1),
            scale: 0,
        };
    }
    for kind in [DataType::Double, DataType::Date, DataType::Timestamp] {
        let text = match kind {
            DataType::Timestamp => unescaped(raw),
            _ => raw.to_string(),
        };
        if looks_like(&text, &kind) && read_text_value(&text, &kind, rules.zone).is_some() {
            return kind;
        }
    }
    DataType::String
}

/// Whether a text has the one form in which its type is recognised.
fn looks_like(text: &str, kind: &DataType) -> bool {
    let digit_at = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    match kind {
        DataType::Date => text.len() == 10 && digit_at(3) && text.get(4..5) == Some("-"),
        DataType::Timestamp => {
            text.len() >= 19
                && text.get(4..5) == Some("-")
                && text.get(10..11) == Some(" ")
                && text.get(13..14) == Some(":")
                && text
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b"-: .".contains(&b))
        }
        _ => true,
    }
}

/// The type that holds the values of both.
fn wider(left: DataType, right: DataType) -> DataType {
    use DataType::{Date, Decimal, Double, Integer, Long, Null, String, Timestamp};
    match (left, right) {
        (l, r) if l == r => l,
        (Null, other) | (other, Null) => other,
        (Integer, Long) | (Long, Integer) => Long,
        (Integer, Double) | (Double, Integer) => Double,
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        (Decimal { precision, .. }, Integer) | (Integer, Decimal { precision, .. }) => Decimal {
            precision: precision.max(10),
            scale: 0,
        },
        (Decimal { precision, .. }, Long) | (Long, Decimal { precision, .. }) => Decimal {
            precision: precision.max(20),
            scale: 0,
        },
        (Decimal { precision: l, .. }, Decimal { precision: r, .. }) => Decimal {
            precision: l.max(r),
            scale: 0,
        },
        _ => String,
    }
}

fn value(raw: &str, field: &StructField, zone: Zone) -> Result<ScalarValue> {
    let arrow = field.data_type.to_arrow();
    if raw == NULL {
        return ScalarValue::try_from(&arrow).map_err(SparkError::internal);
    }
    let text = unescaped(raw);
    match read_text_value(&text, &field.data_type, zone) {
        Some(array) => ScalarValue::try_from_array(&array, 0).map_err(SparkError::internal),
        None => Err(SparkError::new(
            "INVALID_PARTITION_VALUE",
            &[
                ("value", &format!("'{raw}'")),
                ("dataType", &format!("\"{}\"", field.data_type.sql())),
                ("columnName", &quoted(&[&field.name])),
            ],
        )),
    }
}
