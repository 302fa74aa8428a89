//! When keys have had their time: an index from moments to places, so that what a
//! watermark releases is found without a look at all of the state.
//!
//! Moments are kept in buckets: a bucket that lies wholly before the limit is taken
//! whole, and only the one that the limit cuts is looked through. A place whose key
//! was removed or got a later moment leaves a stale entry behind; an operator that
//! does such things asks the place itself.

use std::collections::BTreeMap;

use super::Place;

/// Microseconds of a bucket. Most windows begin and end at whole seconds.
const BUCKET: i64 = 1_000_000;

/// `P` is what stands for a place; an operator with an index of its own may have
/// something else for it.
#[derive(Debug)]
pub struct ExpiryIndex<P = Place> {
    buckets: BTreeMap<i64, Vec<(i64, P)>>,
}

impl<P> Default for ExpiryIndex<P> {
    fn default() -> Self {
        Self {
            buckets: BTreeMap::new(),
        }
    }
}

impl<P> ExpiryIndex<P> {
    pub fn add(&mut self, moment: i64, place: P) {
        let bucket = self.buckets.entry(moment.div_euclid(BUCKET)).or_default();
        bucket.push((moment, place));
    }

    pub fn clear(&mut self) {
        self.buckets.clear();
    }

    /// The earliest moment that is kept, stale or not.
    pub fn earliest(&self) -> Option<i64> {
        let (_, bucket) = self.buckets.first_key_value()?;
        bucket.iter().map(|(moment, _)| *moment).min()
    }

    /// Takes the places that are due at `limit`, which counts as due.
    pub fn take_due(&mut self, limit: i64) -> Vec<(i64, P)> {
        let mut due = Vec::new();
        let last = limit.div_euclid(BUCKET);
        while let Some(entry) = self.buckets.first_entry() {
            let bucket = *entry.key();
            if bucket > last {
                break;
            }
            let (now, later): (Vec<_>, Vec<_>) = entry
                .remove()
                .into_iter()
                .partition(|(moment, _)| *moment <= limit);
            due.extend(now);
            if !later.is_empty() {
                self.buckets.insert(bucket, later);
                break;
            }
        }
        due
    }

    pub fn memory_bytes(&self) -> usize {
        let entry = size_of::<(i64, P)>();
        self.buckets.values().map(|b| b.capacity() * entry).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_due_and_what_is_after_stays() {
        let mut index = ExpiryIndex::default();
        let place = Place::default();
        for moment in [-5, 999_999, 1_000_000, 1_000_001, 7_000_000] {
            index.add(moment, place);
        }
        let due = |index: &mut ExpiryIndex, limit| {
            let mut moments: Vec<_> = index.take_due(limit).iter().map(|d| d.0).collect();
            moments.sort_unstable();
            moments
        };
        assert_eq!(index.earliest(), Some(-5));
        assert_eq!(due(&mut index, 1_000_000), [-5, 999_999, 1_000_000]);
        assert_eq!(index.earliest(), Some(1_000_001));
        assert_eq!(due(&mut index, 1_000_000), Vec::<i64>::new());
        assert_eq!(due(&mut index, 8_000_000), [1_000_001, 7_000_000]);
        assert_eq!(index.earliest(), None);
    }
}
