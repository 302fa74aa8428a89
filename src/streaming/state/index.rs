//! From a key's hash to its slot, growing a little at a time.
//!
//! One big hash table stops everything for as long as it takes to move all its
//! entries when it grows: with ten million keys, half a second within one batch.
//! This one is made of many small tables. A directory, indexed by some bits of the
//! hash, says which table a key is in; a table that is full is split in two by one
//! more bit, and so an insertion never moves more than [`FULL`] entries
//! ("extendible hashing"). Knows neither keys nor values: who asks compares them.

use hashbrown::HashTable;

use super::places::Slot;

/// A table of 2048 buckets takes as many: moving them takes some ten microseconds.
const FULL: usize = 1792;

/// Of a table that is made before its keys: few get more than fit, which would have
/// to be split.
const EXPECTED: u64 = 1600;

/// Within a table, the top seven bits tell entries apart and the lowest ones choose
/// the bucket, so the directory takes bits from the middle.
const SKIPPED_BITS: u32 = 8;

#[derive(Debug)]
pub(super) struct Index {
    /// `2^depth` numbers of tables. Tables of a lower depth appear several times.
    directory: Vec<u32>,
    depth: u32,
    tables: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    slots: HashTable<Slot>,
    /// How many bits of the hash all its entries have in common.
    depth: u32,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            directory: vec![0],
            depth: 0,
            tables: vec![Part::default()],
        }
    }
}

impl Index {
    /// Makes room for so many keys at once, where there are none yet: nothing is split
    /// or moved while they come.
    pub fn reserve(&mut self, keys: u64) {
        let is_new = self.tables.len() == 1 && self.tables[0].slots.is_empty();
        let depth = (keys / EXPECTED).checked_ilog2().map_or(0, |bits| bits + 1);
        if !is_new || depth == 0 {
            return;
        }
        let depth = depth.min(24);
        let part = |_| Part {
            slots: HashTable::with_capacity(FULL),
            depth,
        };
        self.tables = (0..1_u32 << depth).map(part).collect();
        self.directory = (0..1_u32 << depth).collect();
        self.depth = depth;
    }

    pub fn find(&self, hash: u64, same: impl Fn(Slot) -> bool) -> Option<Slot> {
        let part = &self.tables[self.part_of(hash)];
        part.slots.find(hash, |slot| same(*slot)).copied()
    }

    /// Adds a slot that is not in it. `hash_of` gives the hash of any slot in it.
    pub fn insert(&mut self, hash: u64, slot: Slot, hash_of: impl Fn(Slot) -> u64) {
        let mut at = self.part_of(hash);
        while self.tables[at].slots.len() >= FULL && self.may_split(at) {
            self.split(at, hash, &hash_of);
            at = self.part_of(hash);
        }
        let slots = &mut self.tables[at].slots;
        slots.insert_unique(hash, slot, |slot| hash_of(*slot));
    }

    pub fn remove(&mut self, hash: u64, slot: Slot) {
        let at = self.part_of(hash);
        let slots = &mut self.tables[at].slots;
        if let Ok(entry) = slots.find_entry(hash, |other| *other == slot) {
            entry.remove();
        }
    }

    pub fn memory_bytes(&self) -> usize {
        let tables: usize = self.tables.iter().map(|t| t.slots.allocation_size()).sum();
        tables + self.tables.capacity() * size_of::<Part>() + self.directory.capacity() * 4
    }

    fn part_of(&self, hash: u64) -> usize {
        self.directory[directory_bits(hash, self.depth)] as usize
    }

    /// Keys whose hashes are all alike would be split for ever, and the directory
    /// doubled each time: their table grows instead.
    fn may_split(&self, at: usize) -> bool {
        self.tables[at].depth < self.tables.len().ilog2() + 8
    }

    fn split(&mut self, at: usize, hash: u64, hash_of: &impl Fn(Slot) -> u64) {
        let part = std::mem::take(&mut self.tables[at]);
        let depth = part.depth + 1;
        if depth > self.depth {
            let doubled = self.directory.iter().flat_map(|part| [*part, *part]);
            self.directory = doubled.collect();
            self.depth = depth;
        }
        let half = || HashTable::with_capacity(FULL);
        let mut halves = [half(), half()];
        for slot in part.slots {
            let hash = hash_of(slot);
            let half = &mut halves[directory_bits(hash, depth) & 1];
            half.insert_unique(hash, slot, |slot| hash_of(*slot));
        }
        let other = self.tables.len() as u32;
        let [left, right] = halves.map(|slots| Part { slots, depth });
        self.tables[at] = left;
        self.tables.push(right);
        // The directory's entries for it lie side by side; their second half has
        // the new bit.
        let half = 1 << (self.depth - depth);
        let first = directory_bits(hash, depth - 1) * half * 2;
        self.directory[first + half..first + 2 * half].fill(other);
    }
}

fn directory_bits(hash: u64, depth: u32) -> usize {
    // A shift by 64 is none in the processor's eyes: depth 0 takes no bit at all.
    let bits = (hash << SKIPPED_BITS).checked_shr(64 - depth);
    bits.unwrap_or(0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(slot: Slot) -> u64 {
        u64::from(slot)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(17)
    }

    #[test]
    fn everything_is_found_however_often_it_was_split() {
        let mut index = Index::default();
        for slot in 0..200_000 {
            index.insert(hash(slot), slot, hash);
        }
        assert!(index.tables.len() > 100, "{}", index.tables.len());
        for slot in (0..200_000).step_by(2) {
            index.remove(hash(slot), slot);
        }
        for slot in 0..200_000 {
            let found = index.find(hash(slot), |other| other == slot);
            assert_eq!(found, (slot % 2 == 1).then_some(slot));
        }
        assert!(index.memory_bytes() < 200_000 * 12);
    }

    #[test]
    fn hashes_that_are_all_alike_are_no_end() {
        let mut index = Index::default();
        for slot in 0..5_000 {
            index.insert(7, slot, |_| 7);
        }
        assert_eq!(index.find(7, |other| other == 4_321), Some(4_321));
    }
}
