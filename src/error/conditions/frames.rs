//! Conditions of verbs that put frames together, and of jobs that were stopped. Sorted by
//! name.

use super::super::ErrorClass;
use super::{Condition, row};

#[rustfmt::skip]
pub static CONDITIONS: &[Condition] = &[
    row("NEAREST_BY_JOIN.NON_ORDERABLE_RANKING_EXPRESSION", ErrorClass::Analysis, "42604",
        "Invalid nearest-by join. The ranking expression <expression> of type <type> is not orderable. Provide an expression that returns an orderable type, such as a numeric distance like abs(a.col - b.col) or a numeric similarity score."),
    row("NEAREST_BY_JOIN.NUM_RESULTS_OUT_OF_RANGE", ErrorClass::Analysis, "42604",
        "Invalid nearest-by join. The number of results <numResults> must be between <min> and <max>. Update the literal in `APPROX NEAREST <numResults> BY ...` (or `EXACT NEAREST <numResults> BY ...`) to fall within that range."),
    row("NEAREST_BY_JOIN.UNSUPPORTED_DIRECTION", ErrorClass::Analysis, "42604",
        "Invalid nearest-by join. Unsupported nearest-by join direction '<direction>'. Supported nearest-by join directions include: <supported>."),
    row("NEAREST_BY_JOIN.UNSUPPORTED_JOIN_TYPE", ErrorClass::Analysis, "42604",
        "Invalid nearest-by join. Unsupported nearest-by join type <joinType>. Supported types: <supported>."),
    row("NEAREST_BY_JOIN.UNSUPPORTED_MODE", ErrorClass::Analysis, "42604",
        "Invalid nearest-by join. Unsupported nearest-by join mode '<mode>'. Supported modes include: <supported>."),
    row("SPARK_JOB_CANCELLED", ErrorClass::SparkRuntime, "XXKDA",
        "Job <jobId> cancelled <reason>"),
    row("ZIP_PLANS_NOT_MERGEABLE", ErrorClass::Analysis, "42K03",
        "The two DataFrames in zip() cannot be merged. They must produce the same canonicalized plan after stripping outer Project chains, and must not contain non-scalar Python UDFs."),
];
