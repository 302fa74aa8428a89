//! Snapshots beside batches: nothing lost, nothing misread, nothing silent.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::super::layout::StateLayout;
use super::*;
use crate::time::ManualClock;

type Content = BTreeMap<Vec<u8>, Vec<u8>>;

fn open(dir: &Path, version: u64) -> Result<StateStore> {
    StateStore::open(
        Some(dir),
        StateLayout::new("k", "v"),
        version,
        Arc::default(),
    )
}

fn content(store: &StateStore) -> Content {
    let pairs = store.iter();
    pairs.map(|(k, v)| (k.to_vec(), v.to_vec())).collect()
}

/// Ten keys change, five new ones come, three old ones go.
fn step(store: &mut StateStore, version: u64) {
    for number in 0..10 {
        store.put(format!("all-{number}").as_bytes(), &version.to_le_bytes());
    }
    for number in 0..5 {
        let value = vec![version as u8; (number * 7) as usize];
        store.put(format!("v{version}-{number}").as_bytes(), &value);
    }
    for number in 0..3 {
        let old = version.saturating_sub(4);
        store.remove(format!("v{old}-{number}").as_bytes());
    }
    store.commit(version).unwrap();
}

fn maintenance(min_deltas: u64, seconds: u64) -> (Maintenance, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at_micros(0));
    let interval = Duration::from_secs(seconds);
    let settings = StateSettings {
        min_deltas,
        interval,
    };
    (Maintenance::new(settings, Arc::clone(&clock) as _), clock)
}

fn snapshots(dir: &Path) -> Vec<u64> {
    let names = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name());
    let names = names.filter_map(|n| n.into_string().ok());
    let mut found: Vec<_> = names
        .filter_map(|n| n.strip_suffix(".snapshot")?.parse().ok())
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn batches_go_on_while_snapshots_are_made() {
    let temp = tempfile::tempdir().unwrap();
    let mut stores = [open(temp.path(), 0).unwrap()];
    let (mut maintenance, _) = maintenance(3, 0);
    let mut seen = vec![Content::new()];
    for version in 1..=400 {
        step(&mut stores[0], version);
        stores[0].purge(20).unwrap();
        maintenance.tend(&mut stores).unwrap();
        seen.push(content(&stores[0]));
        if version % 100 == 0 {
            maintenance.wait(&stores);
        }
    }
    drop(maintenance);
    assert!(snapshots(temp.path()).len() >= 2);
    for version in 381..=400 {
        let found = open(temp.path(), version).unwrap();
        assert_eq!(content(&found), seen[version as usize], "{version}");
        assert_eq!(found.len(), seen[version as usize].len());
    }
}

#[test]
fn a_snapshot_is_due_by_the_number_of_deltas_and_the_time() {
    let temp = tempfile::tempdir().unwrap();
    let mut stores = [open(temp.path(), 0).unwrap()];
    let (mut maintenance, clock) = maintenance(5, 60);
    for version in 1..=20 {
        step(&mut stores[0], version);
        maintenance.tend(&mut stores).unwrap();
    }
    assert!(maintenance.worker.is_none(), "the interval is not over");
    clock.advance(Duration::from_secs(60));
    maintenance.tend(&mut stores).unwrap();
    maintenance.wait(&stores);
    step(&mut stores[0], 21);
    maintenance.tend(&mut stores).unwrap();
    assert_eq!(snapshots(temp.path()), [1, 20]);
    for version in 22..=25 {
        step(&mut stores[0], version);
        clock.advance(Duration::from_secs(60));
        maintenance.tend(&mut stores).unwrap();
    }
    assert_eq!(
        snapshots(temp.path()),
        [1, 20],
        "five deltas are not more than five"
    );
}

#[test]
fn what_a_snapshot_in_the_making_reads_is_not_purged() {
    let temp = tempfile::tempdir().unwrap();
    let mut store = open(temp.path(), 0).unwrap();
    (1..=10).for_each(|version| step(&mut store, version));
    store.snapshot().unwrap();
    (11..=20).for_each(|version| step(&mut store, version));
    let expected = content(&store);
    let job = store.begin_snapshot(1, true).unwrap();
    assert!(store.begin_snapshot(1, true).is_none(), "one at a time");
    for version in 21..=60 {
        step(&mut store, version);
        store.purge(1).unwrap();
    }
    let made = job.run(&AtomicBool::new(false)).unwrap();
    store.end_snapshot(made);
    assert_eq!(content(&open(temp.path(), 20).unwrap()), expected);
    for version in 61..=90 {
        step(&mut store, version);
        store.purge(1).unwrap();
    }
    assert!(!temp.path().join("19.delta").exists());
    assert!(temp.path().join("21.delta").exists());
    let last = content(&store);
    assert_eq!(content(&open(temp.path(), 90).unwrap()), last);
}

#[test]
fn a_snapshot_that_cannot_be_made_fails_the_next_commit() {
    let temp = tempfile::tempdir().unwrap();
    let mut stores = [open(temp.path(), 0).unwrap()];
    (1..=9).for_each(|version| step(&mut stores[0], version));
    let damaged = temp.path().join("4.delta");
    let whole = fs::read(&damaged).unwrap();
    fs::write(&damaged, &whole[..whole.len() - 9]).unwrap();
    let (mut maintenance, _) = maintenance(3, 0);
    maintenance.tend(&mut stores).unwrap();
    maintenance.wait(&stores);
    step(&mut stores[0], 10);
    let error = maintenance.tend(&mut stores).unwrap_err();
    assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED");
    assert!(error.message().contains("4.delta"), "{error}");
    // Nothing was made of half of it, and nothing is left lying about.
    drop(maintenance);
    assert_eq!(snapshots(temp.path()), [1]);
    fs::write(&damaged, whole).unwrap();
    assert_eq!(
        content(&open(temp.path(), 10).unwrap()),
        content(&stores[0])
    );
}

#[test]
fn a_kill_within_a_snapshot_leaves_all_as_it_was() {
    let temp = tempfile::tempdir().unwrap();
    let mut store = open(temp.path(), 0).unwrap();
    (1..=9).for_each(|version| step(&mut store, version));
    let unfinished = temp.path().join(".9.snapshot.tmp");
    fs::write(&unfinished, b"CAUDALST and so on").unwrap();
    let again = open(temp.path(), 9).unwrap();
    assert_eq!(content(&again), content(&store));
    assert!(!unfinished.exists());
    // Finished, but of a batch that was not committed and is run again.
    store.snapshot().unwrap();
    let mut again = open(temp.path(), 8).unwrap();
    again.put(b"another", b"answer");
    again.commit(9).unwrap();
    assert_eq!(snapshots(temp.path()), [1]);
    assert_eq!(content(&open(temp.path(), 9).unwrap()), content(&again));
}

#[test]
fn a_snapshot_that_is_given_up_leaves_no_file() {
    let temp = tempfile::tempdir().unwrap();
    let mut store = open(temp.path(), 0).unwrap();
    (1..=9).for_each(|version| step(&mut store, version));
    let job = store.begin_snapshot(1, true).unwrap();
    assert!(job.run(&AtomicBool::new(true)).is_err());
    let names = fs::read_dir(temp.path()).unwrap();
    assert_eq!(names.count(), 9);
}

#[test]
fn a_damaged_or_missing_snapshot_is_named() {
    let temp = tempfile::tempdir().unwrap();
    let mut store = open(temp.path(), 0).unwrap();
    (1..=6).for_each(|version| step(&mut store, version));
    store.snapshot().unwrap();
    (7..=30).for_each(|version| step(&mut store, version));
    (0..10).for_each(|_| store.purge(2).unwrap());
    let path = temp.path().join("6.snapshot");
    let whole = fs::read(&path).unwrap();
    for cut in [0, 1, 30, 61, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..cut]).unwrap();
        let error = open(temp.path(), 30).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{error}");
        assert!(error.message().contains("6.snapshot"), "{error}");
    }
    for at in (0..whole.len()).step_by(7) {
        let mut changed = whole.clone();
        changed[at] ^= 4;
        fs::write(&path, changed).unwrap();
        let error = open(temp.path(), 30).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{error}");
        assert!(error.message().contains("6.snapshot"), "{error}");
    }
    fs::remove_file(&path).unwrap();
    let error = open(temp.path(), 30).unwrap_err();
    assert!(error.message().contains("5.delta"), "{error}");
    assert!(error.message().contains("missing"), "{error}");
}
