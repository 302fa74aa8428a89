//! `hash` and `xxhash64`: Spark's hashes of rows. A value's hash is the seed of the
//! next, and a null leaves the seed as it is.
//!
//! `hash` is 32-bit Murmur3 with each byte after the last whole word mixed as a word
//! of its own; `xxhash64` is XXH64.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array};
use arrow::datatypes as at;
use arrow::datatypes::DataType as ArrowType;

use super::kernel::{expand, native_values};
use super::typing::{mismatch, wrong_count};
use crate::error::{Result, SparkError};
use crate::functions::{ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["hash"],
        bind: |n, a, s| bind::<Murmur>(n, a, s, DataType::Integer),
    },
    Scalar {
        names: &["xxhash64"],
        bind: |n, a, s| bind::<Xx>(n, a, s, DataType::Long),
    },
];

const SEED: u64 = 42;

/// A hash of words and bytes; 32-bit ones use the low half of the state.
trait Hash: 'static {
    fn int(value: i32, seed: u64) -> u64;
    fn long(value: i64, seed: u64) -> u64;
    fn bytes(value: &[u8], seed: u64) -> u64;
}

struct Murmur;

fn murmur_mix(hash: u32, word: u32) -> u32 {
    let word = word.wrapping_mul(0xCC9E_2D51).rotate_left(15);
    let hash = hash ^ word.wrapping_mul(0x1B87_3593);
    hash.rotate_left(13)
        .wrapping_mul(5)
        .wrapping_add(0xE654_6B64)
}

fn murmur_end(hash: u32, length: usize) -> u64 {
    let mut hash = hash ^ length as u32;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xC2B2_AE35);
    u64::from(hash ^ (hash >> 16))
}

impl Hash for Murmur {
    fn int(value: i32, seed: u64) -> u64 {
        murmur_end(murmur_mix(seed as u32, value as u32), 4)
    }

    fn long(value: i64, seed: u64) -> u64 {
        let low = murmur_mix(seed as u32, value as u32);
        murmur_end(murmur_mix(low, (value >> 32) as u32), 8)
    }

    fn bytes(value: &[u8], seed: u64) -> u64 {
        let (words, rest) = value.as_chunks::<4>();
        let hash = words.iter().fold(seed as u32, |hash, word| {
            murmur_mix(hash, u32::from_le_bytes(*word))
        });
        let hash = rest.iter().fold(hash, |hash, byte| {
            murmur_mix(hash, i32::from(*byte as i8) as u32)
        });
        murmur_end(hash, value.len())
    }
}

struct Xx;

const P1: u64 = 0x9E37_79B1_85EB_CA87;
const P2: u64 = 0xC2B2_AE3D_27D4_EB4F;
const P3: u64 = 0x1656_67B1_9E37_79F9;
const P4: u64 = 0x85EB_CA77_C2B2_AE63;
const P5: u64 = 0x27D4_EB2F_1656_67C5;

fn xx_round(state: u64, word: u64) -> u64 {
    let mixed = state.wrapping_add(word.wrapping_mul(P2));
    mixed.rotate_left(31).wrapping_mul(P1)
}

fn xx_long(hash: u64, word: u64) -> u64 {
    let hash = hash ^ xx_round(0, word);
    hash.rotate_left(27).wrapping_mul(P1).wrapping_add(P4)
}

fn xx_int(hash: u64, word: u32) -> u64 {
    let hash = hash ^ u64::from(word).wrapping_mul(P1);
    hash.rotate_left(23).wrapping_mul(P2).wrapping_add(P3)
}

fn xx_end(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 33)).wrapping_mul(P2);
    let hash = (hash ^ (hash >> 29)).wrapping_mul(P3);
    hash ^ (hash >> 32)
}

/// The four lanes over blocks of 32 bytes.
fn xx_blocks(blocks: &[[u8; 32]], seed: u64) -> u64 {
    let mut lanes = [
        seed.wrapping_add(P1).wrapping_add(P2),
        seed.wrapping_add(P2),
        seed,
        seed.wrapping_sub(P1),
    ];
    for block in blocks {
        for (lane, word) in lanes.iter_mut().zip(block.as_chunks::<8>().0) {
            *lane = xx_round(*lane, u64::from_le_bytes(*word));
        }
    }
    let [a, b, c, d] = lanes;
    let sum = a.rotate_left(1).wrapping_add(b.rotate_left(7));
    let sum = sum
        .wrapping_add(c.rotate_left(12))
        .wrapping_add(d.rotate_left(18));
    lanes.iter().fold(sum, |hash, lane| {
        (hash ^ xx_round(0, *lane))
            .wrapping_mul(P1)
            .wrapping_add(P4)
    })
}

impl Hash for Xx {
    fn int(value: i32, seed: u64) -> u64 {
        let hash = seed.wrapping_add(P5).wrapping_add(4);
        xx_end(xx_int(hash, value as u32))
    }

    fn long(value: i64, seed: u64) -> u64 {
        let hash = seed.wrapping_add(P5).wrapping_add(8);
        xx_end(xx_long(hash, value as u64))
    }

    fn bytes(value: &[u8], seed: u64) -> u64 {
        let (blocks, rest) = value.as_chunks::<32>();
        let hash = if blocks.is_empty() {
            seed.wrapping_add(P5)
        } else {
            xx_blocks(blocks, seed)
        };
        let mut hash = hash.wrapping_add(value.len() as u64);
        let (longs, rest) = rest.as_chunks::<8>();
        for word in longs {
            hash = xx_long(hash, u64::from_le_bytes(*word));
        }
        let (ints, rest) = rest.as_chunks::<4>();
        for word in ints {
            hash = xx_int(hash, u32::from_le_bytes(*word));
        }
        for byte in rest {
            hash ^= u64::from(*byte).wrapping_mul(P5);
            hash = hash.rotate_left(11).wrapping_mul(P1);
        }
        xx_end(hash)
    }
}

/// Hashes the value at a place of an array on top of a seed.
type Hasher<'a> = Box<dyn Fn(usize, u64) -> u64 + 'a>;

/// Java's bits of a number: one zero and one NaN.
fn double_bits(value: f64) -> i64 {
    match value {
        0.0 => 0,
        v if v.is_nan() => f64::NAN.to_bits() as i64 & i64::MAX,
        v => v.to_bits() as i64,
    }
}

fn float_bits(value: f32) -> i32 {
    match value {
        0.0 => 0,
        v if v.is_nan() => f32::NAN.to_bits() as i32 & i32::MAX,
        v => v.to_bits() as i32,
    }
}

/// Big-endian bytes without those that only repeat the sign.
pub fn decimal_bytes(value: i128) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let sign: u8 = if value < 0 { 0xFF } else { 0 };
    let same = |at: usize| bytes[at] == sign && (bytes[at + 1] ^ sign) & 0x80 == 0;
    let skipped = (0..15).take_while(|at| same(*at)).count();
    bytes[skipped..].to_vec()
}

fn hasher<H: Hash>(array: &ArrayRef) -> Result<Hasher<'_>> {
    use ArrowType as A;
    let plain: Hasher<'_> = match array.data_type() {
        A::Null => Box::new(|_, seed| seed),
        A::Boolean => {
            let values = array.as_boolean();
            Box::new(|at, seed| H::int(i32::from(values.value(at)), seed))
        }
        A::Int8 => {
            let values = native_values::<i8>(array.as_ref())?;
            Box::new(|at, seed| H::int(i32::from(values[at]), seed))
        }
        A::Int16 => {
            let values = native_values::<i16>(array.as_ref())?;
            Box::new(|at, seed| H::int(i32::from(values[at]), seed))
        }
        A::Int32 | A::Date32 | A::Interval(at::IntervalUnit::YearMonth) => {
            let values = native_values::<i32>(array.as_ref())?;
            Box::new(|at, seed| H::int(values[at], seed))
        }
        A::Int64 | A::Timestamp(..) | A::Duration(_) | A::Time64(_) => {
            let values = native_values::<i64>(array.as_ref())?;
            Box::new(|at, seed| H::long(values[at], seed))
        }
        A::Float32 => {
            let values = native_values::<f32>(array.as_ref())?;
            Box::new(|at, seed| H::int(float_bits(values[at]), seed))
        }
        A::Float64 => {
            let values = native_values::<f64>(array.as_ref())?;
            Box::new(|at, seed| H::long(double_bits(values[at]), seed))
        }
        A::Decimal128(precision, _) => {
            let (values, small) = (native_values::<i128>(array.as_ref())?, *precision <= 18);
            Box::new(move |at, seed| {
                if small {
                    H::long(values[at] as i64, seed)
                } else {
                    H::bytes(&decimal_bytes(values[at]), seed)
                }
            })
        }
        A::Utf8 => {
            let values = array.as_string::<i32>();
            Box::new(|at, seed| H::bytes(values.value(at).as_bytes(), seed))
        }
        A::Binary => {
            let values = array.as_binary::<i32>();
            Box::new(|at, seed| H::bytes(values.value(at), seed))
        }
        A::List(_) => {
            let lists = array.as_list::<i32>();
            let (each, offsets) = (hasher::<H>(lists.values())?, lists.value_offsets());
            Box::new(move |at, seed| {
                let places = offsets[at] as usize..offsets[at + 1] as usize;
                places.fold(seed, |seed, place| each(place, seed))
            })
        }
        A::Map(..) => {
            let maps = array.as_map();
            let (key, value) = (hasher::<H>(maps.keys())?, hasher::<H>(maps.values())?);
            let offsets = maps.value_offsets();
            Box::new(move |at, seed| {
                let places = offsets[at] as usize..offsets[at + 1] as usize;
                places.fold(seed, |seed, place| value(place, key(place, seed)))
            })
        }
        A::Struct(_) => {
            let columns = array.as_struct().columns();
            let fields: Vec<_> = columns.iter().map(hasher::<H>).collect::<Result<_>>()?;
            Box::new(move |at, seed| fields.iter().fold(seed, |seed, field| field(at, seed)))
        }
        other => {
            return Err(SparkError::not_implemented(format!("the hash of {other}")));
        }
    };
    if array.null_count() == 0 {
        return Ok(plain);
    }
    Ok(Box::new(move |at, seed| {
        if array.is_null(at) {
            seed
        } else {
            plain(at, seed)
        }
    }))
}

/// `xxhash64` of each value by itself; of a null the seed.
pub fn xxhash64(values: &ArrayRef) -> Result<Vec<u64>> {
    let hash = hasher::<Xx>(values)?;
    Ok((0..values.len()).map(|at| hash(at, SEED)).collect())
}

/// Spark's 32-bit Murmur3 of bytes.
pub fn murmur3_bytes(value: &[u8], seed: i32) -> i32 {
    Murmur::bytes(value, u64::from(seed as u32)) as i32
}

fn holds_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { .. } => true,
        DataType::Array { element, .. } => holds_map(element),
        DataType::Struct(fields) => fields.fields.iter().any(|f| holds_map(&f.data_type)),
        _ => false,
    }
}

fn holds_variant(data_type: &DataType) -> bool {
    match data_type {
        DataType::Variant => true,
        DataType::Array { element, .. } => holds_variant(element),
        DataType::Struct(fields) => fields.fields.iter().any(|f| holds_variant(&f.data_type)),
        _ => false,
    }
}

fn bind<H: Hash>(name: &str, args: &[ArgType], _: &Settings, returns: DataType) -> Result<Binding> {
    if args.is_empty() {
        return Err(wrong_count(name, "> 0", 0));
    }
    if args.iter().any(|a| holds_map(&a.data_type)) {
        let function = format!("`{name}`");
        return Err(mismatch(
            "HASH_MAP_TYPE",
            name,
            args,
            &[("functionName", &function)],
        ));
    }
    if args.iter().any(|a| holds_variant(&a.data_type)) {
        let function = format!("`{name}`");
        return Err(mismatch(
            "HASH_VARIANT_TYPE",
            name,
            args,
            &[("functionName", &function)],
        ));
    }
    let narrow = returns == DataType::Integer;
    let kernel: Kernel = Arc::new(move |args, rows| {
        let distinct = if args.iter().all(|a| a.is_scalar) {
            1
        } else {
            rows
        };
        let mut hashes = vec![SEED; distinct];
        for arg in args {
            let hash = hasher::<H>(&arg.array)?;
            for (row, state) in hashes.iter_mut().enumerate() {
                *state = hash(arg.at(row), *state);
            }
        }
        let built: ArrayRef = if narrow {
            Arc::new(Int32Array::from_iter_values(
                hashes.into_iter().map(|h| h as i32),
            ))
        } else {
            Arc::new(Int64Array::from_iter_values(
                hashes.into_iter().map(|h| h as i64),
            ))
        };
        expand(built, rows)
    });
    Ok(Binding {
        args: args.iter().map(|a| a.data_type.clone()).collect(),
        returns,
        nullable: false,
        kernel,
    })
}
