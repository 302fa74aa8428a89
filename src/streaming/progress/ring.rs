//! `recentProgress`: the newest records, as many as
//! `spark.sql.streaming.numRecentProgressUpdates` says.

use std::collections::VecDeque;
use std::sync::Arc;

use super::StreamingQueryProgress;

#[derive(Debug)]
pub struct ProgressRing {
    records: VecDeque<Arc<StreamingQueryProgress>>,
    capacity: usize,
}

impl Default for ProgressRing {
    fn default() -> Self {
        Self::new(100)
    }
}

impl ProgressRing {
    pub fn new(capacity: usize) -> Self {
        Self {
            records: VecDeque::new(),
            capacity,
        }
    }

    /// Spark makes room after it has added: it keeps one record less than the setting says.
    pub fn push(&mut self, record: Arc<StreamingQueryProgress>) {
        self.records.push_back(record);
        while !self.records.is_empty() && self.records.len() >= self.capacity {
            self.records.pop_front();
        }
    }

    pub fn last(&self) -> Option<&Arc<StreamingQueryProgress>> {
        self.records.back()
    }

    /// Oldest first.
    pub fn recent(&self) -> Vec<Arc<StreamingQueryProgress>> {
        self.records.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_records_are_kept() {
        let mut ring = ProgressRing::new(3);
        assert!(ring.last().is_none());
        for batch_id in 0..5 {
            let record = StreamingQueryProgress {
                batch_id,
                ..Default::default()
            };
            ring.push(Arc::new(record));
        }
        let ids: Vec<_> = ring.recent().iter().map(|r| r.batch_id).collect();
        assert_eq!(ids, [3, 4]);
        assert_eq!(ring.last().map(|r| r.batch_id), Some(4));
        let mut none = ProgressRing::new(1);
        none.push(Arc::default());
        assert!(none.last().is_none());
    }
}
