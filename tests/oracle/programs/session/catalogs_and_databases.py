"""What are the catalogs and databases, by name and by pattern, and which cannot be used?"""


def run(spark, ctx):
    catalog = spark.catalog
    yield "listCatalogs", [tuple(c) for c in catalog.listCatalogs()]
    for pattern in ("spark*", "SPARK*", "hive*", "hive*|spark_*", "*", ""):
        yield f"listCatalogs {pattern}", [c.name for c in catalog.listCatalogs(pattern)]
    yield "listDatabases", [tuple(d)[:3] for d in catalog.listDatabases()]
    yield "locationUri", catalog.getDatabase("default").locationUri.startswith("file:/")
    for pattern in ("def*", "DEF*", "x*", "x|default", "%", "defaul_"):
        yield f"listDatabases {pattern}", [d.name for d in catalog.listDatabases(pattern)]
    for name in (
        "default",
        "DEFAULT",
        "spark_catalog.default",
        "`default`",
        "nope",
        "nope.default",
    ):
        yield f"getDatabase {name}", ctx.outcome(lambda n=name: tuple(catalog.getDatabase(n))[:3])
        yield f"databaseExists {name}", ctx.outcome(lambda n=name: catalog.databaseExists(n))
    for name in ("default", "DEFAULT", "spark_catalog.default", "nope", "nope.default"):
        yield (
            f"setCurrentDatabase {name}",
            ctx.outcome(lambda n=name: catalog.setCurrentDatabase(n)),
        )
    for name in ("spark_catalog", "SPARK_CATALOG", "nope"):
        yield f"setCurrentCatalog {name}", ctx.outcome(lambda n=name: catalog.setCurrentCatalog(n))
    yield "current", [catalog.currentCatalog(), catalog.currentDatabase()]
