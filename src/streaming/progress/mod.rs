//! What a query says of itself: a record for each trigger, and its status.
//!
//! Plain data with Spark's names, order and number formats; the figures come
//! from the micro-batch loop. This module knows no query, no clock and no plan.
//! Read [`StreamingQueryProgress`] first, then [`TriggerSummary`], which makes it.

mod duration;
mod event_time;
mod explanation;
mod json;
mod record;
#[cfg(test)]
mod recorded;
mod ring;
mod status;
mod summary;

pub use duration::{Durations, Phase};
pub use event_time::EventTimeStats;
pub use explanation::{Explanation, HeldBack, OperatorExplained, SourceExplained};
pub use json::{iso_millis, pretty_jvm, pretty_python};
pub use record::{
    ObservedMetrics, ObservedRow, ObservedRows, SinkProgress, SourceProgress,
    StateOperatorProgress, StreamingQueryProgress,
};
pub use ring::ProgressRing;
pub use status::{QueryStatus, StatusMessage};
pub use summary::{SourceSummary, TriggerSummary};
