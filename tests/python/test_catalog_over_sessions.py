"""Databases, views and what is known of tables, in another process than the one that made
them; and what is kept of a table, which another process cannot see."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import caudal
from caudal.errors import AnalysisException
from caudal.testing import session

_OTHER = """
import json, sys
from caudal.sql import SparkSession

house, statements = sys.argv[1], sys.argv[2:]
spark = SparkSession.builder.config("spark.sql.warehouse.dir", house).getOrCreate()
for text in statements:
    rows = spark.sql(text).collect()
print(json.dumps([list(row) for row in rows], default=str))
"""


@pytest.fixture
def house(tmp_path):
    return tmp_path / "house"


@pytest.fixture
def spark(house):
    with session({"spark.sql.warehouse.dir": str(house)}) as own:
        yield own


@pytest.fixture
def elsewhere(house):
    """Runs statements in a process of its own and gives the rows of the last."""

    def run(*statements):
        root = str(Path(caudal.__file__).resolve().parents[1])
        done = subprocess.run(
            [sys.executable, "-c", _OTHER, str(house), *statements],
            capture_output=True,
            text=True,
            timeout=120,
            env=os.environ | {"PYTHONPATH": root},
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_databases_and_views_of_another_process(spark, elsewhere):
    elsewhere(
        "CREATE DATABASE lake COMMENT 'deep' WITH DBPROPERTIES ('owner' = 'me')",
        "CREATE TABLE lake.fish (id INT, k STRING) USING parquet TBLPROPERTIES ('p' = 'q')",
        "INSERT INTO lake.fish VALUES (1, 'a'), (2, 'b')",
        "USE lake",
        "SET spark.sql.ansi.enabled=false",
        "CREATE VIEW big (x COMMENT 'the x') AS "
        "SELECT id FROM fish WHERE CAST('no' AS INT) IS NULL",
    )
    assert spark.catalog.currentDatabase() == "default"
    assert spark.catalog.getDatabase("lake").description == "deep"
    assert spark.catalog.getTableProperties("lake.fish") == {"p": "q"}
    kinds = {t.name: t.tableType for t in spark.catalog.listTables("lake")}
    assert kinds == {"big": "VIEW", "fish": "MANAGED"}
    # Its names are looked up where it was made, and under the settings of then.
    assert sorted(row.x for row in spark.table("lake.big").collect()) == [1, 2]
    assert spark.table("lake.big").schema["x"].metadata == {"comment": "the x"}
    spark.sql("INSERT INTO lake.fish VALUES (3, 'c')")
    assert elsewhere("SELECT count(*) FROM lake.big") == [[3]]


def test_rows_of_a_database_are_in_its_folder(spark, house):
    spark.sql("CREATE DATABASE lake")
    spark.range(3).write.saveAsTable("lake.t")
    assert list((house / "lake.db" / "t").glob("*.parquet"))
    assert not (house / "t").exists()
    spark.sql("ALTER TABLE lake.t RENAME TO lake.u")
    assert list((house / "lake.db" / "u").glob("*.parquet"))
    assert spark.table("lake.u").count() == 3
    spark.sql("DROP DATABASE lake CASCADE")
    assert not (house / "lake.db").exists()


def test_a_database_elsewhere_leaves_what_is_not_its_own(spark, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "note.txt").write_text("keep")
    spark.sql(f"CREATE DATABASE lake LOCATION '{folder}'")
    spark.range(1).write.saveAsTable("lake.t")
    assert (folder / "t").is_dir()
    spark.sql("DROP DATABASE lake CASCADE")
    assert [entry.name for entry in folder.iterdir()] == ["note.txt"]


def test_rows_that_are_kept_are_not_read_again(spark, house):
    spark.range(3).write.saveAsTable("t")
    spark.catalog.cacheTable("t")
    assert spark.table("t").count() == 3
    for file in (house / "t").glob("*.parquet"):
        file.unlink()
    # The files are gone; the rows are still there, until they are let go.
    assert sorted(row.id for row in spark.table("t").collect()) == [0, 1, 2]
    spark.catalog.refreshTable("t")
    assert spark.catalog.isCached("t")
    assert spark.table("t").count() == 0


def test_a_view_over_a_table_is_kept_until_the_table_changes(spark):
    spark.range(3).write.saveAsTable("t")
    spark.sql("CREATE VIEW v AS SELECT id * 10 AS ten FROM t")
    spark.catalog.cacheTable("v")
    assert spark.table("v").count() == 3
    spark.sql("INSERT INTO t VALUES (7)")
    assert spark.catalog.isCached("v")
    assert sorted(row.ten for row in spark.table("v").collect()) == [0, 10, 20, 70]


def test_statistics_are_those_of_the_last_analyze(spark):
    def told():
        rows = spark.sql("DESCRIBE EXTENDED t").collect()
        return [row.data_type for row in rows if row.col_name == "Statistics"]

    spark.range(3).write.saveAsTable("t")
    assert told() == []
    spark.catalog.analyzeTable("t")
    assert told()[0].endswith(" bytes, 3 rows")
    spark.sql("INSERT INTO t VALUES (7)")
    assert told() == []


def test_views_that_name_each_other_are_refused(spark):
    spark.sql("CREATE VIEW a AS SELECT 1 AS n")
    spark.sql("CREATE VIEW b AS SELECT n FROM a")
    with pytest.raises(AnalysisException) as caught:
        spark.sql("CREATE OR REPLACE VIEW a AS SELECT n FROM b")
    assert caught.value.getCondition() == "RECURSIVE_VIEW"
    assert spark.table("b").collect() == [(1,)]


def test_partitions_are_folders(spark, house):
    rows = spark.createDataFrame([(1, "a"), (2, "b")], "n int, k string")
    rows.write.partitionBy("k").saveAsTable("t")
    (house / "t" / "k=by hand").mkdir()
    assert [p.partition for p in spark.catalog.listPartitions("t")] == ["k=a", "k=b", "k=by hand"]
    spark.sql("ALTER TABLE t DROP PARTITION (k = 'a')")
    assert not (house / "t" / "k=a").exists()
    assert [row.n for row in spark.table("t").collect()] == [2]
