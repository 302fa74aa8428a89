//! Running what analysis resolved: the session with its settings, views and caches,
//! readers of files, and batch plans from the logical form to record batches.
//!
//! Knows nothing of streams beyond handing out their leaves, nor of Python.

mod bucketing;
pub mod cache;
pub mod catalog;
mod catalog_commands;
mod clustering;
mod column_defaults;
mod command;
pub mod conf;
pub mod databases;
mod dealer;
pub mod explain;
pub mod file_read;
pub mod files;
pub mod foreign_exec;
mod foreign_filters;
mod foreign_groups;
mod foreign_read;
mod foreign_work;
mod immediate;
pub mod kafka_read;
mod kafka_write;
mod kept_tables;
mod local_rows;
pub mod observe;
pub mod output;
mod partition_folders;
mod query_settings;
pub mod read;
mod recursion;
pub mod repartition;
mod routines;
mod run;
mod script;
mod session;
mod settings;
mod sink_folder;
mod state_settings;
mod stored_views;
pub mod stream_leaf;
pub mod stream_read;
mod stream_settings;
mod table_columns;
pub mod table_names;
mod table_write;
pub mod tables;
pub mod text_read;
mod variables;
mod view_of_variables;
mod write;
mod write_settings;

pub use catalog_commands::{create_text, database_location, known_database};
pub use local_rows::LocalRows;
pub use run::{Runner, runtime};
pub use session::{Session, Table, named, parallelism};
pub use write::{SaveMode, WriteRequest, is_kafka, new_id};
