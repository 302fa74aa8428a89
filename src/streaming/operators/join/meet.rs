//! New rows of one side meet those that the state has of the other: pairs with
//! equal keys are found by the index, then the condition is asked about many of
//! them at once.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::{filter, take};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::row::{RowConverter, Rows};

use super::super::StatePartitions;
use super::index::{RowId, RowIndex};
use super::plan::{JoinPlan, accepted};
use super::stored::{Side, Stored, write};
use crate::error::{Result, SparkError};
use crate::streaming::state::hash_of;

/// How many pairs are looked at together: a key that many rows have must not make
/// one huge batch.
const PAIRS: usize = 16 * 1024;

/// One batch of a side on its way through the other side's state.
pub struct Meeting<'a> {
    pub plan: &'a JoinPlan,
    /// The side of the new rows.
    pub side: Side,
    pub batch: &'a RecordBatch,
    /// Of the other side.
    pub index: &'a mut RowIndex,
    pub converter: &'a RowConverter,
    pub state: &'a mut StatePartitions,
    /// Of both sides' columns.
    pub joined: &'a SchemaRef,
    /// Whether each new row has met another.
    pub matched: Vec<bool>,
    pub out: Vec<RecordBatch>,
    /// How many rows the state has lost.
    pub removed: u64,
}

#[derive(Default)]
struct Pairs {
    rows: Vec<u32>,
    ids: Vec<RowId>,
}

impl Meeting<'_> {
    pub fn run(&mut self, keys: &Rows) -> Result<()> {
        let mut pairs = Pairs::default();
        for (row, key) in keys.iter().enumerate() {
            let key = key.data();
            let mut next = self.index.first(hash_of(key));
            while let Some(id) = next {
                next = self.index.after(id);
                let value = self.state.value(self.index.place(id));
                if Stored::read(value)?.key != key {
                    continue;
                }
                pairs.rows.push(row as u32);
                pairs.ids.push(id);
                if pairs.ids.len() == PAIRS {
                    self.meet(&std::mem::take(&mut pairs))?;
                }
            }
        }
        self.meet(&pairs)
    }

    fn meet(&mut self, pairs: &Pairs) -> Result<()> {
        if pairs.ids.is_empty() {
            return Ok(());
        }
        let columns = self.columns(pairs)?;
        let mask = match &self.plan.condition {
            Some(condition) => {
                let batch = RecordBatch::try_new(Arc::clone(self.joined), columns.clone());
                accepted(condition, &batch.map_err(SparkError::internal)?)?
            }
            None => BooleanArray::from(vec![true; pairs.ids.len()]),
        };
        let mask = self.note(pairs, mask)?;
        let shown = match (self.plan.is_semi(), self.side) {
            // The new rows themselves come out, when all pairs have been seen.
            (true, Side::Left) => return Ok(()),
            (true, Side::Right) => &columns[..self.plan.left.schema.fields().len()],
            (false, _) => &columns[..],
        };
        if mask.true_count() > 0 {
            let shown = shown
                .iter()
                .map(|column| filter(column, &mask).map_err(SparkError::internal))
                .collect::<Result<Vec<_>>>()?;
            let batch = RecordBatch::try_new(Arc::clone(&self.plan.schema), shown);
            self.out.push(batch.map_err(SparkError::internal)?);
        }
        Ok(())
    }

    /// The columns of both sides, a row for each pair.
    fn columns(&self, pairs: &Pairs) -> Result<Vec<ArrayRef>> {
        let stored = pairs
            .ids
            .iter()
            .map(|id| Ok(Stored::read(self.state.value(self.index.place(*id)))?.row))
            .collect::<Result<Vec<_>>>()?;
        let theirs = decode(self.converter, stored)?;
        let rows = UInt32Array::from(pairs.rows.clone());
        let own = self.batch.columns().iter();
        let own = own
            .map(|column| take(column, &rows, None).map_err(SparkError::internal))
            .collect::<Result<Vec<_>>>()?;
        Ok(match self.side {
            Side::Left => own.into_iter().chain(theirs).collect(),
            Side::Right => theirs.into_iter().chain(own).collect(),
        })
    }

    /// Remembers who has met whom; gives the pairs that come out.
    fn note(&mut self, pairs: &Pairs, mask: BooleanArray) -> Result<BooleanArray> {
        let once = self.plan.is_semi() && self.side == Side::Right;
        let mark = self.plan.preserves(self.side.other());
        let mut shown = once.then(|| vec![false; mask.len()]);
        for at in mask.values().set_indices() {
            self.matched[pairs.rows[at] as usize] = true;
            let id = pairs.ids[at];
            if let Some(shown) = &mut shown {
                shown[at] = self.index.is_alive(id);
                self.let_go(id);
            } else if mark {
                self.mark(id)?;
            }
        }
        Ok(shown.map_or(mask, BooleanArray::from))
    }

    fn let_go(&mut self, id: RowId) {
        if self.index.is_alive(id) {
            self.state.remove(self.index.place(id));
            self.index.remove(id);
            self.removed += 1;
        }
    }

    fn mark(&mut self, id: RowId) -> Result<()> {
        let place = self.index.place(id);
        let stored = Stored::read(self.state.value(place))?;
        if !stored.matched {
            let mut value = Vec::new();
            write(&mut value, true, stored.key, stored.row);
            self.state.set(place, &value);
        }
        Ok(())
    }
}

/// Rows in row format as columns.
pub fn decode(converter: &RowConverter, rows: Vec<&[u8]>) -> Result<Vec<ArrayRef>> {
    let parser = converter.parser();
    let rows = rows.into_iter().map(|row| parser.parse(row));
    converter.convert_rows(rows).map_err(SparkError::internal)
}

/// The columns of the left, then those of the right.
pub fn joined_schema(left: &Schema, right: &Schema) -> SchemaRef {
    let fields = left.fields().iter().chain(right.fields());
    let fields = fields.map(|field| field.as_ref().clone().with_nullable(true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}
