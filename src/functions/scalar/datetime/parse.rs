//! Text read as dates and times: `to_timestamp`, `to_date`, `unix_timestamp` and the
//! forms of them that give a null for what cannot be read.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Int64Array};

use super::pattern::{Patterns, Reader, pattern_type, with_default};
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::coercion::implicit_cast;
use crate::functions::scalar::kernel::{expand, is_null, native_values, retyped};
use crate::functions::scalar::typing::{any_nullable, arity, unexpected};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::datetime::civil::{MICROS_PER_DAY, MICROS_PER_SECOND};
use crate::types::datetime::{
    is_time_only, parse_date_default, parse_timestamp_default, parse_timestamp_ntz_default,
};
use crate::types::format::local_day;
use crate::types::{DataType, Zone};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["to_timestamp", "to_timestamp_ltz"],
        bind: |n, a, s| read(n, a, s, Target::Timestamp, false),
    },
    Scalar {
        names: &["try_to_timestamp"],
        bind: |n, a, s| read(n, a, s, Target::Timestamp, true),
    },
    Scalar {
        names: &["to_timestamp_ntz"],
        bind: |n, a, s| read(n, a, s, Target::TimestampNtz, false),
    },
    Scalar {
        names: &["to_date"],
        bind: |n, a, s| read(n, a, s, Target::Date, false),
    },
    Scalar {
        names: &["try_to_date"],
        bind: |n, a, s| read(n, a, s, Target::Date, true),
    },
    Scalar {
        names: &["unix_timestamp", "to_unix_timestamp"],
        bind: seconds,
    },
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Timestamp,
    TimestampNtz,
    Date,
    /// Whole seconds since the epoch.
    Seconds,
}

impl Target {
    fn data_type(self) -> DataType {
        match self {
            Self::Timestamp => DataType::Timestamp,
            Self::TimestampNtz => DataType::TimestampNtz,
            Self::Date => DataType::Date,
            Self::Seconds => DataType::Long,
        }
    }

    /// The function that Spark advises for text that cannot be read.
    fn tolerant(self) -> &'static str {
        match self {
            Self::Date => "`try_to_date`",
            _ => "`try_to_timestamp`",
        }
    }

    /// An array of this type from microseconds since the epoch.
    fn array(self, micros: Vec<Option<i64>>, zone: Zone) -> Result<ArrayRef> {
        let built: ArrayRef = match self {
            Self::Date => {
                let days = micros
                    .into_iter()
                    .map(|m| m.map(|m| local_day(m, zone) as i32));
                Arc::new(days.collect::<Date32Array>())
            }
            Self::Seconds => {
                let seconds = micros.into_iter().map(|m| m.map(|m| m / MICROS_PER_SECOND));
                Arc::new(seconds.collect::<Int64Array>())
            }
            _ => Arc::new(Int64Array::from(micros)),
        };
        retyped(built, &self.data_type().to_arrow())
    }
}

fn read(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    target: Target,
    quiet: bool,
) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    if args.len() == 2 {
        return with_pattern(name, args, settings, target, quiet);
    }
    let from = &args[0].data_type;
    let numbers = target != Target::Date && from.is_numeric();
    if from.is_datetime() || *from == DataType::Null || numbers {
        return Ok(cast_only(target.data_type(), args[0].nullable));
    }
    if !implicit_cast(from, &DataType::String, settings.ansi) {
        return Err(unexpected(name, args, 0, &wanted(target)));
    }
    if *from == DataType::String && !quiet {
        return Ok(cast_only(target.data_type(), args[0].nullable));
    }
    Ok(from_text(target, settings, quiet))
}

fn wanted(target: Target) -> String {
    let plain = "\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\"";
    let precise = "\"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\"";
    match target {
        Target::Timestamp | Target::TimestampNtz => format!("({plain} or \"NUMERIC\")"),
        Target::Date => format!("({plain})"),
        Target::Seconds => format!("({plain} or {precise})"),
    }
}

/// All the work is in the cast of the argument.
fn cast_only(to: DataType, nullable: bool) -> Binding {
    let kernel: Kernel = Arc::new(|args, rows| expand(Arc::clone(&args[0].array), rows));
    Binding {
        args: vec![to.clone()],
        returns: to,
        nullable,
        kernel,
    }
}

/// Text read as a cast reads it; other types than strings are written first.
fn from_text(target: Target, settings: &Settings, quiet: bool) -> Binding {
    let zone = settings.time_zone;
    let raises = settings.ansi && !quiet;
    let kernel: Kernel = Arc::new(move |args, rows| {
        let texts = args[0].array.as_string::<i32>();
        let mut micros = Vec::with_capacity(rows);
        for row in 0..rows {
            if is_null(args, row) {
                micros.push(None);
                continue;
            }
            let text = texts.value(args[0].at(row));
            let found = cast_text(text, target, zone)?;
            if found.is_none() && raises {
                return Err(malformed(text, target));
            }
            micros.push(found);
        }
        target.array(micros, zone)
    });
    Binding {
        args: vec![DataType::String],
        returns: target.data_type(),
        nullable: true,
        kernel,
    }
}

fn cast_text(text: &str, target: Target, zone: Zone) -> Result<Option<i64>> {
    let found = match target {
        Target::Date => {
            parse_date_default(text).map(|days| zone.local_to_utc(i64::from(days) * MICROS_PER_DAY))
        }
        Target::TimestampNtz => parse_timestamp_ntz_default(text),
        _ => parse_timestamp_default(text, zone),
    };
    if found.is_none() && target != Target::Date && is_time_only(text) {
        return Err(SparkError::not_implemented(
            "a time without a date as a timestamp",
        ));
    }
    Ok(found)
}

fn malformed(text: &str, target: Target) -> SparkError {
    let literal = format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let parameters = [
        ("expression", literal.as_str()),
        ("sourceType", "\"STRING\""),
        ("targetType", &format!("\"{}\"", target.data_type().sql())),
    ];
    SparkError::new("CAST_INVALID_INPUT", &parameters).with_class(ErrorClass::DateTime)
}

fn seconds(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    if args.is_empty() && name.eq_ignore_ascii_case("unix_timestamp") {
        // The time of the query is the caller's to fill in.
        return Err(SparkError::not_implemented(
            "unix_timestamp without arguments here",
        ));
    }
    arity(name, args, 1, 2)?;
    let from = &args[0].data_type;
    if !from.is_datetime() && !matches!(from, DataType::String | DataType::Null) {
        let shown = with_default(args);
        return Err(unexpected(name, &shown, 0, &wanted(Target::Seconds)));
    }
    with_pattern(name, args, settings, Target::Seconds, false)
}

/// Text read with a pattern; what is a date or time already only changes its type.
fn with_pattern(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    target: Target,
    quiet: bool,
) -> Result<Binding> {
    let from = match &args[0].data_type {
        kind if kind.is_datetime() => kind.clone(),
        kind if implicit_cast(kind, &DataType::String, settings.ansi) => DataType::String,
        _ => return Err(unexpected(name, args, 0, &wanted(target))),
    };
    if target == Target::TimestampNtz && from != DataType::String {
        let what = format!("{name} of {from} with a pattern");
        return Err(SparkError::not_implemented(what));
    }
    let mut types = vec![from.clone()];
    types.extend(pattern_type(name, args, 1)?);
    let raises = settings.ansi && !quiet;
    let patterns = Patterns::of(args.get(1), true);
    let zone = settings.time_zone;
    let kernel: Kernel = Arc::new(move |args, rows| {
        let mut micros = Vec::with_capacity(rows);
        let mut source = Source::of(args, &from, &patterns)?;
        for row in 0..rows {
            let found = if is_null(args, row) {
                None
            } else {
                source.micros(&args[0], row, target, zone, raises)?
            };
            micros.push(found);
        }
        target.array(micros, zone)
    });
    Ok(Binding {
        args: types,
        returns: target.data_type(),
        nullable: !raises || any_nullable(args),
        kernel,
    })
}

/// Where a row's time comes from.
enum Source<'a> {
    Text(&'a arrow::array::StringArray, Reader<'a>),
    Days(&'a [i32]),
    Micros(&'a [i64]),
}

impl<'a> Source<'a> {
    fn of(args: &'a [Arg], from: &DataType, patterns: &'a Patterns) -> Result<Self> {
        let array = args[0].array.as_ref();
        Ok(match from {
            DataType::Date => Self::Days(native_values(array)?),
            DataType::String => Self::Text(array.as_string(), patterns.reader(args.get(1))?),
            // The number of a timestamp without zone is taken as it stands.
            _ => Self::Micros(native_values(array)?),
        })
    }

    fn micros(
        &mut self,
        arg: &Arg,
        row: usize,
        target: Target,
        zone: Zone,
        raises: bool,
    ) -> Result<Option<i64>> {
        let at = arg.at(row);
        match self {
            Self::Days(days) => {
                let local = i64::from(days[at]).saturating_mul(MICROS_PER_DAY);
                Ok(Some(zone.local_to_utc(local)))
            }
            Self::Micros(micros) => Ok(Some(micros[at])),
            Self::Text(texts, reader) => {
                let pattern = reader.at(row)?;
                let found = match target {
                    Target::TimestampNtz => pattern.parse_local(texts.value(at)),
                    _ => pattern.parse(texts.value(at), zone),
                };
                match found {
                    Ok(micros) => Ok(Some(micros)),
                    Err(failure) if raises => Err(SparkError::new(
                        "CANNOT_PARSE_TIMESTAMP",
                        &[
                            ("message", &failure.to_string()),
                            ("func", target.tolerant()),
                        ],
                    )),
                    Err(_) => Ok(None),
                }
            }
        }
    }
}
