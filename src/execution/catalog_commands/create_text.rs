//! `SHOW CREATE TABLE`: the statement that makes a table or view again.

use super::describe::comment;
use crate::error::{Result, SparkError, quoted};
use crate::execution::Session;
use crate::execution::clustering;
use crate::execution::column_defaults::text_of;
use crate::execution::table_names::Found;
use crate::execution::tables::{TableDefinition, ViewQuery};
use crate::types::{DataType, StructField, bounded};

pub fn create_text(session: &Session, name: &[String], as_serde: bool) -> Result<String> {
    let Found::Stored(table) = session.named(name)? else {
        return Err(SparkError::new(
            "EXPECT_PERMANENT_VIEW_NOT_TEMP",
            &[
                ("operation", "SHOW CREATE TABLE"),
                ("viewName", &quoted(name)),
            ],
        ));
    };
    if as_serde && table.view.is_none() {
        return Err(SparkError::new(
            "UNSUPPORTED_SHOW_CREATE_TABLE.ON_DATA_SOURCE_TABLE_WITH_AS_SERDE",
            &[("tableName", &table.whole_name())],
        ));
    }
    Ok(match &table.view {
        Some(query) => of_view(&table, query),
        None => of_table(&table),
    })
}

fn of_table(table: &TableDefinition) -> String {
    let columns = table.schema.fields.iter().map(|field| {
        let name = identifier(&field.name);
        let said = comment(field).map(|text| format!(" COMMENT {}", literal(&text)));
        let default = text_of(field).map(|text| format!(" DEFAULT {text}"));
        format!(
            "{name} {}{}{}",
            type_text(&bounded::declared(field)),
            default.unwrap_or_default(),
            said.unwrap_or_default()
        )
    });
    let mut out = format!("CREATE TABLE {} {}", table.plain_name(), list(columns));
    out.push_str(&format!("USING {}\n", table.format));
    let mut options: Vec<_> = table.options.iter().collect();
    options.sort();
    if !options.is_empty() {
        let options = options.into_iter().map(|(k, v)| (k, v));
        out.push_str(&format!("OPTIONS {}", pairs(options)));
    }
    if !table.partition_by.is_empty() {
        let by: Vec<_> = table
            .partition_by
            .iter()
            .map(|name| identifier(name))
            .collect();
        out.push_str(&format!("PARTITIONED BY ({})\n", by.join(", ")));
    }
    if let Some(names) = clustering::columns(table) {
        let names: Vec<_> = names.iter().map(|name| identifier(name)).collect();
        let names = names.join(", ");
        out.push_str(&format!("PARTITIONED BY (cluster_by({names}))\n"));
    }
    if let Some(buckets) = &table.buckets {
        let names = |names: &[String]| {
            let names: Vec<_> = names.iter().map(|name| identifier(name)).collect();
            names.join(", ")
        };
        out.push_str(&format!("CLUSTERED BY ({})\n", names(&buckets.columns)));
        if !buckets.sort_by.is_empty() {
            out.push_str(&format!("SORTED BY ({})\n", names(&buckets.sort_by)));
        }
        out.push_str(&format!("INTO {} BUCKETS\n", buckets.count));
    }
    if table.is_external {
        let place = format!("file:{}", table.location.display());
        out.push_str(&format!("LOCATION {}\n", literal(&place)));
    }
    tail(&mut out, table);
    out
}

/// Comment and properties.
fn tail(out: &mut String, table: &TableDefinition) {
    if let Some(comment) = &table.comment {
        out.push_str(&format!("COMMENT {}\n", literal(comment)));
    }
    if !table.properties.is_empty() {
        out.push_str(&format!("TBLPROPERTIES {}", pairs(table.properties.iter())));
    }
}

fn of_view(table: &TableDefinition, query: &ViewQuery) -> String {
    let columns = table.schema.fields.iter().map(|field: &StructField| {
        let said = comment(field).map(|text| format!(" COMMENT {}", literal(&text)));
        format!("{}{}", identifier(&field.name), said.unwrap_or_default())
    });
    let name = format!("{}.{}", table.name.database, table.name.table);
    let mut out = format!("CREATE VIEW {name} {}", list(columns));
    tail(&mut out, table);
    out.push_str(&format!("WITH SCHEMA COMPENSATION\nAS {}\n", query.text));
    out
}

/// `(\n  a,\n  b)\n`.
fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.map(|item| format!("  {item}")).collect();
    format!("(\n{})\n", items.join(",\n"))
}

fn pairs<'a>(all: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    list(all.map(|(key, value)| format!("{} = {}", literal(key), literal(value))))
}

/// A name as it stands in SQL.
fn identifier(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().any(|c| !c.is_ascii_digit());
    match is_plain {
        true => name.to_string(),
        false => quoted(&[name]),
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The type with the collation of its texts, as Spark writes it here.
fn type_text(data_type: &DataType) -> String {
    match data_type {
        DataType::String => "STRING COLLATE UTF8_BINARY".into(),
        DataType::Char { .. } => format!("{} COLLATE UTF8_BINARY", data_type.sql()),
        DataType::Array { element, .. } => format!("ARRAY<{}>", type_text(element)),
        DataType::Map { key, value, .. } => {
            format!("MAP<{}, {}>", type_text(key), type_text(value))
        }
        DataType::Struct(fields) => {
            let fields = fields.fields.iter().map(|field| {
                let null = if field.nullable { "" } else { " NOT NULL" };
                format!(
                    "{}: {}{null}",
                    identifier(&field.name),
                    type_text(&field.data_type)
                )
            });
            format!("STRUCT<{}>", fields.collect::<Vec<_>>().join(", "))
        }
        other => other.sql(),
    }
}
