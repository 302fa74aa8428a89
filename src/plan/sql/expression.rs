//! sqlparser's expressions as ours. Nothing is resolved: a function is its name.

use sqlparser::ast::{
    AccessExpr, BinaryOperator, CaseWhen, CastKind, DataType as SqlType, DateTimeField,
    Expr as Sql, Ident, Interval, JsonPath, JsonPathElem, LambdaFunction, OneOrManyWithParens,
    Spanned, Subscript, TrimWhereField, UnaryOperator,
};
use sqlparser::tokenizer::Span;

use super::convert::{Converter, idents, object_name};
use super::interval_value;
use super::like::Pattern;
use crate::error::{Result, SparkError};
use crate::plan::{CastMode, Expr, Literal};
use crate::types::DataType;

impl Converter<'_> {
    pub(super) fn expressions(&mut self, list: &[Sql]) -> Result<Vec<Expr>> {
        list.iter().map(|item| self.expression(item)).collect()
    }

    pub(super) fn boxed(&mut self, expr: &Sql) -> Result<Box<Expr>> {
        self.expression(expr).map(Box::new)
    }

    fn call(&mut self, name: &str, args: &[&Sql]) -> Result<Expr> {
        let args: Result<Vec<_>> = args.iter().map(|arg| self.expression(arg)).collect();
        Ok(Expr::call(name, args?))
    }

    pub(super) fn expression(&mut self, expr: &Sql) -> Result<Expr> {
        match expr {
            Sql::Identifier(name) => Ok(name_or_function(name)),
            Sql::CompoundIdentifier(parts) => Ok(Expr::Attribute(idents(parts))),
            Sql::Wildcard(_) => Ok(Expr::Star {
                qualifier: Vec::new(),
            }),
            Sql::QualifiedWildcard(name, _) => Ok(Expr::Star {
                qualifier: object_name(name)?,
            }),
            Sql::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Sql::Nested(inner) => self.expression(inner),
            Sql::JsonAccess { value, path } => self.variant_part(value, path),
            Sql::Value(value) => self.value(value),
            Sql::TypedString(typed) => self.typed_string(typed),
            Sql::Interval(interval) => interval_value::literal(interval)
                .map(Expr::Literal)
                .map_err(|error| self.interval_error(interval, error)),
            Sql::BinaryOp { left, op, right } => self.binary(left, op, right),
            Sql::UnaryOp { op, expr } => self.unary(*op, expr),
            Sql::Function(function) => self.function(function),
            Sql::Cast {
                kind,
                expr,
                data_type,
                ..
            } => self.cast(kind, expr, data_type),
            Sql::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(operand.as_deref(), conditions, else_result.as_deref()),
            Sql::Subquery(query) => Ok(Expr::ScalarSubquery(self.query(query)?)),
            Sql::Exists { subquery, negated } => {
                let exists = Expr::Exists(self.query(subquery)?);
                Ok(negate(*negated, exists))
            }
            Sql::Lambda(lambda) => self.lambda(lambda),
            Sql::Named { expr, name } => Ok(self.expression(expr)?.alias(&name.value)),
            Sql::Tuple(items) => {
                let items = self.expressions(items)?;
                Ok(Expr::call("struct", items))
            }
            Sql::Collate { expr, collation } => {
                let name = object_name(collation)?.join(".");
                let expr = self.expression(expr)?;
                Ok(Expr::call("collate", [expr, text(name)]))
            }
            _ => self.predicate(expr),
        }
    }

    /// Predicates, and functions with a grammar of their own.
    fn predicate(&mut self, expr: &Sql) -> Result<Expr> {
        match expr {
            Sql::IsNull(e) | Sql::IsUnknown(e) => self.call("isnull", &[e]),
            Sql::IsNotNull(e) | Sql::IsNotUnknown(e) => self.call("isnotnull", &[e]),
            Sql::IsTrue(e) => self.is_truth(e, true),
            Sql::IsFalse(e) => self.is_truth(e, false),
            Sql::IsNotTrue(e) => self.is_truth(e, true).map(|is| negate(true, is)),
            Sql::IsNotFalse(e) => self.is_truth(e, false).map(|is| negate(true, is)),
            Sql::IsNotDistinctFrom(a, b) => self.call("<=>", &[a, b]),
            Sql::IsDistinctFrom(a, b) => self.call("<=>", &[a, b]).map(|is| negate(true, is)),
            Sql::Between {
                expr,
                negated,
                low,
                high,
            } => self
                .call("between", &[expr, low, high])
                .map(|e| negate(*negated, e)),
            Sql::InList {
                expr: item,
                list,
                negated,
            } => {
                if list.is_empty() {
                    let error = SparkError::new("INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE", &[]);
                    return Err(self.empty_list(error, item.span(), *negated));
                }
                let expr = self.boxed(item)?;
                Ok(negate(
                    *negated,
                    Expr::In {
                        expr,
                        list: self.expressions(list)?,
                    },
                ))
            }
            Sql::InSubquery {
                expr,
                subquery,
                negated,
            } => {
                let expr = self.boxed(expr)?;
                Ok(negate(
                    *negated,
                    Expr::InSubquery {
                        expr,
                        plan: self.query(subquery)?,
                    },
                ))
            }
            Sql::Like {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                let pattern = Pattern::new("like", *negated, *any, pattern, escape_char.as_ref());
                self.like(expr, pattern)
            }
            Sql::ILike {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                let pattern = Pattern::new("ilike", *negated, *any, pattern, escape_char.as_ref());
                self.like(expr, pattern)
            }
            Sql::RLike {
                negated,
                expr,
                pattern,
                ..
            } => self
                .call("rlike", &[expr, pattern])
                .map(|e| negate(*negated, e)),
            Sql::Extract { field, expr, .. } => {
                let DateTimeField::Custom(field) = field else {
                    return Err(SparkError::internal(
                        "a field of EXTRACT that is not a name",
                    ));
                };
                let source = self.expression(expr)?;
                Ok(Expr::call("extract", [text(&field.value), source]))
            }
            Sql::Position { expr, r#in } => self.call("locate", &[expr, r#in]),
            Sql::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let parts = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
                let args: Vec<&Sql> = parts.into_iter().flatten().map(|arg| &**arg).collect();
                self.call("substring", &args)
            }
            Sql::Trim {
                trim_where,
                trim_what,
                expr,
                ..
            } => {
                let name = match trim_where {
                    Some(TrimWhereField::Leading) => "ltrim",
                    Some(TrimWhereField::Trailing) => "rtrim",
                    _ => "trim",
                };
                match trim_what {
                    Some(what) => self.call(name, &[what, expr]),
                    None => self.call(name, &[expr]),
                }
            }
            other => Err(SparkError::not_implemented(format!(
                "the SQL expression {other}"
            ))),
        }
    }

    fn is_truth(&mut self, expr: &Sql, truth: bool) -> Result<Expr> {
        let expr = self.expression(expr)?;
        Ok(Expr::call(
            "<=>",
            [expr, Expr::Literal(Literal::Boolean(truth))],
        ))
    }

    fn binary(&mut self, left: &Sql, op: &BinaryOperator, right: &Sql) -> Result<Expr> {
        use BinaryOperator as B;
        let name = match op {
            B::And => "and",
            B::Or => "or",
            B::Eq => "=",
            B::NotEq => "!=",
            B::Lt => "<",
            B::LtEq => "<=",
            B::Gt => ">",
            B::GtEq => ">=",
            B::Spaceship => "<=>",
            B::Plus => "+",
            B::Minus => "-",
            B::Multiply => "*",
            B::Divide => "/",
            B::Modulo => "%",
            B::MyIntegerDivide => "div",
            B::StringConcat => "||",
            B::BitwiseAnd => "&",
            B::BitwiseOr => "|",
            B::BitwiseXor => "^",
            B::PGBitwiseShiftLeft => "<<",
            B::PGBitwiseShiftRight => ">>",
            B::Custom(name) if name == ">>>" => ">>>",
            other => {
                return Err(SparkError::not_implemented(format!(
                    "the SQL operator {other}"
                )));
            }
        };
        self.call(name, &[left, right])
    }

    fn unary(&mut self, op: UnaryOperator, expr: &Sql) -> Result<Expr> {
        match op {
            UnaryOperator::Not | UnaryOperator::BangNot => self.call("not", &[expr]),
            UnaryOperator::Minus => self.call("-", &[expr]),
            UnaryOperator::Plus => self.call("positive", &[expr]),
            UnaryOperator::BitwiseNot => self.call("~", &[expr]),
            other => Err(SparkError::not_implemented(format!(
                "the SQL operator {other}"
            ))),
        }
    }

    fn cast(&mut self, kind: &CastKind, expr: &Sql, data_type: &SqlType) -> Result<Expr> {
        let expr = self.boxed(expr)?;
        let mode = match kind {
            CastKind::TryCast => CastMode::Try,
            _ => CastMode::Cast,
        };
        Ok(Expr::Cast {
            expr,
            to: self.data_type(data_type)?,
            mode,
        })
    }

    pub(super) fn data_type(&self, data_type: &SqlType) -> Result<DataType> {
        let name = match data_type {
            SqlType::Custom(name, _) => name.0.first().and_then(|part| part.as_ident()),
            _ => None,
        };
        let Some(name) = name else {
            return Err(SparkError::internal("a type that is not text"));
        };
        let written = self.source.slice(name.span.start, name.span.end);
        DataType::from_ddl(written).map_err(|error| match error.condition() {
            "PARSE_SYNTAX_ERROR" => {
                let first = self.source.index_at(name.span.start).unwrap_or_default();
                self.unexpected(self.source.start_of(first + 1))
            }
            // The error's own context shows the type alone.
            condition => self.at(
                SparkError::new(condition, &pairs(error.parameters())),
                name.span,
            ),
        })
    }

    fn case(
        &mut self,
        operand: Option<&Sql>,
        conditions: &[CaseWhen],
        otherwise: Option<&Sql>,
    ) -> Result<Expr> {
        let operand = operand
            .map(|operand| self.expression(operand))
            .transpose()?;
        let mut branches = Vec::with_capacity(conditions.len());
        for branch in conditions {
            let condition = self.expression(&branch.condition)?;
            let condition = match &operand {
                Some(operand) => Expr::call("=", [operand.clone(), condition]),
                None => condition,
            };
            branches.push((condition, self.expression(&branch.result)?));
        }
        let otherwise = otherwise.map(|value| self.boxed(value)).transpose()?;
        Ok(Expr::Case {
            branches,
            otherwise,
        })
    }

    fn lambda(&mut self, lambda: &LambdaFunction) -> Result<Expr> {
        let parameters = match &lambda.params {
            OneOrManyWithParens::One(one) => vec![one.name.value.clone()],
            OneOrManyWithParens::Many(many) => many.iter().map(|p| p.name.value.clone()).collect(),
        };
        Ok(Expr::Lambda {
            parameters,
            body: self.boxed(&lambda.body)?,
        })
    }

    /// `f(x).a[0].b`; leading names stay one attribute.
    fn access(&mut self, root: &Sql, chain: &[AccessExpr]) -> Result<Expr> {
        let mut found = match root {
            // A name before a dot is never a function.
            Sql::Identifier(name) => Expr::name(&name.value),
            other => self.expression(other)?,
        };
        let mut plain = matches!(root, Sql::Identifier(_) | Sql::CompoundIdentifier(_));
        for step in chain {
            let key = match step {
                AccessExpr::Dot(Sql::Identifier(name)) => match &mut found {
                    Expr::Attribute(parts) if plain => {
                        parts.push(name.value.clone());
                        continue;
                    }
                    _ => text(&name.value),
                },
                AccessExpr::Subscript(Subscript::Index { index }) => self.expression(index)?,
                _ => return Err(SparkError::not_implemented("this form of element access")),
            };
            plain = false;
            found = Expr::Extract {
                expr: Box::new(found),
                key: Box::new(key),
            };
        }
        Ok(found)
    }

    /// `v:a.b[0]`: the variant, the path, and the last name in it.
    fn variant_part(&mut self, value: &Sql, path: &JsonPath) -> Result<Expr> {
        let value = self.expression(value)?;
        let (mut written, mut last) = (String::from("$"), None);
        for step in &path.path {
            match step {
                JsonPathElem::Dot { key, .. } => {
                    let quote = if key.contains('\'') { '"' } else { '\'' };
                    written.push_str(&format!("[{quote}{key}{quote}]"));
                    last = Some(key.clone());
                }
                JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } => {
                    match self.expression(key)? {
                        Expr::Literal(Literal::Integer(at)) => written.push_str(&format!("[{at}]")),
                        Expr::Literal(Literal::String(key)) => {
                            let quote = if key.contains('\'') { '"' } else { '\'' };
                            written.push_str(&format!("[{quote}{key}{quote}]"));
                            last = Some(key);
                        }
                        _ => return Err(SparkError::not_implemented("this part of a variant")),
                    }
                }
            }
        }
        let last = Expr::Literal(last.map_or(Literal::Null(DataType::String), Literal::String));
        Ok(Expr::call(":", [value, text(written), last]))
    }

    fn interval_error(&self, interval: &Interval, error: interval_value::Invalid) -> SparkError {
        let mut span = interval.value.span();
        if let Some(DateTimeField::Custom(to)) = &interval.last_field {
            span.end = to.span.end;
        }
        match error {
            interval_value::Invalid::Mixed => {
                let whole = self.with_previous(span);
                let text = self.source.slice(whole.start, whole.end);
                self.at(interval_value::mixed(text), whole)
            }
            interval_value::Invalid::Value(error, value) => self.at(error, value),
            interval_value::Invalid::Literal(error) => self.at(error, span),
            interval_value::Invalid::Bare(error) => error,
        }
    }

    fn empty_list(&self, error: SparkError, item: Span, negated: bool) -> SparkError {
        let after = self
            .source
            .tokens
            .iter()
            .position(|token| token.span.start >= item.end);
        let first = after.unwrap_or(0);
        let last = first + 2 + usize::from(negated);
        let end = self
            .source
            .tokens
            .get(last)
            .map_or(item.end, |token| token.span.end);
        self.at(
            error,
            Span {
                start: self.source.start_of(first),
                end,
            },
        )
    }
}

/// Borrowed form of an error's parameters.
fn pairs(parameters: &[(String, String)]) -> Vec<(&str, &str)> {
    parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn text(value: impl Into<String>) -> Expr {
    Expr::Literal(Literal::String(value.into()))
}

pub(super) fn negate(negated: bool, expr: Expr) -> Expr {
    if negated {
        Expr::call("not", [expr])
    } else {
        expr
    }
}

/// Functions that are written without parentheses.
fn name_or_function(name: &Ident) -> Expr {
    const BARE: [&str; 6] = [
        "current_date",
        "current_timestamp",
        "current_time",
        "current_user",
        "session_user",
        "localtimestamp",
    ];
    let lower = name.value.to_ascii_lowercase();
    if name.quote_style.is_none() && BARE.contains(&lower.as_str()) {
        let function = match lower.as_str() {
            "session_user" => "current_user",
            other => other,
        };
        return Expr::call(function, []);
    }
    Expr::name(&name.value)
}
