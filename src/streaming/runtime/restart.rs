//! A query against the checkpoint that it goes on with, before anything runs: what
//! changed is said operator by operator, and the checkpoint stays as it is.
//!
//! What may change is decided as in Spark: filters, projections, limits of a rate, the
//! trigger and the delay of a watermark say nothing in a checkpoint. What keeps state
//! does, in `layout.json` of each operator, and the number of sources, in each batch's
//! offsets; where a source reads is its own to check. Until a first batch is done a
//! query is free to change.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::error::{Result, SparkError};
use crate::storage;
use crate::streaming::checkpoint::{BatchId, Checkpoint, CommitRecord, damaged, io_failure};
use crate::streaming::incremental::StreamPlan;
use crate::streaming::state::{OperatorLayout, StateLayout};

/// An operator as the checkpoint has it and as the query has it.
struct Described<'a> {
    name: &'a str,
    layout: &'a StateLayout,
}

/// Refuses a query that cannot go on with what lies there.
pub(super) fn check(checkpoint: &Checkpoint, plan: &StreamPlan) -> Result<()> {
    if let Some(planned) = checkpoint.offsets.latest() {
        checkpoint.offsets.get(planned, plan.leaves.len())?;
    }
    let Some(done) = checkpoint.next_batch()?.start() else {
        return check_first(checkpoint);
    };
    let record = commit_of(checkpoint, done)?;
    let stored = stored_operators(&checkpoint.state_dir(), record.state_files.len())?;
    let before: Vec<_> = stored
        .iter()
        .map(|operator| Described {
            name: &operator.operator,
            layout: operator.layout(),
        })
        .collect();
    let now: Vec<_> = plan
        .operators
        .iter()
        .map(|placed| placed.operator.core())
        .map(|core| Described {
            name: core.name(),
            layout: core.layout(),
        })
        .collect();
    compare(&before, &now)
}

/// Refuses to begin anew where the logs are gone and what batches left behind is not: all
/// rows would come twice. The first batch's list of files is written before its offsets
/// and says nothing.
fn check_first(checkpoint: &Checkpoint) -> Result<()> {
    let logged = checkpoint.offsets.latest().or(checkpoint.commits.latest());
    if logged.is_some() {
        return Ok(());
    }
    let mut left = numbered_files(&checkpoint.location().join("sources"), 1)?;
    left.extend(numbered_files(&checkpoint.state_dir(), 2)?);
    match left.first() {
        None => Ok(()),
        Some(file) => Err(damaged(
            &checkpoint.location().join("offsets"),
            format!(
                "it has no batch, and neither has commits beside it, but there is {}",
                storage::shown(file)
            ),
        )),
    }
}

/// Files of batches after the first in the folders so deep below one.
fn numbered_files(folder: &Path, depth: usize) -> Result<Vec<PathBuf>> {
    let entries = match storage::list(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io_failure("read", folder, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = folder.join(&entry.name);
        let number = entry.name.split('.').next().unwrap_or_default();
        let number = number.parse::<u64>();
        if depth > 0 && entry.is_dir {
            found.extend(numbered_files(&path, depth - 1)?);
        } else if depth == 0 && number.is_ok_and(|number| number > 0) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Refuses state of which a file is gone: the version that a batch left behind must be
/// there, and an older one must not be taken for it.
pub(super) fn check_state(checkpoint: &Checkpoint, plan: &StreamPlan) -> Result<()> {
    let Some(done) = checkpoint.next_batch()?.start() else {
        return Ok(());
    };
    let record = commit_of(checkpoint, done)?;
    for (index, (placed, known)) in plan.operators.iter().zip(&record.state_files).enumerate() {
        let found = placed.operator.core().state()?.newest_files();
        for (partition, found) in found.into_iter().enumerate() {
            let wanted = known
                .get(partition)
                .or(known.first().filter(|_| known.len() == 1));
            if let Some(wanted) = wanted.filter(|wanted| found < **wanted) {
                let folder = operator_dir(&checkpoint.state_dir(), index);
                let file = folder.join(partition.to_string());
                return Err(damaged(
                    &file.join(format!("{wanted}.delta")),
                    "it is missing, and so is a snapshot of its version",
                ));
            }
        }
    }
    Ok(())
}

/// What a commit says of the state's files.
pub(super) fn state_files(plan: &StreamPlan) -> Result<Vec<Vec<u64>>> {
    let operators = plan.operators.iter();
    operators
        .map(|placed| {
            let mut files = placed.operator.core().state()?.newest_files();
            if files.windows(2).all(|pair| pair.first() == pair.last()) {
                files.truncate(1);
            }
            Ok(files)
        })
        .collect()
}

fn commit_of(checkpoint: &Checkpoint, batch: BatchId) -> Result<CommitRecord> {
    let path = checkpoint
        .location()
        .join("commits")
        .join(batch.to_string());
    let record = checkpoint.commits.get(batch)?;
    record.ok_or_else(|| damaged(&path, "it is missing"))
}

fn operator_dir(state: &Path, index: usize) -> PathBuf {
    state.join(index.to_string())
}

/// The operators that have state there, at least `known` of them.
fn stored_operators(state: &Path, known: usize) -> Result<Vec<OperatorLayout>> {
    let mut found = Vec::new();
    for index in 0.. {
        let dir = operator_dir(state, index);
        let file = dir.join("layout.json");
        let is_there =
            |path: &Path| storage::exists(path).map_err(|e| io_failure("read", path, &e));
        if index < known && !is_there(&file)? {
            return Err(damaged(&file, "it is missing"));
        }
        match OperatorLayout::load(&dir)? {
            Some(layout) => found.push(layout),
            None => break,
        }
    }
    Ok(found)
}

fn compare(before: &[Described<'_>], now: &[Described<'_>]) -> Result<()> {
    let changes = changes(before, now);
    if changes.is_empty() {
        return Ok(());
    }
    let refusal = refusal(before, now);
    Err(refusal.with_context(&format!(
        "\nWhat changed since the checkpoint was begun:{changes}"
    )))
}

fn refusal(before: &[Described<'_>], now: &[Described<'_>]) -> SparkError {
    if before.is_empty() {
        return SparkError::new(
            "STREAMING_STATEFUL_OPERATOR_MISSING_STATE_DIRECTORY",
            &[("OpsInCurBatchSeq", &listed(now))],
        );
    }
    let pairs = || before.iter().zip(now);
    let is_other = before.len() != now.len() || pairs().any(|(b, n)| b.name != n.name);
    let layouts = pairs().map(|(b, n)| n.layout.check(b.layout));
    match layouts.filter_map(Result::err).next() {
        Some(error) if !is_other => error,
        _ => SparkError::new(
            "STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA",
            &[
                ("OpsInMetadataSeq", &listed(before)),
                ("OpsInCurBatchSeq", &listed(now)),
            ],
        ),
    }
}

fn listed(operators: &[Described<'_>]) -> String {
    let each = operators.iter().enumerate();
    each.map(|(id, o)| format!("(OperatorId: {id} -> OperatorName: {})", o.name))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A line for each difference.
fn changes(before: &[Described<'_>], now: &[Described<'_>]) -> String {
    let mut text = String::new();
    if before.len() != now.len() {
        let (before, now) = (before.len(), now.len());
        let _ = write!(text, "\n  operators with state: {before} before, {now} now");
    }
    for index in 0..before.len().max(now.len()) {
        let _ = match (before.get(index), now.get(index)) {
            (Some(b), Some(n)) if b.name != n.name => {
                write!(
                    text,
                    "\n  operator {index}: {} before, {} now",
                    b.name, n.name
                )
            }
            (Some(b), Some(n)) => {
                text.push_str(&layout_changes(index, b, n));
                Ok(())
            }
            (Some(b), None) => write!(text, "\n  operator {index}: {} before, none now", b.name),
            (None, Some(n)) => write!(text, "\n  operator {index}: none before, {} now", n.name),
            (None, None) => Ok(()),
        };
    }
    text
}

fn layout_changes(index: usize, before: &Described<'_>, now: &Described<'_>) -> String {
    let parts = [
        ("keys", &before.layout.key_format, &now.layout.key_format),
        (
            "values",
            &before.layout.value_format,
            &now.layout.value_format,
        ),
    ];
    let changed = parts.into_iter().filter(|(_, before, now)| before != now);
    changed
        .map(|(what, was, is)| {
            let name = now.name;
            format!("\n  operator {index} ({name}), its {what}: {was} before, {is} now")
        })
        .collect()
}
