"""Tables that outlive the session which made them."""

import pytest

from caudal.errors import AnalysisException
from caudal.sql import SparkSession


@pytest.fixture
def sessions(tmp_path):
    """Makes sessions over one warehouse, one after the other."""

    def new():
        active = SparkSession.getActiveSession()
        if active is not None:
            active.stop()
        builder = SparkSession.builder.config("spark.sql.session.timeZone", "UTC")
        return builder.config("spark.sql.warehouse.dir", str(tmp_path / "house")).getOrCreate()

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
    back = spark.readStream.table("flow").writeStream.format("memory").queryName("back")
    query = back.trigger(availableNow=True).start()
    assert query.awaitTermination(60)
    assert sorted(r.a for r in spark.table("back").collect()) == [1, 2]


def test_a_table_that_could_not_be_written_is_not_there(sessions):
    spark = sessions()
    with pytest.raises(AnalysisException):
        spark.range(1).write.format("text").saveAsTable("numbers")
    assert not spark.catalog.tableExists("numbers")
