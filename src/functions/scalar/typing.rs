//! What binders share: argument counts, expected types with Spark's silent casts,
//! and the errors for what does not fit.

use crate::error::{Result, SparkError};
use crate::functions::{ArgType, Settings};
use crate::types::{DataType, DayTimeField, YearMonthField};

use super::coercion::implicit_cast;

const DOC_ROOT: &str = "https://spark.apache.org/docs/latest";

/// The operator that adds an interval to a point in time, which Spark prints
/// without parentheses.
pub const TIME_ADD: &str = "time +";

/// The type of `INTERVAL '…' DAY TO SECOND`.
pub const DAY_TIME: DataType = DataType::DayTimeInterval {
    start: DayTimeField::Day,
    end: DayTimeField::Second,
};
/// The type of `INTERVAL '…' YEAR TO MONTH`.
pub const YEAR_MONTH: DataType = DataType::YearMonthInterval {
    start: YearMonthField::Year,
    end: YearMonthField::Month,
};

/// A type that a parameter accepts.
#[derive(Debug, Clone)]
pub enum Want {
    Is(DataType),
    Numeric,
    Integral,
    /// A decimal of any size.
    Decimal,
    AnyTimestamp,
    /// A time of day of any precision.
    Time,
    Array,
    Map,
    /// Any day-time interval.
    DayTime,
    /// Any year-month interval.
    YearMonth,
    OneOf(Vec<Want>),
    /// Every type, unchanged.
    Any,
}

impl Want {
    fn accepts(&self, data_type: &DataType) -> bool {
        use DataType as T;
        match self {
            Self::Is(wanted) => wanted == data_type,
            Self::Numeric => data_type.is_numeric(),
            Self::Integral => data_type.is_integral(),
            Self::Decimal => matches!(data_type, T::Decimal { .. }),
            Self::AnyTimestamp => matches!(data_type, T::Timestamp | T::TimestampNtz),
            Self::Time => matches!(data_type, T::Time { .. }),
            Self::Array => matches!(data_type, T::Array { .. }),
            Self::Map => matches!(data_type, T::Map { .. }),
            Self::DayTime => matches!(data_type, T::DayTimeInterval { .. }),
            Self::YearMonth => matches!(data_type, T::YearMonthInterval { .. }),
            Self::OneOf(choices) => choices.iter().any(|c| c.accepts(data_type)),
            Self::Any => true,
        }
    }

    /// The type that an argument is silently cast to, if any.
    fn cast(&self, from: &DataType, ansi: bool) -> Option<DataType> {
        use DataType as T;
        if self.accepts(from) {
            return Some(from.clone());
        }
        match self {
            Self::Is(wanted) => implicit_cast(from, wanted, ansi).then(|| wanted.clone()),
            Self::Numeric => matches!(from, T::Null | T::String).then_some(T::Double),
            Self::Integral => matches!(from, T::Null).then_some(T::Integer),
            Self::Decimal => matches!(from, T::Null).then_some(T::Decimal {
                precision: 38,
                scale: 18,
            }),
            Self::AnyTimestamp => {
                matches!(from, T::Null | T::String | T::Date).then_some(T::Timestamp)
            }
            Self::Time => matches!(from, T::Null).then_some(T::TIME),
            Self::DayTime => matches!(from, T::Null).then_some(DAY_TIME),
            Self::YearMonth => matches!(from, T::Null).then_some(YEAR_MONTH),
            Self::OneOf(choices) => choices.iter().find_map(|c| c.cast(from, ansi)),
            Self::Array => matches!(from, T::Null).then(|| T::Array {
                element: Box::new(T::Null),
                contains_null: true,
            }),
            Self::Map | Self::Any => None,
        }
    }

    fn names(&self) -> String {
        match self {
            Self::Is(wanted) => format!("\"{}\"", wanted.sql()),
            Self::Numeric => "\"NUMERIC\"".into(),
            Self::Integral => "\"INTEGRAL\"".into(),
            Self::Decimal => "\"DECIMAL\"".into(),
            Self::AnyTimestamp => "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"".into(),
            Self::Time => "\"TIME\"".into(),
            Self::Array => "\"ARRAY\"".into(),
            Self::Map => "\"MAP\"".into(),
            Self::DayTime => "\"INTERVAL DAY TO SECOND\"".into(),
            Self::YearMonth => "\"INTERVAL YEAR TO MONTH\"".into(),
            Self::OneOf(choices) => {
                let names: Vec<_> = choices.iter().map(Want::names).collect();
                format!("({})", names.join(" or "))
            }
            Self::Any => "\"ANY\"".into(),
        }
    }
}

/// Checks the number of arguments against `least..=most`.
pub fn arity(name: &str, args: &[ArgType], least: usize, most: usize) -> Result<()> {
    if (least..=most).contains(&args.len()) {
        return Ok(());
    }
    let expected = if most == usize::MAX {
        format!("> {}", least.saturating_sub(1))
    } else if least == most {
        least.to_string()
    } else {
        let counts: Vec<_> = (least..=most).map(|n| n.to_string()).collect();
        format!("[{}]", counts.join(", "))
    };
    Err(wrong_count(name, &expected, args.len()))
}

pub fn wrong_count(name: &str, expected: &str, actual: usize) -> SparkError {
    SparkError::new(
        "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
        &[
            ("functionName", &format!("`{}`", name.to_lowercase())),
            ("expectedNum", expected),
            ("actualNum", &actual.to_string()),
            ("docroot", DOC_ROOT),
        ],
    )
}

/// The types that arguments are cast to, one `Want` an argument; the last `Want`
/// stands for all arguments beyond it.
pub fn expect(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    wants: &[Want],
) -> Result<Vec<DataType>> {
    let mut types = Vec::with_capacity(args.len());
    for (index, arg) in args.iter().enumerate() {
        let Some(want) = wants.get(index).or(wants.last()) else {
            break;
        };
        match want.cast(&arg.data_type, settings.ansi) {
            Some(data_type) => types.push(data_type),
            None => return Err(unexpected(name, args, index, &want.names())),
        }
    }
    Ok(types)
}

/// Checks types where Spark casts nothing but a bare null.
pub fn expect_exactly(name: &str, args: &[ArgType], wants: &[Want]) -> Result<()> {
    for (index, (arg, want)) in args.iter().zip(wants).enumerate() {
        if arg.data_type != DataType::Null && !want.accepts(&arg.data_type) {
            return Err(unexpected(name, args, index, &want.names()));
        }
    }
    Ok(())
}

/// Spark's text of a call: `(a + b)`, `name(a, b)`.
pub fn call_text(name: &str, args: &[ArgType]) -> String {
    let texts: Vec<_> = args.iter().map(|a| a.text.clone()).collect();
    match (name, &texts[..]) {
        (TIME_ADD, [a, b]) => format!("{a} + {b}"),
        _ => crate::plan::text::call_text(name, &texts, false),
    }
}

fn ordinal(index: usize) -> String {
    const NAMES: [&str; 3] = ["first", "second", "third"];
    NAMES
        .get(index)
        .map_or_else(|| format!("{}th", index + 1), |n| n.to_string())
}

/// A type mismatch of a whole call; `parameters` are those of the condition apart
/// from `sqlExpr`.
pub fn mismatch(
    condition: &str,
    name: &str,
    args: &[ArgType],
    parameters: &[(&str, &str)],
) -> SparkError {
    let text = format!("\"{}\"", call_text(name, args));
    let mut all = vec![("sqlExpr", text.as_str())];
    all.extend_from_slice(parameters);
    SparkError::new(&format!("DATATYPE_MISMATCH.{condition}"), &all)
}

/// An argument whose type a function does not take; `required` is quoted.
pub fn unexpected(name: &str, args: &[ArgType], index: usize, required: &str) -> SparkError {
    let (text, data_type) = match args.get(index) {
        Some(arg) => (arg.text.as_str(), arg.data_type.sql()),
        None => ("", String::new()),
    };
    mismatch(
        "UNEXPECTED_INPUT_TYPE",
        name,
        args,
        &[
            ("paramIndex", &ordinal(index)),
            ("requiredType", required),
            ("inputSql", &format!("\"{text}\"")),
            ("inputType", &format!("\"{data_type}\"")),
        ],
    )
}

/// Operands that have no common type.
pub fn different_operands(name: &str, args: &[ArgType]) -> SparkError {
    let [left, right] = [0, 1].map(|i| {
        args.get(i)
            .map_or_else(String::new, |a| format!("\"{}\"", a.data_type.sql()))
    });
    mismatch(
        "BINARY_OP_DIFF_TYPES",
        name,
        args,
        &[("left", &left), ("right", &right)],
    )
}

/// Operands of one type which the operator does not take.
pub fn wrong_operands(
    name: &str,
    args: &[ArgType],
    required: &str,
    actual: &DataType,
) -> SparkError {
    let actual = format!("\"{}\"", actual.sql());
    mismatch(
        "BINARY_OP_WRONG_TYPE",
        name,
        args,
        &[("inputType", required), ("actualDataType", &actual)],
    )
}

/// Arguments that should have one type and do not.
pub fn different_types(name: &str, args: &[ArgType]) -> SparkError {
    let types: Vec<_> = args
        .iter()
        .map(|a| format!("\"{}\"", a.data_type.sql()))
        .collect();
    mismatch(
        "DATA_DIFF_TYPES",
        name,
        args,
        &[
            ("functionName", &format!("`{name}`")),
            ("dataType", &format!("({})", types.join(" or "))),
        ],
    )
}

pub fn any_nullable(args: &[ArgType]) -> bool {
    args.iter().any(|a| a.nullable)
}
