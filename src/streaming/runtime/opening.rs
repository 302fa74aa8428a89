//! What a query needs before its first batch: its sources, its state, where it left
//! off, and the watermark that it had come to.

use std::sync::Arc;

use datafusion::physical_plan::displayable;

use super::driver::Setup;
use super::idle_sources::{IDLE_TIMEOUT, IdleSources, idle_timeout};
use super::watermark::{Policy, WatermarkTracker};
use crate::engine::at_work::AtWork;
use crate::error::Result;
use crate::execution::Runner;
use crate::execution::conf::{
    ALLOW_MULTIPLE, MIN_DELTAS, ROCKSDB_PROVIDER, STATE_PARTITIONS, STATE_PROVIDER,
    WATERMARK_POLICY,
};
use crate::formats::OptionMap;
use crate::streaming::checkpoint::protocol::NextBatch;
use crate::streaming::checkpoint::{BatchId, Checkpoint, FsyncStats, RELEVANT_CONFS};
use crate::streaming::incremental::{Propagation, StoreChoice, StreamPlan};
use crate::streaming::operators::{StateFolder, StatePartitions};
use crate::streaming::sources::{self, Source, SourceContext};
use crate::streaming::state::StateSettings;

impl Setup {
    /// What functions of the user's ask for.
    pub(super) fn at_work(&self) -> Arc<AtWork> {
        let session = Arc::clone(&self.session);
        AtWork::new(self.query.halt(), move |key| session.conf.find(key))
    }
}

/// The texts of `query.explain()`: the physical plan, and all plans.
pub(super) fn explained(setup: &Setup, plan: &StreamPlan, runner: &Runner) -> Result<[String; 2]> {
    let physical = displayable(plan.physical.as_ref())
        .indent(false)
        .to_string();
    let logical = setup.resolved.plan.display_indent().to_string();
    let optimized = runner
        .optimized(&setup.resolved.plan)?
        .display_indent()
        .to_string();
    let short = format!("== Physical Plan ==\n{physical}");
    let long = format!(
        "== Parsed Logical Plan ==\n{logical}\n\n== Analyzed Logical Plan ==\n{logical}\n\n== Optimized Logical Plan ==\n{optimized}\n\n{short}"
    );
    Ok([short, long])
}

pub(super) fn open_sources(
    setup: &Setup,
    plan: &StreamPlan,
    stats: &Arc<FsyncStats>,
) -> Result<Vec<Box<dyn Source>>> {
    plan.leaves
        .iter()
        .enumerate()
        .map(|(index, leaf)| {
            let folder = setup.checkpoint.as_ref().map(|c| c.source_dir(index));
            let context = SourceContext {
                conf: &setup.session.conf,
                clock: Arc::clone(&setup.clock),
                folder: folder.as_deref(),
                stats: Arc::clone(stats),
                wake: setup.query.waker(),
                stop: setup.query.halt(),
            };
            sources::open(leaf.stream()?, context)
        })
        .collect()
}

/// The settings of the checkpoint's last batch, or the session's.
pub(super) fn relevant_conf(setup: &Setup, sources: usize) -> Result<Arc<[(String, String)]>> {
    if let Some(checkpoint) = &setup.checkpoint
        && let Some(latest) = checkpoint.offsets.latest()
        && let Some(record) = checkpoint.offsets.get(latest, sources)?
        // An epoch of a continuous query says nothing of settings.
        && !record.conf.is_empty()
    {
        return Ok(record.conf);
    }
    let value = |(key, default): &(&str, &str)| {
        let value = setup
            .session
            .conf
            .find(key)
            .unwrap_or_else(|| (*default).to_string());
        ((*key).to_string(), value)
    };
    Ok(RELEVANT_CONFS.iter().map(value).collect())
}

/// Whether operators on top of each other each have a watermark of their own; not a
/// setting that a checkpoint keeps.
pub(super) fn propagation(setup: &Setup) -> Propagation {
    match setup.session.conf.flag(ALLOW_MULTIPLE) {
        true => Propagation::FromBelow,
        false => Propagation::Single,
    }
}

/// The state store that the session names.
pub(super) fn store_choice(setup: &Setup) -> StoreChoice {
    match setup.session.conf.find(STATE_PROVIDER).as_deref() {
        Some(ROCKSDB_PROVIDER) => StoreChoice::RocksDb,
        _ => StoreChoice::HdfsBacked,
    }
}

/// The batch to run first, and where each source's part of it starts.
pub(super) fn starting_point(
    checkpoint: &mut Option<Checkpoint>,
    sources: usize,
) -> Result<(NextBatch, Vec<Option<String>>)> {
    let Some(checkpoint) = checkpoint else {
        return Ok((NextBatch::First, vec![None; sources]));
    };
    let next = checkpoint.next_batch()?;
    let record = match next.start() {
        Some(batch) => checkpoint.offsets.get(batch, sources)?,
        None => None,
    };
    Ok((
        next,
        record.map_or_else(|| vec![None; sources], |r| r.offsets),
    ))
}

pub(super) fn open_state(
    setup: &Setup,
    plan: &StreamPlan,
    batch: BatchId,
    stats: &Arc<FsyncStats>,
) -> Result<()> {
    let conf = &setup.session.conf;
    let partitions = conf.number(STATE_PARTITIONS, 1) as u32;
    let snapshots = StateSettings {
        min_deltas: conf.number(MIN_DELTAS, 10) as u64,
        interval: conf.maintenance_interval(),
    };
    for (index, placed) in plan.operators.iter().enumerate() {
        let core = placed.operator.core();
        let path = setup
            .checkpoint
            .as_ref()
            .map(|c| c.state_dir().join(index.to_string()));
        let folder = path.as_deref().map(|path| StateFolder {
            path,
            operator: core.name(),
        });
        let state = StatePartitions::open(folder, core.layout(), batch.0, partitions, stats)?;
        core.attach(state.with_settings(snapshots));
        placed.operator.opened()?;
    }
    Ok(())
}

/// The `withWatermark` calls that do not wait for ever for rows of their sources.
pub(super) fn watched(setup: &Setup, plan: &StreamPlan) -> Result<IdleSources> {
    let mut watched = IdleSources::default();
    let now = setup.clock.now_millis();
    for call in &plan.calls {
        let mut timeout = setup.idle_timeout;
        for leaf in call.leaves.iter().filter_map(|leaf| plan.leaves.get(*leaf)) {
            let options = OptionMap::new(&leaf.stream()?.spec.options);
            let own = idle_timeout(options.get(IDLE_TIMEOUT))?;
            timeout = own.or(timeout);
        }
        if let Some(timeout) = timeout {
            watched.watch(call.id, timeout, now);
        }
    }
    Ok(watched)
}

/// The watermark as the checkpoint knows it, and the policy that it began with.
pub(super) fn tracker(
    setup: &Setup,
    plan: &StreamPlan,
    conf: &[(String, String)],
    sources: usize,
) -> Result<WatermarkTracker> {
    let policy = conf.iter().find(|(key, _)| key == WATERMARK_POLICY);
    let policy = Policy::parse(policy.map_or("min", |(_, value)| value))?;
    let calls = plan.watermarks.iter().map(|w| w.id);
    let mut tracker = WatermarkTracker::new(policy, calls, 0);
    let Some(checkpoint) = &setup.checkpoint else {
        return Ok(tracker);
    };
    if let Some(batch) = checkpoint.commits.latest()
        && let Some(record) = checkpoint.commits.get(batch)?
    {
        tracker.raise(record.next_batch_watermark_ms);
    }
    if let Some(batch) = checkpoint.offsets.latest()
        && let Some(record) = checkpoint.offsets.get(batch, sources)?
    {
        tracker.raise(record.batch_watermark_ms);
    }
    Ok(tracker)
}

/// The watermark of the batch before the one that runs first.
pub(super) fn watermark_before(setup: &Setup, next: BatchId, sources: usize) -> Result<i64> {
    let (Some(checkpoint), Some(before)) = (&setup.checkpoint, next.0.checked_sub(1)) else {
        return Ok(0);
    };
    let record = checkpoint.offsets.get(BatchId(before), sources)?;
    Ok(record.map_or(0, |record| record.batch_watermark_ms))
}
