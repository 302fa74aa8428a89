//! [`Writer`]: rows as records, and the word of the brokers that they have them.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::datatypes::{DataType as ArrowType, Int32Type};
use arrow::record_batch::RecordBatch;
use parking_lot::Mutex;
use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};

use super::limits::refused;
use super::link::{Notes, Stop, client_config};
use super::names::ClientSettings;
use super::sink_options::{RecordColumns, SinkOptions};
use super::transaction::{Names, Transactions};
use super::trouble::{exception, failed, unmade};
use crate::error::{Result, SparkError};
use crate::time::Clock;
use crate::types::{bytes_at, string_at};

pub type Producer = BaseProducer<Deliveries>;

/// The library gives a wait all of its time, whatever comes meanwhile: so waits are short.
pub const MOMENT: Duration = Duration::from_millis(1);
/// A question about a topic may take so long at first, and at most: who asks may be
/// stopped meanwhile, and a broker may be slow.
const FIRST_QUESTION: Duration = Duration::from_millis(250);
const LONGEST_QUESTION: Duration = Duration::from_secs(8);

/// What became of records that were sent: the first that the brokers did not take.
pub struct Deliveries {
    pub notes: Notes,
    failure: Mutex<Option<(KafkaError, String)>>,
}

impl ClientContext for Deliveries {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, facility: &str, text: &str) {
        self.notes.log(level, facility, text);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.notes.error(error, reason);
    }

    fn generate_oauth_token(
        &self,
        config: Option<&str>,
    ) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        self.notes.generate_oauth_token(config)
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, record)) = result {
            let mut failure = self.failure.lock();
            failure.get_or_insert_with(|| (error.clone(), record.topic().to_string()));
        }
    }
}

pub struct Writer {
    producer: Producer,
    settings: ClientSettings,
    columns: RecordColumns,
    topic: Option<String>,
    transactions: Option<Transactions>,
    /// Topics that the brokers have.
    known: Mutex<HashSet<String>>,
    stop: Stop,
    clock: Arc<dyn Clock>,
}

/// Java's defaults, where the library's are others.
const DEFAULTS: &[(&str, &str)] = &[
    ("acks", "all"),
    ("delivery.timeout.ms", "120000"),
    ("enable.idempotence", "true"),
    ("linger.ms", "0"),
    ("message.max.bytes", "1048576"),
    ("queue.buffering.max.kbytes", "32768"),
];

impl Writer {
    /// `identity` names a query, in every run of it.
    pub fn open(
        options: &SinkOptions,
        columns: RecordColumns,
        identity: &str,
        stop: Stop,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        let settings = ClientSettings::new(&options.client)?;
        let mut config = producer_config(&settings)?;
        if options.transactional {
            Transactions::configure(&mut config, identity);
        }
        let notes = Notes::new(settings.token.clone(), Arc::clone(clock));
        let context = Deliveries {
            notes,
            failure: Mutex::default(),
        };
        let producer: Producer = config.create_with_context(context).map_err(unmade)?;
        let transactions = options.transactional.then(|| {
            let id = config.get("transactional.id").unwrap_or(identity);
            let names = Names {
                id,
                query: identity,
            };
            Transactions::open(&producer, &settings, &names, &stop, clock)
        });
        Ok(Self {
            producer,
            columns,
            topic: options.topic.clone(),
            transactions: transactions.transpose()?,
            known: Mutex::default(),
            settings,
            stop,
            clock: Arc::clone(clock),
        })
    }

    /// Begins the batch of a query; false where a run before has written all of it.
    pub fn begin(&self, batch: u64) -> Result<bool> {
        match &self.transactions {
            Some(transactions) => transactions.begin(&self.producer, batch),
            None => Ok(true),
        }
    }

    /// Begins a batch that nobody will ask for again.
    pub fn begin_once(&self) -> Result<()> {
        match &self.transactions {
            Some(transactions) => transactions.begin_once(&self.producer),
            None => Ok(()),
        }
    }

    /// Sends the rows; that the brokers have them is known after [`Self::flush`].
    pub fn write(&self, rows: &RecordBatch) -> Result<()> {
        let columns = Columns::of(rows, &self.columns)?;
        let mut known = self.known.lock();
        let mut last = None;
        for row in 0..rows.num_rows() {
            let topic = match &self.topic {
                Some(topic) => topic,
                None => columns.topic(row)?,
            };
            if !known.contains(topic) {
                self.find(topic)?;
                known.insert(topic.to_string());
            }
            if let Some(transactions) = &self.transactions
                && last.replace(topic) != Some(topic)
            {
                transactions.saw(topic);
            }
            self.send(columns.record(topic, row)?)?;
        }
        self.producer.poll(Duration::ZERO);
        self.check()
    }

    /// Waits until the brokers know the topic (they may make it when they are asked).
    fn find(&self, topic: &str) -> Result<()> {
        let began = self.clock.monotonic();
        let mut time = FIRST_QUESTION;
        loop {
            let left = self.settings.max_block;
            let left = left.saturating_sub(self.clock.monotonic().saturating_sub(began));
            let client = self.producer.client();
            let found = client.fetch_metadata(Some(topic), left.min(time));
            time = (time * 2).min(LONGEST_QUESTION);
            let error = match &found {
                Ok(found) => match found.topics().first().and_then(|topic| topic.error()) {
                    None => return Ok(()),
                    Some(error) => RDKafkaErrorCode::from(error),
                },
                Err(error) => error
                    .rdkafka_error_code()
                    .unwrap_or(RDKafkaErrorCode::Unknown),
            };
            self.producer.poll(Duration::ZERO);
            self.check()?;
            if let RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::InvalidTopic =
                error
            {
                return Err(self.undelivered(&KafkaError::MetadataFetch(error), topic));
            }
            if left.is_zero() {
                return Err(self.unknown(topic));
            }
            self.producer.poll(Duration::from_millis(20));
        }
    }

    fn unknown(&self, topic: &str) -> SparkError {
        let why = self.producer.context().notes.last();
        let why = why.map_or_else(String::new, |why| format!(" Last trouble: {why}"));
        failed(format_args!(
            "org.apache.kafka.common.errors.TimeoutException: Topic {topic} not present in metadata after {} ms.{why}",
            self.settings.max_block.as_millis()
        ))
    }

    fn send(&self, mut record: BaseRecord<'_, [u8], [u8]>) -> Result<()> {
        let began = self.clock.monotonic();
        loop {
            match self.producer.send(record) {
                Ok(()) => return Ok(()),
                Err((error, back)) => {
                    if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                        return Err(self.undelivered(&error, back.topic));
                    }
                    record = back;
                }
            }
            self.producer.poll(MOMENT);
            self.check()?;
            if self.clock.monotonic().saturating_sub(began) >= self.settings.max_block {
                return Err(failed(format_args!(
                    "org.apache.kafka.clients.producer.BufferExhaustedException: Failed to allocate memory within the configured max blocking time {} ms.",
                    self.settings.max_block.as_millis()
                )));
            }
        }
    }

    /// Waits until the brokers have all that was sent.
    pub fn flush(&self) -> Result<()> {
        while self.producer.in_flight_count() > 0 {
            self.producer.poll(MOMENT);
            self.check()?;
        }
        self.check()
    }

    /// Makes the batch count: what was flushed is there for all, once.
    pub fn commit(&self) -> Result<()> {
        match &self.transactions {
            Some(transactions) => transactions.commit(&self.producer),
            None => Ok(()),
        }
    }

    /// Takes back what the batch has sent, as far as that can be.
    pub fn abort(&self) {
        match &self.transactions {
            Some(transactions) => transactions.abort(&self.producer),
            None => self.drop_unsent(),
        }
        *self.producer.context().failure.lock() = None;
    }

    /// What waits to be sent is not sent any more.
    fn drop_unsent(&self) {
        use rdkafka::producer::PurgeConfig;
        self.producer
            .purge(PurgeConfig::default().queue().inflight());
        self.producer.poll(Duration::ZERO);
    }

    fn check(&self) -> Result<()> {
        let context = self.producer.context();
        if let Some(transactions) = &self.transactions {
            transactions.check(&self.producer)?;
        }
        let failure = context.failure.lock().clone();
        if let Some((error, topic)) = failure {
            return Err(self.undelivered(&error, &topic));
        }
        if let Some(denied) = context.notes.denied() {
            return Err(denied);
        }
        match self.stop.load(Ordering::Relaxed) {
            true => Err(SparkError::stopped()),
            false => Ok(()),
        }
    }

    fn undelivered(&self, error: &KafkaError, topic: &str) -> SparkError {
        use RDKafkaErrorCode as Code;
        let code = error.rdkafka_error_code();
        let why = self.producer.context().notes.last().unwrap_or_default();
        match code {
            Some(Code::UnknownTopic | Code::UnknownTopicOrPartition) => self.unknown(topic),
            Some(Code::UnknownPartition) => failed(format_args!(
                "org.apache.kafka.common.errors.TimeoutException: A record of topic {topic} names a partition that it does not have."
            )),
            Some(Code::MessageSizeTooLarge) => failed(format_args!(
                "{}: A record of topic {topic} is larger than {} bytes, which is the value of the max.request.size configuration, or than the brokers take.",
                exception(Code::MessageSizeTooLarge),
                self.settings
                    .settings
                    .get("message.max.bytes")
                    .map_or("1048576", |n| n)
            )),
            code => {
                let name = code.map_or("org.apache.kafka.common.KafkaException", exception);
                failed(format_args!(
                    "{name}: a record of topic {topic} was not delivered: {error}. {why}"
                ))
            }
        }
    }
}

fn producer_config(settings: &ClientSettings) -> Result<ClientConfig> {
    let mut config = client_config(settings)?;
    for (name, value) in DEFAULTS {
        if config.get(name).is_none() {
            config.set(*name, *value);
        }
    }
    // With other acknowledgements, records cannot be told apart when sent again.
    if config
        .get("acks")
        .is_some_and(|acks| !matches!(acks.trim(), "all" | "-1"))
        && !settings.settings.contains_key("enable.idempotence")
    {
        config.set("enable.idempotence", "false");
    }
    // Java's way from key to partition: the same key goes where it went before.
    if config.get("partitioner").is_none() {
        config.set("partitioner", "murmur2_random");
    }
    // So long a topic may be unknown.
    let millis = settings.max_block.as_millis().to_string();
    config.set("topic.metadata.propagation.max.ms", millis);
    Ok(config)
}

/// The columns of one batch of rows.
struct Columns<'a> {
    topic: Option<&'a ArrayRef>,
    key: Option<&'a ArrayRef>,
    value: &'a ArrayRef,
    headers: Option<&'a ListArray>,
    partition: Option<&'a ArrayRef>,
}

impl<'a> Columns<'a> {
    fn of(rows: &'a RecordBatch, at: &RecordColumns) -> Result<Self> {
        let headers = at.headers.map(|at| {
            let list = rows.column(at).as_list_opt::<i32>();
            list.ok_or_else(|| SparkError::internal("headers are no list"))
        });
        Ok(Self {
            topic: at.topic.map(|at| rows.column(at)),
            key: at.key.map(|at| rows.column(at)),
            value: rows.column(at.value),
            headers: headers.transpose()?,
            partition: at.partition.map(|at| rows.column(at)),
        })
    }

    fn topic(&self, row: usize) -> Result<&str> {
        match self.topic {
            Some(topic) if !topic.is_null(row) => Ok(string_at(topic, row)),
            _ => Err(SparkError::new("KAFKA_NULL_TOPIC_IN_DATA", &[])),
        }
    }

    fn record<'r>(&'r self, topic: &'r str, row: usize) -> Result<BaseRecord<'r, [u8], [u8]>> {
        let mut record = BaseRecord::to(topic);
        record.key = self.key.and_then(|key| bytes(key, row));
        record.payload = bytes(self.value, row);
        if let Some(headers) = self.headers.filter(|headers| !headers.is_null(row)) {
            record.headers = Some(headers_of(headers, row)?);
        }
        if let Some(partition) = self.partition.filter(|partition| !partition.is_null(row)) {
            let number = partition.as_primitive::<Int32Type>().value(row);
            if number < 0 {
                return Err(refused(format!(
                    "Invalid partition: {number}. Partition number should always be non-negative or null."
                )));
            }
            record.partition = Some(number);
        }
        Ok(record)
    }
}

fn bytes(array: &ArrayRef, row: usize) -> Option<&[u8]> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        ArrowType::Utf8 | ArrowType::LargeUtf8 | ArrowType::Utf8View => {
            string_at(array, row).as_bytes()
        }
        _ => bytes_at(array, row),
    })
}

fn headers_of(list: &ListArray, row: usize) -> Result<OwnedHeaders> {
    let pairs = list.value(row);
    let pairs = pairs.as_struct_opt();
    let pairs = pairs.ok_or_else(|| SparkError::internal("headers are no structs"))?;
    let (names, values) = (pairs.column(0), pairs.column(1));
    let mut headers = OwnedHeaders::new_with_capacity(pairs.len());
    for at in 0..pairs.len() {
        if pairs.is_null(at) || names.is_null(at) {
            let what = if pairs.is_null(at) {
                "A header is null"
            } else {
                "A header has no key"
            };
            return Err(failed(format_args!(
                "java.lang.NullPointerException: {what}"
            )));
        }
        headers = headers.insert(Header {
            key: string_at(names, at),
            value: bytes(values, at),
        });
    }
    Ok(headers)
}
