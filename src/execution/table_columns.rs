//! Which column of a table each column of new rows goes to, and as what type.

use std::sync::Arc;

use super::Table;
use super::column_defaults::Defaults;
use super::tables::{TableDefinition, TableName};
use crate::analysis::{Attribute, Resolved};
use crate::error::{Result, SparkError, quoted};
use crate::formats::EXISTS_DEFAULT;
use crate::functions::scalar::bounded::STORE;
use crate::plan::{CastMode, Expr, Literal, Plan, Relation};
use crate::types::{DataType, StructField, StructType, bounded};

/// The columns with those of partitions behind the others, in their order.
pub fn partitions_last(
    name: &TableName,
    schema: &StructType,
    by: &[String],
) -> Result<(StructType, Vec<String>)> {
    let schema = schema.as_nullable();
    let mut last = Vec::new();
    for column in by {
        let field = schema
            .fields
            .iter()
            .find(|f| f.name.eq_ignore_ascii_case(column));
        let Some(field) = field else {
            return Err(undefined("partition", column, &name.whole(), &schema));
        };
        last.push(field.clone());
    }
    let names: Vec<_> = last.iter().map(|f| f.name.clone()).collect();
    let first = schema.fields.iter().filter(|f| !names.contains(&f.name));
    let all: Vec<_> = first.cloned().chain(last.iter().cloned()).collect();
    Ok((StructType::new(all), names))
}

/// A column that a definition speaks of and does not have.
pub fn undefined(kind: &str, column: &str, table: &str, schema: &StructType) -> SparkError {
    let columns = schema.fields.iter().map(|f| quoted(&[&f.name]));
    SparkError::new(
        "COLUMN_NOT_DEFINED_IN_TABLE",
        &[
            ("colType", kind),
            ("colName", &quoted(&[column])),
            ("tableName", table),
            ("tableCols", &columns.collect::<Vec<_>>().join(", ")),
        ],
    )
}

/// The rows with the table's columns, each from the column of the same name.
pub fn by_name(table: &TableDefinition, rows: &Table) -> Result<Arc<Plan>> {
    let given = &rows.resolved.output;
    if given.len() != table.schema.len() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1161",
            &[
                ("tableName", &table.plain_name()),
                ("existingTableSchema", &ddl_types(&table.schema)),
                ("querySchema", &ddl_types(&rows.resolved.schema())),
            ],
        ));
    }
    let mut exprs = Vec::with_capacity(given.len());
    for field in table.schema.fields.iter() {
        let same = |a: &&Attribute| a.name.eq_ignore_ascii_case(&field.name);
        let Some(column) = given.iter().find(same) else {
            let inputs: Vec<_> = given.iter().map(|a| a.name.clone()).collect();
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1162",
                &[("col", &field.name), ("inputColumns", &inputs.join(", "))],
            ));
        };
        exprs.push(assigned(table, field, column)?);
    }
    Ok(selected(table, rows, exprs))
}

fn ddl_types(schema: &StructType) -> String {
    DataType::Struct(schema.clone()).simple_string()
}

/// The rows with the table's columns, in their order; of a list of columns those that it
/// leaves out are null.
pub fn by_position(
    table: &TableDefinition,
    rows: &Table,
    columns: Option<&[String]>,
    fixed: &[(String, Expr)],
    defaults: &Defaults,
) -> Result<Arc<Plan>> {
    let given = &rows.resolved.output;
    let value_of = |field: &StructField| fixed.iter().find(|(name, _)| *name == field.name);
    let targets = targets(table, columns, fixed)?;
    refuse_twice(&targets, fixed)?;
    if targets.len() != given.len() {
        let error = wrong_count(table, &targets, &rows.resolved);
        return Err(match fixed {
            [] => error,
            fixed => wrong_count_of_partition(&error, table, fixed, &rows.resolved),
        });
    }
    let mut exprs = Vec::with_capacity(table.schema.len());
    for field in table.schema.fields.iter() {
        let at = targets.iter().position(|target| target.name == field.name);
        exprs.push(match (at, value_of(field)) {
            (_, Some((_, value))) => cast(value.clone(), field),
            (Some(at), None) => assigned(table, field, &given[at])?,
            (None, None) => defaults.missing(field)?,
        });
    }
    Ok(selected(table, rows, exprs))
}

/// The columns of a table that rows are for.
pub fn targets<'a>(
    table: &'a TableDefinition,
    columns: Option<&[String]>,
    fixed: &[(String, Expr)],
) -> Result<Vec<&'a StructField>> {
    let is_free = |field: &&StructField| !fixed.iter().any(|(name, _)| *name == field.name);
    match columns {
        None => Ok(table.schema.fields.iter().filter(is_free).collect()),
        Some(names) => {
            let named = names.iter().map(|name| named_column(table, name));
            named.collect()
        }
    }
}

/// The rows with the table's columns, by the names that the rows' own columns have.
pub fn by_own_names(
    table: &TableDefinition,
    rows: &Table,
    fixed: &[(String, Expr)],
    defaults: &Defaults,
) -> Result<Arc<Plan>> {
    let given = &rows.resolved.output;
    let names: Vec<_> = given.iter().map(|column| column.name.clone()).collect();
    if names.len() + fixed.len() > table.schema.len() {
        return by_position(table, rows, None, fixed, defaults);
    }
    let wrong = |condition: &str, name: &str, columns: &str| {
        let table = table.whole_name();
        SparkError::new(condition, &[("tableName", &table), (name, columns)])
    };
    let mut extra = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let same = |other: &String| other.eq_ignore_ascii_case(name);
        if names[..at].iter().any(same) {
            let condition = "INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME";
            return Err(wrong(condition, "colName", &quoted(&[name])));
        }
        if !table.schema.fields.iter().any(|field| same(&field.name)) {
            extra.push(quoted(&[name]));
        }
    }
    if !extra.is_empty() {
        let condition = "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS";
        return Err(wrong(condition, "extraColumns", &extra.join(", ")));
    }
    by_position(table, rows, Some(&names), fixed, defaults)
}

/// A column has one value: one in the list of columns, or one in the PARTITION clause.
fn refuse_twice(targets: &[&StructField], fixed: &[(String, Expr)]) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    let named = targets.iter().map(|field| &field.name);
    let mut all = named.chain(fixed.iter().map(|(name, _)| name));
    match all.find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(twice) => Err(SparkError::new(
            "COLUMN_ALREADY_EXISTS",
            &[("columnName", &quoted(&[twice]))],
        )),
    }
}

fn named_column<'a>(table: &'a TableDefinition, name: &str) -> Result<&'a StructField> {
    let mut fields = table.schema.fields.iter();
    let found = fields.find(|f| f.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let known: Vec<_> = table
            .schema
            .fields
            .iter()
            .map(|f| quoted(&[&f.name]))
            .collect();
        SparkError::new(
            "UNRESOLVED_COLUMN.WITH_SUGGESTION",
            &[
                ("objectName", &quoted(&[name])),
                ("proposal", &known.join(", ")),
            ],
        )
    })
}

fn wrong_count(table: &TableDefinition, targets: &[&StructField], rows: &Resolved) -> SparkError {
    let condition = match rows.output.len() > targets.len() {
        true => "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
        false => "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
    };
    let columns: Vec<_> = targets.iter().map(|f| quoted(&[&f.name])).collect();
    let data: Vec<_> = rows.output.iter().map(|a| quoted(&[&a.name])).collect();
    SparkError::new(
        condition,
        &[
            ("tableName", &table.whole_name()),
            ("tableColumns", &columns.join(", ")),
            ("dataColumns", &data.join(", ")),
        ],
    )
}

/// The same of an `INSERT` whose `PARTITION` clause has values.
fn wrong_count_of_partition(
    error: &SparkError,
    table: &TableDefinition,
    fixed: &[(String, Expr)],
    rows: &Resolved,
) -> SparkError {
    let columns: Vec<_> = table
        .schema
        .fields
        .iter()
        .map(|f| quoted(&[&f.name]))
        .collect();
    let data: Vec<_> = rows.output.iter().map(|a| quoted(&[&a.name])).collect();
    let mut fixed: Vec<_> = fixed.iter().map(|(name, _)| quoted(&[name])).collect();
    fixed.sort();
    SparkError::new(
        "INSERT_PARTITION_COLUMN_ARITY_MISMATCH",
        &[
            ("tableName", &table.whole_name()),
            ("tableColumns", &columns.join(", ")),
            ("staticPartCols", &fixed.join(", ")),
            ("dataColumns", &data.join(", ")),
        ],
    )
    .with_message_of(error)
}

/// The columns of a `PARTITION` clause that have a value there, under the table's names.
pub fn fixed_values(
    table: &TableDefinition,
    clause: Vec<(String, Option<Expr>)>,
) -> Result<Vec<(String, Expr)>> {
    let mut values: Vec<Option<Expr>> = vec![None; table.partition_by.len()];
    for (column, value) in clause {
        let same = |name: &String| name.eq_ignore_ascii_case(&column);
        let Some(at) = table.partition_by.iter().position(same) else {
            return Err(SparkError::new(
                "PARTITIONS_NOT_FOUND",
                &[
                    ("partitionList", &quoted(&[&column])),
                    ("tableName", &table.whole_name()),
                ],
            ));
        };
        values[at] = value;
    }
    let count = values.iter().flatten().count();
    let is_prefix = values.iter().take(count).all(Option::is_some);
    if !is_prefix {
        return Err(SparkError::not_implemented(
            "a PARTITION clause with values behind columns that have none",
        ));
    }
    let names = table.partition_by.iter().cloned();
    Ok(names.zip(values.into_iter().flatten()).collect())
}

/// One row of the table's columns with these values.
pub fn fixed_row(table: &TableDefinition, fixed: &[(String, Expr)]) -> Arc<Plan> {
    let value = |field: &StructField| {
        let found = fixed.iter().find(|(name, _)| *name == field.name);
        found.map_or_else(|| null(field), |(_, value)| cast(value.clone(), field))
    };
    Plan::new(Relation::Select {
        input: Plan::new(Relation::OneRow),
        exprs: table.schema.fields.iter().map(value).collect(),
    })
}

fn null(field: &StructField) -> Expr {
    cast(Expr::Literal(Literal::Null(field.data_type.clone())), field)
}

fn selected(table: &TableDefinition, rows: &Table, exprs: Vec<Expr>) -> Arc<Plan> {
    // JSON has to say a null where a reader would take its absence for a default value.
    let says_nulls = table.format == "json";
    let fields = table.schema.fields.iter();
    let exprs = exprs.into_iter().zip(fields).map(|(expr, field)| {
        let default = field.metadata.get(EXISTS_DEFAULT).filter(|_| says_nulls);
        match (expr, default) {
            (Expr::Alias { expr, name, .. }, Some(default)) => Expr::Alias {
                expr,
                name,
                metadata: Some(serde_json::json!({ EXISTS_DEFAULT: default })),
            },
            (expr, _) => expr,
        }
    });
    Plan::new(Relation::Select {
        input: Arc::clone(&rows.plan),
        exprs: exprs.collect(),
    })
}

/// A column of rows as one of the table's type.
fn assigned(table: &TableDefinition, field: &StructField, column: &Attribute) -> Result<Expr> {
    if !may_be_stored(&column.data_type, &field.data_type) {
        let kind = |t: &DataType| format!("\"{}\"", t.sql());
        return Err(SparkError::new(
            "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
            &[
                ("tableName", &table.whole_name()),
                ("colName", &quoted(&[&field.name])),
                ("srcType", &kind(&column.data_type)),
                ("targetType", &kind(&field.data_type)),
            ],
        ));
    }
    let bound = Expr::bound(column.id, column.name.clone());
    Ok(cast(bound, field))
}

fn cast(value: Expr, field: &StructField) -> Expr {
    let cast = Expr::Cast {
        expr: Box::new(value),
        to: field.data_type.clone(),
        mode: CastMode::Store(field.name.as_str().into()),
    };
    let fitted = match field.metadata.get(bounded::MARK) {
        Some(serde_json::Value::String(declared)) => {
            let declared = Expr::Literal(Literal::String(declared.clone()));
            Expr::call(STORE, [cast, declared])
        }
        _ => cast,
    };
    fitted.alias(field.name.clone())
}

/// A value as one of a column, by the rules of tables.
pub fn stored_as(value: Expr, field: &StructField) -> Expr {
    cast(value, field)
}

/// Whether a value of one type may go into a column of another, which is less than what a
/// cast may do: no text into numbers, no numbers into times.
pub fn may_be_stored(from: &DataType, to: &DataType) -> bool {
    use DataType as D;
    let is_time = |t: &DataType| matches!(t, D::Date | D::Timestamp | D::TimestampNtz);
    match (from, to) {
        _ if from == to => true,
        (D::Null, _) => true,
        (D::Array { element: from, .. }, D::Array { element: to, .. }) => may_be_stored(from, to),
        (
            D::Map { key, value, .. },
            D::Map {
                key: to_key,
                value: to_value,
                ..
            },
        ) => may_be_stored(key, to_key) && may_be_stored(value, to_value),
        (D::Struct(from), D::Struct(to)) => {
            let mut pairs = from.fields.iter().zip(to.fields.iter());
            from.len() == to.len() && pairs.all(|(l, r)| may_be_stored(&l.data_type, &r.data_type))
        }
        (D::Array { .. } | D::Map { .. } | D::Struct(_), _) => false,
        (_, D::String) => true,
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (from, to) => is_time(from) && is_time(to),
    }
}
