//! What a join derives from a state that was opened: where its rows are, and when
//! their time is over.

use super::super::{Place, StatePartitions};
use super::index::RowIndex;
use super::meet::decode;
use super::stored::{Side, Stored, read_state_key};
use super::{Cleanup, Inner, JoinOperator, ROWS_A_BATCH};
use crate::error::Result;
use crate::streaming::state::hash_of;

impl JoinOperator {
    /// Finds the rows that the state has, in the order in which they came.
    pub(super) fn index(&self) -> Result<()> {
        let (work, mut inner) = (self.core.lock(), self.inner.lock());
        let state = work.state_ref()?;
        inner.next = 0;
        inner.left.index = RowIndex::default();
        inner.right.index = RowIndex::default();
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for place in state.all() {
            let (side, number) = read_state_key(state.key(place))?;
            inner.next = inner.next.max(number + 1);
            match side {
                Side::Left => left.push((number, place)),
                Side::Right => right.push((number, place)),
            }
        }
        for (side, mut found) in [(Side::Left, left), (Side::Right, right)] {
            found.sort_unstable();
            for some in found.chunks(ROWS_A_BATCH) {
                self.index_some(side, some, state, &mut inner)?;
            }
        }
        Ok(())
    }

    fn index_some(
        &self,
        side: Side,
        some: &[(u64, Place)],
        state: &StatePartitions,
        inner: &mut Inner,
    ) -> Result<()> {
        let stored = some
            .iter()
            .map(|(_, place)| Stored::read(state.value(*place)))
            .collect::<Result<Vec<_>>>()?;
        let (keys, columns) = match self.plan.side(side).cleanup {
            Cleanup::Key(_) => {
                let keys = stored.iter().map(|s| s.key).collect();
                (decode(&inner.keys, keys)?, Vec::new())
            }
            Cleanup::Value(..) => {
                let rows = stored.iter().map(|s| s.row).collect();
                (Vec::new(), decode(&inner.side(side).converter, rows)?)
            }
            Cleanup::Never => (Vec::new(), Vec::new()),
        };
        let moments = self.moments(side, &keys, &columns)?;
        let rows = inner.side(side);
        for (row, (stored, (_, place))) in stored.iter().zip(some).enumerate() {
            let moment = moments.as_ref().and_then(|m| m.get(row));
            rows.index.add(hash_of(stored.key), *place, moment);
        }
        Ok(())
    }
}
