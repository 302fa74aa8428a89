//! How the store does with ten million keys: figures, one a line, for the benches.
//! Run alone, in a process that does nothing else:
//! `cargo test --release --no-default-features --lib ten_million -- --ignored --nocapture`

use std::sync::Arc;
use std::time::Duration;

use super::layout::StateLayout;
use super::{Maintenance, StateSettings, StateStore};
use crate::time::{Clock, SystemClock};

const KEYS: u64 = 10_000_000;
const KEY: usize = 16;
const VALUE: usize = 24;

fn key(number: u64) -> [u8; KEY] {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut out = [0; KEY];
    out[..8].copy_from_slice(&mixed.to_be_bytes());
    out[8..].copy_from_slice(&number.to_be_bytes());
    out
}

fn value(number: u64) -> [u8; VALUE] {
    [number as u8; VALUE]
}

/// A number of `/proc/self/status` that is in kilobytes, in bytes.
fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    let number = line.split_whitespace().nth(1).unwrap();
    number.parse::<u64>().unwrap() * 1024
}

fn took(work: impl FnOnce()) -> Duration {
    let start = SystemClock.monotonic();
    work();
    SystemClock.monotonic() - start
}

fn report(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let ms = |d: Duration| d.as_secs_f64() * 1e3;
    println!(
        "{name}: median {:.2} ms, p99 {:.2} ms, most {:.2} ms ({} batches)",
        ms(at(0.5)),
        ms(at(0.99)),
        ms(at(1.0)),
        times.len()
    );
}

fn overhead(before: u64, keys: u64) -> f64 {
    let used = memory("VmRSS").saturating_sub(before);
    used as f64 / keys as f64 - (KEY + VALUE) as f64
}

#[test]
#[ignore = "a benchmark: minutes, and gigabytes of disk"]
fn ten_million_keys() {
    let temp = tempfile::tempdir().unwrap();
    let layout = StateLayout::new("k", "v");
    let open = |version| {
        let dir = Some(temp.path());
        StateStore::open(dir, layout.clone(), version, Arc::default()).unwrap()
    };
    let before = memory("VmRSS");
    let mut stores = [open(0)];
    let mut version = 0;
    // In batches of 100,000, so that the growth of the table shows.
    let (mut fill, mut at) = (Vec::new(), 0);
    while at < KEYS {
        let upsert = took(|| {
            for number in at..at + 100_000 {
                stores[0].put(&key(number), &value(number));
            }
        });
        fill.push(upsert);
        version += 1;
        stores[0].commit(version).unwrap();
        at += 100_000;
        if at == 1_000_000 || at == KEYS {
            println!(
                "overhead at {at} keys: {:.1} bytes a key",
                overhead(before, at)
            );
        }
    }
    report("insert 100,000 new keys", &mut fill);
    let seconds = took(|| stores[0].snapshot().unwrap()).as_secs_f64();
    println!("snapshot of all, from 100 deltas: {seconds:.2} s");
    println!(
        "overhead after a snapshot: {:.1} bytes a key",
        overhead(before, KEYS)
    );
    let mut seed = 1_u64;
    let mut batch = |store: &mut StateStore, version: u64| {
        for row in 0..1_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let old = (seed >> 20) % KEYS;
            // One in ten is new; as many of the oldest go, as windows do.
            let number = if row % 10 == 0 {
                KEYS + version * 1_000 + row
            } else {
                old
            };
            store.put(&key(number), &value(seed));
            if row % 10 == 0 {
                store.remove(&key(version * 1_000 + row));
            }
        }
        store.commit(version).unwrap();
        store.purge(100).unwrap();
    };
    let mut quiet = Vec::new();
    for _ in 0..1_000 {
        version += 1;
        quiet.push(took(|| batch(&mut stores[0], version)));
    }
    report("batch of 1,000 rows", &mut quiet);
    let settings = StateSettings {
        min_deltas: 10,
        interval: Duration::ZERO,
    };
    let mut maintenance = Maintenance::new(settings, Arc::new(SystemClock));
    let (mut beside, mut made) = (Vec::new(), 0);
    let begin = SystemClock.monotonic();
    // The due rule looks at bytes; here each snapshot begins when the last ended.
    let mut job = None;
    while made < 3 || SystemClock.monotonic() - begin < Duration::from_secs(5) {
        version += 1;
        beside.push(took(|| {
            batch(&mut stores[0], version);
            maintenance.tend(&mut stores).unwrap();
        }));
        let is_done = job
            .as_ref()
            .is_none_or(std::thread::JoinHandle::is_finished);
        if is_done {
            if let Some(done) = job.take() {
                stores[0].end_snapshot(done.join().unwrap());
                made += 1;
            }
            let work = stores[0].begin_now().unwrap();
            job = Some(std::thread::spawn(move || {
                work.run(&Default::default()).unwrap()
            }));
        }
    }
    report("batch of 1,000 rows while a snapshot is made", &mut beside);
    if let Some(done) = job.take() {
        stores[0].end_snapshot(done.join().unwrap());
    }
    println!(
        "overhead after churn: {:.1} bytes a key",
        overhead(before, KEYS)
    );
    println!(
        "counted: {:.1} bytes a key",
        stores[0].memory_bytes() as f64 / KEYS as f64 - (KEY + VALUE) as f64
    );
    for _ in 0..500 {
        version += 1;
        batch(&mut stores[0], version);
    }
    let expected = stores[0].len();
    drop(stores);
    for _ in 0..3 {
        let mut again = None;
        let seconds = took(|| again = Some(open(version))).as_secs_f64();
        assert_eq!(again.unwrap().len(), expected);
        println!("recovery from a snapshot and 500 deltas: {seconds:.2} s");
    }
}
