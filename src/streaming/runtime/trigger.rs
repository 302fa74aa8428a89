//! When the next batch is due.

use std::time::Duration;

use crate::error::{ErrorClass, Result, SparkError};
use crate::types::interval::parse_interval;
use crate::types::interval_error::interval_error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A batch as soon as the one before is done, at the earliest every so often.
    ProcessingTime(Duration),
    /// One batch of everything, then stop.
    Once,
    /// Batches within the rate limits until what was there at the start is read.
    AvailableNow,
    /// Rows as they come; what the sink has is committed every so often.
    Continuous(Duration),
}

impl Trigger {
    pub fn parse(given: Option<&(String, String)>) -> Result<Self> {
        let Some((kind, value)) = given else {
            return Ok(Self::ProcessingTime(Duration::ZERO));
        };
        match kind.as_str() {
            "processingTime" => Ok(Self::ProcessingTime(interval(value)?)),
            "once" => Ok(Self::Once),
            "availableNow" => Ok(Self::AvailableNow),
            "continuous" => Ok(Self::Continuous(interval(value)?)),
            other => Err(SparkError::not_implemented(format_args!(
                "the trigger {other}"
            ))),
        }
    }

    /// The time from tick to tick; none between batches that do not wait for one.
    pub fn interval(self) -> Duration {
        match self {
            Self::ProcessingTime(every) | Self::Continuous(every) => every,
            Self::Once | Self::AvailableNow => Duration::ZERO,
        }
    }

    /// When the batch after one that was due at `millis` is: at the next whole multiple
    /// of the interval, which may have passed by the time that the batch is done. Then
    /// the next one runs at once, and the ticks that were missed are not made up for.
    /// `None` where batches do not wait for the clock.
    pub fn next(self, millis: i64) -> Option<i64> {
        let (Self::ProcessingTime(every) | Self::Continuous(every)) = self else {
            return None;
        };
        let every = i64::try_from(every.as_millis()).unwrap_or(i64::MAX);
        (every > 0).then(|| {
            (millis.div_euclid(every))
                .saturating_add(1)
                .saturating_mul(every)
        })
    }
}

/// Whether a trigger's interval can be read; which triggers there are is said when
/// the query starts.
pub fn check(given: &(String, String)) -> Result<()> {
    match given.0.as_str() {
        "processingTime" | "continuous" => interval(&given.1).map(|_| ()),
        _ => Ok(()),
    }
}

/// The length of an interval such as a trigger's, in microseconds.
pub fn interval_micros(text: &str) -> Result<u64> {
    let length = interval(text)?.as_micros();
    Ok(u64::try_from(length).unwrap_or(u64::MAX))
}

fn interval(text: &str) -> Result<Duration> {
    let (months, days, micros) = parse_interval(text).map_err(|_| interval_error(text))?;
    if months != 0 {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_3262",
            &[("interval", text)],
        ));
    }
    let micros = i64::from(days) * 86_400_000_000 + micros;
    u64::try_from(micros)
        .map(Duration::from_micros)
        .map_err(|_| {
            SparkError::plain(
                ErrorClass::IllegalArgument,
                "requirement failed: the interval of trigger should not be negative",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_multiples_of_the_interval() {
        let trigger = Trigger::ProcessingTime(Duration::from_secs(10));
        assert_eq!(trigger.next(12_345), Some(20_000));
        assert_eq!(trigger.next(20_000), Some(30_000));
        assert_eq!(trigger.next(-1), Some(0));
        assert_eq!(Trigger::ProcessingTime(Duration::ZERO).next(5), None);
        assert_eq!(Trigger::AvailableNow.next(5), None);
        let continuous = Trigger::Continuous(Duration::from_secs(1));
        assert_eq!(continuous.next(1_500), Some(2_000));
    }
}
