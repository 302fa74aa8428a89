//! The state of a processor: entries of bytes, each with the moment at which it is
//! due, found by key, by the beginning of a key, or by moment.
//!
//! A value on disk is the moment in milliseconds (8 bytes, `i64::MAX` for none) and
//! what the processor put. The indices are in memory and made anew at a start.

use std::collections::BTreeSet;
use std::ops::Bound;

use parking_lot::Mutex;

use super::super::StatePartitions;
use super::super::core::OperatorCore;
use crate::error::Result;
use crate::plan::groups::{Entry, StateBytes};

const NEVER: i64 = i64::MAX;

pub struct Entries {
    pub core: OperatorCore,
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    keys: BTreeSet<Vec<u8>>,
    /// First byte of the key, moment, key.
    due: BTreeSet<(u8, i64, Vec<u8>)>,
}

impl Index {
    fn add(&mut self, key: &[u8], moment: i64) {
        self.keys.insert(key.to_vec());
        if let (Some(first), true) = (key.first(), moment != NEVER) {
            self.due.insert((*first, moment, key.to_vec()));
        }
    }

    fn remove(&mut self, key: &[u8], moment: i64) {
        self.keys.remove(key);
        if let (Some(first), true) = (key.first(), moment != NEVER) {
            self.due.remove(&(*first, moment, key.to_vec()));
        }
    }
}

impl Entries {
    pub fn new(core: OperatorCore) -> Self {
        Self {
            core,
            index: Mutex::default(),
        }
    }

    /// Makes the indices from what was read from disk.
    pub fn opened(&self) -> Result<()> {
        let (state, mut index) = (self.core.state()?, self.index.lock());
        *index = Index::default();
        for place in state.all() {
            let moment = state.value(place).map_or(NEVER, moment_of);
            index.add(state.key(place), moment);
        }
        Ok(())
    }

    /// The earliest moment among the entries with this first byte.
    pub fn earliest(&self, first: u8) -> Option<i64> {
        let index = self.index.lock();
        let mut from = index.due.range((first, i64::MIN, Vec::new())..);
        from.next().filter(|e| e.0 == first).map(|e| e.1)
    }

    /// How many entries have one of these first bytes.
    pub fn count(&self, firsts: &[u8]) -> u64 {
        let index = self.index.lock();
        let counted = |key: &&Vec<u8>| key.first().is_some_and(|f| firsts.contains(f));
        index.keys.iter().filter(counted).count() as u64
    }
}

fn moment_of(value: &[u8]) -> i64 {
    let bytes = value.first_chunk::<8>();
    bytes.map_or(NEVER, |bytes| i64::from_le_bytes(*bytes))
}

fn entry_of(value: &[u8]) -> Option<Entry> {
    let moment = moment_of(value);
    let due = (moment != NEVER).then_some(moment);
    Some((due, value.get(8..)?.to_vec()))
}

fn stored<'s>(state: &'s StatePartitions, key: &[u8]) -> Option<&'s [u8]> {
    state.value(state.find(key)?)
}

impl StateBytes for Entries {
    fn get(&self, key: &[u8]) -> Result<Option<Entry>> {
        let state = self.core.state()?;
        Ok(stored(&state, key).and_then(entry_of))
    }

    fn put(&self, key: &[u8], due: Option<i64>, value: &[u8]) -> Result<()> {
        let moment = due.unwrap_or(NEVER);
        let mut bytes = moment.to_le_bytes().to_vec();
        bytes.extend_from_slice(value);
        let (mut state, mut index) = (self.core.state()?, self.index.lock());
        if let Some(before) = stored(&state, key).map(moment_of)
            && before != moment
        {
            index.remove(key, before);
        }
        let mut places = Vec::with_capacity(1);
        state.places([key], &mut places);
        for place in places {
            state.set(place, &bytes);
        }
        index.add(key, moment);
        Ok(())
    }

    fn remove(&self, key: &[u8]) -> Result<bool> {
        let (mut state, mut index) = (self.core.state()?, self.index.lock());
        let Some(place) = state.find(key) else {
            return Ok(false);
        };
        let Some(moment) = state.value(place).map(moment_of) else {
            return Ok(false);
        };
        state.remove(place);
        index.remove(key, moment);
        Ok(true)
    }

    fn scan(&self, prefix: &[u8]) -> Result<Vec<(Vec<u8>, Entry)>> {
        let (state, index) = (self.core.state()?, self.index.lock());
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let keys = index.keys.range::<[u8], _>(from);
        let keys = keys.take_while(|key| key.starts_with(prefix));
        let entry = |key: &Vec<u8>| stored(&state, key).and_then(entry_of);
        Ok(keys
            .filter_map(|key| Some((key.clone(), entry(key)?)))
            .collect())
    }

    fn due(&self, first: u8, until: i64) -> Result<Vec<(i64, Vec<u8>)>> {
        let index = self.index.lock();
        let from = index.due.range((first, i64::MIN, Vec::new())..);
        let due = from.take_while(|(f, moment, _)| *f == first && *moment <= until);
        Ok(due.map(|(_, moment, key)| (*moment, key.clone())).collect())
    }

    fn count(&self, updated: u64, removed: u64) {
        let figures = &mut self.core.lock().figures;
        figures.rows_updated += updated;
        figures.rows_removed += removed;
    }
}
