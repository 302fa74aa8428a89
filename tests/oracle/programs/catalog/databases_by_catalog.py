"""What do the catalog's calls do with databases?"""


def run(spark, ctx):
    catalog = spark.catalog
    try:
        yield "create", ctx.outcome(lambda: catalog.createDatabase("dc_a"))
        yield "again", ctx.error(lambda: catalog.createDatabase("dc_a"))
        yield "again if not", ctx.outcome(lambda: catalog.createDatabase("dc_a", True))
        catalog.createDatabase("dc_b", False, {"comment": "second", "k": "v"})
        yield "list", [d.name for d in catalog.listDatabases()]
        yield "list pattern", [(d.name, d.description) for d in catalog.listDatabases("dc_*")]
        found = catalog.getDatabase("dc_b")
        yield "get", (found.name, found.catalog, found.description)
        yield "folder", found.locationUri.rpartition("/")[2]
        yield "get unknown", ctx.error(lambda: catalog.getDatabase("dc_no"))
        yield "exists", [catalog.databaseExists(n) for n in ("dc_a", "spark_catalog.DC_B", "dc_no")]
        catalog.setCurrentDatabase("dc_a")
        yield "current", catalog.currentDatabase()
        spark.range(2).write.saveAsTable("t")
        spark.range(3).write.saveAsTable("dc_b.u")
        spark.range(1).createOrReplaceTempView("dc_v")
        yield "tables", [tuple(t) for t in catalog.listTables() if t.name != "x"]
        yield "tables of", [tuple(t) for t in catalog.listTables("dc_b")]
        yield "getTable", tuple(catalog.getTable("t"))
        yield "getTable in", tuple(catalog.getTable("dc_b.u"))
        yield "exists here", [catalog.tableExists(n) for n in ("t", "u", "dc_b.u", "default.t")]
        yield "exists in", [catalog.tableExists("u", "dc_b"), catalog.tableExists("t", "dc_b")]
        yield "columns", [tuple(c) for c in catalog.listColumns("dc_b.u")]
        yield "columns in", [tuple(c) for c in catalog.listColumns("u", "dc_b")]
        yield "read", ctx.snapshot(spark.table("t"))
        yield "insert", ctx.outcome(lambda: spark.range(5, 6).write.insertInto("dc_b.u"))
        yield "inserted", ctx.snapshot(spark.table("dc_b.u"))
        yield "missing", ctx.error(lambda: spark.table("missing"))
        yield "set unknown", ctx.error(lambda: catalog.setCurrentDatabase("dc_no"))
        catalog.setCurrentDatabase("default")
        yield "drop filled", ctx.error(lambda: catalog.dropDatabase("dc_b"))
        yield "drop cascade", ctx.outcome(lambda: catalog.dropDatabase("dc_b", cascade=True))
        yield "drop unknown", ctx.error(lambda: catalog.dropDatabase("dc_b"))
        yield "drop if", ctx.outcome(lambda: catalog.dropDatabase("dc_b", True))
        yield "drop default", ctx.error(lambda: catalog.dropDatabase("default"))
        yield "left", [d.name for d in catalog.listDatabases("dc_*")]
        catalog.setCurrentDatabase("dc_a")
        other = spark.newSession()
        yield "another session", [other.catalog.currentDatabase(), other.table("dc_a.t").count()]
    finally:
        catalog.setCurrentDatabase("default")
        catalog.dropTempView("dc_v")
        for name in ("dc_a", "dc_b"):
            spark.sql(f"DROP DATABASE IF EXISTS {name} CASCADE")
