//! Readers of Kafka: what they were told, checked; the leaf of a batch; and what batches
//! and streams share in opening the brokers.

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

/// Each partition of a read has a consumer of its own; they run at once.
const MOST_CONSUMERS: usize = 64;

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
        let asked_for = self.options.min_partitions.unwrap_or(wanted);
        asked_for.clamp(1, MOST_CONSUMERS.max(wanted))
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

/// Ranges cut so that there are as many as wanted, as Spark cuts them: into parts of one
/// size nearly, the larger ranges into more. A limit of a part's records counts only
/// beside a wish for parts.
fn pieces(ranges: Vec<Range>, options: &SourceOptions) -> Vec<Range> {
    let Some(wanted) = options.min_partitions else {
        return ranges;
    };
    let ranges = match options.max_records_per_partition {
        Some(most) if most > 0 => {
            let parts = |range: &Range| (size(range) + most - 1) / most;
            ranges.iter().flat_map(|r| cut(r, parts(r))).collect()
        }
        _ => ranges,
    };
    if ranges.len() >= wanted {
        return ranges;
    }
    let share = |size: i64, of: i64, parts: usize| (size as f64 / of as f64 * parts as f64).round();
    let total: i64 = ranges.iter().map(size).sum();
    let is_cut = |range: &Range| share(size(range), total, wanted) > 1.0;
    let of_cut = ranges.iter().filter(|range| is_cut(range)).map(size).sum();
    let left = wanted - ranges.iter().filter(|range| !is_cut(range)).count();
    let parts = |range: &Range| match is_cut(range) {
        true => share(size(range), of_cut, left) as i64,
        false => 1,
    };
    ranges.iter().flat_map(|r| cut(r, parts(r))).collect()
}

fn size(range: &Range) -> i64 {
    range.until - range.from
}

/// The parts of a range that are not empty, one after the other.
fn cut(range: &Range, parts: i64) -> Vec<Range> {
    let mut from = range.from;
    let ends = (0..parts.max(1)).map(|part| {
        let until = from + (range.until - from) / (parts.max(1) - part);
        let piece = Range {
            at: range.at.clone(),
            from,
            until,
        };
        from = until;
        piece
    });
    ends.filter(|piece| piece.from < piece.until).collect()
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
        // One stretch of them, so that partitions one after the other are in order.
        let share = |p: usize| self.ranges.len() * p / partitions.max(1);
        let own = self.ranges[share(partition)..share(partition + 1)].to_vec();
        if own.is_empty() {
            return Ok(Box::new(std::iter::empty()));
        }
        let link = Arc::new(link(
            &self.options,
            "spark-kafka-relation",
            Stop::default(),
            &self.clock,
        )?);
        let losses = Arc::new(LossPolicy::new(
            self.options.fail_on_data_loss,
            self.options.names_group(),
        ));
        let fetcher = Fetcher::new(
            link,
            Arc::clone(&self.questions),
            self.options.poll_timeout,
            losses,
        );
        let fetcher = Arc::new(Mutex::new(fetcher));
        let wanted = self.wanted.clone();
        let mut own = own.into_iter();
        let mut current: Option<Batches> = None;
        Ok(Box::new(std::iter::from_fn(move || {
            loop {
                if let Some(batch) = current.as_mut().and_then(Iterator::next) {
                    return Some(batch);
                }
                match Fetcher::read(&fetcher, vec![own.next()?], &wanted) {
                    Ok(reading) => current = Some(Box::new(reading)),
                    Err(error) => return Some(Err(error)),
                }
            }
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kafka::TopicPartition;

    /// Partitions of 8, 4 and 1 records, cut as the recorded program `min_partitions` has it.
    fn parts(least: &str, most: Option<&str>) -> Vec<(i32, i64, i64)> {
        let mut given = vec![
            ("subscribe".to_string(), "t".to_string()),
            ("kafka.bootstrap.servers".into(), "a:1".into()),
            ("minPartitions".into(), least.into()),
        ];
        given.extend(most.map(|most| ("maxRecordsPerPartition".into(), most.to_string())));
        let options = SourceOptions::parse(&given, false).unwrap();
        let whole = [8, 4, 1]
            .into_iter()
            .enumerate()
            .map(|(number, until)| Range {
                at: TopicPartition::new("t", number as i32),
                from: 0,
                until,
            });
        let found = pieces(whole.collect(), &options).into_iter();
        found
            .map(|piece| (piece.at.partition, piece.from, piece.until - 1))
            .collect()
    }

    #[test]
    fn ranges_are_cut_as_spark_cuts_them() {
        let whole = [(0, 0, 7), (1, 0, 3), (2, 0, 0)];
        assert_eq!(parts("3", None), whole);
        let four = [(0, 0, 3), (0, 4, 7), (1, 0, 3), (2, 0, 0)];
        assert_eq!(parts("4", None), four);
        let six = [
            (0, 0, 1),
            (0, 2, 4),
            (0, 5, 7),
            (1, 0, 1),
            (1, 2, 3),
            (2, 0, 0),
        ];
        assert_eq!(parts("6", None), six);
        assert_eq!(parts("6", Some("3")), six);
        assert_eq!(parts("13", None).len(), 13);
        assert_eq!(parts("20", None).len(), 13);
        let by_two: Vec<_> = (0..4).map(|part| (0, part * 2, part * 2 + 1)).collect();
        assert_eq!(parts("4", Some("2"))[..4], by_two);
    }
}
