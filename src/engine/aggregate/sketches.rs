//! Aggregates of bounded size: estimates, histograms, sketches, bitmaps.

use super::ranks::{double, given_fractions, not_foldable, shown_double, whole};
use super::{AggregateBinding, Asked, simple};
use crate::engine::fold::{
    Bitmap, Bits, CountMin, Histogram, HyperLogLog, Quantiles, aggregate_of,
};
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::{Want, arity, expect, expect_exactly, mismatch, unexpected};
use crate::plan::Literal;
use crate::types::{DataType, StructField, StructType};

const USUAL_ERROR: f64 = 0.05;

/// `approx_count_distinct(value)` and `approx_count_distinct(value, error)`.
pub fn distinct_count(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let literal = asked.args.get(1).map(|arg| arg.literal.as_ref());
    let error = match (literal, asked.constants.get(1)) {
        (None, _) => USUAL_ERROR,
        (Some(Some(Literal::Double(_) | Literal::Decimal(..))), Some(Some(value))) => {
            double(value).unwrap_or(USUAL_ERROR)
        }
        _ => return Err(SparkError::new("_LEGACY_ERROR_TEMP_1104", &[])),
    };
    let Some(recipe) = HyperLogLog::within(error) else {
        return Err(SparkError::new(
            "FAILED_FUNCTION_CALL",
            &[("funcName", "`approx_count_distinct`")],
        ));
    };
    let types = vec![asked.args[0].data_type.clone()];
    Ok(AggregateBinding {
        takes: vec![0],
        nullable: false,
        ..simple(types, DataType::Long, aggregate_of(recipe))
    })
}

/// What percentiles and histograms are taken of.
fn ranked() -> Want {
    Want::OneOf(vec![
        Want::Numeric,
        Want::Is(DataType::Date),
        Want::Is(DataType::Timestamp),
        Want::Is(DataType::TimestampNtz),
        Want::YearMonth,
        Want::DayTime,
    ])
}

/// The types of the arguments, of which the first is ranked.
fn typed(asked: &Asked<'_>, name: &str, wants: &[Want]) -> Result<Vec<DataType>> {
    const REQUIRED: &str = "(\"NUMERIC\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \
        \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\" or \"TIME\")";
    expect(name, &asked.args[..1], asked.settings, &wants[..1])
        .map_err(|_| unexpected(name, asked.args, 0, REQUIRED))?;
    expect(name, asked.args, asked.settings, wants)
}

/// `percentile_approx(value, fraction, accuracy)`.
pub fn quantiles(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 2, 3)?;
    let several = matches!(asked.args[1].data_type, DataType::Array { .. });
    let fraction = if several {
        Want::Array
    } else {
        Want::Is(DataType::Double)
    };
    let wants = [ranked(), fraction, Want::Integral];
    let types = typed(asked, "percentile_approx", &wants)?;
    let call = Asked {
        name: "percentile_approx",
        ..*asked
    };
    let accuracy = match (asked.args.get(2), asked.constants.get(2)) {
        (None, _) => 10_000,
        (Some(_), Some(Some(value))) => whole(value).unwrap_or(0),
        _ => return Err(not_foldable(&call, 2, "accuracy", "INTEGRAL")),
    };
    let fractions = given_fractions(&call, "percentage")?;
    if !(1..=i64::from(i32::MAX)).contains(&accuracy) {
        return Err(mismatch(
            "VALUE_OUT_OF_RANGE",
            call.name,
            asked.args,
            &[
                ("exprName", "accuracy"),
                ("valueRange", "(0, 2147483647]"),
                ("currentValue", &format!("{accuracy}L")),
            ],
        ));
    }
    let element = types[0].clone();
    let recipe = Quantiles {
        fractions: fractions.iter().map(|f| f.to_bits()).collect(),
        several,
        accuracy,
        element: element.to_arrow(),
    };
    let returns = match several {
        true => DataType::Array {
            element: Box::new(element.clone()),
            contains_null: false,
        },
        false => element.clone(),
    };
    Ok(AggregateBinding {
        takes: vec![0],
        args: vec![element],
        ..simple(vec![], returns, aggregate_of(recipe))
    })
}

/// `histogram_numeric(value, bars)`.
pub fn histogram(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 2, 2)?;
    let wants = [ranked(), Want::Is(DataType::Integer)];
    let types = typed(asked, asked.name, &wants)?;
    let Some(value) = &asked.constants[1] else {
        return Err(not_foldable(asked, 1, "nb", "INT"));
    };
    let bars = match whole(value) {
        None => {
            let parameters = [("exprName", "nb")];
            return Err(mismatch(
                "UNEXPECTED_NULL",
                asked.name,
                asked.args,
                &parameters,
            ));
        }
        Some(bars) if bars < 2 => {
            return Err(mismatch(
                "VALUE_OUT_OF_RANGE",
                asked.name,
                asked.args,
                &[
                    ("exprName", "nb"),
                    ("valueRange", "[2, 2147483647]"),
                    ("currentValue", &bars.to_string()),
                ],
            ));
        }
        Some(bars) => usize::try_from(bars).unwrap_or(2),
    };
    let centre = types[0].clone();
    let recipe = Histogram {
        bars,
        centre: centre.to_arrow(),
    };
    let field = |name: &str, data_type| StructField {
        name: name.to_string(),
        data_type,
        nullable: true,
        metadata: Default::default(),
    };
    let bar = StructType::new([field("x", centre.clone()), field("y", DataType::Double)]);
    let returns = DataType::Array {
        element: Box::new(DataType::Struct(bar)),
        contains_null: true,
    };
    Ok(AggregateBinding {
        takes: vec![0],
        args: vec![centre],
        ..simple(vec![], returns, aggregate_of(recipe))
    })
}

/// `count_min_sketch(value, error, confidence, seed)`.
pub fn count_min(asked: &Asked<'_>) -> Result<AggregateBinding> {
    const NAMES: [&str; 4] = ["column", "epsilon", "confidence", "seed"];
    if let Some(missing) = NAMES.get(asked.args.len()) {
        return Err(SparkError::new(
            "REQUIRED_PARAMETER_NOT_FOUND",
            &[
                ("routineName", "`count_min_sketch`"),
                ("parameterName", &format!("`{missing}`")),
                ("index", "0"),
            ],
        ));
    }
    arity(asked.name, asked.args, 4, 4)?;
    let value = Want::OneOf(vec![
        Want::Integral,
        Want::Is(DataType::String),
        Want::Is(DataType::Binary),
    ]);
    let wants = [
        value,
        Want::Is(DataType::Double),
        Want::Is(DataType::Double),
        Want::OneOf(vec![Want::Is(DataType::Integer), Want::Is(DataType::Long)]),
    ];
    expect_exactly(asked.name, asked.args, &wants)?;
    let value = match asked.args[0].data_type {
        DataType::Null => DataType::Integer,
        ref other => other.clone(),
    };
    let parts = [("eps", "DOUBLE"), ("confidence", "DOUBLE"), ("seed", "INT")];
    for (at, (name, data_type)) in parts.iter().enumerate() {
        match &asked.constants[at + 1] {
            None => return Err(not_foldable(asked, at + 1, name, data_type)),
            Some(value) if value.is_null() => {
                let parameters = [("exprName", *name)];
                return Err(mismatch(
                    "UNEXPECTED_NULL",
                    asked.name,
                    asked.args,
                    &parameters,
                ));
            }
            Some(_) => {}
        }
    }
    let number = |at: usize| asked.constants[at].as_ref().and_then(double).unwrap_or(0.0);
    let (error, confidence) = (number(1), number(2));
    let within = |name: &str, range: &str, value: f64| {
        mismatch(
            "VALUE_OUT_OF_RANGE",
            asked.name,
            asked.args,
            &[
                ("exprName", name),
                ("valueRange", range),
                ("currentValue", &shown_double(value)),
            ],
        )
    };
    if error <= 0.0 {
        return Err(within("eps", "(0.0, 1.7976931348623157E308]", error));
    }
    if confidence <= 0.0 || confidence >= 1.0 {
        return Err(within("confidence", "(0.0, 1.0)", confidence));
    }
    // Of a wider seed the lower half counts.
    let seed = asked.constants[3].as_ref().and_then(whole).unwrap_or(0) as i32;
    let recipe = CountMin::within(error, confidence, seed);
    Ok(AggregateBinding {
        takes: vec![0],
        args: vec![value],
        nullable: false,
        ..simple(vec![], DataType::Binary, aggregate_of(recipe))
    })
}

pub fn bitmap(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let bits = match asked.name {
        "bitmap_construct_agg" => Bits::Construct,
        "bitmap_or_agg" => Bits::Or,
        _ => Bits::And,
    };
    let types = match bits {
        Bits::Construct => {
            let long = [Want::Is(DataType::Long)];
            expect(asked.name, asked.args, asked.settings, &long)?
        }
        _ => match asked.args[0].data_type {
            DataType::Binary | DataType::Null => vec![DataType::Binary],
            _ => return Err(unexpected(asked.name, asked.args, 0, "\"BINARY\"")),
        },
    };
    Ok(AggregateBinding {
        nullable: false,
        ..simple(types, DataType::Binary, aggregate_of(Bitmap(bits)))
    })
}
