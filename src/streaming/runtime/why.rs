//! What is known of a query's output and of the watermark that it waits for, out of
//! the figures of its operators. Its words are in `progress::explanation`.

use super::driver::Driver;
use crate::streaming::incremental::from_the_sink;
use crate::streaming::progress::{Explanation, HeldBack, OperatorExplained, SourceExplained};

impl Driver {
    /// After a batch that gave so many rows, or after a look that found none.
    pub(super) fn explanation(&self, batch: u64, rows_out: u64, idle: bool) -> Explanation {
        let watermark = self.watermark.exists().then(|| self.watermark.current());
        let sources = self.sources.iter().zip(&self.plan.leaves);
        Explanation {
            batch_id: batch,
            output_mode: self.setup.mode.name(),
            idle,
            rows_out,
            watermark,
            policy: self.watermark.policy().name(),
            watermarks: self.held_back(),
            operators: self.operators_explained(watermark),
            sources: sources
                .map(|(source, leaf)| SourceExplained {
                    description: source.description(),
                    rows: leaf.slot.rows_read(),
                })
                .collect(),
        }
    }

    fn held_back(&self) -> Vec<HeldBack> {
        let idle = self.idle_sources.idle(self.setup.clock.now_millis());
        let current = self.watermark.current();
        let calls = self.plan.calls.iter().map(|call| {
            let reached = self.watermark.reached(call.id);
            let idle = idle.contains(&call.id);
            HeldBack {
                column: call.column.clone(),
                delay_millis: call.delay_millis,
                sources: call
                    .leaves
                    .iter()
                    .filter_map(|leaf| self.sources.get(*leaf))
                    .map(|source| source.description())
                    .collect(),
                reached,
                // The one that the policy has chosen stands where the watermark stands.
                holds: !idle && reached.unwrap_or(0) <= current,
                idle,
            }
        });
        calls.collect()
    }

    /// From the sink down, as in progress records.
    fn operators_explained(&self, watermark: Option<i64>) -> Vec<OperatorExplained> {
        let inputs = self.plan.input_watermarks(watermark.unwrap_or(0));
        let held = self.held_back();
        let delays = held.iter().filter(|h| h.holds).map(|h| h.delay_millis);
        let delay = delays.min();
        from_the_sink(&self.plan.operators)
            .into_iter()
            .map(|operator| {
                let figures = operator.core().figures();
                let name = operator.core().name();
                // Rounded up: the watermark counts whole milliseconds.
                let next = operator.earliest().map(|m| -((-m).div_euclid(1000)));
                let same = |p: &&crate::streaming::incremental::Placed| {
                    std::ptr::eq(p.operator.core(), operator.core())
                };
                let number = self.plan.operators.iter().position(|p| same(&p));
                let input = number.and_then(|n| inputs.get(n).copied());
                OperatorExplained {
                    name: name.into(),
                    rows_in: figures.rows_in,
                    rows_out: figures.rows_out,
                    rows_held: figures.rows_total,
                    rows_removed: figures.rows_removed,
                    rows_dropped_late: figures.rows_dropped,
                    releases: operator.releases(),
                    watermark: input.filter(|_| watermark.is_some()),
                    next_release: next,
                    must_see: next.zip(delay).map(|(next, delay)| next + delay),
                }
            })
            .collect()
    }
}
