"""row_number and its kin over windows without and with partitions."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 3), ('a', 1), ('b', 2), ('b', 2), ('b', null) AS t(k, v)"
    ).createOrReplaceTempView("t")
    for text in [
        "select * from (select row_number() over (ORDER BY v DESC) as rownum, v from t) as foo where rownum <= 1",
        "select k, v, row_number() over (partition by k order by v, k) as r from t where v is not null and k = 'a'",
        "select k, v, rank() over (partition by k order by v) as r, dense_rank() over (partition by k order by v) as d from t",
        "select v, percent_rank() over (order by v) as p, cume_dist() over (order by v) as c from t",
        "select v, ntile(2) over (order by v) as n from t where k = 'a'",
        "select v, lag(v) over (partition by k order by v) as p, lead(v, 1, -1) over (partition by k order by v) as n from t where k = 'a'",
        "select k, v, sum(v) over w as s, count(*) over w as c from t window w as (partition by k)",
        "select k, first_value(v) over (partition by k order by v) as f, last_value(v) over (partition by k order by v) as l from t",
        "select k, max(v) as m, row_number() over (order by max(v)) as r from t group by k",
        "select v, sum(v) over (order by v rows between unbounded preceding and current row) as s from t where k = 'a'",
        "select k, avg(v) over (partition by k) from t where k = 'a'",
        "select v from t qualify row_number() over (order by v desc) = 1",
    ]:
        yield (
            text,
            ctx.outcome(
                lambda text=text: [
                    spark.sql(text).columns,
                    sorted(map(list, spark.sql(text).collect()), key=str),
                ]
            ),
        )
