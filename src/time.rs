//! The only clock of the project: no other file may read the ambient time.
//!
//! Everything that needs to know "now" is given a [`Clock`], so that a test can
//! decide what time it is; what waits for a moment of it takes a [`Seat`], so that a
//! test can also know that everything rests. This module knows nothing of triggers or
//! watermarks.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::{Condvar, Mutex};
use tokio::sync::Notify;

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

    /// A place for someone who will wait for moments of this clock.
    fn seat(&self) -> Arc<dyn Seat>;
}

pub type Moment<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One that waits for moments of a clock, again and again, until it is dropped.
pub trait Seat: Send + Sync {
    /// Resolves once the wall time is at `millis` or past it.
    fn until(&self, millis: i64) -> Moment<'_>;

    /// The same within a fraction of a millisecond, for one whose thread does nothing
    /// else: it may be held for the last milliseconds.
    fn promptly(&self, millis: i64) -> Moment<'_> {
        self.until(millis)
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

    fn seat(&self) -> Arc<dyn Seat> {
        Arc::new(SystemSeat)
    }
}

struct SystemSeat;

impl Seat for SystemSeat {
    fn until(&self, millis: i64) -> Moment<'_> {
        let left = millis.saturating_sub(SystemClock.now_millis());
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        Box::pin(tokio::time::sleep(left))
    }

    /// The runtime's timer goes by whole milliseconds and is late by up to two.
    #[allow(clippy::disallowed_methods)] // For the last of them only.
    fn promptly(&self, millis: i64) -> Moment<'_> {
        const STEPS: Duration = Duration::from_millis(2);
        Box::pin(async move {
            let left = || {
                let micros = millis.saturating_mul(1000) - SystemClock.now_micros();
                Duration::from_micros(u64::try_from(micros).unwrap_or(0))
            };
            if let Some(early) = left().checked_sub(STEPS) {
                tokio::time::sleep(early).await;
            }
            while !left().is_zero() {
                std::thread::sleep(left());
            }
        })
    }
}

/// A clock that stands still until it is moved. Copies are the same clock.
#[derive(Debug, Clone, Default)]
pub struct ManualClock(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<ManualState>,
    /// Those who wait look again.
    moved: Notify,
    /// A seat has come to rest or was given up.
    rested: Condvar,
}

#[derive(Debug, Default)]
struct ManualState {
    micros: i64,
    /// Moves with [`ManualClock::advance`] only: setting the wall time is not
    /// time that passed.
    elapsed: Duration,
    /// The moment in milliseconds that each seat waits for; none while it works.
    seats: HashMap<u64, Option<i64>>,
    next_seat: u64,
}

impl ManualState {
    fn millis(&self) -> i64 {
        self.micros.div_euclid(1000)
    }

    fn rests(&self) -> bool {
        let now = self.millis();
        self.seats.values().all(|due| due.is_some_and(|d| d > now))
    }
}

impl ManualClock {
    /// A clock which stands at `micros` after the epoch.
    pub fn at_micros(micros: i64) -> Self {
        let clock = Self::default();
        clock.0.state.lock().micros = micros;
        clock
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let mut state = self.0.state.lock();
        state.micros = state.micros.saturating_add(saturating_micros(by));
        state.elapsed += by;
        drop(state);
        self.0.moved.notify_waiters();
    }

    /// Sets the wall time, forward or back, as an administrator would.
    pub fn set_micros(&self, micros: i64) {
        self.0.state.lock().micros = micros;
        self.0.moved.notify_waiters();
    }

    /// Waits for up to `slice` until every seat waits for a moment that is yet to
    /// come; whether that is so.
    pub fn rests(&self, slice: Duration) -> bool {
        let mut state = self.0.state.lock();
        if !state.rests() {
            self.0.rested.wait_for(&mut state, slice);
        }
        state.rests()
    }
}

impl Clock for ManualClock {
    fn now_micros(&self) -> i64 {
        self.0.state.lock().micros
    }

    fn monotonic(&self) -> Duration {
        self.0.state.lock().elapsed
    }

    fn seat(&self) -> Arc<dyn Seat> {
        let mut state = self.0.state.lock();
        let number = state.next_seat;
        state.next_seat += 1;
        state.seats.insert(number, None);
        Arc::new(ManualSeat {
            clock: self.clone(),
            number,
        })
    }
}

struct ManualSeat {
    clock: ManualClock,
    number: u64,
}

impl ManualSeat {
    /// Whether the moment has come; notes what this seat does until it has.
    fn is_due(&self, millis: i64) -> bool {
        let mut state = self.clock.0.state.lock();
        let due = state.millis() >= millis;
        state.seats.insert(self.number, (!due).then_some(millis));
        drop(state);
        self.clock.0.rested.notify_all();
        due
    }
}

impl Seat for ManualSeat {
    fn until(&self, millis: i64) -> Moment<'_> {
        Box::pin(async move {
            loop {
                let moved = self.clock.0.moved.notified();
                tokio::pin!(moved);
                // Before looking, or a move between the two would go unheard.
                moved.as_mut().enable();
                if self.is_due(millis) {
                    return;
                }
                moved.await;
            }
        })
    }
}

impl Drop for ManualSeat {
    fn drop(&mut self) {
        self.clock.0.state.lock().seats.remove(&self.number);
        self.clock.0.rested.notify_all();
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

    #[tokio::test]
    async fn a_seat_waits_until_the_clock_is_moved_far_enough() {
        let clock = ManualClock::at_micros(0);
        let seat = clock.seat();
        assert!(!clock.rests(Duration::ZERO), "it may still have work");
        let waiting = tokio::spawn(async move {
            seat.until(10).await;
            seat
        });
        while !clock.rests(Duration::ZERO) {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_millis(9));
        tokio::task::yield_now().await;
        assert!(clock.rests(Duration::ZERO) && !waiting.is_finished());
        clock.advance(Duration::from_millis(1));
        assert!(!clock.rests(Duration::ZERO), "its moment has come");
        let seat = waiting.await.ok();
        assert!(!clock.rests(Duration::ZERO), "it works");
        drop(seat);
        assert!(clock.rests(Duration::ZERO), "nobody is left");
    }

    #[tokio::test]
    async fn a_moment_that_has_passed_is_not_waited_for() {
        let clock = ManualClock::at_micros(5_000);
        clock.seat().until(5).await;
        clock.seat().until(-1).await;
        SystemClock.seat().until(0).await;
        SystemClock.seat().promptly(0).await;
    }

    #[tokio::test]
    async fn a_prompt_seat_does_not_come_early() {
        let due = SystemClock.now_millis() + 5;
        SystemClock.seat().promptly(due).await;
        assert!(SystemClock.now_millis() >= due);
    }

    #[test]
    fn the_system_clock_is_after_2020_and_monotonic() {
        let clock = SystemClock;
        assert!(clock.now_micros() > 1_577_836_800_000_000);
        let first = clock.monotonic();
        assert!(clock.monotonic() >= first);
    }
}
