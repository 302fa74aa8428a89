//! The only clock of the project: no other file may read the ambient time.
//!
//! Everything that needs to know "now" is given a [`Clock`], so that a test can
//! decide what time it is. This module knows nothing of triggers or watermarks.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A source of wall time and of elapsed time.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn now_micros(&self) -> i64;

    /// Time since some fixed moment; never goes back, whatever is done to the
    /// wall clock. Only differences of it mean something.
    fn monotonic(&self) -> Duration;

    /// Milliseconds since 1970-01-01T00:00:00Z, which is what Spark's logs hold.
    fn now_millis(&self) -> i64 {
        self.now_micros().div_euclid(1000)
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// The zero of [`SystemClock::monotonic`]; shared, so that readings of two
/// clocks may be compared.
#[allow(clippy::disallowed_methods)] // As below.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // The one place where this is right.
    fn now_micros(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => saturating_micros(since),
            Err(before) => -saturating_micros(before.duration()),
        }
    }

    fn monotonic(&self) -> Duration {
        START.elapsed()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct ManualClock {
    micros: AtomicI64,
    /// Moves with [`ManualClock::advance`] only: setting the wall time is not
    /// time that passed.
    elapsed_micros: AtomicI64,
}

impl ManualClock {
    /// A clock which stands at `micros` after the epoch.
    pub fn at_micros(micros: i64) -> Self {
        Self {
            micros: AtomicI64::new(micros),
            elapsed_micros: AtomicI64::new(0),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let by = saturating_micros(by);
        self.micros.fetch_add(by, Ordering::SeqCst);
        self.elapsed_micros.fetch_add(by, Ordering::SeqCst);
    }

    /// Sets the wall time, forward or back, as an administrator would.
    pub fn set_micros(&self, micros: i64) {
        self.micros.store(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_micros(&self) -> i64 {
        self.micros.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        let micros = self.elapsed_micros.load(Ordering::SeqCst);
        Duration::from_micros(micros.unsigned_abs())
    }
}

fn saturating_micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::at_micros(1_500);
        assert_eq!(clock.now_micros(), 1_500);
        assert_eq!(clock.now_millis(), 1);
        clock.advance(Duration::from_millis(2));
        assert_eq!(clock.now_micros(), 3_500);
        assert_eq!(clock.monotonic(), Duration::from_millis(2));
    }

    #[test]
    fn setting_the_wall_time_back_does_not_turn_elapsed_time_back() {
        let clock = ManualClock::at_micros(1_000_000);
        clock.advance(Duration::from_secs(1));
        clock.set_micros(-5);
        assert_eq!(clock.now_micros(), -5);
        assert_eq!(clock.now_millis(), -1);
        assert_eq!(clock.monotonic(), Duration::from_secs(1));
    }

    #[test]
    fn the_system_clock_is_after_2020_and_monotonic() {
        let clock = SystemClock;
        assert!(clock.now_micros() > 1_577_836_800_000_000);
        let first = clock.monotonic();
        assert!(clock.monotonic() >= first);
    }
}
