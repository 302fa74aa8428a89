"""What a store refuses is a clear error, soon, that names the path and shows no secret."""

import socket
import time
from typing import Any

import pytest

from caudal.errors import IllegalArgumentException, PySparkException

from .store import SECRET, Bucket, client, end, serve


def refusal(action: Any) -> PySparkException:
    with pytest.raises(PySparkException) as error:
        action()
    assert SECRET not in str(error.value)
    return error.value


def every_use(spark: Any, url: str) -> list[Any]:
    """Reads, a write, a query's source, its sink and its checkpoint."""
    frame = spark.range(3)

    def stream() -> None:
        rows = spark.readStream.format("rate").load()
        query = rows.writeStream.format("noop").option("checkpointLocation", f"{url}/c").start()
        try:
            query.awaitTermination(30)
        finally:
            query.stop()

    return [
        lambda: spark.read.json(f"{url}/in"),
        lambda: spark.read.text(f"{url}/in/*.txt"),
        lambda: frame.write.json(f"{url}/out"),
        lambda: frame.write.mode("overwrite").parquet(f"{url}/out"),
        lambda: spark.readStream.schema("a int").json(f"{url}/in"),
        stream,
    ]


def test_a_bucket_that_is_not_there(on_bucket: Any, bucket: Bucket) -> None:
    gone = Bucket(bucket.endpoint, f"{bucket.name}-gone", bucket.s3)
    for key, value in gone.settings().items():
        on_bucket.conf.set(key, value)
    for use in every_use(on_bucket, gone.url):
        error = refusal(use)
        assert "CAUDAL_OBJECT_STORE.NO_BUCKET" in str(error), error
        assert gone.url in str(error)


def test_credentials_that_are_not_taken(spark: Any) -> None:
    process, endpoint = serve()
    try:
        bucket = Bucket(endpoint, "guarded", client("s3", endpoint))
        bucket.s3.create_bucket(Bucket=bucket.name)
        import requests

        requests.post(f"{endpoint}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()
        for key, value in bucket.settings().items():
            spark.conf.set(key, value)
        for use in every_use(spark, bucket.url):
            error = refusal(use)
            assert "CAUDAL_OBJECT_STORE.ACCESS_DENIED" in str(error), error
            assert bucket.url in str(error)
    finally:
        end(process)


def test_a_store_that_does_not_answer(spark: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    bucket = Bucket(endpoint, "nowhere", None)
    spark.conf.set("spark.caudal.storage.timeout", "1s")
    try:
        for key, value in bucket.settings().items():
            spark.conf.set(key, value)
        for use in every_use(spark, bucket.url):
            start = time.monotonic()
            error = refusal(use)
            assert "CAUDAL_OBJECT_STORE.UNREACHABLE" in str(error), error
            assert bucket.url in str(error)
            assert time.monotonic() - start < 20
    finally:
        spark.conf.unset("spark.caudal.storage.timeout")


def test_credentials_may_be_put_right(on_bucket: Any, bucket: Bucket) -> None:
    bucket.put("in/1.txt", "hello")
    key = f"fs.s3a.bucket.{bucket.name}.endpoint"
    on_bucket.conf.set("spark.caudal.storage.timeout", "1s")
    try:
        on_bucket.conf.set(key, "http://127.0.0.1:9")
        refusal(lambda: on_bucket.read.text(f"{bucket.url}/in"))
    finally:
        on_bucket.conf.unset("spark.caudal.storage.timeout")
    on_bucket.conf.set(key, bucket.endpoint)
    assert on_bucket.read.text(f"{bucket.url}/in").first()[0] == "hello"


@pytest.mark.parametrize(
    "key",
    [
        "spark.hadoop.fs.s3a.assumed.role.arn",
        "fs.s3a.proxy.host",
        "fs.gs.encryption.key",
        "fs.azure.account.oauth2.refresh.token",
    ],
)
def test_a_setting_that_is_not_honoured_is_refused_by_name(spark: Any, key: str) -> None:
    with pytest.raises(PySparkException) as error:
        spark.conf.set(key, SECRET)
    assert key in str(error.value)
    assert SECRET not in str(error.value)


def test_settings_that_only_tune_are_taken(spark: Any) -> None:
    spark.conf.set("fs.s3a.connection.maximum", "200")
    spark.conf.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem")


def test_half_a_key_is_refused(spark: Any) -> None:
    spark.conf.set("fs.s3a.bucket.half.access.key", "k")
    with pytest.raises(IllegalArgumentException) as error:
        spark.read.text("s3a://half/in")
    assert error.value.getCondition() == "CAUDAL_OBJECT_STORE.SETTINGS"
    assert "fs.s3a.secret.key" in str(error.value)
    with pytest.raises(IllegalArgumentException):
        spark.read.text("s3a:/half/in")
