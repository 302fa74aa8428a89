//! Groups that stay in memory between batches: rows are added to them in place, and
//! only groups that are new here are looked for in the store.
//!
//! A cache over the store: what a batch changed is written back at the end of it, or,
//! where nothing is durable and nobody reads the store, when the cache is emptied. It
//! knows the store's places, nothing of watermarks, modes or output.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;
use hashbrown::HashMap;

use super::super::accumulate::Accumulating;
use super::super::keys::normal;
use super::super::{Place, StatePartitions};
use crate::engine::{SlotAccumulator, from_datafusion, slot_accumulator};
use crate::error::{Result, SparkError};

/// More groups than this are not kept after a batch.
const MOST_GROUPS: usize = 1 << 20;
/// So many numbers of groups that are gone do no harm.
const FEW_VACANT: usize = 4096;

/// Grouping expressions, arguments and filters of an aggregation, over its input.
struct Expressions {
    keys: Vec<Arc<dyn PhysicalExpr>>,
    args: Vec<Vec<Arc<dyn PhysicalExpr>>>,
    filters: Vec<Option<Arc<dyn PhysicalExpr>>>,
}

pub struct Resident {
    expressions: Expressions,
    functions: Vec<Arc<AggregateFunctionExpr>>,
    key_schema: SchemaRef,
    /// From keys to the numbers of groups.
    numbers: Box<dyn GroupValues>,
    accumulators: Vec<Box<dyn SlotAccumulator>>,
    groups: Groups,
    batch: Batch,
    /// Whether places may be removed from the store before all are.
    removes: bool,
}

/// What is known of each group, by number.
#[derive(Default)]
struct Groups {
    /// Where its value lies in the store; none after it was removed there.
    places: Vec<Option<Place>>,
    /// The number of the batch that touched it last.
    touched: Vec<u32>,
    /// Whether the store has an older value.
    unsaved: Vec<bool>,
    by_place: HashMap<Place, u32>,
    vacant: usize,
}

/// The batch that runs.
#[derive(Default)]
struct Batch {
    number: u32,
    /// Groups with new values, in the order of their first rows.
    touched: Vec<usize>,
    /// The keys of those, in pieces.
    keys: Vec<Vec<ArrayRef>>,
}

/// A group whose key the cache did not have, and the row that brought it.
struct Fresh {
    group: usize,
    row: usize,
}

/// What a batch of rows brought that the store did not have.
pub struct NewKeys {
    pub keys: Vec<ArrayRef>,
    /// Rows of `keys` with their places.
    pub places: Vec<(usize, Place)>,
}

impl Resident {
    /// The cache of an aggregation, or none where it groups by nothing or by sets, or a
    /// function has no accumulator that can stay.
    pub fn of(partial: &AggregateExec, removes: bool) -> Result<Option<Self>> {
        let by = partial.group_expr();
        if !by.is_single() || by.expr().is_empty() || by.has_grouping_set() {
            return Ok(None);
        }
        let functions = partial.aggr_expr().to_vec();
        let Some(accumulators) = accumulators(&functions) else {
            return Ok(None);
        };
        let schema = ExecutionPlan::schema(partial);
        let fields: Vec<_> = schema.fields()[..by.expr().len()].to_vec();
        let key_schema = Arc::new(Schema::new(fields));
        let expressions = Expressions {
            keys: by.expr().iter().map(|(e, _)| Arc::clone(e)).collect(),
            args: functions.iter().map(|f| f.expressions()).collect(),
            filters: partial.filter_expr().to_vec(),
        };
        Ok(Some(Self {
            expressions,
            functions,
            numbers: numbers(&key_schema)?,
            key_schema,
            accumulators,
            groups: Groups::default(),
            batch: Batch::default(),
            removes,
        }))
    }

    /// A batch begins. A cache that has grown too large is emptied first.
    pub fn begin(
        &mut self,
        accumulating: &Accumulating,
        state: &mut StatePartitions,
    ) -> Result<()> {
        let held = self.groups.places.len();
        let vacant = self.groups.vacant;
        if held > MOST_GROUPS || (vacant > FEW_VACANT && vacant > held / 2) {
            self.save_all(accumulating, state)?;
            self.forget()?;
        }
        let number = self.batch.number.wrapping_add(1);
        if number == 0 {
            self.groups.touched.fill(0);
        }
        self.batch = Batch {
            number: number.max(1),
            touched: std::mem::take(&mut self.batch.touched),
            keys: Vec::new(),
        };
        self.batch.touched.clear();
        Ok(())
    }

    /// Empties the cache; what is unsaved is lost.
    pub fn forget(&mut self) -> Result<()> {
        self.numbers = numbers(&self.key_schema)?;
        self.accumulators = accumulators(&self.functions)
            .ok_or_else(|| SparkError::internal("an aggregate lost its accumulator"))?;
        self.groups = Groups::default();
        Ok(())
    }

    /// The keys of rows, as they are compared.
    pub fn keys(&self, rows: &RecordBatch) -> Result<Vec<ArrayRef>> {
        Ok(normal(&evaluated(&self.expressions.keys, rows)?))
    }

    /// A map of its own from keys to numbers, to count keys with.
    pub fn other_numbers(&self) -> Result<Box<dyn GroupValues>> {
        numbers(&self.key_schema)
    }

    /// Adds rows to their groups.
    pub fn add(
        &mut self,
        rows: &RecordBatch,
        keys: &[ArrayRef],
        accumulating: &Accumulating,
        state: &mut StatePartitions,
        converter: &arrow::row::RowConverter,
    ) -> Result<Option<NewKeys>> {
        let mut groups = Vec::with_capacity(rows.num_rows());
        self.numbers
            .intern(keys, &mut groups)
            .map_err(from_datafusion)?;
        let total = self.numbers.len();
        self.groups.grow(total);
        for accumulator in &mut self.accumulators {
            accumulator.grow(total);
        }
        let fresh = self.touch(&groups, keys)?;
        let new = self.fetch(&fresh, keys, accumulating, state, converter)?;
        for (index, accumulator) in self.accumulators.iter_mut().enumerate() {
            let args = evaluated(&self.expressions.args[index], rows)?;
            let filter = match &self.expressions.filters[index] {
                Some(filter) => Some(evaluated(std::slice::from_ref(filter), rows)?.remove(0)),
                None => None,
            };
            let filter = filter.as_ref().map(|column| column.as_boolean());
            accumulator.update(&args, &groups, filter)?;
        }
        Ok(new)
    }

    /// Notes the groups that this batch sees for the first time, and keeps their keys.
    fn touch(&mut self, groups: &[usize], keys: &[ArrayRef]) -> Result<Vec<Fresh>> {
        let (mut first, mut fresh) = (Vec::new(), Vec::new());
        let number = self.batch.number;
        for (row, group) in groups.iter().enumerate() {
            let touched = &mut self.groups.touched[*group];
            if *touched == number {
                continue;
            }
            *touched = number;
            self.batch.touched.push(*group);
            first.push(row as u32);
            if self.groups.places[*group].is_none() {
                fresh.push(Fresh { group: *group, row });
            }
        }
        if !first.is_empty() {
            let first = UInt32Array::from(first);
            self.batch.keys.push(taken(keys, &first)?);
        }
        Ok(fresh)
    }

    /// Finds groups in the store that were not in the cache. Gives the keys that the
    /// store did not have either.
    fn fetch(
        &mut self,
        fresh: &[Fresh],
        keys: &[ArrayRef],
        accumulating: &Accumulating,
        state: &mut StatePartitions,
        converter: &arrow::row::RowConverter,
    ) -> Result<Option<NewKeys>> {
        if fresh.is_empty() {
            return Ok(None);
        }
        let rows: UInt32Array = fresh
            .iter()
            .map(|f| f.row as u32)
            .collect::<Vec<_>>()
            .into();
        let keys = taken(keys, &rows)?;
        let bytes = converter
            .convert_columns(&keys)
            .map_err(SparkError::internal)?;
        let mut places = Vec::with_capacity(fresh.len());
        state.places(bytes.iter().map(|row| row.data()), &mut places);
        let (mut stored, mut found, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for (row, (Fresh { group, .. }, place)) in fresh.iter().zip(&places).enumerate() {
            self.groups.settle_in(*group, *place, self.removes);
            match state.value(*place) {
                Some(value) => {
                    found.push(*group);
                    stored.push(value);
                }
                None => {
                    for accumulator in &mut self.accumulators {
                        accumulator.reset(*group);
                    }
                    new.push((row, *place));
                }
            }
        }
        self.load(&found, stored, accumulating)?;
        Ok(Some(NewKeys { keys, places: new }))
    }

    fn load(&mut self, groups: &[usize], stored: Vec<&[u8]>, by: &Accumulating) -> Result<()> {
        if groups.is_empty() || self.accumulators.is_empty() {
            return Ok(());
        }
        let (columns, mut from) = (by.columns(stored)?, 0);
        for (accumulator, width) in self.accumulators.iter_mut().zip(by.widths()) {
            accumulator.load(&columns[from..from + width], groups);
            from += width;
        }
        Ok(())
    }

    /// All of the batch's rows are there. Gives how many groups it touched.
    pub fn settle(&mut self) -> Result<usize> {
        for accumulator in &mut self.accumulators {
            accumulator.settle(&self.batch.touched)?;
        }
        Ok(self.batch.touched.len())
    }

    /// Writes what the batch changed into the store.
    pub fn save(&mut self, by: &Accumulating, state: &mut StatePartitions) -> Result<()> {
        let touched = std::mem::take(&mut self.batch.touched);
        self.write(&touched, by, state)?;
        self.batch.touched = touched;
        Ok(())
    }

    /// Leaves what the batch changed here. The store learns only of its keys.
    pub fn keep(&mut self, state: &mut StatePartitions) {
        for group in &self.batch.touched {
            if std::mem::replace(&mut self.groups.unsaved[*group], true) {
                continue;
            }
            match self.groups.places[*group] {
                Some(place) if state.value(place).is_none() => state.set(place, &[]),
                _ => {}
            }
        }
    }

    fn save_all(&mut self, by: &Accumulating, state: &mut StatePartitions) -> Result<()> {
        let unsaved = self.groups.unsaved.iter().enumerate();
        let unsaved: Vec<usize> = unsaved.filter_map(|(g, is)| is.then_some(g)).collect();
        self.write(&unsaved, by, state)
    }

    fn write(
        &mut self,
        groups: &[usize],
        by: &Accumulating,
        state: &mut StatePartitions,
    ) -> Result<()> {
        let states: Vec<ArrayRef> = self
            .accumulators
            .iter()
            .flat_map(|accumulator| accumulator.states(groups))
            .collect();
        let rows = by.rows(&states)?;
        for (row, group) in groups.iter().enumerate() {
            self.groups.unsaved[*group] = false;
            if let Some(place) = self.groups.places[*group] {
                state.set(
                    place,
                    rows.as_ref().map_or(&[][..], |rows| rows.row(row).data()),
                );
            }
        }
        Ok(())
    }

    /// The store lets go of these places.
    pub fn removed(&mut self, places: &[Place]) {
        for place in places {
            if let Some(group) = self.groups.by_place.remove(place) {
                self.groups.places[group as usize] = None;
                self.groups.unsaved[group as usize] = false;
                self.groups.vacant += 1;
            }
        }
    }

    /// The keys of the groups that the batch touched.
    pub fn touched_keys(&mut self) -> Result<Vec<ArrayRef>> {
        let pieces = std::mem::take(&mut self.batch.keys);
        (0..self.key_schema.fields().len())
            .map(|column| match pieces.as_slice() {
                [only] => Ok(Arc::clone(&only[column])),
                [] => Ok(arrow::array::new_empty_array(
                    self.key_schema.field(column).data_type(),
                )),
                _ => {
                    let pieces: Vec<_> = pieces.iter().map(|p| p[column].as_ref()).collect();
                    arrow::compute::concat(&pieces).map_err(SparkError::internal)
                }
            })
            .collect()
    }

    /// The results of some of the groups that the batch touched, by position.
    pub fn results(&self, from: usize, to: usize) -> Vec<ArrayRef> {
        let groups = &self.batch.touched[from..to];
        let results = self.accumulators.iter().map(|a| a.results(groups));
        results.collect()
    }

    pub fn memory_bytes(&self) -> usize {
        let accumulators: usize = self.accumulators.iter().map(|a| a.memory_bytes()).sum();
        let a_group = size_of::<Option<Place>>() + size_of::<u32>() + size_of::<bool>();
        let by_place = self.groups.by_place.capacity() * (size_of::<(Place, u32)>() + 1);
        self.numbers.size() + accumulators + self.groups.places.capacity() * a_group + by_place
    }
}

impl Groups {
    fn grow(&mut self, total: usize) {
        self.vacant += total - self.places.len();
        self.places.resize(total, None);
        self.touched.resize(total, 0);
        self.unsaved.resize(total, false);
    }

    fn settle_in(&mut self, group: usize, place: Place, removes: bool) {
        self.places[group] = Some(place);
        self.vacant -= 1;
        if removes {
            self.by_place.insert(place, group as u32);
        }
    }
}

fn numbers(schema: &SchemaRef) -> Result<Box<dyn GroupValues>> {
    new_group_values(Arc::clone(schema), &GroupOrdering::None).map_err(from_datafusion)
}

fn accumulators(functions: &[Arc<AggregateFunctionExpr>]) -> Option<Vec<Box<dyn SlotAccumulator>>> {
    functions.iter().map(|f| slot_accumulator(f)).collect()
}

fn evaluated(exprs: &[Arc<dyn PhysicalExpr>], rows: &RecordBatch) -> Result<Vec<ArrayRef>> {
    let array = |expr: &Arc<dyn PhysicalExpr>| {
        let value = expr.evaluate(rows).map_err(from_datafusion)?;
        value.into_array(rows.num_rows()).map_err(from_datafusion)
    };
    exprs.iter().map(array).collect()
}

fn taken(columns: &[ArrayRef], rows: &UInt32Array) -> Result<Vec<ArrayRef>> {
    let take = |column: &ArrayRef| arrow::compute::take(column, rows, None);
    let taken: Result<Vec<_>, _> = columns.iter().map(take).collect();
    taken.map_err(SparkError::internal)
}
