//! Rows into tables of the warehouse: `saveAsTable`, `INSERT`, `CREATE TABLE`
//! and the tables that streams write to. A table is known once its rows are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::column_defaults::{self, Defaults};
use super::conf::CASE_SENSITIVE;
use super::files;
use super::partition_folders::Partitioning;
use super::table_columns::{
    by_name, by_own_names, by_position, fixed_row, fixed_values, partitions_last, targets,
};
use super::table_names::exists;
use super::tables::{self, TableDefinition, TableName};
use super::{SaveMode, Session, Table, WriteRequest, kafka_write};
use super::{bucketing, clustering};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::write::WriteFormat;
use crate::plan::sql::{self, Beside, Buckets, CreateTable, Insert};
use crate::plan::{Expr, Literal, Plan, ReadSpec, Relation, SortOrder};
use crate::storage;
use crate::time::{Clock, SystemClock};
use crate::types::StructType;

impl Session {
    /// `df.write.saveAsTable(name)`.
    pub async fn save_as_table(
        &self,
        table: &Table,
        name: &[String],
        request: WriteRequest,
    ) -> Result<()> {
        let name = self.new_name(name)?;
        let mode = request.mode.as_deref().map(SaveMode::parse).transpose()?;
        let found = self.warehouse()?.find(&name)?;
        match (found, mode.unwrap_or(SaveMode::ErrorIfExists)) {
            (Some(found), SaveMode::ErrorIfExists) => Err(exists(&found)),
            (Some(found), SaveMode::Append | SaveMode::Overwrite) if found.view.is_some() => Err(
                SparkError::not_implemented("saving rows over a stored view"),
            ),
            (Some(_), SaveMode::Ignore) => Ok(()),
            (Some(found), SaveMode::Append) => {
                check_same(&found, &request)?;
                clustering::check_same(&found, &request.cluster_by)?;
                let found = self.as_written(found);
                let plan = by_name(&found, table)?;
                let addition = writing(&found, "append", request.is_single);
                self.add(&found, plan, addition).await
            }
            // A new table is written over what is there, which no topic allows.
            (None, _) if request.format == "kafka" => {
                Err(kafka_write::refused_mode(SaveMode::Overwrite))
            }
            (found, mode) => {
                let definition = self.defined(&name, &table.resolved.schema(), &request)?;
                if found.is_none() {
                    self.refuse_taken(&definition)?;
                }
                if !matches!(mode, SaveMode::Append | SaveMode::Overwrite) {
                    refuse_filled(&definition)?;
                }
                self.fill(definition, table, request.is_single).await
            }
        }
    }

    /// Writes the rows, in place of all that is there, and then keeps the definition.
    async fn fill(&self, table: TableDefinition, rows: &Table, is_single: bool) -> Result<()> {
        let rows = &self.in_bucket_order(&table, rows)?;
        let mut request = writing(&table, "overwrite", is_single);
        let whole = ("partitionOverwriteMode".into(), "static".into());
        request.options.push(whole);
        self.write(rows, request)
            .await
            .map_err(|error| of_table(error, &table))?;
        self.warehouse()?.keep(&table)?;
        self.refresh_kept(&table.name)
    }

    /// The rows in the order in which they lie in each file of a bucket.
    fn in_bucket_order(&self, table: &TableDefinition, rows: &Table) -> Result<Table> {
        let Some(buckets) = table.buckets.as_ref().filter(|b| !b.sort_by.is_empty()) else {
            return Ok(rows.clone());
        };
        let order = buckets.sort_by.iter().map(|name| SortOrder {
            expr: Expr::name(name),
            ascending: true,
            nulls: None,
        });
        self.analyze(Plan::new(Relation::Sort {
            input: Arc::clone(&rows.plan),
            order: order.collect(),
            global: false,
        }))
    }

    /// More rows, or others in place of those that are there.
    async fn add(
        &self,
        table: &TableDefinition,
        plan: Arc<Plan>,
        request: WriteRequest,
    ) -> Result<()> {
        let rows = self.analyze(plan)?;
        let rows = self.in_bucket_order(table, &rows)?;
        self.write(&rows, request)
            .await
            .map_err(|error| of_table(error, table))?;
        self.rows_changed(table)
    }

    /// A table of these columns, as the writer was told.
    fn defined(
        &self,
        name: &TableName,
        schema: &StructType,
        request: &WriteRequest,
    ) -> Result<TableDefinition> {
        if !WriteFormat::is_known(&request.format) {
            return Err(unknown_format(&request.format));
        }
        let place = OptionMap::new(&request.options).text("path");
        let location = match &place {
            Some(path) => self.conf.paths()?.write(path)?,
            None => self.warehouse()?.folder(name)?,
        };
        if storage::is_remote(&location) {
            return Err(SparkError::not_implemented(
                "tables whose files are in an object store",
            ));
        }
        let mut properties: BTreeMap<String, String> = request.properties.iter().cloned().collect();
        if !request.cluster_by.is_empty() {
            let value = clustering::value(&request.cluster_by, schema)?;
            properties.insert(clustering::PROPERTY.to_string(), value);
        }
        let (schema, partition_by) = partitions_last(name, schema, &request.partition_by)?;
        let buckets = request
            .buckets
            .as_ref()
            .map(|given| bucketing::checked(given, (name, &schema), &partition_by, &self.conf));
        let buckets = buckets.transpose()?;
        Ok(TableDefinition {
            name: name.clone(),
            format: request.format.clone(),
            schema,
            partition_by,
            buckets,
            options: without_path(&request.options),
            location,
            is_external: place.is_some(),
            comment: None,
            properties,
            created: Some(SystemClock.now_millis()),
            statistics: None,
            view: None,
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
        let found = self.target_table(tables::without_catalog(name))?;
        let defaults = Defaults::of(self, &found)?;
        let plan = by_position(&found, table, None, &[], &defaults)?;
        let addition = writing(&found, inserting(overwrite), false);
        self.add(&found, plan, addition).await
    }

    pub(super) async fn insert(&self, insert: Insert) -> Result<()> {
        let found = self.target_table(&insert.table)?;
        let named = insert.partition.len();
        let fixed = fixed_values(&found, insert.partition)?;
        let columns = insert.columns.as_deref();
        let defaults = Defaults::of(self, &found)?;
        let given = match insert.by_name {
            true => insert.plan,
            false => defaults.put_into(&insert.plan, &targets(&found, columns, &fixed)?)?,
        };
        let rows = self.analyze(given)?;
        let plan = match insert.by_name {
            true => by_own_names(&found, &rows, &fixed, &defaults)?,
            false => by_position(&found, &rows, columns, &fixed, &defaults)?,
        };
        if named > 0 && named != found.partition_by.len() {
            return Err(SparkError::not_implemented(
                "a PARTITION clause without some of the table's columns",
            ));
        }
        let mut addition = writing(&found, inserting(insert.overwrite), false);
        if insert.overwrite && !fixed.is_empty() {
            let folder = self.folder_of_fixed(&found, &fixed).await?;
            if insert.if_not_exists && found.location.join(&folder).exists() {
                return Ok(());
            }
            addition.within = Some(folder);
        }
        self.add(&found, plan, addition).await
    }

    /// The folder of the partitions that have these values of the first columns.
    async fn folder_of_fixed(
        &self,
        table: &TableDefinition,
        fixed: &[(String, Expr)],
    ) -> Result<PathBuf> {
        let row = self.analyze(fixed_row(table, fixed))?;
        let batches = self.collect(&row.resolved, None).await?;
        let partitioning = Partitioning::new(
            &table.schema,
            &table.partition_by,
            &OptionMap::new(&table.options),
            self.conf.zone()?,
            self.conf.flag(CASE_SENSITIVE),
        )?;
        let mut rows = batches.iter().filter(|batch| batch.num_rows() > 0);
        let folders = rows.next().map(|batch| partitioning.split(batch));
        match folders.as_deref() {
            Some([(folder, _), ..]) => Ok(folder.split('/').take(fixed.len()).collect()),
            _ => Err(SparkError::internal("a row of one partition has no folder")),
        }
    }

    /// `CREATE TABLE`, with rows where it has a query.
    pub async fn create_table(&self, create: CreateTable) -> Result<()> {
        let name = self.new_name(&create.name)?;
        if let Some(found) = self.warehouse()?.find(&name)? {
            return match create.if_not_exists {
                true => Ok(()),
                false => Err(exists(&found)),
            };
        }
        let create = CreateTable {
            schema: create.schema.map(|schema| schema.marked()),
            ..create
        };
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
            within: None,
            buckets: create.buckets,
            cluster_by: create.cluster_by.unwrap_or_default(),
            properties: create.properties,
        };
        let rows = create.plan.map(|plan| self.analyze(plan)).transpose()?;
        let schema = match (&rows, create.schema) {
            (Some(rows), _) => rows.resolved.schema(),
            (None, Some(schema)) => schema,
            (None, None) => self.found_columns(&request)?,
        };
        let schema = match &rows {
            // Spark leaves those of a query as they are.
            Some(_) => schema,
            None if !WriteFormat::is_known(&request.format) => schema,
            None => column_defaults::checked(self, &schema, ("CREATE TABLE", &request.format))?,
        };
        let mut table =
            self.defined(&name, &schema, &request)
                .map_err(|error| match error.condition() {
                    // The parser knows the number already.
                    "INVALID_BUCKET_COUNT" => error.with_class(ErrorClass::Parse),
                    _ => error,
                })?;
        table.comment = create.comment;
        self.refuse_taken(&table)?;
        if let Some(rows) = rows {
            refuse_filled(&table)?;
            return self.fill(table, &rows, false).await;
        }
        self.refuse_beside(&table, create.beside)?;
        super::output::check_duplicates(&table.schema, self.conf.flag(CASE_SENSITIVE))?;
        self.make_table(table)
    }

    /// Columns by an expression, and rules over rows: tables of files have neither.
    fn refuse_beside(&self, table: &TableDefinition, beside: Option<Beside>) -> Result<()> {
        let operation = match beside {
            None => return Ok(()),
            Some(Beside::Constraint) => "CONSTRAINT",
            Some(Beside::Identity) => "identity columns",
            Some(Beside::Generated(text)) => {
                let names = table.schema.fields.iter();
                let row = names.map(|field| {
                    let null = Expr::Literal(Literal::Null(field.data_type.clone()));
                    null.alias(field.name.clone())
                });
                let input = Plan::new(Relation::Project {
                    input: Plan::new(Relation::OneRow),
                    exprs: row.collect(),
                });
                let expr = sql::parse_expression(&text, &self.parse_options()?)?;
                let exprs = vec![expr];
                self.analyze(Plan::new(Relation::Project { input, exprs }))?;
                "generated columns"
            }
        };
        Err(super::catalog_commands::refused(operation, table))
    }

    /// Makes a table without rows, or of those that its folder has.
    pub(super) fn make_table(&self, table: TableDefinition) -> Result<()> {
        if !WriteFormat::is_known(&table.format) {
            return Err(unknown_format(&table.format));
        }
        self.refuse_taken(&table)?;
        make_folder(&table.location)?;
        self.warehouse()?.keep(&table)
    }

    /// What follows from other rows in a table: nothing known of them holds any more.
    pub(super) fn rows_changed(&self, table: &TableDefinition) -> Result<()> {
        if table.statistics.is_some() {
            self.warehouse()?.keep(&TableDefinition {
                statistics: None,
                ..table.clone()
            })?;
        }
        self.refresh_kept(&table.name)
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
            foreign: None,
        };
        let read = self.analyze(Plan::new(Relation::Read(spec)))?;
        Ok(read.resolved.schema())
    }

    /// The table that a stream of these columns writes to, made where it is missing.
    pub fn stream_table(
        &self,
        name: &[String],
        schema: &StructType,
        request: &WriteRequest,
    ) -> Result<TableDefinition> {
        if self.catalog.is_view(name) {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1190",
                &[("viewName", &name.join("."))],
            ));
        }
        let name = self.new_name(name)?;
        let warehouse = self.warehouse()?;
        if let Some(found) = warehouse.find(&name)? {
            if found.view.is_some() {
                return Err(SparkError::not_implemented("streams into stored views"));
            }
            return Ok(found);
        }
        let mut table = self.defined(&name, schema, request)?;
        if !request.cluster_by.is_empty() {
            let names = serde_json::to_string(&request.cluster_by);
            let names = names.map_err(SparkError::internal)?;
            let own = "__clustering_columns".to_string();
            table.properties.insert(own, names);
        }
        self.refuse_taken(&table)?;
        make_folder(&table.location)?;
        warehouse.keep(&table)?;
        Ok(table)
    }
}

/// A table made from a query has its folder to itself.
fn refuse_filled(table: &TableDefinition) -> Result<()> {
    if !table.is_external || !tables::is_taken(&table.location) {
        return Ok(());
    }
    let parameters = [
        ("tablePath", files::uri(&table.location)),
        (
            "config",
            "spark.sql.legacy.allowNonEmptyLocationInCTAS".into(),
        ),
    ];
    let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
    Err(SparkError::new("_LEGACY_ERROR_TEMP_1241", &borrowed))
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| super::output::unwritten_io(folder, &e))
}

fn unknown_format(format: &str) -> SparkError {
    match format {
        "delta" | "hive" | "jdbc" | "kafka" | "iceberg" => {
            SparkError::not_implemented(format_args!("tables of the format {format}"))
        }
        _ => SparkError::new("DATA_SOURCE_NOT_FOUND", &[("provider", format)]),
    }
}

/// A failure to write as one of the table.
fn of_table(error: SparkError, table: &TableDefinition) -> SparkError {
    if error.condition() != "UNSUPPORTED_OVERWRITE.PATH" {
        return error;
    }
    let name = table.whole_name();
    SparkError::new("UNSUPPORTED_OVERWRITE.TABLE", &[("table", &name)])
}

fn inserting(overwrite: bool) -> &'static str {
    if overwrite { "overwrite" } else { "append" }
}

/// A write of rows into the folder of a table.
fn writing(table: &TableDefinition, mode: &str, is_single: bool) -> WriteRequest {
    let mut options = table.options.clone();
    let place = format!("file:{}", table.location.display());
    options.push(("path".into(), place));
    WriteRequest {
        format: table.format.clone(),
        mode: Some(mode.into()),
        options,
        partition_by: table.partition_by.clone(),
        is_single,
        within: None,
        buckets: table.buckets.clone(),
        cluster_by: Vec::new(),
        properties: Vec::new(),
    }
}

fn without_path(options: &[(String, String)]) -> Vec<(String, String)> {
    let others = options
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("path"));
    others.cloned().collect()
}

/// An append has to be told what the table is.
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
    let shown = |buckets: &Option<Buckets>| match buckets {
        None => "not bucketed".to_string(),
        Some(b) => {
            let sorted = match b.sort_by.is_empty() {
                true => String::new(),
                false => format!(", sort columns: [{}]", b.sort_by.join(", ")),
            };
            let by = b.columns.join(", ");
            format!("{} buckets, bucket columns: [{by}]{sorted}", b.count)
        }
    };
    if shown(&request.buckets).to_lowercase() != shown(&table.buckets).to_lowercase() {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1164",
            &[
                ("tableName", &table.plain_name()),
                ("specifiedBucketString", &shown(&request.buckets)),
                ("existingBucketString", &shown(&table.buckets)),
            ],
        ));
    }
    let same = |(l, r): (&String, &String)| l.eq_ignore_ascii_case(r);
    let by = &request.partition_by;
    let is_same =
        by.len() == table.partition_by.len() && by.iter().zip(&table.partition_by).all(same);
    if is_same {
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
