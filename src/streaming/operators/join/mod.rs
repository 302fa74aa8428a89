//! Joins of two streams: each side keeps its rows, and a new row of one meets the
//! kept rows of the other.
//!
//! A batch reads one side after the other; each row first meets what is there, then
//! is kept. At the end the rows whose time is over go, and come out beside nulls
//! where an outer join wants them and they met no other.
//!
//! `plan` is what to do, `stored` the rows in the state, `index` how they are found,
//! `meet` how pairs are made, `opened` what is derived from a state that was read. Rows with a null key meet those with a null key; where
//! that must not be, the plan has filtered them out before.

mod index;
mod meet;
mod opened;
mod plan;
mod stored;

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, new_null_array};
use arrow::compute::{filter_record_batch, kernels::boolean::not};
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use parking_lot::Mutex;

use self::index::{RowId, RowIndex};
use self::meet::{Meeting, decode, joined_schema};
use self::plan::{accepted, evaluate};
use self::stored::{KEY_FORMAT, Side, Stored, VALUE_FORMAT, state_key, write};
use super::core::{OperatorCore, StatefulOperator, Work};
use super::event_time::{Moments, drop_late};
use super::exec::{BatchStream, Operation};
use super::keys::normal;
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::streaming::state::{StateLayout, hash_of};
use crate::time::Clock;

pub use self::plan::{Cleanup, JoinPlan, SidePlan};

/// Rows of a batch that is made from the state.
const ROWS_A_BATCH: usize = 8192;

/// Name of the operator in progress records and checkpoints.
const NAME: &str = "symmetricHashJoin";

pub struct JoinOperator {
    core: OperatorCore,
    plan: JoinPlan,
    joined: SchemaRef,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Of the join keys, the same for both sides.
    keys: RowConverter,
    left: SideRows,
    right: SideRows,
    /// The number of the next row that is kept.
    next: u64,
}

/// The kept rows of one side.
struct SideRows {
    converter: RowConverter,
    index: RowIndex,
}

/// New rows that have met the other side.
struct Arrived<'a> {
    side: Side,
    batch: &'a RecordBatch,
    key_columns: &'a [ArrayRef],
    keys: &'a Rows,
    matched: &'a [bool],
}

impl JoinOperator {
    pub fn new(plan: JoinPlan, clock: Arc<dyn Clock>) -> Result<Self> {
        let keys = key_types(&plan)?;
        let names: Vec<_> = keys.iter().map(|field| field.to_string()).collect();
        let text = |schema: &SchemaRef| {
            let types = schema.fields().iter().map(|f| f.data_type().to_string());
            types.collect::<Vec<_>>().join(",")
        };
        let layout = StateLayout::new(
            format!("{KEY_FORMAT} of {:?}", plan.kind),
            format!(
                "{VALUE_FORMAT}; key {}; left {}; right {}",
                names.join(","),
                text(&plan.left.schema),
                text(&plan.right.schema)
            ),
        );
        let inner = Inner {
            keys: converter(keys)?,
            left: SideRows::new(&plan.left.schema)?,
            right: SideRows::new(&plan.right.schema)?,
            next: 0,
        };
        Ok(Self {
            core: OperatorCore::new(NAME, layout, clock),
            joined: joined_schema(&plan.left.schema, &plan.right.schema),
            plan,
            inner: Mutex::new(inner),
        })
    }

    /// Takes a batch of one side; gives what comes out at once.
    fn take(&self, side: Side, batch: RecordBatch) -> Result<Vec<RecordBatch>> {
        let start = self.core.now();
        let mut work = self.core.lock();
        let late = work.times.late;
        let (batch, dropped) = drop_late(batch, self.plan.side(side).event, late)?;
        work.figures.rows_dropped += dropped;
        work.figures.rows_in += batch.num_rows() as u64;
        let (batch, alone) = self.alone(side, batch)?;
        let mut out: Vec<_> = alone.into_iter().collect();
        if batch.num_rows() > 0 {
            out.extend(self.join(side, &batch, &mut work)?);
        }
        let rows: usize = out.iter().map(RecordBatch::num_rows).sum();
        work.figures.rows_out += rows as u64;
        work.figures.update_time += self.core.since(start);
        Ok(out)
    }

    /// Takes out the rows that can meet no other by their own columns. They are not
    /// kept, and an outer join gives them at once.
    fn alone(&self, side: Side, batch: RecordBatch) -> Result<(RecordBatch, Option<RecordBatch>)> {
        let Some(condition) = &self.plan.side(side).condition else {
            return Ok((batch, None));
        };
        let mask = accepted(condition, &batch)?;
        if mask.false_count() == 0 {
            return Ok((batch, None));
        }
        let some = filter_record_batch(&batch, &mask).map_err(SparkError::internal)?;
        if !self.plan.preserves(side) {
            return Ok((some, None));
        }
        let rest = not(&mask).map_err(SparkError::internal)?;
        let rest = filter_record_batch(&batch, &rest).map_err(SparkError::internal)?;
        Ok((some, Some(self.padded(side, rest.columns().to_vec())?)))
    }

    fn join(&self, side: Side, batch: &RecordBatch, work: &mut Work) -> Result<Vec<RecordBatch>> {
        let key_columns = evaluate(&self.plan.side(side).keys, batch)?;
        let inner = &mut *self.inner.lock();
        let keys = inner
            .keys
            .convert_columns(&normal(&key_columns))
            .map_err(SparkError::internal)?;
        let other = match side {
            Side::Left => &mut inner.right,
            Side::Right => &mut inner.left,
        };
        let mut meeting = Meeting {
            plan: &self.plan,
            side,
            batch,
            index: &mut other.index,
            converter: &other.converter,
            state: work.state()?,
            joined: &self.joined,
            matched: vec![false; batch.num_rows()],
            out: Vec::new(),
            removed: 0,
        };
        meeting.run(&keys)?;
        let Meeting {
            matched,
            mut out,
            removed,
            ..
        } = meeting;
        work.figures.rows_removed += removed;
        if self.plan.is_semi() && side == Side::Left {
            let mask = BooleanArray::from(matched.clone());
            let shown = filter_record_batch(batch, &mask).map_err(SparkError::internal)?;
            let shown = shown.with_schema(Arc::clone(&self.plan.schema));
            out.push(shown.map_err(SparkError::internal)?);
        }
        let arrived = Arrived {
            side,
            batch,
            key_columns: &key_columns,
            keys: &keys,
            matched: &matched,
        };
        self.keep(&arrived, inner, work)?;
        Ok(out)
    }

    /// Puts new rows into the state.
    fn keep(&self, arrived: &Arrived<'_>, inner: &mut Inner, work: &mut Work) -> Result<()> {
        let side = arrived.side;
        let moments = self.moments(side, arrived.key_columns, arrived.batch.columns())?;
        let limit = self.limit_micros(side, work.times.evict);
        let moment = |row| moments.as_ref().and_then(|m| m.get(row));
        let kept: Vec<usize> = (0..arrived.batch.num_rows())
            .filter(|row| {
                if self.plan.is_semi() && side == Side::Left && arrived.matched[*row] {
                    return false;
                }
                // All of the batch has met a row of the side that comes last. If its
                // time is over too, it is needed only to come out alone.
                let over = matches!((moment(*row), limit), (Some(m), Some(l)) if m <= l);
                side == self.plan.first()
                    || !over
                    || self.plan.preserves(side) && !arrived.matched[*row]
            })
            .collect();
        let first = inner.next;
        inner.next += kept.len() as u64;
        let numbers: Vec<_> = (first..inner.next).map(|n| state_key(side, n)).collect();
        let rows = inner.side(side);
        let values = rows
            .converter
            .convert_columns(arrived.batch.columns())
            .map_err(SparkError::internal)?;
        let state = work.state()?;
        let mut places = Vec::with_capacity(kept.len());
        state.places(numbers.iter().map(|key| key.as_slice()), &mut places);
        let mut value = Vec::new();
        for (row, place) in kept.iter().copied().zip(places) {
            let key = arrived.keys.row(row);
            let columns = values.row(row);
            write(&mut value, arrived.matched[row], key.data(), columns.data());
            state.set(place, &value);
            rows.index.add(hash_of(key.data()), place, moment(row));
        }
        work.figures.rows_updated += kept.len() as u64;
        Ok(())
    }

    /// Lets go the rows whose time is over.
    fn finish(&self) -> Result<Vec<RecordBatch>> {
        let start = self.core.now();
        let (mut work, mut inner) = (self.core.lock(), self.inner.lock());
        let mut out = Vec::new();
        for side in [Side::Left, Side::Right] {
            let Some(limit) = self.limit_micros(side, work.times.evict) else {
                continue;
            };
            let rows = inner.side(side);
            let due = rows.index.take_due(limit);
            if self.plan.preserves(side) {
                self.unmatched(side, rows, &due, &work, &mut out)?;
            }
            let state = work.state()?;
            for id in &due {
                state.remove(rows.index.place(*id));
                rows.index.remove(*id);
            }
            work.figures.rows_removed += due.len() as u64;
        }
        let rows: usize = out.iter().map(RecordBatch::num_rows).sum();
        work.figures.rows_out += rows as u64;
        work.measure();
        work.figures.removal_time += self.core.since(start);
        Ok(out)
    }

    /// Those of the rows that have met no other, beside nulls.
    fn unmatched(
        &self,
        side: Side,
        rows: &SideRows,
        due: &[RowId],
        work: &Work,
        out: &mut Vec<RecordBatch>,
    ) -> Result<()> {
        let state = work.state_ref()?;
        for ids in due.chunks(ROWS_A_BATCH) {
            let mut alone = Vec::with_capacity(ids.len());
            for id in ids {
                let stored = Stored::read(state.value(rows.index.place(*id)))?;
                if !stored.matched {
                    alone.push(stored.row);
                }
            }
            if !alone.is_empty() {
                let columns = decode(&rows.converter, alone)?;
                out.push(self.padded(side, columns)?);
            }
        }
        Ok(())
    }

    /// Rows of one side with nulls for the other.
    fn padded(&self, side: Side, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
        let count = columns.first().map_or(0, |column| column.len());
        let fields = self.plan.side(side.other()).schema.fields().iter();
        let nulls: Vec<_> = fields
            .map(|field| new_null_array(field.data_type(), count))
            .collect();
        let all = match side {
            Side::Left => columns.into_iter().chain(nulls).collect(),
            Side::Right => nulls.into_iter().chain(columns).collect(),
        };
        RecordBatch::try_new(Arc::clone(&self.plan.schema), all).map_err(SparkError::internal)
    }

    /// The time of each row by which its state ends.
    fn moments(
        &self,
        side: Side,
        keys: &[ArrayRef],
        columns: &[ArrayRef],
    ) -> Result<Option<Moments>> {
        match &self.plan.side(side).cleanup {
            Cleanup::Never => Ok(None),
            Cleanup::Key(event) => Moments::of(&keys[event.index], event.kind).map(Some),
            Cleanup::Value(event, _) => Moments::of(&columns[event.index], event.kind).map(Some),
        }
    }

    fn limit_micros(&self, side: Side, watermark_millis: i64) -> Option<i64> {
        let limit = self.plan.side(side).cleanup.limit(watermark_millis)?;
        Some(limit.saturating_mul(1000))
    }
}

impl Inner {
    fn side(&mut self, side: Side) -> &mut SideRows {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }
}

impl SideRows {
    fn new(schema: &SchemaRef) -> Result<Self> {
        let types = schema.fields().iter().map(|f| f.data_type().clone());
        Ok(Self {
            converter: converter(types.collect())?,
            index: RowIndex::default(),
        })
    }
}

fn converter(types: Vec<arrow::datatypes::DataType>) -> Result<RowConverter> {
    let fields: Vec<_> = types.into_iter().map(SortField::new).collect();
    if !RowConverter::supports_fields(&fields) {
        return Err(SparkError::not_implemented(
            "a stream-stream join with such a column in its state",
        ));
    }
    RowConverter::new(fields).map_err(SparkError::internal)
}

fn key_types(plan: &JoinPlan) -> Result<Vec<arrow::datatypes::DataType>> {
    let types = |side: &SidePlan| {
        side.keys
            .iter()
            .map(|key| key.data_type(&side.schema).map_err(from_datafusion))
            .collect::<Result<Vec<_>>>()
    };
    let (left, right) = (types(&plan.left)?, types(&plan.right)?);
    if left != right {
        return Err(SparkError::internal(
            "the keys of a join have different types",
        ));
    }
    Ok(left)
}

impl StatefulOperator for JoinOperator {
    fn core(&self) -> &OperatorCore {
        &self.core
    }

    fn opened(&self) -> Result<()> {
        self.index()
    }

    fn abort(&self) -> Result<()> {
        self.core.abort();
        self.index()
    }

    fn earliest(&self) -> Option<i64> {
        let inner = self.inner.lock();
        let sides = [(Side::Left, &inner.left), (Side::Right, &inner.right)];
        let due = sides.into_iter().filter_map(|(side, rows)| {
            let moment = rows.index.earliest()?;
            self.plan.side(side).cleanup.watermark_for(moment)
        });
        due.min()
    }

    fn releases(&self) -> bool {
        self.plan.preserves(Side::Left) || self.plan.preserves(Side::Right)
    }

    /// Rows that come out may be as old as what either side still keeps.
    fn output_watermark(&self, input: i64) -> Option<i64> {
        let sides = [&self.plan.left, &self.plan.right];
        let kept = sides
            .into_iter()
            .filter_map(|side| side.cleanup.limit(input));
        kept.chain([input]).min()
    }

    fn wants_batch(&self, next: i64) -> bool {
        let sides = [&self.plan.left, &self.plan.right];
        sides.iter().any(|side| side.cleanup != Cleanup::Never) && next > self.core.times().evict
    }
}

impl Operation for JoinOperator {
    fn describe(&self) -> String {
        format!(
            "SymmetricHashJoin {:?}, state cleanup left {:?}, right {:?}",
            self.plan.kind, self.plan.left.cleanup, self.plan.right.cleanup
        )
    }

    fn run(self: Arc<Self>, inputs: Vec<SendableRecordBatchStream>) -> BatchStream {
        let mut sides: Vec<_> = [Side::Left, Side::Right].into_iter().zip(inputs).collect();
        if self.plan.first() == Side::Right {
            sides.reverse();
        }
        let operator = Arc::clone(&self);
        let joined = futures::stream::iter(sides).flat_map(move |(side, input)| {
            let operator = Arc::clone(&operator);
            input.map(move |batch| operator.take(side, batch.map_err(from_datafusion)?))
        });
        let last = futures::stream::once(async move { self.finish() });
        let batches = joined.chain(last).flat_map(|batches| {
            let batches: Vec<Result<RecordBatch>> = match batches {
                Ok(batches) => batches.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            futures::stream::iter(batches)
        });
        Box::pin(batches)
    }
}
