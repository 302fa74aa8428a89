//! Casts between Spark's types, in its three modes: ANSI (what does not fit is an
//! error), try (it is null), and legacy (numbers wrap around, texts become null).
//!
//! This file chooses the conversion; the other files hold them by source. Knows
//! arrays and types, and nothing of expressions.

mod datetime;
mod errors;
mod interval;
mod nested;
mod numeric;
mod rules;
mod text;
mod time;

use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};

use super::format::Formatter;
use super::variant::{Builder, CastFailure, Column, from_variant, to_nodes};
use super::{DataType, Zone};
use crate::error::{Result, SparkError};

pub use rules::{can_cast, instead_of_cast};
pub use time::to_precision;

/// What decides about a cast besides its types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CastSettings {
    /// `spark.sql.ansi.enabled`.
    pub ansi: bool,
    /// `try_cast`: ANSI rules, with null for an error.
    pub try_: bool,
    pub zone: Zone,
}

impl CastSettings {
    fn raises(&self) -> bool {
        self.ansi && !self.try_
    }

    fn legacy(&self) -> bool {
        !self.ansi && !self.try_
    }

    /// The end of a conversion that failed: an error or a null.
    fn fail<T>(&self, error: impl FnOnce() -> SparkError) -> Result<Option<T>> {
        if self.raises() {
            Err(error())
        } else {
            Ok(None)
        }
    }
}

/// Casts an array, stored as [`DataType::to_arrow`] says, to another type. The pair
/// of types must satisfy [`can_cast`].
pub fn cast(
    array: &ArrayRef,
    from: &DataType,
    to: &DataType,
    settings: CastSettings,
) -> Result<ArrayRef> {
    use DataType as D;
    if from == to {
        return Ok(array.clone());
    }
    match (from, to) {
        (D::Null, _) => Ok(new_null_array(&to.to_arrow(), array.len())),
        (D::Variant, _) => {
            let failure = match settings.try_ {
                true => CastFailure::Null,
                false => CastFailure::Raise,
            };
            let column = Column::new(array.as_ref())?;
            let variants = (0..array.len()).map(|row| column.at(row));
            let variants = variants.collect::<Result<Vec<_>>>()?;
            from_variant(&variants, to, failure, settings.zone)
        }
        (_, D::Variant) => {
            let mut out = Builder::default();
            let nodes = to_nodes(array.as_ref(), from)?;
            nodes.iter().for_each(|node| out.append(node.as_ref()));
            out.finish()
        }
        (_, D::String) => {
            let formatter = Formatter::for_cast(from, settings.zone, settings.ansi);
            Ok(Arc::new(formatter.strings(array.as_ref())))
        }
        (D::String, _) => text::from_string(array, to, settings),
        (D::Array { .. } | D::Map { .. } | D::Struct(_), _) => {
            nested::cast_nested(array, from, to, settings)
        }
        (D::YearMonthInterval { .. } | D::DayTimeInterval { .. }, _)
        | (_, D::YearMonthInterval { .. } | D::DayTimeInterval { .. }) => {
            interval::cast_interval(array, from, to, settings)
        }
        (D::Time { .. }, _) | (_, D::Time { .. }) => time::cast_time(array, from, to, settings),
        (D::Date | D::Timestamp | D::TimestampNtz, _)
        | (_, D::Date | D::Timestamp | D::TimestampNtz) => {
            datetime::cast_datetime(array, from, to, settings)
        }
        _ => numeric::cast_numeric(array, from, to, settings),
    }
}

fn unsupported(from: &DataType, to: &DataType) -> SparkError {
    SparkError::not_implemented(format!("cast from {} to {}", from.sql(), to.sql()))
}

#[cfg(test)]
mod test_table;
#[cfg(test)]
mod tests;
