"""``from_avro`` and ``to_avro`` with a schema registry, and what Spark cannot show of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from schema_registry import Registry, registry

from caudal.errors import PySparkException, PySparkTypeError
from caudal.sql import DataFrame, SparkSession
from caudal.sql.avro.functions import from_avro, to_avro
from caudal.sql.functions import col, lit, struct


def record(*fields: dict[str, Any]) -> str:
    return json.dumps({"type": "record", "name": "r", "fields": list(fields)})


OLD = record({"name": "id", "type": "long"})
NEW = record({"name": "id", "type": "long"}, {"name": "kind", "type": "string", "default": "none"})


@pytest.fixture
def server() -> Iterator[Registry]:
    with registry() as state:
        yield state


def framed(number: int, value: bytes) -> bytes:
    return b"\0" + number.to_bytes(4, "big") + value


def values(spark: SparkSession, *cells: bytes | None) -> DataFrame:
    return spark.createDataFrame(
        [(bytearray(c) if c is not None else None,) for c in cells], "value binary"
    )


def test_what_was_written_comes_back(spark: SparkSession, server: Registry) -> None:
    rows = spark.range(3).select(struct("id").alias("row"))
    sent = rows.select(
        to_avro("row", subject="t-value", schemaRegistryAddress=server.address).alias("value")
    )
    [number] = server.subjects["t-value"]
    first = bytes(sent.collect()[0][0])
    assert first == framed(number, b"\0")
    back = sent.select(
        from_avro("value", subject="t-value", schemaRegistryAddress=server.address).alias("row")
    )
    assert [row.row.id for row in back.collect()] == [0, 1, 2]
    assert json.loads(server.schemas[number]["schema"])["name"] == "topLevelRecord"


def test_each_value_is_read_by_its_own_schema(spark: SparkSession, server: Registry) -> None:
    old, new = server.add("s", OLD), server.add("s", NEW)
    cells = values(spark, framed(old, b"\x02"), framed(new, b"\x04\x02x"), None)
    read = from_avro("value", subject="s", schemaRegistryAddress=server.address)
    assert [r and r.asDict() for (r,) in cells.select(read).collect()] == [
        {"id": 1, "kind": "none"},
        {"id": 2, "kind": "x"},
        None,
    ]
    given = from_avro("value", OLD, schemaRegistryAddress=server.address)
    assert [r and r.asDict() for (r,) in cells.select(given).collect()] == [
        {"id": 1},
        {"id": 2},
        None,
    ]


def test_a_schema_is_asked_for_once(spark: SparkSession, server: Registry) -> None:
    number = server.add("s", OLD)
    cells = values(spark, *[framed(number, b"\x02")] * 50)
    df = cells.select(from_avro("value", OLD, schemaRegistryAddress=server.address).alias("r"))
    assert df.count() == df.where("r.id = 1").count() == 50
    df.collect()
    assert server.asked.count(f"GET /schemas/ids/{number}") == 1


def test_references_between_schemas(spark: SparkSession, server: Registry) -> None:
    server.add("inner", record({"name": "n", "type": "int"}).replace('"r"', '"Inner"'))
    outer = server.add(
        "outer",
        record({"name": "a", "type": "Inner"}, {"name": "b", "type": "Inner"}),
        references=[{"name": "Inner", "subject": "inner", "version": 1}],
    )
    read = from_avro("value", subject="outer", schemaRegistryAddress=server.address)
    [(row,)] = values(spark, framed(outer, b"\x02\x04")).select(read).collect()
    assert (row.a.n, row.b.n) == (1, 2)


def test_a_subject_may_be_a_constant_and_have_any_name(
    spark: SparkSession, server: Registry
) -> None:
    address = server.address + "/"
    written = to_avro(col("id"), '"long"', subject=lit("a/b c"), schemaRegistryAddress=address)
    assert spark.range(1).select(written).first() is not None
    assert list(server.subjects) == ["a/b c"]


@pytest.mark.parametrize(
    ("state", "options"),
    [
        (
            {"user_info": "me:se:cret"},
            {
                "basic.auth.credentials.source": "USER_INFO",
                "basic.auth.user.info": "me:se:cret",
            },
        ),
        (
            {"token": "se:cret"},
            {"bearer.auth.credentials.source": "STATIC_TOKEN", "bearer.auth.token": "se:cret"},
        ),
    ],
)
def test_credentials(
    spark: SparkSession,
    server: Registry,
    capsys: pytest.CaptureFixture[str],
    state: dict[str, str],
    options: dict[str, str],
) -> None:
    for name, value in state.items():
        setattr(server, name, value)
    number = server.add("s", OLD)
    cells = values(spark, framed(number, b"\x02"))
    full = {f"confluent.schema.registry.{name}": value for name, value in options.items()}
    read = from_avro("value", None, full, subject="s", schemaRegistryAddress=server.address)
    df = cells.select(read)
    assert df.collect()[0][0].id == 1
    assert "cret" not in df.columns[0]
    df.explain(True)
    assert "cret" not in capsys.readouterr().out
    with pytest.raises(PySparkException, match="Unauthorized") as refused:
        cells.select(from_avro("value", subject="s", schemaRegistryAddress=server.address))
    assert refused.value.getCondition() == "CAUDAL_SCHEMA_REGISTRY.REFUSED"


def test_in_sql_a_registry_is_an_option(spark: SparkSession, server: Registry) -> None:
    options = f"map('schemaRegistryAddress', '{server.address}', 'subject', 's')"
    written = f"to_avro(named_struct('id', 5), null, {options})"
    df = spark.sql(f"SELECT from_avro({written}, null, {options}).id AS id")
    assert df.collect()[0].id == 5
    with pytest.raises(PySparkException, match="requires \\[1, 2\\] parameters"):
        spark.sql("SELECT to_avro(1, null, map('mode', 'FAILFAST'))")


def test_an_address_that_is_none_shows_no_password(spark: SparkSession) -> None:
    with pytest.raises(PySparkException, match="ftp://host") as refused:
        from_ftp = from_avro("value", subject="s", schemaRegistryAddress="ftp://me:cret@host")
        values(spark, b"").select(from_ftp)
    assert "cret" not in str(refused.value)


def test_values_that_are_not_framed(spark: SparkSession, server: Registry) -> None:
    number = server.add("s", OLD)
    for cell, reason in [
        (b"{}", "first byte is 123"),
        (b"\0\0\0", "it has 3 bytes"),
        (b"", "0 bytes"),
    ]:
        cells = values(spark, cell)
        df = cells.select(from_avro("value", OLD, schemaRegistryAddress=server.address))
        with pytest.raises(PySparkException, match=reason) as refused:
            df.collect()
        assert refused.value.getCondition() == "CAUDAL_SCHEMA_REGISTRY.NOT_FRAMED"
    cells = values(spark, b"{}", framed(number, b"\x02"), framed(7, b"\x02"))
    kind = from_avro("value", OLD, {"mode": "PERMISSIVE"}, schemaRegistryAddress=server.address)
    assert [row.id for (row,) in cells.select(kind).collect()] == [None, 1, None]


def test_a_number_that_the_registry_does_not_have(spark: SparkSession, server: Registry) -> None:
    df = values(spark, framed(7, b"\x02")).select(
        from_avro("value", OLD, schemaRegistryAddress=server.address)
    )
    with pytest.raises(PySparkException, match="the id 7") as refused:
        df.collect()
    assert refused.value.getCondition() == "CAUDAL_SCHEMA_REGISTRY.NO_SCHEMA"
    server.schemas[7] = {"schema": OLD}
    assert df.collect()[0][0].id == 1


def test_no_registry_is_no_null(spark: SparkSession, server: Registry) -> None:
    """A registry that fails is not the value's fault: PERMISSIVE does not hide it."""
    number = server.add("s", OLD)
    server.status = 503
    options = {"mode": "PERMISSIVE"}
    df = values(spark, framed(number, b"\x02")).select(
        from_avro("value", OLD, options, schemaRegistryAddress=server.address)
    )
    with pytest.raises(PySparkException, match="503 as the test wants") as refused:
        df.collect()
    assert refused.value.getCondition() == "CAUDAL_SCHEMA_REGISTRY.UNREACHABLE"
    server.status = None
    gone = from_avro("value", OLD, schemaRegistryAddress=f"http://127.0.0.1:9,{server.address}")
    assert values(spark, framed(number, b"\x02")).select(gone).collect()[0][0].id == 1


def test_a_schema_is_not_made_known_where_it_may_not(spark: SparkSession, server: Registry) -> None:
    options = {"confluent.schema.registry.auto.register.schemas": "false"}

    def written() -> DataFrame:
        return spark.range(1).select(
            to_avro(
                "id", '"long"', subject="s", schemaRegistryAddress=server.address, options=options
            )
        )

    with pytest.raises(PySparkException, match="of the subject s"):
        written()
    assert server.subjects == {}
    number = server.add("s", '"long"')
    assert bytes(written().collect()[0][0]) == framed(number, b"\0")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"subject": "s"}, "needs schemaRegistryAddress"),
        ({"schemaRegistryAddress": "host:8081"}, "neither http"),
        ({"schemaRegistryAddress": "no address"}, "no address"),
    ],
)
def test_options_that_name_no_registry(
    spark: SparkSession, options: dict[str, str], reason: str
) -> None:
    with pytest.raises(PySparkException, match=reason):
        values(spark, framed(1, b"")).select(from_avro("value", OLD, options)).collect()


@pytest.mark.parametrize(
    "name",
    [
        "confluent.schema.registry.ssl.truststore.location",
        "confluent.schema.registry.basic.auth.credentials.sourced",
        "avroSchemaEvolutionMode",
    ],
)
def test_options_that_are_not_here(spark: SparkSession, server: Registry, name: str) -> None:
    with pytest.raises(PySparkException, match=name) as refused:
        values(spark, b"").select(
            from_avro("value", OLD, {name: "restart"}, schemaRegistryAddress=server.address)
        )
    assert refused.value.getCondition() == "NOT_IMPLEMENTED"


def test_without_a_schema_and_a_registry(spark: SparkSession) -> None:
    with pytest.raises(PySparkTypeError):
        from_avro("value")


def test_nothing_of_a_bad_value_stays_behind(spark: SparkSession) -> None:
    """Half a record was read before it broke: the rows after it are whole."""
    schema = record(
        {"name": "a", "type": {"type": "array", "items": "string"}},
        {"name": "b", "type": {"type": "map", "values": "int"}},
        {"name": "c", "type": "int"},
    )
    good = b"\x02\x02x\0" + b"\x02\x02k\x04\0" + b"\x06"
    cells = values(spark, good, good[:-1], good[:6], good[:2], b"", good)
    read = from_avro("value", schema, {"mode": "PERMISSIVE"}).alias("r")
    rows = [row.r.asDict() for row in cells.select(read).collect()]
    whole = {"a": ["x"], "b": {"k": 2}, "c": 3}
    none = {"a": None, "b": None, "c": None}
    assert rows == [whole, none, none, none, none, whole]


def test_bytes_that_claim_more_than_they_hold(spark: SparkSession) -> None:
    items = '{"type": "array", "items": "null"}'
    node = record({"name": "n", "type": ["null", "r"]})
    claims = b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f"
    for schema, cell in [(items, claims), ('"bytes"', claims), (node, b"\x02" * 100_000)]:
        options = {"mode": "PERMISSIVE", "recursiveFieldMaxDepth": "2"}
        df = values(spark, cell).select(from_avro("value", schema, options).alias("v"))
        assert df.where("v IS NULL OR v.n IS NULL" if schema == node else "v IS NULL").count() == 1


def test_many_rows(spark: SparkSession) -> None:
    df = spark.range(20_000).select(to_avro(struct("id", lit("x").alias("t"))).alias("b"))
    schema = record({"name": "id", "type": "long"}, {"name": "t", "type": "string"})
    back = df.select(from_avro("b", schema).alias("r")).selectExpr("sum(r.id)", "count(r.t)")
    assert tuple(back.collect()[0]) == (sum(range(20_000)), 20_000)


def test_a_stream_of_framed_values(spark: SparkSession, server: Registry, tmp_path: Path) -> None:
    old, new = server.add("s", OLD), server.add("s", NEW)
    folder = tmp_path / "in"
    folder.mkdir()
    cells = [framed(old, b"\x02"), framed(new, b"\x04\x02x")]
    (folder / "1.txt").write_text("".join(cell.hex() + "\n" for cell in cells))
    lines = spark.readStream.text(str(folder)).selectExpr("unhex(value) AS value")
    read = from_avro("value", subject="s", schemaRegistryAddress=server.address).alias("r")
    query = lines.select(read).select("r.*").writeStream.format("memory").queryName("framed")
    running = query.start()
    running.processAllAvailable()
    running.stop()
    assert sorted(map(tuple, spark.table("framed").collect())) == [(1, "none"), (2, "x")]


def test_files_are_not_packed_by_xz(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(PySparkException, match="xz"):
        spark.range(1).write.format("avro").option("compression", "xz").save(str(tmp_path / "x"))
