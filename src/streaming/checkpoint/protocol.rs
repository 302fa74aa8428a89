//! What to do, given what lies on disk: pure decisions, no files.
//!
//! Batch N is *planned* when `offsets/N` is whole and *done* when `commits/N` is.
//! A query plans one batch at a time and plans the next only when it is done, so
//! at a start there is at most one batch that is planned and not done. It is run
//! again with its recorded offsets; anything else on disk is an error, since to
//! go on would lose rows or give them twice.

use super::BatchId;

/// What a checkpoint holds, as far as the decision needs it.
#[derive(Debug, Clone, Copy, Default)]
pub struct OnDisk {
    pub latest_planned: Option<BatchId>,
    pub latest_done: Option<BatchId>,
    /// Whether the plan of the batch before `latest_planned` is there.
    pub has_plan_before_latest: bool,
}

/// The batch to run first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextBatch {
    /// Nothing was planned yet: batch 0, from the sources' beginning.
    First,
    /// `done` was the last one; plan the batch after it, from where it ended.
    New { done: BatchId },
    /// `batch` was planned and not done: run it with its recorded offsets, from
    /// the end of the batch before it (from the beginning if there is none).
    Again { batch: BatchId },
}

impl NextBatch {
    pub fn batch(self) -> BatchId {
        match self {
            Self::First => BatchId::FIRST,
            Self::New { done } => done.next(),
            Self::Again { batch } => batch,
        }
    }

    /// The batch whose recorded offsets are where this one starts.
    pub fn start(self) -> Option<BatchId> {
        match self {
            Self::First => None,
            Self::New { done } => Some(done),
            Self::Again { batch } => batch.previous(),
        }
    }
}

/// What is wrong with a checkpoint that no run of ours can have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inconsistency {
    /// The plan of a batch is needed and not there.
    PlanMissing(BatchId),
    /// A batch before the last planned one was never done.
    NotDone(BatchId),
}

/// Decides which batch runs first after a start.
pub fn next_batch(disk: OnDisk) -> Result<NextBatch, Inconsistency> {
    let Some(planned) = disk.latest_planned else {
        return match disk.latest_done {
            None => Ok(NextBatch::First),
            Some(done) => Err(Inconsistency::PlanMissing(done)),
        };
    };
    match disk.latest_done {
        Some(done) if done > planned => return Err(Inconsistency::PlanMissing(done)),
        Some(done) if done == planned => return Ok(NextBatch::New { done }),
        _ => {}
    }
    if let Some(before) = planned.previous() {
        if disk.latest_done != Some(before) {
            let first_open = disk.latest_done.map_or(BatchId::FIRST, BatchId::next);
            return Err(Inconsistency::NotDone(first_open));
        }
        if !disk.has_plan_before_latest {
            return Err(Inconsistency::PlanMissing(before));
        }
    }
    Ok(NextBatch::Again { batch: planned })
}

/// The oldest batch whose logs are kept while `current` runs, given
/// `spark.sql.streaming.minBatchesToRetain`; none while all are kept.
pub fn oldest_kept(current: BatchId, min_batches_to_retain: u64) -> Option<BatchId> {
    let oldest = current.0.checked_sub(min_batches_to_retain)?;
    (oldest > 0).then_some(BatchId(oldest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(
        planned: Option<u64>,
        done: Option<u64>,
        before: bool,
    ) -> Result<NextBatch, Inconsistency> {
        next_batch(OnDisk {
            latest_planned: planned.map(BatchId),
            latest_done: done.map(BatchId),
            has_plan_before_latest: before,
        })
    }

    #[test]
    fn an_empty_checkpoint_starts_with_batch_0() {
        let next = decide(None, None, false).unwrap();
        assert_eq!(next, NextBatch::First);
        assert_eq!((next.batch(), next.start()), (BatchId(0), None));
    }

    #[test]
    fn a_done_batch_is_followed_by_a_new_one() {
        let next = decide(Some(4), Some(4), true).unwrap();
        assert_eq!(next, NextBatch::New { done: BatchId(4) });
        assert_eq!((next.batch(), next.start()), (BatchId(5), Some(BatchId(4))));
        // Batch 0 has none before it; the plan before a done one is not needed.
        assert!(decide(Some(0), Some(0), false).is_ok());
        assert!(decide(Some(7), Some(7), false).is_ok());
    }

    #[test]
    fn a_planned_batch_that_is_not_done_runs_again() {
        let next = decide(Some(5), Some(4), true).unwrap();
        assert_eq!(next, NextBatch::Again { batch: BatchId(5) });
        assert_eq!((next.batch(), next.start()), (BatchId(5), Some(BatchId(4))));
        let next = decide(Some(0), None, false).unwrap();
        assert_eq!((next.batch(), next.start()), (BatchId(0), None));
    }

    #[test]
    fn a_batch_that_was_never_done_is_not_passed_over() {
        let found = decide(Some(5), Some(2), true).unwrap_err();
        assert_eq!(found, Inconsistency::NotDone(BatchId(3)));
        let found = decide(Some(5), None, true).unwrap_err();
        assert_eq!(found, Inconsistency::NotDone(BatchId(0)));
    }

    #[test]
    fn a_done_batch_without_a_plan_is_an_error() {
        let found = decide(Some(5), Some(6), true).unwrap_err();
        assert_eq!(found, Inconsistency::PlanMissing(BatchId(6)));
        let found = decide(None, Some(6), false).unwrap_err();
        assert_eq!(found, Inconsistency::PlanMissing(BatchId(6)));
    }

    #[test]
    fn running_again_needs_the_plan_before() {
        let found = decide(Some(5), Some(4), false).unwrap_err();
        assert_eq!(found, Inconsistency::PlanMissing(BatchId(4)));
    }

    #[test]
    fn logs_are_kept_as_spark_keeps_them() {
        // Recorded from Spark: with 3 to retain, 46 to 49 remain at batch 49.
        assert_eq!(oldest_kept(BatchId(49), 3), Some(BatchId(46)));
        assert_eq!(oldest_kept(BatchId(49), 1), Some(BatchId(48)));
        assert_eq!(oldest_kept(BatchId(49), 100), None);
        assert_eq!(oldest_kept(BatchId(3), 3), None);
    }
}
