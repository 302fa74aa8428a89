//! Records that were there and are no more: an error, or a note of what is missing.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use super::offsets::{Offsets, TopicPartition, shown_set};
use crate::error::{Result, SparkError};

/// Why records are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// A partition that was not known before does not begin at its beginning.
    AddedLate { at: TopicPartition, start: i64 },
    /// The partitions are gone.
    Deleted(Vec<TopicPartition>),
    /// New partitions are gone before their first offset was known.
    NotFound(Vec<TopicPartition>),
    /// The partition ends before what was read of it.
    Shorter {
        at: TopicPartition,
        before: i64,
        now: i64,
    },
    /// The records of these offsets are not there: `[from, until)`.
    Unreadable {
        at: TopicPartition,
        from: i64,
        until: i64,
        group: String,
    },
}

impl Loss {
    fn error(&self, own_group: bool) -> SparkError {
        let data_loss = |name: &str, parameters: &[(&str, &str)]| {
            SparkError::new(&format!("KAFKA_DATA_LOSS.{name}"), parameters)
        };
        match self {
            Self::AddedLate { at, start } => data_loss(
                "ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO",
                &[
                    ("topicPartition", &at.to_string()),
                    ("startOffset", &start.to_string()),
                ],
            ),
            Self::Deleted(gone) if own_group => data_loss(
                "PARTITIONS_DELETED_AND_GROUP_ID_CONFIG_PRESENT",
                &[
                    ("partitions", &shown_set(gone)),
                    ("groupIdConfig", "group.id"),
                ],
            ),
            Self::Deleted(gone) => {
                data_loss("PARTITIONS_DELETED", &[("partitions", &shown_set(gone))])
            }
            Self::NotFound(gone) => data_loss(
                "INITIAL_OFFSET_NOT_FOUND_FOR_PARTITIONS",
                &[("partitions", &shown_set(gone))],
            ),
            Self::Shorter { at, before, now } => data_loss(
                "PARTITION_OFFSET_CHANGED",
                &[
                    ("topicPartition", &at.to_string()),
                    ("prevOffset", &before.to_string()),
                    ("newOffset", &now.to_string()),
                ],
            ),
            Self::Unreadable {
                at,
                from,
                until,
                group,
            } => data_loss(
                "COULD_NOT_READ_OFFSET_RANGE",
                &[
                    ("startOffset", &from.to_string()),
                    ("endOffset", &until.to_string()),
                    ("topicPartition", &at.to_string()),
                    ("groupId", group),
                ],
            ),
        }
    }
}

/// What to do about losses, and those that were passed over.
#[derive(Debug, Default)]
pub struct LossPolicy {
    fail: bool,
    own_group: bool,
    ranges: Mutex<BTreeMap<TopicPartition, Vec<(i64, i64)>>>,
}

impl LossPolicy {
    /// `own_group`: the reader says which consumer group it is of, which is suspected
    /// when partitions are gone.
    pub fn new(fail: bool, own_group: bool) -> Self {
        Self {
            fail,
            own_group,
            ranges: Mutex::default(),
        }
    }

    pub fn fails(&self) -> bool {
        self.fail
    }

    /// The loss as an error, or kept for the report.
    pub fn report(&self, loss: &Loss) -> Result<()> {
        if self.fail {
            return Err(loss.error(self.own_group));
        }
        let keep = |at: &TopicPartition, from: i64, until: i64| {
            let mut ranges = self.ranges.lock();
            let ranges = ranges.entry(at.clone()).or_default();
            if !ranges.contains(&(from, until)) {
                ranges.push((from, until));
            }
        };
        match loss {
            Loss::AddedLate { at, start } => keep(at, 0, *start),
            Loss::Shorter { at, before, now } => keep(at, *now, *before),
            Loss::Unreadable {
                at, from, until, ..
            } => keep(at, *from, *until),
            // How far those went nobody knows.
            Loss::Deleted(gone) | Loss::NotFound(gone) => {
                gone.iter().for_each(|at| keep(at, -1, -1));
            }
        }
        Ok(())
    }

    /// The losses since this was last asked, as JSON: `{"t":{"0":[[5,9]]}}`; a range of
    /// a partition that is gone is `[-1,-1]`.
    pub fn take(&self) -> Option<String> {
        let ranges = std::mem::take(&mut *self.ranges.lock());
        if ranges.is_empty() {
            return None;
        }
        let mut topics = serde_json::Map::new();
        for (at, ranges) in ranges {
            let topic = topics
                .entry(at.topic)
                .or_insert_with(|| serde_json::Value::Object(serde_json::Map::new()));
            if let Some(topic) = topic.as_object_mut() {
                topic.insert(at.partition.to_string(), serde_json::json!(ranges));
            }
        }
        Some(serde_json::Value::Object(topics).to_string())
    }
}

/// What has changed between two looks at the partitions: deleted ones, and ends that went
/// back.
pub fn between(before: &Offsets, now: &Offsets, losses: &LossPolicy) -> Result<()> {
    let deleted: Vec<_> = before
        .partitions()
        .filter(|at| !now.contains(at))
        .cloned()
        .collect();
    if !deleted.is_empty() {
        losses.report(&Loss::Deleted(deleted))?;
    }
    for (at, from) in before.iter() {
        if let Some(until) = now.get(at).filter(|until| *until < from) {
            losses.report(&Loss::Shorter {
                at: at.clone(),
                before: from,
                now: until,
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(text: &str) -> Offsets {
        Offsets::parse(text).unwrap()
    }

    #[test]
    fn a_partition_that_is_gone_or_shorter_is_an_error() {
        let policy = LossPolicy::new(true, false);
        let before = offsets(r#"{"t":{"0":5,"1":7}}"#);
        let gone = between(&before, &offsets(r#"{"t":{"0":5}}"#), &policy).unwrap_err();
        assert_eq!(gone.condition(), "KAFKA_DATA_LOSS.PARTITIONS_DELETED");
        let of_a_group = LossPolicy::new(true, true);
        let suspected = between(&before, &offsets(r#"{"t":{"0":5}}"#), &of_a_group).unwrap_err();
        assert_eq!(
            suspected.condition(),
            "KAFKA_DATA_LOSS.PARTITIONS_DELETED_AND_GROUP_ID_CONFIG_PRESENT"
        );
        assert!(suspected.message().contains("'kafka.group.id'"));
        assert!(gone.message().contains("Set(t-1)"));
        let short = offsets(r#"{"t":{"0":4,"1":9}}"#);
        let short = between(&before, &short, &policy).unwrap_err();
        assert_eq!(
            short.condition(),
            "KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED"
        );
    }

    #[test]
    fn what_is_passed_over_is_reported_once_partition_by_partition() {
        let policy = LossPolicy::new(false, false);
        let before = offsets(r#"{"t":{"0":5,"1":7}}"#);
        for _ in 0..2 {
            between(&before, &offsets(r#"{"t":{"0":2}}"#), &policy).unwrap();
        }
        let told = policy.take().unwrap();
        assert_eq!(told, r#"{"t":{"0":[[2,5]],"1":[[-1,-1]]}}"#);
        assert_eq!(policy.take(), None);
    }
}
