//! The client against brokers that misbehave: librdkafka's mock cluster, which answers
//! with whatever error it is told to, moves leaders and coordinators, and sleeps.
//!
//! It shows aborted records as if they were committed and forgets the offsets of
//! transactions; what these do is tested elsewhere, against brokers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::record_batch::RecordBatch;
use parking_lot::Mutex;
use rdkafka::mocking::{MockCluster, MockCoordinator};
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey as Api, RDKafkaRespErr as Code};

use super::*;
use crate::error::Result;
use crate::time::{Clock, SystemClock};
use crate::types::{DataType, StructField, StructType};

const TOPIC: &str = "t";
const IDENTITY: &str = "caudal-mock";

struct Brokers {
    cluster: MockCluster<'static, DefaultProducerContext>,
    stop: Stop,
    /// What is said to the client beside.
    options: Vec<(&'static str, &'static str)>,
}

impl Brokers {
    fn new(count: i32) -> Self {
        let cluster = MockCluster::new(count).unwrap();
        cluster.create_topic(TOPIC, 1, count).unwrap();
        let options = vec![("kafka.default.api.timeout.ms", "20000")];
        Self {
            cluster,
            stop: Stop::default(),
            options,
        }
    }

    fn clock() -> Arc<dyn Clock> {
        Arc::new(SystemClock)
    }

    fn given(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let servers = self.cluster.bootstrap_servers();
        let own = [("kafka.bootstrap.servers", servers.as_str())];
        let all = own.iter().chain(&self.options).chain(more);
        all.map(|(name, value)| (name.to_string(), value.to_string()))
            .collect()
    }

    fn writer(&self, transactional: bool) -> Result<Writer> {
        let flag = transactional.to_string();
        let given = self.given(&[("topic", TOPIC), ("caudal.transactional", &flag)]);
        let options = SinkOptions::parse(&given)?;
        let schema = StructType::new([StructField::new("value", DataType::String, true)]);
        let columns = RecordColumns::of(&schema, options.topic.as_deref())?;
        let stop = Arc::clone(&self.stop);
        Writer::open(&options, columns, IDENTITY, stop, &Self::clock())
    }

    fn source(&self) -> Result<(Cluster, Arc<Mutex<Fetcher>>)> {
        let given = self.given(&[("subscribe", TOPIC), ("fetchOffset.retryIntervalMs", "50")]);
        let options = SourceOptions::parse(&given, true)?;
        let settings = ClientSettings::new(&options.client)?;
        let link = || {
            let (settings, stop) = (settings.clone(), Arc::clone(&self.stop));
            Link::open(settings, "g", stop, &Self::clock()).map(Arc::new)
        };
        let questions = link()?;
        let losses = Arc::new(LossPolicy::new(true, false));
        let time = Duration::from_secs(20);
        let fetcher = Fetcher::new(link()?, Arc::clone(&questions), time, losses);
        let cluster = Cluster::new(questions, &options, None);
        Ok((cluster, Arc::new(Mutex::new(fetcher))))
    }

    /// All values of the topic by a client of their own.
    fn read(&self) -> Result<Vec<String>> {
        let (cluster, fetcher) = self.source()?;
        let partitions = cluster.partitions()?;
        let until = cluster.latest(&partitions, None)?;
        read(&fetcher, &cluster.earliest(&partitions)?, &until)
    }

    fn errors(&self, of: Api, codes: &[Code]) {
        self.cluster.request_errors(of, codes);
    }
}

fn read(fetcher: &Arc<Mutex<Fetcher>>, from: &Offsets, until: &Offsets) -> Result<Vec<String>> {
    let ranges = until.iter().map(|(at, until)| Range {
        at: at.clone(),
        from: from.get(at).unwrap_or(0),
        until,
    });
    let wanted = Wanted {
        schema: Arc::new(record_schema(false).to_arrow()),
        columns: vec![1],
    };
    let mut values = Vec::new();
    for rows in Fetcher::read(fetcher, ranges.collect(), &wanted)? {
        let rows = rows?;
        let texts = rows.column(0).as_binary::<i32>().iter().flatten();
        values.extend(texts.map(|text| String::from_utf8_lossy(text).into_owned()));
    }
    Ok(values)
}

fn rows(values: &[&str]) -> RecordBatch {
    let column: ArrayRef = Arc::new(StringArray::from_iter_values(values));
    RecordBatch::try_from_iter([("value", column)]).unwrap()
}

fn write(writer: &Writer, batch: u64, values: &[&str]) -> Result<()> {
    assert!(writer.begin(batch)?, "batch {batch} is written already");
    writer.write(&rows(values))?;
    writer.flush()?;
    writer.commit()
}

#[test]
fn a_writer_gets_over_what_passes() {
    for transactional in [false, true] {
        let brokers = Brokers::new(3);
        brokers.errors(
            Api::InitProducerId,
            &[
                Code::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                Code::RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            ],
        );
        let writer = brokers.writer(transactional).unwrap();
        brokers.errors(
            Api::Produce,
            &[
                Code::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                Code::RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                Code::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                Code::RD_KAFKA_RESP_ERR__TRANSPORT,
            ],
        );
        write(&writer, 0, &["a", "b"]).unwrap();
        assert_eq!(brokers.read().unwrap(), ["a", "b"], "{transactional}");
    }
}

#[test]
fn a_transaction_gets_over_a_coordinator_that_moves() {
    let brokers = Brokers::new(3);
    let moves = |to| {
        let transaction = MockCoordinator::Transaction(IDENTITY.into());
        brokers.cluster.coordinator(transaction, to).unwrap();
        let group = MockCoordinator::Group(format!("{IDENTITY}-batches"));
        brokers.cluster.coordinator(group, to).unwrap();
    };
    moves(1);
    let writer = brokers.writer(true).unwrap();
    write(&writer, 0, &["a"]).unwrap();
    moves(2);
    write(&writer, 1, &["b"]).unwrap();
    for of in [Api::AddPartitionsToTxn, Api::AddOffsetsToTxn, Api::EndTxn] {
        brokers.errors(
            of,
            &[
                Code::RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                Code::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                Code::RD_KAFKA_RESP_ERR__TRANSPORT,
            ],
        );
    }
    brokers.errors(
        Api::TxnOffsetCommit,
        &[
            Code::RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            Code::RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            Code::RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        ],
    );
    write(&writer, 2, &["c"]).unwrap();
    assert_eq!(brokers.read().unwrap(), ["a", "b", "c"]);
}

#[test]
fn a_writer_that_is_fenced_says_so() {
    for of in [Api::Produce, Api::AddPartitionsToTxn, Api::EndTxn] {
        let brokers = Brokers::new(1);
        let writer = brokers.writer(true).unwrap();
        brokers.errors(of, &[Code::RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH; 3]);
        let error = write(&writer, 0, &["a"]).unwrap_err();
        let text = error.message();
        assert!(text.contains("ProducerFencedException"), "{of:?}: {text}");
        assert!(text.contains(IDENTITY), "{of:?}: {text}");
        writer.abort();
    }
}

#[test]
fn a_reader_gets_over_what_passes() {
    let brokers = Brokers::new(3);
    let writer = brokers.writer(false).unwrap();
    write(&writer, 0, &["a", "b"]).unwrap();
    brokers.errors(
        Api::ListOffsets,
        &[
            Code::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            Code::RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            Code::RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
            Code::RD_KAFKA_RESP_ERR__TRANSPORT,
        ],
    );
    brokers.errors(
        Api::Fetch,
        &[
            Code::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            Code::RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            Code::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
            Code::RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
            Code::RD_KAFKA_RESP_ERR__TRANSPORT,
        ],
    );
    assert_eq!(brokers.read().unwrap(), ["a", "b"]);
}

#[test]
fn leaders_change_while_a_topic_is_written_and_read() {
    let brokers = Brokers::new(3);
    let lead = |id| brokers.cluster.partition_leader(TOPIC, 0, id).unwrap();
    lead(Some(1));
    let writer = brokers.writer(true).unwrap();
    let (cluster, fetcher) = brokers.source().unwrap();
    let mut from = Offsets::default();
    from.insert(TopicPartition::new(TOPIC, 0), 0);
    let mut found = Vec::new();
    for (batch, (leader, value)) in [(2, "a"), (3, "b"), (1, "c")].into_iter().enumerate() {
        lead(Some(leader));
        write(&writer, batch as u64, &[value]).unwrap();
        let until = cluster.latest(&cluster.partitions().unwrap(), None);
        let until = until.unwrap();
        found.extend(read(&fetcher, &from, &until).unwrap());
        from = until;
    }
    assert_eq!(found, ["a", "b", "c"]);
}

#[test]
fn brokers_that_go_and_come_back_are_waited_for() {
    let brokers = Brokers::new(1);
    let writer = brokers.writer(true).unwrap();
    write(&writer, 0, &["a"]).unwrap();
    brokers.cluster.broker_down(1).unwrap();
    let (cluster, fetcher) = brokers.source().unwrap();
    // The cluster of brokers stays with the thread that made it.
    let client = std::thread::spawn(move || -> Result<Vec<String>> {
        let partitions = cluster.partitions()?;
        let until = cluster.latest(&partitions, None)?;
        let found = read(&fetcher, &cluster.earliest(&partitions)?, &until)?;
        write(&writer, 1, &["b"])?;
        Ok(found)
    });
    std::thread::park_timeout(Duration::from_millis(1500));
    assert!(!client.is_finished());
    brokers.cluster.broker_up(1).unwrap();
    assert_eq!(client.join().unwrap().unwrap(), ["a"]);
    assert_eq!(brokers.read().unwrap(), ["a", "b"]);
}

#[test]
fn a_broker_may_be_slower_than_a_question_is_long() {
    let brokers = Brokers::new(1);
    let slow = Duration::from_millis(1300);
    brokers.cluster.broker_round_trip_time(1, slow).unwrap();
    let writer = brokers.writer(true).unwrap();
    write(&writer, 0, &["a"]).unwrap();
    assert_eq!(brokers.read().unwrap(), ["a"]);
}

#[test]
fn who_may_not_read_or_write_is_told() {
    let brokers = Brokers::new(1);
    let denied = Code::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    brokers.cluster.topic_error(TOPIC, denied).unwrap();
    let began = Brokers::clock().monotonic();
    for error in [
        brokers.read().unwrap_err(),
        write(&brokers.writer(false).unwrap(), 0, &["a"]).unwrap_err(),
    ] {
        let text = error.message();
        assert!(text.contains("TopicAuthorizationException"), "{text}");
        assert!(text.contains(TOPIC), "{text}");
    }
    assert!(Brokers::clock().monotonic() - began < Duration::from_secs(10));
    let brokers = Brokers::new(1);
    let denied = Code::RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
    brokers.errors(Api::InitProducerId, &[denied; 3]);
    let error = brokers.writer(true).err().unwrap();
    let text = error.message();
    assert!(
        text.contains("TransactionalIdAuthorizationException"),
        "{text}"
    );
}

#[test]
fn an_abort_ends_at_once_with_records_on_their_way() {
    let brokers = Brokers::new(1);
    let writer = brokers.writer(true).unwrap();
    assert!(writer.begin(0).unwrap());
    for _ in 0..50 {
        writer.write(&rows(&["x"; 200])).unwrap();
    }
    let began = Brokers::clock().monotonic();
    writer.abort();
    assert!(Brokers::clock().monotonic() - began < Duration::from_secs(3));
    write(&writer, 0, &["a"]).unwrap();
}

#[test]
fn a_stop_ends_a_question_that_is_not_answered() {
    let brokers = Brokers::new(1);
    let (cluster, _) = brokers.source().unwrap();
    brokers.cluster.broker_down(1).unwrap();
    let asking = std::thread::spawn(move || cluster.partitions());
    std::thread::park_timeout(Duration::from_millis(1500));
    assert!(!asking.is_finished());
    brokers.stop.store(true, Ordering::Relaxed);
    let clock = Brokers::clock();
    let asked = clock.monotonic();
    assert!(asking.join().unwrap().unwrap_err().is_stop());
    assert!(clock.monotonic() - asked < Duration::from_secs(2));
}
