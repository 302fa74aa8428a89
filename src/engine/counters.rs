//! [`Counters`]: how far a running action is. Its leaves move them, and whoever waits for the
//! action may look at them meanwhile.
//!
//! An action has counters only where somebody looks: they come with the task's context, and
//! a leaf without them pays for one comparison a batch. Knows nothing of who looks.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use super::scan::ScanExec;
use super::shared::is_seen;

tokio::task_local! {
    static OF_TASK: Arc<Counters>;
}

/// What the leaves of an action have to read, and what they have read. Numbers only grow; each
/// is right by itself, and no two are of exactly one moment.
#[derive(Debug, Default)]
pub struct Counters {
    pub files: AtomicU64,
    pub files_done: AtomicU64,
    pub bytes: AtomicU64,
    pub bytes_done: AtomicU64,
    /// Rows of leaves that are no files, as far as they are known.
    pub rows: AtomicU64,
    pub rows_done: AtomicU64,
    /// Partitions of all leaves: those that are planned, and those read to their end.
    leaves: AtomicU64,
    leaves_done: AtomicU64,
}

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Planning,
    Reading,
    /// Everything is read: sorting, aggregating, joining or writing goes on.
    Finishing,
}

/// How many files a leaf reads, and their size.
#[derive(Debug, Clone, Copy)]
pub struct Files {
    pub count: u64,
    pub bytes: u64,
}

/// Runs `work` with counters: every plan that it runs moves them.
pub async fn counted<T>(counters: Arc<Counters>, work: impl Future<Output = T>) -> T {
    OF_TASK.scope(counters, work).await
}

/// Those of the task that runs now.
pub fn of_task() -> Option<Arc<Counters>> {
    OF_TASK.try_with(Arc::clone).ok()
}

pub fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

impl Counters {
    /// Takes in what the leaves of a plan are about to read.
    pub fn plan(&self, plan: &Arc<dyn ExecutionPlan>) {
        let mut leaves = 0;
        let mut seen = Vec::new();
        let looked = plan.apply(|node| {
            if is_seen(node, &mut seen) {
                return Ok(TreeNodeRecursion::Jump);
            }
            if let Some(leaf) = node.downcast_ref::<ScanExec>() {
                leaves += node.output_partitioning().partition_count() as u64;
                match (leaf.rows.files(), leaf.rows.size()) {
                    (Some(files), _) => {
                        add(&self.files, files.count);
                        add(&self.bytes, files.bytes);
                    }
                    (None, Some(size)) => add(&self.rows, size.rows as u64),
                    (None, None) => {}
                }
            }
            Ok(TreeNodeRecursion::Continue)
        });
        debug_assert!(looked.is_ok(), "nothing in the walk fails");
        add(&self.leaves, leaves);
    }

    pub fn leaf_done(&self) {
        add(&self.leaves_done, 1);
    }

    pub fn phase(&self) -> Phase {
        let leaves = self.leaves.load(Ordering::Relaxed);
        match self.leaves_done.load(Ordering::Relaxed) {
            _ if leaves == 0 => Phase::Planning,
            done if done < leaves => Phase::Reading,
            _ => Phase::Finishing,
        }
    }
}

/// What a reader says of one file, or of its stretch of one.
pub struct FileCount {
    counters: Arc<Counters>,
    /// Bytes of the current one that are not counted yet, and all of them.
    left: u64,
    bytes: u64,
    ends_file: bool,
}

impl FileCount {
    pub fn new(counters: Arc<Counters>) -> Self {
        Self {
            counters,
            left: 0,
            bytes: 0,
            ends_file: false,
        }
    }

    /// Leaves what was read before. `ends_file` says that the file ends with this stretch.
    pub fn enter(&mut self, bytes: u64, ends_file: bool) {
        self.leave();
        self.left = bytes;
        self.bytes = bytes;
        self.ends_file = ends_file;
    }

    pub fn moved(&mut self, bytes: u64) {
        let more = bytes.min(self.left);
        self.left -= more;
        add(&self.counters.bytes_done, more);
    }

    /// The same for files whose rows are known beforehand, and not where they lie.
    pub fn moved_rows(&mut self, rows: u64, of: u64) {
        let share = u128::from(self.bytes) * u128::from(rows) / u128::from(of.max(1));
        self.moved(u64::try_from(share).unwrap_or(u64::MAX));
    }

    pub fn leave(&mut self) {
        self.moved(self.left);
        if std::mem::take(&mut self.ends_file) {
            add(&self.counters.files_done, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }

    #[test]
    fn a_stretch_is_counted_once_however_it_moves() {
        let counters = Arc::new(Counters::default());
        let mut count = FileCount::new(Arc::clone(&counters));
        count.enter(100, false);
        count.moved(30);
        count.moved(90);
        assert_eq!(read(&counters.bytes_done), 100);
        count.enter(50, true);
        assert_eq!(read(&counters.files_done), 0);
        count.moved_rows(1, 5);
        assert_eq!(read(&counters.bytes_done), 110);
        count.leave();
        count.leave();
        assert_eq!(read(&counters.bytes_done), 150);
        assert_eq!(read(&counters.files_done), 1);
    }

    #[test]
    fn the_phase_follows_the_leaves() {
        let counters = Counters::default();
        assert_eq!(counters.phase(), Phase::Planning);
        add(&counters.leaves, 2);
        counters.leaf_done();
        assert_eq!(counters.phase(), Phase::Reading);
        counters.leaf_done();
        assert_eq!(counters.phase(), Phase::Finishing);
    }
}
