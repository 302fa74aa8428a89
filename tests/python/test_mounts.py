"""Paths of ``dbfs:/`` by the session's mounts, and the sample data that notebooks name."""

from pathlib import Path

import pytest

from caudal.errors import IllegalArgumentException

SETTING = "spark.caudal.fs.mounts"
EVENTS = "/databricks-datasets/structured-streaming/events/"


@pytest.fixture
def mounted(spark, tmp_path):
    """The session with ``dbfs:/mnt/x`` and ``dbfs:/`` as folders of the test."""
    spark.conf.set(SETTING, f"dbfs:/mnt/x={tmp_path}/x,dbfs:/={tmp_path}/root")
    yield spark
    spark.conf.unset(SETTING)


def test_readers_and_writers_go_by_the_mounts(mounted, tmp_path):
    mounted.range(3).write.parquet("dbfs:/mnt/x/three")
    assert list((tmp_path / "x" / "three").glob("part-*.parquet"))
    assert mounted.read.parquet("dbfs:///mnt/x/three").count() == 3
    assert mounted.read.parquet("/dbfs/mnt/x/three").count() == 3
    assert mounted.sql("select * from parquet.`dbfs:/mnt/x/three`").count() == 3
    mounted.range(2).write.json("dbfs:/tmp/two")
    assert (tmp_path / "root" / "tmp" / "two" / "_SUCCESS").exists()


def test_a_stream_its_checkpoint_and_its_sink_go_by_the_mounts(mounted, tmp_path):
    (tmp_path / "x" / "in").mkdir(parents=True)
    (tmp_path / "x" / "in" / "1.json").write_text('{"a": 1}\n')
    source = mounted.readStream.schema("a int").json("dbfs:/mnt/x/in")
    writer = source.writeStream.option("checkpointLocation", "dbfs:/checks/q")
    query = writer.format("json").trigger(availableNow=True).start("dbfs:/mnt/x/out")
    assert query.awaitTermination(60)
    assert (tmp_path / "root" / "checks" / "q" / "commits" / "0").exists()
    assert [r.a for r in mounted.read.json("dbfs:/mnt/x/out").collect()] == [1]


def test_what_is_not_mounted_names_the_setting(spark):
    with pytest.raises(IllegalArgumentException) as raised:
        spark.read.text("dbfs:/elsewhere/a.txt")
    assert raised.value.getCondition() == "CAUDAL_PATH_NOT_MOUNTED"
    assert SETTING in str(raised.value)
    assert "dbfs:/elsewhere/a.txt" in str(raised.value)


@pytest.mark.parametrize("text", ["dbfs:/a", "/a=/b", "dbfs:/a=b", "dbfs:/a=/b,dbfs:/a=/c"])
def test_a_setting_that_means_nothing_is_refused(spark, text):
    with pytest.raises(IllegalArgumentException) as raised:
        spark.conf.set(SETTING, text)
    assert raised.value.getCondition() == "INVALID_CONF_VALUE.REQUIREMENT"
    assert spark.conf.get(SETTING) == ""


@pytest.mark.parametrize("path", [EVENTS, "dbfs:" + EVENTS])
def test_the_sample_events_are_made_on_first_use(spark, tmp_path, monkeypatch, path):
    monkeypatch.setenv("CAUDAL_CACHE", str(tmp_path))
    events = spark.read.schema("time timestamp, action string").json(path)
    assert events.count() == 100_000
    (folder,) = tmp_path.iterdir()
    assert len(list(folder.iterdir())) == 50
    one = spark.read.json(path + "file-0.json")
    assert one.count() == 2000
    stream = spark.readStream.schema(events.schema).option("maxFilesPerTrigger", 1).json(path)
    assert stream.isStreaming


def test_the_sample_events_are_not_written_to(spark, tmp_path, monkeypatch):
    monkeypatch.setenv("CAUDAL_CACHE", str(tmp_path))
    with pytest.raises(IllegalArgumentException) as raised:
        spark.range(1).write.mode("overwrite").json(EVENTS)
    assert raised.value.getCondition() == "CAUDAL_PATH_NOT_MOUNTED"
    assert not Path(EVENTS).exists()


def test_a_mounted_folder_goes_before_the_sample_events(mounted, tmp_path):
    folder = tmp_path / "root" / EVENTS.strip("/")
    folder.mkdir(parents=True)
    (folder / "mine.json").write_text('{"time": 1, "action": "Open"}\n')
    assert mounted.read.json("dbfs:" + EVENTS).count() == 1
