"""How does INSERT match columns, cast values and overwrite?"""


def run(spark, ctx):
    def rows(name):
        return ctx.snapshot(spark.table(name))

    try:
        spark.sql("CREATE TABLE is_one (id INT, name STRING) USING json")
        yield "result", spark.sql("INSERT INTO is_one VALUES (1, 'a')")
        spark.sql("INSERT INTO is_one SELECT id + 10, 'r' FROM range(2)")
        yield "by position", rows("is_one")
        spark.sql("INSERT INTO TABLE is_one (name, id) VALUES ('named', 5)")
        yield "column list", ctx.snapshot(spark.table("is_one").where("id = 5"))
        spark.sql("INSERT INTO is_one (id) VALUES (6)")
        yield "part of the columns", ctx.snapshot(spark.table("is_one").where("id = 6"))
        yield "too few", ctx.error(lambda: spark.sql("INSERT INTO is_one VALUES (1)"))
        yield "too many", ctx.error(lambda: spark.sql("INSERT INTO is_one VALUES (1, 'a', 2)"))
        yield "wrong type", ctx.error(lambda: spark.sql("INSERT INTO is_one VALUES ('x', 'a')"))
        yield (
            "too large",
            ctx.error(lambda: spark.sql("INSERT INTO is_one VALUES (3000000000, 'a')").collect()),
        )
        spark.sql("INSERT INTO is_one VALUES (7.0, 8)")
        yield "cast", ctx.snapshot(spark.table("is_one").where("id = 7"))
        yield (
            "unknown column",
            ctx.error(lambda: spark.sql("INSERT INTO is_one (nope) VALUES (1)")),
        )
        yield "unknown table", ctx.error(lambda: spark.sql("INSERT INTO is_nope VALUES (1)"))
        spark.sql("INSERT OVERWRITE is_one VALUES (100, 'only')")
        yield "overwrite", rows("is_one")
        yield (
            "overwrite what is read",
            ctx.error(lambda: spark.sql("INSERT OVERWRITE is_one SELECT * FROM is_one")),
        )
        spark.sql("INSERT INTO is_one TABLE is_one")
        yield "append what is read", rows("is_one")
        df = spark.createDataFrame([("z", 9)], "name STRING, id INT")
        yield "insertInto by position", ctx.error(lambda: df.write.insertInto("is_one"))
        df.select("id", "name").write.insertInto("is_one", overwrite=True)
        yield "insertInto overwrite", rows("is_one")
        yield "insertInto unknown", ctx.error(lambda: df.write.insertInto("is_nope"))
    finally:
        spark.sql("DROP TABLE IF EXISTS is_one")
