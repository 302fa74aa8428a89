"""The brokers and the client that the tests rely on do what the tests take for granted."""

import pytest

from . import brokers
from .brokers import PASSWORD, USER, Broker, BrokerFailed
from .topics import Kafka


def test_records_come_back_as_they_were_written(kafka: Kafka) -> None:
    topic = kafka.topic(partitions=2)
    headers = [("a", b"1"), ("a", None), ("", b"")]
    kafka.produce(topic, [("k", "v", 1, headers, 5), (None, None), ("", "", 0)])
    found = [(r.key, r.value, r.partition, r.offset, r.headers) for r in kafka.consume(topic)]
    assert found == [
        (None, None, 0, 0, None),
        (b"", b"", 0, 1, None),
        (b"k", b"v", 1, 0, headers),
    ]
    assert kafka.consume(topic)[-1].timestamp == 5


def test_a_topic_grows_and_shrinks_and_goes(kafka: Kafka) -> None:
    topic = kafka.topic()
    kafka.produce(topic, ["a", "b", "c"])
    kafka.add_partitions(topic, 2)
    kafka.delete_records(topic, {0: 2})
    assert kafka.offsets(topic) == {0: (2, 3), 1: (0, 0)}
    kafka.delete_topic(topic)
    kafka.make_topic(topic)
    assert kafka.offsets(topic) == {0: (0, 0)}


def test_what_is_not_committed_is_not_read(kafka: Kafka) -> None:
    topic = kafka.topic()
    with kafka.transaction(topic, ["kept"]):
        pass
    with kafka.transaction(topic, ["dropped"], commit=False):
        pass
    assert [r.value for r in kafka.consume(topic)] == [b"kept"]
    everything = kafka.consume(topic, read_committed=False)
    assert [r.value for r in everything] == [b"kept", b"dropped"]


def test_a_broker_comes_back_with_its_topics(own_broker: Broker) -> None:
    kafka = Kafka(own_broker.bootstrap)
    topic = kafka.topic()
    own_broker.stop()
    assert not brokers.answers(own_broker.bootstrap)
    own_broker.start()
    assert Kafka(own_broker.bootstrap).partitions(topic) == 1


@pytest.mark.apache_kafka(reason="noida loses the last second")
def test_a_killed_broker_keeps_what_it_acknowledged(own_broker: Broker) -> None:
    kafka = Kafka(own_broker.bootstrap)
    topic = kafka.topic()
    kafka.produce(topic, [str(number) for number in range(1000)], acks="all")
    own_broker.kill()
    own_broker.start()
    assert len(Kafka(own_broker.bootstrap).consume(topic)) == 1000


def test_a_broker_that_does_not_come_up_shows_its_log(own_broker: Broker) -> None:
    own_broker.stop()
    command, own_broker.command = own_broker.command, ["sh", "-c", "echo why not; exit 1"]
    with pytest.raises(BrokerFailed, match="why not"):
        own_broker.start()
    own_broker.command = command


@pytest.mark.apache_kafka(reason="noida asks nobody who is there")
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
@pytest.mark.parametrize("listener", ["SASL", "SASL_SSL"])
def test_who_knows_the_password_comes_in(
    secured_broker: Broker, mechanism: str, listener: str
) -> None:
    settings = {
        "security.protocol": {"SASL": "SASL_PLAINTEXT"}.get(listener, listener),
        "sasl.mechanism": mechanism,
        "sasl.username": USER,
        "sasl.password": PASSWORD,
        "ssl.ca.location": str(secured_broker.certificate),
    }
    kafka = Kafka(secured_broker.addresses[listener], settings)
    kafka.produce(kafka.topic(), ["in"])
    from confluent_kafka.admin import AdminClient

    wrong: list[object] = []
    wrong_password = {
        **settings,
        "bootstrap.servers": secured_broker.addresses[listener],
        "sasl.password": "wrong",
        "log_level": 0,
        "error_cb": lambda error: wrong.append(error.name()),
    }
    stranger = AdminClient(wrong_password)
    while not wrong:
        stranger.poll(0.1)
    assert "_AUTHENTICATION" in wrong


@pytest.mark.apache_kafka(reason="noida has no TLS")
def test_the_certificate_is_the_brokers(secured_broker: Broker) -> None:
    settings = {"security.protocol": "SSL", "ssl.ca.location": str(secured_broker.certificate)}
    kafka = Kafka(secured_broker.addresses["SSL"], settings)
    kafka.produce(kafka.topic(), ["in"])
