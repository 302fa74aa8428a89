//! Queries while they run: `manager` starts and finds them, `query` is what a user
//! holds, `driver` is the loop of one query on its own thread, `trigger` says when
//! the next batch is due. `continuous` is the loop of a query without batches, `epoch`
//! what it gives its sink between two commits. `report` makes a batch's records, `row_json` what is
//! observed in them, `why` says what holds back
//! its output, `listeners` tells those who want to know of either.

mod continuous;
mod driver;
mod epoch;
mod idle_sources;
mod listeners;
mod manager;
mod opening;
mod park;
mod query;
mod report;
mod restart;
mod row_json;
mod rows;
mod start;
mod trigger;
mod watermark;
mod why;

pub use listeners::{Event, Listener};
pub use manager::Manager;
pub use query::{Goal, Query};
pub use start::StartRequest;
pub use trigger::{check as check_trigger, interval_micros};
