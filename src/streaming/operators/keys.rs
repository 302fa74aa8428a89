//! Key columns as they are compared: numbers that Spark takes for equal have the same
//! bytes, so that a key of one batch is found again in the next.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type};

/// The columns with one zero and one NaN.
pub fn normal(columns: &[ArrayRef]) -> Vec<ArrayRef> {
    columns.iter().map(normal_column).collect()
}

fn normal_column(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Float64 => {
            let numbers = column.as_primitive::<Float64Type>();
            Arc::new(
                numbers.unary::<_, Float64Type>(|x| if x.is_nan() { f64::NAN } else { x + 0.0 }),
            )
        }
        DataType::Float32 => {
            let numbers = column.as_primitive::<Float32Type>();
            Arc::new(
                numbers.unary::<_, Float32Type>(|x| if x.is_nan() { f32::NAN } else { x + 0.0 }),
            )
        }
        DataType::Struct(fields) if !fields.is_empty() => {
            let whole = column.as_struct();
            let parts = whole.columns().iter().map(normal_column).collect();
            Arc::new(StructArray::new(
                fields.clone(),
                parts,
                whole.nulls().cloned(),
            ))
        }
        _ => Arc::clone(column),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Float64Array;

    #[test]
    fn zeros_are_one_and_so_are_nans() {
        let odd = f64::from_bits(f64::NAN.to_bits() | 7);
        let column: ArrayRef = Arc::new(Float64Array::from(vec![-0.0, 0.0, f64::NAN, odd, 1.5]));
        let normal = normal(&[column]);
        let bits: Vec<_> = normal[0]
            .as_primitive::<Float64Type>()
            .values()
            .iter()
            .map(|x| x.to_bits())
            .collect();
        assert_eq!(bits[0], bits[1]);
        assert_eq!(bits[2], bits[3]);
        assert_eq!(f64::from_bits(bits[4]), 1.5);
    }
}
