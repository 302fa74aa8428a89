//! `st_…`: places from well-known binary and back, and the numbers of their systems.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, Int32Array, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType as ArrowType, Int32Type};

use super::typing::{Want, any_nullable, arity, expect, unexpected};
use crate::error::{Result, SparkError};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;
use crate::types::place::{self, Endianness};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["st_geomfromwkb"],
        bind: |n, a, s| from_wkb(n, a, s, false),
    },
    Scalar {
        names: &["st_geogfromwkb"],
        bind: |n, a, s| from_wkb(n, a, s, true),
    },
    Scalar {
        names: &["st_asbinary"],
        bind: as_binary,
    },
    Scalar {
        names: &["st_srid"],
        bind: srid,
    },
    Scalar {
        names: &["st_setsrid"],
        bind: set_srid,
    },
];

/// The system that a constant names; `None` where it is none or known by the row only.
fn constant_srid(arg: Option<&ArgType>) -> Option<i32> {
    match arg.and_then(|arg| arg.literal.as_ref()) {
        Some(Literal::Integer(srid)) => Some(*srid),
        _ => None,
    }
}

fn is_place(name: &str, args: &[ArgType]) -> Result<DataType> {
    match args.first().map(|arg| &arg.data_type) {
        Some(place @ DataType::Place { .. }) => Ok(place.clone()),
        Some(DataType::Null) => Ok(DataType::Place {
            globe: true,
            srid: None,
        }),
        _ => Err(unexpected(name, args, 0, "(\"GEOGRAPHY\" or \"GEOMETRY\")")),
    }
}

fn number(arg: &Arg, row: usize) -> Option<i32> {
    let values = arg.array.as_primitive::<Int32Type>();
    let at = arg.at(row);
    values.is_valid(at).then(|| values.value(at))
}

/// Number and shape of a place.
fn parts(arg: &Arg, row: usize) -> Option<(i32, &[u8])> {
    let held = arg.array.as_struct_opt()?;
    let at = arg.at(row);
    if held.is_null(at) {
        return None;
    }
    let srid = held.column(0).as_primitive::<Int32Type>().value(at);
    Some((srid, held.column(1).as_binary::<i32>().value(at)))
}

/// A column of places.
pub fn places(rows: Vec<Option<(i32, Vec<u8>)>>) -> Result<ArrayRef> {
    let kind = DataType::Place {
        globe: false,
        srid: None,
    };
    let ArrowType::Struct(fields) = kind.to_arrow() else {
        return Err(SparkError::internal("a place is a struct"));
    };
    let mut shapes = BinaryBuilder::new();
    for row in &rows {
        shapes.append_option(row.as_ref().map(|(_, shape)| shape));
    }
    let numbers: Int32Array = rows.iter().map(|row| row.as_ref().map(|r| r.0)).collect();
    let there = NullBuffer::from_iter(rows.iter().map(Option::is_some));
    let columns: Vec<ArrayRef> = vec![Arc::new(numbers), Arc::new(shapes.finish())];
    StructArray::try_new_with_length(fields, columns, Some(there), rows.len())
        .map(|array| Arc::new(array) as ArrayRef)
        .map_err(SparkError::internal)
}

fn from_wkb(name: &str, args: &[ArgType], settings: &Settings, globe: bool) -> Result<Binding> {
    arity(name, args, 1, if globe { 1 } else { 2 })?;
    let wants = [Want::Is(DataType::Binary), Want::Is(DataType::Integer)];
    let types = expect(name, args, settings, &wants)?;
    let fixed = match globe {
        true => Some(place::GLOBE),
        false => constant_srid(args.get(1)),
    };
    let srid = fixed.map(|srid| place::check(globe, srid)).transpose()?;
    let kernel: Kernel = Arc::new(move |args, rows| {
        let shapes = args[0].array.as_binary::<i32>();
        let mut out = Vec::with_capacity(rows);
        for row in 0..rows {
            let at = args[0].at(row);
            let srid = match args.get(1) {
                Some(arg) => number(arg, row),
                None => Some(place::GLOBE),
            };
            let Some(srid) = srid.filter(|_| shapes.is_valid(at)) else {
                out.push(None);
                continue;
            };
            let shape = place::parse(shapes.value(at), globe, Endianness::Little)?;
            out.push(Some((place::check(globe, srid)?, shape)));
        }
        places(out)
    });
    Ok(Binding {
        args: types,
        returns: DataType::Place { globe, srid },
        nullable: any_nullable(args),
        kernel,
    })
}

fn as_binary(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let kind = is_place(name, args)?;
    let wants = [Want::Any, Want::Is(DataType::String)];
    let types = expect(name, args, settings, &wants)?;
    let kernel: Kernel = Arc::new(|args, rows| {
        let mut out = BinaryBuilder::new();
        for row in 0..rows {
            let order = match args.get(1) {
                None => Some("NDR"),
                Some(arg) => {
                    let texts = arg.array.as_string::<i32>();
                    let at = arg.at(row);
                    texts.is_valid(at).then(|| texts.value(at))
                }
            };
            match (parts(&args[0], row), order) {
                (Some((_, shape)), Some(order)) => {
                    let order = Endianness::named(order)?;
                    out.append_value(place::parse(shape, false, order)?);
                }
                _ => out.append_null(),
            }
        }
        Ok(Arc::new(out.finish()))
    });
    Ok(Binding {
        args: std::iter::once(kind)
            .chain(types.into_iter().skip(1))
            .collect(),
        returns: DataType::Binary,
        nullable: any_nullable(args),
        kernel,
    })
}

fn srid(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let kind = is_place(name, args)?;
    let kernel: Kernel = Arc::new(|args, rows| {
        let numbers = (0..rows).map(|row| parts(&args[0], row).map(|(srid, _)| srid));
        Ok(Arc::new(numbers.collect::<Int32Array>()))
    });
    Ok(Binding {
        args: vec![kind],
        returns: DataType::Integer,
        nullable: any_nullable(args),
        kernel,
    })
}

fn set_srid(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let kind = is_place(name, args)?;
    let wants = [Want::Any, Want::Is(DataType::Integer)];
    let types = expect(name, args, settings, &wants)?;
    let globe = matches!(kind, DataType::Place { globe: true, .. });
    let srid = constant_srid(args.get(1));
    let srid = srid.map(|srid| place::check(globe, srid)).transpose()?;
    let kernel: Kernel = Arc::new(move |args, rows| {
        let changed = (0..rows).map(|row| {
            let there = parts(&args[0], row).zip(number(&args[1], row));
            there
                .map(|((_, shape), srid)| Ok((place::check(globe, srid)?, shape.to_vec())))
                .transpose()
        });
        places(changed.collect::<Result<Vec<_>>>()?)
    });
    Ok(Binding {
        args: vec![kind, types[1].clone()],
        returns: DataType::Place { globe, srid },
        nullable: any_nullable(args),
        kernel,
    })
}
