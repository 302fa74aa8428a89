//! Aggregates that compare values: extremes, percentiles, the most frequent value.

use arrow::array::{Array, AsArray};
use datafusion::common::ScalarValue;
use datafusion::functions_aggregate as library;

use super::{AggregateBinding, Asked, simple};
use crate::engine::fold::{Gathering, Percentile, Pick, Picked, Top, aggregate_of};
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::{
    DAY_TIME, Want, YEAR_MONTH, arity, expect, mismatch, unexpected,
};
use crate::types::DataType;

pub fn extreme(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    ordered(asked, 0)?;
    let data_type = asked.args[0].data_type.clone();
    if matches!(data_type, DataType::Struct(_) | DataType::Array { .. }) {
        // The engine takes a null inside for the greatest value, Spark for the least.
        let pick = if asked.name == "min" {
            Pick::MinBy
        } else {
            Pick::MaxBy
        };
        let function = aggregate_of(Picked(pick));
        let types = vec![data_type.clone(); 2];
        return Ok(AggregateBinding {
            takes: vec![0, 0],
            ..simple(types, data_type, function)
        });
    }
    let function = match asked.name {
        "min" => library::min_max::min_udaf(),
        _ => library::min_max::max_udaf(),
    };
    Ok(simple(vec![data_type.clone()], data_type, function))
}

/// Fails for an argument whose values have no order.
fn ordered(asked: &Asked<'_>, at: usize) -> Result<()> {
    let data_type = &asked.args[at].data_type;
    if data_type.has_order() {
        return Ok(());
    }
    Err(mismatch(
        "INVALID_ORDERING_TYPE",
        asked.name,
        asked.args,
        &[
            ("functionName", &format!("`{}`", asked.name)),
            ("dataType", &format!("\"{}\"", data_type.sql())),
        ],
    ))
}

/// The most that `max_by` and `min_by` may be asked for.
const MOST: i64 = 100_000;

/// `max_by(value, key)`, `max_by(value, key, k)` and the same of `min_by`.
pub fn beside_extreme(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 2, 3)?;
    ordered(asked, 1)?;
    let (value, key) = (&asked.args[0].data_type, &asked.args[1].data_type);
    let types = vec![value.clone(), key.clone()];
    let greatest = asked.name == "max_by";
    if asked.args.len() == 2 {
        let pick = if greatest { Pick::MaxBy } else { Pick::MinBy };
        return Ok(simple(types, value.clone(), aggregate_of(Picked(pick))));
    }
    let wants = [Want::Any, Want::Any, Want::Is(DataType::Integer)];
    expect(asked.name, asked.args, asked.settings, &wants)?;
    let Some(found) = &asked.constants[2] else {
        return Err(not_foldable(asked, 2, "k", "INT"));
    };
    let k = whole(found).unwrap_or(0);
    if !(1..=MOST).contains(&k) {
        return Err(mismatch(
            "VALUE_OUT_OF_RANGE",
            asked.name,
            asked.args,
            &[
                ("exprName", "`k`"),
                ("valueRange", &format!("[1, {MOST}]")),
                ("currentValue", &k.to_string()),
            ],
        ));
    }
    let returns = DataType::Array {
        element: Box::new(value.clone()),
        contains_null: true,
    };
    let top = Top {
        k: usize::try_from(k).unwrap_or(0),
        greatest,
    };
    Ok(simple(types, returns, aggregate_of(Gathering(top))))
}

/// An argument that has to be constant and is not.
pub fn not_foldable(asked: &Asked<'_>, at: usize, name: &str, data_type: &str) -> SparkError {
    mismatch(
        "NON_FOLDABLE_INPUT",
        asked.name,
        asked.args,
        &[
            ("inputName", &format!("`{name}`")),
            ("inputType", &format!("\"{data_type}\"")),
            ("inputExpr", &format!("\"{}\"", asked.args[at].text)),
        ],
    )
}

/// A whole number, where the constant is one.
pub fn whole(value: &ScalarValue) -> Option<i64> {
    match value.cast_to(&arrow::datatypes::DataType::Int64) {
        Ok(ScalarValue::Int64(value)) => value,
        _ => None,
    }
}

/// A number as a double; `None` for null.
pub fn double(value: &ScalarValue) -> Option<f64> {
    match value.cast_to(&arrow::datatypes::DataType::Float64) {
        Ok(ScalarValue::Float64(value)) => value,
        _ => None,
    }
}

/// The fractions of a percentile: one, or those of a list.
pub fn fractions(value: &ScalarValue) -> Option<Vec<f64>> {
    let ScalarValue::List(lists) = value else {
        return Some(vec![double(value)?]);
    };
    if lists.is_null(0) {
        return None;
    }
    let values =
        arrow::compute::cast(&lists.value(0), &arrow::datatypes::DataType::Float64).ok()?;
    values
        .as_primitive::<arrow::datatypes::Float64Type>()
        .iter()
        .collect()
}

/// What percentiles are taken of: numbers, or intervals as they are.
fn ranked() -> Want {
    Want::OneOf(vec![Want::Numeric, Want::YearMonth, Want::DayTime])
}

/// `percentile`, `percentile_cont`, `percentile_disc` and `median`.
pub fn percentile(asked: &Asked<'_>) -> Result<AggregateBinding> {
    let (name, args) = (asked.name, asked.args);
    match name {
        "median" => arity(name, args, 1, 1)?,
        "percentile" => arity(name, args, 2, 3)?,
        _ => arity(name, args, 2, 2)?,
    }
    if matches!(
        args[0].data_type,
        DataType::Timestamp | DataType::TimestampNtz
    ) {
        return Err(SparkError::new("UNSUPPORTED_TIME_TYPE", &[]));
    }
    let several = matches!(
        args.get(1).map(|a| &a.data_type),
        Some(DataType::Array { .. })
    );
    let fraction = if several {
        Want::Array
    } else {
        Want::Is(DataType::Double)
    };
    let wants = [ranked(), fraction, Want::Integral];
    let types = expect(name, args, asked.settings, &wants)?;
    let fractions = match name {
        "median" => vec![0.5],
        _ => given_fractions(asked, "percentage")?,
    };
    let element = match types[0] {
        DataType::YearMonthInterval { .. } => YEAR_MONTH,
        DataType::DayTimeInterval { .. } => DAY_TIME,
        _ => DataType::Double,
    };
    let recipe = Percentile {
        name: match name {
            "percentile_cont" => "percentile_cont",
            "percentile_disc" => "percentile_disc",
            "median" => "median",
            _ => "percentile",
        },
        fractions: fractions.iter().map(|f| f.to_bits()).collect(),
        several,
        interpolated: name != "percentile_disc",
        reversed: asked
            .order
            .first()
            .is_some_and(|(descending, _)| *descending),
        element: element.to_arrow(),
        frequency: args.get(2).map_or(String::new(), |a| a.text.clone()),
    };
    let returns = match several {
        true => DataType::Array {
            element: Box::new(element),
            contains_null: false,
        },
        false => element,
    };
    let takes = if args.len() == 3 { vec![0, 2] } else { vec![0] };
    let taken = match takes.len() {
        2 => vec![types[0].clone(), DataType::Long],
        _ => vec![types[0].clone()],
    };
    Ok(AggregateBinding {
        takes,
        args: taken,
        ..simple(vec![], returns, aggregate_of(Gathering(recipe)))
    })
}

/// The constant fractions in the second argument.
pub fn given_fractions(asked: &Asked<'_>, name: &str) -> Result<Vec<f64>> {
    let arg = &asked.args[1];
    let Some(value) = &asked.constants[1] else {
        let data_type = match &arg.data_type {
            DataType::Array { .. } => "ARRAY<DOUBLE>",
            _ => "DOUBLE",
        };
        return Err(not_foldable(asked, 1, name, data_type));
    };
    let Some(found) = fractions(value) else {
        let parameters = [("exprName", name)];
        return Err(mismatch(
            "UNEXPECTED_NULL",
            asked.name,
            asked.args,
            &parameters,
        ));
    };
    if found.iter().all(|f| (0.0..=1.0).contains(f)) {
        return Ok(found);
    }
    let shown: Vec<_> = found.iter().map(|f| shown_double(*f) + "D").collect();
    Err(mismatch(
        "VALUE_OUT_OF_RANGE",
        asked.name,
        asked.args,
        &[
            ("exprName", name),
            ("valueRange", "[0.0, 1.0]"),
            ("currentValue", &shown.join(",")),
        ],
    ))
}

pub fn shown_double(value: f64) -> String {
    let mut text = String::new();
    crate::types::write_f64(value, &mut text);
    text
}

/// `mode(value)`, `mode(value, deterministic)` and `mode() WITHIN GROUP (ORDER BY value)`.
pub fn mode(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let value = &asked.args[0].data_type;
    if holds_map(value) {
        return Err(unexpected(asked.name, asked.args, 0, "\"ORDERABLE\""));
    }
    if let Some(flag) = asked.args.get(1) {
        if flag.data_type != DataType::Boolean {
            return Err(SparkError::new(
                "UNEXPECTED_INPUT_TYPE",
                &[
                    ("functionName", "`mode`"),
                    ("paramIndex", "second"),
                    ("requiredType", "\"BOOLEAN\""),
                    ("inputSql", &format!("\"{}\"", flag.text)),
                    ("inputType", &format!("\"{}\"", flag.data_type.sql())),
                ],
            ));
        }
        if asked.constants[1].is_none() {
            return Err(SparkError::new(
                "NON_FOLDABLE_ARGUMENT",
                &[
                    ("funcName", "`mode`"),
                    ("paramName", "`deterministic`"),
                    ("paramType", "\"BOOLEAN\""),
                ],
            ));
        }
    }
    let pick = match asked.order {
        [(true, _)] => Pick::GreatestMode,
        _ => Pick::Mode,
    };
    let types = vec![value.clone()];
    Ok(AggregateBinding {
        takes: vec![0],
        ..simple(types, value.clone(), aggregate_of(Picked(pick)))
    })
}

fn holds_map(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Map { .. })
}
