"""Starts and ends the brokers that the tests run against: real Apache Kafka, and noida.

``apache_kafka(folder)`` is one node (KRaft, broker and controller in one) on loopback, of
the version that ``pom.xml`` pins; its jars are got by Maven once and kept in the user's
cache, or lie in ``CAUDAL_KAFKA_LIBS``. ``noida(folder)`` is a native broker from PyPI that
needs no Java. Both give a ``Broker``, which can be killed and started again on the same
folder and ports. Knows nothing of topics, records or pytest.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
import xml.etree.ElementTree
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
POM = HERE / "pom.xml"
# It takes four; a machine that compiles beside it has been seen to need a minute.
SECONDS_TO_COME_UP = 180
SECONDS_TO_STOP = 30

# Who may log in at the listeners that ask (`secured=True`): name and password.
USER, PASSWORD = "caudal", "caudal-secret"
STORE_PASSWORD = "caudal-store"

_JAVA = ["java", "-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]


class BrokerMissing(Exception):
    """What a broker needs is not on this machine; the message names it."""


class BrokerFailed(Exception):
    """A broker did not come up; the message ends with what it logged."""


@dataclass
class Broker:
    """A broker's process, its folder and where it answers.

    `addresses` maps a listener's name to ``host:port``; `PLAINTEXT` is always there. The
    listeners of ``secured=True`` are `SASL` (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512), `OAUTH`
    (OAUTHBEARER with unsigned tokens), `SSL` and `SASL_SSL`; `certificate` is then the PEM
    file a client has to trust.
    """

    name: str
    folder: Path
    addresses: dict[str, str]
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    certificate: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return self.addresses["PLAINTEXT"]

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def start(self) -> None:
        """Starts the process and waits until it answers a request for metadata."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
            )
        try:
            self._wait_until_it_answers(self.process)
        except BaseException:
            self.kill()
            raise

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + SECONDS_TO_COME_UP
        while True:
            if process.poll() is not None:
                raise BrokerFailed(f"{self.name} ended at once\n{self.last_log()}")
            if answers(self.bootstrap):
                return
            if time.monotonic() > limit:
                raise BrokerFailed(
                    f"{self.name} did not answer in {SECONDS_TO_COME_UP} s\n{self.last_log()}"
                )
            time.sleep(0.05)

    def last_log(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else "(no log)"

    def stop(self) -> None:
        """Ends it in order (SIGTERM); nothing where it does not run."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        """Ends it at once (SIGKILL), as a crash does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """Lets connections stand and answers nothing (SIGSTOP) until `thaw`."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """The same broker once more: its folder, its ports."""
        self.stop()
        self.start()


def answers(bootstrap: str) -> bool:
    """Whether a broker there answers a request for metadata."""
    host, _, port = bootstrap.rpartition(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return _metadata_answers(bootstrap)
    return False


def _metadata_answers(bootstrap: str) -> bool:
    from confluent_kafka import KafkaException
    from confluent_kafka.admin import AdminClient

    client = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    try:
        return bool(client.list_topics(timeout=5).brokers)
    except KafkaException:
        return False


# Apache Kafka


def kafka_version() -> str:
    """The version that the POM pins."""
    names = {"pom": "http://maven.apache.org/POM/4.0.0"}
    found = xml.etree.ElementTree.parse(POM).find("pom:properties/pom:kafka.version", names)
    if found is None or not found.text:
        raise BrokerMissing(f"{POM} names no kafka.version")
    return found.text


def libraries() -> Path:
    """The folder with the broker's jars, which are fetched the first time."""
    named = os.environ.get("CAUDAL_KAFKA_LIBS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(named) if named else cache / "caudal" / f"kafka-{kafka_version()}"
    if not any(folder.glob("kafka_*.jar")):
        if named:
            raise BrokerMissing(f"CAUDAL_KAFKA_LIBS names {named}, where no jar of Kafka lies")
        _fetch(folder)
    return folder


_MAVEN = ["mvn", "-q", "-B", "-DincludeScope=runtime"]


def _fetch(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise BrokerMissing("Maven (mvn) fetches Apache Kafka's jars and was not found")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        shutil.copy(POM, scratch)
        fetched = Path(scratch) / "libs"
        done = subprocess.run(
            [*_MAVEN, "dependency:copy-dependencies", f"-DoutputDirectory={fetched}"],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BrokerMissing(f"Maven could not fetch Apache Kafka:\n{done.stdout[-3000:]}")
        with contextlib.suppress(OSError):  # another process was quicker
            fetched.rename(folder)


@contextlib.contextmanager
def apache_kafka(
    folder: Path, properties: Mapping[str, str] | None = None, *, secured: bool = False
) -> Iterator[Broker]:
    """A running Apache Kafka of one node in `folder`, stopped at the end of the block.

    `properties` are added to its ``server.properties``; `secured` adds the listeners that
    `Broker` names.
    """
    if shutil.which("java") is None:
        raise BrokerMissing("Apache Kafka needs Java 17 or newer: java was not found")
    broker = _prepare(folder, dict(properties or {}), secured)
    broker.start()
    try:
        yield broker
    finally:
        broker.thaw()
        broker.stop()


def _prepare(folder: Path, properties: dict[str, str], secured: bool) -> Broker:
    folder.mkdir(parents=True, exist_ok=True)
    libs = libraries()
    names = ["PLAINTEXT", *(_SECURED if secured else [])]
    controller, *ports = free_ports(len(names) + 1)
    addresses = {name: f"127.0.0.1:{port}" for name, port in zip(names, ports, strict=True)}
    settings = _settings(folder, addresses, controller)
    certificate = None
    if secured:
        certificate = _make_certificate(folder)
        settings |= _security(folder)
    path = folder / "server.properties"
    path.write_text("".join(f"{k}={v}\n" for k, v in (settings | properties).items()))
    (folder / "log4j2.properties").write_text(_LOG4J)
    java = [*_JAVA, f"-Dlog4j2.configurationFile={folder}/log4j2.properties", "-cp", f"{libs}/*"]
    _format(java, folder, path, secured)
    command = [*java, "kafka.Kafka", str(path)]
    name = f"Apache Kafka {kafka_version()}"
    return Broker(name, folder, addresses, command, certificate=certificate)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens at just now, all different."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


_LOG4J = """\
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
"""


def _settings(folder: Path, addresses: dict[str, str], controller: int) -> dict[str, str]:
    listeners = ",".join(f"{name}://{address}" for name, address in addresses.items())
    protocols = {"SASL": "SASL_PLAINTEXT", "OAUTH": "SASL_PLAINTEXT", "CONTROLLER": "PLAINTEXT"}
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller}",
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": listeners,
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": ",".join(
            f"{name}:{protocols.get(name, name)}" for name in [*addresses, "CONTROLLER"]
        ),
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dir": f"{folder}/data",
        "num.network.threads": "2",
        "num.io.threads": "2",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        "group.initial.rebalance.delay.ms": "0",
        # After a kill the node's former self has to be given up before it may come back.
        "broker.session.timeout.ms": "6000",
        "broker.heartbeat.interval.ms": "500",
        # The tests' records bear old times, which the default of a week would delete.
        "log.retention.ms": "-1",
        "log.message.timestamp.before.max.ms": str(2**63 - 1),
        "log.retention.check.interval.ms": "1000",
        "log.segment.delete.delay.ms": "0",
        "auto.create.topics.enable": "false",
    }


def _format(java: list[str], folder: Path, path: Path, secured: bool) -> None:
    if (folder / "data" / "meta.properties").exists():
        return
    identity = uuid.uuid5(uuid.NAMESPACE_URL, str(folder)).hex[:22]
    command = [*java, "kafka.tools.StorageTool", "format", "--standalone"]
    command += ["-t", identity, "-c", str(path)]
    if secured:
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
            command += ["--add-scram", f"{mechanism}=[name={USER},password={PASSWORD}]"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BrokerFailed(f"no storage for Apache Kafka:\n{done.stdout}\n{done.stderr}")


# The listeners that ask who is there

_SECURED = ["SASL", "OAUTH", "SSL", "SASL_SSL"]
_SASL = "org.apache.kafka.common.security"


def _security(folder: Path) -> dict[str, str]:
    plain = (
        f"{_SASL}.plain.PlainLoginModule required "
        f'username="{USER}" password="{PASSWORD}" user_{USER}="{PASSWORD}";'
    )
    scram = f"{_SASL}.scram.ScramLoginModule required;"
    unsigned = (
        f"{_SASL}.oauthbearer.OAuthBearerLoginModule required "
        'unsecuredLoginStringClaim_sub="broker";'
    )
    handlers = f"{_SASL}.oauthbearer.internals.unsecured.OAuthBearerUnsecured"
    settings = {
        "listener.name.oauth.sasl.enabled.mechanisms": "OAUTHBEARER",
        "listener.name.oauth.oauthbearer.sasl.jaas.config": unsigned,
        "listener.name.oauth.oauthbearer.sasl.server.callback.handler.class": handlers
        + "ValidatorCallbackHandler",
        "ssl.keystore.location": f"{folder}/store.p12",
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.password": STORE_PASSWORD,
        "ssl.key.password": STORE_PASSWORD,
    }
    for listener in ("sasl", "sasl_ssl"):
        start = f"listener.name.{listener}"
        settings |= {
            f"{start}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            f"{start}.plain.sasl.jaas.config": plain,
            f"{start}.scram-sha-256.sasl.jaas.config": scram,
            f"{start}.scram-sha-512.sasl.jaas.config": scram,
        }
    return settings


def _make_certificate(folder: Path) -> Path:
    """A certificate for loopback that signs itself; its PEM file."""
    certificate = folder / "certificate.pem"
    if certificate.exists():
        return certificate
    store = ["-keystore", str(folder / "store.p12"), "-storepass", STORE_PASSWORD]
    store += ["-storetype", "PKCS12", "-alias", "broker"]
    subject = ["-dname", "CN=localhost", "-ext", "SAN=DNS:localhost,IP:127.0.0.1"]
    subject += ["-ext", "BC:critical=ca:true"]
    make = ["keytool", "-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-validity", "365"]
    _keytool([*make, *store, *subject])
    _keytool(["keytool", "-exportcert", "-rfc", "-file", str(certificate), *store])
    return certificate


def _keytool(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BrokerFailed(f"keytool: {done.stdout}{done.stderr}")


# noida


@contextlib.contextmanager
def noida(folder: Path) -> Iterator[Broker]:
    """A running noida broker in `folder`, stopped at the end of the block."""
    folder.mkdir(parents=True, exist_ok=True)
    program = noida_program()
    [port] = free_ports(1)
    command = [str(program), "start", "--data-dir", str(folder / "data"), "--host", "127.0.0.1"]
    command += ["--only", "kafka", "--kafka-port", str(port)]
    broker = Broker("noida-db", folder, {"PLAINTEXT": f"127.0.0.1:{port}"}, command)
    broker.start()
    try:
        yield broker
    finally:
        broker.thaw()
        broker.stop()


def noida_program() -> Path:
    # The wheel's own script would stand between us and the broker: a signal to it does
    # not reach the broker.
    try:
        import noida_db
    except ImportError as missing:
        raise BrokerMissing("noida-db (requirements/dev.txt) is not installed") from missing
    program = Path(noida_db.__file__).with_name("noida-db")
    if not program.exists():
        raise BrokerMissing(f"noida-db has no broker for {sys.platform}")
    program.chmod(0o755)
    return program


KINDS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Broker]]] = {
    "apache": apache_kafka,
    "noida": noida,
}


def main(arguments: list[str]) -> int:
    """``python -m tests.kafka.brokers KIND COMMAND …``: the command, with a broker of that
    kind for as long, whose address it finds in ``CAUDAL_KAFKA_BOOTSTRAP``."""
    kind, *command = arguments
    with tempfile.TemporaryDirectory(prefix="kafka-") as folder:
        try:
            opened = KINDS[kind](Path(folder) / "broker")
            with opened as broker:
                print(f"== kafka: {broker.name} at {broker.bootstrap}", flush=True)
                told = {"CAUDAL_KAFKA_BOOTSTRAP": broker.bootstrap}
                told["CAUDAL_KAFKA_BROKER"] = broker.name
                done = subprocess.run(command, env={**os.environ, **told}, check=False)
                return done.returncode
        except (BrokerMissing, BrokerFailed) as error:
            print(error, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
