//! What a join with the nearest rows is checked for.

use pyo3::prelude::*;

use super::error::OrRaise;
use super::frame::PyFrame;
use crate::error::{Result, SparkError};
use crate::types::DataType;

const MOST: i64 = 100_000;

/// Checks how many rows are wanted, by which search, in which direction; whether rows
/// without any stay, and whether the greatest are nearest.
#[pyfunction]
pub fn check_nearest(
    count: i64,
    mode: &str,
    direction: &str,
    kind: &str,
) -> PyResult<(bool, bool)> {
    checked(count, mode, direction, kind).or_raise()
}

fn checked(count: i64, mode: &str, direction: &str, kind: &str) -> Result<(bool, bool)> {
    let refused = |name: &str, parameters: &[(&str, &str)]| {
        Err(SparkError::new(
            &format!("NEAREST_BY_JOIN.{name}"),
            parameters,
        ))
    };
    let is_outer = match kind.to_lowercase().replace('_', "").as_str() {
        "inner" => false,
        "left" | "leftouter" => true,
        _ => {
            let supported = ("supported", "'INNER', 'LEFT OUTER'");
            return refused("UNSUPPORTED_JOIN_TYPE", &[("joinType", kind), supported]);
        }
    };
    if !matches!(mode.to_lowercase().as_str(), "approx" | "exact") {
        let supported = ("supported", "'approx', 'exact'");
        return refused("UNSUPPORTED_MODE", &[("mode", mode), supported]);
    }
    let is_greatest = match direction.to_lowercase().as_str() {
        "distance" => false,
        "similarity" => true,
        _ => {
            let supported = ("supported", "'distance', 'similarity'");
            let direction = ("direction", direction);
            return refused("UNSUPPORTED_DIRECTION", &[direction, supported]);
        }
    };
    if !(1..=MOST).contains(&count) {
        return refused(
            "NUM_RESULTS_OUT_OF_RANGE",
            &[
                ("numResults", &count.to_string()),
                ("min", "1"),
                ("max", &MOST.to_string()),
            ],
        );
    }
    Ok((is_outer, is_greatest))
}

/// Checks that the values of a frame's only column have an order.
#[pyfunction]
pub fn check_ranking(frame: &PyFrame) -> PyResult<()> {
    let schema = frame.table.resolved.schema();
    let Some(field) = schema.fields.iter().next() else {
        return Ok(());
    };
    match has_order(&field.data_type) {
        true => Ok(()),
        false => Err(SparkError::new(
            "NEAREST_BY_JOIN.NON_ORDERABLE_RANKING_EXPRESSION",
            &[
                ("expression", &format!("\"{}\"", field.name)),
                ("type", &format!("\"{}\"", field.data_type.sql())),
            ],
        )),
    }
    .or_raise()
}

fn has_order(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { .. } | DataType::Variant | DataType::CalendarInterval => false,
        DataType::Array { element, .. } => has_order(element),
        DataType::Struct(fields) => fields.fields.iter().all(|f| has_order(&f.data_type)),
        _ => true,
    }
}
