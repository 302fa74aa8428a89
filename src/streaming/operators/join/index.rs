//! Which rows of one side a join keeps, by the hash of their key: chains through one
//! list, so that a row is added, found and let go without a look at the others.
//!
//! Derived from the state, and never written. Whether keys are really equal is
//! answered by the bytes in the state.

use hashbrown::HashTable;

use super::super::{ExpiryIndex, Place};

/// A row's number in the index.
pub type RowId = u32;

const NONE: RowId = RowId::MAX;

#[derive(Debug, Clone, Copy)]
struct Row {
    place: Place,
    hash: u64,
    before: RowId,
    after: RowId,
    /// Counts how often the number was given away; none has it after a removal.
    turn: u32,
    alive: bool,
}

#[derive(Debug, Clone, Copy)]
struct Chain {
    hash: u64,
    first: RowId,
    last: RowId,
}

#[derive(Debug, Default)]
pub struct RowIndex {
    chains: HashTable<Chain>,
    rows: Vec<Row>,
    free: Vec<RowId>,
    expiry: ExpiryIndex<(RowId, u32)>,
}

impl RowIndex {
    /// The first row of a chain; [`Self::after`] gives those after it.
    pub fn first(&self, hash: u64) -> Option<RowId> {
        let chain = self.chains.find(hash, |chain| chain.hash == hash)?;
        Some(chain.first)
    }

    pub fn after(&self, id: RowId) -> Option<RowId> {
        let after = self.rows[id as usize].after;
        (after != NONE).then_some(after)
    }

    pub fn place(&self, id: RowId) -> Place {
        self.rows[id as usize].place
    }

    pub fn is_alive(&self, id: RowId) -> bool {
        self.rows[id as usize].alive
    }

    /// Adds a row; its state is over at `moment`, if ever.
    pub fn add(&mut self, hash: u64, place: Place, moment: Option<i64>) {
        let row = Row {
            place,
            hash,
            before: NONE,
            after: NONE,
            turn: 0,
            alive: true,
        };
        let id = match self.free.pop() {
            Some(id) => {
                let turn = self.rows[id as usize].turn.wrapping_add(1);
                self.rows[id as usize] = Row { turn, ..row };
                id
            }
            None => {
                self.rows.push(row);
                (self.rows.len() - 1) as RowId
            }
        };
        match self.chains.find_mut(hash, |chain| chain.hash == hash) {
            Some(chain) => {
                let last = std::mem::replace(&mut chain.last, id);
                self.rows[last as usize].after = id;
                self.rows[id as usize].before = last;
            }
            None => {
                let chain = Chain {
                    hash,
                    first: id,
                    last: id,
                };
                self.chains
                    .insert_unique(hash, chain, |chain: &Chain| chain.hash);
            }
        }
        if let Some(moment) = moment {
            let turn = self.rows[id as usize].turn;
            self.expiry.add(moment, (id, turn));
        }
    }

    pub fn remove(&mut self, id: RowId) {
        let row = self.rows[id as usize];
        if !row.alive {
            return;
        }
        self.rows[id as usize].alive = false;
        self.free.push(id);
        if row.before != NONE {
            self.rows[row.before as usize].after = row.after;
        }
        if row.after != NONE {
            self.rows[row.after as usize].before = row.before;
        }
        if row.before != NONE && row.after != NONE {
            return;
        }
        let found = self
            .chains
            .find_entry(row.hash, |chain| chain.hash == row.hash);
        let Ok(mut entry) = found else {
            return;
        };
        if row.before == NONE && row.after == NONE {
            entry.remove();
        } else if row.before == NONE {
            entry.get_mut().first = row.after;
        } else {
            entry.get_mut().last = row.before;
        }
    }

    /// Takes the rows that are over at `limit` out of the times; they stay in the
    /// chains until they are removed.
    /// The earliest moment at which a row is over, also of rows that are gone.
    pub fn earliest(&self) -> Option<i64> {
        self.expiry.earliest()
    }

    pub fn take_due(&mut self, limit: i64) -> Vec<RowId> {
        let due = self.expiry.take_due(limit).into_iter();
        due.filter_map(|(_, (id, turn))| {
            let row = self.rows[id as usize];
            (row.alive && row.turn == turn).then_some(id)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(index: &RowIndex, hash: u64) -> Vec<RowId> {
        std::iter::successors(index.first(hash), |id| index.after(*id)).collect()
    }

    #[test]
    fn a_chain_keeps_its_order_when_rows_go() {
        let mut index = RowIndex::default();
        for _ in 0..4 {
            index.add(7, Place::default(), None);
        }
        index.add(8, Place::default(), None);
        assert_eq!(chain(&index, 7), [0, 1, 2, 3]);
        index.remove(1);
        index.remove(0);
        assert_eq!(chain(&index, 7), [2, 3]);
        index.remove(3);
        index.remove(2);
        assert_eq!(chain(&index, 7), Vec::<u32>::new());
        assert_eq!(chain(&index, 8), [4]);
    }

    #[test]
    fn a_number_that_is_used_again_does_not_expire_with_its_first_row() {
        let mut index = RowIndex::default();
        index.add(7, Place::default(), Some(10));
        index.remove(0);
        index.add(7, Place::default(), Some(30));
        assert_eq!(index.take_due(20), Vec::<u32>::new());
        assert_eq!(index.take_due(30), [0]);
    }
}
