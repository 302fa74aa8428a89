//! Batches as transactions: each is there whole or not at all, and none twice.
//!
//! With its records a transaction commits one offset of a consumer group of the writer's
//! own: the number of the batch, plus one. A writer that is started again asks for that
//! offset and so knows whether its last batch got through, wherever it was killed. A
//! second writer with the same identity takes over; the brokers then refuse the first.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer as _;
use rdkafka::{Offset, TopicPartitionList};

use super::link::{Consumer, Link, PIECE, Stop};
use super::names::ClientSettings;
use super::trouble::{exception, failed};
use super::write::{MOMENT, Producer};
use crate::error::{Result, SparkError};
use crate::time::Clock;

/// A batch may take so long before the brokers give it up: the longest that they allow
/// unless told otherwise. A batch of a killed query is given up when it is started again.
const TIMEOUT_MILLIS: &str = "900000";
/// The mark of a batch begins anew each time that it is tried, and may take so long.
const MARK: Duration = Duration::from_secs(5);
/// After so long the brokers are left to end a transaction by themselves.
const ABORT: Duration = Duration::from_secs(5);

/// How a writer of transactions is known.
pub struct Names<'a> {
    /// To the brokers, which give up what an earlier one of this name has left open.
    pub id: &'a str,
    /// To itself: whose batches are counted.
    pub query: &'a str,
}

pub struct Transactions {
    /// Of the group that holds the number of the last batch.
    link: Link,
    id: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The batches before this one are written; not known before a query asks.
    next: Option<u64>,
    /// The one that is being written, where it is one of a query's.
    batch: Option<u64>,
    /// The topics of this batch. Each bears the batch's number, so that it is known for as
    /// long as one of them is there.
    topics: BTreeSet<String>,
    is_open: bool,
}

impl Transactions {
    pub fn configure(config: &mut ClientConfig, identity: &str) {
        if config.get("transactional.id").is_none() {
            config.set("transactional.id", identity);
        }
        if config.get("transaction.timeout.ms").is_none() {
            config.set("transaction.timeout.ms", TIMEOUT_MILLIS);
        }
        // The library refuses a record that may be on its way for longer than its batch.
        if let Some(longest) = config.get("transaction.timeout.ms").map(str::to_string) {
            let millis = |text: &str| text.trim().parse().unwrap_or(u64::MAX);
            let delivery = config.get("delivery.timeout.ms").map_or(0, millis);
            if delivery > millis(&longest) {
                config.set("delivery.timeout.ms", longest);
            }
        }
    }

    /// Ends what an earlier run with the same id has left open.
    pub fn open(
        producer: &Producer,
        settings: &ClientSettings,
        names: &Names<'_>,
        stop: &Stop,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        let mut own = settings.clone();
        own.settings.remove("group.id");
        own.settings.remove("transactional.id");
        own.settings
            .insert("isolation.level".into(), "read_committed".into());
        own.settings.retain(|name, _| !is_producers(name));
        let link = Link::open(own, &group_of(names.query), Arc::clone(stop), clock)?;
        let opened = Self {
            link,
            id: names.id.to_string(),
            state: Mutex::default(),
        };
        opened.step(producer, "the start of transactions", |time| {
            producer.init_transactions(time.min(PIECE))
        })?;
        Ok(opened)
    }

    /// The number after the last batch that is written; the offset lies at the first
    /// partition of each of the topics that it was written to.
    fn committed(&self) -> Result<u64> {
        let known = self.link.ask("the topics", |consumer, time| {
            consumer.fetch_metadata(None, time)
        })?;
        let mut list = TopicPartitionList::new();
        for topic in known.topics() {
            if !matches!(topic.name(), "__consumer_offsets" | "__transaction_state") {
                list.add_partition(topic.name(), 0);
            }
        }
        if list.count() == 0 {
            return Ok(0);
        }
        let question = move |consumer: &Consumer, time| {
            let answers = consumer.committed_offsets(list.clone(), time)?;
            for answer in answers.elements() {
                answer.error()?;
            }
            Ok(answers)
        };
        let answers = self.link.ask("the last batch's number", question)?;
        let numbers = answers.elements().into_iter().filter_map(|answer| {
            let Offset::Offset(offset) = answer.offset() else {
                return None;
            };
            u64::try_from(offset).ok()
        });
        Ok(numbers.max().unwrap_or(0))
    }

    /// False where the batch is written already, as the last one may be.
    pub fn begin(&self, producer: &Producer, batch: u64) -> Result<bool> {
        let mut state = self.state.lock();
        let next = match state.next {
            Some(next) => next,
            None => *state.next.insert(self.committed()?),
        };
        if batch + 1 < next {
            return Err(failed(format_args!(
                "the topics hold the batches of this query up to {}, and its checkpoint would have batch {batch} written next: it is an older copy. What came after it cannot be told from what is there; start with the newest checkpoint, or with a new one.",
                next - 1
            )));
        }
        if batch < next {
            return Ok(false);
        }
        self.start(producer, &mut state)?;
        state.batch = Some(batch);
        Ok(true)
    }

    pub fn begin_once(&self, producer: &Producer) -> Result<()> {
        self.start(producer, &mut self.state.lock())
    }

    fn start(&self, producer: &Producer, state: &mut State) -> Result<()> {
        producer
            .begin_transaction()
            .map_err(|error| self.failure(producer, &error))?;
        state.is_open = true;
        state.topics.clear();
        Ok(())
    }

    pub fn saw(&self, topic: &str) {
        let mut state = self.state.lock();
        if !state.topics.contains(topic) {
            state.topics.insert(topic.to_string());
        }
    }

    /// A batch without records has nothing that could be there twice.
    pub fn commit(&self, producer: &Producer) -> Result<()> {
        let mut state = self.state.lock();
        if let Some(batch) = state.batch.filter(|_| !state.topics.is_empty()) {
            self.mark(producer, &state.topics, batch)?;
        }
        // Until there is an answer nobody knows whether it is committed: the same question
        // again. Who is stopped meanwhile finds out in the next run.
        self.step(producer, "commit", |time| {
            producer.commit_transaction(time.min(PIECE))
        })?;
        state.is_open = false;
        if let Some(batch) = state.batch.take() {
            state.next = Some(batch + 1);
        }
        Ok(())
    }

    /// Makes the number of the batch part of the transaction.
    fn mark(&self, producer: &Producer, topics: &BTreeSet<String>, batch: u64) -> Result<()> {
        let number = i64::try_from(batch + 1).map_err(SparkError::internal)?;
        let mut mark = TopicPartitionList::with_capacity(topics.len());
        for topic in topics {
            mark.add_partition_offset(topic, 0, Offset::Offset(number))
                .map_err(|error| self.failure(producer, &error))?;
        }
        let group = self.link.consumer.group_metadata();
        let group = group.ok_or_else(|| SparkError::internal("a consumer without group"))?;
        self.step(producer, "the batch's number", |time| {
            producer.send_offsets_to_transaction(&mark, &group, time.min(MARK))
        })
    }

    /// A step that is repeated as long as the library says that it may be.
    fn step(
        &self,
        producer: &Producer,
        what: &str,
        mut step: impl FnMut(Duration) -> Result<(), KafkaError>,
    ) -> Result<()> {
        let limit = self.link.settings.api_timeout;
        let began = self.link.clock.monotonic();
        loop {
            let left = limit.saturating_sub(self.link.clock.monotonic().saturating_sub(began));
            let error = match step(left.max(MOMENT)) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            // Tokens are asked for and refusals heard of here.
            producer.poll(MOMENT);
            self.check(producer)?;
            if let Some(denied) = producer.context().notes.denied() {
                return Err(denied);
            }
            if !is_retriable(&error) {
                return Err(self.failure(producer, &error));
            }
            if self.link.is_stopped() {
                return Err(SparkError::stopped());
            }
            if left.is_zero() {
                let why = producer.context().notes.last().unwrap_or_default();
                return Err(failed(format_args!(
                    "org.apache.kafka.common.errors.TimeoutException: transaction {}, {what}: no answer from the brokers within {} ms (kafka.default.api.timeout.ms). Last trouble: {why}",
                    self.id,
                    limit.as_millis()
                )));
            }
        }
    }

    pub fn abort(&self, producer: &Producer) {
        let mut state = self.state.lock();
        if !std::mem::take(&mut state.is_open) {
            return;
        }
        let end = self.link.clock.monotonic() + ABORT;
        while let Err(error) = producer.abort_transaction(PIECE) {
            if !is_retriable(&error) || self.link.clock.monotonic() >= end {
                return;
            }
            producer.poll(MOMENT);
            // The library waits until the word on each record was heard.
            while producer.in_flight_count() > 0 && self.link.clock.monotonic() < end {
                producer.poll(MOMENT);
            }
        }
    }

    /// The error that ends a producer, once there is one.
    pub fn check(&self, producer: &Producer) -> Result<()> {
        match producer.client().fatal_error() {
            None => Ok(()),
            Some((code, _)) if is_fenced(Some(code)) => Err(self.fenced()),
            Some((code, why)) => Err(failed(format_args!(
                "{}: transaction {}: {why}",
                exception(code),
                self.id
            ))),
        }
    }

    fn failure(&self, producer: &Producer, error: &KafkaError) -> SparkError {
        let code = error.rdkafka_error_code();
        if is_fenced(code) {
            return self.fenced();
        }
        if let Err(fatal) = self.check(producer) {
            return fatal;
        }
        let name = code.map_or("org.apache.kafka.common.KafkaException", exception);
        failed(format_args!("{name}: transaction {}: {error}", self.id))
    }

    fn fenced(&self) -> SparkError {
        failed(format_args!(
            "org.apache.kafka.common.errors.ProducerFencedException: another query has started with the transactional id {}, and the brokers take nothing more from this one. Two queries need two ids (kafka.transactional.id); the same query must run once only.",
            self.id
        ))
    }
}

/// The group whose offset is the number of the last batch.
fn group_of(query: &str) -> String {
    format!("{query}-batches")
}

fn is_retriable(error: &KafkaError) -> bool {
    match error {
        KafkaError::Transaction(error) => error.is_retriable(),
        KafkaError::Flush(_) => true,
        _ => false,
    }
}

fn is_fenced(code: Option<RDKafkaErrorCode>) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Some(Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch)
    )
}

/// Options that only a producer has.
fn is_producers(name: &str) -> bool {
    matches!(
        name,
        "acks"
            | "batch.size"
            | "compression.level"
            | "compression.type"
            | "delivery.timeout.ms"
            | "enable.idempotence"
            | "linger.ms"
            | "max.in.flight.requests.per.connection"
            | "message.max.bytes"
            | "queue.buffering.max.kbytes"
            | "request.timeout.ms"
            | "retries"
            | "sticky.partitioning.linger.ms"
            | "transaction.timeout.ms"
    )
}
