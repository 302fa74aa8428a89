//! Running SQL scripts: `run` does the steps, `handle` looks for who handles a failure,
//! `scopes` holds what the blocks around the current step have declared.
//!
//! A script runs in a session of its own that differs from the program's by these scopes
//! alone, so nobody beside it sees its variables. Knows nothing of how a script is written.

mod cursors;
mod handle;
mod run;
mod scopes;

pub use scopes::Scopes;
