//! `DESCRIBE` of tables, views, columns and queries.

use super::{details, frame, partitions};
use crate::analysis::not_found;
use crate::error::{Result, SparkError, quoted};
use crate::execution::table_names::Found;
use crate::execution::tables::{ColumnStatistics, TableDefinition, ViewQuery};
use crate::execution::{Session, Table, clustering, column_defaults, files};
use crate::plan::sql::Described;
use crate::plan::{Plan, Relation};
use crate::types::{StructField, StructType, bounded};

/// Name, type, comment.
pub type Row = (String, String, Option<String>);

pub fn describe(session: &Session, described: Described) -> Result<Table> {
    match described {
        Described::Query(plan) => {
            let schema = session.analyze(plan)?.resolved.schema();
            let plain = schema.fields.iter().map(|field| {
                let (name, _, comment) = column(field);
                (name, field.data_type.simple_string(), comment)
            });
            rows(session, plain.collect())
        }
        Described::Table { name, extended } => table(session, &name, extended),
        Described::Column {
            table,
            column,
            extended,
        } => one_column(session, &table, &column, extended),
        Described::Json { name, spec } => details::as_json(session, &name, spec),
        Described::Partition { name, spec } => {
            let found = session.table_for(&name, "DESCRIBE TABLE")?;
            partitions::found(&found, &spec)?;
            let mut all = columns(&found.schema);
            all.extend(of_partitions(&found));
            rows(session, all)
        }
    }
}

pub fn found(session: &Session, name: &[String]) -> Result<Found> {
    session
        .named(name)
        .map_err(|error| match error.condition() {
            "TABLE_OR_VIEW_NOT_FOUND" => not_found(
                name,
                &crate::analysis::search_path(&session.catalog.current()),
            ),
            _ => error,
        })
}

fn table(session: &Session, name: &[String], extended: bool) -> Result<Table> {
    let table = match found(session, name)? {
        Found::Temporary => {
            let view = session.analyze(Plan::new(Relation::Table(name.to_vec())))?;
            return rows(session, columns(&view.resolved.schema()));
        }
        Found::Stored(table) => table,
    };
    let mut all = columns(&table.schema);
    all.extend(of_clusters(&table));
    all.extend(of_partitions(&table));
    if extended {
        all.push(text("", ""));
        all.push(text("# Detailed Table Information", ""));
        all.extend(facts(session, &table)?);
    }
    all.extend(defaults(&table.schema));
    rows(session, all)
}

fn columns(schema: &StructType) -> Vec<Row> {
    schema.fields.iter().map(column).collect()
}

fn column(field: &StructField) -> Row {
    (
        field.name.clone(),
        bounded::declared(field).simple_string(),
        comment(field),
    )
}

pub fn comment(field: &StructField) -> Option<String> {
    let comment = field.metadata.get("comment")?;
    comment.as_str().map(str::to_string)
}

pub fn text(name: &str, value: impl Into<String>) -> Row {
    (name.to_string(), value.into(), Some(String::new()))
}

fn of_clusters(table: &TableDefinition) -> Vec<Row> {
    let Some(names) = clustering::columns(table) else {
        return Vec::new();
    };
    let title = (
        "# col_name".into(),
        "data_type".into(),
        Some("comment".into()),
    );
    let mut all = vec![text("# Clustering Information", ""), title];
    let fields = table.schema.fields.iter();
    all.extend(
        fields
            .filter(|field| names.contains(&field.name))
            .map(column),
    );
    all
}

fn of_partitions(table: &TableDefinition) -> Vec<Row> {
    if table.partition_by.is_empty() {
        return Vec::new();
    }
    let title = (
        "# col_name".into(),
        "data_type".into(),
        Some("comment".into()),
    );
    let mut all = vec![text("# Partition Information", ""), title];
    let by = table.schema.fields.iter();
    all.extend(
        by.filter(|f| table.partition_by.contains(&f.name))
            .map(column),
    );
    all
}

/// The columns that have a default value, with its text.
fn defaults(schema: &StructType) -> Vec<Row> {
    let fields = schema.fields.iter();
    let told = fields.filter_map(|field| {
        let value = column_defaults::text_of(field)?.to_string();
        let (name, data_type, _) = column(field);
        Some((name, data_type, Some(value)))
    });
    let mut all: Vec<Row> = told.collect();
    if !all.is_empty() {
        let head = [text("", ""), text("# Column Default Values", "")];
        all.splice(0..0, head);
    }
    all
}

/// What is known of a table beside its columns.
pub fn facts(session: &Session, table: &TableDefinition) -> Result<Vec<Row>> {
    let mut all = vec![
        text("Catalog", "spark_catalog"),
        text("Database", &table.name.database),
        text("Table", &table.name.table),
        text("Owner", session.context()?.user),
    ];
    if let Some(millis) = table.created {
        all.push(text("Created Time", created(session, millis)?));
    }
    all.push(text("Last Access", "UNKNOWN"));
    all.push(text("Created By", "Spark 4.3.0"));
    all.push(text("Type", table.kind()));
    if table.view.is_none() {
        all.push(text("Provider", &table.format));
    }
    if let Some(buckets) = &table.buckets {
        let names = |names: &[String]| {
            let names: Vec<_> = names.iter().map(|name| quoted(&[name])).collect();
            format!("[{}]", names.join(", "))
        };
        all.push(text("Num Buckets", buckets.count.to_string()));
        all.push(text("Bucket Columns", names(&buckets.columns)));
        all.push(text("Sort Columns", names(&buckets.sort_by)));
    }
    if let Some(comment) = &table.comment {
        all.push(text("Comment", comment));
    }
    if !table.properties.is_empty() {
        all.push(text("Table Properties", pairs(table.properties.iter())));
    }
    if let Some(statistics) = &table.statistics {
        let rows = statistics.rows.map(|rows| format!(", {rows} rows"));
        let rows = rows.unwrap_or_default();
        all.push(text(
            "Statistics",
            format!("{} bytes{rows}", statistics.bytes),
        ));
    }
    match &table.view {
        Some(query) => all.extend(of_view(query)),
        None => {
            let place = files::uri(&table.location).replacen("file:///", "file:/", 1);
            all.push(text("Location", place));
            if !table.options.is_empty() {
                let options = table.options.iter().map(|(k, v)| (k, v));
                all.push(text("Storage Properties", pairs(options)));
            }
            if !table.partition_by.is_empty() {
                all.push(text("Partition Provider", "Catalog"));
            }
        }
    }
    Ok(all)
}

/// `Sun Nov 22 02:48:31 UTC 2026`.
fn created(session: &Session, millis: i64) -> Result<String> {
    let zone = session.conf.zone()?;
    let local = zone.utc_to_local(millis.saturating_mul(1000));
    let moment = chrono::DateTime::from_timestamp_micros(local);
    let moment = moment.ok_or_else(|| SparkError::internal("a moment out of range"))?;
    let (first, year) = (moment.format("%a %b %d %H:%M:%S"), moment.format("%Y"));
    Ok(format!("{first} {} {year}", zone.name()))
}

/// `2026-11-22T02:48:31Z`.
pub fn instant(session: &Session, millis: i64) -> Result<String> {
    let zone = session.conf.zone()?;
    let local = zone.utc_to_local(millis.saturating_mul(1000));
    let moment = chrono::DateTime::from_timestamp_micros(local);
    let moment = moment.ok_or_else(|| SparkError::internal("a moment out of range"))?;
    Ok(moment.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

fn of_view(query: &ViewQuery) -> Vec<Row> {
    let columns: Vec<_> = query.columns.iter().map(|c| quoted(&[c])).collect();
    vec![
        text("View Text", &query.text),
        text("View Original Text", &query.text),
        text("View Schema Mode", "COMPENSATION"),
        text(
            "View Catalog and Namespace",
            format!("spark_catalog.{}", query.database),
        ),
        text(
            "View Query Output Columns",
            format!("[{}]", columns.join(", ")),
        ),
    ]
}

fn pairs<'a>(all: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let all: Vec<_> = all.map(|(key, value)| format!("{key}={value}")).collect();
    format!("[{}]", all.join(", "))
}

fn rows(session: &Session, all: Vec<Row>) -> Result<Table> {
    let (mut names, mut types, mut comments) = (Vec::new(), Vec::new(), Vec::new());
    for (name, data_type, comment) in all {
        names.push(Some(name));
        types.push(Some(data_type));
        comments.push(comment);
    }
    let fields = vec![
        ("col_name", Some("name of the column"), false),
        ("data_type", Some("data type of the column"), false),
        ("comment", Some("comment of the column"), true),
    ];
    frame(session, fields, vec![names, types, comments])
}

/// `DESCRIBE t c`.
fn one_column(
    session: &Session,
    name: &[String],
    column: &[String],
    extended: bool,
) -> Result<Table> {
    let mut known = None;
    let schema = match found(session, name)? {
        Found::Stored(table) => {
            known = table.statistics;
            table.schema
        }
        Found::Temporary => {
            let view = session.analyze(Plan::new(Relation::Table(name.to_vec())))?;
            view.resolved.schema()
        }
    };
    let find = |wanted: &String| {
        let mut fields = schema.fields.iter();
        fields
            .find(|f| f.name.eq_ignore_ascii_case(wanted))
            .cloned()
    };
    let table = name.last();
    let qualified = column.len() > 1 && column.first() == table;
    let inner = if qualified { &column[1..] } else { column };
    let field = match inner {
        [only] => find(only),
        [first, ..] if find(first).is_some() => {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1060",
                &[
                    ("command", "DESC TABLE COLUMN"),
                    ("column", &inner.join(".")),
                ],
            ));
        }
        _ => None,
    };
    let Some(field) = field else {
        return Err(SparkError::new(
            "COLUMN_NOT_FOUND",
            &[
                ("colName", &quoted(inner)),
                ("caseSensitiveConfig", "\"spark.sql.caseSensitive\""),
            ],
        ));
    };
    let null = || "NULL".to_string();
    let mut all = vec![
        ("col_name", field.name.clone()),
        ("data_type", bounded::declared(&field).simple_string()),
        ("comment", comment(&field).unwrap_or_else(null)),
    ];
    if extended {
        let known = known.and_then(|all| all.columns.get(&field.name).cloned());
        let number = |of: fn(&ColumnStatistics) -> u64| {
            let value = known.as_ref().map(|known| of(known).to_string());
            value.unwrap_or_else(null)
        };
        let least = known.as_ref().and_then(|known| known.min.clone());
        let greatest = known.as_ref().and_then(|known| known.max.clone());
        all.extend([
            ("min", least.unwrap_or_else(null)),
            ("max", greatest.unwrap_or_else(null)),
            ("num_nulls", number(|known| known.nulls)),
            ("distinct_count", number(|known| known.distinct)),
            ("avg_col_len", number(|known| known.average_length)),
            ("max_col_len", number(|known| known.longest)),
            ("histogram", null()),
        ]);
        if let Some(text) = column_defaults::text_of(&field) {
            all.push(("default", text.to_string()));
        }
    }
    let (names, values) = all
        .into_iter()
        .map(|(name, value)| (Some(name.to_string()), Some(value)))
        .unzip();
    let fields = vec![
        ("info_name", Some("name of the column info"), false),
        ("info_value", Some("value of the column info"), false),
    ];
    frame(session, fields, vec![names, values])
}
