//! `width_bucket`: in which of so many equal parts of a range a value lies.

use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::quaternary;
use crate::functions::scalar::typing::{Want, arity, expect, mismatch};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[Scalar {
    names: &["width_bucket"],
    bind: width_bucket,
}];

fn width_bucket(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 4, 4)?;
    let kind = || {
        Want::OneOf(vec![
            Want::Is(DataType::Double),
            Want::YearMonth,
            Want::DayTime,
        ])
    };
    let wants = [kind(), kind(), kind(), Want::Is(DataType::Long)];
    let types = expect(name, args, settings, &wants)?;
    let class = |data_type: &DataType| match data_type {
        DataType::YearMonthInterval { .. } => 0,
        DataType::DayTimeInterval { .. } => 1,
        _ => 2,
    };
    if types[1..3]
        .iter()
        .any(|other| class(other) != class(&types[0]))
    {
        let cast = args.iter().zip(&types).map(|(arg, to)| ArgType {
            data_type: to.clone(),
            ..arg.clone()
        });
        return Err(of_three(name, &cast.collect::<Vec<_>>()));
    }
    macro_rules! buckets {
        ($native:ty) => {
            quaternary::<$native, $native, $native, i64, i64>(
                types,
                DataType::Long,
                true,
                |value, low, high, count| Ok(bucket(value as f64, low as f64, high as f64, count)),
            )
        };
    }
    Ok(match class(&types[0]) {
        0 => buckets!(i32),
        1 => buckets!(i64),
        _ => buckets!(f64),
    })
}

fn of_three(name: &str, args: &[ArgType]) -> SparkError {
    let shown: Vec<_> = args[..3]
        .iter()
        .map(|a| format!("\"{}\"", a.data_type.sql()))
        .collect();
    let function = format!("`{name}`");
    let types = format!("({})", shown.join(" or "));
    let parameters = [
        ("functionName", function.as_str()),
        ("dataType", types.as_str()),
    ];
    mismatch("DATA_DIFF_TYPES", name, args, &parameters)
}

/// The bucket from 1, 0 before the first one and one more than there are behind the last.
fn bucket(value: f64, low: f64, high: f64, count: i64) -> Option<i64> {
    let is_range = low.is_finite() && high.is_finite() && low != high;
    if count <= 0 || count == i64::MAX || value.is_nan() || !is_range {
        return None;
    }
    // A range that goes down is one that goes up, seen from the other end.
    let (distance, width) = match low < high {
        true => (value - low, high - low),
        false => (low - value, low - high),
    };
    Some(if distance < 0.0 {
        0
    } else if distance >= width {
        count + 1
    } else {
        (count as f64 * distance / width) as i64 + 1
    })
}
