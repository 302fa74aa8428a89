//! `Column.withField` and `dropFields`: a struct with fields added, replaced or left out. A
//! chain of them is one operation, as Spark prints it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::DataType as ArrowType;

use super::expression::{Resolver, Typed};
use super::names;
use crate::error::{Result, SparkError, quoted};
use crate::functions::scalar::kernel::{arrow_error, expand};
use crate::functions::{Arg, Binding, Kernel};
use crate::plan::{Call, Expr, Literal, sql};
use crate::types::{DataType, StructField, StructType};

/// Where a field of the new struct is from: the struct, or one of the new values.
#[derive(Clone, Copy)]
enum From {
    Old(usize),
    New(usize),
}

impl Resolver<'_, '_> {
    /// The calls that `Column` makes for them, whose names no text can write; `None` for
    /// any other call.
    pub(super) fn struct_update(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        if !matches!(name, "update field" | "drop field") {
            return Ok(None);
        }
        let mut steps = Vec::new();
        let base = chain(call, &mut steps)?;
        let mut before = base.clone();
        let base = self.resolve(base)?;
        let (mut values, mut shown) = (Vec::new(), vec![base.text.clone()]);
        let mut fields = fields_of(&base);
        for (path, step) in steps {
            let [first, rest @ ..] = path.as_slice() else {
                return Err(super::internal("a path has parts"));
            };
            let case_sensitive = self.case_sensitive();
            if let (None, []) = (&step.value, rest) {
                shown.push("dropfield()".into());
                fields.retain(|(field, _)| !names::same(&field.name, first, case_sensitive));
            } else {
                let value = self.new_value(&before, &fields, base.nullable, first, rest, &step)?;
                shown.push(format!("WithField({})", value.text));
                let (field, from) = (
                    StructField::new(first.clone(), value.data_type.clone(), value.nullable),
                    From::New(values.len()),
                );
                let mut is_replaced = false;
                for (old, of) in &mut fields {
                    if names::same(&old.name, first, case_sensitive) {
                        (*old, *of, is_replaced) = (field.clone(), from, true);
                    }
                }
                if !is_replaced {
                    fields.push((field, from));
                }
                values.push(value);
            }
            before = step.whole.clone();
        }
        let text = format!("update_fields({})", shown.join(", "));
        self.updated(base, fields, values, text).map(Some)
    }

    /// The value of a field, or for a path the struct in it with its own field changed.
    fn new_value(
        &mut self,
        before: &Expr,
        fields: &[(StructField, From)],
        may_be_null: bool,
        first: &str,
        rest: &[String],
        step: &Step,
    ) -> Result<Typed> {
        if let (Some(value), []) = (&step.value, rest) {
            return self.resolve(value);
        }
        let case_sensitive = self.case_sensitive();
        let is_there =
            |(field, _): &(StructField, From)| names::same(&field.name, first, case_sensitive);
        if !fields.is_empty() && !fields.iter().any(is_there) {
            let known: Vec<_> = fields
                .iter()
                .map(|(field, _)| quoted(&[&field.name]))
                .collect();
            return Err(SparkError::new(
                "FIELD_NOT_FOUND",
                &[
                    ("fieldName", &quoted(&[first])),
                    ("fields", &known.join(", ")),
                ],
            ));
        }
        let inner = Expr::Extract {
            expr: Box::new(before.clone()),
            key: Box::new(Expr::Literal(Literal::String(first.to_string()))),
        };
        let path = quoted(rest);
        let mut args = vec![inner, Expr::Literal(Literal::String(path))];
        let name = match &step.value {
            Some(value) => {
                args.push(value.clone());
                "update field"
            }
            None => "drop field",
        };
        let mut value = self.resolve(&Expr::call(name, args))?;
        value.nullable |= may_be_null;
        Ok(value)
    }

    fn updated(
        &mut self,
        base: Typed,
        fields: Vec<(StructField, From)>,
        values: Vec<Typed>,
        text: String,
    ) -> Result<Typed> {
        if !matches!(base.data_type, DataType::Struct(_)) {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("paramIndex", "first"),
                    ("requiredType", "\"STRUCT\""),
                    ("inputSql", &format!("\"{}\"", base.text)),
                    ("inputType", &format!("\"{}\"", base.data_type.sql())),
                ],
            ));
        }
        if fields.is_empty() {
            let shown = format!("\"{text}\"");
            let parameters = [("sqlExpr", shown.as_str())];
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS",
                &parameters,
            ));
        }
        let (fields, sources): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        let shown = |from: &From| match from {
            From::Old(at) => at.to_string(),
            From::New(at) => format!("new {at}"),
        };
        let order: Vec<_> = sources.iter().map(shown).collect();
        let name = format!("update_fields [{}]", order.join(", "));
        let returns = DataType::Struct(StructType::new(fields));
        let storage = returns.to_arrow();
        let kernel: Kernel = Arc::new(move |args, rows| built(&storage, &sources, args, rows));
        let nullable = base.nullable;
        let mut args = vec![base];
        args.extend(values);
        let binding = Binding {
            args: args.iter().map(|arg| arg.data_type.clone()).collect(),
            returns,
            nullable,
            kernel,
        };
        self.bound_call(&name, binding, args, text)
    }
}

/// One operation of a chain: the new value, or none for a field that leaves.
struct Step {
    value: Option<Expr>,
    /// The call that it stands in.
    whole: Expr,
}

/// The struct at the beginning of a chain, and its operations in their order.
fn chain<'e>(call: &'e Call, steps: &mut Vec<(Vec<String>, Step)>) -> Result<&'e Expr> {
    let [base, Expr::Literal(Literal::String(path)), value @ ..] = call.args.as_slice() else {
        return Err(super::internal("a field has a name"));
    };
    let base = match base {
        Expr::Call(inner) if matches!(inner.name.as_str(), "update field" | "drop field") => {
            chain(inner, steps)?
        }
        other => other,
    };
    let step = Step {
        value: value.first().cloned(),
        whole: Expr::Call(call.clone()),
    };
    steps.push((sql::parse_attribute_name(path)?, step));
    Ok(base)
}

fn fields_of(base: &Typed) -> Vec<(StructField, From)> {
    match &base.data_type {
        DataType::Struct(fields) => {
            let each = fields.fields.iter().cloned().enumerate();
            each.map(|(at, field)| (field, From::Old(at))).collect()
        }
        _ => Vec::new(),
    }
}

fn built(storage: &ArrowType, sources: &[From], args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let ArrowType::Struct(fields) = storage else {
        return Err(SparkError::internal("a struct is stored as a struct"));
    };
    let whole = |arg: &Arg| match arg.is_scalar {
        true => expand(Arc::clone(&arg.array), rows),
        false => Ok(Arc::clone(&arg.array)),
    };
    let base = whole(&args[0])?;
    let base = base.as_struct();
    let columns = sources.iter().map(|from| match from {
        From::Old(at) => Ok(Arc::clone(base.column(*at))),
        From::New(at) => whole(&args[at + 1]),
    });
    let columns = columns.collect::<Result<_>>()?;
    let built = StructArray::try_new(fields.clone(), columns, base.nulls().cloned());
    Ok(Arc::new(built.map_err(arrow_error)?))
}
