//! The kinds of joins, as programs name them.

use crate::error::{Result, SparkError};
use crate::plan::JoinKind;

/// The kind of join that the user named.
pub fn join_kind(how: &str) -> Result<JoinKind> {
    Ok(match how.to_lowercase().replace('_', "").as_str() {
        "inner" => JoinKind::Inner,
        "cross" => JoinKind::Cross,
        "outer" | "full" | "fullouter" => JoinKind::Full,
        "left" | "leftouter" => JoinKind::Left,
        "right" | "rightouter" => JoinKind::Right,
        "semi" | "leftsemi" => JoinKind::LeftSemi,
        "anti" | "leftanti" => JoinKind::LeftAnti,
        _ => {
            return Err(SparkError::new(
                "UNSUPPORTED_JOIN_TYPE",
                &[
                    ("typ", how),
                    (
                        "supported",
                        "'inner', 'outer', 'full', 'fullouter', 'full_outer', 'leftouter', 'left', 'left_outer', 'rightouter', 'right', 'right_outer', 'leftsemi', 'left_semi', 'semi', 'leftanti', 'left_anti', 'anti', 'cross'",
                    ),
                ],
            ));
        }
    })
}

/// The kind of lateral join that the user named.
pub fn lateral_kind(how: &str) -> Result<JoinKind> {
    match how.to_lowercase().as_str() {
        "inner" => Ok(JoinKind::Inner),
        "cross" => Ok(JoinKind::Cross),
        "left" | "leftouter" | "left_outer" => Ok(JoinKind::Left),
        _ => {
            let supported = "'inner', 'leftouter', 'left', 'left_outer', 'cross'";
            Err(SparkError::new(
                "UNSUPPORTED_JOIN_TYPE",
                &[("typ", how), ("supported", supported)],
            ))
        }
    }
}
