//! Functions over tuple sketches: estimates, summaries, unions, intersections, differences.

use super::{BINARY, mode_of_literal, size_of_literal};
use crate::error::Result;
use crate::functions::scalar::kernel::{Bytes, Str, binary, quaternary, ternary, unary};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect};
use crate::functions::sketches::tuple::{self, Other};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &[
            "tuple_sketch_estimate_double",
            "tuple_sketch_estimate_integer",
            "tuple_sketch_theta_double",
            "tuple_sketch_theta_integer",
        ],
        bind: tuple_number,
    },
    Scalar {
        names: &[
            "tuple_sketch_summary_double",
            "tuple_sketch_summary_integer",
        ],
        bind: tuple_summary,
    },
    Scalar {
        names: &[
            "tuple_union_double",
            "tuple_union_integer",
            "tuple_union_theta_double",
            "tuple_union_theta_integer",
        ],
        bind: tuple_union,
    },
    Scalar {
        names: &[
            "tuple_intersection_double",
            "tuple_intersection_integer",
            "tuple_intersection_theta_double",
            "tuple_intersection_theta_integer",
        ],
        bind: tuple_intersection,
    },
    Scalar {
        names: &[
            "tuple_difference_double",
            "tuple_difference_integer",
            "tuple_difference_theta_double",
            "tuple_difference_theta_integer",
        ],
        bind: tuple_difference,
    },
];

fn is_integer(name: &str) -> bool {
    name.ends_with("_integer")
}

fn other_of(name: &str) -> Other {
    match name.contains("_theta_") {
        true => Other::Theta,
        false => Other::Tuple,
    }
}

fn tuple_number(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[BINARY])?;
    let of = match (is_integer(name), name.contains("estimate")) {
        (true, true) => tuple::estimate::<i32>,
        (true, false) => tuple::threshold::<i32>,
        (false, true) => tuple::estimate::<f64>,
        (false, false) => tuple::threshold::<f64>,
    };
    let function = name.to_string();
    Ok(unary::<Bytes, f64>(
        types,
        DataType::Double,
        args[0].nullable,
        move |bytes| of(bytes, &function).map(Some),
    ))
}

fn tuple_summary(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[BINARY, Want::Is(DataType::String)])?;
    let mode = mode_of_literal(name, args, 1)?;
    let (function, nullable) = (name.to_string(), args[0].nullable);
    Ok(match is_integer(name) {
        true => binary::<Bytes, Str, i64>(types, DataType::Long, nullable, move |bytes, _| {
            tuple::summary::<i32>(bytes, mode, &function).map(Some)
        }),
        false => binary::<Bytes, Str, f64>(types, DataType::Double, nullable, move |bytes, _| {
            tuple::summary::<f64>(bytes, mode, &function).map(Some)
        }),
    })
}

fn tuple_union(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 4, 4)?;
    let wants = [
        BINARY,
        BINARY,
        Want::Is(DataType::Integer),
        Want::Is(DataType::String),
    ];
    let types = expect(name, args, settings, &wants)?;
    let size = size_of_literal(name, args, 2)?;
    let mode = mode_of_literal(name, args, 3)?;
    let of = match is_integer(name) {
        true => tuple::union::<i32>,
        false => tuple::union::<f64>,
    };
    let (function, other) = (name.to_string(), other_of(name));
    Ok(quaternary::<Bytes, Bytes, i32, Str, Vec<u8>>(
        types,
        DataType::Binary,
        any_nullable(args),
        move |left, right, _, _| of(left, right, other, (size, mode), &function).map(Some),
    ))
}

fn tuple_intersection(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 3, 3)?;
    let wants = [BINARY, BINARY, Want::Is(DataType::String)];
    let types = expect(name, args, settings, &wants)?;
    let mode = mode_of_literal(name, args, 2)?;
    let of = match is_integer(name) {
        true => tuple::intersection::<i32>,
        false => tuple::intersection::<f64>,
    };
    let (function, other) = (name.to_string(), other_of(name));
    Ok(ternary::<Bytes, Bytes, Str, Vec<u8>>(
        types,
        DataType::Binary,
        any_nullable(args),
        move |left, right, _| of(left, right, other, mode, &function).map(Some),
    ))
}

fn tuple_difference(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let types = expect(name, args, settings, &[BINARY, BINARY])?;
    let of = match is_integer(name) {
        true => tuple::difference::<i32>,
        false => tuple::difference::<f64>,
    };
    let (function, other) = (name.to_string(), other_of(name));
    Ok(binary::<Bytes, Bytes, Vec<u8>>(
        types,
        DataType::Binary,
        any_nullable(args),
        move |left, right| of(left, right, other, &function).map(Some),
    ))
}
