//! Where one is in some partitions: [`Offsets`], and its JSON, which is Spark's, so that
//! checkpoints can be exchanged.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// A partition of a topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicPartition {
    pub topic: String,
    pub partition: i32,
}

impl TopicPartition {
    pub fn new(topic: impl Into<String>, partition: i32) -> Self {
        Self {
            topic: topic.into(),
            partition,
        }
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

/// The next offset to read, by partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offsets(BTreeMap<TopicPartition, i64>);

impl Offsets {
    pub fn get(&self, partition: &TopicPartition) -> Option<i64> {
        self.0.get(partition).copied()
    }

    pub fn insert(&mut self, partition: TopicPartition, offset: i64) {
        self.0.insert(partition, offset);
    }

    pub fn iter(&self) -> impl Iterator<Item = (&TopicPartition, i64)> {
        self.0
            .iter()
            .map(|(partition, offset)| (partition, *offset))
    }

    pub fn partitions(&self) -> impl Iterator<Item = &TopicPartition> {
        self.0.keys()
    }

    pub fn contains(&self, partition: &TopicPartition) -> bool {
        self.0.contains_key(partition)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same partitions, whatever the offsets.
    pub fn has_the_partitions_of(&self, other: &Self) -> bool {
        self.0.keys().eq(other.0.keys())
    }

    /// `{"topic":{"0":23,"1":-1}}`; `None` for text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let topics: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_str(text).ok()?;
        let mut offsets = BTreeMap::new();
        for (topic, partitions) in topics {
            for (partition, offset) in partitions {
                let partition = TopicPartition::new(&topic, partition.trim().parse().ok()?);
                offsets.insert(partition, whole_number(&offset)?);
            }
        }
        Some(Self(offsets))
    }

    pub fn json(&self) -> String {
        let mut topics = Map::new();
        for (partition, offset) in &self.0 {
            let entry = topics
                .entry(partition.topic.clone())
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(partitions) = entry {
                partitions.insert(partition.partition.to_string(), Value::from(*offset));
            }
        }
        Value::Object(topics).to_string()
    }
}

impl FromIterator<(TopicPartition, i64)> for Offsets {
    fn from_iter<T: IntoIterator<Item = (TopicPartition, i64)>>(offsets: T) -> Self {
        Self(offsets.into_iter().collect())
    }
}

/// As Scala shows a map: `Map(t-0 -> 5)`.
impl fmt::Display for Offsets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(|(p, o)| format!("{p} -> {o}")).collect();
        write!(f, "Map({})", parts.join(", "))
    }
}

/// A number, or one in quotes, as Jackson takes both.
fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// `{"topicA":[0,1]}`; `None` for text of another form.
pub fn parse_partitions(text: &str) -> Option<Vec<TopicPartition>> {
    // In the order of the text, in which a query's description has them.
    let topics: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let mut partitions = Vec::new();
    for (topic, numbers) in topics {
        let numbers: Vec<i32> = serde_json::from_value(numbers).ok()?;
        partitions.extend(numbers.into_iter().map(|n| TopicPartition::new(&topic, n)));
    }
    Some(partitions)
}

/// As Scala shows a set: `Set(t-0, t-1)`.
pub fn shown_set<'a>(partitions: impl IntoIterator<Item = &'a TopicPartition>) -> String {
    let parts: Vec<_> = partitions.into_iter().map(ToString::to_string).collect();
    format!("Set({})", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_that_of_spark_in_order_of_topic_and_number() {
        let offsets = Offsets::parse(r#"{"b":{"10":5,"2":7},"a":{"0":-1}}"#).unwrap();
        assert_eq!(offsets.json(), r#"{"a":{"0":-1},"b":{"2":7,"10":5}}"#);
        assert_eq!(offsets.to_string(), "Map(a-0 -> -1, b-2 -> 7, b-10 -> 5)");
        assert_eq!(Offsets::parse(&offsets.json()), Some(offsets));
    }

    #[test]
    fn text_of_another_form_is_none() {
        for text in [
            "",
            "7",
            "[]",
            r#"{"a":5}"#,
            r#"{"a":{"x":5}}"#,
            r#"{"a":{"0":"x"}}"#,
        ] {
            assert_eq!(Offsets::parse(text), None, "{text}");
        }
        assert_eq!(parse_partitions(r#"{"a":{"0":1}}"#), None);
    }

    #[test]
    fn partitions_to_assign_keep_the_order_of_the_text() {
        let partitions = parse_partitions(r#"{"b":[1,0],"a":[2]}"#).unwrap();
        assert_eq!(shown_set(&partitions), "Set(b-1, b-0, a-2)");
    }
}
