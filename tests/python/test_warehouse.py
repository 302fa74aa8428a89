"""Tables that outlive the session which made them."""

import pytest

from caudal.errors import AnalysisException
from caudal.sql import SparkSession


@pytest.fixture
def sessions(tmp_path):
    """Makes sessions over one warehouse, one after the other."""

    def new(house="house"):
        active = SparkSession.getActiveSession()
        if active is not None:
            active.stop()
        builder = SparkSession.builder.config("spark.sql.session.timeZone", "UTC")
        return builder.config("spark.sql.warehouse.dir", str(tmp_path / house)).getOrCreate()

    yield new
    active = SparkSession.getActiveSession()
    if active is not None:
        active.stop()


def test_a_table_and_its_rows_outlive_the_session(sessions, tmp_path):
    spark = sessions()
    rows = spark.createDataFrame([(1, "a"), (2, "b")], "id int, k string")
    rows.write.partitionBy("k").format("json").saveAsTable("kept")
    spark.sql(
        "create table outside using csv options (header true) location "
        f"'{tmp_path}/out' as select 1 as one"
    )
    spark = sessions()
    assert [t.name for t in spark.catalog.listTables()] == ["kept", "outside"]
    assert spark.table("kept").schema.simpleString() == "struct<id:int,k:string>"
    spark.sql("insert into kept values (3, 'c')")
    assert sorted(r.k for r in spark.table("default.kept").collect()) == ["a", "b", "c"]
    assert spark.table("outside").first().one == 1
    spark.sql("drop table kept")
    spark.sql("drop table outside")
    assert not (tmp_path / "house" / "kept").exists()
    assert list((tmp_path / "out").glob("part-*"))
    assert sessions().catalog.listTables() == []


def test_a_stream_goes_on_into_its_table_after_the_session(sessions, tmp_path):
    source = tmp_path / "in"
    source.mkdir()

    def run(spark):
        stream = spark.readStream.schema("a int").json(str(source))
        writer = stream.writeStream.option("checkpointLocation", str(tmp_path / "check"))
        query = writer.trigger(availableNow=True).toTable("flow")
        assert query.awaitTermination(60)
        return sorted(r.a for r in spark.table("flow").collect())

    (source / "1.json").write_text('{"a": 1}\n')
    assert run(sessions()) == [1]
    (source / "2.json").write_text('{"a": 2}\n')
    spark = sessions()
    assert run(spark) == [1, 2]
    assert (tmp_path / "house" / "flow" / "_spark_metadata" / "1").exists()


def test_a_stream_that_reads_a_table_goes_on_after_the_session(sessions, tmp_path):
    batches = []

    def run(spark):
        stream = spark.readStream.table("counted")
        writer = stream.writeStream.option("checkpointLocation", str(tmp_path / "check"))
        kept = writer.foreachBatch(lambda df, n: batches.append(sorted(r.a for r in df.collect())))
        query = kept.trigger(availableNow=True).start()
        assert query.awaitTermination(60)

    spark = sessions()
    spark.sql("create table counted (a int) using parquet")
    spark.sql("insert into counted values (1), (2)")
    run(spark)
    spark.sql("insert into counted values (3)")
    run(sessions())
    run(sessions())
    assert batches == [[1, 2], [3]]


def test_a_stream_from_one_table_into_another(sessions, tmp_path):
    spark = sessions()
    spark.sql("create table raw (k string, v int) using json")
    for row in ("('a', 1)", "('b', 2)"):
        spark.sql(f"insert into raw values {row}")
        doubled = sessions().readStream.table("raw").selectExpr("k", "v * 2 as v")
        writer = doubled.writeStream.partitionBy("k").trigger(availableNow=True)
        query = writer.option("checkpointLocation", str(tmp_path / "check")).toTable("clean")
        assert query.awaitTermination(60)
        spark = sessions()
    assert sorted(map(tuple, spark.table("clean").select("k", "v").collect())) == [
        ("a", 2),
        ("b", 4),
    ]
    assert [c.isPartition for c in spark.catalog.listColumns("clean")] == [False, True]


def test_a_table_that_could_not_be_written_is_not_there(sessions):
    spark = sessions()
    with pytest.raises(AnalysisException):
        spark.range(1).write.format("text").saveAsTable("numbers")
    assert not spark.catalog.tableExists("numbers")


def test_a_definition_that_cannot_be_read_names_its_file(sessions, tmp_path):
    spark = sessions()
    spark.range(1).write.saveAsTable("numbers")
    (tmp_path / "house" / "_tables" / "numbers.json").write_text("{")
    with pytest.raises(Exception, match=r"_tables/numbers\.json"):
        spark.table("numbers")


def test_a_warehouse_can_be_moved(sessions, tmp_path):
    sessions("first").range(2).write.saveAsTable("numbers")
    (tmp_path / "first").rename(tmp_path / "second")
    assert not sessions("first").catalog.tableExists("numbers")
    assert sessions("second").table("numbers").count() == 2
