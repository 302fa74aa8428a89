"""QUALIFY, LIKE ANY/ALL/SOME and * EXCEPT in their forms and refusals."""

QUERIES = [
    "SELECT k, v FROM t QUALIFY row_number() OVER (PARTITION BY k ORDER BY v) = 1",
    "SELECT k, v, rank() OVER (ORDER BY v) r FROM t QUALIFY r <= 2",
    "SELECT k, sum(v) s FROM t GROUP BY k QUALIFY rank() OVER (ORDER BY sum(v)) = 1",
    "SELECT k, sum(v) s FROM t GROUP BY k HAVING sum(v) > 1 QUALIFY rank() OVER (ORDER BY s) = 1",
    "SELECT k FROM t QUALIFY v > 1",
    "SELECT k, v FROM t WHERE v > 1 QUALIFY count(*) OVER () > 2 ORDER BY v LIMIT 2",
    "SELECT k, v FROM t QUALIFY max(v) OVER w = v WINDOW w AS (PARTITION BY k)",
    "SELECT * FROM t QUALIFY row_number() OVER (ORDER BY v, k) = 2",
    "SELECT DISTINCT k FROM t QUALIFY row_number() OVER (ORDER BY v) > 0",
    "SELECT k FROM t QUALIFY nope = 1",
    "SELECT k qualify FROM t",
    "SELECT s FROM p WHERE s LIKE ANY ('a%', 'B%')",
    "SELECT s FROM p WHERE s LIKE SOME ('a%', 'B%')",
    "SELECT s FROM p WHERE s LIKE ALL ('a%', '%e')",
    "SELECT s FROM p WHERE s NOT LIKE ANY ('a%', '%e')",
    "SELECT s FROM p WHERE s NOT LIKE ALL ('a%', '%x')",
    "SELECT s LIKE ANY ('a%', null) a, s LIKE ALL ('a%', null) b FROM p",
    "SELECT s NOT LIKE ANY ('a%', null) a, s NOT LIKE ALL ('a%', null) b FROM p",
    "SELECT s LIKE ANY ('a%') FROM p",
    "SELECT s ILIKE ANY ('A%', 'b%') FROM p",
    "SELECT s ILIKE ALL ('A%', '%E') FROM p",
    "SELECT s NOT ILIKE ALL ('A%', '%E') FROM p",
    "SELECT s LIKE ALL ('a%', '%e') FROM p",
    "SELECT s LIKE ANY (s, 'z') FROM p",
    "SELECT s LIKE ANY () FROM p",
    "SELECT s LIKE ALL ('a!%') ESCAPE '!' FROM p",
    "SELECT * EXCEPT (v) FROM t",
    "SELECT * EXCEPT (v, k) FROM t",
    "SELECT * EXCEPT (nope) FROM t",
    "SELECT * EXCEPT (v, v) FROM t",
    "SELECT t.* EXCEPT (v) FROM t",
    "SELECT * EXCEPT (t.v) FROM t",
    "SELECT * EXCEPT (st.b) FROM (SELECT named_struct('a', 1, 'b', 2) st, 3 c)",
    "SELECT st.* EXCEPT (a) FROM (SELECT named_struct('a', 1, 'b', 2) st, 3 c)",
    "SELECT * EXCEPT v FROM t",
    "SELECT * EXCEPT () FROM t",
    "SELECT count(* EXCEPT (v)) FROM t",
    "SELECT x.* EXCEPT (v), y.v w FROM t x JOIN t y ON x.k = y.k AND x.v = y.v",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 1), ('a', 2), ('b', 3), ('b', 4), (null, 5) AS t(k, v)"
    ).createOrReplaceTempView("t")
    spark.sql(
        "SELECT * FROM VALUES ('apple'), ('Banana'), ('maze'), (null) AS p(s)"
    ).createOrReplaceTempView("p")

    def rows(text):
        df = spark.sql(text)
        return [df.columns, sorted((list(row) for row in df.collect()), key=str)]

    for text in QUERIES:
        yield text, ctx.outcome(lambda text=text: rows(text))
