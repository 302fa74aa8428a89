//! Queries.

use super::{check, query};

#[test]
fn queries() {
    let cases = [
        ("select 1", "Project[1](One)"),
        ("select a, b c from t", "Project[a, b AS c](t)"),
        (
            "select count, time, window from (select 1 count, 2 time, 3 window)",
            "Project[count, time, window](Project[1 AS count, 2 AS time, 3 AS window](One))",
        ),
        ("select * from t as x(a, b)", "Project[*](t AS x(a, b))"),
        (
            "select distinct a from t where b > 1 order by a limit 3",
            "Limit[0 Some(3)](Sort[a](Distinct(Project[a](Filter[>(b, 1)](t)))))",
        ),
        (
            "select a from t order by b desc nulls last, 1",
            "Sort[b desc nulls last, 1](Project[a](t))",
        ),
        (
            "select a, count(*) from t group by a having count(*) > 1 order by 2",
            "Sort[2](Having[>(count(*), 1)](Aggregate[a; a, count(*)](t)))",
        ),
        (
            "select max(a) from t having max(a) > 1",
            "Having[>(max(a), 1)](Aggregate[; max(a)](t))",
        ),
        (
            "select a from t limit 2 + 1 offset 1",
            "Limit[1 Some(3)](Project[a](t))",
        ),
        ("select a from t limit all", "Project[a](t)"),
        (
            "from t |> where a > 1 |> order by b |> limit 2 |> as u",
            "Limit[0 Some(2)](Sort[b](Filter[>(a, 1)](Project[*](t)))) AS u",
        ),
        (
            "from t |> select a, b |> union all table u",
            "UnionAll(Project[a, b](Project[*](t)), Project[*](u))",
        ),
        (
            "select * from (from t |> join u using (k) |> select a) x",
            "Project[*](Project[a](Inner[using k](Project[*](t), u)) AS x)",
        ),
        ("values 1, 2 as t(x)", "Project[*](Values[(1) (2)] AS t(x))"),
        ("select a from t sort by a", "SortBy[a](Project[a](t))"),
        (
            "select a from t, u where a = k",
            "Project[a](Filter[=(a, k)](Inner[](t, u)))",
        ),
        (
            "select a from t left join u on a = k right outer join v using (k) cross join w",
            "Project[a](Cross[](Right[using k](Left[=(a, k)](t, u), v), w))",
        ),
        (
            "select a from t natural join u",
            "Project[a](Inner[natural](t, u))",
        ),
        (
            "select a from t left semi join u on a = k",
            "Project[a](LeftSemi[=(a, k)](t, u))",
        ),
        (
            "select a from t anti join u on a = k",
            "Project[a](LeftAnti[=(a, k)](t, u))",
        ),
        (
            "select a from t full outer join (select k from u) x on a = k",
            "Project[a](Full[=(a, k)](t, Project[k](u) AS x))",
        ),
        (
            "select a from (t join u on a = k) q",
            "Project[a](Inner[=(a, k)](t, u) AS q)",
        ),
        (
            "select a from t union all select k from u intersect select 5",
            "UnionAll(Project[a](t), Intersect(Project[k](u), Project[5](One)))",
        ),
        (
            "(select a from t) minus (select k from u) order by a",
            "Sort[a](Except(Project[a](t), Project[k](u)))",
        ),
        (
            "with x as (select 1 q), y(n) as (select q from x) select * from y",
            "With[x = Project[1 AS q](One); y = Project[q](x) AS y(n)](Project[*](y))",
        ),
        (
            "select * from values (1, 'a'), (2, 'b') as v(x, y)",
            "Project[*](Values[(1, 'a') (2, 'b')] AS v(x, y))",
        ),
        ("values (1, 2)", "Values[(1, 2)]"),
        ("table t", "Project[*](t)"),
        ("from t select a", "Project[a](t)"),
        ("from t", "Project[*](t)"),
        ("select * from range(1, 3)", "Project[*](Range[1 3 1])"),
        (
            "select * from json.`/data/x`",
            "Project[*](Read[json /data/x])",
        ),
        ("select a from db.t", "Project[a](db.t)"),
        (
            "select a from t where a in (select k from u)",
            "Project[a](Filter[in(a; Project[k](u))](t))",
        ),
        (
            "select a from t where exists (select 1 from u where k = a)",
            "Project[a](Filter[exists(Project[1](Filter[=(k, a)](u)))](t))",
        ),
        (
            "select (select max(k) from u) m",
            "Project[scalar(Project[max(k)](u)) AS m](One)",
        ),
        (
            "select sum(b) over w s from t window w as (order by a)",
            "Project[sum(b) OVER (order a) AS s](t)",
        ),
        (
            "select /*+ broadcast(u) */ a -- note\n from t",
            "Project[a](t)",
        ),
        (
            "select a from t where a = 1;",
            "Project[a](Filter[=(a, 1)](t))",
        ),
    ];
    check(&cases, query);
}

#[test]
fn queries_of_the_courses() {
    let cases = [
        (
            "select action, date_format(window.end, \"MMM-dd HH:mm\") as time, count from counts order by time, action",
            "Sort[time, action](Project[action, date_format(window.end, 'MMM-dd HH:mm') AS time, count](counts))",
        ),
        (
            "select max(count) from hourly",
            "Project[max(count)](hourly)",
        ),
        (
            "select action, sum(count) as total from hourly group by action",
            "Aggregate[action; action, sum(count) AS total](hourly)",
        ),
        (
            "select * from (select row_number() over (order by average desc) as n, window, average from means) as best where n <= 1",
            "Project[*](Filter[<=(n, 1)](Project[row_number() OVER (order average desc) AS n, window, average](means) AS best))",
        ),
        (
            "select c.action as a1, c.window, c.count as n1, d.action as a2, d.count as n2 from counts c inner join other d on c.window = d.window and c.action <> d.action where c.window.start > '2016-07-26' having (c.count - d.count) > 20 or (d.count - c.count) > 20 order by window desc",
            "Sort[window desc](Having[or(>(-(c.count, d.count), 20), >(-(d.count, c.count), 20))](Aggregate[; c.action AS a1, c.window, c.count AS n1, d.action AS a2, d.count AS n2](Filter[>(c.window.start, '2016-07-26')](Inner[and(=(c.window, d.window), !=(c.action, d.action))](counts AS c, other AS d)))))",
        ),
        (
            "select *, avg(count) over (partition by action order by window.start desc range between interval 30 minutes preceding and current row) as MovingAvg from counts",
            "Project[*, avg(count) OVER (by action order window.start desc range -1800000000us:interval minute .. 0) AS MovingAvg](counts)",
        ),
        (
            "select variance(count) as v from (select * from counts order by window desc) as ordered",
            "Project[variance(count) AS v](Sort[window desc](Project[*](counts)) AS ordered)",
        ),
        (
            "select * from devices where model is not null",
            "Project[*](Filter[isnotnull(model)](devices))",
        ),
    ];
    check(&cases, query);
}

#[test]
fn groups_of_several_keys() {
    let cases = [
        (
            "select a from t group by cube(a, b)",
            "Aggregate[a, b; a; [[0, 1], [0], [1], []]](t)",
        ),
        (
            "select a from t group by a, rollup((b, c), d)",
            "Aggregate[a, b, c, d; a; [[0, 1, 2, 3], [0, 1, 2], [0]]](t)",
        ),
        (
            "select a from t group by grouping sets ((a), cube(b), grouping sets (()))",
            "Aggregate[a, b; a; [[0], [1], [], []]](t)",
        ),
        (
            "select a from t group by a, b with rollup",
            "Aggregate[a, b; a; [[0, 1], [0], []]](t)",
        ),
        (
            "select a from t group by a, b grouping sets ((b))",
            "Aggregate[a, b; a; [[1]]](t)",
        ),
        ("select a from t group by all", "Aggregate[ALL; a](t)"),
        (
            "select a from t qualify r = 1",
            "Qualify[=(r, 1)](Project[a](t))",
        ),
    ];
    check(&cases, query);
}

#[test]
fn a_watermark_clause_is_no_alias() {
    let cases = [
        (
            "select a from t watermark a delay of interval 10 seconds",
            "Project[a](Watermark[a INTERVAL '10' SECOND](t))",
        ),
        (
            "select a from (select a from t) watermark a delay of interval 1 minute as u",
            "Project[a](Watermark[a INTERVAL '01' MINUTE](Project[a](t)) AS u)",
        ),
        ("select a from t watermark", "Project[a](t AS watermark)"),
    ];
    check(&cases, query);
}
