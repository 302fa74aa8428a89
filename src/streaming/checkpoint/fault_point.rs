//! Named places where a test can make the process die, or the query fail.
//!
//! `CAUDAL_FAULT=<point>:<batch>:<kill|fail>[:<n>]` in the environment arms one of
//! [`POINTS`]: when the batch of that number (or `start`: all before the first one)
//! comes there for the n-th time (1 unless told), the process aborts as if it had been
//! killed, with nothing flushed or dropped, or the step fails with an error that names
//! the point. It happens once in the life of a process. This is for tests only: there
//! is one place for the whole process, which therefore should run one query. A place
//! that is not armed costs one relaxed load.

use std::cell::Cell;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::BatchId;
use crate::error::{ErrorClass, Result, SparkError};

const VARIABLE: &str = "CAUDAL_FAULT";

/// A place between two steps of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPoint {
    /// The sources said how far they got; nothing is in the offset log.
    OffsetsKnown,
    OffsetsLogged,
    SlotsFilled,
    /// The plan has read some rows; operators may have taken them.
    RowsRead,
    /// The plan has run; the sink has nothing.
    PlanRun,
    /// A file sink's files are whole, under temporary names; the brokers have a Kafka
    /// sink's records, in a transaction that is open.
    SinkStaged,
    /// They have their names, and the sink's log does not know them; the transaction is
    /// committed.
    SinkNamed,
    SinkDone,
    /// A partition of an operator is durable, its others are not.
    PartitionCommitted,
    /// An operator is durable, those after it are not.
    OperatorCommitted,
    StateCommitted,
    BatchCommitted,
    /// Old offsets are gone, the commits that belong to them are not.
    OffsetsPurged,
    Purged,
    SourceCommitted,
    /// A file has its content under a temporary name, not synced.
    FileWritten,
    FileSynced,
    /// The checksum of a file is there, and its name is not.
    SumWritten,
    /// A file has its name, which is not synced.
    FileNamed,
    FileDurable,
    /// A file of the log has lost its name, to be written again.
    FileRecycled,
}

/// Every point by name, in the order in which a batch comes to them; then those of
/// each file that is written.
pub const POINTS: [(&str, FaultPoint); 21] = [
    ("offsets-known", FaultPoint::OffsetsKnown),
    ("offsets-logged", FaultPoint::OffsetsLogged),
    ("slots-filled", FaultPoint::SlotsFilled),
    ("rows-read", FaultPoint::RowsRead),
    ("plan-run", FaultPoint::PlanRun),
    ("sink-staged", FaultPoint::SinkStaged),
    ("sink-named", FaultPoint::SinkNamed),
    ("sink-done", FaultPoint::SinkDone),
    ("partition-committed", FaultPoint::PartitionCommitted),
    ("operator-committed", FaultPoint::OperatorCommitted),
    ("state-committed", FaultPoint::StateCommitted),
    ("batch-committed", FaultPoint::BatchCommitted),
    ("offsets-purged", FaultPoint::OffsetsPurged),
    ("purged", FaultPoint::Purged),
    ("source-committed", FaultPoint::SourceCommitted),
    ("file-written", FaultPoint::FileWritten),
    ("file-synced", FaultPoint::FileSynced),
    ("sum-written", FaultPoint::SumWritten),
    ("file-named", FaultPoint::FileNamed),
    ("file-durable", FaultPoint::FileDurable),
    ("file-recycled", FaultPoint::FileRecycled),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Kill,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fault {
    point: FaultPoint,
    /// [`BEFORE_THE_FIRST`] stands for `start`.
    batch: u64,
    effect: Effect,
    passes: u64,
}

const BEFORE_THE_FIRST: u64 = u64::MAX;

static ARMED: AtomicBool = AtomicBool::new(false);
static FAULT: OnceLock<Option<Fault>> = OnceLock::new();
static BATCH: AtomicU64 = AtomicU64::new(BEFORE_THE_FIRST);
static PASSED: AtomicU64 = AtomicU64::new(0);

/// Reads the environment, the first time that it is called.
pub fn arm() -> Result<()> {
    if FAULT.get().is_some() {
        return Ok(());
    }
    let fault = match std::env::var(VARIABLE) {
        Ok(text) => Some(parse(&text)?),
        Err(_) => None,
    };
    if FAULT.set(fault).is_ok() && fault.is_some() {
        ARMED.store(true, Ordering::Relaxed);
    }
    Ok(())
}

/// The points that are reached from now on are those of this batch.
pub fn entering(batch: BatchId) {
    if ARMED.load(Ordering::Relaxed) {
        BATCH.store(batch.0, Ordering::Relaxed);
    }
}

thread_local! {
    /// The batch of what this thread does beside the query's own.
    static BESIDE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Until it is dropped, the points that this thread reaches are those of one batch,
/// whichever the query has come to.
pub struct Beside(());

impl Beside {
    pub fn of(batch: BatchId) -> Self {
        BESIDE.set(Some(batch.0));
        Self(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        BESIDE.set(None);
    }
}

/// Goes on, unless a test has armed this place.
pub fn reach(point: FaultPoint) -> Result<()> {
    reach_io(point).map_err(|e| SparkError::plain(ErrorClass::SparkRuntime, e))
}

/// As [`reach`], among calls of the file system.
pub fn reach_io(point: FaultPoint) -> io::Result<()> {
    if !ARMED.load(Ordering::Relaxed) {
        return Ok(());
    }
    let batch = BESIDE
        .get()
        .unwrap_or_else(|| BATCH.load(Ordering::Relaxed));
    match FAULT.get() {
        Some(Some(fault)) if fault.point == point && fault.batch == batch => strike(fault),
        _ => Ok(()),
    }
}

fn strike(fault: &Fault) -> io::Result<()> {
    if PASSED.fetch_add(1, Ordering::Relaxed) + 1 != fault.passes {
        return Ok(());
    }
    match fault.effect {
        // No destructor, no buffer, no handler of Python's runs: for the files it is
        // the same as SIGKILL.
        Effect::Kill => std::process::abort(),
        Effect::Fail => Err(io::Error::other(format!(
            "the fault point {} was reached ({VARIABLE})",
            name_of(fault.point)
        ))),
    }
}

fn name_of(point: FaultPoint) -> &'static str {
    let found = POINTS.iter().find(|(_, known)| *known == point);
    found.map_or("", |(name, _)| name)
}

fn parse(text: &str) -> Result<Fault> {
    let wrong = |reason: &str| {
        let message = format!("{VARIABLE}={text}: {reason}");
        SparkError::plain(ErrorClass::IllegalArgument, message)
    };
    let parts: Vec<&str> = text.split(':').collect();
    let (point, batch, effect, passes) = match parts.as_slice() {
        [point, batch, effect] => (*point, *batch, *effect, "1"),
        [point, batch, effect, passes] => (*point, *batch, *effect, *passes),
        _ => return Err(wrong("<point>:<batch>:<kill|fail>[:<n>] belongs there")),
    };
    let Some((_, point)) = POINTS.iter().find(|(name, _)| *name == point) else {
        let known: Vec<_> = POINTS.iter().map(|(name, _)| *name).collect();
        return Err(wrong(&format!("the points are {}", known.join(", "))));
    };
    let batch = match batch {
        "start" => BEFORE_THE_FIRST,
        number => number
            .parse()
            .map_err(|_| wrong("a batch is a number or 'start'"))?,
    };
    let effect = match effect {
        "kill" => Effect::Kill,
        "fail" => Effect::Fail,
        _ => return Err(wrong("the effect is 'kill' or 'fail'")),
    };
    let passes = passes.parse().ok().filter(|n| *n > 0);
    Ok(Fault {
        point: *point,
        batch,
        effect,
        passes: passes.ok_or_else(|| wrong("how often is a number from 1 on"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_has_a_name_of_its_own() {
        for (at, (name, point)) in POINTS.iter().enumerate() {
            assert!(POINTS.iter().skip(at + 1).all(|(other, _)| other != name));
            assert_eq!(name_of(*point), *name);
        }
    }

    #[test]
    fn a_setting_says_where_when_and_what() {
        let fault = parse("sink-done:3:fail").unwrap();
        assert_eq!((fault.point, fault.batch), (FaultPoint::SinkDone, 3));
        assert_eq!((fault.effect, fault.passes), (Effect::Fail, 1));
        let fault = parse("file-named:start:kill:2").unwrap();
        assert_eq!((fault.batch, fault.passes), (BEFORE_THE_FIRST, 2));
        for wrong in [
            "",
            "sink-done",
            "here:1:kill",
            "purged:x:kill",
            "purged:1:hurt",
            "purged:1:kill:0",
        ] {
            assert!(
                parse(wrong).unwrap_err().message().contains("CAUDAL_FAULT"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn nothing_happens_where_nothing_is_armed() {
        for (_, point) in POINTS {
            reach(point).unwrap();
        }
    }
}
