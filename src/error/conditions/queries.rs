//! Conditions of queries that go round and of pipes. Sorted by name.

use super::super::ErrorClass;
use super::{Condition, nameless, row};

#[rustfmt::skip]
pub static CONDITIONS: &[Condition] = &[
    row("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", ErrorClass::Analysis, "42825",
        "Failed to merge incompatible data types <left> and <right>. Please check the data types of the columns being merged and ensure that they are compatible. If necessary, consider casting the columns to compatible data types before attempting the merge."),
    row("INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME", ErrorClass::Analysis, "KD000",
        "Cannot write incompatible data for the table <tableName>: Ambiguous column name in the input data <colName>."),
    row("INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS", ErrorClass::Analysis, "KD000",
        "Cannot write incompatible data for the table <tableName>: Cannot write extra columns <extraColumns>."),
    row("INVALID_RECURSIVE_CTE", ErrorClass::Analysis, "42836",
        "Invalid recursive definition found. Recursive queries must contain an UNION or an UNION ALL statement with 2 children. The first child needs to be the anchor term without any recursive references. Any top level inner CTE must not contain self references."),
    row("INVALID_RECURSIVE_REFERENCE.PLACE", ErrorClass::Analysis, "42836",
        "Invalid recursive reference found inside WITH RECURSIVE clause. Recursive references cannot be used on the right side of left outer/semi/anti joins, on the left side of right outer joins, in full outer joins, in aggregates, window functions or sorts"),
    row("INVALID_STATEMENT_OR_CLAUSE", ErrorClass::Parse, "42601",
        "The statement or clause: <operation> is not valid."),
    row("PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION", ErrorClass::Analysis, "0A000",
        "Non-grouping expression <expr> is provided as an argument to the |> AGGREGATE pipe operator but does not contain any aggregate function; please update it to include an aggregate function and then retry the query again."),
    row("PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION", ErrorClass::Analysis, "0A000",
        "Aggregate function <expr> is not allowed when using the pipe operator |> <clause> clause; please use the pipe operator |> AGGREGATE clause instead."),
    row("RECURSION_LEVEL_LIMIT_EXCEEDED", ErrorClass::SparkRuntime, "42836",
        "Recursion level limit <levelLimit> reached but query has not exhausted, try increasing it like 'WITH RECURSIVE t(col) MAX RECURSION LEVEL 200'."),
    row("RECURSION_ROW_LIMIT_EXCEEDED", ErrorClass::SparkRuntime, "42836",
        "Recursion row limit <rowLimit> reached but query has not exhausted, try setting a larger LIMIT value when querying the CTE relation."),
    row("UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", ErrorClass::Analysis, "42836",
        "The UNION operator is not yet supported within recursive common table expressions (WITH clauses that refer to themselves, directly or indirectly). Please use UNION ALL instead."),
    row("UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS", ErrorClass::Parse, "0A000",
        "The feature is not supported: The SQL pipe operator syntax using |> does not support <clauses>."),
    row("UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE", ErrorClass::Parse, "0A000",
        "The feature is not supported: The SQL pipe operator syntax with aggregation (using |> AGGREGATE) does not support <case>."),
    nameless("_LEGACY_ERROR_TEMP_0035", ErrorClass::Parse,
        "Operation not allowed: <message>."),
];
