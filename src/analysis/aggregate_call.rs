//! Calls of aggregate functions: arguments, sort keys, filters, and their printed form.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as Physical;

use super::expression::{Resolver, Typed};
use super::function::contains;
use crate::engine::aggregate::{self, AggregateBinding, Asked};
use crate::engine::constant_value;
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::wrong_count;
use crate::plan::text;
use crate::plan::{Call, Expr, Literal, NullsOrder, SortOrder};
use crate::types::DataType;

/// A call whose arguments have the types that its function takes.
pub(super) struct AggregateCall {
    pub binding: AggregateBinding,
    pub inputs: Vec<Physical>,
    pub filter: Option<Physical>,
    pub distinct: bool,
    pub text: String,
    /// Printed forms of all that the function is of, keys among them.
    pub parts: Vec<String>,
}

/// Fails for what only aggregates may have.
pub(super) fn plain(name: &str, call: &Call) -> Result<()> {
    let syntax = match call.ignore_nulls {
        _ if !call.within_group.is_empty() => "WITHIN GROUP (ORDER BY ...)",
        Some(true) if !aggregate::takes_null_treatment(name) => "IGNORE NULLS",
        Some(false) if !aggregate::takes_null_treatment(name) => "RESPECT NULLS",
        _ => return Ok(()),
    };
    Err(unsupported(name, syntax))
}

fn unsupported(name: &str, syntax: &str) -> SparkError {
    SparkError::new(
        "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
        &[
            ("prettyName", &crate::error::quoted(&[name])),
            ("syntax", syntax),
        ],
    )
}

fn bad_group(condition: &str, name: &str, counts: Option<(usize, usize)>) -> SparkError {
    let function = format!("`{name}`");
    let mut parameters = vec![("funcName", function.as_str())];
    let shown = counts.map(|(expected, actual)| (expected.to_string(), actual.to_string()));
    if let Some((expected, actual)) = &shown {
        parameters.extend([("expectedNum", expected.as_str()), ("actualNum", actual)]);
    }
    SparkError::new(
        &format!("INVALID_WITHIN_GROUP_EXPRESSION.{condition}"),
        &parameters,
    )
}

/// Fails where keys are missing, too many or where there may be none.
fn check_order(name: &str, call: &Call) -> Result<()> {
    let keys = call.within_group.len();
    if keys > 0 && !aggregate::takes_order(name) {
        return Err(unsupported(name, "WITHIN GROUP (ORDER BY ...)"));
    }
    let sorts = match name {
        "percentile_cont" | "percentile_disc" => true,
        "mode" => call.args.is_empty() || keys > 0,
        _ => false,
    };
    if name == "mode" && call.distinct && !call.args.is_empty() || sorts && call.distinct {
        return Err(bad_group("DISTINCT_UNSUPPORTED", name, None));
    }
    match keys {
        _ if !sorts => Ok(()),
        0 => Err(bad_group("WITHIN_GROUP_MISSING", name, None)),
        keys if name == "mode" && !call.args.is_empty() => {
            Err(bad_group("WRONG_NUM_ORDERINGS", name, Some((0, keys))))
        }
        1 if name != "mode" && call.args.len() != 1 => Err(wrong_count(name, "1", call.args.len())),
        1 => Ok(()),
        keys => {
            let shown = if name == "mode" { "Mode" } else { name };
            Err(bad_group("WRONG_NUM_ORDERINGS", shown, Some((1, keys))))
        }
    }
}

fn options(key: &SortOrder) -> (bool, bool) {
    let first = match key.nulls {
        Some(nulls) => nulls == NullsOrder::First,
        None => key.ascending,
    };
    (!key.ascending, first)
}

impl Resolver<'_, '_> {
    pub(super) fn aggregate_call(&mut self, name: &str, call: &Call) -> Result<Typed> {
        let found = self.bound_aggregate(name, call)?;
        let (binding, text) = (found.binding, found.text);
        // Over a window it is another matter: that is over the groups.
        let is_aggregate = |e: &Physical| matches!(e, Physical::AggregateFunction(_));
        if found
            .inputs
            .iter()
            .any(|input| contains(input, is_aggregate))
        {
            return Err(SparkError::new("NESTED_AGGREGATE_FUNCTION", &[]));
        }
        let draws = call.args.iter().any(super::random_call::draws);
        if draws || found.inputs.iter().any(super::foreign_call::may_differ) {
            let shown = format!("\"{text}\"");
            let condition = "AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION";
            return Err(SparkError::new(condition, &[("sqlExpr", &shown)]));
        }
        let result = binding.call(found.inputs, found.distinct, found.filter);
        let result = binding.finish(result, self.settings());
        let (returns, nullable) = (binding.returns.clone(), binding.nullable);
        Ok(Typed::new(result, returns, nullable, text))
    }

    pub(super) fn bound_aggregate(&mut self, name: &str, call: &Call) -> Result<AggregateCall> {
        if let Some(args) = super::left_out::filled(name, &call.args) {
            let call = Call {
                args,
                ..call.clone()
            };
            return self.bound_aggregate(name, &call);
        }
        if let (Some(ignore), false) = (call.ignore_nulls, aggregate::takes_null_treatment(name)) {
            let syntax = if ignore {
                "IGNORE NULLS"
            } else {
                "RESPECT NULLS"
            };
            return Err(unsupported(name, syntax));
        }
        check_order(name, call)?;
        let mut args = self.aggregate_args(name, call)?;
        let mut keys = Vec::new();
        for key in &call.within_group {
            keys.push(self.sort_key(key)?);
        }
        let mut text = self.aggregate_text(name, call, &args, &keys);
        let order: Vec<_> = call.within_group.iter().map(options).collect();
        let mut sorted_by: Vec<_> = keys.iter().map(|(_, text)| text.clone()).collect();
        let keys: Vec<_> = keys.into_iter().map(|(key, _)| key).collect();
        match name {
            // What is sorted is what they are of.
            "percentile_cont" | "percentile_disc" | "mode" => {
                args.splice(0..0, keys);
            }
            _ => args.extend(keys),
        }
        let mut parts: Vec<_> = args.iter().map(|a| a.text.clone()).collect();
        if matches!(name, "listagg" | "string_agg") {
            parts.truncate(call.args.len());
            parts.resize(2, "NULL".to_string());
            parts.append(&mut sorted_by);
        }
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        let constants = constants(&args)?;
        let binding = aggregate::bind(&Asked {
            name,
            args: &types,
            constants: &constants,
            order: &order,
            distinct: call.distinct,
            ignore_nulls: call.ignore_nulls,
            settings: self.settings(),
        })?;
        let mut filter = self.filter_of(call, &mut text)?;
        let mut inputs = Vec::with_capacity(binding.args.len());
        for (at, to) in binding.takes.iter().zip(&binding.args) {
            inputs.push(self.coerce(args[*at].clone(), to)?.expr);
        }
        if name == "count_if" {
            let condition = inputs.remove(0);
            filter = Some(match filter {
                Some(other) => datafusion::logical_expr::and(other, condition),
                None => condition,
            });
            inputs.push(datafusion::logical_expr::lit(1_i64));
        }
        let inputs = match name {
            "count" | "regr_count" => several_as_one(inputs, call.distinct),
            _ => inputs,
        };
        Ok(AggregateCall {
            binding,
            inputs,
            filter,
            distinct: call.distinct,
            text,
            parts,
        })
    }

    fn filter_of(&mut self, call: &Call, text: &mut String) -> Result<Option<Physical>> {
        let Some(filter) = &call.filter else {
            return Ok(None);
        };
        let condition = self.resolve(filter)?;
        if !matches!(condition.data_type, DataType::Boolean | DataType::Null) {
            let shown = format!("\"{}\"", condition.text);
            return Err(SparkError::new(
                "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN",
                &[("filterExpr", &shown)],
            ));
        }
        text.push_str(&format!(" FILTER (WHERE {})", condition.text));
        Ok(Some(self.coerce(condition, &DataType::Boolean)?.expr))
    }

    /// Spark's printed form, without the filter.
    fn aggregate_text(
        &self,
        name: &str,
        call: &Call,
        args: &[Typed],
        keys: &[(Typed, String)],
    ) -> String {
        let texts: Vec<_> = args.iter().map(|a| a.text.clone()).collect();
        let turned = |(key, _): &(Typed, String), descending: bool| {
            let direction = if descending { " DESC" } else { "" };
            format!("{}{direction}", key.text)
        };
        let descending = call.within_group.first().is_some_and(|k| !k.ascending);
        match (name, args, keys) {
            ("percentile_cont" | "percentile_disc", _, [key]) => {
                let key = turned(key, descending);
                format!("{name}({}) WITHIN GROUP (ORDER BY {key})", texts.join(", "))
            }
            // Spark prints the direction of this one turned round.
            ("mode", _, [key]) => {
                format!(
                    "mode() WITHIN GROUP (ORDER BY {})",
                    turned(key, !descending)
                )
            }
            ("mode", [value, flag], []) => match super::function::flag(flag) {
                Some(true) => format!("mode() WITHIN GROUP (ORDER BY {} DESC)", value.text),
                _ => format!("mode({})", value.text),
            },
            _ => {
                let name = match (name, call.ignore_nulls) {
                    ("first_value", Some(_)) => "first",
                    ("last_value", Some(_)) => "last",
                    ("string_agg", _) if !keys.is_empty() => "listagg",
                    _ => name,
                };
                let mut shown = text::call_text(name, &texts, call.distinct);
                if !keys.is_empty() {
                    let keys: Vec<_> = keys.iter().map(|(_, text)| text.as_str()).collect();
                    shown.push_str(&format!(" WITHIN GROUP (ORDER BY {})", keys.join(", ")));
                }
                let collects = matches!(name, "collect_list" | "collect_set" | "array_agg");
                if collects && call.ignore_nulls == Some(false) {
                    shown.push_str(" RESPECT NULLS");
                }
                shown
            }
        }
    }

    /// `count(*)` counts ones; `count(t.*)` the rows without a null.
    fn aggregate_args(&mut self, name: &str, call: &Call) -> Result<Vec<Typed>> {
        let args = call.args.as_slice();
        let all = matches!(args, [Expr::Star { qualifier }] if qualifier.is_empty());
        if name == "count" && all && !call.distinct {
            return Ok(vec![Typed::constant(Literal::Integer(1))?]);
        }
        let args = self.expand(args)?;
        self.resolve_all(&args)
    }
}

/// Values of the arguments that are constant; the first one may be anything.
fn constants(args: &[Typed]) -> Result<Vec<Option<ScalarValue>>> {
    let value = |(at, arg): (usize, &Typed)| match at {
        0 => Ok(None),
        _ => constant_value(&arg.expr),
    };
    args.iter().enumerate().map(value).collect()
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
