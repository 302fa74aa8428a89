//! Offsets kept with the brokers under a group's name: a query does not need them (its
//! checkpoint has its own), but those who watch how far groups are behind look there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};

use super::link::{Link, PIECE, Stop};
use super::names::ClientSettings;
use super::offsets::Offsets;
use crate::error::Result;
use crate::time::Clock;

/// The end of a query waits so long for the brokers' word on the last offsets.
const LAST_WORD: Duration = Duration::from_secs(2);

pub struct GroupOffsets {
    link: Link,
    sent: AtomicU64,
}

impl GroupOffsets {
    pub fn open(
        mut settings: ClientSettings,
        group: &str,
        stop: Stop,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        // The query's own group, where it has one, is another.
        settings.settings.remove("group.id");
        let link = Link::open(settings, group, stop, clock)?;
        Ok(Self {
            link,
            sent: AtomicU64::new(0),
        })
    }

    /// Sends the offsets and does not wait: the next ones replace them. What the brokers
    /// said of the last ones, if they refused them for good, is the error.
    pub fn commit(&self, offsets: &Offsets) -> Result<()> {
        let failure = |error| self.link.failure("commit of offsets", &error);
        let mut list = TopicPartitionList::with_capacity(offsets.len());
        for (at, offset) in offsets.iter() {
            list.add_partition_offset(&at.topic, at.partition, Offset::Offset(offset))
                .map_err(failure)?;
        }
        self.link.serve()?;
        let sent = self.link.consumer.commit(&list, CommitMode::Async);
        self.sent.fetch_add(1, Ordering::Relaxed);
        sent.map_err(failure)
    }
}

impl Drop for GroupOffsets {
    fn drop(&mut self) {
        let (clock, notes) = (&self.link.clock, self.link.consumer.context());
        let end = clock.monotonic() + LAST_WORD;
        while notes.committed() < self.sent.load(Ordering::Relaxed) && clock.monotonic() < end {
            let _ = self.link.consumer.poll(PIECE);
        }
    }
}
