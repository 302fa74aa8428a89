//! Unresolved relations: the tree of verbs that a frame or a query text stands for.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow::record_batch::RecordBatch;

use super::groups::GroupSpec;
use super::{BatchMapSpec, Call, Expr, Foreign, GroupMapSpec, LocalStream, Observed, SortOrder};
use crate::types::StructType;

/// A node of a plan, shared between the frames that build on it.
///
/// `memo` belongs to `analysis`, which keeps its answer for this node there, so
/// that each DataFrame call resolves only its own node. This module does not look
/// into it.
pub struct Plan {
    pub relation: Relation,
    pub memo: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Plan {
    pub fn new(relation: Relation) -> Arc<Self> {
        Arc::new(Self {
            relation,
            memo: OnceLock::new(),
        })
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.relation.fmt(f)
    }
}

impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        self.relation == other.relation
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Relation {
    /// One row without columns: `SELECT 1`.
    OneRow,
    /// Rows that the program holds (`createDataFrame`, `VALUES`).
    Local(LocalData),
    /// Rows of expressions; every row has as many as there are names.
    Values {
        rows: Vec<Vec<Expr>>,
    },
    Range {
        start: i64,
        end: i64,
        step: i64,
        /// In how many partitions; as many as leaves have by themselves without it.
        partitions: Option<usize>,
    },
    /// A view or table by name, its parts split at dots.
    Table(Vec<String>),
    /// `spark.read` / `spark.readStream`, or `` json.`path` `` in SQL.
    Read(ReadSpec),
    /// A `SELECT` list of SQL.
    Project {
        input: Arc<Plan>,
        exprs: Vec<Expr>,
    },
    /// The same from a call: Spark names its columns at once.
    Select {
        input: Arc<Plan>,
        exprs: Vec<Expr>,
    },
    /// Adds columns or replaces those of the same name.
    WithColumns {
        input: Arc<Plan>,
        columns: Vec<(String, Expr)>,
    },
    Rename {
        input: Arc<Plan>,
        names: Vec<(String, String)>,
    },
    /// Gives every column a new name, in order (`toDF`).
    Named {
        input: Arc<Plan>,
        names: Vec<String>,
    },
    /// Removes columns; those that are not there are ignored.
    Drop {
        input: Arc<Plan>,
        columns: Vec<Expr>,
    },
    Filter {
        input: Arc<Plan>,
        condition: Expr,
    },
    /// `HAVING`: a filter that may use aggregates over its input's groups.
    Having {
        input: Arc<Plan>,
        condition: Expr,
    },
    /// `QUALIFY`: a filter by window functions over a select list.
    Qualify {
        input: Arc<Plan>,
        condition: Expr,
    },
    /// `exprs` is the whole output: in a DataFrame call the keys then the
    /// aggregates, in SQL the select list.
    Aggregate {
        input: Arc<Plan>,
        keys: Vec<Expr>,
        grouping: Grouping,
        exprs: Vec<Expr>,
    },
    /// Values of a column as columns.
    Pivot {
        input: Arc<Plan>,
        spec: Box<PivotSpec>,
    },
    /// Columns as rows.
    Unpivot {
        input: Arc<Plan>,
        spec: Box<UnpivotSpec>,
    },
    Sort {
        input: Arc<Plan>,
        order: Vec<SortOrder>,
        global: bool,
    },
    /// The rows whose random number is from `lower` up to below `upper`.
    Sample {
        input: Arc<Plan>,
        lower: f64,
        upper: f64,
        seed: i64,
    },
    /// Each row as often as chance has it, `fraction` times in the mean.
    Resample {
        input: Arc<Plan>,
        fraction: f64,
        seed: i64,
    },
    /// The rows of a generator beside each row of the input (`LATERAL VIEW`), under the
    /// view's name and the columns' names, if any.
    Generate {
        input: Arc<Plan>,
        call: Call,
        /// Whether a row for which there is none stays.
        outer: bool,
        alias: Option<(String, Vec<String>)>,
    },
    /// The rows dealt to other partitions.
    Repartition {
        input: Arc<Plan>,
        dealing: Dealing,
    },
    /// A random number for each row, as one more column.
    Uniform {
        input: Arc<Plan>,
        name: String,
        seed: i64,
    },
    Limit {
        input: Arc<Plan>,
        skip: usize,
        fetch: Option<usize>,
    },
    /// Distinct rows, over `columns` where given (`dropDuplicates`).
    Distinct {
        input: Arc<Plan>,
        columns: Option<Vec<String>>,
        kind: DistinctKind,
    },
    Join {
        left: Arc<Plan>,
        right: Arc<Plan>,
        kind: JoinKind,
        on: JoinOn,
    },
    /// The columns of both beside each other, row by row.
    Zip {
        left: Arc<Plan>,
        right: Arc<Plan>,
    },
    /// A join whose right side sees the columns of the left.
    Lateral {
        left: Arc<Plan>,
        right: Arc<Plan>,
        kind: JoinKind,
        on: Option<Expr>,
    },
    Set {
        left: Arc<Plan>,
        right: Arc<Plan>,
        op: SetOp,
        all: bool,
        by_name: bool,
        allow_missing: bool,
    },
    /// `FROM x AS name(columns…)`, `df.alias`.
    Alias {
        input: Arc<Plan>,
        name: String,
        columns: Vec<String>,
    },
    /// `WITH`: named queries visible in `input`, each also in those after it.
    With {
        input: Arc<Plan>,
        definitions: Vec<(String, Arc<Plan>)>,
    },
    /// A step of a pipe that no clause of a query stands for.
    Step {
        input: Arc<Plan>,
        step: PipeStep,
    },
    /// A query of `WITH RECURSIVE`, as what is defined by its name.
    Recursive(Box<Recursive>),
    /// A name where what it stands for is refused, by that condition.
    Misplaced {
        condition: &'static str,
    },
    Watermark {
        input: Arc<Plan>,
        column: String,
        delay: String,
    },
    /// Aggregates over the rows that pass (`observe`).
    Observe {
        input: Arc<Plan>,
        name: String,
        exprs: Vec<Expr>,
        /// An `Observation` that waits for them.
        cell: Option<Arc<Observed>>,
    },
    /// A user's function over the groups of a stream, with state that lasts.
    Groups {
        input: Arc<Plan>,
        keys: Vec<Expr>,
        spec: Arc<GroupSpec>,
        /// Rows that begin the state, and their keys.
        initial: Option<(Arc<Plan>, Vec<Expr>)>,
    },
    /// A user's function that gives a table: of constants, or of each row of a table, which
    /// then stands beside what it gave.
    TableFunction {
        name: String,
        args: Vec<(Option<String>, Expr)>,
        beside: Option<Arc<Plan>>,
        /// The name of what comes out, and of its columns.
        alias: Option<(String, Vec<String>)>,
    },
    /// A user's function over all batches of a table.
    BatchMap {
        input: Arc<Plan>,
        spec: BatchMapSpec,
    },
    /// A user's function over the groups of a table, or of two.
    GroupMap {
        inputs: Vec<(Arc<Plan>, Vec<Expr>)>,
        spec: GroupMapSpec,
    },
}

impl Relation {
    /// The relations that it is made of.
    pub fn inputs(&self) -> Vec<&Arc<Plan>> {
        match self {
            Self::OneRow
            | Self::Local(_)
            | Self::Values { .. }
            | Self::Range { .. }
            | Self::Table(_)
            | Self::Read(_)
            | Self::Recursive(_)
            | Self::Misplaced { .. } => Vec::new(),
            Self::Project { input, .. }
            | Self::Select { input, .. }
            | Self::WithColumns { input, .. }
            | Self::Rename { input, .. }
            | Self::Named { input, .. }
            | Self::Drop { input, .. }
            | Self::Filter { input, .. }
            | Self::Having { input, .. }
            | Self::Qualify { input, .. }
            | Self::Aggregate { input, .. }
            | Self::Pivot { input, .. }
            | Self::Unpivot { input, .. }
            | Self::Sort { input, .. }
            | Self::Sample { input, .. }
            | Self::Resample { input, .. }
            | Self::Generate { input, .. }
            | Self::Repartition { input, .. }
            | Self::Uniform { input, .. }
            | Self::Limit { input, .. }
            | Self::Distinct { input, .. }
            | Self::Alias { input, .. }
            | Self::With { input, .. }
            | Self::Step { input, .. }
            | Self::Watermark { input, .. }
            | Self::Observe { input, .. }
            | Self::Groups { input, .. }
            | Self::BatchMap { input, .. } => vec![input],
            Self::Join { left, right, .. }
            | Self::Zip { left, right }
            | Self::Lateral { left, right, .. }
            | Self::Set { left, right, .. } => vec![left, right],
            Self::TableFunction { beside, .. } => beside.iter().collect(),
            Self::GroupMap { inputs, .. } => inputs.iter().map(|(input, _)| input).collect(),
        }
    }
}

/// What `|>` does with the rows before it.
#[derive(Debug, Clone, PartialEq)]
pub enum PipeStep {
    /// Nothing: they are the input of a clause.
    Rows,
    /// More columns, after those that are there.
    Extend(Vec<Expr>),
    /// A value for a column that is there.
    Set { column: Vec<String>, value: Expr },
    /// The keys, then what is computed of each group; each with its name, if it has one.
    Aggregate { keys: Vec<Expr>, exprs: Vec<Expr> },
}

/// A query that may ask for its own rows by its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Recursive {
    pub name: String,
    /// The names of its columns, if it has others than its query gives.
    pub columns: Vec<String>,
    pub body: Arc<Plan>,
    /// How many times it may ask, where the text says so.
    pub levels: Option<u64>,
    /// What its name stands for inside of it; `analysis` keeps that in its memo.
    pub itself: Arc<Plan>,
}

/// Rows held in memory with their Spark schema.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalData {
    pub schema: StructType,
    pub batches: Arc<Vec<RecordBatch>>,
    pub slices: Slices,
}

/// How rows of the program's own are cut into partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slices {
    /// Not at all.
    One,
    /// Into as equal shares as can be, none of them empty.
    Even,
    /// As PySpark sends a list: in batches, which are then dealt out.
    Batches,
}

/// Which rows come together in a partition. Without a number of partitions there are as
/// many as a shuffle of the session has, and small ones are put together again.
#[derive(Debug, Clone, PartialEq)]
pub enum Dealing {
    /// One row after the other to the next partition.
    Round(usize),
    /// By the hash of expressions.
    Hash {
        count: Option<usize>,
        keys: Vec<Expr>,
    },
    /// By ranges of an order.
    Range {
        count: Option<usize>,
        order: Vec<SortOrder>,
    },
    /// By a number that each row has.
    Id { count: usize, id: Expr },
    /// Whole partitions put together, at most so many.
    Fewer(usize),
}

/// What a reader was told before `load()`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadSpec {
    /// Lower-case short name: `json`, `rate`, `kafka`.
    pub format: String,
    pub paths: Vec<String>,
    pub schema: Option<StructType>,
    /// In the order given; names compare without regard to case, the last wins.
    pub options: Vec<(String, String)>,
    pub streaming: bool,
    /// The stream itself, where its rows are the program's own.
    pub local: Option<Arc<LocalStream>>,
    /// The source itself, where it is code of the user's.
    pub foreign: Option<Foreign>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Grouping {
    Plain,
    /// Indices into the keys, one list a set.
    Sets(Vec<Vec<usize>>),
}

impl Grouping {
    /// All combinations of parts, each of which is some keys.
    pub fn cube(parts: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let Some((first, rest)) = parts.split_first() else {
            return vec![Vec::new()];
        };
        let without = Self::cube(rest);
        let with = without.iter().map(|set| [first.as_slice(), set].concat());
        with.chain(without.iter().cloned()).collect()
    }

    /// All parts, all but the last, and so on up to none.
    pub fn rollup(parts: &[Vec<usize>]) -> Vec<Vec<usize>> {
        (0..=parts.len())
            .rev()
            .map(|count| parts[..count].concat())
            .collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    LeftSemi,
    LeftAnti,
    Cross,
}

#[derive(Debug, Clone, PartialEq)]
pub enum JoinOn {
    Nothing,
    Condition(Expr),
    /// Columns of both sides by name, merged in the output.
    Using(Vec<String>),
    Natural,
}

/// Which of the ways to ask for distinct rows; over a table they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistinctKind {
    /// `SELECT DISTINCT`: an aggregation by all columns.
    Groups,
    /// `dropDuplicates`, `distinct()`: the first of equal rows.
    Firsts,
    /// `dropDuplicatesWithinWatermark`: the first within the watermark's delay.
    FirstsWithinWatermark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetOp {
    Union,
    Intersect,
    Except,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PivotSpec {
    /// `None`: all columns that are named nowhere else, as in SQL.
    pub keys: Option<Vec<Expr>>,
    pub column: Expr,
    /// The values, with the names that the user gave them.
    pub values: Vec<(Expr, Option<String>)>,
    pub aggregates: Vec<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct UnpivotSpec {
    /// `None`: all columns that are not values.
    pub ids: Option<Vec<Expr>>,
    /// Groups of columns with the names that the user gave them; `None`: all columns that
    /// are not ids, each by itself.
    pub values: Option<Vec<(Vec<Expr>, Option<String>)>>,
    /// The name of the column that says which column a row is from.
    pub variable: String,
    /// As many as a group has columns.
    pub names: Vec<String>,
    pub include_nulls: bool,
}
