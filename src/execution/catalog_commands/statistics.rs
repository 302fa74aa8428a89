//! `ANALYZE`: how much a table holds, and what the values of its columns are, which
//! `DESCRIBE EXTENDED` tells. Nothing else goes by it: the engine reads what files say of
//! themselves.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{Array, AsArray};

use super::partitions;
use crate::error::{Result, SparkError, quoted};
use crate::execution::table_names::Found;
use crate::execution::tables::{ColumnStatistics, Statistics, TableDefinition};
use crate::execution::{Session, files};
use crate::plan::sql::{AnalyzedColumns, Parameters, PartitionSpec, Statement};
use crate::types::{DataType, StructField, Zone};

pub async fn analyze(
    session: &Session,
    name: &[String],
    spec: Option<PartitionSpec>,
    counts: bool,
    columns: Option<AnalyzedColumns>,
) -> Result<()> {
    if let Some(columns) = columns {
        let mut table = table_of_columns(session, name)?;
        let fields = wanted(&table, columns)?;
        table.statistics = Some(of_columns(session, &table, &fields).await?);
        return session.warehouse()?.keep(&table);
    }
    let table = session.table_for(name, "ANALYZE TABLE")?;
    if let Some(spec) = spec {
        partitions::some(&table, &spec)?;
        return Err(SparkError::not_implemented("ANALYZE TABLE … PARTITION"));
    }
    keep(session, table, counts).await
}

pub async fn analyze_all(
    session: &Session,
    namespace: Option<Vec<String>>,
    counts: bool,
) -> Result<()> {
    let database = session.namespace(namespace.as_deref())?;
    let warehouse = session.warehouse()?;
    for name in warehouse.names(&database)? {
        if let Some(table) = warehouse.find(&name)?.filter(|table| table.view.is_none()) {
            keep(session, table, counts).await?;
        }
    }
    Ok(())
}

async fn keep(session: &Session, table: TableDefinition, counts: bool) -> Result<()> {
    let rows = match counts {
        true => {
            let all = session.analyze(table.read(false))?;
            u64::try_from(session.count(&all.resolved).await?).ok()
        }
        false => table.statistics.as_ref().and_then(|before| before.rows),
    };
    let bytes = size(&table.location).map_err(|e| files::failed(&table.location, &e))?;
    let columns = table.statistics.as_ref().map(|s| s.columns.clone());
    session.warehouse()?.keep(&TableDefinition {
        statistics: Some(Statistics {
            bytes,
            rows,
            columns: columns.unwrap_or_default(),
        }),
        ..table
    })
}

/// The table whose columns are looked at, which no view may be.
fn table_of_columns(session: &Session, name: &[String]) -> Result<TableDefinition> {
    let refused = |condition: &str, parameters: &[(&str, &str)]| {
        let condition = format!("UNSUPPORTED_FEATURE.{condition}");
        Err(SparkError::new(&condition, parameters))
    };
    match session.named(name)? {
        Found::Stored(table) if table.view.is_none() => Ok(*table),
        Found::Stored(_) => refused("ANALYZE_VIEW", &[]),
        Found::Temporary if session.is_table_kept(name)? => Err(SparkError::not_implemented(
            "ANALYZE TABLE … FOR COLUMNS of a temporary view",
        )),
        Found::Temporary => {
            let view = quoted(name);
            refused("ANALYZE_UNCACHED_TEMP_VIEW", &[("viewName", &view)])
        }
    }
}

fn wanted(table: &TableDefinition, columns: AnalyzedColumns) -> Result<Vec<StructField>> {
    let fields = &table.schema.fields;
    let found: Vec<StructField> = match columns {
        AnalyzedColumns::All => fields.to_vec(),
        AnalyzedColumns::Named(names) => {
            let field = |name: &String| {
                let found = fields.iter().find(|f| f.name.eq_ignore_ascii_case(name));
                found.cloned().ok_or_else(|| {
                    SparkError::new(
                        "COLUMN_NOT_FOUND",
                        &[
                            ("colName", &quoted(&[name])),
                            ("caseSensitiveConfig", "\"spark.sql.caseSensitive\""),
                        ],
                    )
                })
            };
            names.iter().map(field).collect::<Result<_>>()?
        }
    };
    for field in &found {
        use DataType as D;
        match &field.data_type {
            D::TimestampNtz | D::YearMonthInterval { .. } | D::DayTimeInterval { .. } => {
                let kind = field.data_type.sql();
                let what = format!("ANALYZE TABLE … FOR COLUMNS of the type {kind}");
                return Err(SparkError::not_implemented(what));
            }
            kind if width(kind).is_none() => {
                return Err(SparkError::new(
                    "UNSUPPORTED_FEATURE.ANALYZE_UNSUPPORTED_COLUMN_TYPE",
                    &[
                        ("columnType", &format!("\"{}\"", kind.sql())),
                        ("columnName", &quoted(&[&field.name])),
                        ("tableName", &table.whole_name()),
                    ],
                ));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The bytes that a value of a type is reckoned with; none where values are not looked at.
fn width(data_type: &DataType) -> Option<u64> {
    Some(match data_type {
        DataType::Boolean | DataType::Byte => 1,
        DataType::Short => 2,
        DataType::Integer | DataType::Float | DataType::Date => 4,
        DataType::Long | DataType::Double | DataType::Timestamp => 8,
        DataType::Decimal { precision, .. } if *precision <= 18 => 8,
        DataType::Decimal { .. } => 16,
        DataType::String => 20,
        DataType::Binary => 100,
        _ => return None,
    })
}

/// All of it is asked in one query, each answer as a text.
async fn of_columns(
    session: &Session,
    table: &TableDefinition,
    fields: &[StructField],
) -> Result<Statistics> {
    let error = session.conf.find("spark.sql.statistics.ndv.maxError");
    let error = error.unwrap_or_else(|| "0.05".into());
    let mut asked = vec!["count(1)".to_string()];
    for field in fields {
        asked.extend(questions(field, &error));
    }
    let items = asked.iter().map(|item| format!("CAST({item} AS STRING)"));
    let items: Vec<_> = items.collect();
    let text = format!("SELECT {} FROM {}", items.join(", "), table.whole_name());
    let Statement::Query(plan) = session.parse(&text, &Parameters::None)? else {
        return Err(SparkError::internal("a query about columns is none"));
    };
    let resolved = session.analyze(plan)?.resolved;
    let batches = session.collect(&resolved, None).await?;
    let row = batches.iter().find(|batch| batch.num_rows() > 0);
    let row = row.ok_or_else(|| SparkError::internal("an aggregate gave no row"))?;
    let mut answers = row.columns().iter().map(|column| {
        let texts = column.as_string::<i32>();
        (!texts.is_null(0)).then(|| texts.value(0).to_string())
    });
    let mut next = || answers.next().flatten();
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let rows: u64 = number(next()).unwrap_or(0);
    let mut columns = BTreeMap::new();
    for field in fields {
        let (set, distinct) = (number(next()).unwrap_or(0), number(next()).unwrap_or(0));
        let (min, max) = (next(), next());
        let lengths = (number(next()), number(next()));
        let usual = width(&field.data_type).unwrap_or(0);
        let shown = |value: Option<String>| value.map(|text| bound(&text, &field.data_type));
        columns.insert(
            field.name.clone(),
            ColumnStatistics {
                min: shown(min),
                max: shown(max),
                nulls: rows.saturating_sub(set),
                distinct: distinct.min(set),
                average_length: lengths.0.unwrap_or(usual),
                longest: lengths.1.unwrap_or(usual),
            },
        );
    }
    let bytes = size(&table.location).map_err(|e| files::failed(&table.location, &e))?;
    let before = table.statistics.as_ref().map(|s| s.columns.clone());
    let mut all = before.unwrap_or_default();
    all.extend(columns);
    Ok(Statistics {
        bytes,
        rows: Some(rows),
        columns: all,
    })
}

/// How many are set, how many differ, the least, the greatest, and how long they are.
fn questions(field: &StructField, error: &str) -> [String; 6] {
    let name = quoted(&[&field.name]);
    let nothing = || "NULL".to_string();
    let (bounds, lengths) = match field.data_type {
        DataType::String | DataType::Binary => (
            [nothing(), nothing()],
            [
                format!("ceil(avg(length({name})))"),
                format!("max(length({name}))"),
            ],
        ),
        DataType::Timestamp => (
            [
                format!("unix_micros(min({name}))"),
                format!("unix_micros(max({name}))"),
            ],
            [nothing(), nothing()],
        ),
        _ => (
            [format!("min({name})"), format!("max({name})")],
            [nothing(), nothing()],
        ),
    };
    let [least, greatest] = bounds;
    let [average, longest] = lengths;
    [
        format!("count({name})"),
        format!("approx_count_distinct({name}, {error})"),
        least,
        greatest,
        average,
        longest,
    ]
}

/// A bound as it is kept: of moments in UTC, with all digits.
fn bound(text: &str, data_type: &DataType) -> String {
    let micros = match (data_type, text.parse::<i64>()) {
        (DataType::Timestamp, Ok(micros)) => micros,
        _ => return text.to_string(),
    };
    let mut whole = String::new();
    let second = micros.div_euclid(1_000_000) * 1_000_000;
    crate::types::format::write_timestamp(second, Zone::UTC, &mut whole);
    format!("{whole}.{:06} +0000", micros.rem_euclid(1_000_000))
}

/// The bytes of all files below a folder that are a table's: no name begins with a dot or
/// an underscore.
fn size(folder: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let hidden = matches!(name.as_encoded_bytes().first(), Some(b'.' | b'_'));
        let is_column = name.as_encoded_bytes().contains(&b'=');
        match entry.file_type()?.is_dir() {
            _ if hidden && !is_column => {}
            true => sum += size(&entry.path())?,
            false => sum += entry.metadata()?.len(),
        }
    }
    Ok(sum)
}
