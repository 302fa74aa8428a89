//! How functions of the user's are called in a running plan: batch by batch where they
//! are over columns; on a thread of their own where they go through all batches; and once
//! all rows are there where they are over groups.

use std::iter::Peekable;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int32Array};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::runtime::SpawnedTask;
use datafusion::physical_expr::PhysicalExpr;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::foreign_exec::under;
use super::foreign_groups::Groupwise;
use crate::engine::at_work::{AtWork, within};
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError};
use crate::plan::foreign_function::{ForeignBatchMap, ForeignColumns};

pub type BatchStream = Pin<Box<dyn Stream<Item = Result<RecordBatch>> + Send>>;

/// What a node does with its inputs.
pub enum Work {
    /// The input's columns and those of the calls.
    Columns {
        function: Arc<dyn ForeignColumns>,
        rows: Option<usize>,
        args: Vec<Arc<dyn PhysicalExpr>>,
    },
    Batches(Mapped),
    Groups(Groupwise),
}

/// A function over all batches.
pub struct Mapped {
    pub function: Arc<dyn ForeignBatchMap>,
    /// The most rows of a batch.
    pub rows: usize,
    /// The columns that it sees, by position, under a schema; else all, and the arguments.
    pub seen: Option<(Vec<usize>, SchemaRef)>,
    pub args: Vec<Arc<dyn PhysicalExpr>>,
    pub parts: Parts,
}

/// The partitions for each of which a function runs.
#[derive(Debug, Clone, Copy)]
pub struct Parts {
    pub count: usize,
    /// The column that says of which one a row is; without it they are all of the first.
    pub column: Option<usize>,
    /// Whether what comes out says so, too.
    pub told: bool,
}

impl Parts {
    pub const ONE: Self = Self {
        count: 1,
        column: None,
        told: false,
    };

    fn of(self, batch: &RecordBatch) -> i32 {
        match self.column {
            Some(column) if batch.num_rows() > 0 => numbers(batch, column).value(0),
            _ => 0,
        }
    }

    /// A batch in pieces of one partition each.
    fn pieces(self, batch: &RecordBatch) -> Vec<RecordBatch> {
        let Some(column) = self.column else {
            return vec![batch.clone()];
        };
        let runs = numbers(batch, column).values().chunk_by(|a, b| a == b);
        let mut from = 0;
        runs.map(|run| {
            let piece = batch.slice(from, run.len());
            from += run.len();
            piece
        })
        .collect()
    }
}

fn numbers(batch: &RecordBatch, column: usize) -> &Int32Array {
    batch.column(column).as_primitive()
}

impl Work {
    /// `at_work` is what the functions' calls are part of.
    pub fn run(
        self: Arc<Self>,
        mut inputs: Vec<BatchStream>,
        at_work: Option<Arc<AtWork>>,
    ) -> BatchStream {
        match self.as_ref() {
            Self::Columns { rows, .. } => {
                let Some(input) = inputs.pop() else {
                    return stream::empty().boxed();
                };
                let input = match rows {
                    Some(rows) => recut(input, *rows, Parts::ONE),
                    None => input,
                };
                let evaluated = move |batch: Result<RecordBatch>| {
                    let batch = batch?;
                    within(at_work.as_ref(), || self.evaluated(&batch))
                };
                input.map(evaluated).boxed()
            }
            Self::Batches(mapped) => match inputs.pop() {
                Some(input) => {
                    let (rows, parts) = (mapped.rows, mapped.parts);
                    on_a_thread(Arc::clone(&self), recut(input, rows, parts), at_work)
                }
                None => stream::empty().boxed(),
            },
            Self::Groups(_) => {
                let done = async move {
                    let mut tables = Vec::with_capacity(inputs.len());
                    for input in inputs {
                        tables.push(input.try_collect::<Vec<_>>().await?);
                    }
                    let Self::Groups(groups) = self.as_ref() else {
                        return Ok(Vec::new());
                    };
                    within(at_work.as_ref(), || groups.call(&tables))
                };
                stream::once(done)
                    .map_ok(|batches| stream::iter(batches.into_iter().map(Ok)))
                    .try_flatten()
                    .boxed()
            }
        }
    }

    fn evaluated(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let Self::Columns { function, args, .. } = self else {
            return Err(SparkError::internal("calls over columns"));
        };
        let args = arguments(args, batch)?;
        let results = function.call(&args, batch.num_rows())?;
        with_columns(batch, results)
    }
}

fn arguments(args: &[Arc<dyn PhysicalExpr>], batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
    let rows = batch.num_rows();
    args.iter()
        .map(|arg| {
            let value = arg.evaluate(batch).and_then(|v| v.into_array(rows));
            value.map_err(from_datafusion)
        })
        .collect()
}

/// The batch with more columns, which have no names yet.
fn with_columns(batch: &RecordBatch, more: Vec<ArrayRef>) -> Result<RecordBatch> {
    use arrow::datatypes::{Field, Schema};
    let mut fields: Vec<_> = batch.schema().fields().iter().cloned().collect();
    let new = more.iter().enumerate();
    let new = new.map(|(at, c)| Field::new(format!("_{at}"), c.data_type().clone(), true));
    fields.extend(new.map(Arc::new));
    let columns = batch.columns().iter().cloned().chain(more);
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new_with_options(schema, columns.collect(), &options)
        .map_err(SparkError::internal)
}

/// The same rows in batches of so many each, the last one of a partition of what is left.
fn recut(input: BatchStream, rows: usize, parts: Parts) -> BatchStream {
    struct Cut {
        input: BatchStream,
        /// Of another partition than those that are held, the last first.
        waiting: Vec<RecordBatch>,
        held: Vec<RecordBatch>,
        count: usize,
        ended: bool,
    }
    let start = Cut {
        input,
        waiting: Vec::new(),
        held: Vec::new(),
        count: 0,
        ended: false,
    };
    stream::try_unfold(start, move |mut cut| async move {
        while !cut.ended && cut.count < rows {
            let Some(batch) = cut.waiting.pop() else {
                match cut.input.next().await.transpose()? {
                    Some(batch) if batch.num_rows() == 0 => {}
                    Some(batch) => cut.waiting.extend(parts.pieces(&batch).into_iter().rev()),
                    None => cut.ended = true,
                }
                continue;
            };
            let is_other = |held: &RecordBatch| parts.of(held) != parts.of(&batch);
            if cut.held.first().is_some_and(is_other) {
                cut.waiting.push(batch);
                break;
            }
            cut.count += batch.num_rows();
            cut.held.push(batch);
        }
        let Some(first) = cut.held.first() else {
            return Ok(None);
        };
        let whole = match cut.held.as_slice() {
            [only] => only.clone(),
            several => concat_batches(&first.schema(), several).map_err(SparkError::internal)?,
        };
        let taken = whole.num_rows().min(rows);
        let rest = whole.slice(taken, whole.num_rows() - taken);
        cut.count = rest.num_rows();
        cut.held = if cut.count == 0 { vec![] } else { vec![rest] };
        Ok(Some((whole.slice(0, taken), cut)))
    })
    .boxed()
}

/// Batches that go through a function with a thread of its own: it may wait for them, and
/// for queries of its own, as long as it likes.
fn on_a_thread(work: Arc<Work>, input: BatchStream, at_work: Option<Arc<AtWork>>) -> BatchStream {
    let (give_input, take_input) = mpsc::channel::<Result<Option<RecordBatch>>>(1);
    let (give_output, take_output) = mpsc::channel::<Result<Option<RecordBatch>>>(1);
    let pump = SpawnedTask::spawn(async move {
        let mut input = input;
        while let Some(batch) = input.next().await {
            if give_input.send(batch.map(Some)).await.is_err() {
                return;
            }
        }
        // Only what has ended has an end: a query that is given up just goes silent.
        let _ = give_input.send(Ok(None)).await;
    });
    let thread = std::thread::Builder::new().name("caudal-python".into());
    let started = thread.spawn(move || {
        let mut take_input = take_input;
        let seen = Arc::clone(&work);
        let batches = std::iter::from_fn(move || match take_input.blocking_recv() {
            Some(batch) => batch.transpose(),
            None => Some(Err(SparkError::internal("the query was given up"))),
        });
        let Work::Batches(mapped) = work.as_ref() else {
            return;
        };
        let batches = Arc::new(Mutex::new(batches.peekable()));
        let mut end = Ok(());
        for number in 0..mapped.parts.count {
            let partition = Partition {
                number: number as i32,
                parts: mapped.parts,
                batches: Arc::clone(&batches),
            };
            let (rows, seen) = (partition.clone(), Arc::clone(&seen));
            let rows = rows.map(move |batch| seen.seen(&batch?));
            let mut is_wanted = true;
            let mut give = |batch: RecordBatch| {
                let sent = match mapped.parts.told {
                    true => with_number(&batch, number as i32),
                    false => Ok(batch),
                };
                is_wanted = give_output.blocking_send(sent.map(Some)).is_ok();
                is_wanted
            };
            let run = || mapped.function.run(Box::new(rows), &mut give);
            end = within(at_work.as_ref(), run);
            if end.is_err() || !is_wanted {
                break;
            }
            // What the function left is not the next one's.
            partition.for_each(drop);
        }
        // Whoever waited may be gone.
        let _ = give_output.blocking_send(end.map(|()| None));
    });
    if started.is_err() {
        let error = SparkError::internal("cannot start a thread");
        return stream::once(async { Err(error) }).boxed();
    }
    stream::try_unfold((take_output, pump), |(mut output, pump)| async move {
        match output.recv().await {
            Some(Ok(Some(batch))) => Ok(Some((batch, (output, pump)))),
            Some(Ok(None)) => Ok(None),
            Some(Err(error)) => Err(error),
            None => Err(SparkError::internal("a function ended without an answer")),
        }
    })
    .boxed()
}

/// The batches of one partition among all, which come in order.
struct Partition<I: Iterator> {
    number: i32,
    parts: Parts,
    batches: Arc<Mutex<Peekable<I>>>,
}

impl<I: Iterator> Clone for Partition<I> {
    fn clone(&self) -> Self {
        Self {
            batches: Arc::clone(&self.batches),
            ..*self
        }
    }
}

impl<I: Iterator<Item = Result<RecordBatch>>> Iterator for Partition<I> {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batches = self.batches.lock();
        batches.next_if(|batch| match batch {
            Ok(batch) => self.parts.of(batch) == self.number,
            Err(_) => true,
        })
    }
}

fn with_number(batch: &RecordBatch, number: i32) -> Result<RecordBatch> {
    let numbers = Int32Array::from_value(number, batch.num_rows());
    with_columns(batch, vec![Arc::new(numbers)])
}

impl Work {
    /// What the function of a map sees of a batch.
    fn seen(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let Self::Batches(mapped) = self else {
            return Err(SparkError::internal("a function over batches"));
        };
        match &mapped.seen {
            Some((columns, schema)) => {
                let columns = batch.project(columns).map_err(SparkError::internal)?;
                under(&columns, schema)
            }
            None => with_columns(batch, arguments(&mapped.args, batch)?),
        }
    }
}
