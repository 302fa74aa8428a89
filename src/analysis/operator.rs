//! Comparisons, boolean logic, null tests, `CASE`, `IN` and field access: what the
//! engine computes itself once both sides have one type.

use datafusion::logical_expr::expr::{BinaryExpr, InList};
use datafusion::logical_expr::{Case, Expr as Physical, Operator};

use super::expression::{Resolver, Typed};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion;
use crate::functions::scalar::collections::extract_binding;
use crate::plan::text;
use crate::plan::{Call, Expr, Literal};
use crate::types::{DataType, StructField};

fn binary(left: Physical, op: Operator, right: Physical) -> Physical {
    Physical::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
}

impl Resolver<'_, '_> {
    /// The operators of this file; `None` for any other call.
    pub fn operator(&mut self, call: &Call) -> Result<Option<Typed>> {
        let name = call.name.to_ascii_lowercase();
        let result = match (name.as_str(), call.args.as_slice()) {
            ("=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | "<=>", [l, r]) => {
                self.comparison(&name, l, r)?
            }
            ("and" | "or", [l, r]) => self.logic(&name, l, r)?,
            ("not" | "!", [x]) => self.not(x)?,
            ("isnull" | "isnotnull", [x]) => self.null_test(&name, x)?,
            ("between", [x, low, high]) => self.between(x, low, high)?,
            ("[]", [l, r]) => {
                let (value, key) = (self.resolve(l)?, self.resolve(r)?);
                self.extract_typed(value, key)?
            }
            _ => return Ok(None),
        };
        Ok(Some(result))
    }

    fn comparison(&mut self, name: &str, left: &Expr, right: &Expr) -> Result<Typed> {
        let left = self.resolve(left)?;
        let right = self.resolve_where(left.nullable, right)?;
        self.compare(name, left, right)
    }

    /// A comparison of two values by Spark's rules of common types.
    pub fn compare(&self, name: &str, left: Typed, right: Typed) -> Result<Typed> {
        let text = text::call_text(name, &[left.text.clone(), right.text.clone()], false);
        let (left, right) = super::padded::pair(left, right)?;
        let (left, right) = self.same_type(name, left, right, &text)?;
        let op = match name {
            "=" | "==" => Operator::Eq,
            "!=" | "<>" => Operator::NotEq,
            "<" => Operator::Lt,
            "<=" => Operator::LtEq,
            ">" => Operator::Gt,
            ">=" => Operator::GtEq,
            _ => Operator::IsNotDistinctFrom,
        };
        let nullable = op != Operator::IsNotDistinctFrom && (left.nullable || right.nullable);
        Ok(Typed::new(
            binary(left.expr, op, right.expr),
            DataType::Boolean,
            nullable,
            text,
        ))
    }

    fn same_type(
        &self,
        name: &str,
        left: Typed,
        right: Typed,
        text: &str,
    ) -> Result<(Typed, Typed)> {
        let ansi = self.settings().ansi;
        let common = coercion::comparison_type(&left.data_type, &right.data_type, ansi);
        let sql = format!("\"{text}\"");
        let Some(common) = common else {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
                &[
                    ("sqlExpr", &sql),
                    ("left", &format!("\"{}\"", left.data_type.sql())),
                    ("right", &format!("\"{}\"", right.data_type.sql())),
                ],
            ));
        };
        if !common.has_order() {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                &[
                    ("sqlExpr", &sql),
                    ("functionName", &format!("`{name}`")),
                    ("dataType", &format!("\"{}\"", common.sql())),
                ],
            ));
        }
        Ok((self.coerce(left, &common)?, self.coerce(right, &common)?))
    }

    fn logic(&mut self, name: &str, left: &Expr, right: &Expr) -> Result<Typed> {
        let (left, right) = (self.resolve(left)?, self.resolve_where(true, right)?);
        let text = text::call_text(name, &[left.text.clone(), right.text.clone()], false);
        let (left, right) = (self.as_truth(left)?, self.as_truth(right)?);
        if left.data_type != right.data_type {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("left", &format!("\"{}\"", left.data_type.sql())),
                    ("right", &format!("\"{}\"", right.data_type.sql())),
                ],
            ));
        }
        let (left, right) = (self.boolean(left, &text)?, self.boolean(right, &text)?);
        let op = if name == "and" {
            Operator::And
        } else {
            Operator::Or
        };
        let nullable = left.nullable || right.nullable;
        Ok(Typed::new(
            binary(left.expr, op, right.expr),
            DataType::Boolean,
            nullable,
            text,
        ))
    }

    /// A null or a string as a boolean; anything else as it is.
    fn as_truth(&self, value: Typed) -> Result<Typed> {
        match value.data_type {
            DataType::Null | DataType::String => self.coerce(value, &DataType::Boolean),
            _ => Ok(value),
        }
    }

    /// An operand of a boolean operator.
    fn boolean(&self, value: Typed, text: &str) -> Result<Typed> {
        match value.data_type {
            DataType::Boolean => Ok(value),
            DataType::Null | DataType::String => self.as_truth(value),
            _ => Err(SparkError::new(
                "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("inputType", "\"BOOLEAN\""),
                    ("actualDataType", &format!("\"{}\"", value.data_type.sql())),
                ],
            )),
        }
    }

    fn not(&mut self, expr: &Expr) -> Result<Typed> {
        let value = self.resolve(expr)?;
        let text = text::call_text("not", std::slice::from_ref(&value.text), false);
        let input = value.text.clone();
        let input_type = value.data_type.sql();
        if !matches!(
            value.data_type,
            DataType::Boolean | DataType::Null | DataType::String
        ) {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("paramIndex", "first"),
                    ("requiredType", "\"BOOLEAN\""),
                    ("inputSql", &format!("\"{input}\"")),
                    ("inputType", &format!("\"{input_type}\"")),
                ],
            ));
        }
        let value = self.boolean(value, &text)?;
        let nullable = value.nullable;
        Ok(Typed::new(
            Physical::Not(Box::new(value.expr)),
            DataType::Boolean,
            nullable,
            text,
        ))
    }

    fn null_test(&mut self, name: &str, expr: &Expr) -> Result<Typed> {
        let value = self.resolve(expr)?;
        let text = text::call_text(name, std::slice::from_ref(&value.text), false);
        let inner = Box::new(value.expr);
        let test = match name {
            "isnull" => Physical::IsNull(inner),
            _ => Physical::IsNotNull(inner),
        };
        Ok(Typed::new(test, DataType::Boolean, false, text))
    }

    fn between(&mut self, expr: &Expr, low: &Expr, high: &Expr) -> Result<Typed> {
        let value = self.resolve(expr)?;
        let (low, high) = (self.resolve(low)?, self.resolve(high)?);
        let text = format!("between({}, {}, {})", value.text, low.text, high.text);
        // The value is computed once; in messages Spark calls it by this reference.
        let value = Typed {
            text: "commonexpressionref()".into(),
            ..value
        };
        let above = self.compare(">=", value.clone(), low)?;
        let below = self.compare("<=", value, high)?;
        let nullable = above.nullable || below.nullable;
        let both = binary(above.expr, Operator::And, below.expr);
        Ok(Typed::new(both, DataType::Boolean, nullable, text))
    }

    pub fn case(&mut self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Result<Typed> {
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        for (condition, value) in branches {
            let is_choice = !conditions.is_empty();
            conditions.push(self.resolve_where(is_choice, condition)?);
            values.push(self.resolve_where(true, value)?);
        }
        let default = otherwise.map(|e| self.resolve_where(true, e));
        let default = default.transpose()?;
        let pairs: Vec<_> = conditions
            .iter()
            .zip(&values)
            .map(|(c, v)| (c.text.clone(), v.text.clone()))
            .collect();
        let text = text::case_text(&pairs, default.as_ref().map(|d| d.text.as_str()));
        let nullable =
            default.as_ref().is_none_or(|d| d.nullable) || values.iter().any(|v| v.nullable);
        let has_default = default.is_some();
        values.extend(default);
        let mut values = self.unified(values, &text, "casewhen")?;
        let default = if has_default { values.pop() } else { None };
        let data_type = match values.first() {
            Some(value) => value.data_type.clone(),
            None => DataType::Null,
        };
        let mut when_then = Vec::with_capacity(values.len());
        for (condition, value) in conditions.into_iter().zip(values) {
            if !matches!(
                condition.data_type,
                DataType::Boolean | DataType::Null | DataType::String
            ) {
                return Err(SparkError::new(
                    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                    &[
                        ("sqlExpr", &format!("\"{text}\"")),
                        ("paramIndex", "first"),
                        ("requiredType", "\"BOOLEAN\""),
                        ("inputSql", &format!("\"{}\"", condition.text)),
                        ("inputType", &format!("\"{}\"", condition.data_type.sql())),
                    ],
                ));
            }
            let condition = self.coerce(condition, &DataType::Boolean)?;
            when_then.push((Box::new(condition.expr), Box::new(value.expr)));
        }
        let case = Case::new(None, when_then, default.map(|d| Box::new(d.expr)));
        Ok(Typed::new(Physical::Case(case), data_type, nullable, text))
    }

    /// All values cast to their common type.
    pub fn unified(&self, values: Vec<Typed>, text: &str, function: &str) -> Result<Vec<Typed>> {
        let Some(common) = self.common(&values) else {
            let types: Vec<_> = values
                .iter()
                .map(|v| format!("\"{}\"", v.data_type.sql()))
                .collect();
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("functionName", &format!("`{function}`")),
                    ("dataType", &format!("[{}]", types.join(", "))),
                ],
            ));
        };
        values
            .into_iter()
            .map(|v| self.coerce(v, &common))
            .collect()
    }

    fn common(&self, values: &[Typed]) -> Option<DataType> {
        let ansi = self.settings().ansi;
        let mut types = values.iter().map(|v| v.data_type.clone());
        let first = types.next()?;
        types.try_fold(first, |common, next| {
            coercion::common_type(&common, &next, ansi)
        })
    }

    pub fn in_list(&mut self, expr: &Expr, list: &[Expr]) -> Result<Typed> {
        let value = self.resolve(expr)?;
        let items = self.resolve_all(list)?;
        let texts: Vec<_> = items.iter().map(|i| i.text.clone()).collect();
        let text = format!("({} IN ({}))", value.text, texts.join(", "));
        if let Some(test) = super::subquery::row_in_list(expr, list) {
            let found = self.resolve(&test)?;
            return Ok(Typed { text, ..found });
        }
        let nullable = value.nullable || items.iter().any(|i| i.nullable);
        let mut all = vec![value];
        all.extend(items);
        let all = super::padded::list(all)?;
        let mut all = self.unified(all, &text, "in")?;
        let value = all.remove(0);
        if value.data_type == DataType::Variant {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("functionName", "`in`"),
                    ("dataType", "\"VARIANT\""),
                ],
            ));
        }
        let items = all.into_iter().map(|i| i.expr).collect();
        let test = Physical::InList(InList::new(Box::new(value.expr), items, false));
        Ok(Typed::new(test, DataType::Boolean, nullable, text))
    }

    /// A field, an element or an entry of a value.
    pub fn extract_typed(&mut self, value: Typed, key: Typed) -> Result<Typed> {
        let text = match (&value.data_type, &key.literal) {
            (DataType::Struct(_), Some(Literal::String(name))) => {
                format!("{}.{name}", value.text)
            }
            (DataType::Array { element, .. }, Some(Literal::String(name)))
                if matches!(**element, DataType::Struct(_)) =>
            {
                format!("{}.{name}", value.text)
            }
            _ => format!("{}[{}]", value.text, key.text),
        };
        // The start of a window is at hand without building the struct.
        if let Some(shortcut) = super::time_window::field(&value, &key) {
            return Ok(Typed { text, ..shortcut });
        }
        let metadata = field_metadata(&value, &key, self.case_sensitive());
        let settings = self.settings().clone();
        let binding = extract_binding(&value.arg_type(), &key.arg_type(), &settings)?;
        let returns = binding.returns.clone();
        let nullable = binding.nullable && !is_there(&value, &key, 0);
        let wanted = binding.args.clone();
        let mut args = Vec::new();
        for (arg, to) in [value, key].into_iter().zip(&wanted) {
            args.push(self.coerce(arg, to)?.expr);
        }
        let expr = crate::engine::kernel_expr("extract", binding, args, &settings);
        let mut field = Typed::new(expr, returns, nullable, text);
        field.metadata = metadata;
        Ok(field)
    }
}

/// What a struct knows of one of its fields.
fn field_metadata(
    value: &Typed,
    key: &Typed,
    case_sensitive: bool,
) -> serde_json::Map<String, serde_json::Value> {
    let (DataType::Struct(fields), Some(Literal::String(name))) = (&value.data_type, &key.literal)
    else {
        return serde_json::Map::new();
    };
    let same = |field: &&StructField| super::names::same(&field.name, name, case_sensitive);
    let field = fields.fields.iter().find(same);
    field.map(|f| f.metadata.clone()).unwrap_or_default()
}

/// Whether a constant position, counted from `first`, is inside an array that is
/// written out, and holds no null there.
pub(super) fn is_there(array: &Typed, key: &Typed, first: i64) -> bool {
    let (Physical::ScalarFunction(function), Some(position)) = (&array.expr, &key.literal) else {
        return false;
    };
    let position = match position {
        Literal::Integer(position) => i64::from(*position),
        Literal::Long(position) => *position,
        _ => return false,
    };
    if function.name() != "array" {
        return false;
    }
    let at = if position < 0 {
        position + function.args.len() as i64
    } else {
        position - first
    };
    let element = usize::try_from(at)
        .ok()
        .and_then(|at| function.args.get(at));
    match (element, &array.data_type) {
        (Some(Physical::Literal(value, _)), _) => !value.is_null(),
        (Some(_), DataType::Array { contains_null, .. }) => !contains_null,
        _ => false,
    }
}
