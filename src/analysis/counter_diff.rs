//! `counter_diff(value[, start]) OVER (… ORDER BY …)`: how much a counter that only grows
//! has grown since the row before it, a null where it began anew.
//!
//! It is the window function `lag` over the rows that have a value, and a kernel of the
//! value and of what `lag` found. Knows windows by [`Resolver::over`] alone.

use super::expression::{Resolver, Typed};
use crate::error::{Result, SparkError, quoted};
use crate::functions::scalar::counter::difference;
use crate::functions::scalar::typing::wrong_count;
use crate::plan::text;
use crate::plan::{Call, Expr, FrameBound, FrameUnits, Literal, WindowFrame, WindowSpec};
use crate::types::DataType;

pub(super) const NAME: &str = "counter_diff";

/// Whether a call is one of it.
pub(super) fn is_called(call: &Call) -> bool {
    call.name.eq_ignore_ascii_case(NAME)
}

impl Resolver<'_, '_> {
    pub(super) fn counter_diff(&mut self, call: &Call, spec: &WindowSpec) -> Result<Typed> {
        let args = by_position(&call.args)?;
        let (value, start) = match args.as_slice() {
            [value] => (value, None),
            [value, start] => (value, Some(start)),
            [] => return Err(no_value()),
            more => return Err(wrong_count(NAME, "[1, 2]", more.len())),
        };
        let mut args = vec![self.resolve(value)?];
        if let Some(start) = start {
            args.push(self.resolve(start)?);
        }
        let texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        let shown = text::call_text(NAME, &texts, false);
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        let binding = difference(NAME, &types, self.settings())?;
        if spec.order_by.is_empty() {
            return Err(SparkError::new(
                "WINDOW_FUNCTION_FRAME_NOT_ORDERED",
                &[("wf_name", NAME), ("wf_expr", &shown)],
            ));
        }
        check_frame(spec.frame.as_ref())?;
        let spec = WindowSpec {
            frame: None,
            ..spec.clone()
        };
        let text = self.running_text(&shown, &spec)?;
        let to = |expr: &Expr, to: &DataType| Expr::Cast {
            expr: Box::new(expr.clone()),
            to: to.clone(),
            mode: crate::plan::CastMode::Cast,
        };
        let value = to(value, &binding.args[0]);
        let start = match start {
            Some(start) => to(start, &binding.args[1]),
            None => Expr::Literal(Literal::Null(binding.args[1].clone())),
        };
        let before = |part: &Expr| previous(&value, part, &spec);
        let (last_value, last_start) = (before(&value), before(&start));
        let inputs = self.resolve_all(&[value, start, last_value, last_start])?;
        self.bound_call(NAME, binding, inputs, text)
    }

    /// The text over its window, whose frame runs from the first row to the current one.
    fn running_text(&mut self, shown: &str, spec: &WindowSpec) -> Result<String> {
        let ranked = Expr::Over {
            function: Box::new(Expr::call("row_number", [])),
            spec: Box::new(spec.clone()),
        };
        let text = self.resolve(&ranked)?.text;
        let over = text.strip_prefix("row_number()").unwrap_or(&text);
        Ok(format!("{shown}{over}"))
    }
}

/// `part` of the last row before the current one whose value is not null. It is wrapped in
/// a struct, since it may be null itself.
fn previous(value: &Expr, part: &Expr, spec: &WindowSpec) -> Expr {
    let name = || Expr::Literal(Literal::String("part".into()));
    let wrapped = Expr::call("named_struct", [name(), part.clone()]);
    let there = Expr::call("isnotnull", [value.clone()]);
    let held = Expr::Case {
        branches: vec![(there, wrapped)],
        otherwise: None,
    };
    let Expr::Call(mut lag) = Expr::call("lag", [held]) else {
        return part.clone();
    };
    lag.ignore_nulls = Some(true);
    let over = Expr::Over {
        function: Box::new(Expr::Call(lag)),
        spec: Box::new(spec.clone()),
    };
    Expr::Extract {
        expr: Box::new(over),
        key: Box::new(name()),
    }
}

/// The frame is its own: another one may not be written.
fn check_frame(frame: Option<&WindowFrame>) -> Result<()> {
    let Some(frame) = frame else {
        return Ok(());
    };
    let running =
        (&frame.start, &frame.end) == (&FrameBound::UnboundedPreceding, &FrameBound::CurrentRow);
    if frame.units == FrameUnits::Rows && running {
        return Ok(());
    }
    let units = match frame.units {
        FrameUnits::Rows => "RowFrame",
        FrameUnits::Range => "RangeFrame",
    };
    let form = |units: &str, start: &str, end: &str| {
        format!("specifiedwindowframe({units}, {start}, {end})")
    };
    let given = form(units, &bound(&frame.start), &bound(&frame.end));
    let required = form("RowFrame", "unboundedpreceding$()", "currentrow$()");
    Err(SparkError::new(
        "_LEGACY_ERROR_TEMP_1036",
        &[("wf", &given), ("required", &required)],
    ))
}

/// A bound in the words of that error.
fn bound(bound: &FrameBound) -> String {
    match bound {
        FrameBound::UnboundedPreceding => "unboundedpreceding$()".into(),
        FrameBound::UnboundedFollowing => "unboundedfollowing$()".into(),
        FrameBound::CurrentRow => "currentrow$()".into(),
        FrameBound::Preceding(by) => format!("-{}", text::expr_text(by)),
        FrameBound::Following(by) => text::expr_text(by),
    }
}

/// The arguments in their order, wherever they are named.
fn by_position(args: &[Expr]) -> Result<Vec<Expr>> {
    let mut places: Vec<Option<Expr>> = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let (at, value) = match arg {
            Expr::Named { name, value } => match name.to_lowercase().as_str() {
                "value" => (0, &**value),
                "start_time" => (1, &**value),
                _ => {
                    return Err(SparkError::new(
                        "UNRECOGNIZED_PARAMETER_NAME",
                        &[
                            ("routineName", &quoted(&[NAME])),
                            ("argumentName", &quoted(&[name])),
                            ("proposal", "`start_time` `value`"),
                        ],
                    ));
                }
            },
            arg => (at, arg),
        };
        places.resize(places.len().max(at + 1), None);
        places[at] = Some(value.clone());
    }
    places
        .into_iter()
        .map(|place| place.ok_or_else(no_value))
        .collect()
}

fn no_value() -> SparkError {
    SparkError::new(
        "REQUIRED_PARAMETER_NOT_FOUND",
        &[
            ("routineName", "`counter_diff`"),
            ("parameterName", "`value`"),
            ("index", "0"),
        ],
    )
}
