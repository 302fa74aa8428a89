//! What a counter has grown by between two readings: the kernel of `counter_diff`.
//!
//! Knows two readings and nothing of windows, which find the one before.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type,
};

use super::kernel::{native_values, retyped};
use super::typing::{Want, expect_exactly};
use crate::error::{Result, SparkError, quoted};
use crate::functions::{Arg, ArgType, Binding, Kernel, Settings};
use crate::types::{DataType, Formatter};

/// A number that a counter may be.
trait Reading: ArrowPrimitiveType {
    /// Whether it is below another one, NaN being the greatest of all.
    fn below(a: Self::Native, b: Self::Native) -> bool;
    fn minus(a: Self::Native, b: Self::Native) -> Self::Native;
}

macro_rules! whole {
    ($($kind:ty),*) => {$(
        impl Reading for $kind {
            fn below(a: Self::Native, b: Self::Native) -> bool {
                a < b
            }
            fn minus(a: Self::Native, b: Self::Native) -> Self::Native {
                // Neither is negative and `a` is not the less: nothing overflows.
                a.wrapping_sub(b)
            }
        }
    )*};
}

macro_rules! real {
    ($($kind:ty),*) => {$(
        impl Reading for $kind {
            fn below(a: Self::Native, b: Self::Native) -> bool {
                a < b || (b.is_nan() && !a.is_nan())
            }
            fn minus(a: Self::Native, b: Self::Native) -> Self::Native {
                a - b
            }
        }
    )*};
}

whole!(Int8Type, Int16Type, Int32Type, Int64Type, Decimal128Type);
real!(Float32Type, Float64Type);

/// Binds it on the types of a value and, where there is one, of a start. The kernel takes
/// four: these two of a row, and the same of the row before, a null where there is none.
pub fn difference(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let start = Want::OneOf(vec![
        Want::Is(DataType::Timestamp),
        Want::Is(DataType::TimestampNtz),
    ]);
    expect_exactly(name, args, &[Want::Numeric, start])?;
    let of = |at: usize, otherwise: DataType| match args.get(at).map(|arg| &arg.data_type) {
        None | Some(DataType::Null) => otherwise,
        Some(known) => known.clone(),
    };
    let value = of(0, DataType::Double);
    let start = of(1, DataType::Timestamp);
    let zone = settings.time_zone;
    let (kind, moment) = (Formatter::new(&value, zone), Formatter::new(&start, zone));
    let rule = Rule { kind, moment };
    let kernel: Kernel = match value {
        DataType::Byte => of_kind::<Int8Type>(rule),
        DataType::Short => of_kind::<Int16Type>(rule),
        DataType::Integer => of_kind::<Int32Type>(rule),
        DataType::Long => of_kind::<Int64Type>(rule),
        DataType::Float => of_kind::<Float32Type>(rule),
        DataType::Decimal { .. } => of_kind::<Decimal128Type>(rule),
        _ => of_kind::<Float64Type>(rule),
    };
    Ok(Binding {
        args: vec![value.clone(), start.clone(), value.clone(), start],
        returns: value,
        nullable: true,
        kernel,
    })
}

/// How values are told in errors.
struct Rule {
    kind: Formatter,
    moment: Formatter,
}

fn of_kind<T: Reading>(rule: Rule) -> Kernel {
    Arc::new(move |args, rows| {
        let mut out = PrimitiveArray::<T>::builder(rows);
        for row in 0..rows {
            out.append_option(grown::<T>(&rule, args, row)?);
        }
        let built: ArrayRef = Arc::new(out.finish());
        retyped(built, args[0].array.data_type())
    })
}

fn grown<T: Reading>(rule: &Rule, args: &[Arg], row: usize) -> Result<Option<T::Native>> {
    let [value, start, last_value, last_start] = args else {
        return Err(SparkError::internal("counter_diff takes four arguments"));
    };
    let there = |arg: &Arg| !arg.array.is_null(arg.at(row));
    let read = |arg: &Arg| -> Result<T::Native> {
        Ok(native_values::<T::Native>(arg.array.as_ref())?[arg.at(row)])
    };
    if !there(value) {
        return Ok(None);
    }
    let now = read(value)?;
    if T::below(now, T::Native::default()) {
        return Err(negative(&rule.kind, value, row));
    }
    if !there(last_value) {
        return Ok(None);
    }
    if there(start) && there(last_start) {
        let moment = |arg: &Arg| -> Result<i64> {
            Ok(native_values::<i64>(arg.array.as_ref())?[arg.at(row)])
        };
        let (this, last) = (moment(start)?, moment(last_start)?);
        if this < last {
            return Err(decreased(&rule.moment, start, last_start, row));
        }
        if this > last {
            return Ok(None);
        }
    }
    let last = read(last_value)?;
    Ok((!T::below(now, last)).then(|| T::minus(now, last)))
}

fn told(form: &Formatter, arg: &Arg, row: usize) -> String {
    let mut text = String::new();
    form.write(arg.array.as_ref(), arg.at(row), &mut text);
    text
}

fn negative(form: &Formatter, value: &Arg, row: usize) -> SparkError {
    SparkError::new(
        "COUNTER_DIFF_NEGATIVE_COUNTER_VALUE",
        &[
            ("function", &quoted(&["counter_diff"])),
            ("value", &told(form, value, row)),
        ],
    )
}

fn decreased(form: &Formatter, start: &Arg, last: &Arg, row: usize) -> SparkError {
    SparkError::new(
        "COUNTER_DIFF_START_TIME_DECREASED",
        &[
            ("function", &quoted(&["counter_diff"])),
            ("previousStartTime", &told(form, last, row)),
            ("currentStartTime", &told(form, start, row)),
        ],
    )
}
