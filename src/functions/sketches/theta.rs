//! Theta sketches: sets of hashes below a threshold, which can be united, intersected
//! and taken from each other. Their bytes are compact, ordered and compressed.

use arrow::array::ArrayRef;
use datasketches::hash::value::{canonical_float, raw_bytes};
use datasketches::theta::{
    CompactThetaSketch, ThetaANotB, ThetaIntersection, ThetaSketch, ThetaSketchBuilder, ThetaUnion,
    ThetaUnionBuilder,
};

use super::{Gather, Key, binary, invalid, keys, of_family, refused, sketches};
use crate::error::{Result, SparkError};

pub const USUAL_LG: i32 = 12;
const LEAST_LG: i64 = 4;
const MOST_LG: i64 = 26;

/// The logarithm of a sketch's size, where it is one.
pub fn checked_lg(value: i64, function: &str) -> Result<u8> {
    match u8::try_from(value) {
        // The library's smallest sketch is twice as large.
        Ok(4) => Err(SparkError::not_implemented(format_args!(
            "lgNomEntries 4 of {function}"
        ))),
        Ok(lg) if (LEAST_LG..=MOST_LG).contains(&value) => Ok(lg),
        _ => Err(SparkError::new(
            "SKETCH_INVALID_LG_NOM_ENTRIES",
            &[
                ("function", &format!("`{function}`")),
                ("min", &LEAST_LG.to_string()),
                ("max", &MOST_LG.to_string()),
                ("value", &value.to_string()),
            ],
        )),
    }
}

pub fn read(bytes: &[u8], function: &str) -> Result<CompactThetaSketch> {
    let other = "THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY";
    of_family("COMPACT", bytes, other, function)?;
    CompactThetaSketch::deserialize(bytes)
        .map_err(|_| invalid("THETA_INVALID_INPUT_SKETCH_BUFFER", function))
}

/// The compressed bytes; Java marks a sketch of one hash, which holds no count.
fn written(sketch: &CompactThetaSketch) -> Vec<u8> {
    const ONE: u8 = 0x20;
    let mut bytes = sketch.serialize_compressed();
    let is_one = sketch.num_retained() == 1 && !sketch.is_estimation_mode();
    if let (true, Some(flags)) = (is_one, bytes.get_mut(5)) {
        *flags |= ONE;
    }
    bytes
}

pub fn estimate(bytes: &[u8], function: &str) -> Result<i64> {
    Ok((read(bytes, function)?.estimate() + 0.5).floor() as i64)
}

pub fn union(left: &[u8], right: &[u8], lg: u8, function: &str) -> Result<Vec<u8>> {
    let mut union = new_union(lg)?;
    for bytes in [left, right] {
        union.update(&read(bytes, function)?).map_err(refused)?;
    }
    Ok(written(&union.to_sketch(true)))
}

pub fn intersection(left: &[u8], right: &[u8], function: &str) -> Result<Vec<u8>> {
    let mut common = ThetaIntersection::default();
    for bytes in [left, right] {
        common.update(&read(bytes, function)?).map_err(refused)?;
    }
    Ok(of_common(&common))
}

pub fn difference(left: &[u8], right: &[u8], function: &str) -> Result<Vec<u8>> {
    let (left, right) = (read(left, function)?, read(right, function)?);
    let rest = ThetaANotB::default().compute(&left, &right, true);
    Ok(written(&rest.map_err(refused)?))
}

fn new_union(lg: u8) -> Result<ThetaUnion> {
    let builder = ThetaUnionBuilder::default().lg_k(lg);
    builder.build().map_err(refused)
}

fn new_sketch(lg: u8) -> Result<ThetaSketch> {
    let builder = ThetaSketchBuilder::default().lg_k(lg);
    builder.build().map_err(refused)
}

fn of_common(common: &ThetaIntersection) -> Vec<u8> {
    let found = common.to_sketch(true);
    found.map_or_else(Vec::new, |sketch| written(&sketch))
}

/// `theta_sketch_agg`: a sketch of values, which becomes a union when states come.
#[derive(Debug)]
pub struct OfValues {
    sketch: ThetaSketch,
    union: Option<ThetaUnion>,
    lg: u8,
    function: &'static str,
}

impl OfValues {
    pub fn new(lg: u8, function: &'static str) -> Result<Self> {
        Ok(Self {
            sketch: new_sketch(lg)?,
            union: None,
            lg,
            function,
        })
    }
}

impl Gather for OfValues {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        keys(&columns[0], |_, key| match key {
            Key::Long(value) => self.sketch.update(value),
            Key::Double(value) => self.sketch.update(canonical_float::from_f64(value)),
            Key::Bytes(value) => self.sketch.update(raw_bytes::from_slice(value)),
        })
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let other = read(state, self.function)?;
        let union = match &mut self.union {
            Some(union) => union,
            none => none.insert(new_union(self.lg)?),
        };
        union.update(&other).map_err(refused)
    }

    fn state(&self) -> Result<Vec<u8>> {
        // A union leaves out what a sketch holds beyond its size.
        let mut union = new_union(self.lg)?;
        union.update(&self.sketch).map_err(refused)?;
        if let Some(others) = &self.union {
            union.update(&others.to_sketch(true)).map_err(refused)?;
        }
        Ok(written(&union.to_sketch(true)))
    }

    fn size(&self) -> usize {
        let union = self.union.as_ref().map_or(0, ThetaUnion::estimated_size);
        self.sketch.estimated_size() + union
    }
}

/// `theta_union_agg`.
#[derive(Debug)]
pub struct OfUnion {
    union: ThetaUnion,
    function: &'static str,
}

impl OfUnion {
    pub fn new(lg: u8, function: &'static str) -> Result<Self> {
        let union = new_union(lg)?;
        Ok(Self { union, function })
    }
}

impl Gather for OfUnion {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        sketches(columns).try_for_each(|bytes| self.merge(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let other = read(state, self.function)?;
        self.union.update(&other).map_err(refused)
    }

    fn state(&self) -> Result<Vec<u8>> {
        Ok(written(&self.union.to_sketch(true)))
    }

    fn size(&self) -> usize {
        self.union.estimated_size()
    }
}

/// `theta_intersection_agg`: before the first sketch its state has no bytes.
#[derive(Debug)]
pub struct OfIntersection {
    common: ThetaIntersection,
    function: &'static str,
}

impl OfIntersection {
    pub fn new(function: &'static str) -> Self {
        Self {
            common: ThetaIntersection::default(),
            function,
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let other = read(bytes, self.function)?;
        self.common.update(&other).map_err(refused)
    }
}

impl Gather for OfIntersection {
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
        Ok(of_common(&self.common))
    }

    fn size(&self) -> usize {
        self.common.estimated_size()
    }

    fn result(&self) -> Result<ArrayRef> {
        let found = of_common(&self.common);
        Ok(match found.is_empty() {
            true => {
                let nothing = new_sketch(USUAL_LG as u8)?.compact(true);
                binary(&written(&nothing))
            }
            false => binary(&found),
        })
    }
}
