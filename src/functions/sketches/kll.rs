//! KLL sketches: quantiles and ranks of a stream of numbers. Up to k values they hold
//! them all; beyond, which values stay is thrown with coins, here as in Java.

use std::fmt::Debug;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{ArrowPrimitiveType, Float32Type, Float64Type, Int64Type};
use datasketches::common::SearchCriteria;
use datasketches::kll::{KllFloat, KllSketch, KllValue};

use super::{Gather, binary, invalid, refused, sketches};
use crate::error::{Result, SparkError};
use crate::types::{DataType, write_f32, write_f64};

pub const USUAL_K: u16 = 200;
pub const LEAST_K: i64 = 8;

/// A number that a sketch holds.
pub trait Number: KllValue + Ord + Debug + Send + Sync + 'static {
    type Arrow: ArrowPrimitiveType;
    /// The class of Java's sketch, as its summary names it.
    const CLASS: &'static str;
    /// As Spark calls what it holds.
    const TYPE: DataType;

    /// `None` for what is no number, which sketches pass over.
    fn of(native: <Self::Arrow as ArrowPrimitiveType>::Native) -> Option<Self>;
    fn native(&self) -> <Self::Arrow as ArrowPrimitiveType>::Native;
    fn shown(&self) -> String;
    fn of_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Number for i64 {
    type Arrow = Int64Type;
    const CLASS: &'static str = "KllLongsSketch";
    const TYPE: DataType = DataType::Long;

    fn of(native: i64) -> Option<Self> {
        Some(native)
    }

    fn native(&self) -> i64 {
        *self
    }

    fn shown(&self) -> String {
        self.to_string()
    }

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(i64::from_le_bytes)
    }
}

macro_rules! float {
    ($native:ty, $arrow:ty, $class:literal, $kind:ident, $write:ident) => {
        impl Number for KllFloat<$native> {
            type Arrow = $arrow;
            const CLASS: &'static str = $class;
            const TYPE: DataType = DataType::$kind;

            fn of(native: $native) -> Option<Self> {
                KllFloat::<$native>::new(native).ok()
            }

            fn native(&self) -> $native {
                **self
            }

            fn shown(&self) -> String {
                let mut text = String::new();
                $write(**self, &mut text);
                text
            }

            fn of_bytes(bytes: &[u8]) -> Option<Self> {
                let value = bytes.try_into().ok().map(<$native>::from_le_bytes);
                value.and_then(Self::of)
            }
        }
    };
}

float!(f32, Float32Type, "KllFloatsSketch", Float, write_f32);
float!(f64, Float64Type, "KllDoublesSketch", Double, write_f64);

/// The size of a sketch, where it is one.
pub fn checked_k(value: i64, function: &str) -> Result<u16> {
    match u16::try_from(value) {
        Ok(k) if value >= LEAST_K => Ok(k),
        _ => Err(SparkError::new(
            "KLL_SKETCH_K_OUT_OF_RANGE",
            &[
                ("functionName", &format!("`{function}`")),
                ("k", &value.to_string()),
            ],
        )),
    }
}

fn no_sketch(function: &str) -> SparkError {
    invalid("KLL_INVALID_INPUT_SKETCH_BUFFER", function)
}

pub fn read<N: Number>(bytes: &[u8], function: &str) -> Result<KllSketch<N>> {
    KllSketch::deserialize(bytes).map_err(|_| no_sketch(function))
}

/// Takes a sketch in. Java takes the values of one that holds them all in the order of
/// its bytes.
fn absorb<N: Number>(whole: &mut KllSketch<N>, bytes: &[u8], function: &str) -> Result<()> {
    const HEAD: usize = 24;
    let other = read::<N>(bytes, function)?;
    if other.n() < 2 || other.is_estimation_mode() {
        return whole.merge(&other).map_err(refused);
    }
    let size = size_of::<<N::Arrow as ArrowPrimitiveType>::Native>();
    let values = bytes.get(HEAD + 2 * size..).unwrap_or_default();
    for value in values.chunks_exact(size) {
        whole.update(N::of_bytes(value).ok_or_else(|| no_sketch(function))?);
    }
    Ok(())
}

pub fn merged<N: Number>(left: &[u8], right: &[u8], function: &str) -> Result<Vec<u8>> {
    let mut whole = read::<N>(left, function)?;
    absorb(&mut whole, right, function)?;
    Ok(whole.serialize())
}

pub fn quantile<N: Number>(sketch: &KllSketch<N>, rank: f64, function: &str) -> Result<N> {
    if sketch.is_empty() {
        return Err(no_sketch(function));
    }
    let found = sketch.quantile(rank, SearchCriteria::Inclusive);
    let found = found.map_err(|_| {
        let parameters = [("functionName", &*format!("`{function}`"))];
        SparkError::new("KLL_SKETCH_INVALID_QUANTILE_RANGE", &parameters)
    })?;
    found.ok_or_else(|| no_sketch(function))
}

pub fn rank<N: Number>(
    sketch: &KllSketch<N>,
    native: <N::Arrow as ArrowPrimitiveType>::Native,
    function: &str,
) -> Result<f64> {
    if sketch.is_empty() {
        return Err(no_sketch(function));
    }
    let Some(value) = N::of(native) else {
        // No value is at most what is no number.
        return Ok(0.0);
    };
    let found = sketch.rank(&value, SearchCriteria::Inclusive);
    found.ok_or_else(|| no_sketch(function))
}

/// Java's summary of a sketch.
pub fn summary<N: Number>(bytes: &[u8], function: &str) -> Result<String> {
    let sketch = read::<N>(bytes, function)?;
    let number = |at: usize| {
        let found = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
        found.map_or(0, |b| u32::from_le_bytes(b) as usize)
    };
    // What is beyond the head is there from two values on.
    let is_full = sketch.n() > 1;
    let levels = bytes.get(18).filter(|_| is_full).map_or(1, |n| *n as usize);
    let retained = sketch.num_retained();
    let capacity = match is_full {
        true => number(20) + retained,
        false => usize::from(sketch.k()),
    };
    let is_sorted = bytes.get(3).is_some_and(|flags| flags & 2 != 0);
    let of = |value: Option<&N>| value.map_or_else(|| "NaN".to_string(), N::shown);
    let size = size_of::<<N::Arrow as ArrowPrimitiveType>::Native>();
    let lines = [
        ("K", sketch.k().to_string()),
        ("Dynamic min K", sketch.min_k().to_string()),
        ("M", "8".to_string()),
        ("N", sketch.n().to_string()),
        ("Epsilon", percent(sketch.normalized_rank_error())),
        ("Epsilon PMF", percent(sketch.normalized_pmf_error())),
        ("Empty", sketch.is_empty().to_string()),
        ("Estimation Mode", (levels > 1).to_string()),
        ("Levels", levels.to_string()),
        ("Level 0 Sorted", is_sorted.to_string()),
        ("Capacity Items", capacity.to_string()),
        ("Retained Items", retained.to_string()),
        ("Free Space", (capacity - retained).to_string()),
        ("ReadOnly", "false".to_string()),
        (
            "Updatable Storage Bytes",
            (20 + 4 * (levels + 1) + size * (capacity + 2)).to_string(),
        ),
        ("Compact Storage Bytes", bytes.len().to_string()),
        ("Min Item", of(sketch.min_item())),
        ("Max Item", of(sketch.max_item())),
    ];
    let mut text = format!("\n### Kll{} Summary:\n", N::CLASS);
    for (name, value) in lines {
        text.push_str(&format!("   {name:<23}: {value}\n"));
    }
    text.push_str("### End sketch summary\n");
    Ok(text)
}

fn percent(error: f64) -> String {
    format!("{:.3}%", error * 100.0)
}

/// `kll_sketch_agg_…`.
#[derive(Debug)]
pub struct OfValues<N: Number> {
    sketch: KllSketch<N>,
    function: &'static str,
}

impl<N: Number> OfValues<N> {
    pub fn new(k: u16, function: &'static str) -> Result<Self> {
        let sketch = KllSketch::new(k).map_err(refused)?;
        Ok(Self { sketch, function })
    }
}

impl<N: Number> Gather for OfValues<N> {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let values = columns[0].as_primitive::<N::Arrow>().iter().flatten();
        values
            .filter_map(N::of)
            .for_each(|value| self.sketch.update(value));
        Ok(())
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        absorb(&mut self.sketch, state, self.function)
    }

    fn state(&self) -> Result<Vec<u8>> {
        Ok(self.sketch.serialize())
    }

    fn size(&self) -> usize {
        self.sketch.num_retained() * size_of::<N>()
    }
}

/// `kll_merge_agg_…`: as large as the first sketch where no size is given.
#[derive(Debug)]
pub struct OfSketches<N: Number> {
    sketch: Option<KllSketch<N>>,
    function: &'static str,
}

impl<N: Number> OfSketches<N> {
    pub fn new(k: Option<u16>, function: &'static str) -> Result<Self> {
        let sketch = k.map(KllSketch::new).transpose().map_err(refused)?;
        Ok(Self { sketch, function })
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let k = read::<N>(bytes, self.function)?.k();
        let sketch = match &mut self.sketch {
            Some(sketch) => sketch,
            none => none.insert(KllSketch::new(k).map_err(refused)?),
        };
        absorb(sketch, bytes, self.function)
    }
}

impl<N: Number> Gather for OfSketches<N> {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        sketches(columns).try_for_each(|bytes| self.take(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        match state.is_empty() {
            true => Ok(()),
            false => self.take(state),
        }
    }

    fn state(&self) -> Result<Vec<u8>> {
        let sketch = self.sketch.as_ref();
        Ok(sketch.map_or_else(Vec::new, KllSketch::serialize))
    }

    fn size(&self) -> usize {
        let sketch = self.sketch.as_ref();
        sketch.map_or(0, |sketch| sketch.num_retained() * size_of::<N>())
    }

    fn result(&self) -> Result<ArrayRef> {
        let bytes = match &self.sketch {
            Some(sketch) => sketch.serialize(),
            None => KllSketch::<N>::new(USUAL_K).map_err(refused)?.serialize(),
        };
        Ok(binary(&bytes))
    }
}
