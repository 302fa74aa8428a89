//! HLL sketches of eight bits a register: counts of distinct values.
//!
//! Spark keeps the *updatable* bytes, whose small sketches are hash tables with their
//! empty places; the crate writes them compact. So the places of the coupons are kept
//! here beside the crate's sketch until it turns into registers.

use std::hash::{Hash, Hasher};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType as ArrowType, Int32Type, Int64Type};
use datasketches::hash::value::raw_bytes;
use datasketches::hll::{Coupon, HllSketch, HllType, HllUnion};

use super::{Gather, invalid, refused, sketches};
use crate::error::{Result, SparkError};

pub const LEAST_LG_K: i64 = 4;
pub const MOST_LG_K: i64 = 21;
pub const USUAL_LG_K: u8 = 12;

/// Places of a list of coupons, and of the smallest table of them.
const LIST: usize = 8;
const LEAST_TABLE: usize = 32;

/// The bits of a coupon that are its address.
const ADDRESS: u32 = (1 << 26) - 1;

#[derive(Debug, Clone)]
pub struct Hll {
    sketch: HllSketch,
    /// None from when there are registers.
    coupons: Option<Coupons>,
}

impl Hll {
    pub fn new(lg_k: u8) -> Result<Self> {
        Ok(Self {
            sketch: HllSketch::new(lg_k, HllType::Hll8).map_err(refused)?,
            coupons: Some(Coupons::default()),
        })
    }

    pub fn read(bytes: &[u8], function: &str) -> Result<Self> {
        let wrong = || invalid("HLL_INVALID_INPUT_SKETCH_BUFFER", function);
        let sketch = HllSketch::deserialize(bytes).map_err(|_| wrong())?;
        let coupons = match bytes.get(7).map(|mode| mode & 3) {
            Some(0 | 1) => Some(Coupons::read(bytes).ok_or_else(wrong)?),
            _ => None,
        };
        Ok(Self { sketch, coupons })
    }

    pub fn lg_k(&self) -> u8 {
        self.sketch.lg_config_k()
    }

    fn add<T: Hash>(&mut self, value: T) {
        let coupon = Coupon::from_value(value);
        self.sketch.update_with_coupon(coupon);
        let lg_k = self.lg_k();
        self.coupons = self.coupons.take().and_then(|coupons| {
            let mut raw = Raw(0);
            coupon.hash(&mut raw);
            coupons.with(raw.0, lg_k)
        });
    }

    pub fn estimate(&self) -> i64 {
        (self.sketch.estimate() + 0.5).floor() as i64
    }

    pub fn bytes(&self) -> Vec<u8> {
        match &self.coupons {
            Some(coupons) => coupons.bytes(self.lg_k()),
            None => self.sketch.serialize(),
        }
    }
}

/// The number of a coupon, which the crate tells to hashers only.
struct Raw(u32);

impl Hasher for Raw {
    fn finish(&self) -> u64 {
        u64::from(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for (at, byte) in bytes.iter().take(4).enumerate() {
            self.0 |= u32::from(*byte) << (8 * at);
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = value;
    }
}

/// A list of coupons, or from eight on a hash table of them; zero is no coupon.
#[derive(Debug, Clone)]
struct Coupons {
    places: Vec<u32>,
    count: usize,
}

impl Default for Coupons {
    fn default() -> Self {
        Self {
            places: vec![0; LIST],
            count: 0,
        }
    }
}

impl Coupons {
    fn is_list(&self) -> bool {
        self.places.len() == LIST
    }

    fn table(places: usize, coupons: &[u32]) -> Self {
        let mut table = Self {
            places: vec![0; places],
            count: 0,
        };
        for coupon in coupons.iter().filter(|coupon| **coupon != 0) {
            table.put(*coupon);
        }
        table
    }

    fn put(&mut self, coupon: u32) {
        let lg = self.places.len().trailing_zeros();
        let mask = self.places.len() as u32 - 1;
        let stride = (coupon & ADDRESS) >> lg | 1;
        let mut at = coupon & mask;
        while !matches!(self.places[at as usize], 0) {
            if self.places[at as usize] == coupon {
                return;
            }
            at = (at + stride) & mask;
        }
        self.places[at as usize] = coupon;
        self.count += 1;
    }

    /// With one more coupon; `None` where it is time for registers.
    fn with(mut self, coupon: u32, lg_k: u8) -> Option<Self> {
        if self.is_list() {
            if self.places[..self.count].contains(&coupon) {
                return Some(self);
            }
            self.places[self.count] = coupon;
            self.count += 1;
            return match self.count < LIST {
                true => Some(self),
                false if lg_k < 8 => None,
                false => Some(Self::table(LEAST_TABLE, &self.places)),
            };
        }
        self.put(coupon);
        let places = self.places.len();
        if 4 * self.count <= 3 * places {
            return Some(self);
        }
        let is_last = places.trailing_zeros() + 3 == u32::from(lg_k);
        (!is_last).then(|| Self::table(2 * places, &self.places))
    }

    fn all(&self) -> impl Iterator<Item = u32> {
        self.places.iter().copied().filter(|coupon| *coupon != 0)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        const COMPACT: u8 = 8;
        let is_list = bytes.get(7)? & 3 == 0;
        let start = if is_list { 8 } else { 12 };
        let numbers = bytes.get(start..)?.as_chunks::<4>().0.iter();
        let coupons: Vec<u32> = numbers.map(|number| u32::from_le_bytes(*number)).collect();
        if is_list {
            let mut list = Self {
                count: usize::from(*bytes.get(6)?),
                ..Self::default()
            };
            let given = coupons.get(..list.count)?;
            list.places.get_mut(..list.count)?.copy_from_slice(given);
            return Some(list);
        }
        let places = 1_usize << bytes.get(4)?;
        if bytes.get(5)? & COMPACT != 0 {
            return Some(Self::table(places, &coupons));
        }
        let places = coupons.get(..places)?.to_vec();
        let count = places.iter().filter(|coupon| **coupon != 0).count();
        Some(Self { places, count })
    }

    fn bytes(&self, lg_k: u8) -> Vec<u8> {
        const FAMILY: u8 = 7;
        const EIGHT_BITS: u8 = 8;
        let lg = self.places.len().trailing_zeros() as u8;
        let mut bytes = if self.is_list() {
            let flags = if self.count == 0 { 4 } else { 0 };
            let count = self.count as u8;
            vec![2, 1, FAMILY, lg_k, lg, flags, count, EIGHT_BITS]
        } else {
            let mut head = vec![3, 1, FAMILY, lg_k, lg, 0, 0, EIGHT_BITS | 1];
            head.extend((self.count as u32).to_le_bytes());
            head
        };
        for coupon in &self.places {
            bytes.extend(coupon.to_le_bytes());
        }
        bytes
    }
}

/// The union of sketches, as large as the first one asks.
#[derive(Debug)]
pub struct Union {
    union: HllUnion,
    coupons: Option<Coupons>,
}

impl Union {
    pub fn new(lg_k: u8) -> Result<Self> {
        Ok(Self {
            union: HllUnion::new(lg_k).map_err(refused)?,
            coupons: Some(Coupons::default()),
        })
    }

    pub fn lg_k(&self) -> u8 {
        self.union.lg_config_k()
    }

    pub fn add(&mut self, other: &Hll) {
        let is_first = self.union.is_empty() && self.lg_k() == other.lg_k();
        let lg_k = self.lg_k();
        self.union.update(&other.sketch);
        self.coupons = match (self.coupons.take(), &other.coupons) {
            (Some(_), Some(others)) if is_first => Some(others.clone()),
            (Some(own), Some(others)) => {
                let all = others.all();
                let mut held = Some(own);
                all.for_each(|coupon| held = held.take().and_then(|h| h.with(coupon, lg_k)));
                held
            }
            (own, None) if other.sketch.is_empty() => own,
            _ => None,
        };
    }

    pub fn whole(&self) -> Hll {
        Hll {
            sketch: self.union.to_sketch(HllType::Hll8),
            coupons: self.coupons.clone(),
        }
    }
}

/// Fails for sketches of different sizes.
pub fn same_size(left: u8, right: u8, function: &str) -> Result<()> {
    if left == right {
        return Ok(());
    }
    Err(SparkError::new(
        "HLL_UNION_DIFFERENT_LG_K",
        &[
            ("left", &left.to_string()),
            ("right", &right.to_string()),
            ("function", &format!("`{function}`")),
        ],
    ))
}

/// `hll_sketch_agg`.
#[derive(Debug)]
pub struct OfValues {
    hll: Hll,
    function: &'static str,
}

impl OfValues {
    pub fn new(lg_k: u8, function: &'static str) -> Result<Self> {
        let hll = Hll::new(lg_k)?;
        Ok(Self { hll, function })
    }
}

impl Gather for OfValues {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let column = &columns[0];
        match column.data_type() {
            ArrowType::Int32 => {
                let values = column.as_primitive::<Int32Type>().iter().flatten();
                values.for_each(|value| self.hll.add(i64::from(value)));
            }
            ArrowType::Int64 => {
                let values = column.as_primitive::<Int64Type>().iter().flatten();
                values.for_each(|value| self.hll.add(value));
            }
            ArrowType::Utf8 => {
                let values = column.as_string::<i32>().iter().flatten();
                let full = values.filter(|value| !value.is_empty());
                full.for_each(|value| self.hll.add(raw_bytes::from_str(value)));
            }
            _ => {
                let values = column.as_binary::<i32>().iter().flatten();
                let full = values.filter(|value| !value.is_empty());
                full.for_each(|value| self.hll.add(raw_bytes::from_slice(value)));
            }
        }
        Ok(())
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let mut union = Union::new(self.hll.lg_k())?;
        union.add(&self.hll);
        union.add(&Hll::read(state, self.function)?);
        self.hll = union.whole();
        Ok(())
    }

    fn state(&self) -> Result<Vec<u8>> {
        Ok(self.hll.bytes())
    }

    fn size(&self) -> usize {
        self.hll.sketch.estimated_size()
    }
}

/// `hll_union_agg`: without a size before the first sketch is there.
#[derive(Debug)]
pub struct OfSketches {
    union: Option<Union>,
    any_size: bool,
    function: &'static str,
}

impl OfSketches {
    pub fn new(any_size: bool, function: &'static str) -> Self {
        Self {
            union: None,
            any_size,
            function,
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let sketch = Hll::read(bytes, self.function)?;
        let union = match &mut self.union {
            Some(union) => union,
            none => none.insert(Union::new(sketch.lg_k())?),
        };
        if !self.any_size {
            same_size(union.lg_k(), sketch.lg_k(), self.function)?;
        }
        union.add(&sketch);
        Ok(())
    }
}

impl Gather for OfSketches {
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
        let union = self.union.as_ref();
        Ok(union.map_or_else(Vec::new, |union| union.whole().bytes()))
    }

    fn size(&self) -> usize {
        self.union.as_ref().map_or(0, |u| u.union.estimated_size())
    }

    fn result(&self) -> Result<ArrayRef> {
        let bytes = match &self.union {
            Some(union) => union.whole().bytes(),
            None => Hll::new(USUAL_LG_K)?.bytes(),
        };
        Ok(super::binary(&bytes))
    }
}
