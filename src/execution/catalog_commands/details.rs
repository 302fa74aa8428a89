//! `SHOW TABLE EXTENDED` and `DESCRIBE … AS JSON`: all that is known of tables, as text.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringArray};
use arrow::record_batch::RecordBatch;
use serde_json::{Map, Value, json};

use super::describe::{self, Row};
use super::{frame, matching, partitions};
use crate::error::{Result, SparkError, quoted};
use crate::execution::databases::GLOBAL;
use crate::execution::table_names::Found;
use crate::execution::tables::TableDefinition;
use crate::execution::{Session, Table, column_defaults, files};
use crate::plan::sql::PartitionSpec;
use crate::plan::{LocalData, Plan, Relation, Slices};
use crate::types::{DataType, StructField, StructType, tree_string};

/// `SHOW TABLE EXTENDED LIKE 'pattern' [PARTITION (…)]`.
pub fn show(
    session: &Session,
    namespace: Option<&[String]>,
    pattern: &str,
    spec: Option<PartitionSpec>,
) -> Result<Table> {
    let database = session.namespace(namespace)?;
    if let Some(spec) = spec {
        return show_partition(session, &database, pattern, &spec);
    }
    let warehouse = session.warehouse()?;
    let mut shown = Vec::new();
    for name in warehouse.names(&database)? {
        let is_meant = !matching(vec![name.table.clone()], Some(pattern))?.is_empty();
        if let Some(table) = warehouse.find(&name)?.filter(|_| is_meant) {
            let text = lines(session, &table)?;
            shown.push((database.clone(), name.table, false, text));
        }
    }
    let (views, of) = match database.as_str() {
        GLOBAL => (session.catalog.global_names(), GLOBAL.to_string()),
        _ => (session.catalog.names(), String::new()),
    };
    for name in matching(views, Some(pattern))? {
        let whole = match of.as_str() {
            "" => vec![name.clone()],
            of => vec![of.to_string(), name.clone()],
        };
        let view = session.analyze(Plan::new(Relation::Table(whole)))?;
        let text = of_view(session, &name, &view.resolved.schema());
        shown.push((of.clone(), name, true, text));
    }
    found(session, shown)
}

fn found(session: &Session, shown: Vec<(String, String, bool, String)>) -> Result<Table> {
    let field = |name: &str, kind| StructField::new(name, kind, false);
    let schema = StructType::new([
        field("namespace", DataType::String),
        field("tableName", DataType::String),
        field("isTemporary", DataType::Boolean),
        field("information", DataType::String),
    ]);
    let texts = |of: fn(&(String, String, bool, String)) -> &String| {
        Arc::new(StringArray::from_iter_values(shown.iter().map(of))) as ArrayRef
    };
    let temporary: Vec<bool> = shown.iter().map(|row| row.2).collect();
    let columns = vec![
        texts(|row| &row.0),
        texts(|row| &row.1),
        Arc::new(BooleanArray::from(temporary)) as ArrayRef,
        texts(|row| &row.3),
    ];
    let batch = RecordBatch::try_new(Arc::new(schema.to_arrow()), columns);
    session.analyze(Plan::new(Relation::Local(LocalData {
        schema,
        batches: Arc::new(vec![batch.map_err(SparkError::internal)?]),
        slices: Slices::Even,
    })))
}

fn text_of(rows: &[Row]) -> String {
    let lines = rows
        .iter()
        .map(|(key, value, _)| format!("{key}: {value}\n"));
    lines.collect()
}

fn lines(session: &Session, table: &TableDefinition) -> Result<String> {
    let mut rows = describe::facts(session, table)?;
    if !table.partition_by.is_empty() {
        let names = table.partition_by.iter().map(|name| quoted(&[name]));
        let names = format!("[{}]", names.collect::<Vec<_>>().join(", "));
        rows.push(describe::text("Partition Columns", names));
    }
    rows.push(describe::text("Schema", tree_string(&table.schema, None)));
    Ok(text_of(&rows))
}

/// What is known of a temporary view. The text that it was made by is not kept.
fn of_view(session: &Session, name: &str, schema: &StructType) -> String {
    let current = session.catalog.current();
    let names = schema.fields.iter().map(|f| quoted(&[&f.name]));
    let rows = [
        describe::text("Table", name),
        describe::text("Last Access", "UNKNOWN"),
        describe::text("Created By", "Spark 4.3.0"),
        describe::text("Type", "VIEW"),
        describe::text("View Schema Mode", "BINDING"),
        describe::text(
            "View Catalog and Namespace",
            format!("spark_catalog.{current}"),
        ),
        describe::text(
            "View Query Output Columns",
            format!("[{}]", names.collect::<Vec<_>>().join(", ")),
        ),
        describe::text("Schema", tree_string(schema, None)),
    ];
    text_of(&rows)
}

fn show_partition(
    session: &Session,
    database: &str,
    name: &str,
    spec: &PartitionSpec,
) -> Result<Table> {
    let whole = match session.catalog.current() == database {
        true => vec![name.to_string()],
        false => vec![database.to_string(), name.to_string()],
    };
    let table = session.table_for(&whole, "SHOW TABLE EXTENDED")?;
    if table.partition_by.is_empty() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1251",
            &[("action", "SHOW TABLE EXTENDED"), ("tableName", name)],
        ));
    }
    let folder = partitions::found(&table, spec)?;
    let values = spec.iter().map(|(column, value)| {
        let value = value.as_deref().unwrap_or("null");
        format!("{}={value}", column.to_lowercase())
    });
    let rows = [
        describe::text(
            "Partition Values",
            format!("[{}]", values.collect::<Vec<_>>().join(", ")),
        ),
        describe::text("Location", files::uri(&folder)),
    ];
    let shown = (
        database.to_string(),
        table.name.table.clone(),
        false,
        text_of(&rows),
    );
    found(session, vec![shown])
}

/// `DESCRIBE EXTENDED … AS JSON`.
pub fn as_json(session: &Session, name: &[String], spec: Option<PartitionSpec>) -> Result<Table> {
    let (facts, schema) = match describe::found(session, name)? {
        Found::Stored(table) => {
            let folder = spec.as_ref().map(|spec| partitions::found(&table, spec));
            let folder = folder.transpose()?;
            let mut facts = of_table(session, &table)?;
            if let (Some(folder), Some(spec)) = (folder, spec) {
                let values = spec.into_iter().map(|(column, value)| {
                    (
                        column.to_lowercase(),
                        value.map_or(Value::Null, Value::from),
                    )
                });
                facts.insert("partition_values".into(), Value::Object(values.collect()));
                facts.insert("location".into(), files::uri(&folder).into());
            }
            (facts, table.schema.clone())
        }
        Found::Temporary => {
            let view = session.analyze(Plan::new(Relation::Table(name.to_vec())))?;
            let schema = view.resolved.schema();
            (of_temporary(session, &schema), schema)
        }
    };
    let namespace = match facts.get("namespace") {
        Some(namespace) => namespace.clone(),
        None => json!(["session"]),
    };
    let table = name.last().map(|name| name.to_lowercase());
    let is_temporary = !facts.contains_key("namespace");
    let mut all = Map::new();
    all.insert("table_name".into(), json!(table));
    let catalog = if is_temporary {
        "system"
    } else {
        "spark_catalog"
    };
    all.insert("catalog_name".into(), json!(catalog));
    all.insert("namespace".into(), namespace.clone());
    all.insert("schema_name".into(), namespace[0].clone());
    let columns = schema.fields.iter().map(column);
    all.insert("columns".into(), columns.collect());
    for key in ORDER {
        if let Some(value) = facts.get(key) {
            all.insert(key.into(), value.clone());
        }
    }
    all.insert("collation".into(), json!("UTF8_BINARY"));
    let text = Value::Object(all).to_string();
    let field = ("json_metadata", Some("JSON metadata of the table"), false);
    frame(session, vec![field], vec![vec![Some(text)]])
}

/// In which order the facts stand.
const ORDER: [&str; 25] = [
    "partition_values",
    "location",
    "storage_properties",
    "created_time",
    "last_access",
    "created_by",
    "type",
    "provider",
    "bucket_columns",
    "num_buckets",
    "sort_columns",
    "comment",
    "table_properties",
    "statistics",
    "partition_provider",
    "partition_columns",
    "view_text",
    "view_original_text",
    "view_schema_mode",
    "view_catalog_and_namespace",
    "view_query_output_columns",
    "view_creation_spark_configuration",
    "clustering_information",
    "owner",
    "partition_statistics",
];

fn of_table(session: &Session, table: &TableDefinition) -> Result<Map<String, Value>> {
    let mut facts = Map::new();
    let mut put = |key: &str, value: Value| {
        facts.insert(key.to_string(), value);
    };
    put("namespace", json!([table.name.database]));
    if let Some(millis) = table.created {
        put("created_time", describe::instant(session, millis)?.into());
    }
    put("last_access", json!("UNKNOWN"));
    put("created_by", json!("Spark 4.3.0"));
    put("type", json!(table.kind()));
    if let Some(comment) = &table.comment {
        put("comment", json!(comment));
    }
    if !table.properties.is_empty() {
        put("table_properties", json!(table.properties));
    }
    if let Some(statistics) = &table.statistics {
        let mut told = Map::new();
        told.insert("size_in_bytes".into(), statistics.bytes.into());
        if let Some(rows) = statistics.rows {
            told.insert("num_rows".into(), rows.into());
        }
        put("statistics", Value::Object(told));
    }
    let Some(view) = &table.view else {
        put(
            "location",
            files::uri(&table.location)
                .replacen("file:///", "file:/", 1)
                .into(),
        );
        put("provider", json!(table.format));
        if !table.options.is_empty() {
            let options = table
                .options
                .iter()
                .cloned()
                .map(|(k, v)| (k, Value::from(v)));
            put("storage_properties", Value::Object(options.collect()));
        }
        if let Some(buckets) = &table.buckets {
            put("num_buckets", buckets.count.into());
            put("bucket_columns", json!(buckets.columns));
            put("sort_columns", json!(buckets.sort_by));
        }
        if !table.partition_by.is_empty() {
            put("partition_provider", json!("Catalog"));
            put("partition_columns", json!(table.partition_by));
        }
        return Ok(facts);
    };
    put("view_text", json!(view.text));
    put("view_original_text", json!(view.text));
    put("view_schema_mode", json!("COMPENSATION"));
    let place = format!("spark_catalog.{}", view.database);
    put("view_catalog_and_namespace", json!(place));
    put("view_query_output_columns", json!(view.columns));
    put("view_creation_spark_configuration", json!(view.settings));
    Ok(facts)
}

fn of_temporary(session: &Session, schema: &StructType) -> Map<String, Value> {
    let place = format!("spark_catalog.{}", session.catalog.current());
    let names: Vec<_> = schema.fields.iter().map(|f| f.name.clone()).collect();
    let facts = json!({
        "last_access": "UNKNOWN",
        "created_by": "Spark 4.3.0",
        "type": "VIEW",
        "view_schema_mode": "BINDING",
        "view_catalog_and_namespace": place,
        "view_query_output_columns": names,
    });
    match facts {
        Value::Object(facts) => facts,
        _ => Map::new(),
    }
}

fn column(field: &StructField) -> Value {
    let mut told = Map::new();
    told.insert("name".into(), json!(field.name));
    told.insert("type".into(), kind(&field.data_type));
    told.insert("nullable".into(), json!(field.nullable));
    if let Some(comment) = describe::comment(field) {
        told.insert("comment".into(), json!(comment));
    }
    if let Some(text) = column_defaults::text_of(field) {
        told.insert("default".into(), json!(text));
    }
    Value::Object(told)
}

fn kind(data_type: &DataType) -> Value {
    match data_type {
        DataType::String | DataType::Char { .. } => {
            json!({"name": "string", "collation": "UTF8_BINARY"})
        }
        DataType::Timestamp => json!({"name": "timestamp_ltz"}),
        DataType::Decimal { precision, scale } => {
            json!({"name": "decimal", "precision": precision, "scale": scale})
        }
        DataType::Array {
            element,
            contains_null,
        } => json!({
            "name": "array",
            "element_type": kind(element),
            "element_nullable": contains_null,
        }),
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => json!({
            "name": "map",
            "key_type": kind(key),
            "value_type": kind(value),
            "value_nullable": value_contains_null,
        }),
        DataType::Struct(fields) => {
            let fields: Vec<_> = fields.fields.iter().map(column).collect();
            json!({"name": "struct", "fields": fields})
        }
        DataType::YearMonthInterval { .. } | DataType::DayTimeInterval { .. } => {
            let text = data_type.simple_string();
            let mut units = text.trim_start_matches("interval ").split(" to ");
            let start = units.next().unwrap_or_default();
            let end = units.next().unwrap_or(start);
            json!({"name": "interval", "start_unit": start, "end_unit": end})
        }
        other => json!({"name": other.simple_string()}),
    }
}
