//! Sources that have had no rows for a while and shall not hold the watermark back
//! for ever. Off unless the option says how long a while is; not Spark's.

use std::collections::BTreeMap;

use super::trigger::interval_micros;
use crate::error::Result;

/// An option of the writer, for all sources, or of a reader, for its own.
pub const IDLE_TIMEOUT: &str = "caudal.watermark.idleTimeout";

/// The option's value in milliseconds.
pub fn idle_timeout(text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let millis = interval_micros(text)? / 1000;
    Ok(Some(i64::try_from(millis).unwrap_or(i64::MAX)))
}

/// When each `withWatermark` last had a row. Times are epoch milliseconds.
#[derive(Debug, Default)]
pub struct IdleSources {
    calls: BTreeMap<u64, Call>,
}

#[derive(Debug)]
struct Call {
    timeout: i64,
    last_row: i64,
}

impl IdleSources {
    /// A call is watched from now on.
    pub fn watch(&mut self, call: u64, timeout: i64, now: i64) {
        let last_row = now;
        self.calls.insert(call, Call { timeout, last_row });
    }

    pub fn saw(&mut self, call: u64, now: i64) {
        if let Some(call) = self.calls.get_mut(&call) {
            call.last_row = now;
        }
    }

    /// The calls that have had no row for longer than they may.
    pub fn idle(&self, now: i64) -> Vec<u64> {
        let idle = self.calls.iter();
        idle.filter(|(_, call)| now.saturating_sub(call.last_row) > call.timeout)
            .map(|(id, _)| *id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_ends_the_idleness() {
        let mut sources = IdleSources::default();
        sources.watch(1, 10, 0);
        sources.watch(2, 100, 0);
        assert_eq!(sources.idle(10), [0_u64; 0]);
        assert_eq!(sources.idle(11), [1]);
        sources.saw(1, 11);
        sources.saw(3, 11);
        assert_eq!(sources.idle(12), [0_u64; 0]);
        assert_eq!(sources.idle(500), [1, 2]);
    }
}
