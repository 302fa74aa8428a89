//! Functions over KLL sketches: counts, texts, merges, quantiles and ranks.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{ArrowPrimitiveType, DataType as ArrowType, Float64Type};
use datasketches::kll::KllFloat;

use super::{BINARY, of_one};
use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{Bytes, binary, is_null, unary};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect};
use crate::functions::sketches::kll;
use crate::functions::{Arg, ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["kll_sketch_to_string_bigint"],
        bind: kll_of::<i64>,
    },
    Scalar {
        names: &["kll_sketch_to_string_float"],
        bind: kll_of::<KllFloat<f32>>,
    },
    Scalar {
        names: &["kll_sketch_to_string_double"],
        bind: kll_of::<KllFloat<f64>>,
    },
    Scalar {
        names: &["kll_sketch_get_n_bigint"],
        bind: kll_of::<i64>,
    },
    Scalar {
        names: &["kll_sketch_get_n_float"],
        bind: kll_of::<KllFloat<f32>>,
    },
    Scalar {
        names: &["kll_sketch_get_n_double"],
        bind: kll_of::<KllFloat<f64>>,
    },
    Scalar {
        names: &["kll_sketch_merge_bigint"],
        bind: kll_merge::<i64>,
    },
    Scalar {
        names: &["kll_sketch_merge_float"],
        bind: kll_merge::<KllFloat<f32>>,
    },
    Scalar {
        names: &["kll_sketch_merge_double"],
        bind: kll_merge::<KllFloat<f64>>,
    },
    Scalar {
        names: &["kll_sketch_get_quantile_bigint"],
        bind: kll_quantile::<i64>,
    },
    Scalar {
        names: &["kll_sketch_get_quantile_float"],
        bind: kll_quantile::<KllFloat<f32>>,
    },
    Scalar {
        names: &["kll_sketch_get_quantile_double"],
        bind: kll_quantile::<KllFloat<f64>>,
    },
    Scalar {
        names: &["kll_sketch_get_rank_bigint"],
        bind: kll_rank::<i64>,
    },
    Scalar {
        names: &["kll_sketch_get_rank_float"],
        bind: kll_rank::<KllFloat<f32>>,
    },
    Scalar {
        names: &["kll_sketch_get_rank_double"],
        bind: kll_rank::<KllFloat<f64>>,
    },
];

/// `kll_sketch_get_n_…` and `kll_sketch_to_string_…`.
fn kll_of<N: kll::Number>(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[BINARY])?;
    let (function, nullable) = (name.to_string(), args[0].nullable);
    Ok(match name.contains("get_n") {
        true => unary::<Bytes, i64>(types, DataType::Long, nullable, move |bytes| {
            Ok(Some(kll::read::<N>(bytes, &function)?.n() as i64))
        }),
        false => unary::<Bytes, String>(types, DataType::String, nullable, move |bytes| {
            kll::summary::<N>(bytes, &function).map(Some)
        }),
    })
}

fn kll_merge<N: kll::Number>(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[BINARY, BINARY])?;
    let function = name.to_string();
    Ok(binary::<Bytes, Bytes, Vec<u8>>(
        types,
        DataType::Binary,
        any_nullable(args),
        move |left, right| kll::merged::<N>(left, right, &function).map(Some),
    ))
}

/// A sketch and what is asked of it: one number, or a list of them.
fn one_or_list(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    asked: &DataType,
) -> Result<Vec<DataType>> {
    arity(name, args, 2, 2)?;
    let list = DataType::Array {
        element: Box::new(asked.clone()),
        contains_null: false,
    };
    let want = Want::OneOf(vec![Want::Is(asked.clone()), Want::Is(list)]);
    expect(name, args, settings, &[BINARY, want])
}

/// Answers for one number a row, or for the numbers of a list.
fn answers<N: kll::Number, A: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    args: &[Arg],
    rows: usize,
    function: &str,
    answer: impl Fn(&datasketches::kll::KllSketch<N>, A::Native) -> Result<O::Native>,
) -> Result<ArrayRef> {
    use arrow::array::PrimitiveArray;
    let sketches = args[0].array.as_binary::<i32>();
    let read = |row: usize| kll::read::<N>(sketches.value(args[0].at(row)), function);
    let Some(lists) = args[1].array.as_list_opt::<i32>() else {
        let asked = args[1].array.as_primitive::<A>();
        let values = (0..rows).map(|row| match is_null(args, row) {
            true => Ok(None),
            false => answer(&read(row)?, asked.value(args[1].at(row))).map(Some),
        });
        return Ok(Arc::new(values.collect::<Result<PrimitiveArray<O>>>()?));
    };
    let (mut values, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let is_there = !is_null(args, row);
        valid.push(is_there);
        let before = values.len();
        if is_there {
            let (sketch, asked) = (read(row)?, lists.value(args[1].at(row)));
            for value in asked.as_primitive::<A>().values() {
                values.push(answer(&sketch, *value)?);
            }
        }
        lengths.push(values.len() - before);
    }
    let field = arrow::datatypes::Field::new("element", O::DATA_TYPE, false);
    let values = PrimitiveArray::<O>::from_iter_values(values);
    let list = ListArray::try_new(
        Arc::new(field),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(values),
        Some(valid.into()),
    );
    Ok(Arc::new(list.map_err(SparkError::internal)?))
}

/// The type of one answer or, where a list is asked, of many.
fn answered(asked: &DataType, one: DataType) -> DataType {
    match asked {
        DataType::Array { .. } => DataType::Array {
            element: Box::new(one),
            contains_null: false,
        },
        _ => one,
    }
}

/// The storage that a list's elements have.
fn as_returned(array: ArrayRef, returns: &ArrowType) -> Result<ArrayRef> {
    let (ArrowType::List(field), Some(list)) = (returns, array.as_list_opt::<i32>()) else {
        return Ok(array);
    };
    let named = ListArray::try_new(
        Arc::clone(field),
        list.offsets().clone(),
        Arc::clone(list.values()),
        list.nulls().cloned(),
    );
    Ok(Arc::new(named.map_err(SparkError::internal)?))
}

fn kll_quantile<N: kll::Number>(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    let types = one_or_list(name, args, settings, &DataType::Double)?;
    let returns = answered(&types[1], N::TYPE);
    let (function, storage) = (name.to_string(), returns.to_arrow());
    let kernel = of_one(move |args, rows| {
        let found = answers::<N, Float64Type, N::Arrow>(args, rows, &function, |sketch, rank| {
            Ok(kll::quantile(sketch, rank, &function)?.native())
        });
        as_returned(found?, &storage)
    });
    Ok(Binding {
        args: types,
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

fn kll_rank<N: kll::Number>(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let types = one_or_list(name, args, settings, &N::TYPE)?;
    let returns = answered(&types[1], DataType::Double);
    let (function, storage) = (name.to_string(), returns.to_arrow());
    let kernel = of_one(move |args, rows| {
        let found = answers::<N, N::Arrow, Float64Type>(args, rows, &function, |sketch, value| {
            kll::rank(sketch, value, &function)
        });
        as_returned(found?, &storage)
    });
    Ok(Binding {
        args: types,
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}
