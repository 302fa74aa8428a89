//! [`Fetcher`]: reads ranges of offsets. It stands where the last range ended and lets
//! the library fetch ahead from there, so that the next range is often there already.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parking_lot::Mutex;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};

use super::cluster;
use super::link::{Link, PIECE, Wake, exception, failed};
use super::loss::{Loss, LossPolicy};
use super::offsets::{Offsets, TopicPartition};
use super::queue::Queue;
use super::records::RecordRows;
use crate::error::{Result, SparkError};

/// The offsets `[from, until)` of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    pub at: TopicPartition,
    pub from: i64,
    pub until: i64,
}

/// What is wanted of each record.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of a whole record.
    pub schema: SchemaRef,
    /// Positions in it.
    pub columns: Vec<usize>,
}

/// Rows and bytes of values of a record batch, at most (a record is never divided).
const ROWS: usize = 32_768;
const BYTES: usize = 16 << 20;

pub struct Fetcher {
    link: Arc<Link>,
    lanes: BTreeMap<TopicPartition, Lane>,
    wake: Option<Wake>,
    poll_timeout: Duration,
    losses: Arc<LossPolicy>,
}

/// One partition on its way.
struct Lane {
    queue: Queue,
    /// The next offset to give.
    next: i64,
    /// How far the partition went when its end was last met.
    end: Option<i64>,
}

/// What one look at a range has come to.
enum Look {
    /// The rows are as many as they may be.
    Full,
    /// Nothing more is there yet.
    Waiting,
    Done,
}

impl Fetcher {
    pub fn new(link: Arc<Link>, poll_timeout: Duration, losses: Arc<LossPolicy>) -> Self {
        Self {
            link,
            lanes: BTreeMap::new(),
            wake: None,
            poll_timeout,
            losses,
        }
    }

    /// Has `wake` called when records arrive.
    pub fn wake_with(&mut self, wake: Wake) {
        self.wake = Some(wake);
    }

    /// Goes where the offsets say, if it is not there; fetching ahead begins.
    pub fn stand_at(&mut self, offsets: &Offsets) -> Result<()> {
        let stands = |(at, offset): (&TopicPartition, i64)| {
            self.lanes.get(at).is_some_and(|lane| lane.next == offset)
        };
        if offsets.len() == self.lanes.len() && offsets.iter().all(stands) {
            return Ok(());
        }
        // The old queues end before there are new ones of the same partitions.
        self.lanes.clear();
        let mut list = TopicPartitionList::with_capacity(offsets.len());
        for (at, offset) in offsets.iter() {
            let mut queue = Queue::open(&self.link.consumer, at)?;
            if let Some(wake) = &self.wake {
                queue.on_arrival(Arc::clone(wake));
            }
            let lane = Lane {
                queue,
                next: offset,
                end: None,
            };
            self.lanes.insert(at.clone(), lane);
            list.add_partition_offset(&at.topic, at.partition, Offset::Offset(offset))
                .map_err(|error| self.link.failure("assign", &error))?;
        }
        let assigned = self.link.consumer.assign(&list);
        assigned.map_err(|error| self.link.failure("assign", &error))
    }

    /// The same for one that stands nowhere yet.
    pub fn begin_at(&mut self, offsets: &Offsets) -> Result<()> {
        match self.lanes.is_empty() {
            true => self.stand_at(offsets),
            false => Ok(()),
        }
    }

    fn positions(&self) -> Offsets {
        let lanes = self.lanes.iter();
        lanes.map(|(at, lane)| (at.clone(), lane.next)).collect()
    }

    /// The rows of the ranges, one range after the other. Where the fetcher does not stand
    /// at their beginnings it goes there.
    pub fn read(
        fetcher: &Arc<Mutex<Self>>,
        ranges: Vec<Range>,
        wanted: &Wanted,
    ) -> Result<impl Iterator<Item = Result<RecordBatch>> + Send + 'static> {
        let rows = RecordRows::new(&wanted.schema, &wanted.columns)?;
        let mut owner = fetcher.lock();
        let mut places = owner.positions();
        for range in &ranges {
            places.insert(range.at.clone(), range.from);
        }
        owner.stand_at(&places)?;
        let most = owner.link.settings.max_rows.unwrap_or(ROWS).min(ROWS);
        drop(owner);
        Ok(Reading {
            fetcher: Arc::clone(fetcher),
            ranges: ranges.into_iter(),
            current: None,
            rows,
            most,
            waited: Duration::ZERO,
            failed: false,
        })
    }

    /// Moves records of the range into rows.
    fn look(&mut self, range: &Range, rows: &mut RecordRows, most: usize) -> Result<Look> {
        loop {
            let Some(lane) = self.lanes.get_mut(&range.at) else {
                return Err(SparkError::internal(format_args!("{} left", range.at)));
            };
            if lane.end.is_some_and(|end| end >= range.until) {
                lane.next = lane.next.max(range.until);
            }
            if lane.next >= range.until {
                return Ok(Look::Done);
            }
            if rows.rows() >= most || rows.bytes() >= BYTES {
                return Ok(Look::Full);
            }
            if lane.queue.front().is_none() {
                lane.queue.fill(Duration::ZERO);
            }
            let Some(record) = lane.queue.front() else {
                return Ok(Look::Waiting);
            };
            let offset = record.offset();
            match record.error() {
                None if offset >= range.until => lane.next = range.until,
                None => {
                    if offset >= lane.next {
                        rows.push(&range.at, record)?;
                        lane.next = offset + 1;
                    }
                    lane.queue.pop();
                }
                Some(RDKafkaErrorCode::PartitionEOF) => {
                    lane.end = Some(offset);
                    lane.queue.pop();
                }
                Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange) => {
                    lane.queue.pop();
                    self.pass_over(range)?;
                }
                Some(code) => {
                    let text = record.error_text();
                    lane.queue.pop();
                    return Err(failed(format_args!("{}: {text}", exception(code))));
                }
            }
        }
    }

    /// The next record is not there any more: an error, or on to the first that is.
    fn pass_over(&mut self, range: &Range) -> Result<()> {
        let earliest = cluster::earliest_of(&self.link, std::slice::from_ref(&range.at))?;
        let earliest = earliest.get(&range.at).unwrap_or(range.until);
        let mut places = self.positions();
        let next = places.get(&range.at).unwrap_or(range.from);
        let resumed = earliest.clamp(next, range.until);
        // At a place that is there after all, it is only fetched again.
        if resumed > next || earliest < next {
            let until = if resumed > next { resumed } else { range.until };
            self.losses.report(&Loss::Unreadable {
                at: range.at.clone(),
                from: next,
                until,
                group: self.link.group.clone(),
            })?;
            places.insert(range.at.clone(), until);
        }
        // What was fetched of others is fetched again: this is rare.
        self.lanes.clear();
        self.stand_at(&places)
    }

    /// Waits for the next record of a range for a while.
    fn wait(&mut self, range: &Range) -> Result<()> {
        if let Some(lane) = self.lanes.get_mut(&range.at) {
            lane.queue.fill(PIECE);
        }
        self.link.serve()?;
        match self.link.is_stopped() {
            true => Err(SparkError::internal("the query was stopped")),
            false => Ok(()),
        }
    }

    fn too_long(&self, range: &Range) -> SparkError {
        let next = self
            .lanes
            .get(&range.at)
            .map_or(range.from, |lane| lane.next);
        let why = self.link.consumer.context().last().unwrap_or_default();
        failed(format_args!(
            "java.util.concurrent.TimeoutException: Cannot fetch record for offset {next} of {} in {} milliseconds. {why}",
            range.at,
            self.poll_timeout.as_millis()
        ))
    }
}

struct Reading {
    fetcher: Arc<Mutex<Fetcher>>,
    ranges: std::vec::IntoIter<Range>,
    current: Option<Range>,
    rows: RecordRows,
    most: usize,
    /// Since the last record, in all.
    waited: Duration,
    failed: bool,
}

impl Reading {
    fn step(&mut self) -> Result<Option<RecordBatch>> {
        let mut fetcher = self.fetcher.lock();
        loop {
            if self.current.is_none() {
                self.current = self.ranges.next();
            }
            let Some(range) = &self.current else {
                break;
            };
            let before = self.rows.rows();
            match fetcher.look(range, &mut self.rows, self.most)? {
                Look::Done => self.current = None,
                Look::Full => break,
                Look::Waiting => {
                    if self.rows.rows() > before {
                        self.waited = Duration::ZERO;
                    }
                    let began = fetcher.link.clock.monotonic();
                    fetcher.wait(range)?;
                    self.waited += fetcher.link.clock.monotonic().saturating_sub(began);
                    if self.waited >= fetcher.poll_timeout {
                        return Err(fetcher.too_long(range));
                    }
                }
            }
        }
        match self.rows.rows() {
            0 => Ok(None),
            _ => self.rows.take().map(Some),
        }
    }
}

impl Iterator for Reading {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        step.transpose()
    }
}
