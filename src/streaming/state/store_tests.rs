//! The invariants of the store, each by its name; files are cut and changed as
//! a kill, a bad disk or a person would.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::layout::{OperatorLayout, read_all_partitions};
use super::*;

type Content = BTreeMap<Vec<u8>, Vec<u8>>;

fn layout() -> StateLayout {
    StateLayout::new("action: string", "count: bigint")
}

fn open(dir: &Path, version: u64) -> Result<StateStore> {
    StateStore::open(Some(dir), layout(), version, Arc::default())
}

fn content(store: &StateStore) -> Content {
    let pairs = store.iter();
    pairs.map(|(k, v)| (k.to_vec(), v.to_vec())).collect()
}

/// Two keys a version, one of them removed two versions later.
fn step(store: &mut StateStore, version: u64) -> CommitStats {
    store.put(format!("k{version}").as_bytes(), &version.to_le_bytes());
    store.put(b"all", &version.to_le_bytes());
    if let Some(old) = version.checked_sub(2) {
        store.remove(format!("k{old}").as_bytes());
    }
    store.commit(version).unwrap()
}

fn written(versions: u64) -> (tempfile::TempDir, Vec<Content>) {
    let temp = tempfile::tempdir().unwrap();
    let mut store = open(temp.path(), 0).unwrap();
    let mut seen = vec![Content::new()];
    for version in 1..=versions {
        step(&mut store, version);
        seen.push(content(&store));
        if version % 12 == 0 {
            store.snapshot().unwrap();
        }
    }
    (temp, seen)
}

fn copy_of(dir: &Path) -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), temp.path().join(entry.file_name())).unwrap();
    }
    let path = temp.path().to_path_buf();
    (temp, path)
}

#[track_caller]
fn assert_damaged(result: Result<StateStore>, file: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{error}");
    assert!(error.message().contains(file), "{error}");
}

#[test]
fn every_version_is_found_again_as_it_was() {
    let (temp, seen) = written(30);
    assert!(temp.path().join("1.snapshot").exists());
    assert!(temp.path().join("2.delta").exists());
    let snapshots = fs::read_dir(temp.path()).unwrap();
    let snapshots = snapshots
        .filter(|e| e.as_ref().unwrap().path().extension().unwrap() == "snapshot")
        .count();
    assert_eq!(snapshots, 3);
    for (version, expected) in seen.iter().enumerate() {
        let store = open(temp.path(), version as u64).unwrap();
        assert_eq!(content(&store), *expected, "{version}");
    }
}

#[test]
fn a_file_cut_at_any_byte_is_never_misread() {
    let (temp, seen) = written(4);
    let last = temp.path().join("4.delta");
    let whole = fs::read(&last).unwrap();
    for end in 0..whole.len() {
        fs::write(&last, &whole[..end]).unwrap();
        assert_damaged(open(temp.path(), 4), "4.delta");
        if end % 50 == 0 {
            assert_eq!(content(&open(temp.path(), 3).unwrap()), seen[3]);
        }
    }
    fs::write(&last, [whole.as_slice(), b"x"].concat()).unwrap();
    assert_damaged(open(temp.path(), 4), "4.delta");
}

#[test]
fn a_changed_byte_anywhere_is_never_misread() {
    let (temp, _) = written(3);
    for name in ["1.snapshot", "2.delta", "3.delta"] {
        let path = temp.path().join(name);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            fs::write(&path, changed).unwrap();
            assert_damaged(open(temp.path(), 3), name);
        }
        fs::write(&path, whole).unwrap();
    }
    assert!(open(temp.path(), 3).is_ok());
}

#[test]
fn a_missing_file_is_noticed() {
    let (temp, _) = written(5);
    let (_keep, copy) = copy_of(temp.path());
    fs::remove_file(copy.join("3.delta")).unwrap();
    assert_damaged(open(&copy, 5), "3.delta");
    assert!(open(&copy, 2).is_ok());
    let (_keep, copy) = copy_of(temp.path());
    fs::remove_file(copy.join("1.snapshot")).unwrap();
    assert_damaged(open(&copy, 5), "1.delta");
    let empty = tempfile::tempdir().unwrap();
    assert_damaged(open(empty.path(), 5), "missing");
}

#[test]
fn a_file_under_another_name_is_noticed() {
    let (temp, _) = written(5);
    fs::rename(temp.path().join("4.delta"), temp.path().join("5.delta")).unwrap();
    assert_damaged(open(temp.path(), 5), "5.delta");
}

#[test]
fn a_version_that_changed_nothing_writes_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let stats = Arc::new(FsyncStats::default());
    let mut store = StateStore::open(Some(temp.path()), layout(), 0, Arc::clone(&stats)).unwrap();
    // The first version has a file, so that its loss would be noticed.
    assert!(store.commit(1).unwrap().bytes > 0);
    store.put(b"a", b"1");
    store.commit(2).unwrap();
    let before = stats.count();
    store.put(b"a", b"2");
    store.put(b"a", b"1");
    assert_eq!(store.commit(3).unwrap(), CommitStats::default());
    assert_eq!(stats.count(), before);
    store.put(b"a", b"2");
    assert_eq!(store.commit(4).unwrap().keys, 1);
    assert_eq!(stats.count(), before + 2);
    let read = |version| open(temp.path(), version).unwrap();
    assert_eq!(read(3).get(b"a"), Some(&b"1"[..]));
    assert_eq!(read(4).get(b"a"), Some(&b"2"[..]));
    assert_eq!(read(9).get(b"a"), Some(&b"2"[..]));
    assert!(store.commit(4).is_err());
}

#[test]
fn what_a_killed_run_left_is_written_anew() {
    let (temp, seen) = written(10);
    let (_keep, copy) = copy_of(temp.path());
    // Version 10 was durable, its batch was not committed: it runs again.
    let mut store = open(&copy, 9).unwrap();
    assert_eq!(content(&store), seen[9]);
    store.put(b"other", b"x");
    store.commit(10).unwrap();
    assert_eq!(content(&open(&copy, 10).unwrap()), content(&store));
    // And it runs again without changing anything.
    let (_keep, copy) = copy_of(temp.path());
    let mut store = open(&copy, 9).unwrap();
    store.commit(10).unwrap();
    assert_eq!(content(&open(&copy, 10).unwrap()), seen[9]);
    // And what it left was a snapshot where a delta is due now, or a part of one.
    let (_keep, copy) = copy_of(temp.path());
    fs::write(copy.join("10.snapshot"), b"CAUDALST").unwrap();
    fs::write(copy.join(".10.delta.tmp"), b"CAUD").unwrap();
    let mut store = open(&copy, 9).unwrap();
    step(&mut store, 10);
    assert_eq!(content(&open(&copy, 10).unwrap()), seen[10]);
}

#[test]
fn another_engines_state_is_refused_and_left_alone() {
    for (name, bytes) in [
        ("1.delta", &b"\x04\"M\x18h@\xa7\x00\x00"[..]),
        ("_metadata", b"v1"),
        ("1.zip", b"PK\x03\x04"),
    ] {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join(name), bytes).unwrap();
        for version in [0, 1] {
            let error = open(temp.path(), version).unwrap_err();
            assert_eq!(
                error.condition(),
                "CAUDAL_CHECKPOINT_FOREIGN_STATE",
                "{name}"
            );
        }
        assert_eq!(fs::read(temp.path().join(name)).unwrap(), bytes);
        let error = OperatorLayout::load(temp.path()).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_FOREIGN_STATE");
    }
}

#[test]
fn a_layout_that_changed_is_refused_by_sparks_conditions() {
    let (temp, _) = written(2);
    let key = StateLayout::new("action: int", "count: bigint");
    let error = StateStore::open(Some(temp.path()), key, 2, Arc::default()).unwrap_err();
    assert_eq!(error.condition(), "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE");
    let value = StateLayout::new("action: string", "sum: bigint");
    let error = StateStore::open(Some(temp.path()), value, 2, Arc::default()).unwrap_err();
    assert_eq!(error.condition(), "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE");
}

#[test]
fn purging_keeps_all_that_later_versions_need() {
    let (temp, seen) = written(45);
    let mut store = open(temp.path(), 45).unwrap();
    for _ in 0..45 {
        store.purge(10).unwrap();
    }
    // Big files go with the next snapshot, not in a batch.
    store.snapshot().unwrap();
    for version in 35..=45 {
        let found = open(temp.path(), version).unwrap();
        assert_eq!(content(&found), seen[version as usize]);
    }
    let left = |name: &str| temp.path().join(name).exists();
    assert!(!left("1.snapshot") && !left("12.snapshot") && left("24.snapshot"));
    assert!(!left("23.delta") && left("25.delta"));
}

#[test]
fn aborting_gives_back_the_last_version() {
    let mut store = StateStore::open(None, layout(), 0, Arc::default()).unwrap();
    step(&mut store, 1);
    let before = content(&store);
    store.put(b"all", b"a longer value than before");
    store.remove(b"k1");
    store.put(b"new", b"x");
    store.abort();
    assert_eq!(content(&store), before);
    assert_eq!(store.changes().count(), 0);
    step(&mut store, 2);
    assert_eq!(store.len(), 3);
    assert!(store.memory_bytes() > 0);
}

#[test]
fn many_keys_are_looked_up_at_once() {
    let mut store = StateStore::open(None, layout(), 0, Arc::default()).unwrap();
    let mut slots = Vec::new();
    store.lookup_or_insert_many([b"a", b"b", b"a"], &mut slots);
    assert_eq!(slots[0], slots[2]);
    assert_eq!((store.value(slots[0]), store.len()), (None, 0));
    store.set_value(slots[0], b"1");
    store.commit(1).unwrap();
    assert_eq!((store.key(slots[0]), store.slot(b"b")), (&b"a"[..], None));
    assert!(store.remove_slot(slots[0]));
    assert!(store.is_empty());
}

#[test]
fn partitions_may_change_their_number_at_a_restart() {
    let temp = tempfile::tempdir().unwrap();
    let operator = temp.path().join("state/0");
    let record = |version, partitions| {
        OperatorLayout::record(
            &operator,
            "op",
            &layout(),
            version,
            partitions,
            Arc::default(),
        )
    };
    let part = |partition: u32| operator.join(partition.to_string());
    assert_eq!(OperatorLayout::load(&operator).unwrap(), None);
    record(1, 2).unwrap();
    for partition in 0..2 {
        let mut store = open(&part(partition), 0).unwrap();
        for version in 1..=3 {
            store.put(format!("{partition}-{version}").as_bytes(), b"v");
            store.commit(version).unwrap();
        }
    }
    // Spread over three, and killed before the version was committed.
    record(4, 3).unwrap();
    assert_eq!(record(4, 3).unwrap().partitions_at(3), 2);
    let spread = |partitions: u32| {
        let old = read_all_partitions(&operator, &layout(), 3).unwrap();
        assert_eq!(old.iter().map(StateStore::len).collect::<Vec<_>>(), [3, 3]);
        for partition in 0..partitions {
            let pairs = old.iter().flat_map(StateStore::iter);
            let own = pairs.filter(|(key, _)| u32::from(key[2]) % partitions == partition);
            let dir = part(partition);
            let mut store = StateStore::rebuild(&dir, layout(), 3, own, Arc::default()).unwrap();
            store.put(format!("n-{partition}").as_bytes(), b"v");
            assert!(store.commit(4).unwrap().snapshot);
        }
    };
    spread(3);
    // At the restart it is version 3 again, now over one partition.
    assert_eq!(record(4, 1).unwrap().partitions_at(4), 1);
    spread(1);
    let now = read_all_partitions(&operator, &layout(), 4).unwrap();
    assert_eq!(now.iter().map(StateStore::len).collect::<Vec<_>>(), [7]);
    assert_eq!(record(5, 1).unwrap().partitions_at(9), 1);
}

#[test]
fn a_torn_layout_file_is_damage() {
    let temp = tempfile::tempdir().unwrap();
    let stats = Arc::default();
    OperatorLayout::record(temp.path(), "op", &layout(), 1, 2, stats).unwrap();
    let path = temp.path().join("layout.json");
    let whole = fs::read(&path).unwrap();
    for end in 0..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        let error = OperatorLayout::load(temp.path()).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED");
    }
}
