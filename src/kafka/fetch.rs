//! [`Fetcher`]: reads ranges of offsets. It stands where the last range ended and lets
//! the library fetch ahead from there, so that the next range is often there already.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parking_lot::Mutex;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};

use super::cluster;
use super::link::{Link, PIECE, Wake};
use super::loss::{Loss, LossPolicy};
use super::offsets::{Offsets, TopicPartition};
use super::queue::Queue;
use super::records::RecordRows;
use super::trouble::{exception, failed, is_unknown, passes_by};
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

/// Rows and bytes of values of a record batch, at most (a record is never divided): what
/// stays in the cache until it is used.
const ROWS: usize = 32_768;
const BYTES: usize = 2 << 20;

pub struct Fetcher {
    link: Arc<Link>,
    /// Another client for questions: on a connection a broker answers one request after
    /// the other, and one for records waits until there are some.
    questions: Arc<Link>,
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
    /// The library is elsewhere: what it brings is not what follows.
    is_astray: bool,
    /// When the beginning of the partition was last asked for (monotonic).
    checked: Option<Duration>,
    /// Where the first offsets lie that were passed over since.
    gap: Option<i64>,
    /// When it was last asked for its end, and how often it was found to be shorter.
    short: (Duration, u32),
}

/// A partition is believed to be shorter than it was after so many answers.
const SHORT_ANSWERS: u32 = 3;
/// A wait for one of several ranges.
const SHORT: Duration = Duration::from_millis(5);

/// Missing offsets may be lost records, or none (aborted, compacted, marks): which is
/// asked so often at most while there is more to read.
const CHECKED_EVERY: Duration = Duration::from_millis(100);

/// What one look at a range has come to.
enum Look {
    /// The rows are as many as they may be.
    Full,
    /// Nothing more is there yet.
    Waiting,
    Done,
}

impl Fetcher {
    pub fn new(
        link: Arc<Link>,
        questions: Arc<Link>,
        poll_timeout: Duration,
        losses: Arc<LossPolicy>,
    ) -> Self {
        Self {
            link,
            questions,
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

    /// Goes where the offsets say, in the partitions where it is not there; fetching ahead
    /// begins.
    ///
    /// A partition is assigned once and moved by seeking ever after: to assign again what
    /// is being given up at that moment is more than the library takes.
    pub fn stand_at(&mut self, offsets: &Offsets) -> Result<()> {
        let (mut new, mut moved) = (TopicPartitionList::new(), TopicPartitionList::new());
        for (at, offset) in offsets.iter() {
            let list = match self.lanes.get_mut(at) {
                Some(lane) if lane.next == offset && !lane.is_astray => continue,
                Some(lane) => {
                    lane.queue.clear();
                    (lane.next, lane.end, lane.is_astray) = (offset, None, false);
                    (lane.gap, lane.short.1) = (None, 0);
                    &mut moved
                }
                None => {
                    let lane = self.lane(at, offset)?;
                    self.lanes.insert(at.clone(), lane);
                    &mut new
                }
            };
            list.add_partition_offset(&at.topic, at.partition, Offset::Offset(offset))
                .map_err(|error| self.link.failure("assign", &error))?;
        }
        if new.count() > 0 {
            self.know_leaders(&new)?;
            let assigned = self.link.consumer.incremental_assign(&new);
            assigned.map_err(|error| self.link.failure("assign", &error))?;
        }
        match moved.count() {
            0 => Ok(()),
            _ => self.seek(&moved),
        }
    }

    /// Has the client learn who leads the partitions before they are assigned: one that
    /// learns it afterwards looks at them again after a second only.
    fn know_leaders(&self, new: &TopicPartitionList) -> Result<()> {
        let elements = new.elements();
        let topics: BTreeSet<_> = elements.iter().map(|at| at.topic().to_string()).collect();
        for topic in topics {
            let what = format!("the leaders of {topic}");
            self.link.ask(&what, move |consumer, time| {
                consumer.fetch_metadata(Some(&topic), time)
            })?;
        }
        Ok(())
    }

    fn lane(&self, at: &TopicPartition, offset: i64) -> Result<Lane> {
        let mut queue = Queue::open(&self.link.consumer, at)?;
        if let Some(wake) = &self.wake {
            queue.on_arrival(Arc::clone(wake));
        }
        Ok(Lane {
            queue,
            next: offset,
            end: None,
            is_astray: false,
            checked: None,
            gap: None,
            short: (Duration::ZERO, 0),
        })
    }

    /// Waits until the partitions are fetched from elsewhere; one that has just been
    /// assigned takes a moment before it can be moved.
    fn seek(&self, places: &TopicPartitionList) -> Result<()> {
        let sought = self.link.insist("seek", |time| {
            let answers = self
                .link
                .consumer
                .seek_partitions(places.clone(), time.min(PIECE))?;
            for answer in answers.elements() {
                answer.error()?;
            }
            Ok(())
        });
        sought.map(drop)
    }

    /// The same for one that stands nowhere yet. Between batches the client's own affairs
    /// (new tokens, refusals) are seen to here.
    pub fn begin_at(&mut self, offsets: &Offsets) -> Result<()> {
        self.link.serve()?;
        match self.lanes.is_empty() {
            true => self.stand_at(offsets),
            false => Ok(()),
        }
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
        let places = ranges.iter().map(|range| (range.at.clone(), range.from));
        owner.stand_at(&places.collect())?;
        let most = owner.link.settings.max_rows.unwrap_or(ROWS).min(ROWS);
        drop(owner);
        Ok(Reading {
            fetcher: Arc::clone(fetcher),
            by_turns: ranges
                .iter()
                .map(|range| range.until - range.from)
                .sum::<i64>()
                > FEW,
            ranges: ranges.into(),
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
            if lane.next >= range.until {
                self.check_gaps(range)?;
                return Ok(Look::Done);
            }
            if lane.end.is_some_and(|end| end >= range.until) {
                self.pass_over(range, range.until)?;
                continue;
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
                None if offset == lane.next => {
                    rows.push(&range.at, record)?;
                    lane.next = offset + 1;
                    lane.queue.pop();
                }
                None if offset > lane.next => self.pass_over(range, offset.min(range.until))?,
                None => self.lose_rest(range)?,
                Some(RDKafkaErrorCode::PartitionEOF) => {
                    lane.end = Some(offset);
                    lane.queue.pop();
                    if offset < lane.next {
                        self.lose_rest(range)?;
                    }
                }
                Some(code) => {
                    let text = record.error_text();
                    lane.queue.pop();
                    if !passes_by(code) && !is_unknown(code) {
                        return Err(failed(format_args!("{}: {text}", exception(code))));
                    }
                }
            }
        }
    }

    /// Goes on at `resumed`: the offsets before it are no records, or were some that are
    /// lost. Where the partition begins tells which.
    fn pass_over(&mut self, range: &Range, resumed: i64) -> Result<()> {
        let Some(lane) = self.lanes.get_mut(&range.at) else {
            return Ok(());
        };
        let next = std::mem::replace(&mut lane.next, resumed);
        lane.gap.get_or_insert(next);
        let now = self.link.clock.monotonic();
        let is_recent = |asked: Duration| now.saturating_sub(asked) < CHECKED_EVERY;
        if lane.checked.is_some_and(is_recent) {
            // With the next one, or when the range is read.
            return Ok(());
        }
        self.check_gaps(range)
    }

    /// Asks where the partition begins, if offsets were passed over since that was asked:
    /// what lies before is lost.
    fn check_gaps(&mut self, range: &Range) -> Result<()> {
        let Some(lane) = self.lanes.get_mut(&range.at) else {
            return Ok(());
        };
        let Some(gap) = lane.gap.take() else {
            return Ok(());
        };
        let next = lane.next;
        lane.checked = Some(self.link.clock.monotonic());
        let earliest = cluster::earliest_of(&self.questions, std::slice::from_ref(&range.at))?;
        match earliest.get(&range.at) {
            Some(earliest) if earliest > gap => self.lose(range, gap, next.min(earliest)),
            _ => Ok(()),
        }
    }

    /// The partition ends before the place to read from: what was promised is not there.
    fn lose_rest(&mut self, range: &Range) -> Result<()> {
        let Some(lane) = self.lanes.get_mut(&range.at) else {
            return Ok(());
        };
        let next = std::mem::replace(&mut lane.next, range.until);
        lane.is_astray = true;
        lane.queue.clear();
        self.lose(range, next, range.until)
    }

    fn lose(&self, range: &Range, from: i64, until: i64) -> Result<()> {
        self.losses.report(&Loss::Unreadable {
            at: range.at.clone(),
            from,
            until: match self.losses.fails() {
                true => range.until,
                false => until,
            },
            group: self.link.group.clone(),
        })
    }

    /// Waits for the next record of a range for a while. When none comes for long (there
    /// are `doubts`), the partition may have become shorter than it was.
    fn wait(&mut self, range: &Range, piece: Duration, doubts: bool) -> Result<()> {
        let Some(lane) = self.lanes.get_mut(&range.at) else {
            return Ok(());
        };
        lane.queue.fill(piece);
        let came = lane.queue.front().is_some();
        if came {
            // Only answers that follow each other count.
            lane.short.1 = 0;
        }
        self.link.serve()?;
        if self.link.is_stopped() {
            return Err(SparkError::stopped());
        }
        if came || !doubts {
            return Ok(());
        }
        let now = self.link.clock.monotonic();
        let (asked, answers) = lane.short;
        if now.saturating_sub(asked) < PIECE {
            return Ok(());
        }
        lane.short = (now, 0);
        match cluster::latest_of(&self.questions, std::slice::from_ref(&range.at)) {
            Ok(latest) if latest.get(&range.at).is_some_and(|end| end < range.until) => {
                // A broker that has just taken its place may know an old end.
                if answers + 1 >= SHORT_ANSWERS {
                    return self.lose_rest(range);
                }
                if let Some(lane) = self.lanes.get_mut(&range.at) {
                    lane.short = (now, answers + 1);
                }
                Ok(())
            }
            Err(error) if error.is_stop() || self.questions.is_hopeless() => Err(error),
            // Whoever waits for the record asks again, until that takes too long.
            _ => Ok(()),
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
    /// What is not read to its end; the first is next.
    ranges: VecDeque<Range>,
    /// Ranges are read by turns: the library stops fetching one that nobody reads, and is
    /// slow to go on. Few records come range by range, always in the same order.
    by_turns: bool,
    rows: RecordRows,
    most: usize,
    /// Since the last record, in all.
    waited: Duration,
    failed: bool,
}

/// So many offsets may be read range by range.
const FEW: i64 = 10_000;

impl Reading {
    fn step(&mut self) -> Result<Option<RecordBatch>> {
        let owner = Arc::clone(&self.fetcher);
        let mut fetcher = owner.lock();
        // Ranges that have nothing yet, one after the other.
        let mut idle = 0;
        while let Some(range) = self.ranges.front() {
            let before = self.rows.rows();
            let look = fetcher.look(range, &mut self.rows, self.most)?;
            if self.rows.rows() > before {
                (self.waited, idle) = (Duration::ZERO, 0);
            }
            match look {
                Look::Done => {
                    self.ranges.pop_front();
                }
                Look::Full => {
                    self.turn();
                    break;
                }
                Look::Waiting => {
                    idle += 1;
                    let has_others = self.by_turns && idle < self.ranges.len();
                    if !has_others {
                        if self.by_turns && self.rows.rows() > 0 {
                            break;
                        }
                        self.wait(&mut fetcher)?;
                        idle = 0;
                    }
                    self.turn();
                }
            }
        }
        match self.rows.rows() {
            0 => Ok(None),
            _ => self.rows.take().map(Some),
        }
    }

    fn turn(&mut self) {
        if self.by_turns {
            self.ranges.rotate_left(1);
        }
    }

    /// Waits for the first range; not long where others may have records before it.
    fn wait(&mut self, fetcher: &mut Fetcher) -> Result<()> {
        let Some(range) = self.ranges.front() else {
            return Ok(());
        };
        let piece = match self.by_turns && self.ranges.len() > 1 {
            true => SHORT,
            false => PIECE,
        };
        let began = fetcher.link.clock.monotonic();
        let doubts = self.waited >= PIECE;
        fetcher.wait(range, piece, doubts)?;
        self.waited += fetcher.link.clock.monotonic().saturating_sub(began);
        match self.waited >= fetcher.poll_timeout {
            true => Err(fetcher.too_long(range)),
            false => Ok(()),
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
