//! Unresolved expressions.

use std::sync::Arc;

use super::{Literal, Plan};
use crate::types::DataType;

/// Identity of a resolved column, unique in the process. A column taken from a
/// frame (`df.a`) carries it, so that `df.a` still means that column after a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u64);

/// What the user wrote, before any name is looked up.
///
/// Operators are calls under their SQL symbol: `+ - * / % div = != < <= > >= <=>
/// and or not & | ^ ~ like ilike rlike isnull isnotnull || [] (element access)`;
/// unary minus is `negative`. `between` is `and` of two comparisons.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A name, its parts split at dots: `window.end` is `["window", "end"]`.
    Attribute(Vec<String>),
    /// A column taken from a frame.
    Bound { id: ExprId, name: String },
    /// `*` or `t.*`.
    Star { qualifier: Vec<String> },
    Literal(Literal),
    Alias { expr: Box<Expr>, name: String, metadata: Option<serde_json::Value> },
    Call(Call),
    Cast { expr: Box<Expr>, to: DataType, mode: CastMode },
    /// `a.b` on a value, `a[0]`, `m['k']`: a field, an element or an entry.
    Extract { expr: Box<Expr>, key: Box<Expr> },
    Case { branches: Vec<(Expr, Expr)>, otherwise: Option<Box<Expr>> },
    In { expr: Box<Expr>, list: Vec<Expr> },
    InSubquery { expr: Box<Expr>, plan: Arc<Plan> },
    Exists(Arc<Plan>),
    ScalarSubquery(Arc<Plan>),
    Sort(Box<SortOrder>),
    Over { function: Box<Expr>, spec: Box<WindowSpec> },
    /// `x -> x + 1`; parameters are names free in the body.
    Lambda { parameters: Vec<String>, body: Box<Expr> },
}

/// A function or an operator with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// As written; looked up without regard to case.
    pub name: String,
    pub args: Vec<Expr>,
    pub distinct: bool,
    /// `FILTER (WHERE …)` of an aggregate.
    pub filter: Option<Box<Expr>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CastMode {
    /// `CAST`: an error on a bad value when ANSI mode is on.
    Cast,
    /// `TRY_CAST`: null on a bad value.
    Try,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NullsOrder {
    First,
    Last,
}

/// A sort key; `nulls` is `None` where the user said nothing (first when
/// ascending, last when descending).
#[derive(Debug, Clone, PartialEq)]
pub struct SortOrder {
    pub expr: Expr,
    pub ascending: bool,
    pub nulls: Option<NullsOrder>,
}

/// `OVER (PARTITION BY … ORDER BY … frame)`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WindowSpec {
    pub partition_by: Vec<Expr>,
    pub order_by: Vec<SortOrder>,
    pub frame: Option<WindowFrame>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct WindowFrame {
    pub units: FrameUnits,
    pub start: FrameBound,
    pub end: FrameBound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameUnits {
    Rows,
    Range,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FrameBound {
    UnboundedPreceding,
    Preceding(Box<Expr>),
    CurrentRow,
    Following(Box<Expr>),
    UnboundedFollowing,
}

impl Expr {
    /// A function or operator call without `DISTINCT` or a filter.
    pub fn call(name: impl Into<String>, args: impl IntoIterator<Item = Expr>) -> Self {
        Self::Call(Call {
            name: name.into(),
            args: args.into_iter().collect(),
            distinct: false,
            filter: None,
        })
    }

    pub fn alias(self, name: impl Into<String>) -> Self {
        Self::Alias { expr: Box::new(self), name: name.into(), metadata: None }
    }

    pub fn name(name: impl Into<String>) -> Self {
        Self::Attribute(vec![name.into()])
    }
}
