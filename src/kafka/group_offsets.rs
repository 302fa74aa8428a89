//! Offsets kept with the brokers under a group's name: a query does not need them (its
//! checkpoint has its own), but those who watch how far groups are behind look there.

use std::sync::Arc;

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::link::{Link, Stop};
use super::names::ClientSettings;
use super::offsets::Offsets;
use crate::error::Result;
use crate::time::Clock;

pub struct GroupOffsets {
    link: Link,
}

impl GroupOffsets {
    pub fn open(mut settings: ClientSettings, group: &str, clock: &Arc<dyn Clock>) -> Result<Self> {
        // The query's own group, where it has one, is another.
        settings.settings.remove("group.id");
        let link = Link::open(settings, group, Stop::default(), clock)?;
        Ok(Self { link })
    }

    /// Sends the offsets and does not wait: the next ones replace them.
    pub fn commit(&self, offsets: &Offsets) -> Result<()> {
        let failure = |error| self.link.failure("commit of offsets", &error);
        let mut list = TopicPartitionList::with_capacity(offsets.len());
        for (at, offset) in offsets.iter() {
            list.add_partition_offset(&at.topic, at.partition, Offset::Offset(offset))
                .map_err(failure)?;
        }
        self.link.serve()?;
        let sent = self.link.consumer.commit(&list, CommitMode::Async);
        sent.map_err(failure)
    }
}
