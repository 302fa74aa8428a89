//! Vectors of floats: likeness, products, distances, norms. What is summed up is summed
//! in doubles, by eights as Spark sums it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float32Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Float32Type;

use super::kernel::{expand, is_null};
use super::typing::{arity, unexpected};
use crate::error::{Result, SparkError};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["vector_cosine_similarity"],
        bind: pair,
    },
    Scalar {
        names: &["vector_inner_product"],
        bind: pair,
    },
    Scalar {
        names: &["vector_l2_distance"],
        bind: pair,
    },
    Scalar {
        names: &["vector_norm"],
        bind: norm,
    },
    Scalar {
        names: &["vector_normalize"],
        bind: normalize,
    },
];

/// Whether a type is that of vectors.
pub fn is_vector(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Array { element, .. } if **element == DataType::Float)
}

fn vector_type() -> DataType {
    DataType::Array {
        element: Box::new(DataType::Float),
        contains_null: true,
    }
}

/// The sum of terms as Spark adds them: eight at a time, then the rest one by one.
fn summed(terms: impl Iterator<Item = f64>) -> f64 {
    let terms: Vec<f64> = terms.collect();
    let (eights, rest) = terms.as_chunks::<8>();
    let mut sum = 0.0;
    for eight in eights {
        sum += eight[1..].iter().fold(eight[0], |part, term| part + term);
    }
    rest.iter().fold(sum, |sum, term| sum + term)
}

/// The numbers of a vector; `None` where one is null.
fn numbers(values: &ArrayRef) -> Option<Vec<f64>> {
    let values = values.as_primitive::<Float32Type>();
    let numbers = || {
        values
            .values()
            .iter()
            .map(|value| f64::from(*value))
            .collect()
    };
    (values.null_count() == 0).then(numbers)
}

fn cosine(left: &[f64], right: &[f64]) -> Option<f32> {
    let squares = |vector: &[f64]| summed(vector.iter().map(|v| v * v));
    let length = (squares(left) * squares(right)).sqrt();
    (length != 0.0).then(|| (product(left, right) / length) as f32)
}

fn product(left: &[f64], right: &[f64]) -> f64 {
    summed(left.iter().zip(right).map(|(a, b)| a * b))
}

fn distance(left: &[f64], right: &[f64]) -> f64 {
    let squares = left.iter().zip(right).map(|(a, b)| (a - b) * (a - b));
    summed(squares).sqrt()
}

fn pair(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    for (at, arg) in args.iter().enumerate() {
        if !is_vector(&arg.data_type) {
            return Err(unexpected(name, args, at, "\"ARRAY<FLOAT>\""));
        }
    }
    let of: fn(&[f64], &[f64]) -> Option<f32> = match name {
        "vector_cosine_similarity" => cosine,
        "vector_inner_product" => |a, b| Some(product(a, b) as f32),
        _ => |a, b| Some(distance(a, b) as f32),
    };
    let function = name.to_string();
    let kernel: Kernel = Arc::new(move |args: &[Arg], rows: usize| {
        let [left, right] = [0, 1].map(|at| args[at].array.as_list::<i32>());
        let row = |row: usize| {
            if is_null(args, row) {
                return Ok(None);
            }
            let left = left.value(args[0].at(row));
            let right = right.value(args[1].at(row));
            if left.len() != right.len() {
                return Err(SparkError::new(
                    "VECTOR_DIMENSION_MISMATCH",
                    &[
                        ("functionName", &format!("`{function}`")),
                        ("leftDim", &left.len().to_string()),
                        ("rightDim", &right.len().to_string()),
                    ],
                ));
            }
            Ok(match (numbers(&left), numbers(&right)) {
                (Some(left), Some(right)) => of(&left, &right),
                _ => None,
            })
        };
        let found: Result<Float32Array> = (0..rows).map(row).collect();
        Ok(Arc::new(found?) as ArrayRef)
    });
    Ok(Binding {
        args: vec![vector_type(); 2],
        returns: DataType::Float,
        nullable: true,
        kernel,
    })
}

/// A norm of one, two or infinite degree; `None` where a number is null.
fn length(values: &ArrayRef, degree: f32, function: &str) -> Result<Option<f64>> {
    let all = numbers(values);
    let of = |norm: fn(&[f64]) -> f64| Ok(all.as_deref().map(norm));
    match degree {
        1.0 => of(|v| summed(v.iter().map(|v| v.abs()))),
        2.0 => of(|v| summed(v.iter().map(|v| v * v)).sqrt()),
        f32::INFINITY => of(|v| {
            let nan = v.iter().any(|v| v.is_nan());
            let most = v.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
            if nan { f64::NAN } else { most }
        }),
        other => {
            let mut shown = String::new();
            crate::types::write_f32(other, &mut shown);
            let parameters = [
                ("functionName", &*format!("`{function}`")),
                ("degree", &shown),
            ];
            Err(SparkError::new("INVALID_VECTOR_NORM_DEGREE", &parameters))
        }
    }
}

fn check_norm(name: &str, args: &[ArgType]) -> Result<()> {
    arity(name, args, 1, 2)?;
    if !is_vector(&args[0].data_type) {
        return Err(unexpected(name, args, 0, "\"ARRAY<FLOAT>\""));
    }
    match args.get(1).map(|arg| &arg.data_type) {
        None | Some(DataType::Float) => Ok(()),
        Some(_) => Err(unexpected(name, args, 1, "\"FLOAT\"")),
    }
}

/// A row's degree, two where none is given.
fn degree(args: &[Arg], row: usize) -> f32 {
    let given = args.get(1);
    given.map_or(2.0, |arg| {
        arg.array.as_primitive::<Float32Type>().value(arg.at(row))
    })
}

fn types_of(args: &[ArgType]) -> Vec<DataType> {
    [vector_type(), DataType::Float][..args.len()].to_vec()
}

fn norm(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    check_norm(name, args)?;
    let function = name.to_string();
    let kernel: Kernel = Arc::new(move |args: &[Arg], rows: usize| {
        let vectors = args[0].array.as_list::<i32>();
        let row = |row: usize| {
            if is_null(args, row) {
                return Ok(None);
            }
            let vector = vectors.value(args[0].at(row));
            let found = length(&vector, degree(args, row), &function)?;
            Ok(found.map(|length| length as f32))
        };
        let found: Result<Float32Array> = (0..rows).map(row).collect();
        Ok(Arc::new(found?) as ArrayRef)
    });
    Ok(Binding {
        args: types_of(args),
        returns: DataType::Float,
        nullable: true,
        kernel,
    })
}

fn normalize(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    check_norm(name, args)?;
    let returns = DataType::Array {
        element: Box::new(DataType::Float),
        contains_null: false,
    };
    let (function, storage) = (name.to_string(), returns.to_arrow());
    let kernel: Kernel = Arc::new(move |args: &[Arg], rows: usize| {
        if rows > 1 && args.iter().all(|arg| arg.is_scalar) {
            return expand(normalized(args, 1, &function, &storage)?, rows);
        }
        normalized(args, rows, &function, &storage)
    });
    Ok(Binding {
        args: types_of(args),
        returns,
        nullable: true,
        kernel,
    })
}

fn normalized(
    args: &[Arg],
    rows: usize,
    function: &str,
    storage: &arrow::datatypes::DataType,
) -> Result<ArrayRef> {
    let arrow::datatypes::DataType::List(field) = storage else {
        return Err(SparkError::internal("a vector is no list"));
    };
    let vectors = args[0].array.as_list::<i32>();
    let (mut values, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let before = values.len();
        let mut is_there = false;
        if !is_null(args, row) {
            let vector = vectors.value(args[0].at(row));
            let length = length(&vector, degree(args, row), function)?;
            let all = numbers(&vector).zip(length);
            if let Some((numbers, length)) = all.filter(|(all, l)| all.is_empty() || *l != 0.0) {
                values.extend(numbers.iter().map(|number| (number / length) as f32));
                is_there = true;
            }
        }
        valid.push(is_there);
        lengths.push(values.len() - before);
    }
    let list = ListArray::try_new(
        Arc::clone(field),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(Float32Array::from(values)),
        Some(valid.into()),
    );
    Ok(Arc::new(list.map_err(SparkError::internal)?))
}
