//! Settings of queries that Spark knows and does not document, with their defaults. Sorted
//! by key.

use super::conf::Conf;
use crate::analysis::RecursionLimits;
use crate::error::{Result, SparkError};

const LEVELS: &str = "spark.sql.cteRecursionLevelLimit";
const ROWS: &str = "spark.sql.cteRecursionRowLimit";

/// Whether SQL has `ASOF JOIN`.
const ASOF_JOIN: &str = "spark.sql.join.asofJoin.enabled";

pub const QUERY_SETTINGS: &[(&str, Option<&str>)] =
    &[(LEVELS, Some("100")), (ROWS, Some("1000000"))];

/// # Errors
/// `INVALID_CONF_VALUE.TYPE_MISMATCH` for what is no whole number.
pub fn check(key: &str, value: &str) -> Result<()> {
    match key {
        LEVELS | ROWS if value.trim().parse::<i32>().is_err() => {
            Err(super::conf::wrong_type(key, value, "int"))
        }
        ASOF_JOIN if value.eq_ignore_ascii_case("true") => Err(SparkError::not_implemented(
            format_args!("the setting {key}={value}"),
        )),
        _ => Ok(()),
    }
}

/// How far `WITH RECURSIVE` goes. As in Spark -1 is no limit, and any other number is one.
pub fn recursion(conf: &Conf) -> RecursionLimits {
    let limit = |key| {
        let number = conf
            .find(key)
            .and_then(|text| text.trim().parse::<i64>().ok());
        number
            .filter(|number| *number != -1)
            .map(|number| u64::try_from(number).unwrap_or(0))
    };
    RecursionLimits {
        levels: limit(LEVELS),
        rows: limit(ROWS),
    }
}
