//! The watermark of a query: how far the latest event times have come, less the
//! delay that was asked for; with several `withWatermark`s the least or the greatest.

use std::collections::BTreeMap;

use crate::error::{ErrorClass, Result, SparkError};

/// `spark.sql.streaming.multipleWatermarkPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    Min,
    Max,
}

impl Policy {
    pub fn name(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    pub fn parse(text: &str) -> Result<Self> {
        match text.to_lowercase().as_str() {
            "min" => Ok(Self::Min),
            "max" => Ok(Self::Max),
            _ => Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                format!("Could not recognize watermark policy '{text}'"),
            )),
        }
    }
}

/// Follows the event times of a query. Times are epoch milliseconds.
#[derive(Debug)]
pub struct WatermarkTracker {
    policy: Policy,
    /// By the number of the `withWatermark` call; none before its first row.
    calls: BTreeMap<u64, Option<i64>>,
    global: i64,
}

impl WatermarkTracker {
    pub fn new(policy: Policy, calls: impl IntoIterator<Item = u64>, global: i64) -> Self {
        Self {
            policy,
            calls: calls.into_iter().map(|call| (call, None)).collect(),
            global,
        }
    }

    /// Whether the query has a watermark at all.
    pub fn exists(&self) -> bool {
        !self.calls.is_empty()
    }

    pub fn current(&self) -> i64 {
        self.global
    }

    /// The watermark is at least this: what the log of an earlier run says.
    pub fn raise(&mut self, millis: i64) {
        self.global = self.global.max(millis);
    }

    /// A call's column has come to `latest`, less the call's delay.
    pub fn see(&mut self, call: u64, latest: i64) {
        let known = self.calls.entry(call).or_default();
        *known = Some(known.map_or(latest, |known| known.max(latest)));
    }

    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// How far a call's column has come, less the delay; none before its first row.
    pub fn reached(&self, call: u64) -> Option<i64> {
        self.calls.get(&call).copied().flatten()
    }

    /// After a batch: the watermark never goes back. It does not wait for the calls
    /// that are `idle`; where all are it goes as far as any of them has come.
    pub fn advance(&mut self, idle: &[u64]) {
        let waited = |call: &u64| !idle.contains(call);
        let all_idle = !self.calls.keys().any(waited);
        let calls = self
            .calls
            .iter()
            .filter(|(call, _)| all_idle || waited(call));
        let all = calls.map(|(_, latest)| latest.unwrap_or(0));
        let chosen = match self.policy {
            Policy::Min if !all_idle => all.min(),
            _ => all.max(),
        };
        if let Some(chosen) = chosen {
            self.global = self.global.max(chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_chooses_and_the_watermark_never_goes_back() {
        for (policy, expected) in [(Policy::Min, [0, 5, 5, 8]), (Policy::Max, [20, 20, 20, 20])] {
            let mut tracker = WatermarkTracker::new(policy, [1, 2], 0);
            let mut seen = Vec::new();
            for (call, latest) in [(1, 20), (2, 5), (2, 3), (2, 8)] {
                tracker.see(call, latest);
                tracker.advance(&[]);
                seen.push(tracker.current());
            }
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn the_watermark_does_not_wait_for_idle_calls() {
        let mut tracker = WatermarkTracker::new(Policy::Min, [1, 2], 0);
        tracker.see(1, 20);
        tracker.advance(&[]);
        assert_eq!(tracker.current(), 0);
        tracker.advance(&[2]);
        assert_eq!(tracker.current(), 20);
        tracker.see(1, 30);
        tracker.see(2, 25);
        tracker.advance(&[1, 2]);
        assert_eq!(tracker.current(), 30);
    }
}
