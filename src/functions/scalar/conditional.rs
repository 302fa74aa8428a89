//! Functions that look at nulls and choose between values.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DynComparator, make_comparator, new_null_array,
};
use arrow::compute::{SortOptions, interleave};

use super::coercion::{common_type_of, comparison_type};
use super::kernel::{arrow_error, unary};
use super::typing::{
    Want, any_nullable, arity, different_operands, different_types, expect, mismatch, unexpected,
};
use super::zeros::with_one_zero;
use crate::error::Result;
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["coalesce"],
        bind: coalesce,
    },
    Scalar {
        names: &["nvl", "ifnull"],
        bind: two_coalesced,
    },
    Scalar {
        names: &["nvl2"],
        bind: nvl2,
    },
    Scalar {
        names: &["nullif"],
        bind: nullif,
    },
    Scalar {
        names: &["if"],
        bind: if_else,
    },
    Scalar {
        names: &["isnull"],
        bind: |n, a, _| null_test(n, a, true),
    },
    Scalar {
        names: &["isnotnull"],
        bind: |n, a, _| null_test(n, a, false),
    },
    Scalar {
        names: &["isnan"],
        bind: isnan,
    },
    Scalar {
        names: &["nanvl"],
        bind: nanvl,
    },
    Scalar {
        names: &["greatest"],
        bind: |n, a, s| extreme(n, a, s, Ordering::Greater),
    },
    Scalar {
        names: &["least"],
        bind: |n, a, s| extreme(n, a, s, Ordering::Less),
    },
];

/// Builds a column by choosing for each row an argument, or null.
fn choose(
    args: &[Arg],
    rows: usize,
    storage: &arrow::datatypes::DataType,
    mut pick: impl FnMut(usize) -> Option<usize>,
) -> Result<ArrayRef> {
    let null = new_null_array(storage, 1);
    let mut arrays: Vec<&dyn Array> = args.iter().map(|a| a.array.as_ref()).collect();
    arrays.push(null.as_ref());
    let places: Vec<_> = (0..rows)
        .map(|row| match pick(row) {
            Some(arg) => (arg, args[arg].at(row)),
            None => (args.len(), 0),
        })
        .collect();
    interleave(&arrays, &places).map_err(arrow_error)
}

fn common(name: &str, args: &[ArgType], settings: &Settings) -> Result<DataType> {
    common_type_of(args.iter().map(|a| &a.data_type), settings.ansi)
        .ok_or_else(|| different_types(name, args))
}

/// The common type where a string is not read as what stands beside it.
fn common_without_strings(name: &str, args: &[ArgType], settings: &Settings) -> Result<DataType> {
    let texts = args
        .iter()
        .filter(|a| a.data_type == DataType::String)
        .count();
    let nulls = args
        .iter()
        .filter(|a| a.data_type == DataType::Null)
        .count();
    let common = common_type_of(args.iter().map(|a| &a.data_type), settings.ansi);
    match common {
        Some(common) if texts == 0 || texts + nulls == args.len() => Ok(common),
        _ => {
            let types: Vec<_> = args
                .iter()
                .map(|a| format!("\"{}\"", a.data_type.sql()))
                .collect();
            Err(mismatch(
                "DATA_DIFF_TYPES",
                name,
                args,
                &[
                    ("functionName", &format!("`{name}`")),
                    ("dataType", &format!("[{}]", types.join(", "))),
                ],
            ))
        }
    }
}

fn coalesce(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, usize::MAX)?;
    let returns = common(name, args, settings)?;
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        // The usual case: the first column has no nulls, or all do.
        if let Some(first) = args.first()
            && !first.is_scalar
            && first.array.null_count() == 0
            && *first.array.data_type() == storage
        {
            return Ok(Arc::clone(&first.array));
        }
        choose(args, rows, &storage, |row| {
            args.iter().position(|arg| !arg.array.is_null(arg.at(row)))
        })
    });
    let nullable = args.iter().all(|a| a.nullable);
    Ok(Binding {
        args: vec![returns.clone(); args.len()],
        returns,
        nullable,
        kernel,
    })
}

fn two_coalesced(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    coalesce("coalesce", args, settings)
}

fn nvl2(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let returns = common("if", &args[1..], settings)?;
    let storage = returns.to_arrow();
    let nullable = args[1].nullable || args[2].nullable;
    let types = vec![args[0].data_type.clone(), returns.clone(), returns.clone()];
    let kernel: Kernel = Arc::new(move |args, rows| {
        let test = &args[0];
        let nulls = test.array.logical_nulls();
        choose(&args[1..], rows, &storage, |row| {
            Some(usize::from(
                nulls.as_ref().is_some_and(|n| n.is_null(test.at(row))),
            ))
        })
    });
    Ok(Binding {
        args: types,
        returns,
        nullable,
        kernel,
    })
}

fn if_else(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    if !matches!(args[0].data_type, DataType::Boolean | DataType::Null) {
        return Err(unexpected(name, args, 0, "\"BOOLEAN\""));
    }
    let returns = common(name, &args[1..], settings)?;
    let storage = returns.to_arrow();
    let nullable = args[1].nullable || args[2].nullable;
    let types = vec![DataType::Boolean, returns.clone(), returns.clone()];
    let kernel: Kernel = Arc::new(move |args, rows| {
        let test = &args[0];
        let values = test.array.as_boolean();
        choose(&args[1..], rows, &storage, |row| {
            let at = test.at(row);
            Some(usize::from(values.is_null(at) || !values.value(at)))
        })
    });
    Ok(Binding {
        args: types,
        returns,
        nullable,
        kernel,
    })
}

/// Compares values of two arrays by Spark's order: NaN is the greatest number, and there
/// is one zero.
pub fn comparator(left: &ArrayRef, right: &ArrayRef) -> Result<DynComparator> {
    let (left, right) = (with_one_zero(left)?, with_one_zero(right)?);
    make_comparator(&left, &right, SortOptions::default()).map_err(arrow_error)
}

/// The same of arrays without zeros that have a sign: nothing is looked through again.
pub fn sound_comparator(left: &ArrayRef, right: &ArrayRef) -> Result<DynComparator> {
    make_comparator(left, right, SortOptions::default()).map_err(arrow_error)
}

fn nullif(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let (left, right) = (&args[0].data_type, &args[1].data_type);
    let compared =
        comparison_type(left, right, settings.ansi).ok_or_else(|| different_operands("=", args))?;
    let storage = compared.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let equal = comparator(&args[0].array, &args[1].array)?;
        choose(&args[..1], rows, &storage, |row| {
            let (a, b) = (args[0].at(row), args[1].at(row));
            let both = !args[0].array.is_null(a) && !args[1].array.is_null(b);
            (!(both && equal(a, b) == Ordering::Equal)).then_some(0)
        })
    });
    Ok(Binding {
        args: vec![compared.clone(); 2],
        returns: compared,
        nullable: true,
        kernel,
    })
}

fn null_test(name: &str, args: &[ArgType], null: bool) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let kernel: Kernel = Arc::new(move |args, rows| {
        let arg = &args[0];
        let nulls = arg.array.logical_nulls();
        let is_null = |row| nulls.as_ref().is_some_and(|n| n.is_null(arg.at(row)));
        Ok(Arc::new(
            (0..rows)
                .map(|row| Some(is_null(row) == null))
                .collect::<BooleanArray>(),
        ))
    });
    let types = vec![args[0].data_type.clone()];
    Ok(Binding {
        args: types,
        returns: DataType::Boolean,
        nullable: false,
        kernel,
    })
}

fn floating() -> Want {
    Want::OneOf(vec![Want::Is(DataType::Double), Want::Is(DataType::Float)])
}

fn isnan(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect(name, args, settings, &[floating()])?;
    let mut bound = unary::<f64, bool>(vec![DataType::Double], DataType::Boolean, false, |v| {
        Ok(Some(v.is_nan()))
    });
    let plain = bound.kernel;
    bound.kernel = Arc::new(move |args, rows| {
        let found = plain(args, rows)?;
        // A null is not NaN.
        Ok(Arc::new(
            found
                .as_boolean()
                .iter()
                .map(|v| Some(v.unwrap_or(false)))
                .collect::<BooleanArray>(),
        ))
    });
    Ok(bound)
}

fn nanvl(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let found = expect(name, args, settings, &[floating(), floating()])?;
    let both_float = found.iter().all(|t| *t == DataType::Float);
    let returns = if both_float {
        DataType::Float
    } else {
        DataType::Double
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let values = arrow::compute::cast(&args[0].array, &arrow::datatypes::DataType::Float64)
            .map_err(arrow_error)?;
        let values = values.as_primitive::<arrow::datatypes::Float64Type>();
        choose(args, rows, &storage, |row| {
            let at = args[0].at(row);
            Some(usize::from(
                !values.is_null(at) && values.value(at).is_nan(),
            ))
        })
    });
    Ok(Binding {
        args: vec![returns.clone(); 2],
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

/// `greatest` and `least`: nulls do not count.
fn extreme(name: &str, args: &[ArgType], settings: &Settings, wanted: Ordering) -> Result<Binding> {
    arity(name, args, 2, usize::MAX)?;
    let returns = common_without_strings(name, args, settings)?;
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let mut compare = Vec::with_capacity(args.len() * args.len());
        for left in args {
            for right in args {
                compare.push(comparator(&left.array, &right.array)?);
            }
        }
        choose(args, rows, &storage, |row| {
            let valid = (0..args.len()).filter(|i| !args[*i].array.is_null(args[*i].at(row)));
            valid.reduce(|best, next| {
                let order =
                    compare[next * args.len() + best](args[next].at(row), args[best].at(row));
                if order == wanted { next } else { best }
            })
        })
    });
    let nullable = args.iter().all(|a| a.nullable);
    Ok(Binding {
        args: vec![returns.clone(); args.len()],
        returns,
        nullable,
        kernel,
    })
}
