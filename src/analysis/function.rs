//! Calls of functions by name: scalar, aggregate, and those that need the query's
//! own circumstances.

use datafusion::logical_expr::Expr as Physical;

use super::expression::{Resolver, Typed};
use crate::engine::{aggregate, kernel_expr};
use crate::error::{Result, SparkError};
use crate::functions::{Binding, find_scalar};
use crate::plan::text;
use crate::plan::{Call, Expr, Literal};
use crate::types::DataType;

impl Resolver<'_, '_> {
    pub fn function(&mut self, call: &Call) -> Result<Typed> {
        let name = call.name.to_ascii_lowercase();
        if aggregate::is_aggregate(&name) {
            return self.aggregate_call(&name, call);
        }
        if call.filter.is_some() {
            return Err(SparkError::not_implemented(format_args!(
                "FILTER on the function {name}, which is not an aggregate"
            )));
        }
        match name.as_str() {
            "input_file_name" => return self.input_file_name(call),
            "window" => return self.time_window(&call.args),
            "window_time" => return self.window_time(&call.args),
            "session_window" => return self.session_window(&call.args),
            "row_number" | "rank" | "dense_rank" | "percent_rank" | "cume_dist" | "ntile"
            | "lag" | "lead" | "nth_value" => {
                return Err(SparkError::new(
                    "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
                    &[(
                        "funcName",
                        &format!("\"{}\"", text::expr_text(&Expr::Call(call.clone()))),
                    )],
                ));
            }
            _ => {}
        }
        if let Some(value) = self.circumstance(&name, call)? {
            return Ok(value);
        }
        self.scalar_call(&name, call)
    }

    fn scalar_call(&mut self, name: &str, call: &Call) -> Result<Typed> {
        let args = self.resolve_all(&call.args)?;
        let Some(scalar) = find_scalar(name) else {
            return Err(unknown(&call.name));
        };
        if call.distinct {
            return Err(SparkError::new(
                "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                &[
                    ("prettyName", &crate::error::quoted(&[name])),
                    ("syntax", "DISTINCT"),
                ],
            ));
        }
        let texts: Vec<_> = args.iter().map(|a| a.text.clone()).collect();
        if name == "struct" {
            return self.named_struct(args, text::call_text(name, &texts, false));
        }
        let text = super::temporal_text::call(name, &args)
            .unwrap_or_else(|| text::call_text(name, &texts, call.distinct));
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        let mut binding = scalar.resolve(name, &types, self.settings())?;
        if let ("element_at", [array, position]) = (name, args.as_slice())
            && super::operator::is_there(array, position, 1)
        {
            binding.nullable = false;
        }
        self.bound_call(name, binding, args, text)
    }

    /// `struct(…)`: its fields have the names of its arguments.
    fn named_struct(&mut self, args: Vec<Typed>, text: String) -> Result<Typed> {
        let mut all = Vec::with_capacity(args.len() * 2);
        for (index, arg) in args.into_iter().enumerate() {
            let name = arg
                .name
                .clone()
                .unwrap_or_else(|| format!("col{}", index + 1));
            all.push(Typed::constant(Literal::String(name))?);
            all.push(arg);
        }
        let Some(scalar) = find_scalar("named_struct") else {
            return Err(unknown("struct"));
        };
        let types: Vec<_> = all.iter().map(Typed::arg_type).collect();
        let binding = scalar.resolve("named_struct", &types, self.settings())?;
        self.bound_call("named_struct", binding, all, text)
    }

    /// A call of a kernel, its arguments cast to what it wants.
    pub fn bound_call(
        &self,
        name: &str,
        binding: Binding,
        args: Vec<Typed>,
        text: String,
    ) -> Result<Typed> {
        let (returns, nullable) = (binding.returns.clone(), binding.nullable);
        let mut inputs = Vec::with_capacity(args.len());
        for (arg, to) in args.into_iter().zip(binding.args.clone()) {
            inputs.push(self.coerce(arg, &to)?.expr);
        }
        let expr = kernel_expr(name, binding, inputs, self.settings());
        Ok(Typed::new(expr, returns, nullable, text))
    }

    fn aggregate_call(&mut self, name: &str, call: &Call) -> Result<Typed> {
        let args = self.aggregate_args(name, &call.args)?;
        let texts: Vec<_> = args.iter().map(|a| a.text.clone()).collect();
        let mut text = text::call_text(name, &texts, call.distinct);
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        if call.distinct && aggregate::ignores_distinct(name) {
            return Err(SparkError::not_implemented(format_args!(
                "{name} of distinct values"
            )));
        }
        let distinct = call.distinct;
        let bound_name = if name == "count_if" { "count" } else { name };
        let binding = aggregate::bind(bound_name, &types, self.settings())?;
        let mut filter = match &call.filter {
            Some(filter) => {
                let condition = self.resolve(filter)?;
                text.push_str(&format!(" FILTER (WHERE {})", condition.text));
                Some(condition.expr)
            }
            None => None,
        };
        let mut inputs = Vec::with_capacity(args.len());
        for (arg, to) in args.into_iter().zip(&binding.args) {
            if arg.expr_contains_aggregate() {
                return Err(SparkError::new("NESTED_AGGREGATE_FUNCTION", &[]));
            }
            inputs.push(self.coerce(arg, to)?.expr);
        }
        if name == "count_if" {
            let condition = inputs.remove(0);
            filter = Some(match filter {
                Some(other) => datafusion::logical_expr::and(other, condition),
                None => condition,
            });
            inputs.push(datafusion::logical_expr::lit(1_i64));
        }
        let inputs = several_as_one(inputs, distinct);
        let result = binding.call(inputs, distinct, filter);
        let result = binding.finish(result, self.settings());
        Ok(Typed::new(
            result,
            binding.returns.clone(),
            binding.nullable,
            text,
        ))
    }

    /// `count(*)` counts ones; `count(t.*)` the rows without a null.
    fn aggregate_args(&mut self, name: &str, args: &[Expr]) -> Result<Vec<Typed>> {
        if name == "count" && matches!(args, [Expr::Star { qualifier }] if qualifier.is_empty()) {
            return Ok(vec![Typed::constant(Literal::Integer(1))?]);
        }
        let args = self.expand(args)?;
        self.resolve_all(&args)
    }
}

impl Typed {
    pub fn expr_contains_aggregate(&self) -> bool {
        contains(&self.expr, |e| matches!(e, Physical::AggregateFunction(_)))
    }

    pub fn expr_contains_window(&self) -> bool {
        contains(&self.expr, |e| matches!(e, Physical::WindowFunction(_)))
    }
}

pub(crate) fn contains(expr: &Physical, test: impl Fn(&Physical) -> bool) -> bool {
    use datafusion::common::tree_node::TreeNode;
    expr.exists(|e| Ok(test(e))).unwrap_or(false)
}

/// `count(DISTINCT a, b)` counts the distinct pairs without a null.
fn several_as_one(args: Vec<Physical>, distinct: bool) -> Vec<Physical> {
    if !distinct || args.len() < 2 {
        return args;
    }
    use datafusion::functions::core::expr_fn::named_struct;
    let no_null = args
        .iter()
        .map(|a| a.clone().is_not_null())
        .reduce(datafusion::logical_expr::and)
        .unwrap_or_else(|| datafusion::logical_expr::lit(true));
    let fields = args
        .into_iter()
        .enumerate()
        .flat_map(|(i, a)| [datafusion::logical_expr::lit(format!("c{i}")), a])
        .collect();
    let pair = datafusion::logical_expr::Case::new(
        None,
        vec![(Box::new(no_null), Box::new(named_struct(fields)))],
        None,
    );
    vec![Physical::Case(pair)]
}

/// The error for a function that there is not: unknown to Spark, or not here yet.
fn unknown(name: &str) -> SparkError {
    if crate::functions::is_known_to_spark(name) {
        return SparkError::not_implemented(format_args!("the function {name}"));
    }
    SparkError::new(
        "UNRESOLVED_ROUTINE",
        &[
            ("routineName", &crate::error::quoted(&[name])),
            (
                "searchPath",
                "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]",
            ),
        ],
    )
}

/// Whether an argument is a boolean constant.
pub fn flag(value: &Typed) -> Option<bool> {
    match (&value.literal, &value.data_type) {
        (Some(Literal::Boolean(flag)), DataType::Boolean) => Some(*flag),
        _ => None,
    }
}
