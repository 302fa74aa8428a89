//! Tuple sketches: theta sketches whose every key carries a number, folded as a mode
//! says. Their bytes are those of Java's `DoubleSummary` and `IntegerSummary`: each
//! number with the mode that it was made in, the entries in the order of the table.

use std::fmt::Debug;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int32Type};
use datasketches::codec::{SketchBytes, SketchSlice};
use datasketches::error::Error;
use datasketches::hash::value::{canonical_float, raw_bytes};
use datasketches::tuple::{
    CompactTupleSketch, SummaryCombinePolicy, SummaryPolicy, SummaryUpdatePolicy, TupleANotB,
    TupleIntersection, TupleSketch, TupleSketchBuilder, TupleSummaryValue, TupleUnion,
    TupleUnionBuilder,
};

use super::{Gather, Key, binary, invalid, keys, of_family, refused, sketches, theta};
use crate::error::{Result, SparkError};

/// How the numbers of one key become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    Sum,
    Min,
    Max,
    AlwaysOne,
}

impl Mode {
    const NAMES: [(&'static str, Mode); 4] = [
        ("sum", Mode::Sum),
        ("min", Mode::Min),
        ("max", Mode::Max),
        ("alwaysone", Mode::AlwaysOne),
    ];

    pub fn named(name: &str, function: &str) -> Result<Self> {
        let lower = name.to_lowercase();
        let found = Self::NAMES.iter().find(|(known, _)| *known == lower);
        found.map(|(_, mode)| *mode).ok_or_else(|| {
            SparkError::new(
                "TUPLE_INVALID_SKETCH_MODE",
                &[
                    ("function", &format!("`{function}`")),
                    ("mode", name),
                    ("validModes", "sum, min, max, alwaysone"),
                ],
            )
        })
    }

    fn numbered(number: u8) -> Self {
        let (_, mode) = Self::NAMES[usize::from(number & 3)];
        mode
    }
}

/// A number that keys carry.
pub trait Number: Copy + Debug + Send + Sync + 'static {
    const BYTES: usize;
    type Arrow: ArrowPrimitiveType<Native = Self>;

    fn start(mode: Mode) -> Self;
    fn fold(self, mode: Mode, other: Self) -> Self;
    /// What all numbers of a sketch are summed up in.
    type Whole: Copy + PartialOrd + std::ops::Add<Output = Self::Whole> + Send + Sync + 'static;
    fn whole(self) -> Self::Whole;
    fn one() -> Self;
    fn write(self, bytes: &mut SketchBytes);
    fn read(cursor: &mut SketchSlice<'_>) -> std::result::Result<Self, Error>;
    /// The number as Java writes it.
    fn raw(self) -> Vec<u8>;
}

macro_rules! number {
    ($native:ty, $whole:ty, $arrow:ty, $zero:expr, $one:expr, $least:expr, $most:expr,
     $plus:expr, $write:ident, $read:ident) => {
        impl Number for $native {
            const BYTES: usize = size_of::<$native>();
            type Arrow = $arrow;
            type Whole = $whole;

            fn start(mode: Mode) -> Self {
                match mode {
                    Mode::Sum => $zero,
                    Mode::Min => $most,
                    Mode::Max => $least,
                    Mode::AlwaysOne => $one,
                }
            }

            fn fold(self, mode: Mode, other: Self) -> Self {
                match mode {
                    Mode::Sum => $plus(self, other),
                    Mode::Min if other < self => other,
                    Mode::Max if other > self => other,
                    Mode::Min | Mode::Max => self,
                    Mode::AlwaysOne => $one,
                }
            }

            fn whole(self) -> $whole {
                <$whole>::from(self)
            }

            fn one() -> Self {
                $one
            }

            fn write(self, bytes: &mut SketchBytes) {
                bytes.$write(self);
            }

            fn read(cursor: &mut SketchSlice<'_>) -> std::result::Result<Self, Error> {
                let wrong =
                    |e| Error::new(datasketches::error::ErrorKind::InvalidData, format!("{e}"));
                cursor.$read().map_err(wrong)
            }

            fn raw(self) -> Vec<u8> {
                self.to_le_bytes().to_vec()
            }
        }
    };
}

number!(
    f64,
    f64,
    Float64Type,
    0.0,
    1.0,
    f64::NEG_INFINITY,
    f64::INFINITY,
    |a: f64, b: f64| a + b,
    write_f64_le,
    read_f64_le
);
number!(
    i32,
    i64,
    Int32Type,
    0,
    1,
    i32::MIN,
    i32::MAX,
    |a: i32, b: i32| a.wrapping_add(b),
    write_i32_le,
    read_i32_le
);

#[derive(Debug, Clone, Copy)]
pub struct Summary<N> {
    number: N,
    mode: Mode,
}

impl<N: Number> TupleSummaryValue for Summary<N> {
    fn serialize_size(&self) -> usize {
        N::BYTES + 1
    }

    fn serialize_value(&self, bytes: &mut SketchBytes) {
        self.number.write(bytes);
        bytes.write_u8(self.mode as u8);
    }

    fn deserialize_value(cursor: &mut SketchSlice<'_>) -> std::result::Result<Self, Error> {
        let number = N::read(cursor)?;
        let wrong = |e| Error::new(datasketches::error::ErrorKind::InvalidData, format!("{e}"));
        let mode = Mode::numbered(cursor.read_u8().map_err(wrong)?);
        Ok(Self { number, mode })
    }
}

/// How summaries of one mode begin and come together.
#[derive(Debug, Clone, Copy)]
pub struct Policy<N> {
    mode: Mode,
    number: std::marker::PhantomData<N>,
}

impl<N: Number> Policy<N> {
    fn new(mode: Mode) -> Self {
        Self {
            mode,
            number: std::marker::PhantomData,
        }
    }
}

impl<N: Number> SummaryPolicy for Policy<N> {
    type Summary = Summary<N>;

    fn create(&self) -> Summary<N> {
        Summary {
            number: N::start(self.mode),
            mode: self.mode,
        }
    }
}

impl<N: Number> SummaryUpdatePolicy<N> for Policy<N> {
    fn update(&self, summary: &mut Summary<N>, value: N) {
        summary.number = summary.number.fold(self.mode, value);
    }
}

impl<N: Number> SummaryCombinePolicy for Policy<N> {
    fn combine(&self, summary: &mut Summary<N>, other: &Summary<N>) {
        let fresh = N::start(self.mode).fold(self.mode, summary.number);
        summary.number = fresh.fold(self.mode, other.number);
        summary.mode = self.mode;
    }
}

type Sketch<N> = CompactTupleSketch<Summary<N>>;

pub fn read<N: Number>(bytes: &[u8], function: &str) -> Result<Sketch<N>> {
    let other = "TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY";
    of_family("TUPLE", bytes, other, function)?;
    CompactTupleSketch::deserialize(bytes)
        .map_err(|_| invalid("TUPLE_INVALID_INPUT_SKETCH_BUFFER", function))
}

const SEED_HASH: [u8; 2] = [0xCC, 0x93];
const NO_THRESHOLD: u64 = i64::MAX as u64;

/// The bytes of entries as Java writes them.
fn written<N: Number>(
    entries: impl Iterator<Item = (u64, Summary<N>)>,
    threshold: u64,
    is_empty: bool,
) -> Vec<u8> {
    const FAMILY: u8 = 9;
    let mut body = Vec::new();
    let mut count = 0_u32;
    for (hash, summary) in entries {
        count += 1;
        body.extend(hash.to_le_bytes());
        body.extend(summary.number.raw());
        body.push(summary.mode as u8);
    }
    let estimates = !is_empty && threshold < NO_THRESHOLD;
    let longs = match count {
        _ if estimates => 3,
        1 => 1,
        _ if is_empty => 1,
        _ => 2,
    };
    let flags = if is_empty { 0x0E } else { 0x0A };
    let mut bytes = vec![longs, 3, FAMILY, 1, 0, flags];
    bytes.extend(SEED_HASH);
    if longs > 1 {
        bytes.extend(count.to_le_bytes());
        bytes.extend([0; 4]);
    }
    if estimates {
        bytes.extend(threshold.to_le_bytes());
    }
    bytes.extend(body);
    bytes
}

fn bytes_of<N: Number>(sketch: &Sketch<N>, is_empty: bool) -> Vec<u8> {
    let entries = sketch.iter().map(|entry| (entry.hash(), *entry.summary()));
    written(entries, sketch.theta64(), is_empty)
}

/// Entries in the order of Java's table of an intersection.
fn in_places<T>(entries: impl Iterator<Item = (u64, T)>) -> Vec<(u64, T)> {
    const LEAST: usize = 16;
    let entries: Vec<_> = entries.collect();
    let wanted = (entries.len() as f64 / 0.75).ceil() as usize;
    let length = wanted.next_power_of_two().max(LEAST);
    let lg = length.trailing_zeros();
    let mut table: Vec<Option<(u64, T)>> = (0..length).map(|_| None).collect();
    for entry in entries {
        let stride = 2 * (entry.0 >> lg & 0x7F) as usize + 1;
        let mut at = entry.0 as usize % length;
        while table[at].is_some() {
            at = (at + stride) % length;
        }
        table[at] = Some(entry);
    }
    table.into_iter().flatten().collect()
}

/// The keys of a theta sketch, each with the number that a mode begins with.
fn of_theta<N: Number>(bytes: &[u8], mode: Mode, function: &str) -> Result<Sketch<N>> {
    let sketch = theta::read(bytes, function)?;
    let fresh = Policy::<N>::new(mode).create();
    let entries = sketch.iter().map(|entry| (entry.hash(), fresh));
    let written = written(entries, sketch.theta64(), sketch.is_empty());
    read(&written, function)
}

/// The right side of a set operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    Tuple,
    Theta,
}

fn pair<N: Number>(
    left: &[u8],
    right: &[u8],
    other: Other,
    mode: Mode,
    function: &str,
) -> Result<[Sketch<N>; 2]> {
    let left = read(left, function)?;
    let right = match other {
        Other::Tuple => read(right, function)?,
        Other::Theta => of_theta(right, mode, function)?,
    };
    Ok([left, right])
}

pub fn union<N: Number>(
    left: &[u8],
    right: &[u8],
    other: Other,
    (lg, mode): (u8, Mode),
    function: &str,
) -> Result<Vec<u8>> {
    let mut union = new_union::<N>(lg, mode)?;
    for sketch in pair(left, right, other, mode, function)? {
        union.update(&sketch).map_err(refused)?;
    }
    Ok(of_union(&union))
}

pub fn intersection<N: Number>(
    left: &[u8],
    right: &[u8],
    other: Other,
    mode: Mode,
    function: &str,
) -> Result<Vec<u8>> {
    let mut common = Common::<N>::new(mode);
    for sketch in pair(left, right, other, mode, function)? {
        common.take(&sketch)?;
    }
    Ok(common.bytes())
}

pub fn difference<N: Number>(
    left: &[u8],
    right: &[u8],
    other: Other,
    function: &str,
) -> Result<Vec<u8>> {
    let [left, right] = pair::<N>(left, right, other, Mode::Sum, function)?;
    let rest = TupleANotB::default().compute(&left, &right, false);
    let rest = rest.map_err(refused)?;
    Ok(bytes_of(&rest, rest.is_empty()))
}

pub fn estimate<N: Number>(bytes: &[u8], function: &str) -> Result<f64> {
    Ok(read::<N>(bytes, function)?.estimate())
}

pub fn threshold<N: Number>(bytes: &[u8], function: &str) -> Result<f64> {
    Ok(read::<N>(bytes, function)?.theta())
}

/// The numbers of all keys as one.
pub fn summary<N: Number>(bytes: &[u8], mode: Mode, function: &str) -> Result<N::Whole> {
    let sketch = read::<N>(bytes, function)?;
    let numbers = sketch.iter().map(|entry| match mode {
        Mode::AlwaysOne => N::one().whole(),
        _ => entry.summary().number.whole(),
    });
    let whole = numbers.reduce(|whole, number| match mode {
        Mode::Sum | Mode::AlwaysOne => whole + number,
        Mode::Min if number < whole => number,
        Mode::Max if number > whole => number,
        Mode::Min | Mode::Max => whole,
    });
    Ok(whole.unwrap_or(N::start(Mode::Sum).whole()))
}

fn new_union<N: Number>(lg: u8, mode: Mode) -> Result<TupleUnion<Policy<N>>> {
    let builder = TupleUnionBuilder::new(Policy::new(mode)).lg_k(lg);
    builder.build().map_err(refused)
}

fn of_union<N: Number>(union: &TupleUnion<Policy<N>>) -> Vec<u8> {
    let whole = union.to_sketch(false);
    bytes_of(&whole, whole.is_empty())
}

/// An intersection; Java's is empty only where one of its parts is.
#[derive(Debug)]
struct Common<N: Number> {
    common: TupleIntersection<Policy<N>>,
    has_empty: bool,
}

impl<N: Number> Common<N> {
    fn new(mode: Mode) -> Self {
        Self {
            common: TupleIntersection::new(Policy::new(mode)),
            has_empty: false,
        }
    }

    fn take(&mut self, sketch: &Sketch<N>) -> Result<()> {
        self.has_empty |= sketch.is_empty();
        self.common.update(sketch).map_err(refused)
    }

    fn bytes(&self) -> Vec<u8> {
        let found = self.common.to_sketch(false);
        found.map_or_else(Vec::new, |sketch| {
            let entries = in_places(sketch.iter().map(|e| (e.hash(), *e.summary())));
            written(entries.into_iter(), sketch.theta64(), self.has_empty)
        })
    }
}

/// `tuple_sketch_agg_…`.
#[derive(Debug)]
pub struct OfValues<N: Number> {
    sketch: TupleSketch<Policy<N>>,
    others: Option<TupleUnion<Policy<N>>>,
    lg: u8,
    mode: Mode,
    function: &'static str,
}

impl<N: Number> OfValues<N> {
    pub fn new(lg: u8, mode: Mode, function: &'static str) -> Result<Self> {
        let builder = TupleSketchBuilder::new(Policy::new(mode)).lg_k(lg);
        Ok(Self {
            sketch: builder.build().map_err(refused)?,
            others: None,
            lg,
            mode,
            function,
        })
    }
}

impl<N: Number> Gather for OfValues<N> {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let numbers = columns[1].as_primitive::<N::Arrow>();
        keys(&columns[0], |row, key| {
            if numbers.is_null(row) {
                return;
            }
            let number = numbers.value(row);
            match key {
                Key::Long(key) => self.sketch.update(key, number),
                Key::Double(key) => self.sketch.update(canonical_float::from_f64(key), number),
                Key::Bytes(key) => self.sketch.update(raw_bytes::from_slice(key), number),
            }
        })
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let other = read(state, self.function)?;
        let others = match &mut self.others {
            Some(others) => others,
            none => none.insert(new_union(self.lg, self.mode)?),
        };
        others.update(&other).map_err(refused)
    }

    fn state(&self) -> Result<Vec<u8>> {
        let Some(others) = &self.others else {
            let own = self.sketch.compact(false);
            return Ok(bytes_of(&own, own.is_empty()));
        };
        let mut union = new_union(self.lg, self.mode)?;
        union.update(&self.sketch).map_err(refused)?;
        union.update(&others.to_sketch(false)).map_err(refused)?;
        Ok(of_union(&union))
    }

    fn size(&self) -> usize {
        let others = self.others.as_ref().map_or(0, TupleUnion::estimated_size);
        self.sketch.estimated_size() + others
    }
}

/// `tuple_union_agg_…`.
#[derive(Debug)]
pub struct OfUnion<N: Number> {
    union: TupleUnion<Policy<N>>,
    function: &'static str,
}

impl<N: Number> OfUnion<N> {
    pub fn new(lg: u8, mode: Mode, function: &'static str) -> Result<Self> {
        let union = new_union(lg, mode)?;
        Ok(Self { union, function })
    }
}

impl<N: Number> Gather for OfUnion<N> {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        sketches(columns).try_for_each(|bytes| self.merge(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let other = read(state, self.function)?;
        self.union.update(&other).map_err(refused)
    }

    fn state(&self) -> Result<Vec<u8>> {
        Ok(of_union(&self.union))
    }

    fn size(&self) -> usize {
        self.union.estimated_size()
    }
}

/// `tuple_intersection_agg_…`: before the first sketch its state has no bytes.
#[derive(Debug)]
pub struct OfIntersection<N: Number> {
    common: Common<N>,
    function: &'static str,
}

impl<N: Number> OfIntersection<N> {
    pub fn new(mode: Mode, function: &'static str) -> Self {
        let common = Common::new(mode);
        Self { common, function }
    }
}

impl<N: Number> Gather for OfIntersection<N> {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        sketches(columns).try_for_each(|bytes| self.common.take(&read(bytes, self.function)?))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        match state.is_empty() {
            true => Ok(()),
            false => self.common.take(&read(state, self.function)?),
        }
    }

    fn state(&self) -> Result<Vec<u8>> {
        Ok(self.common.bytes())
    }

    fn size(&self) -> usize {
        self.common.common.estimated_size()
    }

    fn result(&self) -> Result<ArrayRef> {
        let found = self.common.bytes();
        Ok(match found.is_empty() {
            true => binary(&written::<N>(std::iter::empty(), NO_THRESHOLD, true)),
            false => binary(&found),
        })
    }
}
