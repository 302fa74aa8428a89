//! Arrays made of others' parts: `flatten`, `array_repeat`, `array_join`,
//! `map_from_arrays`; and `typeof`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StringArray, StringBuilder};
use arrow::datatypes::{DataType as ArrowType, Int32Type};

use super::arrays::{gathered, span};
use super::entries::{Entries, Repeated, map_of};
use super::insert::within_count;
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::coercion::implicit_cast;
use crate::functions::scalar::kernel::{expand, is_null};
use crate::functions::scalar::typing::{any_nullable, arity, unexpected};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["flatten"],
        bind: flatten,
    },
    Scalar {
        names: &["array_repeat"],
        bind: repeat,
    },
    Scalar {
        names: &["array_join"],
        bind: join,
    },
    Scalar {
        names: &["map_from_arrays"],
        bind: map_from_arrays,
    },
    Scalar {
        names: &["typeof"],
        bind: type_of,
    },
];

fn type_of(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let text = args[0].data_type.simple_string();
    let kernel: Kernel =
        Arc::new(move |_, rows| expand(Arc::new(StringArray::from(vec![text.as_str()])), rows));
    Ok(Binding {
        args: vec![args[0].data_type.clone()],
        returns: DataType::String,
        nullable: false,
        kernel,
    })
}

/// Null where one of the inner arrays is.
fn flatten(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let inner = match &args[0].data_type {
        DataType::Array {
            element,
            contains_null,
        } if matches!(**element, DataType::Array { .. }) => Some((element, *contains_null)),
        _ => None,
    };
    let Some((inner, outer_nulls)) = inner else {
        return Err(unexpected(name, args, 0, "\"ARRAY\" of \"ARRAY\""));
    };
    let returns = (**inner).clone();
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let outer = args[0].array.as_list::<i32>();
        let lists = outer.values().as_list::<i32>();
        let row = |row: usize| {
            let at = args[0].at(row);
            if outer.is_null(at) || span(outer, at).any(|list| lists.is_null(list)) {
                return Ok(None);
            }
            let places = span(outer, at).flat_map(|list| span(lists, list));
            Ok(Some(places.map(|place| (0, place)).collect()))
        };
        gathered(&storage, &[lists.values().as_ref()], (0..rows).map(row))
    });
    Ok(Binding {
        args: vec![args[0].data_type.clone()],
        returns,
        nullable: args[0].nullable || outer_nulls,
        kernel,
    })
}

fn repeat(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    use DataType as T;
    arity(name, args, 2, 2)?;
    if !matches!(args[1].data_type, T::Byte | T::Short | T::Integer | T::Null) {
        return Err(unexpected(name, args, 1, "\"INT\""));
    }
    let returns = T::Array {
        element: Box::new(args[0].data_type.clone()),
        contains_null: args[0].nullable,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let counts = args[1].array.as_primitive::<Int32Type>();
        let row = |row: usize| {
            let at = args[1].at(row);
            within_count("array_repeat", counts.value(at).into())?;
            let count = usize::try_from(counts.value(at)).unwrap_or(0);
            Ok((!counts.is_null(at)).then(|| vec![(0, args[0].at(row)); count]))
        };
        gathered(&storage, &[args[0].array.as_ref()], (0..rows).map(row))
    });
    Ok(Binding {
        args: vec![args[0].data_type.clone(), T::Integer],
        returns,
        nullable: args[1].nullable,
        kernel,
    })
}

/// Nulls are left out, or written as the third argument.
fn join(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let fits = match &args[0].data_type {
        DataType::Null => true,
        DataType::Array { element, .. } => implicit_cast(element, &DataType::String, settings.ansi),
        _ => false,
    };
    if !fits {
        return Err(unexpected(name, args, 0, "\"ARRAY<STRING>\""));
    }
    let mut types = vec![DataType::Array {
        element: Box::new(DataType::String),
        contains_null: true,
    }];
    for index in 1..args.len() {
        if !implicit_cast(&args[index].data_type, &DataType::String, settings.ansi) {
            return Err(unexpected(name, args, index, "\"STRING\""));
        }
        types.push(DataType::String);
    }
    let kernel: Kernel = Arc::new(|args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let values = lists.values().as_string::<i32>();
        let text =
            |arg: &Arg, row: usize| arg.array.as_string::<i32>().value(arg.at(row)).to_string();
        let mut out = StringBuilder::new();
        for row in 0..rows {
            if is_null(args, row) {
                out.append_null();
                continue;
            }
            let for_null = args.get(2).map(|arg| text(arg, row));
            let parts: Vec<&str> = span(lists, args[0].at(row))
                .filter_map(|place| {
                    if values.is_null(place) {
                        for_null.as_deref()
                    } else {
                        Some(values.value(place))
                    }
                })
                .collect();
            out.append_value(parts.join(&text(&args[1], row)));
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(Binding {
        args: types,
        returns: DataType::String,
        nullable: any_nullable(args),
        kernel,
    })
}

fn map_from_arrays(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let mut sides = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        match &arg.data_type {
            DataType::Array {
                element,
                contains_null,
            } => sides.push((element.clone(), *contains_null)),
            DataType::Null => sides.push((Box::new(DataType::Null), true)),
            _ => return Err(unexpected(name, args, index, "\"ARRAY\"")),
        }
    }
    let types = sides
        .iter()
        .map(|(element, contains_null)| DataType::Array {
            element: element.clone(),
            contains_null: *contains_null,
        });
    let types = types.collect();
    let returns = DataType::Map {
        key: sides[0].0.clone(),
        value: sides[1].0.clone(),
        value_contains_null: sides[1].1,
    };
    let storage = returns.to_arrow();
    let repeated = Repeated::of(settings);
    let kernel: Kernel = Arc::new(move |args, rows| paired(&storage, args, rows, repeated));
    Ok(Binding {
        args: types,
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

fn paired(storage: &ArrowType, args: &[Arg], rows: usize, repeated: Repeated) -> Result<ArrayRef> {
    // Both sides as arrays of the same rows, without what lies under nulls.
    let side = |index: usize| -> Result<ListArray> {
        let list = args[index].array.as_list::<i32>();
        let kind = ArrowType::List(Arc::clone(match list.data_type() {
            ArrowType::List(field) => field,
            _ => return Err(SparkError::internal("an array is stored as a list")),
        }));
        let row = |row: usize| {
            let places = span(list, args[index].at(row)).map(|place| (0, place));
            Ok((!is_null(args, row)).then(|| places.collect()))
        };
        let built = gathered(&kind, &[list.values().as_ref()], (0..rows).map(row))?;
        Ok(built.as_list().clone())
    };
    let (keys, values) = (side(0)?, side(1)?);
    if keys.offsets() != values.offsets() {
        return Err(SparkError::plain(
            ErrorClass::SparkRuntime,
            "The key array and value array of MapData must have the same length.",
        ));
    }
    let entries = Entries {
        keys: Arc::clone(keys.values()),
        values: Arc::clone(values.values()),
        offsets: keys.offsets().clone(),
        nulls: keys.nulls().cloned(),
    };
    map_of(entries, storage, repeated)
}
