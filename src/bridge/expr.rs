//! Expressions.

use pyo3::prelude::*;

use super::error::OrRaise;
use super::frame::PyFrame;
use super::functions::PyFunction;
use super::values::literal;
use crate::execution::Session;
use crate::plan::sql;
use crate::plan::{
    Call, CastMode, Expr, FrameBound, FrameUnits, Literal, NullsOrder, SortOrder, WindowFrame,
    WindowSpec, repr,
};
use crate::types::{Zone, parse_type};

#[pyclass(name = "Expr", module = "caudal._native", frozen, from_py_object)]
#[derive(Clone)]
pub struct PyExpr(pub Expr);

fn exprs(all: Vec<PyExpr>) -> Vec<Expr> {
    all.into_iter().map(|e| e.0).collect()
}

/// The zone in which `Column<'…'>` shows instants: that of the running session.
fn local_zone() -> PyResult<Zone> {
    crate::execution::conf::local_zone().or_raise()
}

/// Expressions as a frame of the session takes them: SQL text inside is parsed now.
pub fn parsed(all: Vec<PyExpr>, session: &Session) -> PyResult<Vec<Expr>> {
    all.into_iter().map(|e| parsed_one(e, session)).collect()
}

pub fn parsed_one(expr: PyExpr, session: &Session) -> PyResult<Expr> {
    let options = session.parse_options().or_raise()?;
    let mut parse = |e: &Expr| match e {
        Expr::Sql(text) => sql::parse_expression(text, &options).map(Some),
        _ => Ok(None),
    };
    expr.0.rewrite(&mut parse).or_raise()
}

/// The order that an expression asks for, ascending where it does not say.
pub fn sort_order(expr: Expr) -> SortOrder {
    match expr {
        Expr::Sort(order) => *order,
        expr => SortOrder {
            expr,
            ascending: true,
            nulls: None,
        },
    }
}

#[pymethods]
impl PyExpr {
    #[staticmethod]
    fn attribute(name: &str) -> PyResult<Self> {
        if name == "*" {
            return Ok(Self(Expr::Star { qualifier: vec![] }));
        }
        if let Some(qualifier) = name.strip_suffix(".*") {
            let qualifier = sql::parse_attribute_name(qualifier).or_raise()?;
            return Ok(Self(Expr::Star { qualifier }));
        }
        Ok(Self(Expr::Attribute(
            sql::parse_attribute_name(name).or_raise()?,
        )))
    }

    #[staticmethod]
    #[pyo3(name = "literal")]
    fn of_value(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(literal(value)?))
    }

    #[staticmethod]
    fn parse(text: &str) -> PyResult<Self> {
        Ok(Self(Expr::Sql(text.to_string())))
    }

    #[staticmethod]
    #[pyo3(signature = (name, args, distinct = false))]
    fn call(name: String, args: Vec<PyExpr>, distinct: bool) -> Self {
        Self(Expr::Call(Call {
            name,
            args: exprs(args),
            distinct,
            filter: None,
            within_group: Vec::new(),
            ignore_nulls: None,
        }))
    }

    #[staticmethod]
    fn foreign(function: PyRef<'_, PyFunction>, args: Vec<(Option<String>, PyExpr)>) -> Self {
        let args = args.into_iter().map(|(name, arg)| (name, arg.0));
        Self(Expr::Foreign {
            function: function.0.clone(),
            args: args.collect(),
        })
    }

    #[staticmethod]
    fn of_lambda(parameters: Vec<String>, body: PyExpr) -> Self {
        Self(Expr::Lambda {
            parameters,
            body: Box::new(body.0),
        })
    }

    #[staticmethod]
    #[pyo3(signature = (branches, otherwise))]
    fn case(branches: Vec<(PyExpr, PyExpr)>, otherwise: Option<PyExpr>) -> Self {
        let branches = branches.into_iter().map(|(c, v)| (c.0, v.0)).collect();
        Self(Expr::Case {
            branches,
            otherwise: otherwise.map(|e| Box::new(e.0)),
        })
    }

    #[pyo3(signature = (name, metadata = None))]
    fn alias(&self, name: String, metadata: Option<&str>) -> PyResult<Self> {
        let metadata = metadata
            .map(serde_json::from_str)
            .transpose()
            .map_err(crate::error::SparkError::internal)
            .or_raise()?;
        Ok(Self(Expr::Alias {
            expr: Box::new(self.0.clone()),
            name,
            metadata,
        }))
    }

    fn aliases(&self, names: Vec<String>) -> Self {
        Self(Expr::Aliases {
            expr: Box::new(self.0.clone()),
            names,
        })
    }

    #[pyo3(signature = (to, is_try = false))]
    fn cast(&self, to: &str, is_try: bool) -> PyResult<Self> {
        let to = parse_type(to).or_raise()?;
        let mode = if is_try {
            CastMode::Try
        } else {
            CastMode::Cast
        };
        Ok(Self(Expr::Cast {
            expr: Box::new(self.0.clone()),
            to,
            mode,
        }))
    }

    fn extract(&self, key: PyExpr) -> Self {
        Self(Expr::Extract {
            expr: Box::new(self.0.clone()),
            key: Box::new(key.0),
        })
    }

    fn is_in(&self, values: Vec<PyExpr>) -> Self {
        Self(Expr::In {
            expr: Box::new(self.0.clone()),
            list: exprs(values),
        })
    }

    /// Whether the value is among those of a frame of one column.
    fn is_in_frame(&self, frame: &PyFrame) -> Self {
        Self(Expr::InSubquery {
            expr: Box::new(self.0.clone()),
            plan: frame.plan(),
        })
    }

    /// Columns that may be those of a query around.
    fn outer(&self) -> Self {
        Self(Expr::Outer(Box::new(self.0.clone())))
    }

    #[pyo3(signature = (ascending, nulls_first = None))]
    fn sort(&self, ascending: bool, nulls_first: Option<bool>) -> Self {
        let nulls = nulls_first.map(|f| {
            if f {
                NullsOrder::First
            } else {
                NullsOrder::Last
            }
        });
        let order = SortOrder {
            expr: self.0.clone(),
            ascending,
            nulls,
        };
        Self(Expr::Sort(Box::new(order)))
    }

    #[pyo3(signature = (partition_by, order_by, frame))]
    fn over(
        &self,
        partition_by: Vec<PyExpr>,
        order_by: Vec<PyExpr>,
        frame: Option<(String, i64, i64)>,
    ) -> Self {
        let frame = frame.map(|(units, start, end)| WindowFrame {
            units: if units == "rows" {
                FrameUnits::Rows
            } else {
                FrameUnits::Range
            },
            start: bound(start),
            end: bound(end),
        });
        let order_by = order_by.into_iter().map(|e| sort_order(e.0)).collect();
        let spec = WindowSpec {
            partition_by: exprs(partition_by),
            order_by,
            frame,
        };
        Self(Expr::Over {
            function: Box::new(self.0.clone()),
            spec: Box::new(spec),
        })
    }

    fn text(&self) -> PyResult<String> {
        Ok(repr::repr(&self.0, local_zone()?))
    }

    fn __repr__(&self) -> PyResult<String> {
        self.text()
    }
}

/// PySpark's numbers for a frame's bound: negative is before the current row.
fn bound(value: i64) -> FrameBound {
    let distance = |n: i64| {
        Box::new(Expr::Literal(match i32::try_from(n) {
            Ok(small) => Literal::Integer(small),
            Err(_) => Literal::Long(n),
        }))
    };
    match value {
        i64::MIN => FrameBound::UnboundedPreceding,
        i64::MAX => FrameBound::UnboundedFollowing,
        0 => FrameBound::CurrentRow,
        n if n < 0 => FrameBound::Preceding(distance(-n)),
        n => FrameBound::Following(distance(n)),
    }
}
