//! Statements about what the catalog holds: databases, tables, views and what is known of
//! them.

use std::sync::Arc;

use super::{Described, ViewScope};
use crate::plan::{Plan, Routine};
use crate::types::StructField;

pub type Name = Vec<String>;
pub type Properties = Vec<(String, String)>;
/// Columns of partitions with their values as text; none for null, or where none is said.
pub type PartitionSpec = Vec<(String, Option<String>)>;

/// A view to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredView {
    pub name: Name,
    pub scope: ViewScope,
    pub replace: bool,
    pub if_not_exists: bool,
    /// `ALTER VIEW … AS`: comment and properties stay.
    pub is_altered: bool,
    pub columns: Vec<(String, Option<String>)>,
    pub comment: Option<String>,
    pub properties: Properties,
    pub plan: Arc<Plan>,
    /// The query as written.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CatalogStatement {
    CreateDatabase {
        name: Name,
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: Properties,
    },
    DropDatabase {
        name: Name,
        if_exists: bool,
        cascade: bool,
    },
    AlterDatabase {
        name: Name,
        properties: Properties,
    },
    /// `COMMENT ON`, and `IS NULL` for none.
    CommentDatabase(Name, Option<String>),
    CommentTable(Name, Option<String>),
    /// `USE`; `is_catalog_too` where the name may be a catalog's.
    Use {
        name: Name,
        may_be_catalog: bool,
    },
    ShowDatabases {
        catalog: Option<Name>,
        pattern: Option<String>,
    },
    ShowCatalogs(Option<String>),
    ShowCurrentNamespace,
    DescribeDatabase {
        name: Name,
        extended: bool,
    },
    Describe(Described),
    DescribeFunction {
        name: Name,
        extended: bool,
    },
    CreateFunction {
        name: Name,
        temporary: bool,
        replace: bool,
        if_not_exists: bool,
        routine: Box<Routine>,
    },
    DropFunction {
        name: Name,
        if_exists: bool,
        temporary: bool,
    },
    /// `SHOW TABLE EXTENDED`.
    ShowTableDetails {
        namespace: Option<Name>,
        pattern: String,
        spec: Option<PartitionSpec>,
    },
    RefreshFunction(Name),
    ShowColumns {
        table: Name,
        namespace: Option<Name>,
    },
    ShowProperties {
        table: Name,
        key: Option<String>,
    },
    ShowPartitions {
        table: Name,
        spec: PartitionSpec,
    },
    ShowCreateTable {
        table: Name,
        as_serde: bool,
    },
    ShowFunctions {
        user: bool,
        system: bool,
        namespace: Option<Name>,
        pattern: Option<String>,
    },
    Alter {
        name: Name,
        /// `ALTER VIEW` in the place of `ALTER TABLE`.
        is_view: bool,
        change: Change,
    },
    CreateLike {
        name: Name,
        if_not_exists: bool,
        like: Name,
        format: Option<String>,
        location: Option<String>,
        properties: Properties,
    },
    Truncate {
        table: Name,
        spec: Option<PartitionSpec>,
    },
    Refresh(Name),
    RefreshPath(String),
    /// `MSCK REPAIR TABLE`.
    Repair(Name),
    Analyze {
        table: Name,
        spec: Option<PartitionSpec>,
        counts: bool,
        /// `FOR COLUMNS`.
        columns: Option<AnalyzedColumns>,
    },
    AnalyzeAll {
        namespace: Option<Name>,
        counts: bool,
    },
    /// What Spark's own tables refuse too: the operation and the table.
    Refused(&'static str, Name),
}

/// Of which columns `ANALYZE` looks at the values.
#[derive(Debug, Clone, PartialEq)]
pub enum AnalyzedColumns {
    All,
    Named(Vec<String>),
}

/// What `ALTER` does.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Rename(Name),
    SetProperties(Properties),
    UnsetProperties(Vec<String>),
    SetLocation(String),
    /// Options of its files.
    SetSerdeProperties(Properties),
    /// Files of another kind, or of one partition, which no table takes.
    SetSerde {
        of_partition: bool,
    },
    AddColumns(Vec<StructField>),
    /// A column's new comment.
    CommentColumn(Name, Option<String>),
    /// The text of a column's new default value; none for no value.
    ColumnDefault(Name, Option<String>),
    /// A column's new type, which no table takes but by the same name.
    ColumnType(Name, Box<StructField>),
    AddPartitions {
        specs: Vec<(PartitionSpec, Option<String>)>,
        if_not_exists: bool,
    },
    DropPartitions {
        specs: Vec<PartitionSpec>,
        if_exists: bool,
    },
    RenamePartition(PartitionSpec, PartitionSpec),
    RecoverPartitions,
    /// None for `NONE`.
    ClusterBy(Vec<String>),
    /// What Spark's own tables refuse.
    Refused(&'static str),
}
