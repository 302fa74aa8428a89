//! Readers of Kafka: what they were told, checked; the leaf of a batch; and what batches
//! and streams share in opening the brokers.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use parking_lot::Mutex;

use super::new_id;
use super::stream_leaf::StreamRows;
use crate::analysis::Source;
use crate::engine::scan::{Batches, Rows, Run, ScanTable};
use crate::error::{ErrorClass, Result, SparkError, quoted};
use crate::functions::scalar::{JavaRegex, RegexProblem};
use crate::kafka::{
    ClientSettings, Cluster, End, Fetcher, Link, LossPolicy, Matcher, Offsets, Range,
    SourceOptions, Stop, Strategy, Wanted, record_schema,
};
use crate::plan::ReadSpec;
use crate::time::{Clock, SystemClock};
use crate::types::{StructField, StructType};

/// Checks all that can be checked without the brokers, as Spark does at `load`.
pub fn open(spec: &ReadSpec) -> Result<Source> {
    let options = SourceOptions::check(&spec.options, spec.streaming)?;
    let schema = record_schema(options.include_headers);
    match &spec.schema {
        Some(_) if spec.streaming => {
            return Err(SparkError::plain(
                ErrorClass::IllegalArgument,
                "requirement failed: Kafka source has a fixed schema and cannot be set with a custom one",
            ));
        }
        Some(wanted) if wanted.as_nullable() != schema => {
            return Err(SparkError::new(
                "USER_SPECIFIED_AND_ACTUAL_SCHEMA_MISMATCH",
                &[
                    ("schema", &ddl_of(wanted)),
                    ("actualSchema", &ddl_of(&schema)),
                ],
            ));
        }
        _ => {}
    }
    ClientSettings::new(&options.client)?;
    matcher(&options.strategy)?;
    let arrow: SchemaRef = Arc::new(schema.to_arrow());
    let rows: Arc<dyn Rows> = match spec.streaming {
        true => Arc::new(StreamRows {
            spec: spec.clone(),
            schema: schema.clone(),
            files: None,
        }),
        false => Arc::new(KafkaRows {
            given: spec.options.clone(),
            options,
            schema: Arc::clone(&arrow),
        }),
    };
    Ok(Source {
        schema,
        provider: Arc::new(ScanTable::new(arrow, rows)),
        streaming: spec.streaming,
    })
}

/// As an error shows a schema.
fn ddl_of(schema: &StructType) -> String {
    let field = |field: &StructField| format!("{} {}", name_of(field), field.data_type.sql());
    let fields: Vec<_> = schema.fields.iter().map(field).collect();
    fields.join(",")
}

fn name_of(field: &StructField) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    match field.name.chars().all(is_plain) {
        true => field.name.clone(),
        false => quoted(&[&field.name]),
    }
}

/// The client of a reader; `kind` names its consumer group where nobody else does.
pub fn link(
    options: &SourceOptions,
    kind: &str,
    stop: Stop,
    clock: &Arc<dyn Clock>,
) -> Result<Link> {
    let prefix = options.group_prefix.as_deref().unwrap_or(kind);
    let group = format!("{prefix}-{}-executor", new_id());
    Link::open(ClientSettings::new(&options.client)?, &group, stop, clock)
}

/// Which topics a pattern means: those whose names it is found in, at any place.
pub fn matcher(strategy: &Strategy) -> Result<Option<Matcher>> {
    let Strategy::Pattern(pattern) = strategy else {
        return Ok(None);
    };
    let problem = |problem| match problem {
        RegexProblem::Invalid(why) => SparkError::plain(ErrorClass::IllegalArgument, why),
        RegexProblem::Missing(what) => SparkError::not_implemented(what),
    };
    let found = JavaRegex::compile(pattern).map_err(problem)?;
    Ok(Some(Box::new(move |topic| found.is_match(topic))))
}

#[derive(Clone)]
struct KafkaRows {
    given: Vec<(String, String)>,
    options: SourceOptions,
    schema: SchemaRef,
}

impl fmt::Debug for KafkaRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "KafkaRelation(strategy={}, start={:?}, end={:?})",
            self.options.strategy, self.options.starting, self.options.ending
        )
    }
}

impl Rows for KafkaRows {
    fn describe(&self) -> String {
        format!("{self:?}")
    }

    fn partitions(&self, wanted: usize) -> usize {
        wanted
    }

    fn another(&self) -> Option<Arc<dyn Rows>> {
        Some(Arc::new(self.clone()))
    }

    fn begin(&self, columns: &[usize], _limit: Option<usize>) -> Result<Arc<dyn Run>> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let options = SourceOptions::parse(&self.given, false)?;
        let link = Arc::new(link(
            &options,
            "spark-kafka-relation",
            Stop::default(),
            &clock,
        )?);
        let matcher = matcher(&options.strategy)?;
        let cluster = Cluster::new(Arc::clone(&link), &options, matcher);
        let starting = cluster.resolve(&options.starting, End::Start)?;
        let ending = cluster.resolve(&options.ending, End::End)?;
        Ok(Arc::new(KafkaRun {
            ranges: pieces(ranges(&starting, &ending)?, &options),
            options,
            wanted: Wanted {
                schema: Arc::clone(&self.schema),
                columns: columns.to_vec(),
            },
            questions: link,
            clock,
        }))
    }
}

fn ranges(starting: &Offsets, ending: &Offsets) -> Result<Vec<Range>> {
    if !starting.has_the_partitions_of(ending) {
        return Err(SparkError::plain(
            ErrorClass::SparkRuntime,
            format!(
                "different topic partitions for starting offsets topics[{}] and ending offsets topics[{}]",
                names(starting),
                names(ending)
            ),
        ));
    }
    let mut ranges = Vec::with_capacity(starting.len());
    for ((at, from), (_, until)) in starting.iter().zip(ending.iter()) {
        if from > until {
            return Err(SparkError::new(
                "RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET",
                &[
                    ("startOffset", &from.to_string()),
                    ("endOffset", &until.to_string()),
                    ("topic", &at.topic),
                    ("partition", &at.partition.to_string()),
                ],
            ));
        }
        ranges.push(Range {
            at: at.clone(),
            from,
            until,
        });
    }
    ranges.retain(|range| range.from < range.until);
    Ok(ranges)
}

fn names(offsets: &Offsets) -> String {
    let names: Vec<_> = offsets.partitions().map(ToString::to_string).collect();
    names.join(",")
}

/// Ranges cut so that there are as many as wanted, none with more offsets than allowed.
fn pieces(ranges: Vec<Range>, options: &SourceOptions) -> Vec<Range> {
    let total: i64 = ranges.iter().map(|range| range.until - range.from).sum();
    let fewest = options
        .min_partitions
        .and_then(|count| i64::try_from(count).ok());
    let for_fewest = fewest
        .filter(|count| *count > i64::try_from(ranges.len()).unwrap_or(i64::MAX))
        .map(|count| (total + count - 1) / count);
    let most = [for_fewest, options.max_records_per_partition];
    let Some(most) = most.into_iter().flatten().min() else {
        return ranges;
    };
    let most = most.max(1);
    let cut = |range: Range| {
        let (at, until) = (range.at, range.until);
        let starts = (range.from..until).step_by(usize::try_from(most).unwrap_or(usize::MAX));
        starts.map(move |from| Range {
            at: at.clone(),
            from,
            until: (from + most).min(until),
        })
    };
    ranges.into_iter().flat_map(cut).collect()
}

struct KafkaRun {
    ranges: Vec<Range>,
    options: SourceOptions,
    wanted: Wanted,
    /// The client that asked for the offsets.
    questions: Arc<Link>,
    clock: Arc<dyn Clock>,
}

impl Run for KafkaRun {
    fn open(&self, partition: usize, partitions: usize) -> Result<Batches> {
        let own = self
            .ranges
            .iter()
            .skip(partition)
            .step_by(partitions.max(1));
        let own: Vec<Range> = own.cloned().collect();
        if own.is_empty() {
            return Ok(Box::new(std::iter::empty()));
        }
        let link = Arc::new(link(
            &self.options,
            "spark-kafka-relation",
            Stop::default(),
            &self.clock,
        )?);
        let losses = Arc::new(LossPolicy::new(self.options.fail_on_data_loss));
        let fetcher = Fetcher::new(
            link,
            Arc::clone(&self.questions),
            self.options.poll_timeout,
            losses,
        );
        let fetcher = Arc::new(Mutex::new(fetcher));
        // Several pieces of one partition are read one after the other.
        let parts: BTreeSet<_> = own.iter().map(|range| &range.at).collect();
        let readings = match parts.len() == own.len() {
            true => vec![own],
            false => own.into_iter().map(|range| vec![range]).collect(),
        };
        let wanted = self.wanted.clone();
        let mut readings = readings.into_iter();
        let mut current: Option<Batches> = None;
        Ok(Box::new(std::iter::from_fn(move || {
            loop {
                if let Some(batch) = current.as_mut().and_then(Iterator::next) {
                    return Some(batch);
                }
                match Fetcher::read(&fetcher, readings.next()?, &wanted) {
                    Ok(reading) => current = Some(Box::new(reading)),
                    Err(error) => return Some(Err(error)),
                }
            }
        })))
    }
}
