//! Calls of functions by name: scalar, aggregate, and those that need the query's
//! own circumstances.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as Physical;

use super::expression::{Resolver, Typed};
use super::routine::DefinedRoutine;
use crate::engine::{aggregate, constant_value, kernel_expr, kernel_over};
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::zipped;
use crate::functions::scalar::raising::is_raising;
use crate::functions::scalar::typing::{mismatch, wrong_count};
use crate::functions::{ArgType, Binding, find_scalar};
use crate::plan::text;
use crate::plan::{Call, Expr, Literal};
use crate::types::{DataType, StructType};

impl Resolver<'_, '_> {
    pub fn function(&mut self, call: &Call) -> Result<Typed> {
        let name = call.name.to_ascii_lowercase();
        let is_star = |arg: &Expr| matches!(arg, Expr::Star { .. } | Expr::StarExcept { .. });
        let of_table =
            |arg: &&Expr| matches!(arg, Expr::Star { qualifier } if !qualifier.is_empty());
        if name == "count"
            && let Some(Expr::Star { qualifier }) = call.args.iter().find(of_table)
        {
            return Err(SparkError::new(
                "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT",
                &[("tableName", &crate::error::quoted(qualifier))],
            ));
        }
        if name != "count" && call.args.iter().any(is_star) {
            let args = self.expand(&call.args)?;
            return self.function(&Call {
                args,
                ..call.clone()
            });
        }
        if let Some(args) = super::left_out::filled(&name, &call.args) {
            return self.function(&Call {
                args,
                ..call.clone()
            });
        }
        let built_in = aggregate::is_aggregate(&name) || find_scalar(&name).is_some();
        if !built_in && let Some(made) = self.made_in_sql(&call.name)? {
            return self.routine_call(&made, call);
        }
        let named = call
            .args
            .iter()
            .any(|arg| matches!(arg, Expr::Named { .. }));
        let is_known = built_in || crate::functions::is_known_to_spark(&name);
        if named && !is_known && self.registered(&name).is_none() {
            return Err(unknown(&call.name));
        }
        if named && (built_in || self.registered(&name).is_none()) {
            return Err(SparkError::new(
                "NAMED_PARAMETERS_NOT_SUPPORTED",
                &[("functionName", &crate::error::quoted(&[&call.name]))],
            ));
        }
        if aggregate::is_aggregate(&name) {
            return self.aggregate_call(&name, call);
        }
        super::aggregate_call::plain(&name, call)?;
        if call.filter.is_some() {
            return Err(SparkError::not_implemented(format_args!(
                "FILTER on the function {name}, which is not an aggregate"
            )));
        }
        match name.as_str() {
            "variant_explode" | "variant_explode_outer" => {
                return Err(SparkError::new(
                    "NOT_A_SCALAR_FUNCTION",
                    &[("functionName", &crate::error::quoted(&[&name]))],
                ));
            }
            ":" => return self.variant_part(call),
            "input_file_name" | "input_file_block_start" | "input_file_block_length" => {
                return self.input_file(&name, call);
            }
            "window" => return self.time_window(&call.args),
            "window_time" => return self.window_time(&call.args),
            "session_window" => return self.session_window(&call.args),
            "grouping" | "grouping_id" => return self.grouping_call(&name, call),
            "row_number"
            | "rank"
            | "dense_rank"
            | "percent_rank"
            | "cume_dist"
            | "ntile"
            | "lag"
            | "lead"
            | "nth_value"
            | super::counter_diff::NAME => {
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
        if let Some(value) = self.row_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.circumstance(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.avro_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.protobuf_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.json_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.random_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.struct_update(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.csv_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.xml_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.xpath_call(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.json_part(&name, call)? {
            return Ok(value);
        }
        if let Some(value) = self.lambda_call(&name, call)? {
            return Ok(value);
        }
        self.scalar_call(&name, call)
    }

    /// The function that was made in SQL, where no other one has the name.
    pub(super) fn made_in_sql(&self, name: &str) -> Result<Option<Box<DefinedRoutine>>> {
        if crate::functions::is_known_to_spark(name) || self.registered(name).is_some() {
            return Ok(None);
        }
        let name: Vec<_> = name.split('.').map(str::to_string).collect();
        self.analyzer.context.catalog.routine(&name)
    }

    /// `v:path`: a part of a variant, called by the last name in the path.
    fn variant_part(&mut self, call: &Call) -> Result<Typed> {
        let [value, path, name] = call.args.as_slice() else {
            return Err(wrong_count(":", "3", call.args.len()));
        };
        let value = self.resolve(value)?;
        if value.data_type != DataType::Variant {
            return Err(SparkError::new("COLUMN_IS_NOT_VARIANT_TYPE", &[]));
        }
        let args = vec![value, self.resolve(path)?];
        let Some(scalar) = find_scalar("variant_get") else {
            return Err(unknown("variant_get"));
        };
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        let binding = scalar.resolve("variant_get", &types, self.settings())?;
        let texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        let text = text::call_text("variant_get", &texts, false);
        let found = self.bound_call("variant_get", binding, args, text)?;
        let name = match name {
            Expr::Literal(Literal::String(name)) => Some(name.clone()),
            _ => None,
        };
        Ok(Typed { name, ..found })
    }

    fn scalar_call(&mut self, name: &str, call: &Call) -> Result<Typed> {
        if name == "arrays_zip" {
            let args = self.resolve_all(&call.args)?;
            return self.zipped(args);
        }
        let Some(scalar) = find_scalar(name) else {
            return match self.registered(name) {
                Some(function) => self.registered_call(&function, call),
                None => Err(unknown(&call.name)),
            };
        };
        let mut args = self.resolve_args(name, &call.args)?;
        if let ("time_bucket", [_, moment]) = (name, args.as_slice()) {
            let epoch = match moment.data_type {
                DataType::TimestampNtz => Literal::TimestampNtz(0),
                _ => Literal::Timestamp(self.settings().time_zone.local_to_utc(0)),
            };
            args.push(Typed::constant_in(epoch, self.settings().time_zone)?);
        }
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
        if name == "array_sort" && args.len() == 1 {
            let text = super::lambda_result::ascending_text(&args[0])?;
            let binding = scalar.resolve(name, &[args[0].arg_type()], self.settings())?;
            return self.bound_call(name, binding, args, text);
        }
        let text = super::temporal_text::call(name, &args)
            .unwrap_or_else(|| text::call_text(name, &texts, call.distinct));
        let mut types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        if let ("round" | "bround", [_, places]) = (name, args.as_slice())
            && let Some(ScalarValue::Int32(Some(places))) = constant_value(&places.expr)?
        {
            types[1].literal = Some(Literal::Integer(places));
        }
        constant_rank(name, &args, &types)?;
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
        let metadata: Vec<_> = args.iter().map(|arg| arg.metadata.clone()).collect();
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
        let mut value = self.bound_call("named_struct", binding, all, text)?;
        if let DataType::Struct(fields) = &mut value.data_type {
            let own = fields.fields.iter().cloned().zip(metadata);
            *fields = StructType::new(own.map(|(mut field, metadata)| {
                field.metadata = metadata;
                field
            }));
        }
        Ok(value)
    }

    /// `arrays_zip`: the fields have the names of the columns, else their positions.
    fn zipped(&mut self, args: Vec<Typed>) -> Result<Typed> {
        let name = "arrays_zip";
        let texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        let of = |(i, arg): (usize, &Typed)| arg.name.clone().unwrap_or_else(|| i.to_string());
        let names: Vec<_> = args.iter().enumerate().map(of).collect();
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        let binding = zipped(name, &names, &types, self.settings())?;
        self.bound_call(name, binding, args, text::call_text(name, &texts, false))
    }

    /// A call of a kernel, its arguments cast to what it wants.
    pub fn bound_call(
        &self,
        name: &str,
        binding: Binding,
        args: Vec<Typed>,
        text: String,
    ) -> Result<Typed> {
        self.check_time_call(name, &args)?;
        let (returns, nullable) = (binding.returns.clone(), binding.nullable);
        let mut inputs = Vec::with_capacity(args.len());
        for (arg, to) in args.into_iter().zip(binding.args.clone()) {
            inputs.push(self.coerce(arg, &to)?.expr);
        }
        let expr = match lazily(name, &inputs) {
            Some(case) => case,
            None => kernel_expr(name, binding, inputs, self.settings()),
        };
        Ok(Typed::new(expr, returns, nullable, text))
    }

    /// The same of a function of one value whose kernel holds options: calls that differ in
    /// them alone are not one, though they are printed as one.
    pub fn optioned_call(
        &self,
        name: &str,
        binding: Binding,
        value: Typed,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let (returns, nullable) = (binding.returns.clone(), binding.nullable);
        let wanted = binding.args.first().cloned();
        let input = match wanted {
            Some(to) => self.coerce(value, &to)?.expr,
            None => value.expr,
        };
        let held = vec![datafusion::logical_expr::lit(format!("{options:?}"))];
        let expr = kernel_over(name, binding, vec![input], held, self.settings());
        Ok(Typed::new(expr, returns, nullable, text))
    }
}

/// Fails where what is asked of a KLL sketch is no constant.
fn constant_rank(name: &str, args: &[Typed], types: &[ArgType]) -> Result<()> {
    let (input, kind) = match name.rsplit_once('_') {
        Some(("kll_sketch_get_quantile", _)) => ("`rank`", "DOUBLE"),
        Some(("kll_sketch_get_rank", kind)) => ("`quantile`", kind),
        _ => return Ok(()),
    };
    let Some(asked) = args.get(1) else {
        return Ok(());
    };
    if crate::engine::constant_value(&asked.expr)?.is_some() {
        return Ok(());
    }
    let parameters = [
        ("inputName", input),
        ("inputType", &*format!("\"{}\"", kind.to_uppercase())),
        ("inputExpr", &*format!("\"{}\"", asked.text)),
    ];
    Err(mismatch("NON_FOLDABLE_INPUT", name, types, &parameters))
}

/// A choice between values that are computed only where they are chosen, since that may
/// fail: kernels see all of their arguments.
fn lazily(name: &str, inputs: &[Physical]) -> Option<Physical> {
    let raises = |e: &Physical| matches!(e, Physical::ScalarFunction(f) if is_raising(f.name()));
    let is_there = |e: &Physical| matches!(e, Physical::Column(_) | Physical::Literal(..));
    let later = inputs.get(1..)?;
    // What differs from call to call is not asked for twice.
    let is_fixed = matches!(name, "if" | "nvl2") || !inputs.iter().any(Physical::is_volatile);
    let may_fail = !later.iter().all(is_there) && is_fixed;
    if !may_fail && !inputs.iter().any(|input| contains(input, raises)) {
        return None;
    }
    let boxed = |e: &Physical| Box::new(e.clone());
    let (branches, otherwise) = match (name, inputs) {
        ("if", [test, then, other]) => (vec![(boxed(test), boxed(then))], other),
        ("nvl2", [value, then, other]) => {
            let test = Box::new(value.clone().is_not_null());
            (vec![(test, boxed(then))], other)
        }
        ("coalesce" | "nvl" | "ifnull", [first @ .., last]) => {
            let there = |e: &Physical| (Box::new(e.clone().is_not_null()), boxed(e));
            (first.iter().map(there).collect(), last)
        }
        _ => return None,
    };
    let case = datafusion::logical_expr::Case::new(None, branches, Some(boxed(otherwise)));
    Some(Physical::Case(case))
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

/// The error for a function that there is not: unknown to Spark, or not here yet.
fn unknown(name: &str) -> SparkError {
    if crate::functions::is_known_to_spark(name) {
        return SparkError::not_implemented(format_args!("the function {name}"));
    }
    SparkError::new(
        "UNRESOLVED_ROUTINE",
        &[
            (
                "routineName",
                &crate::error::quoted(&name.split('.').collect::<Vec<_>>()),
            ),
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
