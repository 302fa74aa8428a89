//! Calls of functions of the user's: Spark hands the values over as they are, so there is
//! nothing to coerce, and a result may always be null.

use std::sync::Arc;

use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Aggregate, Expr as Physical, Filter, LogicalPlan, Sort, lit};

use super::expression::{Resolver, Typed};
use super::stream_node::{RefusedNode, extension};
use super::{column, column_name, engine, fresh_id};
use crate::engine::fold::ForeignAggregate;
use crate::engine::{ForeignPlace, foreign_expr};
use crate::error::{Result, SparkError};
use crate::plan::foreign_function::{ForeignArg, ForeignCall, ForeignKind, ForeignRef};
use crate::plan::{Call, Expr, text};

/// A call of a user's aggregate with its arguments, for a group or a window.
pub(super) struct ForeignAggregateCall {
    pub function: Arc<datafusion::logical_expr::AggregateUDF>,
    pub args: Vec<Physical>,
    pub text: String,
}

impl Resolver<'_, '_> {
    /// The function that a program registered by the name.
    pub(super) fn registered(&self, name: &str) -> Option<ForeignRef> {
        self.analyzer.context.catalog.function(name)
    }

    /// A call by name of a registered function.
    pub(super) fn registered_call(&mut self, function: &ForeignRef, call: &Call) -> Result<Typed> {
        if call.distinct {
            return Err(SparkError::new(
                "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                &[("prettyName", "`pythonudf`"), ("syntax", "DISTINCT")],
            ));
        }
        let args = call.args.iter().map(|arg| match arg {
            Expr::Named { name, value } => (Some(name.clone()), (**value).clone()),
            arg => (None, arg.clone()),
        });
        let args: Vec<_> = args.collect();
        self.foreign(function, &args)
    }

    pub(super) fn foreign(
        &mut self,
        function: &ForeignRef,
        args: &[(Option<String>, Expr)],
    ) -> Result<Typed> {
        let returns = function.0.returns().clone();
        if function.0.kind() == ForeignKind::Aggregate {
            let call = self.foreign_aggregate(function, args)?;
            let expr = Physical::AggregateFunction(AggregateFunction::new_udf(
                call.function,
                call.args,
                false,
                None,
                vec![],
                None,
            ));
            return Ok(Typed::new(expr, returns, true, call.text));
        }
        let typed = self.foreign_args(args)?;
        let text = shown(function, &typed);
        let types = typed
            .iter()
            .map(|(name, arg)| (name.clone(), arg.data_type.clone()))
            .collect();
        let inputs = typed.into_iter().map(|(_, arg)| arg.expr).collect();
        let expr = foreign_expr(function, types, inputs);
        Ok(Typed::new(expr, returns, true, text))
    }

    pub(super) fn foreign_aggregate(
        &mut self,
        function: &ForeignRef,
        args: &[(Option<String>, Expr)],
    ) -> Result<ForeignAggregateCall> {
        let typed = self.foreign_args(args)?;
        if typed.iter().any(|(_, arg)| arg.expr_contains_aggregate()) {
            return Err(SparkError::new("NESTED_AGGREGATE_FUNCTION", &[]));
        }
        let of_call = |(at, (name, arg)): (usize, &(Option<String>, Typed))| ForeignArg {
            at,
            name: name.clone(),
            data_type: arg.data_type.clone(),
        };
        let call = ForeignCall {
            functions: vec![function.clone()],
            args: typed.iter().enumerate().map(of_call).collect(),
        };
        Ok(ForeignAggregateCall {
            text: shown(function, &typed),
            function: ForeignAggregate::aggregate(function, call)?,
            args: typed.into_iter().map(|(_, arg)| arg.expr).collect(),
        })
    }

    fn foreign_args(
        &mut self,
        args: &[(Option<String>, Expr)],
    ) -> Result<Vec<(Option<String>, Typed)>> {
        args.iter()
            .map(|(name, arg)| match arg {
                Expr::Star { .. } | Expr::StarExcept { .. } => Err(SparkError::new(
                    "INVALID_USAGE_OF_STAR_OR_REGEX",
                    &[("elem", "'*'"), ("prettyName", "expression `pythonudf`")],
                )),
                _ => Ok((name.clone(), self.resolve(arg)?)),
            })
            .collect()
    }
}

fn shown(function: &ForeignRef, args: &[(Option<String>, Typed)]) -> String {
    text::foreign_text(function, args, |arg| arg.text.clone())
}

/// Whether the expression calls a function that gives other results each time.
pub(super) fn may_differ(expr: &Physical) -> bool {
    super::function::contains(expr, |e| {
        ForeignPlace::of(e).is_some_and(|(place, _)| !place.function.0.is_deterministic())
    })
}

/// The name of a user's aggregate, where the expression is a call of one.
pub(super) fn aggregate_name(expr: &Physical) -> Option<&str> {
    let Physical::AggregateFunction(call) = expr else {
        return None;
    };
    let found = call.func.inner().downcast_ref::<ForeignAggregate>();
    found.map(|aggregate| aggregate.function.0.name())
}

/// How many rows there are.
pub(super) fn counted() -> Physical {
    datafusion::functions_aggregate::expr_fn::count(lit(1_i64))
}

/// A grouping for functions of the user's: the groups come in the order of their keys, and
/// where there are no keys, a function over no rows is not called and gives no row.
pub(super) fn of_groups(
    input: Arc<LogicalPlan>,
    keys: Vec<Physical>,
    mut calls: Vec<Physical>,
    streaming: bool,
) -> Result<Arc<LogicalPlan>> {
    let rows = fresh_id();
    let whole = keys.is_empty();
    if whole {
        calls.push(counted().alias(column_name(rows)));
    }
    let order: Vec<_> = keys
        .iter()
        .map(|key| key.clone().sort(true, true))
        .collect();
    let aggregate = LogicalPlan::Aggregate(engine(Aggregate::try_new(input, keys, calls))?);
    if streaming {
        return Ok(Arc::new(extension(RefusedNode {
            schema: aggregate.schema().clone(),
            inputs: vec![aggregate],
            message: "Streaming aggregation doesn't support group aggregate pandas UDF".into(),
        })));
    }
    let input = Arc::new(aggregate);
    if whole {
        let some = column(rows).gt(lit(0_i64));
        return Ok(Arc::new(LogicalPlan::Filter(engine(Filter::try_new(
            some, input,
        ))?)));
    }
    Ok(Arc::new(LogicalPlan::Sort(Sort {
        expr: order,
        input,
        fetch: None,
    })))
}

/// A user's aggregates stand in a grouping by themselves.
pub(super) fn check_alone(calls: &[&Physical]) -> Result<()> {
    let names: Vec<_> = calls
        .iter()
        .filter_map(|call| aggregate_name(call))
        .collect();
    if names.is_empty() || names.len() == calls.len() {
        return Ok(());
    }
    Err(SparkError::new(
        "INVALID_PANDAS_UDF_PLACEMENT",
        &[(
            "functionList",
            &crate::error::quoted(&names).replace("`.`", "`, `"),
        )],
    ))
}
