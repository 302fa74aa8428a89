//! The records of one partition as the library hands them over, many at a time.
//!
//! The one place that calls the C library by itself: its Rust face gives records one by
//! one, each in an event of its own, and keeps back at which offset a partition ended,
//! without which a range whose last offsets are no records (aborted or compacted ones,
//! marks of transactions) has no end. The rules that make the calls sound stand at each.
#![allow(unsafe_code)]

use std::collections::VecDeque;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka_sys as sys;

use super::link::{Consumer, Wake};
use super::offsets::TopicPartition;
use crate::error::{Result, SparkError};

/// Records taken from the library at a time.
const TAKEN: usize = 1024;

/// What the library knows of when a record was made.
pub const TIMESTAMP_TYPES: [i32; 3] = [-1, 0, 1];

/// Fields are dropped in this order: records and the queue go before the client.
pub struct Queue {
    ready: VecDeque<Message>,
    handle: Handle,
    _consumer: Arc<Consumer>,
}

impl Queue {
    /// The partition's own queue, of a partition that is not assigned yet: what comes
    /// later comes here, and nothing to the client's common queue.
    pub fn open(consumer: &Arc<Consumer>, at: &TopicPartition) -> Result<Self> {
        let no_queue = || SparkError::internal(format_args!("no queue for {at}"));
        let topic = CString::new(at.topic.as_str()).map_err(|_| no_queue())?;
        let client = consumer.client().native_ptr();
        // SAFETY: the client lives as long as `consumer`, the name for the call.
        let queue =
            unsafe { sys::rd_kafka_queue_get_partition(client, topic.as_ptr(), at.partition) };
        let queue = NonNull::new(queue).ok_or_else(no_queue)?;
        let handle = Handle { queue, wake: None };
        // SAFETY: the queue is ours until `handle` is dropped; no destination is allowed.
        unsafe { sys::rd_kafka_queue_forward(handle.queue.as_ptr(), ptr::null_mut()) };
        Ok(Self {
            ready: VecDeque::new(),
            handle,
            _consumer: Arc::clone(consumer),
        })
    }

    /// Has `wake` called whenever something comes into the empty queue.
    pub fn on_arrival(&mut self, wake: Wake) {
        let wake = Box::new(wake);
        let data = ptr::from_ref::<Wake>(&wake).cast_mut().cast::<c_void>();
        // SAFETY: the box is kept in the handle, whose drop ends the calls first.
        unsafe {
            sys::rd_kafka_queue_cb_event_enable(self.handle.queue.as_ptr(), Some(arrived), data);
        }
        self.handle.wake = Some(wake);
    }

    /// Takes what is there; waits for so long when that is nothing.
    pub fn fill(&mut self, wait: Duration) {
        if self.take(Duration::ZERO, TAKEN) == 0 && !wait.is_zero() && self.take(wait, 1) > 0 {
            // The library would wait for as many as were asked for.
            self.take(Duration::ZERO, TAKEN);
        }
    }

    fn take(&mut self, wait: Duration, most: usize) -> usize {
        let mut taken = [ptr::null_mut::<sys::rd_kafka_message_t>(); TAKEN];
        let most = most.min(TAKEN);
        let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: the queue is ours, and there is room for `most` pointers.
        let count = unsafe {
            sys::rd_kafka_consume_batch_queue(
                self.handle.queue.as_ptr(),
                wait,
                taken.as_mut_ptr(),
                most,
            )
        };
        let count = usize::try_from(count).unwrap_or(0);
        let messages = taken.iter().take(count).filter_map(|m| NonNull::new(*m));
        self.ready.extend(messages.map(Message));
        count
    }

    pub fn front(&self) -> Option<&Message> {
        self.ready.front()
    }

    /// Gives up what was taken from the library; what it holds itself is given up when it
    /// is told to go elsewhere.
    pub fn clear(&mut self) {
        self.ready.clear();
    }

    pub fn pop(&mut self) {
        self.ready.pop_front();
    }
}

struct Handle {
    queue: NonNull<sys::rd_kafka_queue_t>,
    wake: Option<Box<Wake>>,
}

// SAFETY: the library's queues may be used from any thread; `wake` is itself `Send`.
unsafe impl Send for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the last use of the queue; calls of `wake` end with the first line,
        // under the queue's lock.
        unsafe {
            sys::rd_kafka_queue_cb_event_enable(self.queue.as_ptr(), None, ptr::null_mut());
            sys::rd_kafka_queue_destroy(self.queue.as_ptr());
        }
    }
}

/// Called from a thread of the library's.
unsafe extern "C" fn arrived(_: *mut sys::rd_kafka_t, data: *mut c_void) {
    // SAFETY: `data` is the box of `on_arrival`, alive as long as this may be called.
    let wake = unsafe { &*data.cast::<Wake>() };
    wake();
}

/// A record, or an error of its partition.
pub struct Message(NonNull<sys::rd_kafka_message_t>);

// SAFETY: a message may be read and destroyed by any thread, one at a time.
unsafe impl Send for Message {}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { sys::rd_kafka_message_destroy(self.0.as_ptr()) };
    }
}

impl Message {
    fn raw(&self) -> &sys::rd_kafka_message_t {
        // SAFETY: valid until `drop`.
        unsafe { self.0.as_ref() }
    }

    pub fn error(&self) -> Option<RDKafkaErrorCode> {
        match self.raw().err {
            sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR => None,
            error => Some(error.into()),
        }
    }

    pub fn error_text(&self) -> String {
        // SAFETY: a text of the message's own, or a constant one.
        unsafe { text(sys::rd_kafka_message_errstr(self.0.as_ptr())) }.unwrap_or_default()
    }

    /// Of a record; of an end of its partition, the end.
    pub fn offset(&self) -> i64 {
        self.raw().offset
    }

    pub fn key(&self) -> Option<&[u8]> {
        let raw = self.raw();
        // SAFETY: so many bytes, which live as long as the message.
        unsafe { bytes(raw.key, raw.key_len) }
    }

    pub fn value(&self) -> Option<&[u8]> {
        let raw = self.raw();
        // SAFETY: as above.
        unsafe { bytes(raw.payload, raw.len) }
    }

    /// Epoch milliseconds and Java's number of what they say; -1 for both when unknown.
    pub fn timestamp(&self) -> (i64, i32) {
        let mut kind = sys::rd_kafka_timestamp_type_t::RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
        // SAFETY: both pointers are good for the call.
        let millis = unsafe { sys::rd_kafka_message_timestamp(self.0.as_ptr(), &raw mut kind) };
        let kind = TIMESTAMP_TYPES.get(kind as usize).copied().unwrap_or(-1);
        (millis, kind)
    }

    /// Calls `take` with each header's name and value.
    pub fn each_header(&self, mut take: impl FnMut(&str, Option<&[u8]>)) {
        let mut headers = ptr::null_mut();
        // SAFETY: both pointers are good for the call; the headers stay the message's.
        let found = unsafe { sys::rd_kafka_message_headers(self.0.as_ptr(), &raw mut headers) };
        if found != sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return;
        }
        for index in 0.. {
            let (mut name, mut value, mut size) = (ptr::null(), ptr::null(), 0);
            // SAFETY: the four pointers are good for the call; it fails behind the last.
            let got = unsafe {
                sys::rd_kafka_header_get_all(
                    headers,
                    index,
                    &raw mut name,
                    &raw mut value,
                    &raw mut size,
                )
            };
            if got != sys::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
                return;
            }
            // SAFETY: the name ends with a zero, the value has `size` bytes; both live as
            // long as the message.
            let (name, value) = unsafe { (text(name), bytes(value, size)) };
            take(&name.unwrap_or_default(), value);
        }
    }
}

/// # Safety
/// `start` is null or there are `length` bytes for `'a`.
unsafe fn bytes<'a>(start: *const c_void, length: usize) -> Option<&'a [u8]> {
    if start.is_null() {
        return None;
    }
    // SAFETY: the caller's word.
    Some(unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) })
}

/// # Safety
/// `start` is null or a text that ends with a zero.
unsafe fn text(start: *const c_char) -> Option<String> {
    if start.is_null() {
        return None;
    }
    // SAFETY: the caller's word.
    let text = unsafe { CStr::from_ptr(start) };
    Some(text.to_string_lossy().into_owned())
}
