//! Rows into tables of the warehouse: `saveAsTable`, `INSERT`, `CREATE TABLE`, `DROP TABLE`
//! and the tables that streams write to. A table is known once its rows are there.

use std::path::Path;
use std::sync::Arc;

use super::conf::CASE_SENSITIVE;
use super::tables::{self, TableDefinition, Warehouse};
use super::{SaveMode, Session, Table, WriteRequest};
use crate::analysis::{Attribute, Resolved};
use crate::error::{Result, SparkError, quoted};
use crate::formats::OptionMap;
use crate::formats::write::WriteFormat;
use crate::plan::sql::{CreateTable, Insert};
use crate::plan::{CastMode, Expr, Literal, Plan, ReadSpec, Relation};
use crate::types::{DataType, StructField, StructType};

impl Session {
    pub fn warehouse(&self) -> Result<Warehouse> {
        Warehouse::of(&self.conf)
    }

    /// The table of that name, or Spark's error.
    fn known_table(&self, name: &[String]) -> Result<TableDefinition> {
        let warehouse = self.warehouse()?;
        let found = tables::local_name(name).map(|name| warehouse.find(&name));
        match found.transpose()?.flatten() {
            Some(table) => Ok(table),
            None => Err(SparkError::new(
                "TABLE_OR_VIEW_NOT_FOUND",
                &[
                    ("relationName", &quoted(name)),
                    (
                        "searchPath",
                        "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]",
                    ),
                ],
            )),
        }
    }

    /// `df.write.saveAsTable(name)`.
    pub async fn save_as_table(
        &self,
        table: &Table,
        name: &[String],
        request: WriteRequest,
    ) -> Result<()> {
        let name = tables::new_name(name)?;
        let mode = request.mode.as_deref().map(SaveMode::parse).transpose()?;
        let found = self.warehouse()?.find(&name)?;
        match (found, mode.unwrap_or(SaveMode::ErrorIfExists)) {
            (Some(found), SaveMode::ErrorIfExists) => Err(exists(&found)),
            (Some(_), SaveMode::Ignore) => Ok(()),
            (Some(found), SaveMode::Append) => {
                check_same(&found, &request)?;
                let plan = by_name(&found, table)?;
                self.add(&found, plan, false, request.is_single).await
            }
            (found, mode) => {
                let definition = self.defined(&name, &table.resolved.schema(), &request)?;
                if found.is_none() {
                    self.refuse_taken(&definition)?;
                }
                let replaces = mode == SaveMode::Overwrite;
                self.fill(definition, table, replaces, request.is_single)
                    .await
            }
        }
    }

    /// Writes the rows and then keeps the definition.
    async fn fill(
        &self,
        table: TableDefinition,
        rows: &Table,
        replaces: bool,
        is_single: bool,
    ) -> Result<()> {
        let mode = match replaces || !table.is_external {
            true => "overwrite",
            false => "append",
        };
        self.write(rows, request(&table, mode, is_single))
            .await
            .map_err(|error| of_table(error, &table))?;
        self.warehouse()?.keep(&table)
    }

    /// More rows, or others in place of those that are there.
    async fn add(
        &self,
        table: &TableDefinition,
        plan: Arc<Plan>,
        overwrite: bool,
        is_single: bool,
    ) -> Result<()> {
        let rows = self.analyze(plan)?;
        let mode = if overwrite { "overwrite" } else { "append" };
        self.write(&rows, request(table, mode, is_single))
            .await
            .map_err(|error| of_table(error, table))
    }

    /// A table of these columns, as the writer was told.
    fn defined(
        &self,
        name: &str,
        schema: &StructType,
        request: &WriteRequest,
    ) -> Result<TableDefinition> {
        if !WriteFormat::is_known(&request.format) {
            return Err(unknown_format(&request.format));
        }
        let place = OptionMap::new(&request.options).text("path");
        let location = match &place {
            Some(path) => self.conf.paths()?.write(path)?,
            None => self.warehouse()?.folder(name),
        };
        let (schema, partition_by) = partitions_last(name, schema, &request.partition_by)?;
        Ok(TableDefinition {
            name: name.to_string(),
            format: request.format.clone(),
            schema,
            partition_by,
            options: without_path(&request.options),
            location,
            is_external: place.is_some(),
            comment: None,
        })
    }

    fn refuse_taken(&self, table: &TableDefinition) -> Result<()> {
        if table.is_external || !tables::is_taken(&table.location) {
            return Ok(());
        }
        let location = format!("'file:{}'", table.location.display());
        Err(SparkError::new(
            "LOCATION_ALREADY_EXISTS",
            &[
                ("location", location.as_str()),
                ("identifier", table.whole_name().as_str()),
            ],
        ))
    }

    /// `df.write.insertInto(name)`: by position.
    pub async fn insert_into(&self, table: &Table, name: &[String], overwrite: bool) -> Result<()> {
        let found = self.known_table(name)?;
        let plan = by_position(&found, table, None)?;
        self.add(&found, plan, overwrite, false).await
    }

    pub(super) async fn insert(&self, insert: Insert) -> Result<()> {
        let found = self.known_table(&insert.table)?;
        let rows = self.analyze(insert.plan)?;
        let plan = by_position(&found, &rows, insert.columns.as_deref())?;
        self.add(&found, plan, insert.overwrite, false).await
    }

    /// `CREATE TABLE`, with rows where it has a query.
    pub async fn create_table(&self, create: CreateTable) -> Result<()> {
        let name = tables::new_name(&create.name)?;
        if let Some(found) = self.warehouse()?.find(&name)? {
            return match create.if_not_exists {
                true => Ok(()),
                false => Err(exists(&found)),
            };
        }
        let mut options = create.options;
        if let Some(location) = create.location {
            options.push(("path".into(), location));
        }
        let request = WriteRequest {
            format: match create.format {
                Some(format) => format.to_lowercase(),
                None => self.default_format(),
            },
            mode: None,
            options,
            partition_by: create.partition_by,
            is_single: false,
        };
        let rows = create.plan.map(|plan| self.analyze(plan)).transpose()?;
        let schema = match (&rows, create.schema) {
            (Some(rows), _) => rows.resolved.schema(),
            (None, Some(schema)) => schema,
            (None, None) => self.found_columns(&request)?,
        };
        let mut table = self.defined(&name, &schema, &request)?;
        table.comment = create.comment;
        self.refuse_taken(&table)?;
        if let Some(rows) = rows {
            return self.fill(table, &rows, false, false).await;
        }
        super::output::check_duplicates(&table.schema, self.conf.flag(CASE_SENSITIVE))?;
        make_folder(&table.location)?;
        self.warehouse()?.keep(&table)
    }

    /// The columns of partitions of a table; none of a view.
    pub fn partition_columns(&self, name: &[String]) -> Result<Vec<String>> {
        let warehouse = self.warehouse()?;
        let found = tables::local_name(name).map(|name| warehouse.find(&name));
        let found = found.transpose()?.flatten();
        Ok(found.map(|table| table.partition_by).unwrap_or_default())
    }

    pub fn default_format(&self) -> String {
        let format = self.conf.find("spark.sql.sources.default");
        format.unwrap_or_else(|| "parquet".into()).to_lowercase()
    }

    /// The columns that the files of a table without any in its definition have.
    fn found_columns(&self, request: &WriteRequest) -> Result<StructType> {
        let path = OptionMap::new(&request.options).text("path");
        let spec = ReadSpec {
            format: request.format.clone(),
            paths: path.into_iter().collect(),
            schema: None,
            options: without_path(&request.options),
            streaming: false,
            local: None,
        };
        let read = self.analyze(Plan::new(Relation::Read(spec)))?;
        Ok(read.resolved.schema())
    }

    pub(super) fn drop_table(&self, name: &[String], if_exists: bool) -> Result<()> {
        match self.known_table(name) {
            Ok(table) => self.warehouse()?.remove(&table),
            Err(e) if if_exists && e.condition() == "TABLE_OR_VIEW_NOT_FOUND" => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// The table that a stream of these columns writes to, made where it is missing.
    pub fn stream_table(
        &self,
        name: &[String],
        schema: &StructType,
        request: &WriteRequest,
    ) -> Result<TableDefinition> {
        let name = tables::new_name(name)?;
        let warehouse = self.warehouse()?;
        if let Some(found) = warehouse.find(&name)? {
            return Ok(found);
        }
        let table = self.defined(&name, schema, request)?;
        make_folder(&table.location)?;
        warehouse.keep(&table)?;
        Ok(table)
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| super::output::unwritten_io(folder, &e))
}

fn unknown_format(format: &str) -> SparkError {
    match format {
        "delta" | "hive" | "jdbc" | "xml" | "iceberg" => {
            SparkError::not_implemented(format_args!("tables of the format {format}"))
        }
        _ => SparkError::new("DATA_SOURCE_NOT_FOUND", &[("provider", format)]),
    }
}

fn exists(table: &TableDefinition) -> SparkError {
    let name = table.whole_name();
    SparkError::new("TABLE_OR_VIEW_ALREADY_EXISTS", &[("relationName", &name)])
}

/// A failure to write as one of the table.
fn of_table(error: SparkError, table: &TableDefinition) -> SparkError {
    if error.condition() != "UNSUPPORTED_OVERWRITE.PATH" {
        return error;
    }
    let name = table.whole_name();
    SparkError::new("UNSUPPORTED_OVERWRITE.TABLE", &[("table", &name)])
}

fn request(table: &TableDefinition, mode: &str, is_single: bool) -> WriteRequest {
    let mut options = table.options.clone();
    let place = format!("file:{}", table.location.display());
    options.push(("path".into(), place));
    WriteRequest {
        format: table.format.clone(),
        mode: Some(mode.into()),
        options,
        partition_by: table.partition_by.clone(),
        is_single,
    }
}

fn without_path(options: &[(String, String)]) -> Vec<(String, String)> {
    let others = options
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("path"));
    others.cloned().collect()
}

/// The columns with those of partitions behind the others, in their order.
fn partitions_last(
    name: &str,
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
            let columns: Vec<_> = schema.fields.iter().map(|f| f.name.clone()).collect();
            let columns: Vec<_> = columns.iter().map(|c| quoted(&[c])).collect();
            return Err(SparkError::new(
                "COLUMN_NOT_DEFINED_IN_TABLE",
                &[
                    ("colType", "partition"),
                    ("colName", &quoted(&[column])),
                    ("tableName", &tables::whole_name(name)),
                    ("tableCols", &columns.join(", ")),
                ],
            ));
        };
        last.push(field.clone());
    }
    let names: Vec<_> = last.iter().map(|f| f.name.clone()).collect();
    let first = schema.fields.iter().filter(|f| !names.contains(&f.name));
    let all: Vec<_> = first.cloned().chain(last.iter().cloned()).collect();
    Ok((StructType::new(all), names))
}

/// An append has to be told what the table is, or nothing.
fn check_same(table: &TableDefinition, request: &WriteRequest) -> Result<()> {
    if request.format != table.format {
        let provider = |format: &str| match format {
            "parquet" => "ParquetDataSourceV2".to_string(),
            "json" => "JsonDataSourceV2".to_string(),
            "csv" => "CSVDataSourceV2".to_string(),
            "orc" => "OrcDataSourceV2".to_string(),
            "text" => "TextDataSourceV2".to_string(),
            other => other.to_string(),
        };
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1159",
            &[
                ("tableName", &table.plain_name()),
                ("existingProvider", &provider(&table.format)),
                ("specifiedProvider", &provider(&request.format)),
            ],
        ));
    }
    let same = |(l, r): (&String, &String)| l.eq_ignore_ascii_case(r);
    let by = &request.partition_by;
    let is_same =
        by.len() == table.partition_by.len() && by.iter().zip(&table.partition_by).all(same);
    if by.is_empty() || is_same {
        return Ok(());
    }
    Err(SparkError::new(
        "_LEGACY_ERROR_TEMP_1163",
        &[
            ("tableName", &table.plain_name()),
            ("specifiedPartCols", &by.join(", ")),
            ("existingPartCols", &table.partition_by.join(", ")),
        ],
    ))
}

/// The rows with the table's columns, each from the column of the same name.
fn by_name(table: &TableDefinition, rows: &Table) -> Result<Arc<Plan>> {
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
    Ok(selected(rows, exprs))
}

fn ddl_types(schema: &StructType) -> String {
    DataType::Struct(schema.clone()).simple_string()
}

/// The rows with the table's columns, in their order; of a list of columns those that it
/// leaves out are null.
fn by_position(
    table: &TableDefinition,
    rows: &Table,
    columns: Option<&[String]>,
) -> Result<Arc<Plan>> {
    let given = &rows.resolved.output;
    let targets: Vec<&StructField> = match columns {
        None => table.schema.fields.iter().collect(),
        Some(names) => names
            .iter()
            .map(|name| named_column(table, name))
            .collect::<Result<_>>()?,
    };
    if targets.len() != given.len() {
        return Err(wrong_count(table, &targets, &rows.resolved));
    }
    let mut exprs = Vec::with_capacity(table.schema.len());
    for field in table.schema.fields.iter() {
        let at = targets.iter().position(|target| target.name == field.name);
        exprs.push(match at {
            Some(at) => assigned(table, field, &given[at])?,
            None => cast(Expr::Literal(Literal::Null(field.data_type.clone())), field),
        });
    }
    Ok(selected(rows, exprs))
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

fn selected(rows: &Table, exprs: Vec<Expr>) -> Arc<Plan> {
    Plan::new(Relation::Select {
        input: Arc::clone(&rows.plan),
        exprs,
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
    let bound = Expr::Bound {
        id: column.id,
        name: column.name.clone(),
    };
    Ok(cast(bound, field))
}

fn cast(value: Expr, field: &StructField) -> Expr {
    let cast = Expr::Cast {
        expr: Box::new(value),
        to: field.data_type.clone(),
        mode: CastMode::Cast,
    };
    cast.alias(field.name.clone())
}

/// Whether a value of one type may go into a column of another, which is less than what a
/// cast may do: no text into numbers, no numbers into times.
fn may_be_stored(from: &DataType, to: &DataType) -> bool {
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
