//! Functions over whole maps.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, MapArray, StructArray, UInt64Array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::{interleave, take};
use arrow::datatypes::DataType as ArrowType;

use super::arrays::{list_field, span};
use super::entries::{Entries, Repeated, map_of};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::{common_type, common_type_of};
use crate::functions::scalar::conditional::comparator;
use crate::functions::scalar::kernel::{arrow_error, expand, is_null};
use crate::functions::scalar::typing::{
    any_nullable, arity, different_types, mismatch, unexpected,
};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::{DataType, StructField, StructType};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["map_keys"],
        bind: |n, a, _| map_side(n, a, true),
    },
    Scalar {
        names: &["map_values"],
        bind: |n, a, _| map_side(n, a, false),
    },
    Scalar {
        names: &["map_entries"],
        bind: map_entries,
    },
    Scalar {
        names: &["map_from_entries"],
        bind: map_from_entries,
    },
    Scalar {
        names: &["map_contains_key"],
        bind: contains_key,
    },
    Scalar {
        names: &["map_concat"],
        bind: concat,
    },
];

fn map_side(name: &str, args: &[ArgType], keys: bool) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let DataType::Map {
        key,
        value,
        value_contains_null,
    } = &args[0].data_type
    else {
        return Err(unexpected(name, args, 0, "\"MAP\""));
    };
    let (element, contains_null) = if keys {
        (key.clone(), false)
    } else {
        (value.clone(), *value_contains_null)
    };
    let returns = DataType::Array {
        element,
        contains_null,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let maps = args[0].array.as_map();
        let values = if keys { maps.keys() } else { maps.values() };
        let built = ListArray::try_new(
            Arc::clone(list_field(&storage)?),
            maps.offsets().clone(),
            Arc::clone(values),
            maps.nulls().cloned(),
        );
        expand(Arc::new(built.map_err(arrow_error)?), rows)
    });
    let types = vec![args[0].data_type.clone()];
    Ok(Binding {
        args: types,
        returns,
        nullable: args[0].nullable,
        kernel,
    })
}

/// An entry of a map as a struct.
pub fn entry_type(key: &DataType, value: &DataType, nullable: bool) -> DataType {
    DataType::Struct(StructType::new([
        StructField::new("key", key.clone(), false),
        StructField::new("value", value.clone(), nullable),
    ]))
}

fn map_entries(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let null = DataType::Null;
    let (key, value, nullable) = match &args[0].data_type {
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => (key.as_ref(), value.as_ref(), *value_contains_null),
        DataType::Null => (&null, &null, true),
        _ => return Err(unexpected(name, args, 0, "\"MAP\"")),
    };
    let returns = DataType::Array {
        element: Box::new(entry_type(key, value, nullable)),
        contains_null: false,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let field = list_field(&storage)?;
        let ArrowType::Struct(fields) = field.data_type() else {
            return Err(SparkError::internal("an entry is a struct"));
        };
        let maps = args[0].array.as_map();
        let columns = vec![Arc::clone(maps.keys()), Arc::clone(maps.values())];
        let entries = StructArray::try_new(fields.clone(), columns, None).map_err(arrow_error)?;
        let (offsets, nulls) = (maps.offsets().clone(), maps.nulls().cloned());
        let list = ListArray::try_new(Arc::clone(field), offsets, Arc::new(entries), nulls);
        expand(Arc::new(list.map_err(arrow_error)?), rows)
    });
    let wanted = DataType::Map {
        key: Box::new(key.clone()),
        value: Box::new(value.clone()),
        value_contains_null: nullable,
    };
    Ok(Binding {
        args: vec![wanted],
        returns,
        nullable: args[0].nullable,
        kernel,
    })
}

/// A map of an array of pairs; null where one of the pairs is.
fn map_from_entries(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let pair = match &args[0].data_type {
        DataType::Array {
            element,
            contains_null,
        } => match element.as_ref() {
            DataType::Struct(pair) => Some((&pair.fields[..], *contains_null)),
            _ => None,
        },
        _ => None,
    };
    let Some(([key, value], may_lack)) = pair else {
        return Err(unexpected(name, args, 0, "\"ARRAY\" of pair \"STRUCT\""));
    };
    let returns = DataType::Map {
        key: Box::new(key.data_type.clone()),
        value: Box::new(value.data_type.clone()),
        value_contains_null: value.nullable,
    };
    let storage = returns.to_arrow();
    let repeated = Repeated::of(settings);
    let kernel: Kernel = Arc::new(move |args, rows| {
        let lists = args[0].array.as_list::<i32>();
        let pairs = lists.values().as_struct();
        let (mut places, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..rows {
            let places_of = span(lists, args[0].at(row));
            let is_valid = !is_null(args, row) && places_of.clone().all(|p| pairs.is_valid(p));
            lengths.push(if is_valid { places_of.len() } else { 0 });
            valid.push(is_valid);
            if is_valid {
                places.extend(places_of.map(|place| place as u64));
            }
        }
        let places = UInt64Array::from(places);
        let side = |i: usize| take(pairs.column(i), &places, None).map_err(arrow_error);
        let nulls = NullBuffer::new(BooleanBuffer::from(valid));
        let entries = Entries {
            keys: side(0)?,
            values: side(1)?,
            offsets: OffsetBuffer::from_lengths(lengths),
            nulls: (nulls.null_count() > 0).then_some(nulls),
        };
        map_of(entries, &storage, repeated)
    });
    Ok(Binding {
        args: vec![args[0].data_type.clone()],
        returns,
        nullable: args[0].nullable || may_lack,
        kernel,
    })
}

fn contains_key(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wanted = &args[1].data_type;
    let common = match &args[0].data_type {
        DataType::Map { .. } if *wanted == DataType::Null => {
            let function = format!("`{name}`");
            return Err(mismatch(
                "NULL_TYPE",
                name,
                args,
                &[("functionName", &function)],
            ));
        }
        DataType::Map { key, .. } => {
            let strings = (**key == DataType::String) != (*wanted == DataType::String)
                && **key != DataType::Null;
            common_type(key, wanted, settings.ansi).filter(|_| !strings)
        }
        _ => None,
    };
    let (
        Some(common),
        DataType::Map {
            value,
            value_contains_null,
            ..
        },
    ) = (common, &args[0].data_type)
    else {
        let kind = |index: usize| format!("\"{}\"", args[index].data_type.sql());
        return Err(mismatch(
            "MAP_FUNCTION_DIFF_TYPES",
            name,
            args,
            &[
                ("functionName", &format!("`{name}`")),
                ("dataType", "\"MAP\""),
                ("leftType", &kind(0)),
                ("rightType", &kind(1)),
            ],
        ));
    };
    let map = DataType::Map {
        key: Box::new(common.clone()),
        value: value.clone(),
        value_contains_null: *value_contains_null,
    };
    let kernel: Kernel = Arc::new(|args, rows| {
        let maps = args[0].array.as_map();
        let compare = comparator(maps.keys(), &args[1].array)?;
        let row = |row: usize| {
            let (at, key) = (args[0].at(row), args[1].at(row));
            let mut places = places_of(maps, at);
            (!is_null(args, row)).then(|| places.any(|place| compare(place, key).is_eq()))
        };
        Ok(Arc::new((0..rows).map(row).collect::<BooleanArray>()))
    });
    Ok(Binding {
        args: vec![map, common],
        returns: DataType::Boolean,
        // Spark says so of the `array_contains` that it makes of the call.
        nullable: true,
        kernel,
    })
}

fn places_of(maps: &MapArray, at: usize) -> std::ops::Range<usize> {
    maps.value_offsets()[at] as usize..maps.value_offsets()[at + 1] as usize
}

fn concat(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    if let Some(_other) = args
        .iter()
        .find(|a| !matches!(a.data_type, DataType::Map { .. }))
    {
        let types: Vec<_> = args
            .iter()
            .map(|a| format!("\"{}\"", a.data_type.sql()))
            .collect();
        return Err(mismatch(
            "MAP_CONCAT_DIFF_TYPES",
            name,
            args,
            &[
                ("functionName", &format!("`{name}`")),
                ("dataType", &format!("[{}]", types.join(", "))),
            ],
        ));
    }
    let common = common_type_of(args.iter().map(|a| &a.data_type), settings.ansi);
    let common = common.filter(|_| !mixes_texts(args));
    let returns = match common {
        _ if args.is_empty() => DataType::Map {
            key: Box::new(DataType::String),
            value: Box::new(DataType::String),
            value_contains_null: true,
        },
        Some(common) => common,
        None => return Err(different_types(name, args)),
    };
    let storage = returns.to_arrow();
    let repeated = Repeated::of(settings);
    let kernel: Kernel = Arc::new(move |args, rows| joined(&storage, args, rows, repeated));
    Ok(Binding {
        args: vec![returns.clone(); args.len()],
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

fn joined(storage: &ArrowType, args: &[Arg], rows: usize, repeated: Repeated) -> Result<ArrayRef> {
    if args.is_empty() {
        return Ok(arrow::array::new_empty_array(storage)).and_then(|none| empty_maps(none, rows));
    }
    let maps: Vec<_> = args.iter().map(|arg| arg.array.as_map()).collect();
    let (mut places, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let before = places.len();
        let is_valid = !is_null(args, row);
        if is_valid {
            for (which, (map, arg)) in maps.iter().zip(args).enumerate() {
                places.extend(places_of(map, arg.at(row)).map(|place| (which, place)));
            }
        }
        lengths.push(places.len() - before);
        valid.push(is_valid);
    }
    let side = |of: fn(&MapArray) -> &ArrayRef| {
        let sources: Vec<&dyn Array> = maps.iter().map(|map| of(map).as_ref()).collect();
        interleave(&sources, &places).map_err(arrow_error)
    };
    let nulls = NullBuffer::new(BooleanBuffer::from(valid));
    let entries = Entries {
        keys: side(MapArray::keys)?,
        values: side(MapArray::values)?,
        offsets: OffsetBuffer::from_lengths(lengths),
        nulls: (nulls.null_count() > 0).then_some(nulls),
    };
    map_of(entries, storage, repeated)
}

/// As many maps of nothing as there are rows.
fn empty_maps(none: ArrayRef, rows: usize) -> Result<ArrayRef> {
    let maps = none.as_map();
    let entries = Entries {
        keys: Arc::clone(maps.keys()),
        values: Arc::clone(maps.values()),
        offsets: OffsetBuffer::from_lengths(vec![0; rows]),
        nulls: None,
    };
    entries.map(none.data_type())
}

/// Whether some maps have texts for keys or values, and others something else.
fn mixes_texts(args: &[ArgType]) -> bool {
    let side = |of: fn(&DataType) -> Option<&DataType>| {
        let mut kinds = args.iter().filter_map(|arg| of(&arg.data_type));
        let texts = kinds.clone().any(|kind| *kind == DataType::String);
        texts && kinds.any(|kind| !matches!(kind, DataType::String | DataType::Null))
    };
    side(|kind| match kind {
        DataType::Map { key, .. } => Some(key.as_ref()),
        _ => None,
    }) || side(|kind| match kind {
        DataType::Map { value, .. } => Some(value.as_ref()),
        _ => None,
    })
}
