//! `writeStream.start()`: everything that can be refused is refused here; then the
//! query gets its thread.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::LogicalPlan;
use uuid::Uuid;

use super::continuous::ContinuousDriver;
use super::driver::{Driver, Setup};
use super::idle_sources::{IDLE_TIMEOUT, idle_timeout};
use super::listeners::{Bus, Event};
use super::manager::Registry;
use super::query::{Identity, Query};
use super::trigger::Trigger;
use crate::analysis::{
    Checks, ContinuousLeaf, OutputMode, Resolved, check_continuous, check_streaming,
};
use crate::engine::from_datafusion;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::conf::{
    CHECKPOINT_LOCATION, CORRECTNESS_CHECK, Conf, OPERATION_CHECK, RECENT_PROGRESS, STOP_ACTIVE_RUN,
};
use crate::execution::stream_leaf::{StreamRows, stream_of};
use crate::execution::{Session, Table, is_kafka};
use crate::formats::OptionMap;
use crate::kafka::SinkOptions;
use crate::storage;
use crate::streaming::checkpoint::{Checkpoint, io_failure};
use crate::streaming::sinks::{
    self, FileSink, FileSinkRequest, KafkaSink, LateRows, MemorySink, NoopSink, SharedSink,
};
use crate::streaming::sources::{check_continuous_source, read_in_batches_only};
use crate::time::{Clock, Seat, SystemClock};
use crate::types::StructType;

/// What the writer was told.
pub struct StartRequest {
    pub table: Table,
    pub format: Option<String>,
    pub output_mode: Option<String>,
    pub query_name: Option<String>,
    pub trigger: Option<(String, String)>,
    pub options: Vec<(String, String)>,
    pub partition_by: Vec<String>,
    /// A sink that the caller brings (`foreachBatch`), in place of a format.
    pub sink: Option<SharedSink>,
}

pub(super) fn start(
    session: &Arc<Session>,
    registry: &Arc<Registry>,
    bus: &Arc<Bus>,
    clock: &Arc<dyn Clock>,
    request: StartRequest,
) -> Result<Arc<Query>> {
    let mode = match &request.output_mode {
        Some(text) => OutputMode::parse(text)?,
        None => OutputMode::Append,
    };
    let trigger = Trigger::parse(request.trigger.as_ref())?;
    let continuous = matches!(trigger, Trigger::Continuous(_));
    let options = OptionMap::new(&request.options);
    let format = request.format.clone().unwrap_or_else(|| "parquet".into());
    let format = format.to_lowercase();
    if continuous && format == "foreachbatch" {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1195",
            &[("source", "foreachBatch")],
        ));
    }
    let in_memory = request.sink.is_none() && format == "memory";
    let of_files = request.sink.is_none() && FileSink::takes(&format);
    let of_kafka = request.sink.is_none() && is_kafka(&format);
    if request.sink.is_none() && !in_memory && !of_files && !of_kafka && format != "noop" {
        return Err(sinks::refuse_unknown(&format));
    }
    refuse_partitions(&request, &format, of_files)?;
    let name = request.query_name.clone();
    if in_memory && name.is_none() {
        return Err(SparkError::new("_LEGACY_ERROR_TEMP_1194", &[]));
    }
    if of_files {
        refuse_mode(&format, mode, &options)?;
    }
    let location = location(session, &options, name.as_deref())?;
    if (of_files || of_kafka) && location.is_none() {
        let key = [("config", CHECKPOINT_LOCATION)];
        return Err(SparkError::new("_LEGACY_ERROR_TEMP_1298", &key));
    }
    let checks = Checks {
        operations: session.conf.flag(OPERATION_CHECK),
        correctness: session.conf.flag(CORRECTNESS_CHECK),
    };
    check_streaming(&request.table.resolved, mode, checks, &|p| {
        stream_of(p).is_some()
    })?;
    if continuous && checks.operations {
        check_continuous(&request.table.resolved, &continuous_leaf)?;
    }
    if continuous {
        check_sources(&request.table.resolved)?;
    }
    let ours = Ours::of(&options, &session.conf)?;
    if in_memory {
        refuse_recovery(location.as_ref(), mode)?;
    }
    let schema = request.table.resolved.schema();
    let files = FileSinkRequest {
        format: &format,
        schema: &schema,
        partition_by: &request.partition_by,
        options: &options,
        conf: &session.conf,
        clock: Arc::clone(clock),
    };
    let found = location
        .as_ref()
        .map(|l| Checkpoint::peek_id(l))
        .transpose()?
        .flatten();
    let id = found.unwrap_or_else(new_id);
    registry.check_name(name.as_deref())?;
    if let Some(other) = registry.running(id) {
        // The same query again: the new run takes over, as in Spark.
        if !session.conf.flag(STOP_ACTIVE_RUN) {
            return Err(already_active(id));
        }
        other.stop()?;
    }
    let checkpoint = location
        .as_ref()
        .map(|l| Checkpoint::open(l, || id))
        .transpose()?;
    let id = checkpoint.as_ref().map_or(id, |c| c.metadata.id);
    let recent = session.conf.number(RECENT_PROGRESS, 100);
    let identity = Identity {
        id,
        run_id: new_id(),
        name: name.clone(),
        conf: Arc::clone(&session.conf),
        bus: Arc::clone(bus),
    };
    let query = Query::new(identity, recent);
    registry.admit(&query)?;
    let sink: SharedSink = match request.sink {
        Some(sink) => sink,
        None if format == "noop" => Arc::new(NoopSink),
        None if of_kafka => match kafka_sink(&request, &schema, &query, clock) {
            Ok(sink) => sink,
            Err(error) => {
                registry.forget(&query);
                return Err(error);
            }
        },
        None if of_files => match FileSink::open(&files) {
            Ok(sink) => Arc::new(sink),
            Err(error) => {
                registry.forget(&query);
                return Err(error);
            }
        },
        None => memory_sink(session, &request.table, name.as_deref().unwrap_or_default()),
    };
    let setup = Setup {
        session: Arc::clone(session),
        resolved: Arc::clone(&request.table.resolved),
        seat: seat(clock, trigger),
        clock: Arc::clone(clock),
        query: Arc::clone(&query),
        mode,
        trigger,
        sink,
        checkpoint,
        late_rows: ours.late_rows,
        idle_timeout: ours.idle_timeout,
    };
    spawn(setup, registry)?;
    Ok(query)
}

/// Only files have folders for the values of columns.
fn refuse_partitions(request: &StartRequest, format: &str, of_files: bool) -> Result<()> {
    if request.partition_by.is_empty() || of_files {
        return Ok(());
    }
    match format {
        "memory" | "foreach" | "foreachbatch" => {
            let operation = if format == "foreachbatch" {
                "foreachBatch"
            } else {
                format
            };
            Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1197",
                &[("operation", operation)],
            ))
        }
        _ => Err(SparkError::not_implemented("partitionBy with this sink")),
    }
}

/// What is in a file stays there: files take new rows only.
fn refuse_mode(format: &str, mode: OutputMode, options: &OptionMap) -> Result<()> {
    if options.get("path").is_none() {
        return Err(SparkError::new("_LEGACY_ERROR_TEMP_2047", &[]));
    }
    let name = match mode {
        OutputMode::Append => return Ok(()),
        OutputMode::Update => "update",
        OutputMode::Complete => "complete",
    };
    Err(SparkError::new(
        "STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE",
        &[("className", format), ("outputMode", name)],
    ))
}

/// What a leaf is to a continuous query.
fn continuous_leaf(plan: &LogicalPlan) -> ContinuousLeaf {
    let rows = stream_of(plan);
    let rows = rows
        .as_ref()
        .map(|rows| rows.as_ref() as &dyn std::any::Any);
    match rows.and_then(|rows| rows.downcast_ref::<StreamRows>()) {
        None => ContinuousLeaf::Table,
        Some(rows) if read_in_batches_only(rows) => ContinuousLeaf::BatchesOnly,
        Some(_) => ContinuousLeaf::Stream,
    }
}

/// Refuses a source that cannot be read as its rows come.
fn check_sources(resolved: &Resolved) -> Result<()> {
    let mut found = Ok(());
    resolved
        .plan
        .apply(|node| {
            let rows = stream_of(node);
            let rows = rows
                .as_ref()
                .map(|rows| rows.as_ref() as &dyn std::any::Any);
            if let Some(rows) = rows.and_then(|rows| rows.downcast_ref::<StreamRows>()) {
                found = check_continuous_source(rows);
            }
            Ok(match found {
                Ok(()) => TreeNodeRecursion::Continue,
                Err(_) => TreeNodeRecursion::Stop,
            })
        })
        .map_err(from_datafusion)?;
    found
}

/// The writer's options that are ours and not Spark's.
struct Ours {
    late_rows: Option<LateRows>,
    /// Milliseconds.
    idle_timeout: Option<i64>,
}

impl Ours {
    fn of(options: &OptionMap, conf: &Conf) -> Result<Self> {
        let paths = conf.paths()?;
        let folder = options.get("caudal.lateRowsPath");
        let folder = folder.map(|path| paths.write(path)).transpose()?;
        Ok(Self {
            late_rows: folder.map(|path| LateRows::open(&path)).transpose()?,
            idle_timeout: idle_timeout(options.get(IDLE_TIMEOUT))?,
        })
    }
}

/// The sink and its table of the query's name.
fn memory_sink(session: &Session, table: &Table, name: &str) -> SharedSink {
    let sink = MemorySink::default();
    let schema = table.resolved.schema();
    let rows = sink.table(&schema);
    session.catalog.register(name, schema, Arc::new(rows));
    Arc::new(sink)
}

fn kafka_sink(
    request: &StartRequest,
    schema: &StructType,
    query: &Query,
    clock: &Arc<dyn Clock>,
) -> Result<SharedSink> {
    let options = SinkOptions::parse(&request.options)?;
    let identity = format!("caudal-{}", query.id());
    let sink = KafkaSink::new(options, schema, identity, query.halt(), Arc::clone(clock))?;
    Ok(Arc::new(sink))
}

/// Only a query with ticks waits for the clock that it goes by. It has its seat before
/// its thread runs, so that who starts a query and then moves the clock finds it there.
fn seat(clock: &Arc<dyn Clock>, trigger: Trigger) -> Arc<dyn Seat> {
    match trigger.next(0) {
        Some(_) => clock.seat(),
        None => SystemClock.seat(),
    }
}

fn already_active(id: Uuid) -> SparkError {
    SparkError::plain(
        ErrorClass::IllegalArgument,
        format!(
            "Cannot start query with id {id} as another query with same id is already active. Perhaps you are attempting to restart a query from checkpoint that is already active. You may stop the old query by setting the SQL configuration: spark.conf.set(\"spark.sql.streaming.stopActiveRunOnRestart\", true) and retry."
        ),
    )
}

fn spawn(setup: Setup, registry: &Arc<Registry>) -> Result<()> {
    let query = Arc::clone(&setup.query);
    let registry = Arc::clone(registry);
    let running = Arc::clone(&query);
    let seat = Arc::clone(&setup.seat);
    let started = Event::Started {
        id: query.id(),
        run_id: query.run_id(),
        name: query.name().map(str::to_string),
        at: setup.clock.now_millis(),
    };
    // `start()` returns when the listeners know; a listener may stop the query there.
    let (told, wait) = std::sync::mpsc::sync_channel::<()>(1);
    std::thread::Builder::new()
        .name(format!(
            "caudal-query-{}",
            query.name().unwrap_or("unnamed")
        ))
        .spawn(move || {
            running.attach_thread();
            running.bus().tell(&started);
            drop(told);
            let work = std::panic::AssertUnwindSafe(|| match setup.trigger {
                Trigger::Continuous(_) => ContinuousDriver::run(setup),
                _ => Driver::run(setup),
            });
            let result = std::panic::catch_unwind(work)
                .unwrap_or_else(|_| Err(SparkError::internal("the query's loop panicked")));
            let error = result.as_ref().err().cloned();
            running.end(result);
            registry.ended(&running);
            running.post_end(error.as_ref());
            // Given up last: who waits for all seats to rest then finds the query ended.
            drop(seat);
            running.leave();
        })
        .map_err(SparkError::internal)?;
    // Ends with an error: nothing is ever sent.
    let _ = wait.recv();
    Ok(())
}

/// The only place that makes identities of queries.
#[allow(clippy::disallowed_methods)]
fn new_id() -> Uuid {
    Uuid::new_v4()
}

/// The option, or a folder named like the query under the session's setting. A
/// memory table without either keeps everything in memory.
fn location(session: &Session, options: &OptionMap, name: Option<&str>) -> Result<Option<PathBuf>> {
    if let Some(path) = options.get("checkpointLocation") {
        return session.conf.paths()?.write(path).map(Some);
    }
    match (session.conf.find(CHECKPOINT_LOCATION), name) {
        (Some(root), Some(name)) => Ok(Some(session.conf.paths()?.write(&root)?.join(name))),
        _ => Ok(None),
    }
}

/// A memory table can only be rebuilt where each batch gives the whole result.
fn refuse_recovery(location: Option<&PathBuf>, mode: OutputMode) -> Result<()> {
    let Some(location) = location else {
        return Ok(());
    };
    let offsets = location.join("offsets");
    let is_there = storage::exists(&offsets).map_err(|e| io_failure("read", &offsets, &e))?;
    if mode == OutputMode::Complete || !is_there {
        return Ok(());
    }
    Err(SparkError::new(
        "_LEGACY_ERROR_TEMP_1299",
        &[("checkpointPath", &storage::shown(&offsets))],
    ))
}
