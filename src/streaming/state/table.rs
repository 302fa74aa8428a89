//! The keys and values of a store in memory.
//!
//! Keys lie one after the other in one buffer, values in another; a slot says
//! where its two are. A value that is not longer than its place is written over
//! it, so updating a key allocates nothing. Slots keep their number until their
//! key is gone, so an operator may look keys up once a batch and work with
//! numbers. Since the last commit the old value of each touched slot is kept, to
//! know what changed and to be able to take it back. Knows nothing of files.

use hashbrown::HashTable;

/// The number of a key's place in a store.
pub type Slot = u32;

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    hash: u64,
    key_at: usize,
    value_at: usize,
    key_len: u32,
    value_len: u32,
    /// How long a value fits in place.
    room: u32,
    /// Whether the key has a value; one that was only looked up has none.
    live: bool,
    touched: bool,
}

/// The value of a slot as of the last commit.
#[derive(Debug, Clone, Copy)]
struct Before {
    slot: Slot,
    was_live: bool,
    at: usize,
    len: u32,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    index: HashTable<Slot>,
    places: Vec<Place>,
    free: Vec<Slot>,
    keys: Vec<u8>,
    values: Vec<u8>,
    touched: Vec<Before>,
    before: Vec<u8>,
    live: usize,
    /// Bytes of `keys` and `values` that no slot needs.
    key_waste: usize,
    value_waste: usize,
}

/// A key that differs from the last commit, and its value now (none: removed).
pub(super) type Change<'a> = (&'a [u8], Option<&'a [u8]>);

impl Table {
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn memory_bytes(&self) -> usize {
        self.keys.capacity()
            + self.values.capacity()
            + self.before.capacity()
            + self.places.capacity() * size_of::<Place>()
            + self.touched.capacity() * size_of::<Before>()
            + self.free.capacity() * size_of::<Slot>()
            + self.index.allocation_size()
    }

    /// What the live keys and values need on disk, nearly.
    pub fn live_bytes(&self) -> usize {
        self.keys.len() + self.values.len() - self.key_waste - self.value_waste
    }

    pub fn find(&self, key: &[u8]) -> Option<Slot> {
        let hash = hash_of(key);
        let same = |slot: &Slot| self.place(*slot).hash == hash && self.key(*slot) == key;
        self.index.find(hash, same).copied()
    }

    pub fn find_or_insert(&mut self, key: &[u8]) -> Slot {
        let hash = hash_of(key);
        let (places, keys) = (&self.places, &self.keys);
        let found = self.index.find(hash, |slot| {
            places
                .get(*slot as usize)
                .is_some_and(|p| p.hash == hash && key_of(keys, p) == key)
        });
        if let Some(slot) = found {
            return *slot;
        }
        let place = Place {
            hash,
            key_at: self.keys.len(),
            key_len: key.len() as u32,
            ..Place::default()
        };
        self.keys.extend_from_slice(key);
        let slot = self.occupy(place);
        let places = &self.places;
        let rehash = |slot: &Slot| places.get(*slot as usize).map_or(0, |p| p.hash);
        self.index.insert_unique(hash, slot, rehash);
        // Touched without a value: dropped at the commit unless it gets one.
        self.touch(slot);
        slot
    }

    fn occupy(&mut self, place: Place) -> Slot {
        if let Some(slot) = self.free.pop() {
            *self.place_mut(slot) = place;
            return slot;
        }
        self.places.push(place);
        (self.places.len() - 1) as Slot
    }

    pub fn value(&self, slot: Slot) -> Option<&[u8]> {
        let place = self.place(slot);
        place.live.then(|| value_of(&self.values, place))
    }

    pub fn key(&self, slot: Slot) -> &[u8] {
        key_of(&self.keys, self.place(slot))
    }

    pub fn set_value(&mut self, slot: Slot, value: &[u8]) {
        self.touch(slot);
        let end = self.values.len();
        let was_live = self.place(slot).live;
        let place = self.place_mut(slot);
        if value.len() > place.room as usize {
            let wasted = place.room as usize;
            place.value_at = end;
            place.room = value.len() as u32;
            place.value_len = value.len() as u32;
            self.values.extend_from_slice(value);
            self.value_waste += wasted;
        } else {
            place.value_len = value.len() as u32;
            let at = place.value_at;
            if let Some(target) = self.values.get_mut(at..at + value.len()) {
                target.copy_from_slice(value);
            }
        }
        self.place_mut(slot).live = true;
        self.live += usize::from(!was_live);
    }

    pub fn remove(&mut self, slot: Slot) -> bool {
        if !self.place(slot).live {
            return false;
        }
        self.touch(slot);
        self.place_mut(slot).live = false;
        self.live -= 1;
        true
    }

    /// The slots with a value, in no order that means anything.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let live = |(at, place): (usize, &Place)| place.live.then_some(at as Slot);
        self.places.iter().enumerate().filter_map(live)
    }

    /// Keeps the value of the last commit, once.
    fn touch(&mut self, slot: Slot) {
        let place = *self.place(slot);
        if place.touched {
            return;
        }
        self.place_mut(slot).touched = true;
        let at = self.before.len();
        if place.live {
            self.before
                .extend_from_slice(value_of(&self.values, &place));
        }
        self.touched.push(Before {
            slot,
            was_live: place.live,
            at,
            len: place.value_len,
        });
    }

    /// What differs from the last commit. A key that got back its old value, or
    /// that came and went, does not.
    pub fn changes(&self) -> impl Iterator<Item = Change<'_>> {
        self.touched.iter().filter_map(|before| {
            let now = self.value(before.slot);
            (now != self.value_before(before)).then(|| (self.key(before.slot), now))
        })
    }

    fn value_before(&self, before: &Before) -> Option<&[u8]> {
        let end = before.at + before.len as usize;
        before.was_live.then(|| self.before.get(before.at..end))?
    }

    /// Makes the present state the one that later changes are seen against.
    pub fn accept(&mut self) {
        let touched = std::mem::take(&mut self.touched);
        for before in &touched {
            self.place_mut(before.slot).touched = false;
            if !self.place(before.slot).live {
                self.vacate(before.slot);
            }
        }
        self.reuse(touched);
        self.compact();
    }

    /// Takes back all changes since the last `accept`.
    pub fn revert(&mut self) {
        let touched = std::mem::take(&mut self.touched);
        let old = std::mem::take(&mut self.before);
        for before in &touched {
            let end = before.at + before.len as usize;
            match old.get(before.at..end).filter(|_| before.was_live) {
                Some(value) => self.set_value(before.slot, value),
                None => {
                    self.remove(before.slot);
                    self.vacate(before.slot);
                }
            }
            self.place_mut(before.slot).touched = false;
        }
        self.before = old;
        self.reuse(touched);
    }

    /// Empties the two lists of changes, without giving up their memory.
    fn reuse(&mut self, mut touched: Vec<Before>) {
        touched.clear();
        self.touched = touched;
        self.before.clear();
    }

    fn vacate(&mut self, slot: Slot) {
        let place = *self.place(slot);
        if let Ok(entry) = self.index.find_entry(place.hash, |s| *s == slot) {
            entry.remove();
        }
        self.key_waste += place.key_len as usize;
        self.value_waste += place.room as usize;
        *self.place_mut(slot) = Place::default();
        self.free.push(slot);
    }

    /// Closes the gaps when they are more than half of a buffer. Slots keep
    /// their numbers.
    fn compact(&mut self) {
        const NOT_WORTH_IT: usize = 64 * 1024;
        if self.key_waste > NOT_WORTH_IT.max(self.keys.len() / 2) {
            let mut keys = Vec::with_capacity(self.keys.len() - self.key_waste);
            for place in &mut self.places {
                let at = keys.len();
                keys.extend_from_slice(key_of(&self.keys, place));
                place.key_at = at;
            }
            (self.keys, self.key_waste) = (keys, 0);
        }
        if self.value_waste > NOT_WORTH_IT.max(self.values.len() / 2) {
            let mut values = Vec::with_capacity(self.values.len() - self.value_waste);
            for place in &mut self.places {
                let at = values.len();
                values.extend_from_slice(value_of(&self.values, place));
                (place.value_at, place.room) = (at, place.value_len);
            }
            (self.values, self.value_waste) = (values, 0);
        }
    }

    fn place(&self, slot: Slot) -> &Place {
        &self.places[slot as usize]
    }

    fn place_mut(&mut self, slot: Slot) -> &mut Place {
        &mut self.places[slot as usize]
    }
}

fn key_of<'a>(keys: &'a [u8], place: &Place) -> &'a [u8] {
    &keys[place.key_at..place.key_at + place.key_len as usize]
}

fn value_of<'a>(values: &'a [u8], place: &Place) -> &'a [u8] {
    &values[place.value_at..place.value_at + place.value_len as usize]
}

/// A fast hash that is the same in every run. Keys are not an attacker's here:
/// they come from the user's own data.
pub fn hash_of(key: &[u8]) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let fold = |hash: u64, word: u64| {
        let wide = u128::from(hash ^ word) * u128::from(SPREAD);
        (wide as u64) ^ ((wide >> 64) as u64)
    };
    let (words, rest) = key.as_chunks::<8>();
    let mut hash = SPREAD ^ key.len() as u64;
    for word in words {
        hash = fold(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(fold(hash, u64::from_le_bytes(last)), SPREAD.rotate_left(32))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn content(table: &Table) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let pair = |slot| Some((table.key(slot).to_vec(), table.value(slot)?.to_vec()));
        table.slots().filter_map(pair).collect()
    }

    fn put(table: &mut Table, key: &[u8], value: &[u8]) {
        let slot = table.find_or_insert(key);
        table.set_value(slot, value);
    }

    /// A small generator, so that the test is the same each time.
    fn next(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *seed >> 33
    }

    #[test]
    fn it_behaves_as_a_map_whatever_is_done() {
        let (mut table, mut model, mut seed) = (Table::default(), BTreeMap::new(), 1);
        let mut committed = BTreeMap::new();
        for step in 0..200_000_u64 {
            let key = format!("key-{}", next(&mut seed) % 700).into_bytes();
            match next(&mut seed) % 100 {
                0..70 => {
                    let value = vec![step as u8; (next(&mut seed) % 40) as usize];
                    put(&mut table, &key, &value);
                    model.insert(key, value);
                }
                70..95 => {
                    let gone = table.find(&key).is_some_and(|slot| table.remove(slot));
                    assert_eq!(gone, model.remove(&key).is_some());
                }
                95..99 => {
                    let slot = table.find_or_insert(&key);
                    assert_eq!(table.value(slot), model.get(&key).map(Vec::as_slice));
                }
                _ if next(&mut seed).is_multiple_of(8) => {
                    table.revert();
                    model = committed.clone();
                }
                _ => {
                    let mut replayed = committed.clone();
                    for (key, value) in table.changes() {
                        match value {
                            Some(value) => replayed.insert(key.to_vec(), value.to_vec()),
                            None => replayed.remove(key),
                        };
                    }
                    assert_eq!(replayed, model);
                    table.accept();
                    committed = model.clone();
                }
            }
            assert_eq!(table.len(), model.len());
            if step % 5_000 == 0 {
                assert_eq!(content(&table), model);
            }
        }
        assert_eq!(content(&table), model);
    }

    #[test]
    fn a_value_that_comes_back_is_no_change() {
        let mut table = Table::default();
        put(&mut table, b"a", b"1");
        table.accept();
        put(&mut table, b"a", b"2");
        put(&mut table, b"a", b"1");
        put(&mut table, b"b", b"1");
        let b = table.find(b"b").unwrap();
        table.remove(b);
        table.find_or_insert(b"only looked up");
        assert_eq!(table.changes().count(), 0);
        table.accept();
        assert_eq!(table.find(b"only looked up"), None);
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn updating_in_place_takes_no_memory() {
        let mut table = Table::default();
        for round in 0..50_u64 {
            for key in 0..1_000_u64 {
                put(&mut table, &key.to_le_bytes(), &round.to_le_bytes());
            }
            table.accept();
        }
        assert_eq!(table.values.len(), 8_000);
        assert_eq!(table.keys.len(), 8_000);
    }

    #[test]
    fn waste_is_given_back() {
        let mut table = Table::default();
        for round in 1..40_usize {
            for key in 0..1_000_u64 {
                let mut name = key.to_le_bytes().to_vec();
                name.push(round as u8);
                put(&mut table, &name, &vec![1; round * 8]);
            }
            table.accept();
            for slot in table.slots().collect::<Vec<_>>() {
                table.remove(slot);
            }
        }
        assert!(table.places.len() <= 2_000);
        assert!(table.memory_bytes() < 4_000_000, "{}", table.memory_bytes());
    }
}
