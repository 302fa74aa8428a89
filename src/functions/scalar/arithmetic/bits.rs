//! Operators on the bits of integers.

use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::common_type;
use crate::functions::scalar::kernel::{Bytes, binary, unary};
use crate::functions::scalar::typing::{
    Want, any_nullable, arity, different_operands, expect, expect_exactly, wrong_operands,
};
use crate::functions::{ArgType, Binding, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["&"],
        bind: |n, a, s| logic(n, a, s, |x, y| x & y),
    },
    Scalar {
        names: &["|"],
        bind: |n, a, s| logic(n, a, s, |x, y| x | y),
    },
    Scalar {
        names: &["^"],
        bind: |n, a, s| logic(n, a, s, |x, y| x ^ y),
    },
    Scalar {
        names: &["~"],
        bind: not,
    },
    Scalar {
        names: &["shiftleft", "<<"],
        bind: |n, a, s| shift(n, a, s, Direction::Left),
    },
    Scalar {
        names: &["shiftright", ">>"],
        bind: |n, a, s| shift(n, a, s, Direction::Right),
    },
    Scalar {
        names: &["shiftrightunsigned", ">>>"],
        bind: |n, a, s| shift(n, a, s, Direction::RightUnsigned),
    },
    Scalar {
        names: &["bit_count"],
        bind: bit_count,
    },
    Scalar {
        names: &["bitmap_bit_position"],
        bind: |n, a, s| place(n, a, s, bit_position),
    },
    Scalar {
        names: &["bitmap_bucket_number"],
        bind: |n, a, s| place(n, a, s, bucket_number),
    },
    Scalar {
        names: &["bitmap_count"],
        bind: bitmap_count,
    },
    Scalar {
        names: &["bit_get", "getbit"],
        bind: get,
    },
];

/// Sign extension makes the operation on 64 bits right for every smaller size.
fn logic(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    f: fn(i64, i64) -> i64,
) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let common = match (&args[0].data_type, &args[1].data_type) {
        (DataType::Null, DataType::Null) => DataType::Integer,
        (l, r) if !settings.ansi && (*l == DataType::String || *r == DataType::String) => {
            if l == r || !l.is_integral() && !r.is_integral() {
                DataType::String
            } else {
                return Err(different_operands(name, args));
            }
        }
        (l, r) => common_type(l, r, settings.ansi).ok_or_else(|| different_operands(name, args))?,
    };
    if !common.is_integral() {
        let one_sided = args[0].data_type != args[1].data_type
            && args.iter().all(|a| a.data_type != DataType::String);
        return Err(if one_sided {
            different_operands(name, args)
        } else {
            wrong_operands(name, args, "\"INTEGRAL\"", &common)
        });
    }
    let nullable = any_nullable(args);
    let types = vec![common.clone(); 2];
    macro_rules! sized {
        ($native:ty) => {
            binary::<$native, $native, $native>(types, common, nullable, move |a, b| {
                Ok(Some(f(i64::from(a), i64::from(b)) as $native))
            })
        };
    }
    Ok(match common {
        DataType::Byte => sized!(i8),
        DataType::Short => sized!(i16),
        DataType::Integer => sized!(i32),
        _ => sized!(i64),
    })
}

fn not(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Integral])?;
    let (data_type, nullable) = (types[0].clone(), args[0].nullable);
    macro_rules! sized {
        ($native:ty) => {
            unary::<$native, $native>(types, data_type, nullable, |v| Ok(Some(!v)))
        };
    }
    Ok(match data_type {
        DataType::Byte => sized!(i8),
        DataType::Short => sized!(i16),
        DataType::Integer => sized!(i32),
        _ => sized!(i64),
    })
}

#[derive(Clone, Copy)]
enum Direction {
    Left,
    Right,
    RightUnsigned,
}

fn shift(name: &str, args: &[ArgType], settings: &Settings, to: Direction) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let value = Want::OneOf(vec![Want::Is(DataType::Integer), Want::Is(DataType::Long)]);
    let types = expect(name, args, settings, &[value, Want::Is(DataType::Integer)])?;
    let nullable = any_nullable(args);
    Ok(if types[0] == DataType::Integer {
        binary::<i32, i32, i32>(types, DataType::Integer, nullable, move |v, by| {
            Ok(Some(match to {
                Direction::Left => v.wrapping_shl(by as u32),
                Direction::Right => v.wrapping_shr(by as u32),
                Direction::RightUnsigned => (v as u32).wrapping_shr(by as u32) as i32,
            }))
        })
    } else {
        binary::<i64, i32, i64>(types, DataType::Long, nullable, move |v, by| {
            Ok(Some(match to {
                Direction::Left => v.wrapping_shl(by as u32),
                Direction::Right => v.wrapping_shr(by as u32),
                Direction::RightUnsigned => (v as u64).wrapping_shr(by as u32) as i64,
            }))
        })
    })
}

/// Bits of a bitmap.
const BITMAP: i64 = 32_768;

/// The bit that stands for a value: positive ones count from one.
fn bit_position(value: i64) -> i64 {
    if value > 0 {
        (value - 1) % BITMAP
    } else {
        value.wrapping_neg() % BITMAP
    }
}

/// The bitmap that a value is in.
fn bucket_number(value: i64) -> i64 {
    if value > 0 {
        1 + (value - 1) / BITMAP
    } else {
        value / BITMAP
    }
}

fn place(name: &str, args: &[ArgType], settings: &Settings, f: fn(i64) -> i64) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let types = expect(name, args, settings, &[Want::Is(DataType::Long)])?;
    let nullable = args[0].nullable;
    Ok(unary::<i64, i64>(
        types,
        DataType::Long,
        nullable,
        move |v| Ok(Some(f(v))),
    ))
}

fn bitmap_count(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[Want::Is(DataType::Binary)])?;
    let count = |bytes: &[u8]| bytes.iter().map(|byte| i64::from(byte.count_ones())).sum();
    let (types, nullable) = (vec![DataType::Binary], args[0].nullable);
    Ok(unary::<Bytes, i64>(
        types,
        DataType::Long,
        nullable,
        move |bytes| Ok(Some(count(bytes))),
    ))
}

fn bit_count(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let wanted = Want::OneOf(vec![Want::Integral, Want::Is(DataType::Boolean)]);
    expect_exactly(name, args, &[wanted])?;
    let nullable = args[0].nullable;
    if args[0].data_type == DataType::Boolean {
        let count = |v: bool| Ok(Some(i32::from(v)));
        return Ok(unary::<bool, i32>(
            vec![DataType::Boolean],
            DataType::Integer,
            nullable,
            count,
        ));
    }
    // Counted on 64 bits with the sign extended, as Spark does.
    Ok(unary::<i64, i32>(
        vec![DataType::Long],
        DataType::Integer,
        nullable,
        |v| Ok(Some(v.count_ones() as i32)),
    ))
}

/// The bit at a position from the right.
fn get(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    let wants = [Want::Integral, Want::Is(DataType::Integer)];
    let types = expect(name, args, settings, &wants)?;
    let nullable = any_nullable(args);
    macro_rules! sized {
        ($native:ty) => {
            binary::<$native, i32, i8>(types, DataType::Byte, nullable, |value, at| {
                let bits = <$native>::BITS;
                match u32::try_from(at) {
                    Ok(at) if at < bits => Ok(Some((value >> at & 1) as i8)),
                    _ => Err(out_of_range(at, bits)),
                }
            })
        };
    }
    Ok(match types[0] {
        DataType::Byte => sized!(i8),
        DataType::Short => sized!(i16),
        DataType::Integer => sized!(i32),
        _ => sized!(i64),
    })
}

fn out_of_range(at: i32, bits: u32) -> SparkError {
    SparkError::new(
        "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
        &[
            ("parameter", "`pos`"),
            ("functionName", "`bit_get`"),
            ("upper", &bits.to_string()),
            ("invalidValue", &at.to_string()),
        ],
    )
}
