//! Arrays with a value put in (`array_insert`), without their nulls (`array_compact`), and
//! in their own order (`array_sort` without a comparator).

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int32Type;

use super::arrays::{gathered, span, with_element};
use crate::error::{Result, SparkError};
use crate::functions::scalar::conditional::comparator;
use crate::functions::scalar::kernel::is_null;
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect, mismatch, unexpected};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["array_insert"],
        bind: insert,
    },
    Scalar {
        names: &["array_compact"],
        bind: compact,
    },
    Scalar {
        names: &["array_sort"],
        bind: sort,
    },
];

fn different(name: &str, args: &[ArgType]) -> SparkError {
    let kind = |index: usize| format!("\"{}\"", args[index].data_type.sql());
    mismatch(
        "ARRAY_FUNCTION_DIFF_TYPES",
        name,
        args,
        &[
            ("functionName", &format!("`{name}`")),
            ("dataType", "\"ARRAY\""),
            ("leftType", &kind(0)),
            ("rightType", &kind(2)),
        ],
    )
}

fn insert(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    if !matches!(args[0].data_type, DataType::Array { .. }) {
        return Err(different(name, args));
    }
    let sides = [args[0].clone(), args[2].clone()];
    let types = with_element(name, &sides, settings).map_err(|_| different(name, args))?;
    let position = &args[1].data_type;
    if !matches!(
        position,
        DataType::Byte | DataType::Short | DataType::Integer | DataType::Null
    ) {
        return Err(unexpected(name, args, 1, "\"INT\""));
    }
    let returns = DataType::Array {
        element: Box::new(types[1].clone()),
        // Places between the end and a position beyond it are null.
        contains_null: true,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let null = arrow::array::new_null_array(lists.values().data_type(), 1);
        let sources: [&dyn Array; 3] = [lists.values(), &args[2].array, &null];
        let row = |row: usize| inserted(args, row);
        gathered(&storage, &sources, (0..rows).map(row))
    });
    Ok(Binding {
        args: vec![types[0].clone(), DataType::Integer, types[1].clone()],
        returns,
        nullable: args[0].nullable || args[1].nullable,
        kernel,
    })
}

/// The places of a row: 0 is in the array, 1 the value, 2 null.
fn inserted(args: &[Arg], row: usize) -> Result<Option<Vec<(usize, usize)>>> {
    if is_null(&args[..2], row) {
        return Ok(None);
    }
    let lists = args[0].array.as_list::<i32>();
    let position = args[1].array.as_primitive::<Int32Type>();
    let position = i64::from(position.value(args[1].at(row)));
    let held = span(lists, args[0].at(row)).map(|place| (0, place));
    let (count, value) = (held.len() as i64, (1, args[2].at(row)));
    let nulls = |count: i64| std::iter::repeat_n((2, 0), usize::try_from(count).unwrap_or(0));
    if position == 0 {
        return Err(SparkError::new("INVALID_INDEX_OF_ZERO", &[]));
    }
    // From the end, the value itself counts as the last place.
    let before = if position > 0 {
        position - 1
    } else {
        count + position + 1
    };
    let length = (count + 1).max(before + 1).max(count - before + 1);
    within_limit("array_insert", length)?;
    let mut places: Vec<_> = Vec::with_capacity(held.len() + 1);
    if before < 0 {
        places.push(value);
        places.extend(nulls(-before));
        places.extend(held);
    } else {
        places.extend(held);
        places.extend(nulls(before - count));
        places.insert(before as usize, value);
    }
    Ok(Some(places))
}

/// The most elements that an array of Spark's may have.
const MOST: i128 = i32::MAX as i128 - 15;

/// Fails where an array would have more elements than it may.
fn within_limit(function: &str, elements: i64) -> Result<()> {
    if i128::from(elements) <= MOST {
        return Ok(());
    }
    Err(SparkError::new(
        "COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION",
        &[
            ("numberOfElements", &elements.to_string()),
            ("maxRoundedArrayLength", &MOST.to_string()),
            ("functionName", &format!("`{function}`")),
        ],
    ))
}

/// Fails where a count asks for more elements than an array may have.
pub(super) fn within_count(function: &str, count: i128) -> Result<()> {
    if count <= MOST {
        return Ok(());
    }
    Err(SparkError::new(
        "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER",
        &[
            ("numberOfElements", &count.to_string()),
            ("maxRoundedArrayLength", &MOST.to_string()),
            ("parameter", "`count`"),
            ("functionName", &format!("`{function}`")),
        ],
    ))
}

fn compact(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Array])?;
    let returns = match &types[0] {
        DataType::Array { element, .. } => DataType::Array {
            element: element.clone(),
            contains_null: false,
        },
        other => other.clone(),
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let values = lists.values();
        let nulls = values.logical_nulls();
        let is_there = |place: &usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*place));
        let row = |row: usize| {
            let places = span(lists, args[0].at(row)).filter(is_there);
            Ok((!is_null(args, row)).then(|| places.map(|place| (0, place)).collect()))
        };
        gathered(&storage, &[values.as_ref()], (0..rows).map(row))
    });
    Ok(Binding {
        args: types,
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

/// Ascending, nulls last.
fn sort(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let types = expect(name, args, settings, &[Want::Array])?;
    let returns = types[0].clone();
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let values = lists.values();
        let compare = comparator(values, values)?;
        let row = |row: usize| {
            if is_null(args, row) {
                return Ok(None);
            }
            let mut places: Vec<usize> = span(lists, args[0].at(row)).collect();
            places.sort_by(|a, b| match (values.is_null(*a), values.is_null(*b)) {
                (false, false) => compare(*a, *b),
                (x, y) => x.cmp(&y),
            });
            Ok(Some(places.into_iter().map(|place| (0, place)).collect()))
        };
        gathered(&storage, &[values.as_ref()], (0..rows).map(row))
    });
    Ok(Binding {
        args: types,
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}
