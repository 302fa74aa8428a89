//! A constant in a program, typed as Spark types it.

use crate::types::DataType;

/// A constant value. Units are those of [`DataType`]'s variants.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A null of a known type (`DataType::Null` for a bare `NULL`).
    Null(DataType),
    Boolean(bool),
    Byte(i8),
    Short(i16),
    Integer(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    /// Unscaled value, precision and scale.
    Decimal(i128, u8, i8),
    String(String),
    Binary(Vec<u8>),
    Date(i32),
    Timestamp(i64),
    TimestampNtz(i64),
    /// Nanoseconds of a day, and the precision.
    Time(i64, u8),
    /// Months; the type is a `YearMonthInterval`.
    YearMonth(i32, DataType),
    /// Microseconds; the type is a `DayTimeInterval`.
    DayTime(i64, DataType),
    /// A legacy interval.
    Calendar {
        months: i32,
        days: i32,
        micros: i64,
    },
}

impl Literal {
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Null(data_type) | Self::YearMonth(_, data_type) | Self::DayTime(_, data_type) => {
                data_type.clone()
            }
            Self::Boolean(_) => DataType::Boolean,
            Self::Byte(_) => DataType::Byte,
            Self::Short(_) => DataType::Short,
            Self::Integer(_) => DataType::Integer,
            Self::Long(_) => DataType::Long,
            Self::Float(_) => DataType::Float,
            Self::Double(_) => DataType::Double,
            Self::Decimal(_, precision, scale) => DataType::Decimal {
                precision: *precision,
                scale: *scale,
            },
            Self::String(_) => DataType::String,
            Self::Binary(_) => DataType::Binary,
            Self::Date(_) => DataType::Date,
            Self::Timestamp(_) => DataType::Timestamp,
            Self::TimestampNtz(_) => DataType::TimestampNtz,
            Self::Time(_, precision) => DataType::Time {
                precision: *precision,
            },
            Self::Calendar { .. } => DataType::CalendarInterval,
        }
    }
}
