//! Topics of Kafka as a source. A place is the next offset of each partition, as JSON
//! that is Spark's own.
//!
//! The first place is decided once and kept in the checkpoint (`sources/N/0`). Between
//! batches the client fetches ahead and wakes the query when records arrive.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use parking_lot::Mutex;

use super::kafka_limit::{behind, share};
use super::{Reader, Source, SourceContext};
use crate::engine::scan::Batches;
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::kafka_read;
use crate::execution::stream_leaf::StreamRows;
use crate::kafka::{
    ClientSettings, Cluster, End, Fetcher, GroupOffsets, Loss, LossPolicy, Offsets, Range,
    SourceOptions, TopicPartition, Wanted, between,
};
use crate::streaming::checkpoint::{AtomicDir, damaged};
use crate::time::Clock;

/// What is known of partitions is good for so long while there are new records.
const KNOWN_FOR: Duration = Duration::from_millis(100);
const VERSION: &str = "v1";

pub struct KafkaSource {
    options: SourceOptions,
    schema: SchemaRef,
    cluster: Cluster,
    fetchers: Arc<Fetchers>,
    losses: Arc<LossPolicy>,
    clock: Arc<dyn Clock>,
    /// Where the first place is kept.
    folder: Option<AtomicDir>,
    initial: Option<Offsets>,
    known: Option<(Duration, Vec<TopicPartition>)>,
    /// How far the partitions went at the last look.
    latest: Option<Offsets>,
    frozen: Frozen,
    /// When a batch was last let through, in epoch milliseconds.
    last_batch: i64,
    group: Option<GroupOffsets>,
}

/// What `availableNow` stops at.
enum Frozen {
    No,
    AtNextLook,
    At(Offsets),
}

impl KafkaSource {
    pub fn open(rows: &StreamRows, context: SourceContext<'_>) -> Result<Self> {
        let options = SourceOptions::parse(&rows.spec.options, true)?;
        let (stop, clock) = (Arc::clone(&context.stop), Arc::clone(&context.clock));
        let told = options.clone();
        let link = move || {
            let stop = Arc::clone(&stop);
            kafka_read::link(&told, "spark-kafka-source", stop, &clock).map(Arc::new)
        };
        let questions = link()?;
        let matcher = kafka_read::matcher(&options.strategy)?;
        let losses = Arc::new(LossPolicy::new(
            options.fail_on_data_loss,
            options.names_group(),
        ));
        let another = {
            let (questions, losses) = (Arc::clone(&questions), Arc::clone(&losses));
            let poll_timeout = options.poll_timeout;
            Box::new(move || {
                let (questions, losses) = (Arc::clone(&questions), Arc::clone(&losses));
                Ok(Fetcher::new(link()?, questions, poll_timeout, losses))
            })
        };
        let mut fetcher = another()?;
        fetcher.wake_with(Arc::clone(&context.wake));
        let group = options.commit_group.as_ref().map(|group| {
            let settings = ClientSettings::new(&options.client)?;
            GroupOffsets::open(settings, group, Arc::clone(&context.stop), &context.clock)
        });
        Ok(Self {
            cluster: Cluster::new(questions, &options, matcher),
            schema: Arc::new(rows.schema.to_arrow()),
            fetchers: Arc::new(Fetchers {
                open: Mutex::new(vec![Arc::new(Mutex::new(fetcher))]),
                another,
            }),
            losses,
            clock: Arc::clone(&context.clock),
            folder: context
                .folder
                .map(|folder: &Path| AtomicDir::open(folder, Arc::clone(&context.stats)))
                .transpose()?,
            initial: None,
            known: None,
            latest: None,
            frozen: Frozen::No,
            last_batch: 0,
            group: group.transpose()?,
            options,
        })
    }

    /// Where the query's first batch starts: as the checkpoint says, or decided now.
    fn initial(&mut self) -> Result<Offsets> {
        if let Some(initial) = &self.initial {
            return Ok(initial.clone());
        }
        let kept = match &self.folder {
            Some(folder) => folder.read("0")?,
            None => None,
        };
        let initial = match (&self.folder, kept) {
            (Some(folder), Some(bytes)) => read_initial(folder, &bytes)?,
            (folder, _) => {
                let initial = self.cluster.resolve(&self.options.starting, End::Start);
                let initial = initial.map_err(of_stream)?;
                if let Some(folder) = folder {
                    let text = format!("\0{VERSION}\n{}", initial.json());
                    folder
                        .write_new("0", &[text.as_bytes()])
                        .map_err(SparkError::internal)?;
                }
                initial
            }
        };
        self.initial = Some(initial.clone());
        Ok(initial)
    }

    fn start(&mut self, start: Option<&str>) -> Result<Offsets> {
        match start {
            Some(text) => parse(text),
            None => self.initial(),
        }
    }

    /// How far the partitions go. That there is nothing new is said only of partitions
    /// that were asked for just now.
    fn look(&mut self, from: &Offsets) -> Result<Offsets> {
        let now = self.clock.monotonic();
        let fresh = |(asked, _): &&(Duration, _)| now.saturating_sub(*asked) < KNOWN_FOR;
        if let Some((_, partitions)) = self.known.as_ref().filter(fresh) {
            // One that is gone meanwhile is told by asking which there are.
            match self.cluster.latest(partitions, Some(from)) {
                Ok(latest) if latest != *from => return Ok(latest),
                Err(error) if error.is_stop() => return Err(error),
                _ => {}
            }
        }
        let partitions = self.cluster.partitions()?;
        let latest = self.cluster.latest(&partitions, Some(from));
        self.known = Some((now, partitions));
        latest
    }

    /// Whether there are fewer records than a batch should have, and time to wait.
    fn waits_for_more(&mut self, from: &Offsets, latest: &Offsets) -> bool {
        let Some(least) = self.options.min_offsets_per_trigger else {
            return false;
        };
        let now = self.clock.now_millis();
        let delay = i64::try_from(self.options.max_trigger_delay.as_millis()).unwrap_or(i64::MAX);
        if now.saturating_sub(self.last_batch) < delay {
            let new = latest
                .iter()
                .map(|(at, end)| end - from.get(at).unwrap_or(0));
            if new.sum::<i64>() < least {
                return true;
            }
        }
        self.last_batch = now;
        false
    }

    /// The first offsets of partitions that the start does not know.
    fn of_new_partitions(&self, from: &Offsets, until: &Offsets) -> Result<Offsets> {
        let new = until.partitions().filter(|at| !from.contains(at));
        let new: Vec<_> = new.cloned().collect();
        if new.is_empty() {
            return Ok(Offsets::default());
        }
        let existing = self.cluster.partitions()?;
        let (there, gone): (Vec<_>, Vec<_>) = new.into_iter().partition(|at| existing.contains(at));
        let first = self.cluster.earliest(&there)?;
        if !gone.is_empty() {
            self.losses.report(&Loss::NotFound(gone))?;
        }
        for (at, start) in first.iter().filter(|(_, start)| *start != 0) {
            self.losses.report(&Loss::AddedLate {
                at: at.clone(),
                start,
            })?;
        }
        Ok(first)
    }
}

/// What a batch has a condition for is an assertion to Spark's streams.
fn of_stream(error: SparkError) -> SparkError {
    if error.condition() != "KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED" {
        return error;
    }
    let parameter = |wanted: &str| {
        let mut all = error.parameters().iter();
        all.find_map(|(name, value)| (name == wanted).then_some(value.as_str()))
    };
    let specified = parameter("specifiedPartitions").unwrap_or_default();
    let assigned = parameter("assignedPartitions").unwrap_or_default();
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format_args!(
            "assertion failed: If startingOffsets contains specific offsets, you must specify all TopicPartitions.\nUse -1 for latest, -2 for earliest, if you don't care.\nSpecified: {specified} Assigned: {assigned}"
        ),
    )
}

impl Source for KafkaSource {
    fn description(&self) -> String {
        format!("KafkaV2[{}]", self.cluster.describe())
    }

    fn latest_offset(&mut self, start: Option<&str>, all: bool) -> Result<Option<String>> {
        let from = self.start(start)?;
        let latest = match &self.frozen {
            Frozen::At(end) => end.clone(),
            Frozen::No => self.look(&from)?,
            Frozen::AtNextLook => {
                let end = self.look(&from)?;
                self.frozen = Frozen::At(end.clone());
                end
            }
        };
        self.fetchers.at(0)?.lock().begin_at(&from)?;
        self.latest = Some(latest.clone());
        let frozen = matches!(self.frozen, Frozen::At(_));
        let end = if all {
            latest
        } else if !frozen && self.waits_for_more(&from, &latest) {
            from.clone()
        } else {
            match self.options.max_offsets_per_trigger {
                Some(most) => {
                    let new = self.of_new_partitions(&from, &latest)?;
                    share(most, &from, &new, &latest)
                }
                None => latest,
            }
        };
        // A first batch begins and ends where the query begins, if there is nothing new.
        Ok((!end.is_empty()).then(|| end.json()))
    }

    fn reported_end(&mut self) -> Result<Option<String>> {
        let latest = self.latest.as_ref().filter(|latest| !latest.is_empty());
        Ok(latest.map(Offsets::json))
    }

    fn metrics(&self, consumed: Option<&str>) -> Result<BTreeMap<String, String>> {
        let mut metrics = match (consumed, &self.latest) {
            (Some(consumed), Some(latest)) => behind(&parse(consumed)?, latest),
            _ => BTreeMap::new(),
        };
        if let Some(lost) = self.losses.take() {
            metrics.insert("lostOffsets".into(), lost);
        }
        Ok(metrics)
    }

    /// New partitions are found by looking.
    fn wakes(&self) -> bool {
        true
    }

    fn check_start(&self, start: Option<&str>) -> Result<()> {
        start.map_or(Ok(()), |text| parse(text).map(drop))
    }

    fn freeze(&mut self) -> Result<()> {
        self.frozen = Frozen::AtNextLook;
        Ok(())
    }

    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>> {
        let (from, until) = (self.start(start)?, parse(end)?);
        let new = self.of_new_partitions(&from, &until)?;
        between(&from, &until, &self.losses)?;
        let ranges = until.iter().filter_map(|(at, until)| {
            let from = from.get(at).or_else(|| new.get(at))?;
            (from < until).then(|| Range {
                at: at.clone(),
                from,
                until,
            })
        });
        Ok(Arc::new(Records {
            fetchers: Arc::clone(&self.fetchers),
            uses: AtomicUsize::new(0),
            ranges: ranges.collect(),
            schema: Arc::clone(&self.schema),
        }))
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        match &self.group {
            Some(group) => group.commit(&parse(end)?),
            None => Ok(()),
        }
    }
}

fn parse(text: &str) -> Result<Offsets> {
    Offsets::parse(text).ok_or_else(|| {
        SparkError::plain(
            ErrorClass::IllegalArgument,
            format!(
                "Expected e.g. {{\"topicA\":{{\"0\":23,\"1\":-1}},\"topicB\":{{\"0\":-2}}}}, got {text}"
            ),
        )
    })
}

/// What Spark writes begins with a zero byte, and so does ours.
fn read_initial(folder: &AtomicDir, bytes: &[u8]) -> Result<Offsets> {
    let broken = |why: &str| damaged(&folder.path_of("0"), why);
    let bytes = bytes.strip_prefix(b"\0").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| broken("it is not text"))?;
    let (version, offsets) = text
        .split_once('\n')
        .ok_or_else(|| broken("it holds no offsets"))?;
    if version != VERSION {
        return Err(broken(&format!(
            "its version is {version}, and {VERSION} is known"
        )));
    }
    Offsets::parse(offsets.trim()).ok_or_else(|| broken("it holds no offsets"))
}

type Shared = Arc<Mutex<Fetcher>>;

/// One fetcher a use of the stream in the plan: each goes its own way through a batch.
struct Fetchers {
    open: Mutex<Vec<Shared>>,
    another: Box<dyn Fn() -> Result<Fetcher> + Send + Sync>,
}

impl Fetchers {
    fn at(&self, index: usize) -> Result<Shared> {
        let mut open = self.open.lock();
        while open.len() <= index {
            open.push(Arc::new(Mutex::new((self.another)()?)));
        }
        let found = open.get(index).cloned();
        found.ok_or_else(|| SparkError::internal("no fetcher"))
    }
}

/// The records of one batch.
struct Records {
    fetchers: Arc<Fetchers>,
    /// How often the batch is read: a stream may stand in its plan more than once.
    uses: AtomicUsize,
    ranges: Vec<Range>,
    schema: SchemaRef,
}

impl Reader for Records {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        let wanted = Wanted {
            schema: Arc::clone(&self.schema),
            columns: columns.to_vec(),
        };
        let fetcher = self
            .fetchers
            .at(self.uses.fetch_add(1, Ordering::Relaxed))?;
        let rows = Fetcher::read(&fetcher, self.ranges.clone(), &wanted)?;
        Ok(Box::new(rows))
    }
}
