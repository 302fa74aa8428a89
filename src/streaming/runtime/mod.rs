//! Queries while they run: `manager` starts and finds them, `query` is what a user
//! holds, `driver` is the loop of one query on its own thread, `trigger` says when
//! the next batch is due.

mod driver;
mod manager;
mod query;
mod rows;
mod start;
mod trigger;
mod watermark;

pub use manager::Manager;
pub use query::{Goal, Query};
pub use start::StartRequest;
pub use trigger::{check as check_trigger, interval_micros};
