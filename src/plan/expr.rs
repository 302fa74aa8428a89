//! Unresolved expressions.

use std::fmt;
use std::sync::Arc;

use super::{ForeignRef, Literal, Plan};
use crate::types::DataType;

/// Identity of a resolved column, unique in the process. A column taken from a
/// frame (`df.a`) carries it, so that `df.a` still means that column after a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u64);

/// The frame that a column was taken from: it is the same one only if it is the same node.
#[derive(Clone)]
pub struct Frame(pub Arc<Plan>);

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a frame")
    }
}

/// What the user wrote, before any name is looked up.
///
/// Operators are calls under their SQL symbol: `+ - * / % div = != < <= > >= <=>
/// and or not & | ^ ~ like ilike rlike isnull isnotnull || [] (element access)`;
/// unary minus is `-` with one operand in SQL and `negative` elsewhere (Spark prints
/// them apart), plus `positive`; SQL adds the shifts `<< >> >>>`. A
/// `between` of SQL is a call of that name (Spark prints it so); the column method is
/// `and` of two comparisons.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A name, its parts split at dots: `window.end` is `["window", "end"]`.
    Attribute(Vec<String>),
    /// A column by its identity: one taken from a frame, or of a step's own making.
    Bound {
        id: ExprId,
        name: String,
        /// The frame that the program took it from.
        frame: Option<Frame>,
    },
    /// SQL text of an expression, parsed when a frame uses it: only then is it known
    /// under which settings (`expr("a + 1")`).
    Sql(String),
    /// `*` or `t.*`.
    Star {
        qualifier: Vec<String>,
    },
    /// `* EXCEPT (a, b.c)`: without these columns and fields.
    StarExcept {
        qualifier: Vec<String>,
        except: Vec<Vec<String>>,
    },
    Literal(Literal),
    Alias {
        expr: Box<Expr>,
        name: String,
        metadata: Option<serde_json::Value>,
    },
    /// `AS (a, b)`: the columns of a generator.
    Aliases {
        expr: Box<Expr>,
        names: Vec<String>,
    },
    Call(Call),
    Cast {
        expr: Box<Expr>,
        to: DataType,
        mode: CastMode,
    },
    /// `a.b` on a value, `a[0]`, `m['k']`: a field, an element or an entry.
    Extract {
        expr: Box<Expr>,
        key: Box<Expr>,
    },
    Case {
        branches: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    In {
        expr: Box<Expr>,
        list: Vec<Expr>,
    },
    InSubquery {
        expr: Box<Expr>,
        plan: Arc<Plan>,
    },
    Exists(Arc<Plan>),
    /// Columns that may be those of a query around this one.
    Outer(Box<Expr>),
    ScalarSubquery(Arc<Plan>),
    Sort(Box<SortOrder>),
    Over {
        function: Box<Expr>,
        spec: Box<WindowSpec>,
    },
    /// An argument given by name: `f(x => 1)`.
    Named {
        name: String,
        value: Box<Expr>,
    },
    /// A function of the user's; arguments may be given by name.
    Foreign {
        function: ForeignRef,
        args: Vec<(Option<String>, Expr)>,
    },
    /// `x -> x + 1`; parameters are names free in the body.
    Lambda {
        parameters: Vec<String>,
        body: Box<Expr>,
    },
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
    /// `WITHIN GROUP (ORDER BY …)` of an aggregate.
    pub within_group: Vec<SortOrder>,
    /// `IGNORE NULLS` or `RESPECT NULLS` after the call.
    pub ignore_nulls: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CastMode {
    /// `CAST`: an error on a bad value when ANSI mode is on.
    Cast,
    /// `TRY_CAST`: null on a bad value.
    Try,
    /// Into this column of a table: an error on a bad value, whatever the mode.
    Store(Arc<str>),
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
            within_group: Vec::new(),
            ignore_nulls: None,
        })
    }

    pub fn alias(self, name: impl Into<String>) -> Self {
        Self::Alias {
            expr: Box::new(self),
            name: name.into(),
            metadata: None,
        }
    }

    /// A column of a step's own making.
    pub fn bound(id: ExprId, name: impl Into<String>) -> Self {
        Self::Bound {
            id,
            name: name.into(),
            frame: None,
        }
    }

    pub fn name(name: impl Into<String>) -> Self {
        Self::Attribute(vec![name.into()])
    }
}

impl Expr {
    /// The expression with each of its parts for which `change` has another one
    /// replaced, from the outside in.
    ///
    /// # Errors
    /// The first error of `change`.
    pub fn rewrite<E>(
        &self,
        change: &mut dyn FnMut(&Expr) -> Result<Option<Expr>, E>,
    ) -> Result<Expr, E> {
        if let Some(other) = change(self)? {
            return Ok(other);
        }
        let mut again = |e: &Expr| e.rewrite(change);
        Ok(match self {
            Self::Alias {
                expr,
                name,
                metadata,
            } => Self::Alias {
                expr: Box::new(again(expr)?),
                name: name.clone(),
                metadata: metadata.clone(),
            },
            Self::Outer(expr) => Self::Outer(Box::new(again(expr)?)),
            Self::Aliases { expr, names } => Self::Aliases {
                expr: Box::new(again(expr)?),
                names: names.clone(),
            },
            Self::Call(call) => Self::Call(Call {
                name: call.name.clone(),
                args: call.args.iter().map(&mut again).collect::<Result<_, _>>()?,
                distinct: call.distinct,
                filter: call
                    .filter
                    .as_deref()
                    .map(&mut again)
                    .transpose()?
                    .map(Box::new),
                within_group: call
                    .within_group
                    .iter()
                    .map(|key| {
                        Ok(SortOrder {
                            expr: again(&key.expr)?,
                            ..key.clone()
                        })
                    })
                    .collect::<Result<_, _>>()?,
                ignore_nulls: call.ignore_nulls,
            }),
            Self::Cast { expr, to, mode } => Self::Cast {
                expr: Box::new(again(expr)?),
                to: to.clone(),
                mode: mode.clone(),
            },
            Self::Extract { expr, key } => Self::Extract {
                expr: Box::new(again(expr)?),
                key: Box::new(again(key)?),
            },
            Self::Case {
                branches,
                otherwise,
            } => Self::Case {
                branches: branches
                    .iter()
                    .map(|(c, v)| Ok((again(c)?, again(v)?)))
                    .collect::<Result<_, _>>()?,
                otherwise: otherwise
                    .as_deref()
                    .map(&mut again)
                    .transpose()?
                    .map(Box::new),
            },
            Self::In { expr, list } => Self::In {
                expr: Box::new(again(expr)?),
                list: list.iter().map(&mut again).collect::<Result<_, _>>()?,
            },
            Self::InSubquery { expr, plan } => Self::InSubquery {
                expr: Box::new(again(expr)?),
                plan: Arc::clone(plan),
            },
            Self::Sort(order) => Self::Sort(Box::new(SortOrder {
                expr: again(&order.expr)?,
                ascending: order.ascending,
                nulls: order.nulls,
            })),
            Self::Over { function, spec } => Self::Over {
                function: Box::new(again(function)?),
                spec: Box::new(WindowSpec {
                    partition_by: spec
                        .partition_by
                        .iter()
                        .map(&mut again)
                        .collect::<Result<_, _>>()?,
                    order_by: spec
                        .order_by
                        .iter()
                        .map(|o| {
                            Ok(SortOrder {
                                expr: again(&o.expr)?,
                                ..o.clone()
                            })
                        })
                        .collect::<Result<_, _>>()?,
                    frame: spec.frame.clone(),
                }),
            },
            Self::Named { name, value } => Self::Named {
                name: name.clone(),
                value: Box::new(again(value)?),
            },
            Self::Foreign { function, args } => Self::Foreign {
                function: function.clone(),
                args: args
                    .iter()
                    .map(|(name, arg)| Ok((name.clone(), again(arg)?)))
                    .collect::<Result<_, _>>()?,
            },
            Self::Lambda { parameters, body } => Self::Lambda {
                parameters: parameters.clone(),
                body: Box::new(again(body)?),
            },
            Self::Attribute(_)
            | Self::Bound { .. }
            | Self::Sql(_)
            | Self::Star { .. }
            | Self::StarExcept { .. }
            | Self::Literal(_)
            | Self::Exists(_)
            | Self::ScalarSubquery(_) => self.clone(),
        })
    }
}
