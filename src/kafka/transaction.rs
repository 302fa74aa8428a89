//! Batches as transactions: each is there whole or not at all, and none twice.
//!
//! With its records a transaction commits one offset of a consumer group of the writer's
//! own: the number of the batch, plus one. A writer that is started again asks for that
//! offset and so knows whether its last batch got through, wherever it was killed. A
//! second writer with the same identity takes over; the brokers then refuse the first.

use std::sync::Arc;

use parking_lot::Mutex;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::Producer as _;
use rdkafka::{Offset, TopicPartitionList};

use super::link::{Link, Stop, exception, failed};
use super::names::ClientSettings;
use super::write::{Producer, timeout_of};
use crate::error::{Result, SparkError};
use crate::time::Clock;

/// A batch may take so long before the brokers give it up: the longest that they allow
/// unless told otherwise. A batch of a killed query is given up when it is started again.
const TIMEOUT_MILLIS: &str = "900000";

pub struct Transactions {
    /// Of the group that holds the number of the last batch.
    link: Link,
    id: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The batches before this one are written.
    next: u64,
    /// A topic of this batch, to which the batch's number is attached.
    topic: Option<String>,
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
        config.set("enable.idempotence", "true");
        config.set("acks", "all");
    }

    /// Ends what an earlier run with the same identity has left open, and looks up how
    /// far it came.
    pub fn open(
        producer: &Producer,
        settings: &ClientSettings,
        id: &str,
        stop: &Stop,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        let mut own = settings.clone();
        own.settings.remove("group.id");
        own.settings.remove("transactional.id");
        own.settings
            .insert("isolation.level".into(), "read_committed".into());
        let for_consumers = own
            .settings
            .into_iter()
            .filter(|(name, _)| !is_producers(name));
        own.settings = for_consumers.collect();
        let link = Link::open(own, &group_of(id), Arc::clone(stop), clock)?;
        let opened = Self {
            link,
            id: id.to_string(),
            state: Mutex::default(),
        };
        let begun = opened.link.ask("the start of transactions", |time| {
            producer.init_transactions(time)
        });
        begun.map_err(|error| opened.explained(producer, error))?;
        opened.state.lock().next = opened.committed()?;
        Ok(opened)
    }

    /// The number after the last batch that is written; the offset lies at the first
    /// partition of one of the topics that were written to.
    fn committed(&self) -> Result<u64> {
        let consumer = &self.link.consumer;
        let known = self
            .link
            .ask("the topics", |time| consumer.fetch_metadata(None, time))?;
        let answers = self.link.ask("the last batch's number", |time| {
            let mut list = TopicPartitionList::new();
            for topic in known.topics() {
                if !topic.name().starts_with("__") {
                    list.add_partition(topic.name(), 0);
                }
            }
            match list.count() {
                0 => Ok(list),
                _ => consumer.committed_offsets(list, time),
            }
        })?;
        let numbers = answers.elements().into_iter().filter_map(|answer| {
            let Offset::Offset(offset) = answer.offset() else {
                return None;
            };
            u64::try_from(offset).ok()
        });
        Ok(numbers.max().unwrap_or(0))
    }

    /// False where the batch is written already.
    pub fn begin(&self, producer: &Producer, batch: u64) -> Result<bool> {
        let mut state = self.state.lock();
        if batch < state.next {
            return Ok(false);
        }
        producer
            .begin_transaction()
            .map_err(|error| self.failure(producer, &error))?;
        (state.is_open, state.topic) = (true, None);
        Ok(true)
    }

    pub fn saw(&self, topic: &str) {
        let mut state = self.state.lock();
        if state.topic.is_none() {
            state.topic = Some(topic.to_string());
        }
    }

    /// A batch without records has nothing that could be there twice.
    pub fn commit(&self, producer: &Producer, batch: u64) -> Result<()> {
        let mut state = self.state.lock();
        let time = timeout_of(&self.link.settings);
        if let Some(topic) = state.topic.take() {
            let mut mark = TopicPartitionList::new();
            let number = i64::try_from(batch + 1).map_err(SparkError::internal)?;
            let failure = |error| self.failure(producer, &error);
            mark.add_partition_offset(&topic, 0, Offset::Offset(number))
                .map_err(failure)?;
            let group = self.link.consumer.group_metadata();
            let group = group.ok_or_else(|| SparkError::internal("a consumer without group"))?;
            producer
                .send_offsets_to_transaction(&mark, &group, time)
                .map_err(failure)?;
        }
        self.finish(producer)?;
        (state.is_open, state.next) = (false, batch + 1);
        Ok(())
    }

    fn finish(&self, producer: &Producer) -> Result<()> {
        let limit = self.link.settings.api_timeout;
        let began = self.link.clock.monotonic();
        loop {
            match producer.commit_transaction(timeout_of(&self.link.settings)) {
                Ok(()) => return Ok(()),
                // Whether it is committed is not known yet: the same question again.
                Err(KafkaError::Transaction(error))
                    if error.is_retriable()
                        && self.link.clock.monotonic().saturating_sub(began) < limit => {}
                Err(error) => return Err(self.failure(producer, &error)),
            }
        }
    }

    pub fn abort(&self, producer: &Producer) {
        let mut state = self.state.lock();
        if std::mem::take(&mut state.is_open) {
            // Where this fails too the brokers end it, at the latest when its time is over.
            let _ = producer.abort_transaction(timeout_of(&self.link.settings));
        }
    }

    fn failure(&self, producer: &Producer, error: &KafkaError) -> SparkError {
        let code = error.rdkafka_error_code();
        let fatal = producer.client().fatal_error().map(|(code, _)| code);
        if is_fenced(fatal.or(code)) {
            return self.fenced();
        }
        let name = code.map_or("org.apache.kafka.common.KafkaException", exception);
        failed(format_args!("{name}: transaction {}: {error}", self.id))
    }

    fn explained(&self, producer: &Producer, error: SparkError) -> SparkError {
        let fatal = producer.client().fatal_error().map(|(code, _)| code);
        match is_fenced(fatal) {
            true => self.fenced(),
            false => error,
        }
    }

    fn fenced(&self) -> SparkError {
        failed(format_args!(
            "org.apache.kafka.common.errors.ProducerFencedException: another query has started with the transactional id {}, and the brokers take nothing more from this one. Two queries need two ids (kafka.transactional.id); the same query must run once only.",
            self.id
        ))
    }
}

/// The group whose offset is the number of the last batch.
fn group_of(id: &str) -> String {
    format!("{id}-batches")
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
