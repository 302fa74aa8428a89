//! `struct`, `named_struct`, `array` and `map`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StructArray, new_empty_array};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::compute::interleave;
use arrow::datatypes::DataType as ArrowType;

use super::entries::{Entries, Repeated, map_of};
use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::common_type_of;
use crate::functions::scalar::kernel::{arrow_error, expand};
use crate::functions::scalar::typing::{different_types, mismatch, wrong_count};
use crate::functions::scalar::zeros::keys_with_one_zero;
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::{DataType, StructField, StructType};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["named_struct"],
        bind: named_struct,
    },
    Scalar {
        names: &["struct"],
        bind: plain_struct,
    },
    Scalar {
        names: &["array"],
        bind: array,
    },
    Scalar {
        names: &["map"],
        bind: map,
    },
];

/// Fields named in pairs. `struct` with names taken from its arguments' expressions
/// is the caller's to write as `named_struct`.
fn named_struct(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    if args.len() % 2 == 1 {
        return Err(wrong_count(name, "2n (n > 0)", args.len()));
    }
    let mut fields = Vec::new();
    for pair in args.chunks(2) {
        let Some(Literal::String(field)) = &pair[0].literal else {
            let text = format!("\"{}\"", pair[0].text);
            return Err(mismatch(
                "NON_FOLDABLE_INPUT",
                name,
                args,
                &[
                    ("inputName", "`name`"),
                    ("inputType", "\"STRING\""),
                    ("inputExpr", &text),
                ],
            ));
        };
        fields.push(StructField::new(
            field.clone(),
            pair[1].data_type.clone(),
            pair[1].nullable,
        ));
    }
    let types = args.iter().map(|a| a.data_type.clone()).collect();
    Ok(structure(fields, types, |i| 2 * i + 1))
}

/// Fields named `col1`, `col2`, … (a name of an argument is known to the caller only).
fn plain_struct(_: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    let fields = args
        .iter()
        .enumerate()
        .map(|(i, a)| StructField::new(format!("col{}", i + 1), a.data_type.clone(), a.nullable));
    let types = args.iter().map(|a| a.data_type.clone()).collect();
    Ok(structure(fields.collect(), types, |i| i))
}

fn structure(fields: Vec<StructField>, args: Vec<DataType>, place: fn(usize) -> usize) -> Binding {
    let returns = DataType::Struct(StructType::new(fields));
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let ArrowType::Struct(fields) = &storage else {
            return Err(SparkError::internal("a struct is stored as a struct"));
        };
        if fields.is_empty() {
            return Ok(Arc::new(StructArray::new_empty_fields(rows, None)) as ArrayRef);
        }
        let columns = (0..fields.len())
            .map(|i| {
                let arg = &args[place(i)];
                if arg.is_scalar {
                    expand(Arc::clone(&arg.array), rows)
                } else {
                    Ok(Arc::clone(&arg.array))
                }
            })
            .collect::<Result<Vec<_>>>()?;
        let built = StructArray::try_new(fields.clone(), columns, None).map_err(arrow_error)?;
        Ok(Arc::new(built) as ArrayRef)
    });
    Binding {
        args,
        returns,
        nullable: false,
        kernel,
    }
}

/// The values of all arguments, row by row.
fn rows_of(args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let arrays: Vec<&dyn Array> = args.iter().map(|a| a.array.as_ref()).collect();
    let places: Vec<_> = (0..rows)
        .flat_map(|row| {
            args.iter()
                .enumerate()
                .map(move |(i, arg)| (i, arg.at(row)))
        })
        .collect();
    interleave(&arrays, &places).map_err(arrow_error)
}

fn even_offsets(rows: usize, each: usize) -> OffsetBuffer<i32> {
    let ends: Vec<i32> = (0..=rows).map(|row| (row * each) as i32).collect();
    OffsetBuffer::new(ScalarBuffer::from(ends))
}

fn array(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let element = common_type_of(args.iter().map(|a| &a.data_type), settings.ansi)
        .ok_or_else(|| different_types(name, args))?;
    let contains_null = args.iter().any(|a| a.nullable);
    let returns = DataType::Array {
        element: Box::new(element.clone()),
        contains_null,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let ArrowType::List(field) = &storage else {
            return Err(SparkError::internal("an array is stored as a list"));
        };
        let values = if args.is_empty() {
            new_empty_array(field.data_type())
        } else {
            rows_of(args, rows)?
        };
        let offsets = even_offsets(rows, args.len());
        let built = ListArray::try_new(Arc::clone(field), offsets, values, None);
        Ok(Arc::new(built.map_err(arrow_error)?) as ArrayRef)
    });
    Ok(Binding {
        args: vec![element; args.len()],
        returns,
        nullable: false,
        kernel,
    })
}

fn map(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    if args.len() % 2 == 1 {
        return Err(wrong_count(name, "2n (n > 0)", args.len()));
    }
    let (keys, values): (Vec<_>, Vec<_>) = args
        .chunks(2)
        .map(|pair| (&pair[0].data_type, &pair[1].data_type))
        .unzip();
    let key = common_type_of(keys, settings.ansi).ok_or_else(|| different_types(name, args))?;
    let value = common_type_of(values, settings.ansi).ok_or_else(|| different_types(name, args))?;
    if key == DataType::Variant {
        return Err(mismatch(
            "INVALID_MAP_KEY_TYPE",
            name,
            args,
            &[("keyType", "\"VARIANT\"")],
        ));
    }
    let nullable = args.chunks(2).any(|pair| pair[1].nullable);
    let returns = DataType::Map {
        key: Box::new(key.clone()),
        value: Box::new(value.clone()),
        value_contains_null: nullable,
    };
    let storage = returns.to_arrow();
    let types = args.iter().enumerate().map(|(i, _)| {
        if i % 2 == 0 {
            key.clone()
        } else {
            value.clone()
        }
    });
    let repeated = Repeated::of(settings);
    let kernel: Kernel = Arc::new(move |args, rows| make_map(&storage, args, rows, repeated));
    Ok(Binding {
        args: types.collect(),
        returns: returns.clone(),
        nullable: false,
        kernel,
    })
}

fn make_map(
    storage: &ArrowType,
    args: &[Arg],
    rows: usize,
    repeated: Repeated,
) -> Result<ArrayRef> {
    let ArrowType::Map(entries, _) = storage else {
        return Err(SparkError::internal("a map is stored as a map"));
    };
    let ArrowType::Struct(fields) = entries.data_type() else {
        return Err(SparkError::internal("a map's entries are a struct"));
    };
    let side = |odd: usize| -> Result<ArrayRef> {
        let chosen: Vec<Arg> = args.iter().skip(odd).step_by(2).cloned().collect();
        if chosen.is_empty() {
            Ok(new_empty_array(fields[odd].data_type()))
        } else {
            rows_of(&chosen, rows)
        }
    };
    let entries = Entries {
        keys: side(0)?,
        values: side(1)?,
        offsets: even_offsets(rows, args.len() / 2),
        nulls: None,
    };
    // A key that comes twice is told as it was written.
    keys_with_one_zero(map_of(entries, storage, repeated)?)
}
