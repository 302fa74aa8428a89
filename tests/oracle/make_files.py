"""Writes the binary fixtures of ``files/`` with real Spark: ``python -m tests.oracle.make_files``.

Parquet and ORC files must be Spark's own, byte for byte the same on every machine, so they
are made once and kept. Needs Java and PySpark; the programs only read what is here.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

FILES = Path(__file__).resolve().parent / "files"

TYPES = """
    SELECT id,
        IF(id = 2, NULL, id % 2 = 0) AS flag,
        CAST(id AS TINYINT) AS tiny, CAST(id * 100 AS SMALLINT) AS small,
        CAST(id * 100000 AS INT) AS whole, id * 10000000000 AS long,
        CAST(id * 1.5 AS FLOAT) AS single, CAST(id * 2.25 AS DOUBLE) AS double,
        CAST(id * 1.25 AS DECIMAL(7, 2)) AS dec32, CAST(id * 1.25 AS DECIMAL(16, 4)) AS dec64,
        CAST(id * 1.25 AS DECIMAL(30, 10)) AS dec128,
        IF(id = 2, NULL, concat('text ', id, ' é')) AS text,
        encode(concat('bin', id), 'UTF-8') AS bin,
        date_add(DATE'1969-12-31', CAST(id AS INT)) AS day,
        timestamp_micros(id * 1000001 - 1) AS moment,
        CAST(timestamp_micros(id * 1000001 - 1) AS TIMESTAMP_NTZ) AS local
    FROM range(1, 5, 1, 1)
"""

NESTED = """
    SELECT id,
        IF(id = 1, NULL, named_struct('a', id, 'b', concat('b', id))) AS pair,
        CASE id WHEN 1 THEN NULL WHEN 2 THEN array() ELSE array(id, NULL, 7) END AS list,
        CASE id WHEN 1 THEN NULL WHEN 2 THEN map() ELSE map('k', id, 'n', NULL) END AS dict,
        array(named_struct('x', id, 'y', array(id, id + 1))) AS deep
    FROM range(1, 4, 1, 1)
"""


def one_file(df: Any, target: str, fmt: str, **options: Any) -> None:
    """The only file of `df`, under a name of our own."""
    place = Path(tempfile.mkdtemp(prefix="fixtures-"))
    df.coalesce(1).write.format(fmt).options(**options).save(str(place / "out"))
    (part,) = (place / "out").glob(f"part-*.{fmt}")
    (FILES / target).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(part, FILES / target)
    shutil.rmtree(place)


def parquet(spark: Any) -> None:
    def write(sql: str, target: str, **options: Any) -> None:
        one_file(spark.sql(sql), f"parquet/{target}.parquet", "parquet", **options)

    write(TYPES, "types")
    write(NESTED, "nested")
    for codec in ("none", "gzip", "zstd", "lz4_raw"):
        write("SELECT id, 'v' || id AS v FROM range(3)", f"codec_{codec}", compression=codec)
    times = "SELECT id, timestamp_micros(id * 1000001 - 1) AS moment FROM range(1, 4, 1, 1)"
    spark.conf.set("spark.sql.parquet.outputTimestampType", "INT96")
    write(times, "int96")
    spark.conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MILLIS")
    write(times, "millis")
    spark.conf.unset("spark.sql.parquet.outputTimestampType")
    spark.conf.set("spark.sql.parquet.writeLegacyFormat", "true")
    write(NESTED, "legacy_nested")
    decimals = "CAST(id * 1.25 AS DECIMAL(7, 2)) AS d7, CAST(id AS DECIMAL(20, 3)) AS d20"
    write(f"SELECT id, {decimals} FROM range(3)", "legacy_decimals")
    spark.conf.unset("spark.sql.parquet.writeLegacyFormat")
    write("SELECT id AS a, 'x' AS B FROM range(2)", "merge/one")
    write("SELECT id AS a, id * 1.5D AS c FROM range(2, 4)", "merge/two")
    write("SELECT CAST(id AS INT) AS a FROM range(2)", "clash/one")
    write("SELECT CAST(id AS STRING) AS a FROM range(2)", "clash/two")
    widen = "CAST(id AS INT) AS i, CAST(id AS FLOAT) AS f, DATE'2020-01-01' AS d"
    write(f"SELECT {widen}, CAST(id AS DECIMAL(5, 2)) AS n FROM range(2)", "narrow")
    write("SELECT id, id % 10 AS k FROM range(0, 5000, 1, 1)", "groups", **{
        "parquet.block.size": "4096", "parquet.page.size": "1024",
        "parquet.page.size.row.check.min": "10", "parquet.block.size.row.check.min": "10",
    })  # fmt: skip
    years = "SELECT CAST(id AS INTERVAL YEAR) AS y, CAST(id AS INTERVAL DAY) AS d FROM range(2)"
    write(years, "intervals")
    whole = (FILES / "parquet/types.parquet").read_bytes()
    (FILES / "parquet/truncated.parquet").write_bytes(whole[: len(whole) // 2])


def orc(spark: Any) -> None:
    for codec in ("none", "snappy", "zlib", "zstd", "lz4"):
        df = spark.sql("SELECT id, 'v' || id AS v FROM range(3)")
        one_file(df, f"orc/codec_{codec}.orc", "orc", compression=codec)
    one_file(spark.sql(TYPES), "orc/types.orc", "orc")
    one_file(spark.sql(NESTED), "orc/nested.orc", "orc")
    one_file(spark.sql("SELECT id AS a, 'x' AS b FROM range(2)"), "orc/merge/one.orc", "orc")
    one_file(spark.sql("SELECT id AS a, 2D AS c FROM range(2)"), "orc/merge/two.orc", "orc")
    whole = (FILES / "orc/types.orc").read_bytes()
    (FILES / "orc/truncated.orc").write_bytes(whole[: len(whole) // 2])


def main() -> int:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    try:
        parquet(spark)
        orc(spark)
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
