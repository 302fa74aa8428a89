//! The keys and values of a store in memory.
//!
//! A key and its value lie side by side in the arena; a slot says where. A value
//! that is not longer than its place is written over it, so updating a key
//! allocates nothing. Slots keep their number until their key is gone, so an
//! operator may look keys up once a batch and work with numbers. Since the last
//! commit the old value of each touched slot is kept, to know what changed and to
//! be able to take it back. Nothing here ever moves or copies all that there is:
//! a batch costs what it touches. Knows nothing of files.

use super::arena::Arena;
use super::index::Index;
pub use super::places::Slot;
use super::places::{Place, Places};

/// More capacity than this is given back when a batch did not need it.
const KEPT_CAPACITY: usize = 1 << 20;
/// A new key's value is expected to be as long as the one before, up to this.
const MOST_EXPECTED: usize = 256;

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
    index: Index,
    places: Places,
    arena: Arena,
    touched: Vec<Before>,
    before: Vec<u8>,
    live: usize,
    /// How long the last new key's value was.
    expected: usize,
}

/// A key that differs from the last commit, and its value now (none: removed).
pub(super) type Change<'a> = (&'a [u8], Option<&'a [u8]>);

impl Table {
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn memory_bytes(&self) -> usize {
        self.index.memory_bytes()
            + self.places.memory_bytes()
            + self.arena.memory_bytes()
            + self.before.capacity()
            + self.touched.capacity() * size_of::<Before>()
    }

    /// What the live keys and values need on disk, nearly.
    #[cfg(test)]
    pub fn live_bytes(&self) -> usize {
        self.arena.live_bytes()
    }

    pub fn find(&self, key: &[u8]) -> Option<Slot> {
        self.find_hashed(hash_of(key), key)
    }

    #[inline]
    fn find_hashed(&self, hash: u64, key: &[u8]) -> Option<Slot> {
        self.index.find(hash, |slot| {
            let place = self.places.get(slot);
            place.hash == hash && self.key_of(place) == key
        })
    }

    pub fn find_or_insert(&mut self, key: &[u8]) -> Slot {
        let hash = hash_of(key);
        if let Some(slot) = self.find_hashed(hash, key) {
            return slot;
        }
        let slot = self.insert(hash, key, self.expected);
        // Touched without a value: dropped at the commit unless it gets one.
        self.touch(slot);
        slot
    }

    fn insert(&mut self, hash: u64, key: &[u8], room: usize) -> Slot {
        let at = self.arena.add(self.places.next(), key, room);
        let slot = self.places.occupy(Place {
            hash,
            at,
            key_len: key.len() as u32,
            room: room as u32,
            ..Place::VACANT
        });
        let places = &self.places;
        self.index.insert(hash, slot, |slot| places.get(slot).hash);
        slot
    }

    /// Makes room in an empty table for so many keys.
    pub fn reserve(&mut self, keys: u64) {
        self.index.reserve(keys);
    }

    /// Puts in what a file holds: no change since the last commit.
    pub fn load(&mut self, key: &[u8], value: Option<&[u8]>) {
        let hash = hash_of(key);
        match (self.find_hashed(hash, key), value) {
            (Some(slot), Some(value)) => self.write(slot, value),
            (None, Some(value)) => {
                let slot = self.insert(hash, key, value.len());
                self.write(slot, value);
            }
            (Some(slot), None) => {
                self.live -= usize::from(self.places.get(slot).live);
                self.vacate(slot);
                self.compact();
            }
            (None, None) => {}
        }
    }

    pub fn value(&self, slot: Slot) -> Option<&[u8]> {
        let place = self.places.get(slot);
        place.live.then(|| self.value_of(place))
    }

    pub fn key(&self, slot: Slot) -> &[u8] {
        self.key_of(self.places.get(slot))
    }

    pub fn set_value(&mut self, slot: Slot, value: &[u8]) {
        self.touch(slot);
        self.write(slot, value);
    }

    fn write(&mut self, slot: Slot, value: &[u8]) {
        let place = *self.places.get(slot);
        if value.len() > place.room as usize {
            self.grow(slot, value.len());
        }
        if !place.live {
            self.expected = value.len().min(MOST_EXPECTED);
        }
        let place = self.places.get_mut(slot);
        place.value_len = value.len() as u32;
        self.live += usize::from(!place.live);
        place.live = true;
        let (at, key_len) = (place.at, place.key_len as usize);
        let target = self.arena.bytes_mut(at, key_len, value.len());
        target.copy_from_slice(value);
    }

    /// Moves an entry to where its value has room. One that grew before will grow
    /// again, as a list does: it gets some more.
    fn grow(&mut self, slot: Slot, needed: usize) {
        let place = *self.places.get(slot);
        let more = if place.live { needed / 8 } else { 0 };
        let room = needed + more;
        let key = self.key_of(&place).to_vec();
        self.arena.give_up(place.at, place.key_len, place.room);
        let at = self.arena.add(slot, &key, room);
        let place = self.places.get_mut(slot);
        (place.at, place.room) = (at, room as u32);
    }

    pub fn remove(&mut self, slot: Slot) -> bool {
        if !self.places.get(slot).live {
            return false;
        }
        self.touch(slot);
        self.places.get_mut(slot).live = false;
        self.live -= 1;
        true
    }

    /// The slots with a value, in no order that means anything.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let places = self.places.iter();
        places.filter_map(|(slot, place)| place.live.then_some(slot))
    }

    /// Keeps the value of the last commit, once.
    fn touch(&mut self, slot: Slot) {
        let place = *self.places.get(slot);
        if place.touched {
            return;
        }
        self.places.get_mut(slot).touched = true;
        let at = self.before.len();
        if place.live {
            let bytes =
                self.arena
                    .bytes(place.at, place.key_len as usize, place.value_len as usize);
            self.before.extend_from_slice(bytes);
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
            self.places.get_mut(before.slot).touched = false;
            if !self.places.get(before.slot).live {
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
                Some(value) => self.write(before.slot, value),
                None => {
                    let live = std::mem::take(&mut self.places.get_mut(before.slot).live);
                    self.live -= usize::from(live);
                    self.vacate(before.slot);
                }
            }
            self.places.get_mut(before.slot).touched = false;
        }
        self.before = old;
        self.reuse(touched);
        self.compact();
    }

    /// Empties the two lists of changes. Their memory stays for the next batch,
    /// unless this one was much bigger than batches are.
    fn reuse(&mut self, mut touched: Vec<Before>) {
        let needed = touched.len() * 4;
        touched.clear();
        if touched.capacity() * size_of::<Before>() > KEPT_CAPACITY.max(needed) {
            touched.shrink_to(KEPT_CAPACITY / size_of::<Before>());
        }
        self.touched = touched;
        self.before.clear();
        self.before.shrink_to(KEPT_CAPACITY);
    }

    fn vacate(&mut self, slot: Slot) {
        let place = *self.places.get(slot);
        self.index.remove(place.hash, slot);
        self.arena.give_up(place.at, place.key_len, place.room);
        self.places.vacate(slot);
    }

    /// Closes gaps, block by block, until few enough are left. Slots keep their
    /// numbers.
    fn compact(&mut self) {
        while let Some(block) = self.arena.victim() {
            let places = std::cell::RefCell::new(&mut self.places);
            self.arena.empty(
                block,
                |slot, at| places.borrow().get(slot).at == at,
                |slot, to| places.borrow_mut().get_mut(slot).at = to,
            );
        }
    }

    /// Of a slot whose key is gone: nothing.
    fn key_of(&self, place: &Place) -> &[u8] {
        if place.key_len == 0 {
            return &[];
        }
        self.arena.bytes(place.at, 0, place.key_len as usize)
    }

    fn value_of(&self, place: &Place) -> &[u8] {
        let (from, len) = (place.key_len as usize, place.value_len as usize);
        self.arena.bytes(place.at, from, len)
    }
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
        assert_eq!(table.live_bytes(), 1_000 * (8 + 8 + 8));
        assert!(table.arena.memory_bytes() < 300_000);
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

    #[test]
    fn adding_and_removing_for_ever_needs_no_more_memory() {
        let (mut table, mut seed, mut most) = (Table::default(), 7, 0);
        // Windows of 200 keys; 50 are open. Values of many lengths, some growing.
        for window in 0..3_000_u64 {
            for key in 0..200_u64 {
                let name = [window.to_le_bytes(), key.to_le_bytes()].concat();
                let length = 8 + next(&mut seed) % 60 + window % 40;
                put(&mut table, &name, &vec![7; length as usize]);
                put(&mut table, &name, &vec![8; length as usize + 9]);
            }
            if let Some(old) = window.checked_sub(50) {
                for key in 0..200_u64 {
                    let name = [old.to_le_bytes(), key.to_le_bytes()].concat();
                    let slot = table.find(&name).unwrap();
                    table.remove(slot);
                }
            }
            table.accept();
            if window == 300 {
                most = table.memory_bytes();
            }
        }
        assert_eq!(table.len(), 10_000);
        let now = table.memory_bytes();
        assert!(now <= most + most / 10, "{most} became {now}");
        assert!(now < 3 * table.live_bytes(), "{now}");
    }
}
