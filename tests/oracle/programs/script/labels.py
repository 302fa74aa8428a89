"""SQL scripts: labels within a script, rows of FOR as variables, lines of refusals."""

SCRIPTS = [
    "BEGIN l: BEGIN ITERATE l; END; END",
    "BEGIN l: BEGIN SELECT 1; END m; END",
    "BEGIN BEGIN SELECT 1; END m; END",
    "BEGIN l: LOOP l: LOOP LEAVE l; END LOOP; END LOOP; END",
    "BEGIN l: LOOP LEAVE a.l; END LOOP; END",
    "BEGIN session: BEGIN SELECT 1; END; END",
    "BEGIN system: BEGIN SELECT 1; END; END",
    "BEGIN builtin: BEGIN SELECT 1; END; END",
    "BEGIN sys: BEGIN SELECT 1; END; END",
    "BEGIN local: BEGIN SELECT 1; END; END",
    "BEGIN FOR session AS SELECT 1 DO SELECT 2; END FOR; END",
    "BEGIN l: FOR l AS SELECT 1 AS q DO SELECT 2; END FOR; END",
    "BEGIN FOR r AS SELECT 1 AS q DO LEAVE r; END FOR; SELECT 5; END",
    "BEGIN FOR r AS SELECT 1 AS q DO SET q = 5; SELECT q; END FOR; END",
    "BEGIN l: BEGIN DECLARE x INT = 1; m: BEGIN DECLARE x INT = 2; SELECT l.x, m.x, x; END; END; END",
    "BEGIN l: BEGIN DECLARE x INT = 1; SET l.x = 5; SELECT x; END l; END",
    "BEGIN l: BEGIN SELECT 1; LEAVE l; SELECT 2; END; END",
    "BEGIN DECLARE a, a INT; END",
    "BEGIN DECLARE x INT = 1; DECLARE y INT = x + 1; SET x = DEFAULT; SELECT x, y; END",
    "BEGIN l: BEGIN DECLARE x INT = 1; SELECT x + 1, l.x + 1; END; END",
    "BEGIN FOR r AS SELECT 1 AS q DO SELECT q + 1, r.q + 2; END FOR; END",
    "BEGIN\n  SELECT 1;\n\n  IF 1 THEN SELECT 1; END IF; END",
    "BEGIN DECLARE `a-b` CONDITION; END",
    "BEGIN SELECT 1; DECLARE c CONDITION; END",
    "BEGIN FOR r AS SET x = 1 DO SELECT 1; END FOR; END",
    "BEGIN SHOW TABLES IN default; END",
    "BEGIN SELECT * FROM range(3); CREATE OR REPLACE TEMP VIEW z AS SELECT 1; END",
    "BEGIN DECLARE x INT; SET x = 5 WHERE 1; END",
]


def run(spark, ctx):
    # Of its own: what a session declares stays in it.
    spark = spark.newSession()
    for number, script in enumerate(SCRIPTS):
        yield f"{number} {script}", ctx.outcome(lambda script=script: _told(spark.sql(script)))


def _told(frame):
    return [frame.schema.simpleString(), *map(str, frame.collect())]
