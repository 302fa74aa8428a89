//! Which words the grammar looks at. Spark reserves almost nothing, so a word that
//! only other dialects know (`top`, `format`, `settings`, `user`) must reach the
//! parser as a plain name.

use sqlparser::keywords::Keyword;

/// True for the words of Spark's query grammar.
pub(super) fn is_kept(keyword: Keyword) -> bool {
    is_query_word(keyword) || is_expression_word(keyword)
}

fn is_query_word(keyword: Keyword) -> bool {
    use Keyword as K;
    matches!(
        keyword,
        K::SELECT
            | K::FROM
            | K::WHERE
            | K::GROUP
            | K::BY
            | K::HAVING
            | K::ORDER
            | K::SORT
            | K::CLUSTER
            | K::DISTRIBUTE
            | K::LIMIT
            | K::OFFSET
            | K::UNION
            | K::INTERSECT
            | K::EXCEPT
            | K::MINUS
            | K::ALL
            | K::DISTINCT
            | K::AS
            | K::ON
            | K::USING
            | K::JOIN
            | K::INNER
            | K::LEFT
            | K::RIGHT
            | K::FULL
            | K::OUTER
            | K::CROSS
            | K::NATURAL
            | K::SEMI
            | K::ANTI
            | K::LATERAL
            | K::VIEW
            | K::WITH
            | K::RECURSIVE
            | K::VALUES
            | K::TABLE
            | K::WINDOW
            | K::QUALIFY
            | K::CUBE
            | K::ROLLUP
            | K::GROUPING
            | K::SETS
            | K::PIVOT
            | K::UNPIVOT
            | K::INCLUDE
            | K::EXCLUDE
            | K::TABLESAMPLE
            | K::REPEATABLE
            | K::BUCKET
            | K::OUT
            | K::OF
            | K::ASC
            | K::DESC
            | K::NULLS
            | K::FIRST
            | K::LAST
            | K::FOR
            | K::PERCENT
    )
}

fn is_expression_word(keyword: Keyword) -> bool {
    use Keyword as K;
    matches!(
        keyword,
        K::CASE
            | K::WHEN
            | K::THEN
            | K::ELSE
            | K::END
            | K::AND
            | K::OR
            | K::NOT
            | K::IN
            | K::BETWEEN
            | K::LIKE
            | K::ILIKE
            | K::RLIKE
            | K::REGEXP
            | K::ESCAPE
            | K::IS
            | K::NULL
            | K::TRUE
            | K::FALSE
            | K::UNKNOWN
            | K::EXISTS
            | K::INTERVAL
            | K::CAST
            | K::TRY_CAST
            | K::EXTRACT
            | K::POSITION
            | K::SUBSTRING
            | K::SUBSTR
            | K::TRIM
            | K::STRUCT
            | K::LEADING
            | K::TRAILING
            | K::BOTH
            | K::OVER
            | K::PARTITION
            | K::ROWS
            | K::RANGE
            | K::PRECEDING
            | K::FOLLOWING
            | K::UNBOUNDED
            | K::CURRENT
            | K::ROW
            | K::FILTER
            | K::WITHIN
            | K::IGNORE
            | K::RESPECT
            | K::DIV
            | K::COLLATE
            | K::ANY
    )
}

/// Words that end an expression or a table where an alias could stand. `next` is
/// the word after, where the two belong together (`GROUP BY`).
pub(super) fn starts_clause(keyword: Keyword, next: Keyword) -> bool {
    use Keyword as K;
    match keyword {
        K::GROUP | K::ORDER | K::SORT | K::CLUSTER | K::DISTRIBUTE | K::PARTITION => next == K::BY,
        K::FROM
        | K::WHERE
        | K::HAVING
        | K::LIMIT
        | K::OFFSET
        | K::UNION
        | K::INTERSECT
        | K::EXCEPT
        | K::MINUS
        | K::ON
        | K::USING
        | K::AS => true,
        K::LATERAL => matches!(next, K::VIEW),
        K::QUALIFY => next != K::FROM,
        _ => false,
    }
}

/// Words that continue the `FROM` clause after a table.
pub(super) fn continues_from(keyword: Keyword, next: Keyword) -> bool {
    use Keyword as K;
    match keyword {
        K::JOIN
        | K::INNER
        | K::LEFT
        | K::RIGHT
        | K::FULL
        | K::CROSS
        | K::NATURAL
        | K::SEMI
        | K::ANTI
        | K::LATERAL
        | K::PIVOT
        | K::UNPIVOT
        | K::TABLESAMPLE => true,
        // FROM t SELECT a
        K::SELECT => true,
        _ => starts_clause(keyword, next),
    }
}
