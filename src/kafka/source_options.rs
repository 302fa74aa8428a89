//! What a reader of Kafka was told, checked as Spark checks it.

use std::time::Duration;

use super::limits::{EARLIEST, End, LATEST, OffsetLimit, refused};
use super::offsets::{Offsets, TopicPartition, parse_partitions, shown_set};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::{OptionMap, time_micros};

/// Which partitions are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strategy {
    Assign(Vec<TopicPartition>),
    Subscribe(Vec<String>),
    /// A regular expression of Java's that is found in a topic's name.
    Pattern(String),
}

/// As progress records name it: `Subscribe[t]`.
impl std::fmt::Display for Strategy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Assign(partitions) => {
                let parts: Vec<_> = partitions.iter().map(ToString::to_string).collect();
                write!(f, "Assign[{}]", parts.join(", "))
            }
            Self::Subscribe(topics) => write!(f, "Subscribe[{}]", topics.join(", ")),
            Self::Pattern(pattern) => write!(f, "SubscribePattern[{pattern}]"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct SourceOptions {
    pub strategy: Strategy,
    pub starting: OffsetLimit,
    /// Of a batch.
    pub ending: OffsetLimit,
    pub include_headers: bool,
    pub fail_on_data_loss: bool,
    /// Tasks that a batch is divided into, at least.
    pub min_partitions: Option<usize>,
    /// Records of a task, at most.
    pub max_records_per_partition: Option<i64>,
    pub max_offsets_per_trigger: Option<i64>,
    pub min_offsets_per_trigger: Option<i64>,
    pub max_trigger_delay: Duration,
    /// How long a batch waits for the next record.
    pub poll_timeout: Duration,
    /// How often offsets are asked for.
    pub attempts: u32,
    pub attempt_pause: Duration,
    /// What names of consumer groups begin with.
    pub group_prefix: Option<String>,
    /// A consumer group that offsets are committed to, for those who watch lags.
    pub commit_group: Option<String>,
    /// `kafka.…`, without that, in lower case.
    pub client: Vec<(String, String)>,
}

const LATE: [&str; 7] = [
    "fetchOffset.numRetries",
    "fetchOffset.retryIntervalMs",
    "kafkaConsumer.pollTimeoutMs",
    MAX_OFFSETS,
    "maxTriggerDelay",
    MIN_OFFSETS,
    COMMIT_GROUP,
];
const MIN_OFFSETS: &str = "minOffsetsPerTrigger";
const MAX_OFFSETS: &str = "maxOffsetsPerTrigger";
const CLIENT: &str = "kafka.";
const STRATEGIES: &str = "subscribe, subscribepattern, assign";
/// Ours: offsets of finished batches are committed to the group of this name.
pub const COMMIT_GROUP: &str = "caudal.commitOffsetsToGroup";

impl SourceOptions {
    /// What Spark looks at as soon as a reader is made; the rest is looked at when it reads.
    pub fn check(given: &[(String, String)], streaming: bool) -> Result<Self> {
        let is_late = |name: &str| LATE.iter().any(|late| late.eq_ignore_ascii_case(name));
        let early = given.iter().filter(|(name, _)| !is_late(name));
        trigger_limits(&OptionMap::new(given), false)?;
        Self::parse(&early.cloned().collect::<Vec<_>>(), streaming)
    }

    pub fn parse(given: &[(String, String)], streaming: bool) -> Result<Self> {
        let options = OptionMap::new(given);
        if streaming {
            check_stream(&options)?;
        }
        let (starting, ending) = match streaming {
            true => (OffsetLimit::Latest, OffsetLimit::Latest),
            false => limits_of_batch(&options)?,
        };
        let strategy = strategy(&options)?;
        let client = client_options(given);
        check_client(&client)?;
        let min_partitions = positive::<i32>(&options, "minPartitions")?;
        let starting = match streaming {
            true => OffsetLimit::parse(&options, End::Start, starting)?,
            false => starting,
        };
        let (least, most) = trigger_limits(&options, true)?;
        if !streaming {
            check_ends(&starting, &ending)?;
        }
        Ok(Self {
            strategy,
            starting,
            ending,
            include_headers: options.flag("includeHeaders", false)?,
            fail_on_data_loss: options.flag("failOnDataLoss", true)?,
            min_partitions: min_partitions.and_then(|number| usize::try_from(number).ok()),
            max_records_per_partition: positive(&options, "maxRecordsPerPartition")?,
            max_offsets_per_trigger: most,
            min_offsets_per_trigger: least,
            max_trigger_delay: delay(&options)?,
            poll_timeout: millis(&options, "kafkaConsumer.pollTimeoutMs", 120_000)?,
            attempts: whole::<i64>(&options, "fetchOffset.numRetries")?
                .map_or(Ok(3), u32::try_from)
                .map_err(|_| refused("fetchOffset.numRetries must not be negative".into()))?,
            attempt_pause: millis(&options, "fetchOffset.retryIntervalMs", 1_000)?,
            group_prefix: options.text("groupIdPrefix"),
            commit_group: options.text(COMMIT_GROUP),
            client,
        })
    }

    /// Whether the reader says itself which consumer group it is of.
    pub fn names_group(&self) -> bool {
        self.client.iter().any(|(name, _)| name == "group.id")
    }
}

/// The fewest and the most offsets of a batch; one alone is looked at when it is `wanted`.
fn trigger_limits(options: &OptionMap, wanted: bool) -> Result<(Option<i64>, Option<i64>)> {
    let both = options.get(MIN_OFFSETS).is_some() && options.get(MAX_OFFSETS).is_some();
    if !both && !wanted {
        return Ok((None, None));
    }
    let (least, most) = (whole(options, MIN_OFFSETS)?, whole(options, MAX_OFFSETS)?);
    match (least, most) {
        (Some(fewest), Some(limit)) if fewest > limit => Err(refused(format!(
            "The value of minOffsetPerTrigger({fewest}) is higher than the maxOffsetsPerTrigger({limit})."
        ))),
        _ => Ok((least, most)),
    }
}

fn check_stream(options: &OptionMap) -> Result<()> {
    for (name, what) in [
        ("endingOffsets", "ending offset"),
        ("endingOffsetsByTimestamp", "ending timestamp"),
        ("endingTimestamp", "ending timestamp"),
    ] {
        if options.get(name).is_some() {
            let message = format!("{what} not valid in streaming queries");
            return Err(refused(message));
        }
    }
    Ok(())
}

fn limits_of_batch(options: &OptionMap) -> Result<(OffsetLimit, OffsetLimit)> {
    let starting = OffsetLimit::parse(options, End::Start, OffsetLimit::Earliest)?;
    match &starting {
        OffsetLimit::Latest => {
            return Err(refused(
                "starting offset can't be latest for batch queries on Kafka".into(),
            ));
        }
        OffsetLimit::Specific(offsets) => {
            if let Some((at, _)) = offsets.iter().find(|(_, offset)| *offset == LATEST) {
                return Err(refused(format!(
                    "startingOffsets for {at} can't be latest for batch queries on Kafka"
                )));
            }
        }
        _ => {}
    }
    let ending = OffsetLimit::parse(options, End::End, OffsetLimit::Latest)?;
    match &ending {
        OffsetLimit::Earliest => {
            return Err(refused(
                "ending offset can't be earliest for batch queries on Kafka".into(),
            ));
        }
        OffsetLimit::Specific(offsets) => {
            if let Some((at, _)) = offsets.iter().find(|(_, offset)| *offset == EARLIEST) {
                return Err(refused(format!(
                    "ending offset for {at} can't be earliest for batch queries on Kafka"
                )));
            }
        }
        _ => {}
    }
    Ok((starting, ending))
}

fn strategy(options: &OptionMap) -> Result<Strategy> {
    let given = ["subscribe", "subscribePattern", "assign"].map(|name| options.get(name));
    match given {
        [None, None, None] => Err(refused(format!(
            "One of the following options must be specified for Kafka source: {STRATEGIES}. See the docs for more details."
        ))),
        [Some(text), None, None] => {
            let topics = text
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty());
            let topics: Vec<_> = topics.map(str::to_string).collect();
            if topics.is_empty() {
                return Err(refused(format!(
                    "No topics to subscribe to as specified value for option 'subscribe' is '{text}'"
                )));
            }
            Ok(Strategy::Subscribe(topics))
        }
        [None, Some(text), None] => match text.trim() {
            "" => Err(refused(format!(
                "Pattern to subscribe is empty as specified value for option 'subscribePattern' is '{text}'"
            ))),
            pattern => Ok(Strategy::Pattern(pattern.to_string())),
        },
        [None, None, Some(text)] => {
            if !text.trim().starts_with('{') {
                return Err(refused(format!(
                    "No topicpartitions to assign as specified value for option 'assign' is '{text}'"
                )));
            }
            let partitions = parse_partitions(text).ok_or_else(|| {
                refused(format!(
                    "Expected e.g. {{\"topicA\":[0,1],\"topicB\":[0,1]}}, got {text}"
                ))
            })?;
            Ok(Strategy::Assign(partitions))
        }
        _ => Err(refused(format!(
            "Only one of the following options can be specified for Kafka source: {STRATEGIES}. See the docs for more details."
        ))),
    }
}

/// The options that are the client's, the last of a name.
pub fn client_options(given: &[(String, String)]) -> Vec<(String, String)> {
    let mut client: Vec<(String, String)> = Vec::new();
    for (name, value) in given {
        let name = name.to_lowercase();
        let Some(name) = name.strip_prefix(CLIENT) else {
            continue;
        };
        client.retain(|(other, _)| other != name);
        client.push((name.to_string(), value.clone()));
    }
    client
}

/// Refuses what would change which records are read, or how.
fn check_client(client: &[(String, String)]) -> Result<()> {
    let has = |name: &str| client.iter().any(|(given, _)| given == name);
    if has("auto.offset.reset") {
        return Err(refused(
            "\nKafka option 'auto.offset.reset' is not supported.\nInstead set the source option 'startingoffsets' to 'earliest' or 'latest'\nto specify where to start. Structured Streaming manages which offsets are consumed\ninternally, rather than relying on the kafkaConsumer to do it. This will ensure that no\ndata is missed when new topics/partitions are dynamically subscribed. Note that\n'startingoffsets' only applies when a new Streaming query is started, and\nthat resuming will always pick up from where the query left off. See the docs for more\ndetails.\n         ".into(),
        ));
    }
    for (name, what) in [
        ("key.deserializer", "keys"),
        ("value.deserializer", "values"),
    ] {
        if has(name) {
            return Err(refused(format!(
                "Kafka option '{name}' is not supported as {what} are deserialized as byte arrays with ByteArrayDeserializer. Use DataFrame operations to explicitly deserialize the {what}."
            )));
        }
    }
    for name in ["enable.auto.commit", "interceptor.classes"] {
        if has(name) {
            return Err(refused(format!("Kafka option '{name}' is not supported")));
        }
    }
    if !has("bootstrap.servers") {
        return Err(refused(
            "Option 'kafka.bootstrap.servers' must be specified for configuring Kafka consumer"
                .into(),
        ));
    }
    Ok(())
}

/// Of one kind, both ends must be of the same partitions and in order.
fn check_ends(starting: &OffsetLimit, ending: &OffsetLimit) -> Result<()> {
    let (kind, start, end) = match (starting, ending) {
        (OffsetLimit::Specific(start), OffsetLimit::Specific(end)) => ("offset", start, end),
        (OffsetLimit::Timestamps(start, _), OffsetLimit::Timestamps(end, _)) => {
            ("timestamp", start, end)
        }
        _ => return Ok(()),
    };
    if !start.has_the_partitions_of(end) {
        return Err(SparkError::new(
            "MISMATCHED_TOPIC_PARTITIONS_BETWEEN_START_OFFSET_AND_END_OFFSET",
            &[
                ("tpsForStartOffset", &shown_set(start.partitions())),
                ("tpsForEndOffset", &shown_set(end.partitions())),
            ],
        ));
    }
    in_order(kind, start, end)
}

fn in_order(kind: &str, start: &Offsets, end: &Offsets) -> Result<()> {
    for ((at, from), (_, until)) in start.iter().zip(end.iter()) {
        if from > until && from >= 0 && until >= 0 {
            return Err(SparkError::new(
                "UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET",
                &[
                    ("offsetType", kind),
                    ("startOffset", &from.to_string()),
                    ("endOffset", &until.to_string()),
                    ("topic", &at.topic),
                    ("partition", &at.partition.to_string()),
                ],
            ));
        }
    }
    Ok(())
}

fn whole<T: std::str::FromStr>(options: &OptionMap, name: &str) -> Result<Option<T>> {
    let Some(text) = options.get(name) else {
        return Ok(None);
    };
    text.trim().parse().map(Some).map_err(|_| {
        let message = format!("For input string: \"{text}\"");
        SparkError::plain(ErrorClass::NumberFormat, message)
    })
}

fn positive<T>(options: &OptionMap, name: &str) -> Result<Option<T>>
where
    T: std::str::FromStr + PartialOrd + Default,
{
    match whole::<T>(options, name)? {
        Some(number) if number <= T::default() => {
            let shown = match name {
                "minPartitions" => name.to_string(),
                _ => name.to_lowercase(),
            };
            Err(refused(format!("{shown} must be positive")))
        }
        number => Ok(number),
    }
}

fn millis(options: &OptionMap, name: &str, default: u64) -> Result<Duration> {
    Ok(Duration::from_millis(
        whole(options, name)?.unwrap_or(default),
    ))
}

fn delay(options: &OptionMap) -> Result<Duration> {
    let text = options.get("maxTriggerDelay").unwrap_or("15m");
    let micros = time_micros(text, 1_000)?;
    Ok(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
}
