"""Who may come in: passwords, tokens and certificates, right and wrong."""

import base64
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from caudal.sql import SparkSession

from .brokers import PASSWORD, USER, Broker
from .queries import batch, ended, save, session, start, stream, texts, values
from .topics import Kafka

pytestmark = pytest.mark.apache_kafka(reason="noida asks nobody who is there")

PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"


@pytest.fixture
def spark() -> Iterator[SparkSession]:
    opened = session()
    yield opened
    for query in opened.streams.active:
        query.stop()


@pytest.fixture
def kafka(secured_broker: Broker) -> Kafka:
    return Kafka(secured_broker.bootstrap)


def options(**named: Any) -> dict[str, Any]:
    return {f"kafka.{name.replace('_', '.')}": value for name, value in named.items()}


def login(mechanism: str, user: str = USER, password: str = PASSWORD) -> dict[str, Any]:
    module = PLAIN if mechanism == "PLAIN" else SCRAM
    return options(
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism=mechanism,
        sasl_jaas_config=f'{module} required username="{user}" password="{password}";',
    )


def goes_in_and_out(spark: SparkSession, kafka: Kafka, address: str, given: dict[str, Any]) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, ["a", "b"])
    read = batch(spark, address, source, **given)
    assert values(read) == ["a", "b"]
    save(texts(read), address, topic=target, **given)
    assert [r.value for r in kafka.consume(target)] == [b"a", b"b"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_who_knows_the_password_comes_in(
    mechanism: str, spark: SparkSession, kafka: Kafka, secured_broker: Broker
) -> None:
    goes_in_and_out(spark, kafka, secured_broker.addresses["SASL"], login(mechanism))


def test_a_query_with_transactions_logs_in(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker, tmp_path: Any
) -> None:
    address, source, target = secured_broker.addresses["SASL"], kafka.topic("a"), kafka.topic("b")
    kafka.produce(source, ["a"])
    given = login("SCRAM-SHA-512")
    rows = texts(stream(spark, address, source, **given))
    whole = {"caudal.transactional": True, **given}
    query = start(rows, address, tmp_path / "c", topic=target, **whole)
    query.processAllAvailable()
    query.stop()
    assert query.exception() is None
    assert [r.value for r in kafka.consume(target)] == [b"a"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
@pytest.mark.parametrize("transactional", [True, False])
def test_a_wrong_password_is_an_error_at_once(
    transactional: bool,
    mechanism: str,
    spark: SparkSession,
    kafka: Kafka,
    secured_broker: Broker,
    tmp_path: Any,
) -> None:
    address = secured_broker.addresses["SASL"]
    topic = kafka.topic()
    wrong = login(mechanism, password="wrong")
    began = time.monotonic()
    with pytest.raises(Exception, match="SaslAuthenticationException"):
        batch(spark, address, topic, **wrong).collect()
    said = ended(stream(spark, address, topic, **wrong).writeStream.format("noop").start())
    assert "SaslAuthenticationException" in said
    rows = spark.createDataFrame([("v",)], "value string")
    with pytest.raises(Exception, match="SaslAuthenticationException"):
        save(rows, address, topic=topic, **{"caudal.transactional": transactional, **wrong})
    assert time.monotonic() - began < 15, "a wrong password does not get right by waiting"


def test_an_unsigned_token_comes_in(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker, tmp_path: Any
) -> None:
    given = options(
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="OAUTHBEARER",
        sasl_jaas_config=f'{OAUTH} required unsecuredLoginStringClaim_sub="alice";',
    )
    address = secured_broker.addresses["OAUTH"]
    goes_in_and_out(spark, kafka, address, given)
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, ["a"])
    rows = texts(stream(spark, address, source, **given))
    whole = {"caudal.transactional": True, **given}
    query = start(rows, address, tmp_path / "c", topic=target, **whole)
    query.processAllAvailable()
    query.stop()
    assert query.exception() is None
    assert [r.value for r in kafka.consume(target)] == [b"a"]


class Provider(HTTPServer):
    """Gives an unsigned token to who knows the secret; keeps what was asked."""

    def __init__(self, seconds: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seconds = seconds
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/token"

    def token(self) -> str:
        now = int(time.time())
        claims = {"sub": "alice", "iat": now, "exp": now + self.seconds}
        parts = [{"alg": "none"}, claims]
        encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
        return b".".join([*encoded, b""]).decode()


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        secret = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
        self.server.asked.append({"secret": secret, **form})
        if secret != "client:secret":
            self.answer(401, {"error": "invalid_client"})
        else:
            answer = {"access_token": self.server.token(), "expires_in": self.server.seconds}
            self.answer(200, answer)

    def answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        """Nothing on the tests' output."""


@contextlib.contextmanager
def provider(seconds: int) -> Iterator[Provider]:
    server = Provider(seconds)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def from_provider(url: str, secret: str = "secret") -> dict[str, Any]:
    jaas = f'{OAUTH} required clientId="client" clientSecret="{secret}" scope="kafka";'
    return options(
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="OAUTHBEARER",
        sasl_oauthbearer_token_endpoint_url=url,
        sasl_jaas_config=jaas,
    )


def test_a_token_of_a_provider_comes_in(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker
) -> None:
    with provider(3600) as server:
        address = secured_broker.addresses["OAUTH"]
        goes_in_and_out(spark, kafka, address, from_provider(server.url))
    assert server.asked[0] == {
        "secret": "client:secret",
        "grant_type": ["client_credentials"],
        "scope": ["kafka"],
    }


def test_a_token_that_ends_is_renewed_while_the_query_runs(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker
) -> None:
    with provider(5) as server:
        address, topic = secured_broker.addresses["OAUTH"], kafka.topic()
        given = from_provider(server.url)
        query = stream(spark, address, topic, **given).writeStream.format("noop").start()
        limit = time.monotonic() + 20
        while len(server.asked) < 3 and time.monotonic() < limit:
            query.processAllAvailable()
        assert len(server.asked) >= 3
        query.stop()
        assert query.exception() is None


def test_a_wrong_secret_is_an_error_that_names_the_provider(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker
) -> None:
    with provider(3600) as server:
        given = from_provider(server.url, secret="wrong")
        address, topic = secured_broker.addresses["OAUTH"], kafka.topic()
        began = time.monotonic()
        with pytest.raises(Exception, match="SaslAuthenticationException") as raised:
            batch(spark, address, topic, **given).collect()
        assert server.url in str(raised.value) and "401" in str(raised.value)
        assert time.monotonic() - began < 5


# TLS


def test_a_certificate_in_a_file_is_trusted(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker
) -> None:
    given = options(
        security_protocol="SSL",
        ssl_truststore_type="PEM",
        ssl_truststore_location=str(secured_broker.certificate),
    )
    goes_in_and_out(spark, kafka, secured_broker.addresses["SSL"], given)


def test_a_certificate_as_text_is_trusted_with_a_password(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker
) -> None:
    assert secured_broker.certificate is not None
    given = login("SCRAM-SHA-256")
    given |= options(
        security_protocol="SASL_SSL",
        ssl_truststore_certificates=secured_broker.certificate.read_text(),
    )
    goes_in_and_out(spark, kafka, secured_broker.addresses["SASL_SSL"], given)


def test_a_certificate_that_nobody_signed_is_refused(
    spark: SparkSession, kafka: Kafka, secured_broker: Broker
) -> None:
    given = options(security_protocol="SSL", default_api_timeout_ms=3000)
    with pytest.raises(Exception, match=r"(?i)certificate|ssl") as raised:
        batch(spark, secured_broker.addresses["SSL"], kafka.topic(), **given).collect()
    assert secured_broker.addresses["SSL"] in str(raised.value)
