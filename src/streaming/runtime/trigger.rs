//! When the next batch is due.

use std::time::Duration;

use crate::error::{ErrorClass, Result, SparkError};
use crate::types::interval::parse_interval;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A batch as soon as the one before is done, at the earliest every so often.
    ProcessingTime(Duration),
    /// One batch of everything, then stop.
    Once,
    /// Batches within the rate limits until what was there at the start is read.
    AvailableNow,
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
            // Of the sources that are here none can be read continuously.
            "continuous" => Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_3102",
                &[(
                    "msg",
                    "Continuous processing does not support StreamingRelation operations.",
                )],
            )
            .with_context(";")),
            other => Err(SparkError::not_implemented(format_args!(
                "the trigger {other}"
            ))),
        }
    }

    /// How long to wait after a batch: ticks are at whole multiples of the interval.
    pub fn wait(self, now_millis: i64) -> Duration {
        let Self::ProcessingTime(every) = self else {
            return Duration::ZERO;
        };
        let every = i64::try_from(every.as_millis()).unwrap_or(i64::MAX);
        if every == 0 {
            return Duration::ZERO;
        }
        Duration::from_millis((every - now_millis.rem_euclid(every)).unsigned_abs())
    }
}

/// Whether a trigger's interval can be read; which triggers there are is said when
/// the query starts.
pub fn check(given: &(String, String)) -> Result<()> {
    if given.0 == "processingTime" {
        interval(&given.1).map(|_| ())
    } else {
        Ok(())
    }
}

fn interval(text: &str) -> Result<Duration> {
    let (months, days, micros) = parse_interval(text)?;
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
        assert_eq!(trigger.wait(12_345), Duration::from_millis(7_655));
        assert_eq!(trigger.wait(20_000), Duration::from_secs(10));
        assert_eq!(
            Trigger::ProcessingTime(Duration::ZERO).wait(5),
            Duration::ZERO
        );
    }
}
