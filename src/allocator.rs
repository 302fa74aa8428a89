//! The allocator, and how long it keeps memory that nothing uses.
//!
//! Batches come and go by the megabyte; the system's allocator gives each back to the
//! kernel and faults the pages in again for the next. So does this one after a second, which
//! is shorter than a query: a fifth of a scan's time went into clearing pages that it had
//! held just before.
#![allow(unsafe_code)]

use std::ffi::c_long;

use libmimalloc_sys::{mi_option_set_default, mi_option_t};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay`, which the crate does not name.
const PURGE_DELAY: mi_option_t = 15;
/// Milliseconds after which unused memory goes back to the system.
const KEPT_FOR: c_long = 10_000;

/// To be called once, by the first thread that enters. `MIMALLOC_PURGE_DELAY` in the
/// environment comes before it.
pub fn keep_pages() {
    // Sound: the number is one of the library's options, and the library checks it. Another
    // thread that reads the option at the same time finds either value.
    unsafe { mi_option_set_default(PURGE_DELAY, KEPT_FOR) }
}
