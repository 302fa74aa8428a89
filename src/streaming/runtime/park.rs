//! Waiting on a thread of one's own: for a future, and no longer than a while.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Holds this thread until `future` is there, or for `time`; now and then for less.
pub(super) fn wait(future: impl Future<Output = ()>, time: Duration) {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    // It must live through the waiting: a future that is gone wakes nobody.
    let mut future = pin!(future);
    if future.as_mut().poll(&mut context).is_pending() {
        thread::park_timeout(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_woken_waits_no_longer() {
        let notify = Arc::new(tokio::sync::Notify::new());
        let (sender, receiver) = std::sync::mpsc::channel();
        let waiting = Arc::clone(&notify);
        let thread = thread::spawn(move || {
            wait(waiting.notified(), Duration::from_secs(3600));
            sender.send(()).unwrap();
        });
        // Told before it waits or while it does: either way it goes on.
        notify.notify_one();
        let woken = receiver.recv_timeout(Duration::from_secs(60));
        assert!(woken.is_ok());
        thread.join().unwrap();
    }

    #[test]
    fn one_that_waits_already_is_woken_too() {
        let notify = Arc::new(tokio::sync::Notify::new());
        let (sender, receiver) = std::sync::mpsc::channel();
        let waiting = Arc::clone(&notify);
        let thread = thread::spawn(move || {
            wait(waiting.notified(), Duration::from_secs(3600));
            sender.send(()).unwrap();
        });
        // Only who is registered is told; so until it is, nobody is.
        let is_woken = (0..2000).any(|_| {
            notify.notify_waiters();
            receiver.recv_timeout(Duration::from_millis(10)).is_ok()
        });
        assert!(is_woken);
        thread.join().unwrap();
    }
}
