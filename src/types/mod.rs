//! Spark's types and what belongs to them: Arrow storage, DDL and JSON schema
//! strings, formatting of values as `show()` prints them.
//!
//! Knows Arrow; knows nothing of plans, of DataFusion or of Python.

pub mod bounded;
pub mod cast;
mod data_type;
pub mod datetime;
mod ddl;
pub mod format;
mod from_arrow;
pub mod interval;
pub mod interval_error;
mod java_float;
mod literal_text;
pub mod place;
mod schema_string;
mod show;
mod time_zone;
pub mod variant;
mod zone_offsets;

pub use cast::{CastSettings, can_cast, cast};
pub use data_type::{
    DataType, DayTimeField, STORAGE_TIME_ZONE, StructField, StructType, UserDefined, YearMonthField,
};
pub use format::{Formatter, bytes_at, string_at, to_strings, write_date};
pub use from_arrow::{from_arrow, from_arrow_schema, to_storage};
pub use interval::{parse_day_time, parse_interval, parse_year_month};
pub use java_float::{write_f32, write_f64};
pub use literal_text::literal_text;
pub use schema_string::parse_type;
pub use show::{show_string, tree_string};
pub use time_zone::{OffsetPrefix, Zone, offset_text, parse_offset, parse_zone};
