//! Dates and times written and read with patterns: `date_format`, `from_unixtime`,
//! `to_timestamp`, `to_date`, `unix_timestamp` and their like.
//!
//! What a pattern means belongs to `types`; here it is compiled once for a constant,
//! and only when its text changes for a column.

use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::implicit_cast;
use crate::functions::scalar::kernel::{arrow_error, expand, is_null, native_values};
use crate::functions::scalar::typing::{Want, any_nullable, arity, expect, unexpected};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::datetime::Pattern;
use crate::types::datetime::civil::MICROS_PER_SECOND;
use crate::types::{DataType, Zone};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["date_format"],
        bind: date_format,
    },
    Scalar {
        names: &["from_unixtime"],
        bind: from_unixtime,
    },
];

/// The pattern where none is given.
pub const DEFAULT: &str = "yyyy-MM-dd HH:mm:ss";

/// The patterns of an argument. An error of a constant one waits for the first row
/// that needs it, as in Spark.
#[derive(Clone)]
pub struct Patterns {
    fixed: Option<(String, Result<Pattern>)>,
    for_parsing: bool,
}

impl Patterns {
    /// `None` stands for the default pattern.
    pub fn of(arg: Option<&ArgType>, for_parsing: bool) -> Self {
        let text = match arg.map(|a| &a.literal) {
            None => Some(DEFAULT.to_string()),
            Some(Some(Literal::String(text))) => Some(text.clone()),
            Some(_) => None,
        };
        let fixed = text.map(|text| {
            let compiled = Pattern::compile(&text, for_parsing);
            (text, compiled)
        });
        Self { fixed, for_parsing }
    }

    pub fn reader<'a>(&'a self, arg: Option<&'a Arg>) -> Result<Reader<'a>> {
        let column = match (&self.fixed, arg) {
            (None, Some(arg)) => Some((
                arg,
                arg.array
                    .as_string_opt()
                    .ok_or_else(|| SparkError::internal("a pattern is a string"))?,
            )),
            _ => None,
        };
        Ok(Reader {
            patterns: self,
            column,
            compiled: HashMap::new(),
        })
    }
}

/// Gives the pattern of each row.
pub struct Reader<'a> {
    patterns: &'a Patterns,
    column: Option<(&'a Arg, &'a StringArray)>,
    compiled: HashMap<&'a str, Pattern>,
}

impl Reader<'_> {
    /// The row's pattern must not be null.
    pub fn at(&mut self, row: usize) -> Result<&Pattern> {
        if let Some((_, fixed)) = &self.patterns.fixed {
            return fixed.as_ref().map_err(Clone::clone);
        }
        let Some((arg, texts)) = self.column else {
            return Err(SparkError::internal("a pattern without a text"));
        };
        match self.compiled.entry(texts.value(arg.at(row))) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(free) => {
                let compiled = Pattern::compile(free.key(), self.patterns.for_parsing)?;
                Ok(free.insert(compiled))
            }
        }
    }
}

/// The type of a `pattern` argument that is a string or may become one.
pub fn pattern_type(name: &str, args: &[ArgType], index: usize) -> Result<Option<DataType>> {
    match args.get(index) {
        None => Ok(None),
        Some(arg) if implicit_cast(&arg.data_type, &DataType::String, true) => {
            Ok(Some(DataType::String))
        }
        Some(_) => Err(unexpected(name, args, index, "\"STRING\"")),
    }
}

fn date_format(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    const WANTED: &str = "(\"TIMESTAMP\" or \"TIME\" or \"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\")";
    arity(name, args, 2, 2)?;
    if matches!(args[0].data_type, DataType::Time { .. }) {
        return time_format(name, args);
    }
    if !implicit_cast(&args[0].data_type, &DataType::Timestamp, settings.ansi) {
        return Err(unexpected(name, args, 0, WANTED));
    }
    let mut types = vec![DataType::Timestamp];
    types.extend(pattern_type(name, args, 1)?);
    let nullable = any_nullable(args);
    Ok(written(types, nullable, args.get(1), settings.time_zone, 1))
}

/// A time of day by a pattern that asks for no date.
fn time_format(name: &str, args: &[ArgType]) -> Result<Binding> {
    let Some(Literal::String(text)) = &args[1].literal else {
        return Err(SparkError::not_implemented(
            "date_format of a time of day with a pattern that is no constant",
        ));
    };
    let mut quoted = false;
    let asks_for_a_date = text.chars().any(|c| {
        quoted ^= c == '\'';
        !quoted && c.is_ascii_alphabetic() && !"HhkKmsSaBnN".contains(c)
    });
    if asks_for_a_date {
        return Err(SparkError::not_implemented(format_args!(
            "date_format of a time of day by the pattern {text}"
        )));
    }
    let mut types = vec![args[0].data_type.clone()];
    types.extend(pattern_type(name, args, 1)?);
    let stamps = vec![DataType::TimestampNtz, DataType::String];
    let nullable = any_nullable(args);
    let inner = written(stamps, nullable, args.get(1), Zone::UTC, 1);
    let kernel: Kernel = Arc::new(move |args, rows| {
        let nanos = native_values::<i64>(args[0].array.as_ref())?;
        let micros = nanos.iter().map(|nanos| nanos / 1_000).collect::<Vec<_>>();
        let stamps = Int64Array::new(micros.into(), args[0].array.nulls().cloned());
        let stamps = Arg {
            array: Arc::new(stamps),
            is_scalar: args[0].is_scalar,
        };
        (inner.kernel)(&[stamps, args[1].clone()], rows)
    });
    Ok(Binding {
        args: types,
        returns: DataType::String,
        nullable,
        kernel,
    })
}

fn from_unixtime(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let shown = with_default(args);
    let mut types = expect(name, &shown[..1], settings, &[Want::Is(DataType::Long)])
        .map_err(|_| unexpected(name, &shown, 0, "\"BIGINT\""))?;
    types.extend(pattern_type(name, args, 1)?);
    let zone = settings.time_zone;
    Ok(written(types, true, args.get(1), zone, MICROS_PER_SECOND))
}

/// The arguments with the default pattern where it is left out, which Spark prints.
pub fn with_default(args: &[ArgType]) -> Vec<ArgType> {
    let mut all = args.to_vec();
    if all.len() == 1 {
        all.push(ArgType {
            data_type: DataType::String,
            nullable: false,
            literal: Some(Literal::String(DEFAULT.into())),
            text: DEFAULT.into(),
        });
    }
    all
}

/// Instants as text; `unit` is what one of the argument is in microseconds.
fn written(
    args: Vec<DataType>,
    nullable: bool,
    pattern: Option<&ArgType>,
    zone: Zone,
    unit: i64,
) -> Binding {
    let patterns = Patterns::of(pattern, false);
    let kernel: Kernel = Arc::new(move |args, rows| {
        let distinct = if args.iter().all(|a| a.is_scalar) {
            1
        } else {
            rows
        };
        let instants = native_values::<i64>(args[0].array.as_ref())?;
        let mut reader = patterns.reader(args.get(1))?;
        let mut writer = Writer::new(distinct, patterns.grain());
        for row in 0..distinct {
            if is_null(args, row) {
                writer.null();
            } else {
                let micros = instants[args[0].at(row)].wrapping_mul(unit);
                writer.write(micros, zone, reader.at(row)?)?;
            }
        }
        expand(writer.finish()?, rows)
    });
    Binding {
        args,
        returns: DataType::String,
        nullable,
        kernel,
    }
}

/// How far apart instants may lie and still be written alike.
#[derive(Clone, Copy, PartialEq)]
enum Grain {
    Micro,
    Second,
    Minute,
    /// Several patterns are in use.
    Unknown,
}

impl Patterns {
    fn grain(&self) -> Grain {
        match &self.fixed {
            None => Grain::Unknown,
            Some((text, _)) if text.contains('S') => Grain::Micro,
            Some((text, _)) if text.contains('s') => Grain::Second,
            Some(_) => Grain::Minute,
        }
    }
}

impl Grain {
    /// Instants of one key are written alike.
    fn key(self, micros: i64) -> i64 {
        // Since 1972 all zones are whole minutes from UTC.
        const WHOLE_MINUTES: i64 = 2 * 366 * 86_400 * MICROS_PER_SECOND;
        match self {
            Self::Minute if micros >= WHOLE_MINUTES => micros - micros % (60 * MICROS_PER_SECOND),
            Self::Micro | Self::Unknown => micros,
            _ => micros - micros.rem_euclid(MICROS_PER_SECOND),
        }
    }
}

const SLOTS: usize = 1 << 10;

/// Collects written instants. Columns of times repeat themselves (windows above
/// all), so a text that was written lately is copied.
struct Writer {
    grain: Grain,
    /// By hash: key, and where its text lies among the bytes.
    recent: Vec<(i64, usize, usize)>,
    bytes: Vec<u8>,
    ends: Vec<i32>,
    valid: Vec<bool>,
    scratch: String,
}

impl Writer {
    fn new(rows: usize, grain: Grain) -> Self {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Self {
            grain,
            recent: vec![(0, usize::MAX, 0); SLOTS.min(rows.next_power_of_two())],
            bytes: Vec::with_capacity(rows * 16),
            ends,
            valid: Vec::with_capacity(rows),
            scratch: String::new(),
        }
    }

    fn end(&mut self, valid: bool) {
        self.valid.push(valid);
        // Too much text is found when the array is made.
        self.ends
            .push(i32::try_from(self.bytes.len()).unwrap_or(-1));
    }

    fn null(&mut self) {
        self.end(false);
    }

    fn write(&mut self, micros: i64, zone: Zone, pattern: &Pattern) -> Result<()> {
        let key = self.grain.key(micros);
        let spread = (key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let slot = spread as usize & (self.recent.len() - 1);
        let (held, start, end) = self.recent[slot];
        if held == key && start != usize::MAX && self.grain != Grain::Unknown {
            self.bytes.extend_from_within(start..end);
        } else {
            self.scratch.clear();
            pattern.format(micros, zone, &mut self.scratch)?;
            let start = self.bytes.len();
            self.bytes.extend_from_slice(self.scratch.as_bytes());
            self.recent[slot] = (key, start, self.bytes.len());
        }
        self.end(true);
        Ok(())
    }

    fn finish(self) -> Result<ArrayRef> {
        if self.ends.contains(&-1) {
            return Err(SparkError::internal(
                "a batch of texts is longer than 2 GiB",
            ));
        }
        let nulls = NullBuffer::from(self.valid);
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.ends));
        let built = StringArray::try_new(offsets, Buffer::from_vec(self.bytes), nulls);
        Ok(Arc::new(built.map_err(arrow_error)?))
    }
}
