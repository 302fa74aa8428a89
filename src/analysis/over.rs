//! Window functions: `f(…) OVER (PARTITION BY … ORDER BY … frame)`.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::functions_window as library;
use datafusion::logical_expr::expr::{NullTreatment, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr as Physical, WindowFrame as EngineFrame, WindowFrameBound, WindowFrameUnits,
    WindowFunctionDefinition,
};

use super::expression::{Resolver, Typed};
use super::literal;
use super::sort::sort_expr;
use crate::engine::aggregate::{self, AggregateBinding};
use crate::engine::fold::Replayed;
use crate::error::{Result, SparkError};
use crate::functions::find_scalar;
use crate::plan::foreign_function::{ForeignKind, ForeignRef};
use crate::plan::text::{self, bound_text, frame_text};
use crate::plan::{Call, Expr, FrameBound, FrameUnits, Literal, WindowFrame, WindowSpec};
use crate::types::DataType;

/// The parts of a window function before they are put together.
struct Function {
    definition: WindowFunctionDefinition,
    args: Vec<Physical>,
    filter: Option<Box<Physical>>,
    null_treatment: Option<NullTreatment>,
    distinct: bool,
    data_type: DataType,
    nullable: bool,
    text: String,
    /// Ranking functions have a frame of their own and need an order.
    ranking: bool,
    /// The aggregate whose result is not quite Spark's yet.
    aggregate: Option<AggregateBinding>,
}

impl Resolver<'_, '_> {
    pub fn over(&mut self, function: &Expr, spec: &WindowSpec) -> Result<Typed> {
        let unsupported = || {
            let shown = format!("\"{}\"", text::expr_text(function));
            SparkError::new("UNSUPPORTED_EXPR_FOR_WINDOW", &[("sqlExpr", &shown)])
        };
        let (name, function) = match function {
            Expr::Call(call) => {
                let name = call.name.to_ascii_lowercase();
                let known = aggregate::is_aggregate(&name) || find_scalar(&name).is_some();
                match self.registered(&name).filter(|_| !known) {
                    Some(found) if found.0.kind() == ForeignKind::Aggregate => {
                        let args: Vec<_> = call.args.iter().map(|a| (None, a.clone())).collect();
                        (name, self.foreign_window(&found, &args)?)
                    }
                    _ => (name, self.window_function(call, spec)?),
                }
            }
            Expr::Foreign { function, args } if function.0.kind() == ForeignKind::Aggregate => {
                (String::new(), self.foreign_window(function, args)?)
            }
            _ => return Err(unsupported()),
        };
        let partition = self.resolve_all(&spec.partition_by)?;
        let mut order = Vec::new();
        let mut order_texts = Vec::new();
        let mut order_types = Vec::new();
        for key in &spec.order_by {
            let (value, text) = self.sort_key(key)?;
            order_types.push(value.data_type.clone());
            order_texts.push(text);
            order.push(sort_expr(value, key));
        }
        if matches!(name.as_str(), "lag" | "lead") && spec.frame.is_some() {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1035",
                &[("prettyName", &name)],
            ));
        }
        if (function.ranking || name == "nth_value") && order.is_empty() {
            return Err(SparkError::new(
                "WINDOW_FUNCTION_FRAME_NOT_ORDERED",
                &[("wf_name", &name), ("wf_expr", &function.text)],
            ));
        }
        let (frame, frame_text) = self.frame(spec, &function, &order_types)?;
        let partition_texts: Vec<_> = partition.iter().map(|p| p.text.clone()).collect();
        let text = text::over_text(&function.text, &partition_texts, &order_texts, &frame_text);
        if function.distinct {
            return Err(SparkError::new(
                "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
                &[("windowExpr", &format!("\"{text}\""))],
            ));
        }
        let expr = Physical::WindowFunction(Box::new(WindowFunction {
            fun: function.definition,
            params: WindowFunctionParams {
                args: function.args,
                partition_by: partition.into_iter().map(|p| p.expr).collect(),
                order_by: order,
                window_frame: frame,
                filter: function.filter,
                null_treatment: function.null_treatment,
                distinct: function.distinct,
            },
        }));
        let nullable = function.nullable;
        let expr = match &function.aggregate {
            Some(binding) => binding.finish(expr, self.settings()),
            None => expr,
        };
        Ok(match function.data_type {
            // The engine counts rows in unsigned numbers.
            DataType::Integer => Typed::new(
                datafusion::logical_expr::cast(expr, arrow::datatypes::DataType::Int32),
                DataType::Integer,
                nullable,
                text,
            ),
            data_type => Typed::new(expr, data_type, nullable, text),
        })
    }

    /// A user's aggregate, called anew for each frame.
    fn foreign_window(
        &mut self,
        function: &ForeignRef,
        args: &[(Option<String>, Expr)],
    ) -> Result<Function> {
        let call = self.foreign_aggregate(function, args)?;
        Ok(Function {
            definition: WindowFunctionDefinition::AggregateUDF(Replayed::of(call.function)),
            args: call.args,
            filter: None,
            null_treatment: None,
            distinct: false,
            data_type: function.0.returns().clone(),
            nullable: true,
            text: call.text,
            ranking: false,
            aggregate: None,
        })
    }

    fn window_function(&mut self, call: &Call, spec: &WindowSpec) -> Result<Function> {
        let name = call.name.to_ascii_lowercase();
        match name.as_str() {
            _ if call.filter.is_some() && !aggregate::is_aggregate(&name) => {
                Err(SparkError::not_implemented(format_args!(
                    "FILTER on the function {name}, which is not an aggregate"
                )))
            }
            "row_number" | "rank" | "dense_rank" | "percent_rank" | "cume_dist" => {
                Ok(ranking(&name))
            }
            "ntile" => self.ntile(call),
            "lag" | "lead" => self.shifted(&name, call),
            "nth_value" => self.positioned(&name, call),
            "first_value" | "first" | "last_value" | "last" | "any_value"
                if call.filter.is_none() =>
            {
                self.positioned(&name, call)
            }
            _ if aggregate::is_aggregate(&name) => self.windowed_aggregate(call, spec),
            _ => Err(SparkError::new(
                "UNSUPPORTED_EXPR_FOR_WINDOW",
                &[(
                    "sqlExpr",
                    &format!("\"{}\"", text::expr_text(&Expr::Call(call.clone()))),
                )],
            )),
        }
    }

    fn windowed_aggregate(&mut self, call: &Call, spec: &WindowSpec) -> Result<Function> {
        let name = call.name.to_ascii_lowercase();
        let found = self.bound_aggregate(&name, call)?;
        let sorts = match name.as_str() {
            "median" | "percentile_cont" | "percentile_disc" => true,
            "listagg" | "string_agg" => !call.within_group.is_empty(),
            _ => false,
        };
        let whole = FrameBound::UnboundedPreceding;
        let all = |f: &WindowFrame| {
            f.units == FrameUnits::Rows
                && f.start == whole
                && f.end == FrameBound::UnboundedFollowing
        };
        if sorts && !(spec.order_by.is_empty() && spec.frame.as_ref().is_none_or(all)) {
            let shown = format!("\"{name}({})\"", found.parts.join(", "));
            return Err(SparkError::new(
                "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC",
                &[("aggFunc", &shown)],
            ));
        }
        let function = found.binding.over_window();
        Ok(Function {
            definition: WindowFunctionDefinition::AggregateUDF(function),
            args: found.inputs,
            filter: found.filter.map(Box::new),
            null_treatment: found.binding.null_treatment(),
            distinct: call.distinct,
            data_type: found.binding.returns.clone(),
            nullable: found.binding.nullable,
            text: found.text,
            ranking: false,
            aggregate: Some(found.binding),
        })
    }

    fn ntile(&mut self, call: &Call) -> Result<Function> {
        let args = self.resolve_all(&call.args)?;
        let buckets = match args.as_slice() {
            [] => Typed::constant(Literal::Integer(1))?,
            [one] => self.coerce(one.clone(), &DataType::Long)?,
            _ => return Err(SparkError::not_implemented("ntile with several arguments")),
        };
        let shown = if args.is_empty() {
            "1".to_string()
        } else {
            buckets.text.clone()
        };
        Ok(Function {
            args: vec![buckets.expr],
            text: format!("ntile({shown})"),
            ..udwf(
                library::ntile::ntile_udwf(),
                "ntile",
                DataType::Integer,
                true,
            )
        })
    }

    /// `lag` and `lead`: offset 1 and a null default unless given.
    fn shifted(&mut self, name: &str, call: &Call) -> Result<Function> {
        let args = self.resolve_all(&call.args)?;
        let (Some(value), offset, default) = (args.first(), args.get(1), args.get(2)) else {
            return Err(SparkError::new(
                "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                &[
                    ("functionName", &format!("`{name}`")),
                    ("expectedNum", "[1, 2, 3]"),
                    ("actualNum", "0"),
                    ("docroot", "https://spark.apache.org/docs/latest"),
                ],
            ));
        };
        let ignore = args.get(3).and_then(super::function::flag).unwrap_or(false);
        let ignore = call.ignore_nulls.unwrap_or(ignore);
        let offset_text = offset.map_or("1".to_string(), |o| o.text.clone());
        let default_text = default.map_or("NULL".to_string(), |d| d.text.clone());
        let shown = format!("{name}({}, {offset_text}, {default_text})", value.text);
        let offset = match offset {
            Some(offset) => self.coerce(offset.clone(), &DataType::Long)?.expr,
            None => datafusion::logical_expr::lit(1_i64),
        };
        let data_type = value.data_type.clone();
        let default_nullable = default.is_none_or(|d| d.nullable);
        let default = match default {
            Some(default) => self.coerce(default.clone(), &data_type)?,
            None => Typed::constant(Literal::Null(data_type.clone()))?,
        };
        let function = match name {
            "lag" => library::lead_lag::lag_udwf(),
            _ => library::lead_lag::lead_udwf(),
        };
        Ok(Function {
            args: vec![value.expr.clone(), offset, default.expr],
            null_treatment: Some(treatment(ignore)),
            nullable: value.nullable || default_nullable,
            text: shown,
            data_type,
            ..udwf(function, name, DataType::Null, true)
        })
    }

    fn positioned(&mut self, name: &str, call: &Call) -> Result<Function> {
        let args = self.resolve_all(&call.args)?;
        let texts: Vec<_> = args.iter().map(|a| a.text.clone()).collect();
        let Some(value) = args.first() else {
            return Err(SparkError::not_implemented(format_args!(
                "{name} without arguments"
            )));
        };
        let mut inputs = vec![value.expr.clone()];
        let (function, ignore) = match name {
            "nth_value" => {
                let Some(position) = args.get(1) else {
                    return Err(SparkError::not_implemented("nth_value without a position"));
                };
                inputs.push(self.coerce(position.clone(), &DataType::Long)?.expr);
                (library::nth_value::nth_value_udwf(), args.get(2))
            }
            "first_value" | "first" | "any_value" => {
                (library::nth_value::first_value_udwf(), args.get(1))
            }
            _ => (library::nth_value::last_value_udwf(), args.get(1)),
        };
        let flag = ignore.and_then(super::function::flag).unwrap_or(false);
        let ignore_nulls = call.ignore_nulls.unwrap_or(flag);
        let printed = match (name, call.ignore_nulls) {
            ("first_value", Some(_)) => "first",
            ("last_value", Some(_)) => "last",
            _ => name,
        };
        let mut shown = text::call_text(printed, &texts[..texts.len().min(inputs.len())], false);
        if name == "nth_value" && ignore_nulls {
            shown.push_str(" ignore nulls");
        }
        Ok(Function {
            args: inputs,
            null_treatment: Some(treatment(ignore_nulls)),
            distinct: call.distinct,
            nullable: true,
            text: shown,
            data_type: value.data_type.clone(),
            ranking: false,
            ..udwf(function, name, DataType::Null, false)
        })
    }

    /// The frame in force, and its printed form.
    fn frame(
        &mut self,
        spec: &WindowSpec,
        function: &Function,
        order: &[DataType],
    ) -> Result<(EngineFrame, String)> {
        let whole = EngineFrame::new_bounds(
            WindowFrameUnits::Rows,
            WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
            WindowFrameBound::Following(ScalarValue::UInt64(None)),
        );
        if function.ranking {
            let shifted = function.text.starts_with("lag(") || function.text.starts_with("lead(");
            let text = if shifted {
                let offset = function.text.split(", ").nth(1).unwrap_or("1");
                let offset = if function.text.starts_with("lag(") {
                    format!("-{offset}")
                } else {
                    offset.to_string()
                };
                frame_text(
                    FrameUnits::Rows,
                    &format!("{offset} FOLLOWING"),
                    &format!("{offset} FOLLOWING"),
                )
            } else {
                frame_text(FrameUnits::Rows, "UNBOUNDED PRECEDING", "CURRENT ROW")
            };
            return Ok((whole, text));
        }
        let Some(frame) = &spec.frame else {
            if order.is_empty() {
                let text = frame_text(
                    FrameUnits::Rows,
                    "UNBOUNDED PRECEDING",
                    "UNBOUNDED FOLLOWING",
                );
                return Ok((whole, text));
            }
            let running = EngineFrame::new_bounds(
                WindowFrameUnits::Range,
                WindowFrameBound::Preceding(ScalarValue::Null),
                WindowFrameBound::CurrentRow,
            );
            let text = frame_text(FrameUnits::Range, "UNBOUNDED PRECEDING", "CURRENT ROW");
            return Ok((running, text));
        };
        let text = frame_text(
            frame.units,
            &bound_text(&frame.start),
            &bound_text(&frame.end),
        );
        let engine = self.given_frame(frame, order, &text)?;
        Ok((engine, text))
    }

    fn given_frame(
        &mut self,
        frame: &WindowFrame,
        order: &[DataType],
        text: &str,
    ) -> Result<EngineFrame> {
        let units = match frame.units {
            FrameUnits::Rows => WindowFrameUnits::Rows,
            FrameUnits::Range => WindowFrameUnits::Range,
        };
        let offset =
            |b: &FrameBound| matches!(b, FrameBound::Preceding(_) | FrameBound::Following(_));
        if frame.units == FrameUnits::Range && (offset(&frame.start) || offset(&frame.end)) {
            let sql = format!("\"{text}\"");
            match order {
                [] => {
                    return Err(SparkError::new(
                        "DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER",
                        &[("sqlExpr", &sql)],
                    ));
                }
                [_] => {}
                _ => {
                    return Err(SparkError::new(
                        "DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER",
                        &[("sqlExpr", &sql), ("orderSpec", "")],
                    ));
                }
            }
        }
        let start = self.frame_bound(&frame.start, frame.units, order.first())?;
        let end = self.frame_bound(&frame.end, frame.units, order.first())?;
        Ok(EngineFrame::new_bounds(units, start, end))
    }

    fn frame_bound(
        &mut self,
        bound: &FrameBound,
        units: FrameUnits,
        order: Option<&DataType>,
    ) -> Result<WindowFrameBound> {
        let none = match units {
            FrameUnits::Rows => ScalarValue::UInt64(None),
            FrameUnits::Range => ScalarValue::Null,
        };
        Ok(match bound {
            FrameBound::UnboundedPreceding => WindowFrameBound::Preceding(none),
            FrameBound::UnboundedFollowing => WindowFrameBound::Following(none),
            FrameBound::CurrentRow => WindowFrameBound::CurrentRow,
            FrameBound::Preceding(expr) => self.offset(expr, units, order, false)?,
            FrameBound::Following(expr) => self.offset(expr, units, order, true)?,
        })
    }

    /// A bound at a distance; a negative distance points the other way.
    fn offset(
        &mut self,
        expr: &Expr,
        units: FrameUnits,
        order: Option<&DataType>,
        following: bool,
    ) -> Result<WindowFrameBound> {
        let value = self.resolve(expr)?;
        let Some(constant) = value.literal.clone() else {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE",
                &[
                    ("sqlExpr", &format!("\"{}\"", value.text)),
                    ("location", "lower"),
                    ("expression", &format!("\"{}\"", value.text)),
                ],
            ));
        };
        let (constant, negative) = magnitude(constant);
        let scalar = match units {
            FrameUnits::Rows => rows(&constant, &value)?,
            FrameUnits::Range => distance(&constant, order, &value)?,
        };
        Ok(if following != negative {
            WindowFrameBound::Following(scalar)
        } else {
            WindowFrameBound::Preceding(scalar)
        })
    }
}

fn treatment(ignored: bool) -> NullTreatment {
    match ignored {
        true => NullTreatment::IgnoreNulls,
        false => NullTreatment::RespectNulls,
    }
}

fn magnitude(value: Literal) -> (Literal, bool) {
    match value {
        Literal::Integer(v) if v < 0 => (Literal::Integer(-v), true),
        Literal::Long(v) if v < 0 => (Literal::Long(-v), true),
        Literal::Double(v) if v < 0.0 => (Literal::Double(-v), true),
        Literal::DayTime(v, t) if v < 0 => (Literal::DayTime(-v, t), true),
        Literal::YearMonth(v, t) if v < 0 => (Literal::YearMonth(-v, t), true),
        other => (other, false),
    }
}

fn rows(constant: &Literal, value: &Typed) -> Result<ScalarValue> {
    let count = match constant {
        Literal::Byte(v) => i64::from(*v),
        Literal::Short(v) => i64::from(*v),
        Literal::Integer(v) => i64::from(*v),
        Literal::Long(v) => *v,
        _ => {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
                &[
                    ("sqlExpr", &format!("\"{}\"", value.text)),
                    ("location", "lower"),
                    ("exprType", &format!("\"{}\"", value.data_type.sql())),
                    ("expectedType", "\"INT\""),
                ],
            ));
        }
    };
    Ok(ScalarValue::UInt64(Some(count.unsigned_abs())))
}

/// A distance in the order column's own terms.
fn distance(constant: &Literal, order: Option<&DataType>, value: &Typed) -> Result<ScalarValue> {
    use DataType as T;
    let whole = match constant {
        Literal::Byte(v) => Some(i64::from(*v)),
        Literal::Short(v) => Some(i64::from(*v)),
        Literal::Integer(v) => Some(i64::from(*v)),
        Literal::Long(v) => Some(*v),
        Literal::DayTime(v, _) if order == Some(&T::Date) => literal::whole_days(*v),
        _ => None,
    };
    Ok(match (order, constant, whole) {
        (Some(T::Byte), _, Some(v)) => ScalarValue::Int8(Some(fitting(v, value)?)),
        (Some(T::Short), _, Some(v)) => ScalarValue::Int16(Some(fitting(v, value)?)),
        (Some(T::Integer), _, Some(v)) => ScalarValue::Int32(Some(fitting(v, value)?)),
        (Some(T::Long), _, Some(v)) => ScalarValue::Int64(Some(v)),
        (Some(T::Double), _, Some(v)) => ScalarValue::Float64(Some(v as f64)),
        (Some(T::Double), Literal::Double(v), _) => ScalarValue::Float64(Some(*v)),
        (Some(T::Float), _, Some(v)) => ScalarValue::Float32(Some(v as f32)),
        (Some(T::Timestamp | T::TimestampNtz), Literal::DayTime(v, _), _) => {
            ScalarValue::DurationMicrosecond(Some(*v))
        }
        (
            Some(T::Timestamp | T::TimestampNtz | T::Date),
            Literal::Calendar { .. } | Literal::YearMonth(..),
            _,
        ) => literal::scalar(constant)?,
        (Some(T::Date), _, Some(v)) => {
            let days = i32::try_from(v).unwrap_or(i32::MAX);
            ScalarValue::IntervalMonthDayNano(Some(arrow::datatypes::IntervalMonthDayNano::new(
                0, days, 0,
            )))
        }
        (order, _, _) => {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE",
                &[
                    ("sqlExpr", &format!("\"{}\"", value.text)),
                    (
                        "orderSpecType",
                        &format!("\"{}\"", order.map_or(String::new(), DataType::sql)),
                    ),
                    (
                        "valueBoundaryType",
                        &format!("\"{}\"", value.data_type.sql()),
                    ),
                ],
            ));
        }
    })
}

/// A distance in the order column's type. One that does not fit must not become a
/// null: that is how the engine writes an unbounded frame.
fn fitting<T: TryFrom<i64>>(distance: i64, value: &Typed) -> Result<T> {
    T::try_from(distance).map_err(|_| {
        SparkError::not_implemented(format_args!(
            "a frame of {} over a column of a smaller type",
            value.text
        ))
    })
}

fn udwf(
    function: Arc<datafusion::logical_expr::WindowUDF>,
    name: &str,
    data_type: DataType,
    ranking: bool,
) -> Function {
    Function {
        definition: WindowFunctionDefinition::WindowUDF(function),
        args: Vec::new(),
        filter: None,
        null_treatment: None,
        distinct: false,
        data_type,
        nullable: false,
        aggregate: None,
        text: match name {
            "rank" | "dense_rank" | "percent_rank" => format!("{}()", name.to_uppercase()),
            _ => format!("{name}()"),
        },
        ranking,
    }
}

fn ranking(name: &str) -> Function {
    let (function, data_type) = match name {
        "row_number" => (library::row_number::row_number_udwf(), DataType::Integer),
        "rank" => (library::rank::rank_udwf(), DataType::Integer),
        "dense_rank" => (library::rank::dense_rank_udwf(), DataType::Integer),
        "percent_rank" => (library::rank::percent_rank_udwf(), DataType::Double),
        _ => (library::cume_dist::cume_dist_udwf(), DataType::Double),
    };
    udwf(function, name, data_type, true)
}
