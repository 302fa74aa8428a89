//! Constants in the engine's form.

use arrow::datatypes::IntervalMonthDayNano;
use datafusion::common::ScalarValue;

use super::engine;
use crate::error::Result;
use crate::plan::Literal;
use crate::types::STORAGE_TIME_ZONE;

pub fn scalar(literal: &Literal) -> Result<ScalarValue> {
    Ok(match literal {
        Literal::Null(data_type) => engine(ScalarValue::try_from(&data_type.to_arrow()))?,
        Literal::Boolean(value) => ScalarValue::Boolean(Some(*value)),
        Literal::Byte(value) => ScalarValue::Int8(Some(*value)),
        Literal::Short(value) => ScalarValue::Int16(Some(*value)),
        Literal::Integer(value) => ScalarValue::Int32(Some(*value)),
        Literal::Long(value) => ScalarValue::Int64(Some(*value)),
        Literal::Float(value) => ScalarValue::Float32(Some(*value)),
        Literal::Double(value) => ScalarValue::Float64(Some(*value)),
        Literal::Decimal(value, precision, scale) => {
            ScalarValue::Decimal128(Some(*value), *precision, *scale)
        }
        Literal::String(value) => ScalarValue::Utf8(Some(value.clone())),
        Literal::Binary(value) => ScalarValue::Binary(Some(value.clone())),
        Literal::Date(days) => ScalarValue::Date32(Some(*days)),
        Literal::Timestamp(micros) => {
            ScalarValue::TimestampMicrosecond(Some(*micros), Some(STORAGE_TIME_ZONE.into()))
        }
        Literal::TimestampNtz(micros) => ScalarValue::TimestampMicrosecond(Some(*micros), None),
        Literal::Time(nanos, _) => ScalarValue::Time64Nanosecond(Some(*nanos)),
        Literal::YearMonth(months, _) => ScalarValue::IntervalYearMonth(Some(*months)),
        Literal::DayTime(micros, _) => ScalarValue::DurationMicrosecond(Some(*micros)),
        Literal::Calendar {
            months,
            days,
            micros,
        } => {
            let value = IntervalMonthDayNano::new(*months, *days, micros * 1000);
            ScalarValue::IntervalMonthDayNano(Some(value))
        }
    })
}

/// How many days a length of time is, in microseconds, where it is days and nothing else.
pub fn whole_days(micros: i64) -> Option<i64> {
    const DAY: i64 = 86_400_000_000;
    (micros % DAY == 0).then_some(micros / DAY)
}
