//! Functions over whole arrays and maps.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, ListArray, UInt64Array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::{interleave, take};
use arrow::datatypes::DataType as ArrowType;

use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::common_type;
use crate::functions::scalar::conditional::{comparator, sound_comparator};
use crate::functions::scalar::kernel::{arrow_error, is_null};
use crate::functions::scalar::typing::{Want, arity, expect, mismatch, unexpected};
use crate::functions::scalar::zeros::{args_with_one_zero, with_one_zero};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["size", "cardinality"],
        bind: size,
    },
    Scalar {
        names: &["array_size"],
        bind: array_size,
    },
    Scalar {
        names: &["array_contains"],
        bind: array_contains,
    },
    Scalar {
        names: &["array_position"],
        bind: array_position,
    },
    Scalar {
        names: &["array_min"],
        bind: |n, a, s| extreme(n, a, s, std::cmp::Ordering::Less),
    },
    Scalar {
        names: &["array_max"],
        bind: |n, a, s| extreme(n, a, s, std::cmp::Ordering::Greater),
    },
    Scalar {
        names: &["sort_array"],
        bind: sort_array,
    },
    Scalar {
        names: &["array_distinct"],
        bind: array_distinct,
    },
    Scalar {
        names: &["slice"],
        bind: slice,
    },
];

/// Where a row's elements lie in the values of a list.
pub fn span(lists: &ListArray, at: usize) -> std::ops::Range<usize> {
    let offsets = lists.value_offsets();
    offsets[at] as usize..offsets[at + 1] as usize
}

pub fn list_field(storage: &ArrowType) -> Result<&arrow::datatypes::FieldRef> {
    match storage {
        ArrowType::List(field) => Ok(field),
        _ => Err(SparkError::internal("an array is stored as a list")),
    }
}

/// Builds arrays out of places in other arrays; `None` is a null row.
pub fn gathered(
    storage: &ArrowType,
    sources: &[&dyn Array],
    rows: impl Iterator<Item = Result<Option<Vec<(usize, usize)>>>>,
) -> Result<ArrayRef> {
    let (mut places, mut ends, mut valid) = (Vec::new(), vec![0_i32], Vec::new());
    for row in rows {
        let row = row?;
        valid.push(row.is_some());
        places.extend(row.unwrap_or_default());
        ends.push(places.len() as i32);
    }
    let values = interleave(sources, &places).map_err(arrow_error)?;
    let nulls = NullBuffer::new(BooleanBuffer::from(valid));
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    let offsets = OffsetBuffer::new(ScalarBuffer::from(ends));
    let built = ListArray::try_new(Arc::clone(list_field(storage)?), offsets, values, nulls);
    Ok(Arc::new(built.map_err(arrow_error)?))
}

/// Arrays one after another; all have the type `returns`.
pub fn concat_arrays(returns: DataType, count: usize, nullable: bool) -> Binding {
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists: Vec<_> = args.iter().map(|a| a.array.as_list::<i32>()).collect();
        let sources: Vec<&dyn Array> = lists.iter().map(|l| l.values().as_ref()).collect();
        gathered(
            &storage,
            &sources,
            (0..rows).map(|row| {
                if is_null(args, row) {
                    return Ok(None);
                }
                let parts = lists.iter().zip(args).enumerate();
                Ok(Some(
                    parts
                        .flat_map(|(i, (l, a))| span(l, a.at(row)).map(move |p| (i, p)))
                        .collect(),
                ))
            }),
        )
    });
    Binding {
        args: vec![returns.clone(); count],
        returns,
        nullable,
        kernel,
    }
}

fn lengths(arg: &Arg, rows: usize) -> Result<Vec<Option<i32>>> {
    let offsets: &[i32] = match arg.array.data_type() {
        ArrowType::Map(..) => arg.array.as_map().value_offsets(),
        _ => arg.array.as_list::<i32>().value_offsets(),
    };
    let one = |at: usize| (!arg.array.is_null(at)).then(|| offsets[at + 1] - offsets[at]);
    Ok((0..rows).map(|row| one(arg.at(row))).collect())
}

fn size(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    if !matches!(
        args[0].data_type,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Null
    ) {
        return Err(unexpected("size", args, 0, "(\"ARRAY\" or \"MAP\")"));
    }
    // Outside ANSI mode the size of a null is -1.
    let of_null = (!settings.ansi).then_some(-1);
    let kernel: Kernel = Arc::new(move |args, rows| {
        let found = lengths(&args[0], rows)?.into_iter().map(|n| n.or(of_null));
        Ok(Arc::new(found.collect::<Int32Array>()))
    });
    let nullable = settings.ansi && args[0].nullable;
    let types = expect(
        name,
        args,
        settings,
        &[Want::OneOf(vec![Want::Array, Want::Map])],
    )?;
    Ok(Binding {
        args: types,
        returns: DataType::Integer,
        nullable,
        kernel,
    })
}

fn array_size(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Array])?;
    let kernel: Kernel =
        Arc::new(|args, rows| Ok(Arc::new(Int32Array::from(lengths(&args[0], rows)?))));
    Ok(Binding {
        args: types,
        returns: DataType::Integer,
        nullable: args[0].nullable,
        kernel,
    })
}

/// The types of an array and a value of its element type, without strings standing
/// in for other types.
pub fn with_element(name: &str, args: &[ArgType], settings: &Settings) -> Result<Vec<DataType>> {
    let DataType::Array {
        element,
        contains_null,
    } = &args[0].data_type
    else {
        return Err(unexpected(name, args, 0, "\"ARRAY\""));
    };
    let value = &args[1].data_type;
    let strings = (**element == DataType::String) != (*value == DataType::String);
    let void = *value == DataType::Null || **element == DataType::Null;
    match common_type(element, value, settings.ansi).filter(|_| !strings || void) {
        Some(common) => Ok(vec![
            DataType::Array {
                element: Box::new(common.clone()),
                contains_null: *contains_null,
            },
            common,
        ]),
        None => {
            let (left, right) = (args[0].data_type.sql(), value.sql());
            Err(mismatch(
                "ARRAY_FUNCTION_DIFF_TYPES",
                name,
                args,
                &[
                    ("functionName", &format!("`{name}`")),
                    ("dataType", "\"ARRAY\""),
                    ("leftType", &format!("\"{left}\"")),
                    ("rightType", &format!("\"{right}\"")),
                ],
            ))
        }
    }
}

fn contains_null(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Array {
            contains_null: true,
            ..
        }
    )
}

/// A place, if found, and whether a null was seen.
type Found = (Option<usize>, bool);

/// The first place of a value among a row's elements, and whether a null was seen.
fn search(args: &[Arg], rows: usize) -> Result<Vec<Option<Found>>> {
    let lists = args[0].array.as_list::<i32>();
    let compare = comparator(lists.values(), &args[1].array)?;
    Ok((0..rows)
        .map(|row| {
            if is_null(args, row) {
                return None;
            }
            let (places, value) = (span(lists, args[0].at(row)), args[1].at(row));
            let start = places.start;
            let has_null = lists.values().null_count() > 0
                && places.clone().any(|p| lists.values().is_null(p));
            let mut valid = places.filter(|p| !lists.values().is_null(*p));
            Some((
                valid
                    .find(|p| compare(*p, value).is_eq())
                    .map(|p| p - start),
                has_null,
            ))
        })
        .collect())
}

fn array_contains(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    if args[1].data_type == DataType::Null {
        return Err(mismatch(
            "NULL_TYPE",
            name,
            args,
            &[("functionName", &format!("`{name}`"))],
        ));
    }
    let types = with_element(name, args, settings)?;
    let nullable = args.iter().any(|a| a.nullable) || contains_null(&args[0].data_type);
    let kernel: Kernel = Arc::new(|args, rows| {
        let found = search(args, rows)?.into_iter().map(|row| {
            let (place, has_null) = row?;
            // A null might have been the value.
            if place.is_none() && has_null {
                None
            } else {
                Some(place.is_some())
            }
        });
        Ok(Arc::new(found.collect::<BooleanArray>()))
    });
    Ok(Binding {
        args: types,
        returns: DataType::Boolean,
        nullable,
        kernel,
    })
}

fn array_position(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = with_element(name, args, settings)?;
    let nullable = args.iter().any(|a| a.nullable);
    let kernel: Kernel = Arc::new(|args, rows| {
        let found = search(args, rows)?;
        let places = found
            .into_iter()
            .map(|row| row.map(|(p, _)| p.map_or(0, |p| p as i64 + 1)));
        Ok(Arc::new(places.collect::<Int64Array>()))
    });
    Ok(Binding {
        args: types,
        returns: DataType::Long,
        nullable,
        kernel,
    })
}

fn element_of(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Array { element, .. } => (**element).clone(),
        _ => DataType::Null,
    }
}

fn extreme(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    wanted: std::cmp::Ordering,
) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Array])?;
    let returns = element_of(&types[0]);
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let values = lists.values();
        let compare = comparator(values, values)?;
        let best = (0..rows).map(|row| {
            let at = args[0].at(row);
            if lists.is_null(at) {
                return None;
            }
            let valid = span(lists, at).filter(|p| !values.is_null(*p));
            valid
                .reduce(|a, b| if compare(b, a) == wanted { b } else { a })
                .map(|p| p as u64)
        });
        take(values, &best.collect::<UInt64Array>(), None).map_err(arrow_error)
    });
    Ok(Binding {
        args: types,
        returns,
        nullable: true,
        kernel,
    })
}

/// A function that gives an array of the same type out of the places of each row.
fn rearranged(
    types: Vec<DataType>,
    nullable: bool,
    f: impl Fn(&ArrayRef, &[Arg], usize, std::ops::Range<usize>) -> Result<Vec<usize>>
    + Send
    + Sync
    + 'static,
) -> Binding {
    let returns = types[0].clone();
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let values = lists.values();
        let compared = with_one_zero(values)?;
        gathered(
            &storage,
            &[values.as_ref()],
            (0..rows).map(|row| {
                if is_null(args, row) {
                    return Ok(None);
                }
                let places = f(&compared, args, row, span(lists, args[0].at(row)))?;
                Ok(Some(places.into_iter().map(|p| (0, p)).collect()))
            }),
        )
    });
    Binding {
        args: types,
        returns,
        nullable,
        kernel,
    }
}

/// `reverse` of an array; that of a string is with the strings.
pub fn reverse(args: &[ArgType]) -> Binding {
    let types = vec![args[0].data_type.clone()];
    rearranged(types, args[0].nullable, |_, _, _, places| {
        Ok(places.rev().collect())
    })
}

/// Nulls come first in ascending order, last in descending.
fn sort_array(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let types = expect(
        name,
        args,
        settings,
        &[Want::Array, Want::Is(DataType::Boolean)],
    )?;
    Ok(rearranged(
        types,
        args.iter().any(|a| a.nullable),
        |values, args, row, places| {
            let compare = sound_comparator(values, values)?;
            let ascending = args
                .get(1)
                .is_none_or(|a| a.array.as_boolean().value(a.at(row)));
            let mut order: Vec<usize> = places.collect();
            order.sort_by(|a, b| {
                let found = match (values.is_null(*a), values.is_null(*b)) {
                    (false, false) => compare(*a, *b),
                    (x, y) => y.cmp(&x),
                };
                if ascending { found } else { found.reverse() }
            });
            Ok(order)
        },
    ))
}

fn array_distinct(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Array])?;
    let bound = rearranged(types, args[0].nullable, |values, _, _, places| {
        let compare = sound_comparator(values, values)?;
        let mut kept: Vec<usize> = Vec::new();
        for place in places {
            let null = values.is_null(place);
            let seen = kept.iter().any(|k| match (values.is_null(*k), null) {
                (false, false) => compare(*k, place).is_eq(),
                (a, b) => a && b,
            });
            if !seen {
                kept.push(place);
            }
        }
        Ok(kept)
    });
    let kernel = bound.kernel;
    Ok(Binding {
        kernel: Arc::new(move |args, rows| kernel(&args_with_one_zero(args)?, rows)),
        ..bound
    })
}

fn slice(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let int = || Want::Is(DataType::Integer);
    let types = expect(name, args, settings, &[Want::Array, int(), int()])?;
    Ok(rearranged(
        types,
        args.iter().any(|a| a.nullable),
        |_, args, row, places| {
            let number = |i: usize| {
                let arg = &args[i];
                i64::from(
                    arg.array
                        .as_primitive::<arrow::datatypes::Int32Type>()
                        .value(arg.at(row)),
                )
            };
            let (start, length) = (number(1), number(2));
            let refused = |parameter: &str| {
                let parameter = format!("`{parameter}`");
                vec![
                    ("parameter", parameter),
                    ("functionName", "`slice`".to_string()),
                    ("length", length.to_string()),
                ]
            };
            let raise = |condition: &str, parameters: Vec<(&str, String)>| {
                let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
                Err(SparkError::new(condition, &borrowed))
            };
            if start == 0 {
                return raise("INVALID_PARAMETER_VALUE.START", refused("start"));
            }
            if length < 0 {
                return raise("INVALID_PARAMETER_VALUE.LENGTH", refused("length"));
            }
            let count = places.len() as i64;
            let first = if start > 0 { start - 1 } else { count + start };
            if first < 0 || first >= count {
                return Ok(Vec::new());
            }
            let last = (first + length).min(count);
            Ok((places.start + first as usize..places.start + last as usize).collect())
        },
    ))
}
