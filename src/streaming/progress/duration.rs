//! `durationMs`: how long the parts of a trigger took, under Spark's names.

use std::time::Duration;

use serde_json::{Map, Value};

/// A part of a trigger. In the order of their names, which is Spark's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Running the batch and writing it to the sink.
    AddBatch,
    /// Writing the commit log.
    CommitOffsets,
    /// Preparing the batch of each source.
    GetBatch,
    /// Asking the sources for their newest offsets.
    LatestOffset,
    QueryPlanning,
    /// The whole trigger.
    TriggerExecution,
    /// Writing the offset log.
    WalCommit,
}

impl Phase {
    const ALL: [Self; 7] = [
        Self::AddBatch,
        Self::CommitOffsets,
        Self::GetBatch,
        Self::LatestOffset,
        Self::QueryPlanning,
        Self::TriggerExecution,
        Self::WalCommit,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::AddBatch => "addBatch",
            Self::CommitOffsets => "commitOffsets",
            Self::GetBatch => "getBatch",
            Self::LatestOffset => "latestOffset",
            Self::QueryPlanning => "queryPlanning",
            Self::TriggerExecution => "triggerExecution",
            Self::WalCommit => "walCommit",
        }
    }
}

/// The phases that happened, each with the sum of its times.
#[derive(Debug, Clone, Copy, Default)]
pub struct Durations([Option<Duration>; 7]);

impl Durations {
    pub fn add(&mut self, phase: Phase, took: Duration) {
        let Some(slot) = self.0.get_mut(phase as usize) else {
            return;
        };
        *slot = Some(slot.unwrap_or_default() + took);
    }

    pub fn get(&self, phase: Phase) -> Option<Duration> {
        self.0.get(phase as usize).copied().flatten()
    }

    pub(super) fn to_json(self) -> Map<String, Value> {
        let known = Phase::ALL.into_iter().filter_map(|phase| {
            let took = self.get(phase)?;
            Some((phase.key().to_string(), Value::from(millis(took))))
        });
        known.collect()
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_listed_in_sparks_order_and_only_when_they_happened() {
        let mut durations = Durations::default();
        durations.add(Phase::TriggerExecution, Duration::from_micros(2_900));
        durations.add(Phase::LatestOffset, Duration::from_millis(1));
        durations.add(Phase::LatestOffset, Duration::from_millis(2));
        let json = Value::Object(durations.to_json()).to_string();
        assert_eq!(json, r#"{"latestOffset":3,"triggerExecution":2}"#);
        let keys: Vec<_> = Phase::ALL.iter().map(|p| p.key()).collect();
        assert!(keys.is_sorted());
        assert!(
            Phase::ALL
                .iter()
                .enumerate()
                .all(|(at, p)| *p as usize == at)
        );
    }
}
