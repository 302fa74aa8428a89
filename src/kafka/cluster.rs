//! Which partitions there are, and how far each goes: the questions to the brokers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};

use super::limits::{EARLIEST, End, LATEST, NoMatch, OffsetLimit, refused};
use super::link::{Consumer, Link};
use super::offsets::{Offsets, TopicPartition, shown_set};
use super::source_options::{SourceOptions, Strategy};
use super::trouble::{failed, is_unknown};
use crate::error::{Result, SparkError};

const UNKNOWN_PAUSE: Duration = Duration::from_millis(100);
/// So many answers in a row that a partition is not there are believed.
const GONE_ANSWERS: u32 = 30;

/// Tells which topics a pattern means.
pub type Matcher = Box<dyn Fn(&str) -> bool + Send>;

pub struct Cluster {
    link: Arc<Link>,
    strategy: Strategy,
    matcher: Option<Matcher>,
    /// What the pattern found last.
    found: Mutex<Vec<TopicPartition>>,
    attempts: u32,
    pause: Duration,
}

impl Cluster {
    /// `matcher` is for [`Strategy::Pattern`].
    pub fn new(link: Arc<Link>, options: &SourceOptions, matcher: Option<Matcher>) -> Self {
        Self {
            link,
            strategy: options.strategy.clone(),
            matcher,
            found: Mutex::default(),
            attempts: options.attempts.max(1),
            pause: options.attempt_pause,
        }
    }

    /// The partitions that are to be read, in order.
    pub fn partitions(&self) -> Result<Vec<TopicPartition>> {
        self.link.serve()?;
        match &self.strategy {
            Strategy::Subscribe(topics) => self.partitions_of(topics),
            Strategy::Assign(wanted) => {
                let topics: BTreeSet<_> = wanted.iter().map(|at| at.topic.clone()).collect();
                let topics: Vec<_> = topics.into_iter().collect();
                let mut found = self.partitions_of(&topics)?;
                found.retain(|at| wanted.contains(at));
                Ok(found)
            }
            Strategy::Pattern(_) => self.matching(),
        }
    }

    fn partitions_of(&self, topics: &[String]) -> Result<Vec<TopicPartition>> {
        let mut found = BTreeSet::new();
        for topic in topics {
            let count = self.again(|| self.partition_count(topic))?;
            found.extend((0..count).map(|number| TopicPartition::new(topic, number)));
        }
        Ok(found.into_iter().collect())
    }

    fn partition_count(&self, topic: &str) -> Result<i32> {
        let what = format!("the partitions of {topic}");
        let name = topic.to_string();
        let question = move |consumer: &Consumer, time| consumer.fetch_metadata(Some(&name), time);
        let metadata = self.link.ask(&what, question)?;
        let found = metadata.topics().iter().find(|found| found.name() == topic);
        let Some(found) = found else {
            return Err(failed(format_args!("the brokers do not know {topic}")));
        };
        if let Some(error) = found.error() {
            return Err(unknown_topic(topic, error.into()));
        }
        i32::try_from(found.partitions().len()).map_err(SparkError::internal)
    }

    /// What the pattern finds. A broker that has just started knows few topics for a
    /// moment: one that was found before is missed only after several answers.
    fn matching(&self) -> Result<Vec<TopicPartition>> {
        let mut answers = 1;
        loop {
            let found = self.matching_once()?;
            let mut before = self.found.lock();
            let is_missed = before.iter().any(|at| !found.contains(at));
            if !is_missed || answers >= GONE_ANSWERS {
                before.clone_from(&found);
                return Ok(found);
            }
            drop(before);
            answers += 1;
            self.link.rest(UNKNOWN_PAUSE)?;
        }
    }

    fn matching_once(&self) -> Result<Vec<TopicPartition>> {
        let metadata = self.link.ask("the topics", |consumer, time| {
            consumer.fetch_metadata(None, time)
        })?;
        let mut found = BTreeSet::new();
        for topic in metadata.topics() {
            // Kafka keeps its own affairs in such.
            if topic.name().starts_with("__") || topic.error().is_some() {
                continue;
            }
            if self.matcher.as_ref().is_some_and(|fits| fits(topic.name())) {
                let partitions = topic.partitions().iter();
                found.extend(partitions.map(|p| TopicPartition::new(topic.name(), p.id())));
            }
        }
        Ok(found.into_iter().collect())
    }

    pub fn earliest(&self, partitions: &[TopicPartition]) -> Result<Offsets> {
        self.again(|| earliest_of(&self.link, partitions))
    }

    /// The ends of the partitions. One that lies before what is `known` is asked for
    /// again: brokers that change places may answer with an old one.
    pub fn latest(
        &self,
        partitions: &[TopicPartition],
        known: Option<&Offsets>,
    ) -> Result<Offsets> {
        let mut attempt = 1;
        loop {
            let found = self.again(|| latest_of(&self.link, partitions))?;
            let went_back = |(at, offset): (&TopicPartition, i64)| {
                known
                    .and_then(|known| known.get(at))
                    .is_some_and(|before| before > offset)
            };
            if !found.iter().any(went_back) || attempt >= self.attempts {
                return Ok(found);
            }
            attempt += 1;
            self.rest()?;
        }
    }

    /// The offsets that a limit stands for now.
    pub fn resolve(&self, limit: &OffsetLimit, end: End) -> Result<Offsets> {
        let partitions = self.partitions()?;
        match limit {
            OffsetLimit::Earliest => self.earliest(&partitions),
            OffsetLimit::Latest => self.latest(&partitions, None),
            OffsetLimit::Specific(offsets) => {
                if !offsets.partitions().eq(partitions.iter()) {
                    return Err(SparkError::new(
                        "KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED",
                        &[
                            ("specifiedPartitions", &shown_set(offsets.partitions())),
                            ("assignedPartitions", &shown_set(&partitions)),
                        ],
                    ));
                }
                self.with_ends(offsets.clone())
            }
            OffsetLimit::Timestamps(times, no_match) => {
                if !times.partitions().eq(partitions.iter()) {
                    let position = if end == End::Start { "start" } else { "end" };
                    return Err(SparkError::new(
                        "KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED",
                        &[
                            ("position", position),
                            ("specifiedPartitions", &shown_set(times.partitions())),
                            ("assignedPartitions", &shown_set(&partitions)),
                        ],
                    ));
                }
                self.at_times(times, *no_match, end)
            }
            OffsetLimit::Timestamp(time, no_match) => {
                let times = partitions.into_iter().map(|at| (at, *time)).collect();
                self.at_times(&times, *no_match, end)
            }
        }
    }

    /// The offsets with the ends that some of them stand for.
    fn with_ends(&self, mut offsets: Offsets) -> Result<Offsets> {
        let which = |mark: i64| {
            let marked = offsets.iter().filter(move |(_, offset)| *offset == mark);
            marked.map(|(at, _)| at.clone()).collect::<Vec<_>>()
        };
        let (earliest, latest) = (which(EARLIEST), which(LATEST));
        for (at, offset) in self.earliest(&earliest)?.iter() {
            offsets.insert(at.clone(), offset);
        }
        for (at, offset) in self.latest(&latest, None)?.iter() {
            offsets.insert(at.clone(), offset);
        }
        Ok(offsets)
    }

    fn at_times(&self, times: &Offsets, no_match: NoMatch, end: End) -> Result<Offsets> {
        let mut found = self.again(|| offsets_at(&self.link, times))?;
        let partitions: Vec<_> = times.partitions().cloned().collect();
        let ends = self.latest(&partitions, None)?;
        for (at, time) in times.iter() {
            // A time behind the last record has no offset.
            if found.get(at).is_some_and(|offset| offset >= 0) {
                continue;
            }
            if end == End::Start && no_match == NoMatch::Error {
                return Err(refused(format!(
                    "No offset matched from request of topic-partition {at} and timestamp {time}."
                )));
            }
            found.insert(at.clone(), ends.get(at).unwrap_or(0));
        }
        Ok(found)
    }

    /// As often as the options say.
    fn again<T>(&self, question: impl Fn() -> Result<T>) -> Result<T> {
        let mut attempt = 1;
        loop {
            match question() {
                Err(_) if attempt < self.attempts && !self.is_over() => self.rest()?,
                answer => return answer,
            }
            attempt += 1;
        }
    }

    fn is_over(&self) -> bool {
        self.link.is_stopped() || self.link.is_hopeless()
    }

    fn rest(&self) -> Result<()> {
        self.link.rest(self.pause)
    }

    pub fn describe(&self) -> String {
        self.strategy.to_string()
    }
}

pub fn earliest_of(link: &Link, partitions: &[TopicPartition]) -> Result<Offsets> {
    ask(link, partitions, Offset::Beginning)
}

pub fn latest_of(link: &Link, partitions: &[TopicPartition]) -> Result<Offsets> {
    ask(link, partitions, Offset::End)
}

fn ask(link: &Link, partitions: &[TopicPartition], place: Offset) -> Result<Offsets> {
    let wanted: Vec<_> = partitions.iter().map(|at| (at, place)).collect();
    list(link, &wanted)
}

fn offsets_at(link: &Link, times: &Offsets) -> Result<Offsets> {
    // The two marks are places here too; no record is as old as other numbers below zero.
    let place = |time| match time {
        LATEST => Offset::End,
        EARLIEST => Offset::Beginning,
        time => Offset::Offset(time),
    };
    let wanted = times.iter().filter(|(_, time)| *time >= EARLIEST);
    let wanted = wanted.map(|(at, time)| (at, place(time)));
    list(link, &wanted.collect::<Vec<_>>())
}

/// One request a broker, whatever is asked for: a time, or one of the ends.
fn list(link: &Link, wanted: &[(&TopicPartition, Offset)]) -> Result<Offsets> {
    if wanted.is_empty() {
        return Ok(Offsets::default());
    }
    let end = link.clock.monotonic() + link.settings.api_timeout;
    let mut gone = 0;
    let mut list = TopicPartitionList::with_capacity(wanted.len());
    for (at, place) in wanted {
        list.add_partition_offset(&at.topic, at.partition, *place)
            .map_err(|error| link.failure("the offsets of partitions", &error))?;
    }
    let answers = loop {
        let list = list.clone();
        let answered = link.ask("the offsets of partitions", move |consumer, time| {
            let is_unknown =
                |error: &KafkaError| error.rdkafka_error_code().is_some_and(is_unknown);
            let answers = consumer.offsets_for_times(list.clone(), time);
            let answers = answers.and_then(|answers| {
                let mut each = answers.elements().into_iter();
                each.try_for_each(|answer| answer.error().map(drop))?;
                Ok(answers)
            });
            match answers {
                Err(error) if is_unknown(&error) => Ok(Err(error)),
                answers => answers.map(Ok),
            }
        })?;
        match answered {
            Ok(answers) => break answers,
            // Brokers that go or come back know less for a moment than they have.
            Err(error) => {
                gone = if first_gone(link, wanted)? {
                    gone + 1
                } else {
                    0
                };
                if gone >= GONE_ANSWERS || link.clock.monotonic() >= end {
                    return Err(link.failure("the offsets of partitions", &error));
                }
                link.rest(UNKNOWN_PAUSE)?;
            }
        }
    };
    let elements = answers.elements();
    let offsets = elements.iter().map(|answer| {
        let at = TopicPartition::new(answer.topic(), answer.partition());
        let offset = match answer.offset() {
            Offset::Offset(offset) => offset,
            // No record is that late.
            _ => LATEST,
        };
        (at, offset)
    });
    Ok(offsets.collect())
}

/// Whether the brokers say of one of the partitions that there is none.
fn first_gone(link: &Link, wanted: &[(&TopicPartition, Offset)]) -> Result<bool> {
    let known = link.ask("the topics", |consumer, time| {
        consumer.fetch_metadata(None, time)
    })?;
    let is_there = |at: &TopicPartition| {
        let mut topics = known.topics().iter();
        topics.any(|topic| {
            let mut partitions = topic.partitions().iter();
            topic.name() == at.topic && partitions.any(|found| found.id() == at.partition)
        })
    };
    Ok(wanted.iter().any(|(at, _)| !is_there(at)))
}

fn unknown_topic(topic: &str, code: RDKafkaErrorCode) -> SparkError {
    let why = match code {
        RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic => {
            "This server does not host this topic-partition.".to_string()
        }
        RDKafkaErrorCode::InvalidTopic => {
            "The request attempted to perform an operation on an invalid topic.".into()
        }
        other => KafkaError::MetadataFetch(other).to_string(),
    };
    failed(format_args!(
        "{}: {why} Topic: {topic}",
        super::trouble::exception(code)
    ))
}
