//! Values of any type with an order as doubles, and back: percentiles and histograms
//! are computed in doubles, whatever they are of.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, Decimal128Array, Float64Array, PrimitiveArray,
};
use arrow::datatypes as at;
use arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::{Result, not_impl_err};

/// The numbers of a column, of times and intervals their units; nulls stay.
pub fn doubles(column: &ArrayRef) -> Result<Float64Array> {
    fn plain<T: ArrowPrimitiveType>(
        column: &ArrayRef,
        number: fn(T::Native) -> f64,
    ) -> Float64Array {
        column.as_primitive::<T>().unary(number)
    }
    Ok(match column.data_type() {
        DataType::Float64 => column.as_primitive::<at::Float64Type>().clone(),
        DataType::Float32 => plain::<at::Float32Type>(column, f64::from),
        DataType::Int8 => plain::<at::Int8Type>(column, f64::from),
        DataType::Int16 => plain::<at::Int16Type>(column, f64::from),
        DataType::Int32 => plain::<at::Int32Type>(column, f64::from),
        DataType::Int64 => plain::<at::Int64Type>(column, |v| v as f64),
        DataType::Date32 => plain::<at::Date32Type>(column, f64::from),
        DataType::Interval(IntervalUnit::YearMonth) => {
            plain::<at::IntervalYearMonthType>(column, f64::from)
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            plain::<at::DurationMicrosecondType>(column, |v| v as f64)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            plain::<at::TimestampMicrosecondType>(column, |v| v as f64)
        }
        DataType::Decimal128(_, scale) => {
            let unit = 10_f64.powi(i32::from(*scale));
            let values = column.as_primitive::<at::Decimal128Type>();
            values.unary(|v| v as f64 / unit)
        }
        other => return not_impl_err!("numbers of {other}"),
    })
}

/// Numbers as a column of the type; what a whole number cannot hold is cut off.
pub fn column_of(numbers: &[f64], to: &DataType) -> Result<ArrayRef> {
    fn plain<T: ArrowPrimitiveType>(
        numbers: &[f64],
        value: fn(f64) -> T::Native,
    ) -> PrimitiveArray<T> {
        numbers.iter().map(|v| Some(value(*v))).collect()
    }
    Ok(match to {
        DataType::Float64 => Arc::new(Float64Array::from(numbers.to_vec())),
        DataType::Float32 => Arc::new(plain::<at::Float32Type>(numbers, |v| v as f32)),
        DataType::Int8 => Arc::new(plain::<at::Int8Type>(numbers, |v| v as i32 as i8)),
        DataType::Int16 => Arc::new(plain::<at::Int16Type>(numbers, |v| v as i32 as i16)),
        DataType::Int32 => Arc::new(plain::<at::Int32Type>(numbers, |v| v as i32)),
        DataType::Int64 => Arc::new(plain::<at::Int64Type>(numbers, |v| v as i64)),
        DataType::Date32 => Arc::new(plain::<at::Date32Type>(numbers, |v| v as i32)),
        DataType::Interval(IntervalUnit::YearMonth) => {
            Arc::new(plain::<at::IntervalYearMonthType>(numbers, |v| v as i32))
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            Arc::new(plain::<at::DurationMicrosecondType>(numbers, |v| v as i64))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let moments = plain::<at::TimestampMicrosecondType>(numbers, |v| v as i64);
            Arc::new(moments.with_timezone_opt(zone.clone()))
        }
        DataType::Decimal128(precision, scale) => {
            let unit = 10_f64.powi(i32::from(*scale));
            let unscaled = numbers.iter().map(|v| (v * unit).round() as i128);
            let decimals = Decimal128Array::from_iter_values(unscaled);
            Arc::new(decimals.with_precision_and_scale(*precision, *scale)?)
        }
        other => return not_impl_err!("numbers as {other}"),
    })
}
