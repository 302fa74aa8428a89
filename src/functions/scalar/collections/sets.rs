//! Arrays as sets (`array_union`, `array_intersect`, `array_except`, `arrays_overlap`)
//! and arrays with a value more or less.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, DynComparator, ListArray};

use super::arrays::{gathered, span, with_element};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::common_type;
use crate::functions::scalar::conditional::comparator;
use crate::functions::scalar::kernel::is_null;
use crate::functions::scalar::typing::{any_nullable, arity, mismatch, unexpected};
use crate::functions::scalar::zeros::args_with_one_zero;
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["array_union"],
        bind: |n, a, s| combined(n, a, s, Operation::Union),
    },
    Scalar {
        names: &["array_intersect"],
        bind: |n, a, s| combined(n, a, s, Operation::Intersect),
    },
    Scalar {
        names: &["array_except"],
        bind: |n, a, s| combined(n, a, s, Operation::Except),
    },
    Scalar {
        names: &["arrays_overlap"],
        bind: overlap,
    },
    Scalar {
        names: &["array_append"],
        bind: |n, a, s| extended(n, a, s, false),
    },
    Scalar {
        names: &["array_prepend"],
        bind: |n, a, s| extended(n, a, s, true),
    },
    Scalar {
        names: &["array_remove"],
        bind: remove,
    },
];

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Union,
    Intersect,
    Except,
}

/// The common type where neither side may lose its kind: strings and decimals stand
/// only with their own.
fn tightest(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    let common = common_type(left, right, ansi)?;
    if left == right || *left == DataType::Null || *right == DataType::Null {
        return Some(common);
    }
    let decimal = |t: &DataType| matches!(t, DataType::Decimal { .. });
    let fits = if decimal(left) || decimal(right) {
        (common == *left && right.is_integral()) || (common == *right && left.is_integral())
    } else {
        (*left == DataType::String) == (*right == DataType::String)
    };
    fits.then_some(common)
}

fn different(condition: &str, name: &str, args: &[ArgType]) -> SparkError {
    let [left, right] = [0, 1].map(|i| format!("\"{}\"", args[i].data_type.sql()));
    let kind = if condition == "BINARY_ARRAY_DIFF_TYPES" {
        "arrayType"
    } else {
        "dataType"
    };
    mismatch(
        condition,
        name,
        args,
        &[
            ("functionName", &format!("`{name}`")),
            (kind, "\"ARRAY\""),
            ("leftType", &left),
            ("rightType", &right),
        ],
    )
}

/// The common type of two arrays, and whether each may hold nulls.
fn two_arrays(name: &str, args: &[ArgType], settings: &Settings) -> Result<(DataType, [bool; 2])> {
    arity(name, args, 2, 2)?;
    let refused = || different("BINARY_ARRAY_DIFF_TYPES", name, args);
    let (
        DataType::Array {
            element: left,
            contains_null: a,
        },
        DataType::Array {
            element: right,
            contains_null: b,
        },
    ) = (&args[0].data_type, &args[1].data_type)
    else {
        return Err(refused());
    };
    let common = tightest(left, right, settings.ansi).ok_or_else(refused)?;
    Ok((common, [*a, *b]))
}

fn array_of(element: DataType, contains_null: bool) -> DataType {
    DataType::Array {
        element: Box::new(element),
        contains_null,
    }
}

/// Elements of two lists by list (0, 1) and place, compared with nulls equal.
struct Elements<'a> {
    lists: [&'a ListArray; 2],
    compare: [[DynComparator; 2]; 2],
}

impl<'a> Elements<'a> {
    fn of(left: &'a ListArray, right: &'a ListArray) -> Result<Self> {
        let compare = |a: &ListArray, b: &ListArray| comparator(a.values(), b.values());
        Ok(Self {
            lists: [left, right],
            compare: [
                [compare(left, left)?, compare(left, right)?],
                [compare(right, left)?, compare(right, right)?],
            ],
        })
    }

    fn is_null(&self, (list, place): (usize, usize)) -> bool {
        self.lists[list].values().is_null(place)
    }

    fn equal(&self, a: (usize, usize), b: (usize, usize)) -> bool {
        match (self.is_null(a), self.is_null(b)) {
            (false, false) => self.compare[a.0][b.0](a.1, b.1).is_eq(),
            (x, y) => x && y,
        }
    }

    fn holds(&self, places: &[(usize, usize)], wanted: (usize, usize)) -> bool {
        places.iter().any(|place| self.equal(*place, wanted))
    }
}

fn combined(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    operation: Operation,
) -> Result<Binding> {
    let (common, [a, b]) = two_arrays(name, args, settings)?;
    let contains_null = match operation {
        Operation::Union => a || b,
        Operation::Intersect => a && b,
        Operation::Except => a,
    };
    let returns = array_of(common.clone(), contains_null);
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let sound;
        let args: &[Arg] = match operation {
            Operation::Union => {
                sound = args_with_one_zero(args)?;
                &sound
            }
            _ => args,
        };
        let (left, right) = (args[0].array.as_list(), args[1].array.as_list());
        let elements = Elements::of(left, right)?;
        let sources: [&dyn Array; 2] = [left.values().as_ref(), right.values().as_ref()];
        let combine = |row: usize| {
            if is_null(args, row) {
                return Ok(None);
            }
            let places = |list: usize, lists| {
                span(lists, args[list].at(row)).map(move |place| (list, place))
            };
            let second: Vec<_> = places(1, right).collect();
            let mut kept: Vec<(usize, usize)> = Vec::new();
            let mut keep = |place| {
                if !elements.holds(&kept, place) {
                    kept.push(place);
                }
            };
            for place in places(0, left) {
                let wanted = match operation {
                    Operation::Union => true,
                    Operation::Intersect => elements.holds(&second, place),
                    Operation::Except => !elements.holds(&second, place),
                };
                if wanted {
                    keep(place);
                }
            }
            if operation == Operation::Union {
                second.into_iter().for_each(keep);
            }
            Ok(Some(kept))
        };
        gathered(&storage, &sources, (0..rows).map(combine))
    });
    Ok(Binding {
        args: vec![array_of(common.clone(), a), array_of(common, b)],
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

/// Null where nothing is shared and a null might have been.
fn overlap(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let (common, [a, b]) = two_arrays(name, args, settings)?;
    let kernel: Kernel = Arc::new(|args, rows| {
        let (left, right) = (args[0].array.as_list(), args[1].array.as_list());
        let elements = Elements::of(left, right)?;
        let found = (0..rows).map(|row| {
            if is_null(args, row) {
                return None;
            }
            let first = span(left, args[0].at(row)).map(|place| (0, place));
            let second: Vec<_> = span(right, args[1].at(row)).map(|p| (1, p)).collect();
            let nulls = |place: &(usize, usize)| elements.is_null(*place);
            let first: Vec<_> = first.collect();
            let mut valid = first.iter().filter(|place| !nulls(place));
            if valid.any(|place| elements.holds(&second, *place)) {
                return Some(true);
            }
            let unknown = !first.is_empty() && !second.is_empty();
            let unknown = unknown && (first.iter().any(nulls) || second.iter().any(nulls));
            (!unknown).then_some(false)
        });
        Ok(Arc::new(found.collect::<BooleanArray>()))
    });
    Ok(Binding {
        args: vec![array_of(common.clone(), a), array_of(common, b)],
        returns: DataType::Boolean,
        nullable: any_nullable(args) || a || b,
        kernel,
    })
}

/// `array_append` and `array_prepend`; a null value is a value.
fn extended(name: &str, args: &[ArgType], settings: &Settings, front: bool) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let DataType::Array {
        element,
        contains_null,
    } = &args[0].data_type
    else {
        return Err(unexpected(name, args, 0, "\"ARRAY\""));
    };
    let Some(common) = tightest(element, &args[1].data_type, settings.ansi) else {
        return Err(different("ARRAY_FUNCTION_DIFF_TYPES", name, args));
    };
    let returns = array_of(common.clone(), *contains_null || args[1].nullable);
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let sources: [&dyn Array; 2] = [lists.values().as_ref(), args[1].array.as_ref()];
        let row = |row: usize| {
            let at = args[0].at(row);
            if lists.is_null(at) {
                return Ok(None);
            }
            let mut places: Vec<_> = span(lists, at).map(|place| (0, place)).collect();
            let end = if front { 0 } else { places.len() };
            places.insert(end, (1, args[1].at(row)));
            Ok(Some(places))
        };
        gathered(&storage, &sources, (0..rows).map(row))
    });
    Ok(Binding {
        args: vec![array_of(common.clone(), *contains_null), common],
        returns,
        nullable: args[0].nullable,
        kernel,
    })
}

fn remove(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    if !matches!(args[0].data_type, DataType::Array { .. }) {
        return Err(different("ARRAY_FUNCTION_DIFF_TYPES", name, args));
    }
    let types = with_element(name, args, settings)?;
    let returns = types[0].clone();
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let values: &ArrayRef = lists.values();
        let compare = comparator(values, &args[1].array)?;
        let row = |row: usize| {
            if is_null(args, row) {
                return Ok(None);
            }
            let unwanted = args[1].at(row);
            let kept = span(lists, args[0].at(row))
                .filter(|place| values.is_null(*place) || compare(*place, unwanted).is_ne());
            Ok(Some(kept.map(|place| (0, place)).collect()))
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
