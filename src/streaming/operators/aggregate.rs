//! Streaming aggregation: partial results of a batch merged into those of all
//! batches before it.
//!
//! A key is the row format of the grouping columns, a value the row format of the
//! accumulators' intermediate states. The engine aggregates the batch by itself
//! (one row a key); this operator reads the old states of just those keys, merges,
//! and writes the new ones. In complete mode it then gives every key's result, in
//! update mode those of the keys it touched.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::Result as EngineResult;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::GroupsAccumulatorAdapter;
use futures::{StreamExt, TryStreamExt};
use parking_lot::Mutex;

use super::{OperatorFigures, Place, StatePartitions};
use crate::analysis::OutputMode;
use crate::engine::{from_datafusion, to_datafusion};
use crate::error::{Result, SparkError};
use crate::streaming::state::StateLayout;
use crate::time::Clock;

/// Rows of an output batch.
const ROWS_A_BATCH: usize = 8192;

/// The state of one aggregation, shared by the plan that runs and the query that
/// commits.
pub struct AggregateState {
    inner: Mutex<Inner>,
    layout: StateLayout,
    clock: Arc<dyn Clock>,
}

struct Inner {
    state: Option<StatePartitions>,
    /// `None` where nothing is grouped by: then there is one key, of no bytes.
    keys: Option<RowConverter>,
    values: RowConverter,
    functions: Vec<Arc<AggregateFunctionExpr>>,
    /// How many state columns each function has.
    widths: Vec<usize>,
    mode: OutputMode,
    schema: SchemaRef,
    figures: OperatorFigures,
}

impl AggregateState {
    fn new(
        partial: &AggregateExec,
        schema: SchemaRef,
        mode: OutputMode,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let functions = partial.aggr_expr().to_vec();
        let intermediate = partial.schema();
        let group_count = partial.group_expr().expr().len();
        let field = |index: usize| intermediate.field(index).data_type().clone();
        let converter = |range: std::ops::Range<usize>| {
            let fields = range.map(|i| SortField::new(field(i))).collect();
            RowConverter::new(fields).map_err(SparkError::internal)
        };
        let keys = if group_count == 0 {
            None
        } else {
            Some(converter(0..group_count)?)
        };
        let values = converter(group_count..intermediate.fields().len())?;
        let widths = functions
            .iter()
            .map(|f| {
                f.state_fields()
                    .map(|fields| fields.len())
                    .map_err(from_datafusion)
            })
            .collect::<Result<Vec<_>>>()?;
        let layout = layout(&intermediate, group_count, &functions);
        let inner = Inner {
            state: None,
            keys,
            values,
            functions,
            widths,
            mode,
            schema,
            figures: OperatorFigures::default(),
        };
        Ok(Self {
            inner: Mutex::new(inner),
            layout,
            clock,
        })
    }

    /// What the keys and values mean; a checkpoint with another meaning is refused.
    pub fn layout(&self) -> &StateLayout {
        &self.layout
    }

    /// Gives the operator its state, before the first batch.
    pub fn attach(&self, state: StatePartitions) {
        let mut inner = self.inner.lock();
        inner.figures.partitions = state.partitions() as u64;
        inner.figures.rows_total = state.len() as u64;
        inner.state = Some(state);
    }

    /// Makes the batch's changes durable as `version`.
    pub fn commit(&self, version: u64, retain: u64) -> Result<()> {
        let start = self.clock.monotonic();
        let mut inner = self.inner.lock();
        inner.state()?.commit(version, retain)?;
        inner.figures.commit_time = self.clock.monotonic().saturating_sub(start);
        Ok(())
    }

    /// Forgets what a failed batch did.
    pub fn abort(&self) {
        if let Some(state) = &mut self.inner.lock().state {
            state.abort();
        }
    }

    pub fn figures(&self) -> OperatorFigures {
        self.inner.lock().figures
    }
}

/// The meaning of the bytes, as text: types of keys, functions with their states.
fn layout(schema: &Schema, groups: usize, functions: &[Arc<AggregateFunctionExpr>]) -> StateLayout {
    let types = |fields: &[Arc<arrow::datatypes::Field>]| {
        fields
            .iter()
            .map(|f| f.data_type().to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    let (keys, values) = schema.fields().split_at(groups);
    let names: Vec<_> = functions
        .iter()
        .map(|f| f.fun().name().to_string())
        .collect();
    StateLayout::new(
        format!("row1({})", types(keys)),
        format!("row1({}) of {}", types(values), names.join(",")),
    )
}

impl Inner {
    fn state(&mut self) -> Result<&mut StatePartitions> {
        self.state
            .as_mut()
            .ok_or_else(|| SparkError::internal("an operator has no state yet"))
    }

    fn accumulators(&self) -> Result<Vec<Box<dyn GroupsAccumulator>>> {
        self.functions
            .iter()
            .map(|function| {
                if function.groups_accumulator_supported() {
                    return function
                        .create_groups_accumulator()
                        .map_err(from_datafusion);
                }
                let function = Arc::clone(function);
                let factory = move || function.create_accumulator();
                Ok(Box::new(GroupsAccumulatorAdapter::new(factory)) as Box<dyn GroupsAccumulator>)
            })
            .collect()
    }

    /// Merges one batch of partial results; each key appears in it once.
    fn merge(&mut self, batch: &RecordBatch, touched: &mut Vec<Place>) -> Result<()> {
        let rows = batch.num_rows();
        if rows == 0 {
            return Ok(());
        }
        let group_count = batch.num_columns() - self.widths.iter().sum::<usize>();
        let (groups, partials) = batch.columns().split_at(group_count);
        let before = touched.len();
        match &self.keys {
            Some(converter) => {
                let keys = converter
                    .convert_columns(groups)
                    .map_err(SparkError::internal)?;
                let state = self
                    .state
                    .as_mut()
                    .ok_or_else(|| SparkError::internal("no state"))?;
                state.places(keys.iter().map(|row| row.data()), touched);
            }
            None => {
                let state = self.state()?;
                state.places(std::iter::repeat_n(&[][..], rows), touched);
            }
        }
        let places = &touched[before..];
        let (old, old_groups) = self.old_values(places)?;
        let mut accumulators = self.accumulators()?;
        let all: Vec<usize> = (0..rows).collect();
        let (mut columns, mut from) = (Vec::new(), 0);
        for (accumulator, width) in accumulators.iter_mut().zip(&self.widths) {
            let range = from..from + width;
            if !old_groups.is_empty() {
                accumulator
                    .merge_batch(&old[range.clone()], &old_groups, rows)
                    .map_err(from_datafusion)?;
            }
            accumulator
                .merge_batch(&partials[range], &all, rows)
                .map_err(from_datafusion)?;
            columns.extend(accumulator.state(EmitTo::All).map_err(from_datafusion)?);
            from += width;
        }
        self.write(places.to_vec(), &columns)
    }

    /// The stored states of the places that have one, and which places those are.
    fn old_values(&self, places: &[Place]) -> Result<(Vec<ArrayRef>, Vec<usize>)> {
        let Some(state) = &self.state else {
            return Err(SparkError::internal("an operator has no state yet"));
        };
        let mut groups = Vec::new();
        let mut stored = Vec::new();
        for (index, place) in places.iter().enumerate() {
            if let Some(bytes) = state.value(*place) {
                groups.push(index);
                stored.push(bytes);
            }
        }
        if groups.is_empty() {
            return Ok((Vec::new(), groups));
        }
        let parser = self.values.parser();
        let rows = stored.iter().map(|bytes| parser.parse(bytes));
        let columns = self
            .values
            .convert_rows(rows)
            .map_err(SparkError::internal)?;
        Ok((columns, groups))
    }

    fn write(&mut self, places: Vec<Place>, columns: &[ArrayRef]) -> Result<()> {
        if columns.is_empty() {
            let state = self.state()?;
            for place in places {
                state.set(place, &[]);
            }
            return Ok(());
        }
        let rows: Rows = self
            .values
            .convert_columns(columns)
            .map_err(SparkError::internal)?;
        let state = self.state()?;
        for (place, row) in places.into_iter().zip(rows.iter()) {
            state.set(place, row.data());
        }
        Ok(())
    }

    /// The results at the given places, under the plan's schema.
    fn results(&self, places: &[Place]) -> Result<Vec<RecordBatch>> {
        places
            .chunks(ROWS_A_BATCH)
            .map(|chunk| self.result_batch(chunk))
            .collect()
    }

    fn result_batch(&self, places: &[Place]) -> Result<RecordBatch> {
        let Some(state) = &self.state else {
            return Err(SparkError::internal("an operator has no state yet"));
        };
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        if let Some(converter) = &self.keys {
            let parser = converter.parser();
            let rows = places.iter().map(|place| parser.parse(state.key(*place)));
            columns.extend(converter.convert_rows(rows).map_err(SparkError::internal)?);
        }
        let (values, groups) = self.old_values(places)?;
        let mut from = 0;
        for (accumulator, width) in self.accumulators()?.iter_mut().zip(&self.widths) {
            let states = &values[from..from + width];
            accumulator
                .merge_batch(states, &groups, places.len())
                .map_err(from_datafusion)?;
            columns.push(accumulator.evaluate(EmitTo::All).map_err(from_datafusion)?);
            from += width;
        }
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(places.len()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(SparkError::internal)
    }
}

/// The operator in a physical plan, over the engine's partial aggregation.
pub struct StatefulAggregateExec {
    input: Arc<dyn ExecutionPlan>,
    state: Arc<AggregateState>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl StatefulAggregateExec {
    /// Takes the place of a one-step aggregation.
    pub fn try_new(
        single: &AggregateExec,
        mode: OutputMode,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let partial = AggregateExec::try_new(
            AggregateMode::Partial,
            single.group_expr().clone(),
            single.aggr_expr().to_vec(),
            single.filter_expr().to_vec(),
            Arc::clone(single.input()),
            single.input_schema(),
        )
        .map_err(from_datafusion)?;
        let schema = single.schema();
        let state = AggregateState::new(&partial, Arc::clone(&schema), mode, clock)?;
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Ok(Self {
            input: Arc::new(partial),
            state: Arc::new(state),
            schema,
            properties: Arc::new(properties),
        })
    }

    pub fn state(&self) -> &Arc<AggregateState> {
        &self.state
    }
}

impl fmt::Debug for StatefulAggregateExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatefulAggregateExec")
    }
}

impl DisplayAs for StatefulAggregateExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = self.state.inner.lock().mode.title();
        write!(f, "StateStoreSave {mode}, {}", self.state.layout.key_format)
    }
}

impl ExecutionPlan for StatefulAggregateExec {
    fn name(&self) -> &str {
        "StatefulAggregateExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return Err(to_datafusion(SparkError::internal(
                "an aggregation has one input",
            )));
        };
        Ok(Arc::new(Self {
            input,
            state: Arc::clone(&self.state),
            schema: Arc::clone(&self.schema),
            properties: Arc::clone(&self.properties),
        }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        use datafusion::physical_plan::execution_plan::ChildrenPropertiesMode;
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> EngineResult<TreeNodeRecursion>,
    ) -> EngineResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> EngineResult<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let state = Arc::clone(&self.state);
        let output = futures::stream::once(async move { run(input, &state).await })
            .map_ok(|batches| futures::stream::iter(batches).map(Ok))
            .try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            output,
        )))
    }
}

/// One batch: merge all of the input, then give the results.
async fn run(
    mut input: SendableRecordBatchStream,
    state: &AggregateState,
) -> EngineResult<Vec<RecordBatch>> {
    let mut touched = Vec::new();
    let mut spent = Duration::ZERO;
    while let Some(batch) = input.next().await {
        let batch = batch?;
        let start = state.clock.monotonic();
        state
            .inner
            .lock()
            .merge(&batch, &mut touched)
            .map_err(to_datafusion)?;
        spent += state.clock.monotonic().saturating_sub(start);
    }
    let mut inner = state.inner.lock();
    let places = match inner.mode {
        OutputMode::Complete => inner.state().map_err(to_datafusion)?.all(),
        OutputMode::Update | OutputMode::Append => touched.clone(),
    };
    let (total, memory) = {
        let state = inner.state().map_err(to_datafusion)?;
        (state.len() as u64, state.memory_bytes() as u64)
    };
    inner.figures.rows_total = total;
    inner.figures.memory_bytes = memory;
    inner.figures.rows_updated = touched.len() as u64;
    inner.figures.update_time = spent;
    inner.results(&places).map_err(to_datafusion)
}
