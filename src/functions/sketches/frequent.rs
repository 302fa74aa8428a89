//! Sketches of frequent items: counts of so many values at most. When there are too
//! many, the median of the counts is taken off all, and those without any are dropped.
//!
//! The crate's own such sketch places items by a hash of Rust's; which of equally
//! frequent values come first is by Java's places, so the table is kept here.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Int32Array, Int64Array, ListArray, StringArray,
    StructArray, new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType as ArrowType, Int32Type};

use super::Gather;
use super::item::{Item, Kind, kind_of};
use crate::error::{Result, SparkError};
use crate::types::{DataType, StructField, StructType};

pub const USUAL_K: i64 = 5;
pub const USUAL_TRACKED: i64 = 10_000;
pub const MOST_TRACKED: i64 = 1_000_000;

const LEAST_LG: u8 = 3;
const MOST_SAMPLES: usize = 1024;
const FAMILY: u8 = 10;

#[derive(Debug, Clone)]
struct Place {
    item: Item,
    count: i64,
    /// How far it stands from where its hash would put it, from one.
    drift: usize,
}

#[derive(Debug, Clone)]
pub struct Sketch {
    kind: Kind,
    lg_most: u8,
    places: Vec<Option<Place>>,
    active: usize,
    weight: i64,
    offset: i64,
}

/// The logarithm of the table for so many items.
fn lg_of(tracked: i64) -> u8 {
    let places = (tracked as f64 / 0.75).ceil();
    let lg = (places.ln() / 2_f64.ln()).ceil();
    (lg as u8).max(LEAST_LG)
}

fn capacity(places: usize) -> usize {
    places / 4 * 3
}

impl Sketch {
    pub fn new(kind: Kind, tracked: i64) -> Self {
        Self::of_size(kind, lg_of(tracked), LEAST_LG)
    }

    fn of_size(kind: Kind, lg_most: u8, lg: u8) -> Self {
        let lg_most = lg_most.max(LEAST_LG);
        Self {
            kind,
            lg_most,
            places: vec![None; 1 << lg.clamp(LEAST_LG, lg_most)],
            active: 0,
            weight: 0,
            offset: 0,
        }
    }

    fn add(&mut self, item: Item, count: i64) {
        self.weight += count;
        self.put(item, count);
        if self.active <= capacity(self.places.len()) {
            return;
        }
        if self.places.len() < 1 << self.lg_most {
            let larger = vec![None; self.places.len() * 2];
            let old = std::mem::replace(&mut self.places, larger);
            self.active = 0;
            for place in old.into_iter().flatten() {
                self.put(place.item, place.count);
            }
        } else {
            self.purge();
        }
    }

    fn put(&mut self, item: Item, count: i64) {
        let mask = self.places.len() - 1;
        let mut at = finalised(self.kind.hash(&item)) as usize & mask;
        let mut drift = 1;
        loop {
            match &mut self.places[at] {
                Some(place) if place.item == item => {
                    place.count += count;
                    return;
                }
                Some(_) => {
                    at = (at + 1) & mask;
                    drift += 1;
                }
                free => {
                    *free = Some(Place { item, count, drift });
                    self.active += 1;
                    return;
                }
            }
        }
    }

    /// Takes the median of the first counts off all of them.
    fn purge(&mut self) {
        let most = capacity(1 << self.lg_most).min(MOST_SAMPLES);
        let counts = self.places.iter().flatten().map(|place| place.count);
        let mut samples: Vec<i64> = counts.take(most.min(self.active)).collect();
        let middle = samples.len() / 2;
        let (_, median, _) = samples.select_nth_unstable(middle);
        let median = *median;
        for place in self.places.iter_mut().flatten() {
            place.count -= median;
        }
        self.offset += median;
        let length = self.places.len();
        let empty = (0..length).rev().find(|at| self.places[*at].is_none());
        let first = empty.unwrap_or(0);
        // From the back, so that what is moved up has been seen.
        for at in (0..first).rev().chain((first..length).rev()) {
            if self.places[at]
                .as_ref()
                .is_some_and(|place| place.count <= 0)
            {
                self.drop_at(at);
            }
        }
    }

    /// Empties a place; those behind it that were pushed on move up.
    fn drop_at(&mut self, at: usize) {
        let mask = self.places.len() - 1;
        self.places[at] = None;
        self.active -= 1;
        let (mut free, mut distance) = (at, 1);
        let mut probe = (at + 1) & mask;
        while let Some(place) = &self.places[probe] {
            if place.drift > distance {
                let moved = Place {
                    drift: place.drift - distance,
                    ..place.clone()
                };
                self.places[free] = Some(moved);
                self.places[probe] = None;
                (free, distance) = (probe, 0);
            }
            probe = (probe + 1) & mask;
            distance += 1;
        }
    }

    /// The items in the order of Java's iterator, which leaps by the golden ratio.
    fn leaping(&self) -> impl Iterator<Item = &Place> {
        let length = self.places.len();
        let stride = (length as f64 * ((5_f64.sqrt() - 1.0) / 2.0)) as usize | 1;
        let order = (0..length).map(move |step| step * stride % length);
        order.filter_map(|at| self.places[at].as_ref())
    }

    pub fn merge(&mut self, other: &Self) {
        if other.active == 0 {
            return;
        }
        let weight = self.weight + other.weight;
        for place in other.leaping() {
            self.add(place.item.clone(), place.count);
        }
        self.offset += other.offset;
        self.weight = weight;
    }

    pub fn bytes(&self) -> Vec<u8> {
        let lg = self.places.len().trailing_zeros() as u8;
        if self.active == 0 {
            return vec![1, 1, FAMILY, self.lg_most, lg, 5, 0, 0];
        }
        let active: Vec<&Place> = self.places.iter().flatten().collect();
        let mut bytes = vec![4, 1, FAMILY, self.lg_most, lg, 0, 0, 0];
        bytes.extend((active.len() as u64).to_le_bytes());
        bytes.extend(self.weight.to_le_bytes());
        bytes.extend(self.offset.to_le_bytes());
        for place in &active {
            bytes.extend(place.count.to_le_bytes());
        }
        let items: Vec<&Item> = active.iter().map(|place| &place.item).collect();
        bytes.extend(self.kind.write(&items));
        bytes
    }

    /// `None` where the bytes are not those of such a sketch.
    pub fn read(kind: Kind, bytes: &[u8]) -> Option<Self> {
        const LARGEST: u8 = 31;
        let head = bytes.get(..8)?;
        if head[1] != 1 || head[2] != FAMILY || head[3] > LARGEST || head[4] > LARGEST {
            return None;
        }
        if head[5] & 4 != 0 {
            return (head[0] == 1).then(|| Self::of_size(kind, head[3], LEAST_LG));
        }
        let number = |at: usize| {
            let found = bytes.get(8 * at..8 * at + 8)?.try_into().ok()?;
            Some(i64::from_le_bytes(found))
        };
        let active = usize::try_from(number(1)? & i64::from(u32::MAX)).ok()?;
        let first = 4 + active;
        let items = kind.read(bytes.get(8 * first..)?, active)?;
        let mut sketch = Self::of_size(kind, head[3], head[4]);
        for (at, item) in items.into_iter().enumerate() {
            sketch.add(item, number(4 + at)?);
        }
        sketch.offset += number(3)?;
        sketch.weight = number(2)?;
        Some(sketch)
    }

    /// At most `k` items, the most frequent first, nulls among them.
    fn top(&self, k: usize, nulls: i64) -> Vec<(Option<Item>, i64)> {
        let sure = self.leaping().filter(|place| place.count > self.offset);
        let mut top: Vec<_> = sure
            .map(|place| (Some(place.item.clone()), place.count + self.offset))
            .collect();
        top.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        if nulls > 0 {
            let at = top.partition_point(|(_, count)| *count >= nulls);
            top.insert(at, (None, nulls));
        }
        top.truncate(k);
        top
    }
}

/// Murmur's finaliser of a 64 bit word.
fn finalised(hash: i32) -> u64 {
    let mut word = i64::from(hash) as u64;
    word ^= word >> 33;
    word = word.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    word ^= word >> 33;
    word = word.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    word ^ word >> 33
}

/// A sketch and how many nulls it saw: the bytes of both, the count's high byte first.
#[derive(Debug, Clone)]
pub struct Counted {
    sketch: Sketch,
    nulls: i64,
}

impl Counted {
    /// A sketch that saw nothing.
    pub fn nothing(kind: Kind) -> Self {
        Self {
            sketch: Sketch::new(kind, 1),
            nulls: 0,
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.sketch.bytes();
        bytes.extend(self.nulls.to_be_bytes());
        bytes
    }

    pub fn read(kind: Kind, bytes: &[u8]) -> Result<Self> {
        let parts = bytes.split_last_chunk::<8>();
        let read = parts.and_then(|(sketch, nulls)| {
            Some(Self {
                sketch: Sketch::read(kind, sketch)?,
                nulls: i64::from_be_bytes(*nulls),
            })
        });
        read.ok_or_else(|| SparkError::internal("these are not the bytes of a sketch of items"))
    }

    fn add(&mut self, column: &ArrayRef) -> Result<()> {
        for row in 0..column.len() {
            match column.is_valid(row) {
                true => self.sketch.add(self.sketch.kind.item(column, row)?, 1),
                false => self.nulls += 1,
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) {
        self.sketch.merge(&other.sketch);
        self.nulls += other.nulls;
    }
}

/// Lists of the most frequent items, one for each sketch.
pub fn lists(tops: &[(Counted, usize)], returns: &ArrowType) -> Result<ArrayRef> {
    let ArrowType::List(entry) = returns else {
        return Err(SparkError::internal("frequent items are no list"));
    };
    let ArrowType::Struct(fields) = entry.data_type() else {
        return Err(SparkError::internal("a frequent item is no struct"));
    };
    let (mut items, mut counts, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    for (counted, k) in tops {
        let top = counted.sketch.top(*k, counted.nulls);
        lengths.push(top.len());
        for (item, count) in top {
            items.push(item);
            counts.push(count);
        }
    }
    let storage = fields[0].data_type();
    let columns = vec![
        kind_of(storage)?.column(&items, storage)?,
        Arc::new(Int64Array::from(counts)) as ArrayRef,
    ];
    let rows = StructArray::try_new(fields.clone(), columns, None).map_err(SparkError::internal)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let list = ListArray::try_new(Arc::clone(entry), offsets, Arc::new(rows), None);
    Ok(Arc::new(list.map_err(SparkError::internal)?))
}

/// `approx_top_k`.
#[derive(Debug)]
pub struct Top {
    counted: Counted,
    k: usize,
    returns: ArrowType,
}

impl Top {
    pub fn new(kind: Kind, k: usize, tracked: i64, returns: ArrowType) -> Self {
        let counted = Counted {
            sketch: Sketch::new(kind, tracked),
            nulls: 0,
        };
        Self {
            counted,
            k,
            returns,
        }
    }
}

impl Gather for Top {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        self.counted.add(&columns[0])
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let other = Counted::read(self.counted.sketch.kind, state)?;
        self.counted.merge(&other);
        Ok(())
    }

    fn state(&self) -> Result<Vec<u8>> {
        Ok(self.counted.bytes())
    }

    fn size(&self) -> usize {
        self.counted.sketch.places.len() * size_of::<Option<Place>>()
    }

    fn result(&self) -> Result<ArrayRef> {
        lists(&[(self.counted.clone(), self.k)], &self.returns)
    }
}

/// The row that a sketch is kept as: its bytes, its size, a null of its items' type, and
/// that type in words.
fn kept(bytes: &[u8], tracked: i64, ddl: &str, returns: &ArrowType) -> Result<ArrayRef> {
    let ArrowType::Struct(fields) = returns else {
        return Err(SparkError::internal("a kept sketch is no struct"));
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(BinaryArray::from_vec(vec![bytes])),
        Arc::new(Int32Array::from(vec![tracked as i32])),
        new_null_array(fields[2].data_type(), 1),
        Arc::new(StringArray::from(vec![ddl])),
    ];
    let row = StructArray::try_new(fields.clone(), columns, None);
    Ok(Arc::new(row.map_err(SparkError::internal)?))
}

/// The type of items in words, as it is kept beside a sketch.
pub fn ddl_of(item: &DataType) -> String {
    match item {
        DataType::String => "item string not null".to_string(),
        other => format!("item {} NOT NULL", other.sql()),
    }
}

/// `approx_top_k_accumulate`.
#[derive(Debug)]
pub struct Kept {
    counted: Counted,
    tracked: i64,
    ddl: String,
    returns: ArrowType,
}

impl Kept {
    pub fn new(kind: Kind, tracked: i64, ddl: String, returns: ArrowType) -> Self {
        let counted = Counted {
            sketch: Sketch::new(kind, tracked),
            nulls: 0,
        };
        Self {
            counted,
            tracked,
            ddl,
            returns,
        }
    }
}

impl Gather for Kept {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        self.counted.add(&columns[0])
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let other = Counted::read(self.counted.sketch.kind, state)?;
        self.counted.merge(&other);
        Ok(())
    }

    fn state(&self) -> Result<Vec<u8>> {
        Ok(self.counted.bytes())
    }

    fn size(&self) -> usize {
        self.counted.sketch.places.len() * size_of::<Option<Place>>()
    }

    fn result(&self) -> Result<ArrayRef> {
        kept(
            &self.counted.bytes(),
            self.tracked,
            &self.ddl,
            &self.returns,
        )
    }
}

/// `approx_top_k_combine`: of the size that is asked for, or that all sketches have.
#[derive(Debug)]
pub struct Combined {
    counted: Option<Counted>,
    kind: Kind,
    asked: Option<i64>,
    tracked: Option<i64>,
    ddl: Option<String>,
    returns: ArrowType,
}

impl Combined {
    pub fn new(kind: Kind, asked: Option<i64>, returns: ArrowType) -> Self {
        Self {
            counted: None,
            kind,
            asked,
            tracked: asked,
            ddl: None,
            returns,
        }
    }

    fn take(&mut self, bytes: &[u8], tracked: i64, ddl: &str) -> Result<()> {
        let known = *self.tracked.get_or_insert(tracked);
        if self.asked.is_none() && known != tracked {
            return Err(SparkError::new(
                "APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH",
                &[
                    ("size1", &known.to_string()),
                    ("size2", &tracked.to_string()),
                ],
            ));
        }
        let own = self.ddl.get_or_insert_with(|| ddl.to_string());
        if own.as_str() != ddl {
            let quoted = |ddl: &str| {
                let words = ddl.trim_start_matches("item ").to_uppercase();
                format!("\"{}\"", words.trim_end_matches(" NOT NULL"))
            };
            return Err(SparkError::new(
                "APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH",
                &[("type1", &quoted(own)), ("type2", &quoted(ddl))],
            ));
        }
        let kind = Kind::in_words(ddl).unwrap_or(self.kind);
        let other = Counted::read(kind, bytes)?;
        let size = self.asked.unwrap_or(MOST_TRACKED);
        let counted = self.counted.get_or_insert_with(|| Counted {
            sketch: Sketch::new(kind, size),
            nulls: 0,
        });
        counted.merge(&other);
        Ok(())
    }

    fn parts(&self) -> (Vec<u8>, i64, String) {
        let bytes = match &self.counted {
            Some(counted) => counted.bytes(),
            None => Vec::new(),
        };
        let tracked = self.tracked.unwrap_or(-1);
        (bytes, tracked, self.ddl.clone().unwrap_or_default())
    }
}

impl Gather for Combined {
    fn add(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let rows = columns[0].as_struct();
        let (bytes, tracked) = (
            rows.column(0).as_binary::<i32>(),
            rows.column(1).as_primitive::<Int32Type>(),
        );
        let ddl = rows.column(3).as_string::<i32>();
        for row in (0..rows.len()).filter(|row| rows.is_valid(*row)) {
            self.take(bytes.value(row), tracked.value(row).into(), ddl.value(row))?;
        }
        Ok(())
    }

    /// The state is that of Spark: size, length of the type in words, that, the sketch.
    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let read = state.split_first_chunk::<8>().and_then(|(size, rest)| {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let (ddl, sketch) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            let ddl = std::str::from_utf8(ddl).ok()?;
            Some((i64::from_be_bytes(*size), ddl.to_string(), sketch))
        });
        match read {
            Some((tracked, ddl, sketch)) if !sketch.is_empty() => self.take(sketch, tracked, &ddl),
            _ => Ok(()),
        }
    }

    fn state(&self) -> Result<Vec<u8>> {
        let (bytes, tracked, ddl) = self.parts();
        let mut state = tracked.to_be_bytes().to_vec();
        state.extend((ddl.len() as u32).to_be_bytes());
        state.extend(ddl.as_bytes());
        state.extend(bytes);
        Ok(state)
    }

    fn size(&self) -> usize {
        let places = self.counted.as_ref().map_or(0, |c| c.sketch.places.len());
        places * size_of::<Option<Place>>()
    }

    fn result(&self) -> Result<ArrayRef> {
        let (bytes, tracked, ddl) = self.parts();
        kept(&bytes, tracked, &ddl, &self.returns)
    }
}

fn field(name: &str, data_type: DataType, nullable: bool) -> StructField {
    StructField {
        name: name.to_string(),
        data_type,
        nullable,
        metadata: Default::default(),
    }
}

/// The type of a list of frequent items.
pub fn list_type(item: &DataType) -> DataType {
    DataType::Array {
        element: Box::new(DataType::Struct(StructType::new([
            field("item", item.clone(), true),
            field("count", DataType::Long, false),
        ]))),
        contains_null: false,
    }
}

/// The type of a kept sketch.
pub fn kept_type(item: &DataType) -> DataType {
    DataType::Struct(StructType::new([
        field("sketch", DataType::Binary, false),
        field("maxItemsTracked", DataType::Integer, false),
        field("itemDataType", item.clone(), true),
        field("itemDataTypeDDL", DataType::String, false),
    ]))
}
