//! Runs expressions whose types, values and errors were recorded from Spark, each
//! with its constants as constants and again as columns.
//!
//! `expected/*.txt` holds a row an expression: its text (`!` in front for legacy
//! mode), a tab, and what Spark answered as JSON: type `t`, nullability `n` and
//! value `v`, or the condition `error` and the `message`. Session zone: Europe/Madrid.

use std::sync::Arc;

use arrow::array::*;
use serde_json::Value as Json;
use sqlparser::ast::{self, Expr, Value};
use sqlparser::dialect::DatabricksDialect;
use sqlparser::parser::Parser;

use super::test_values::{number, same, to_json, unescaped};
use crate::error::{Result, SparkError};
use crate::functions::{Arg, ArgType, Settings};
use crate::plan::Literal;
use crate::types::datetime::civil::{MICROS_PER_DAY, days_from_civil};
use crate::types::{CastSettings, DataType as T, DayTimeField, YearMonthField, parse_type};

/// Rows of the run in which constants are columns.
const COLUMN_ROWS: usize = 3;

pub fn parse_type_or_void(text: &str) -> T {
    if text == "void" {
        T::Null
    } else {
        parse_type(text).unwrap()
    }
}

struct Run {
    settings: Settings,
    columns: bool,
}

type Typed = (ArgType, Arg);

fn date_days(text: &str) -> Option<i64> {
    let parts: Vec<i64> = text
        .split('-')
        .map(|p| p.parse().ok())
        .collect::<Option<_>>()?;
    let [y, m, d] = parts[..] else { return None };
    Some(days_from_civil(y, m as u32, d as u32))
}

fn timestamp_micros(text: &str) -> Option<i64> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<i64> = clock
        .split(':')
        .map(|p| p.parse().ok())
        .collect::<Option<_>>()?;
    let seconds = parts.iter().fold(0, |all, p| all * 60 + p);
    let micros: i64 = format!("{fraction:0<6}")[..6].parse().ok()?;
    Some(date_days(date)? * MICROS_PER_DAY + seconds * 1_000_000 + micros)
}

impl Run {
    fn typed(&self, literal: Literal, text: &str) -> Typed {
        let data_type = literal.data_type();
        let nullable = matches!(literal, Literal::Null(_));
        let one: ArrayRef = match &literal {
            Literal::Null(t) => new_null_array(&t.to_arrow(), 1),
            Literal::Boolean(v) => Arc::new(BooleanArray::from(vec![*v])),
            Literal::Integer(v) => Arc::new(Int32Array::from(vec![*v])),
            Literal::Long(v) => Arc::new(Int64Array::from(vec![*v])),
            Literal::Double(v) => Arc::new(Float64Array::from(vec![*v])),
            Literal::Decimal(v, p, s) => Arc::new(
                Decimal128Array::from(vec![*v])
                    .with_precision_and_scale(*p, *s)
                    .unwrap(),
            ),
            Literal::String(v) => Arc::new(StringArray::from(vec![v.as_str()])),
            Literal::Binary(v) => Arc::new(BinaryArray::from(vec![&v[..]])),
            Literal::Date(v) => Arc::new(Date32Array::from(vec![*v])),
            Literal::Timestamp(v) => {
                Arc::new(TimestampMicrosecondArray::from(vec![*v]).with_timezone("UTC"))
            }
            Literal::TimestampNtz(v) => Arc::new(TimestampMicrosecondArray::from(vec![*v])),
            Literal::YearMonth(v, _) => Arc::new(IntervalYearMonthArray::from(vec![*v])),
            Literal::DayTime(v, _) => Arc::new(DurationMicrosecondArray::from(vec![*v])),
            other => panic!("no literal {other:?} in tests"),
        };
        let arg = self.argument(one);
        (
            ArgType {
                data_type,
                nullable,
                literal: Some(literal),
                text: text.to_string(),
            },
            arg,
        )
    }

    fn argument(&self, array: ArrayRef) -> Arg {
        if !self.columns {
            return Arg {
                array,
                is_scalar: true,
            };
        }
        let zeros = UInt64Array::from(vec![0; COLUMN_ROWS]);
        Arg {
            array: arrow::compute::take(&array, &zeros, None).unwrap(),
            is_scalar: false,
        }
    }

    fn value(&self, value: &Value) -> Typed {
        let mut text = value.to_string();
        if let Value::SingleQuotedString(raw) = value {
            text = unescaped(raw);
        }
        let literal = match value {
            Value::Number(digits, long) => number(&digits.to_string(), *long),
            Value::SingleQuotedString(_) => Literal::String(text.clone()),
            Value::Boolean(v) => Literal::Boolean(*v),
            Value::Null => Literal::Null(T::Null),
            Value::HexStringLiteral(hex) => Literal::Binary(
                (0..hex.len() / 2)
                    .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
                    .collect(),
            ),
            other => panic!("no value {other}"),
        };
        self.typed(literal, &text)
    }

    fn eval(&self, expr: &Expr) -> Result<Typed> {
        match expr {
            Expr::Value(v) => Ok(self.value(&v.value)),
            Expr::Nested(inner) => self.eval(inner),
            Expr::BinaryOp { left, op, right } => {
                let name = op.to_string().to_lowercase();
                self.call(&name, &[left, right])
            }
            Expr::UnaryOp { op, expr } => match (op, &**expr) {
                (ast::UnaryOperator::Minus, Expr::Value(v)) => {
                    let Value::Number(digits, long) = &v.value else {
                        return self.call("-", &[expr]);
                    };
                    let text = format!("-{digits}");
                    Ok(self.typed(number(&text, *long), &text))
                }
                (ast::UnaryOperator::Minus, other) => self.call("-", &[other]),
                (ast::UnaryOperator::Plus, other) => self.call("positive", &[other]),
                _ => self.call("~", &[expr]),
            },
            Expr::TypedString(typed) => Ok(self.typed_string(typed)),
            Expr::Interval(interval) => Ok(self.interval(interval)),
            Expr::Cast {
                expr, data_type, ..
            } => {
                let to = parse_type(&data_type.to_string()).unwrap();
                let (mut typed, arg) = self.eval(expr)?;
                let array = self.cast(&arg.array, &typed.data_type, &to)?;
                typed.literal = match (&typed.literal, array.is_null(0)) {
                    (Some(_), true) => Some(Literal::Null(to.clone())),
                    _ => None,
                };
                typed.text = format!("CAST({} AS {})", typed.text, to.sql());
                typed.nullable |= super::coercion::cast_nullable(&typed.data_type, &to);
                typed.data_type = to;
                Ok((
                    typed,
                    Arg {
                        array,
                        is_scalar: arg.is_scalar,
                    },
                ))
            }
            Expr::Ceil {
                expr,
                field: ast::CeilFloorKind::Scale(v),
            } => self.call("ceil", &[expr, &Expr::Value(v.clone())]),
            Expr::Ceil { expr, .. } => self.call("ceil", &[expr]),
            Expr::Floor {
                expr,
                field: ast::CeilFloorKind::Scale(v),
            } => self.call("floor", &[expr, &Expr::Value(v.clone())]),
            Expr::Floor { expr, .. } => self.call("floor", &[expr]),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let rest = [substring_from, substring_for]
                    .into_iter()
                    .flatten()
                    .map(|e| &**e);
                let all: Vec<&Expr> = std::iter::once(&**expr).chain(rest).collect();
                self.call("substring", &all)
            }
            Expr::Trim { expr, .. } => self.call("trim", &[expr]),
            Expr::Like { expr, pattern, .. } => self.call("like", &[expr, pattern]),
            Expr::ILike { expr, pattern, .. } => self.call("ilike", &[expr, pattern]),
            Expr::RLike { expr, pattern, .. } => self.call("rlike", &[expr, pattern]),
            Expr::Array(items) => {
                let all: Vec<_> = items.elem.iter().collect();
                self.call("array", &all)
            }
            Expr::Struct { values, .. } => {
                let all: Vec<_> = values.iter().collect();
                self.call("struct", &all)
            }
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Expr::Function(function) => {
                let ast::FunctionArguments::List(list) = &function.args else {
                    return self.call(&function.name.to_string(), &[]);
                };
                let args: Vec<_> = list
                    .args
                    .iter()
                    .map(|a| match a {
                        ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(e)) => e,
                        other => panic!("no argument {other}"),
                    })
                    .collect();
                self.call(&function.name.to_string(), &args)
            }
            other => panic!("no expression {other:?}"),
        }
    }

    fn access(&self, root: &Expr, chain: &[ast::AccessExpr]) -> Result<Typed> {
        let mut value = self.eval(root)?;
        for step in chain {
            let key = match step {
                ast::AccessExpr::Subscript(ast::Subscript::Index { index }) => self.eval(index)?,
                ast::AccessExpr::Dot(Expr::Identifier(name)) => {
                    self.typed(Literal::String(name.value.clone()), &name.value)
                }
                other => panic!("no access {other}"),
            };
            let bound = super::collections::extract_binding(&value.0, &key.0, &self.settings)?;
            value = self.apply(bound, &[value, key], "extract")?;
        }
        Ok(value)
    }

    fn call(&self, name: &str, args: &[&Expr]) -> Result<Typed> {
        let args: Vec<Typed> = args.iter().map(|a| self.eval(a)).collect::<Result<_>>()?;
        let name = name.to_lowercase();
        let Some(found) = super::find(&name) else {
            return Err(SparkError::internal(format!("{name} is not in the table")));
        };
        let types: Vec<ArgType> = args.iter().map(|a| a.0.clone()).collect();
        let bound = found.resolve(&name, &types, &self.settings)?;
        self.apply(bound, &args, &name)
    }

    fn apply(&self, bound: crate::functions::Binding, args: &[Typed], name: &str) -> Result<Typed> {
        let texts: Vec<_> = args.iter().map(|a| a.0.clone()).collect();
        let text = super::typing::call_text(name, &texts);
        let cast: Vec<Arg> = args
            .iter()
            .zip(&bound.args)
            .map(|((typed, arg), to)| {
                let array = self.cast(&arg.array, &typed.data_type, to)?;
                Ok(Arg {
                    array,
                    is_scalar: arg.is_scalar,
                })
            })
            .collect::<Result<_>>()?;
        let rows = if self.columns { COLUMN_ROWS } else { 1 };
        let array = (bound.kernel)(&cast, rows)?;
        assert_eq!(array.len(), rows, "{text}");
        assert_eq!(array.data_type(), &bound.returns.to_arrow(), "{text}");
        let typed = ArgType {
            data_type: bound.returns,
            nullable: bound.nullable,
            literal: None,
            text,
        };
        Ok((
            typed,
            Arg {
                array,
                is_scalar: !self.columns,
            },
        ))
    }

    fn cast(&self, array: &ArrayRef, from: &T, to: &T) -> Result<ArrayRef> {
        let settings = CastSettings {
            ansi: self.settings.ansi,
            try_: false,
            zone: self.settings.time_zone,
        };
        crate::types::cast(array, from, to, settings)
    }

    fn typed_string(&self, typed: &ast::TypedString) -> Typed {
        let text = typed.value.to_string();
        let text = text.trim_matches('\'');
        let kind = typed.data_type.to_string().to_uppercase();
        let literal = match kind.as_str() {
            "DATE" => Literal::Date(date_days(text).unwrap() as i32),
            "TIMESTAMP" => {
                let local = timestamp_micros(text).unwrap();
                Literal::Timestamp(self.settings.time_zone.local_to_utc(local))
            }
            _ => Literal::TimestampNtz(timestamp_micros(text).unwrap()),
        };
        self.typed(literal, &format!("{kind} '{text}'"))
    }

    fn interval(&self, interval: &ast::Interval) -> Typed {
        let Expr::Value(v) = &*interval.value else {
            panic!("{interval}")
        };
        let text = v.to_string();
        let amount: i64 = text.trim_matches('\'').parse().unwrap();
        let unit = interval
            .leading_field
            .as_ref()
            .unwrap()
            .to_string()
            .to_lowercase();
        let unit = unit.trim_end_matches('s').to_string();
        let months = |field, n: i64| {
            let t = T::YearMonthInterval {
                start: field,
                end: field,
            };
            Literal::YearMonth((amount * n) as i32, t)
        };
        let micros = |field, n: i64| {
            let t = T::DayTimeInterval {
                start: field,
                end: field,
            };
            Literal::DayTime(amount * n * 1_000_000, t)
        };
        let literal = match unit.as_str() {
            "year" => months(YearMonthField::Year, 12),
            "month" => months(YearMonthField::Month, 1),
            "day" => micros(DayTimeField::Day, 86_400),
            "hour" => micros(DayTimeField::Hour, 3_600),
            "minute" => micros(DayTimeField::Minute, 60),
            _ => micros(DayTimeField::Second, 1),
        };
        self.typed(literal, &format!("INTERVAL {text} {}", unit.to_uppercase()))
    }
}

/// What is wrong with an expression's outcome, if anything.
fn complaint(text: &str, want: &Json, columns: bool) -> Option<String> {
    let (sql, ansi) = text
        .strip_prefix('!')
        .map_or((text, true), |rest| (rest, false));
    let time_zone = crate::types::parse_zone("Europe/Madrid").unwrap();
    let run = Run {
        settings: Settings {
            time_zone,
            ansi,
            last_key_wins: false,
        },
        columns,
    };
    let parsed = Parser::new(&DatabricksDialect {})
        .try_with_sql(sql)
        .and_then(|mut p| p.parse_expr());
    let expr = match parsed {
        Ok(expr) => expr,
        Err(error) => return Some(format!("does not parse: {error}")),
    };
    match run.eval(&expr) {
        Err(error) => {
            let message = want
                .get("message")
                .and_then(Json::as_str)
                .unwrap_or("no error");
            let message = message.split("; line 1 pos").next().unwrap_or(message);
            (error.message() != message).then(|| format!("{error}\n    wanted {want}"))
        }
        Ok((typed, arg)) => {
            let got = to_json(arg.array.as_ref(), arg.array.len() - 1);
            let data_type = typed.data_type.simple_string();
            // Constants fold before nullability shows only in the constant run.
            let fine = Some(data_type.as_str()) == want["t"].as_str()
                && want.get("v").is_some_and(|v| same(&got, v))
                && Some(typed.nullable) == want["n"].as_bool();
            (!fine).then(|| {
                format!(
                    "{data_type} {got} nullable {}\n    wanted {want}",
                    typed.nullable
                )
            })
        }
    }
}

fn check(file: &str, rows: &str) {
    let mut wrong = Vec::new();
    for line in rows.lines() {
        let (text, want) = line.split_once('\t').unwrap();
        let want: Json = serde_json::from_str(want).unwrap();
        for columns in [false, true] {
            let outcome = std::panic::catch_unwind(|| complaint(text, &want, columns));
            if let Some(found) = outcome.unwrap_or_else(|_| Some("panicked".into())) {
                wrong.push(format!("{text} (columns: {columns})\n    {found}"));
                break;
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{file}: {} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

macro_rules! recorded {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            check(stringify!($name), include_str!(concat!("expected/", stringify!($name), ".txt")));
        }
    )*};
}

recorded!(arithmetic, collections, datetime, math, strings);
