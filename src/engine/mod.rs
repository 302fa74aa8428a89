//! The border to DataFusion: our kernels, casts, aggregates and leaves in the forms
//! that its plans hold, and errors across it in both directions.
//!
//! Knows the function library and DataFusion; knows nothing of names or plans of
//! the user's.

pub mod aggregate;
pub mod at_work;
pub mod batch_time;
mod cast;
mod checked_sum;
mod columns_down;
mod constant;
pub mod counters;
mod fault;
pub mod fold;
mod foreign_call;
pub mod grouped;
pub mod guarded;
pub mod guess;
mod held_side;
pub mod in_order;
pub mod kept_order;
mod kernel;
mod lambda;
pub mod local;
mod narrowing;
pub mod node;
mod null_first;
pub mod numbered;
pub mod partitions;
pub mod planner;
pub mod range;
pub mod row_bytes;
pub mod row_ids;
pub mod rules;
pub mod scan;
pub mod shared;
mod slots;
pub mod subqueries;

pub use cast::{cast_expr, may_be_null};
pub use constant::constant_value;
pub use fault::{from_datafusion, to_datafusion};
pub use foreign_call::{ForeignPlace, foreign_expr};
pub use kernel::{kernel_expr, kernel_over};
pub use lambda::computed;
pub use slots::{SlotAccumulator, slot_accumulator};
