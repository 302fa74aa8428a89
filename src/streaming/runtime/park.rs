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
    if pin!(future).poll(&mut context).is_pending() {
        thread::park_timeout(time);
    }
}
