//! Maps out of keys and values: no null keys, and no key twice unless the last one wins
//! (`spark.sql.mapKeyDedupPolicy`).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MapArray, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::DataType as ArrowType;

use crate::error::{Result, SparkError};
use crate::functions::Settings;
use crate::functions::scalar::conditional::comparator;
use crate::functions::scalar::kernel::arrow_error;

/// What becomes of a key that comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    Refused,
    LastWins,
}

impl Repeated {
    pub fn of(settings: &Settings) -> Self {
        match settings.last_key_wins {
            true => Self::LastWins,
            false => Self::Refused,
        }
    }
}

/// The entries of maps, one after the other.
pub struct Entries {
    pub keys: ArrayRef,
    pub values: ArrayRef,
    pub offsets: OffsetBuffer<i32>,
    pub nulls: Option<NullBuffer>,
}

impl Entries {
    /// The maps, whose keys are known to differ.
    pub fn map(self, storage: &ArrowType) -> Result<ArrayRef> {
        let ArrowType::Map(field, sorted) = storage else {
            return Err(SparkError::internal("a map is stored as a map"));
        };
        let ArrowType::Struct(fields) = field.data_type() else {
            return Err(SparkError::internal("a map's entries are a struct"));
        };
        let pairs = StructArray::try_new(fields.clone(), vec![self.keys, self.values], None);
        let pairs = pairs.map_err(arrow_error)?;
        let built = MapArray::try_new(Arc::clone(field), self.offsets, pairs, self.nulls, *sorted);
        Ok(Arc::new(built.map_err(arrow_error)?))
    }
}

/// The maps of entries whose keys may be null or come twice.
///
/// # Errors
/// `NULL_MAP_KEY`, and `DUPLICATED_MAP_KEY` unless the last one wins.
pub fn map_of(entries: Entries, storage: &ArrowType, repeated: Repeated) -> Result<ArrayRef> {
    if entries.keys.logical_null_count() > 0 {
        return Err(SparkError::new("NULL_MAP_KEY", &[]));
    }
    let kept = match repeated_places(&entries, repeated)? {
        None => return entries.map(storage),
        Some(kept) => kept,
    };
    let (mut keys, mut values, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    for row in kept {
        lengths.push(row.len());
        keys.extend(row.iter().map(|(key, _)| *key));
        values.extend(row.iter().map(|(_, value)| *value));
    }
    let chosen = |side: &ArrayRef, places: Vec<u32>| {
        take(side, &UInt32Array::from(places), None).map_err(arrow_error)
    };
    let entries = Entries {
        keys: chosen(&entries.keys, keys)?,
        values: chosen(&entries.values, values)?,
        offsets: OffsetBuffer::from_lengths(lengths),
        nulls: entries.nulls,
    };
    entries.map(storage)
}

/// For each row the places of keys and of their values; `None` where no key comes twice.
type Places = Option<Vec<Vec<(u32, u32)>>>;

fn repeated_places(entries: &Entries, repeated: Repeated) -> Result<Places> {
    let compare = comparator(&entries.keys, &entries.keys)?;
    let (mut rows, mut is_repeated) = (Vec::new(), false);
    for span in entries.offsets.windows(2) {
        let mut sorted: Vec<usize> = (span[0] as usize..span[1] as usize).collect();
        sorted.sort_by(|a, b| compare(*a, *b).then(a.cmp(b)));
        let runs: Vec<&[usize]> = sorted.chunk_by(|a, b| compare(*a, *b).is_eq()).collect();
        // The first one that repeats another, as the entries stand.
        let again = runs.iter().filter_map(|run| run.get(1)).min();
        if let Some(place) = again {
            is_repeated = true;
            if repeated == Repeated::Refused {
                return Err(duplicate(&entries.keys, *place));
            }
        }
        let last = |run: &&[usize]| Some((*run.first()? as u32, *run.last()? as u32));
        let mut row: Vec<_> = runs.iter().filter_map(last).collect();
        row.sort_unstable();
        rows.push(row);
    }
    Ok(is_repeated.then_some(rows))
}

fn duplicate(keys: &ArrayRef, place: usize) -> SparkError {
    let text = arrow::util::display::array_value_to_string(keys, place).unwrap_or_default();
    SparkError::new(
        "DUPLICATED_MAP_KEY",
        &[
            ("key", &text),
            ("mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\""),
        ],
    )
}
