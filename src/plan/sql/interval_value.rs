//! What an interval literal is worth, and of which interval type it is.

use sqlparser::ast::{DateTimeField, Expr as Sql, Ident, Interval, Value};
use sqlparser::tokenizer::Span;

use super::interval;
use crate::error::{ErrorClass, SparkError};
use crate::plan::Literal;
use crate::types::{DataType, DayTimeField, YearMonthField};

/// Why a literal is refused. Spark shows the fragment of the text with some of its
/// errors only.
pub(super) enum Invalid {
    /// Year-month and day-time units together.
    Mixed,
    /// About one value.
    Value(SparkError, Span),
    /// About the whole literal.
    Literal(SparkError),
    /// Shown without the text.
    Bare(SparkError),
}

type Outcome<T> = Result<T, Invalid>;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The literal for what [`interval::parse`] read.
pub(super) fn literal(interval: &Interval) -> Outcome<Literal> {
    let Sql::Tuple(items) = &*interval.value else {
        return Err(Invalid::Literal(SparkError::internal(
            "an interval without pairs",
        )));
    };
    let mut pairs = Vec::new();
    for pair in items.chunks(2) {
        if let [Sql::Value(value), Sql::Identifier(unit)] = pair {
            pairs.push((value, unit));
        }
    }
    if let (Some(DateTimeField::Custom(to)), [(value, from)]) =
        (&interval.last_field, pairs.as_slice())
    {
        return match &value.value {
            Value::TripleSingleQuotedString(text) => from_to(text, from, to),
            _ => Err(Invalid::Literal(plain(
                "The value of from-to unit must be a string.",
            ))),
        };
    }
    let mut texts = Vec::new();
    for (value, unit) in pairs {
        let text = match &value.value {
            Value::Number(text, _) | Value::TripleSingleQuotedString(text) => text.trim(),
            _ => "",
        };
        if !is_number(text) {
            let message = format!(
                "Can only use numbers in the interval value part for multiple unit value pairs \
                 interval form, but got invalid value: {text}."
            );
            let span = Span {
                start: value.span.start,
                end: unit.span.end,
            };
            return Err(Invalid::Value(plain(&message), span));
        }
        texts.push((text.to_string(), unit.value.to_ascii_lowercase()));
    }
    pairs_value(&texts)
}

/// `INTERVAL '1 day 2 hours'`; `None` where the text is not an interval.
pub(super) fn from_text(text: &str, source: &str) -> Result<Literal, Option<SparkError>> {
    let lower = text.to_ascii_lowercase();
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    if words.first() == Some(&"interval") {
        words.remove(0);
    }
    if words.is_empty() || words.len() % 2 == 1 {
        return Err(None);
    }
    let mut pairs = Vec::new();
    for pair in words.chunks(2) {
        if !is_number(pair[0]) {
            return Err(None);
        }
        pairs.push((pair[0].to_string(), pair[1].to_string()));
    }
    pairs_value(&pairs).map_err(|error| match error {
        Invalid::Mixed => Some(mixed(source)),
        _ => None,
    })
}

pub(super) fn mixed(source: &str) -> SparkError {
    plain(&format!(
        "Cannot mix year-month and day-time fields: {source}."
    ))
}

fn plain(message: &str) -> SparkError {
    SparkError::plain(ErrorClass::Parse, message)
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    digits.chars().any(|c| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() <= 1
}

/// The units of a sum of pairs as they are added up.
#[derive(Default)]
struct Sum {
    months: i32,
    days: i32,
    micros: i64,
}

fn pairs_value(pairs: &[(String, String)]) -> Outcome<Literal> {
    let input: String = pairs
        .iter()
        .map(|(value, unit)| format!(" {value} {unit}"))
        .collect();
    let refuse = |sub: &str, extra: &[(&str, &str)]| {
        let mut parameters = vec![("input", input.as_str())];
        parameters.extend_from_slice(extra);
        Invalid::Bare(SparkError::new(
            &format!("INVALID_INTERVAL_FORMAT.{sub}"),
            &parameters,
        ))
    };
    let mut sum = Sum::default();
    let mut year_month: Option<(YearMonthField, YearMonthField)> = None;
    let mut day_time: Option<(DayTimeField, DayTimeField)> = None;
    for (value, unit) in pairs {
        match interval::unit(unit) {
            Some("year") => widen(&mut year_month, YearMonthField::Year),
            Some("month") => widen(&mut year_month, YearMonthField::Month),
            Some("week" | "day") => widen(&mut day_time, DayTimeField::Day),
            Some("hour") => widen(&mut day_time, DayTimeField::Hour),
            Some("minute") => widen(&mut day_time, DayTimeField::Minute),
            Some("second" | "millisecond" | "microsecond") => {
                widen(&mut day_time, DayTimeField::Second);
            }
            _ => return Err(refuse("INVALID_UNIT", &[("unit", unit)])),
        }
        let unit = interval::unit(unit).unwrap_or_default();
        if value.contains('.') && unit != "second" {
            return Err(refuse("INVALID_FRACTION", &[("unit", unit)]));
        }
        if add(&mut sum, value, unit).is_none() {
            return Err(refuse("ARITHMETIC_EXCEPTION", &[]));
        }
    }
    match (year_month, day_time) {
        (Some((start, end)), None) => Ok(Literal::YearMonth(
            sum.months,
            DataType::YearMonthInterval { start, end },
        )),
        (None, Some((start, end))) => {
            let micros = i64::from(sum.days)
                .checked_mul(DAY)
                .and_then(|d| d.checked_add(sum.micros));
            let Some(micros) = micros else {
                let condition = "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION";
                return Err(Invalid::Bare(SparkError::new(condition, &[])));
            };
            Ok(Literal::DayTime(
                micros,
                DataType::DayTimeInterval { start, end },
            ))
        }
        _ => Err(Invalid::Mixed),
    }
}

fn widen<F: Ord + Copy>(range: &mut Option<(F, F)>, field: F) {
    *range = Some(match *range {
        Some((start, end)) => (start.min(field), end.max(field)),
        None => (field, field),
    });
}

fn add(sum: &mut Sum, value: &str, unit: &str) -> Option<()> {
    if unit == "second" {
        sum.micros = sum.micros.checked_add(seconds(value)?)?;
        return Some(());
    }
    let value: i64 = value.strip_prefix('+').unwrap_or(value).parse().ok()?;
    let int = |factor: i64| i32::try_from(value.checked_mul(factor)?).ok();
    match unit {
        "year" => sum.months = sum.months.checked_add(int(12)?)?,
        "month" => sum.months = sum.months.checked_add(int(1)?)?,
        "week" => sum.days = sum.days.checked_add(int(7)?)?,
        "day" => sum.days = sum.days.checked_add(int(1)?)?,
        _ => {
            let factor = match unit {
                "hour" => HOUR,
                "minute" => MINUTE,
                "millisecond" => 1000,
                _ => 1,
            };
            sum.micros = sum.micros.checked_add(value.checked_mul(factor)?)?;
        }
    }
    Some(())
}

/// Microseconds of `[+-]seconds[.fraction]`, cut off below a microsecond.
fn seconds(text: &str) -> Option<i64> {
    let negative = text.starts_with('-');
    let (whole, fraction) = text
        .trim_start_matches(['+', '-'])
        .split_once('.')
        .unwrap_or((text.trim_start_matches(['+', '-']), ""));
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let micros = whole
        .checked_mul(SECOND)?
        .checked_add(digits.parse().ok()?)?;
    Some(if negative { -micros } else { micros })
}

/// `'1-2' YEAR TO MONTH` and `'1 02:03' DAY TO MINUTE`.
fn from_to(text: &str, from: &Ident, to: &Ident) -> Outcome<Literal> {
    let from_unit = interval::unit(&from.value).unwrap_or_default();
    let to_unit = interval::unit(&to.value).unwrap_or_default();
    if (from_unit, to_unit) == ("year", "month") {
        return years_months(text);
    }
    match (day_time_field(from_unit), day_time_field(to_unit)) {
        (Some(from), Some(to)) if from < to => day_time(text, from, to),
        _ => Err(Invalid::Literal(SparkError::new(
            "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION",
            &[("input", text), ("from", from_unit), ("to", to_unit)],
        ))),
    }
}

fn day_time_field(unit: &str) -> Option<DayTimeField> {
    use DayTimeField as F;
    [F::Day, F::Hour, F::Minute, F::Second]
        .into_iter()
        .find(|field| field.name() == unit)
}

fn signed(text: &str) -> (i64, &str) {
    let text = text.trim();
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn years_months(text: &str) -> Outcome<Literal> {
    let (sign, body) = signed(text);
    let unmatched = || {
        let format = "`[+|-]y-m`, `INTERVAL [+|-]'[+|-]y-m' YEAR TO MONTH`";
        Invalid::Literal(SparkError::new(
            "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING",
            &[
                ("intervalStr", "year-month"),
                ("supportedFormat", format),
                ("typeName", "interval year to month"),
                ("input", text),
            ],
        ))
    };
    let (years, months) = body.split_once('-').ok_or_else(unmatched)?;
    let years: i64 = digits(years).ok_or_else(unmatched)?;
    let months: i64 = digits(months).ok_or_else(unmatched)?;
    let total = years
        .checked_mul(12)
        .and_then(|total| total.checked_add(months));
    let total = total.and_then(|total| i32::try_from(sign * total).ok());
    match total {
        Some(total) if months < 12 => {
            let (start, end) = (YearMonthField::Year, YearMonthField::Month);
            Ok(Literal::YearMonth(
                total,
                DataType::YearMonthInterval { start, end },
            ))
        }
        _ => Err(Invalid::Literal(SparkError::new(
            "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING",
            &[("input", text), ("interval", "year-month")],
        ))),
    }
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

fn day_time(text: &str, from: DayTimeField, to: DayTimeField) -> Outcome<Literal> {
    let (sign, body) = signed(text);
    let Some(fields) = split_fields(body, from, to) else {
        return Err(Invalid::Literal(unmatched_day_time(text, from, to)));
    };
    let mut micros: i64 = 0;
    for (field, value, most) in fields {
        let unit = match field {
            DayTimeField::Day => DAY,
            DayTimeField::Hour => HOUR,
            DayTimeField::Minute => MINUTE,
            DayTimeField::Second => 1,
        };
        if field != from && value > most {
            let shown = if field == DayTimeField::Second {
                value / SECOND
            } else {
                value
            };
            let limit = if field == DayTimeField::Second {
                most / SECOND
            } else {
                most
            };
            let name = field.name();
            let message = format!("requirement failed: {name} {shown} outside range [0, {limit}].");
            return Err(Invalid::Literal(plain(&message)));
        }
        let Some(total) = value
            .checked_mul(unit)
            .and_then(|part| micros.checked_add(part))
        else {
            let parameters = [("input", text), ("interval", "day-time")];
            let condition = "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING";
            return Err(Invalid::Literal(SparkError::new(condition, &parameters)));
        };
        micros = total;
    }
    let data_type = DataType::DayTimeInterval {
        start: from,
        end: to,
    };
    Ok(Literal::DayTime(sign * micros, data_type))
}

/// Each field with its value (seconds in microseconds) and the most that it may be
/// where it is not the first.
fn split_fields(
    body: &str,
    from: DayTimeField,
    to: DayTimeField,
) -> Option<Vec<(DayTimeField, i64, i64)>> {
    use DayTimeField as F;
    let mut fields = Vec::new();
    let mut rest = body;
    for field in [F::Day, F::Hour, F::Minute, F::Second] {
        if field < from || field > to {
            continue;
        }
        let separator = if field == F::Day { ' ' } else { ':' };
        let part = if field == to {
            std::mem::take(&mut rest)
        } else {
            let (part, tail) = rest.split_once(separator)?;
            rest = tail.trim_start();
            part
        };
        let (whole, fraction) = part.split_once('.').unwrap_or((part, "0"));
        if field != F::Second && part.contains('.') || fraction.len() > 9 {
            return None;
        }
        digits(fraction)?;
        let value = digits(whole).filter(|_| field == from || whole.len() <= 2)?;
        fields.push(match field {
            F::Day => (field, value, i64::MAX),
            F::Hour => (field, value, 23),
            F::Minute => (field, value, 59),
            F::Second => (field, seconds(part)?, 60 * SECOND - 1),
        });
    }
    Some(fields)
}

fn unmatched_day_time(text: &str, from: DayTimeField, to: DayTimeField) -> SparkError {
    let whole = [("d", " "), ("h", ":"), ("m", ":"), ("s.n", "")];
    let mut format = String::new();
    for (index, (letter, separator)) in whole.iter().enumerate() {
        if index >= from as usize && index <= to as usize {
            format.push_str(letter);
            if index < to as usize {
                format.push_str(separator);
            }
        }
    }
    let (from, to) = (from.name(), to.name());
    let upper = format!("{from} to {to}").to_uppercase();
    SparkError::new(
        "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE",
        &[
            ("intervalStr", "day-time"),
            (
                "supportedFormat",
                &format!("`[+|-]{format}`, `INTERVAL [+|-]'[+|-]{format}' {upper}`"),
            ),
            ("typeName", &format!("interval {from} to {to}")),
            ("input", text),
        ],
    )
}
