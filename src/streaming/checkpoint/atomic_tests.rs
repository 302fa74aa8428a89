//! Files that appear whole, under their own names.

use super::*;

fn dir() -> (tempfile::TempDir, AtomicDir) {
    let temp = tempfile::tempdir().unwrap();
    let dir = AtomicDir::open(&temp.path().join("a/b"), Arc::default()).unwrap();
    (temp, dir)
}

fn shown(dir: &AtomicDir) -> Vec<String> {
    let mut names = dir.names().unwrap();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

#[test]
fn a_new_file_never_replaces_one() {
    let (_keep, dir) = dir();
    assert_eq!(dir.write_new("0", &[b"ab", b"c"]).unwrap(), Written::Done);
    assert_eq!(dir.write_new("0", &[b"other"]).unwrap(), Written::Existed);
    assert_eq!(dir.read("0").unwrap().unwrap(), b"abc");
    assert_eq!(shown(&dir), ["0"]);
    dir.replace("0", &[b"other"]).unwrap();
    assert_eq!(dir.read("0").unwrap().unwrap(), b"other");
    assert_eq!(dir.read("1").unwrap(), None);
}

#[test]
fn a_temporary_name_of_the_finished_file_is_not_written_through() {
    let (_keep, dir) = dir();
    dir.write_new("0", &[b"first"]).unwrap();
    // As a kill between link and unlink leaves it.
    fs::hard_link(dir.path_of("0"), dir.path_of(".0.tmp")).unwrap();
    assert_eq!(dir.write_new("0", &[b"x"]).unwrap(), Written::Existed);
    assert_eq!(dir.read("0").unwrap().unwrap(), b"first");
}

#[test]
fn each_write_syncs_the_file_and_the_folder() {
    let (_keep, dir) = dir();
    let before = dir.stats().count();
    dir.write_new("0", &[b"x"]).unwrap();
    assert_eq!(dir.stats().count(), before + 2);
    assert!(dir.stats().total() > Duration::ZERO);
}

#[test]
fn a_new_file_has_its_own_sum() {
    let (keep, dir) = dir();
    fs::write(dir.path_of(".7.crc"), b"crc\0\0\0\x02\0abcd").unwrap();
    drop(dir);
    let dir = AtomicDir::open(&keep.path().join("a/b"), Arc::default()).unwrap();
    dir.write_new("7", &[b"x"]).unwrap();
    assert!(dir.fits_sum("7", b"x").unwrap());
    assert!(!dir.fits_sum("7", b"y").unwrap());
    dir.replace_summed("7", &[b"y"]).unwrap();
    assert!(dir.fits_sum("7", b"y").unwrap());
    assert!(!dir.fits_sum("7", b"x").unwrap());
    dir.replace("7", &[b"z"]).unwrap();
    assert!(dir.fits_sum("7", b"z").unwrap());
    dir.remove("7").unwrap();
    assert!(dir.names().unwrap().is_empty());
}

#[test]
fn a_recycled_file_is_written_again_once_its_name_is_durably_gone() {
    let (keep, dir) = dir();
    dir.write_new("0", &[b"a long content"]).unwrap();
    dir.recycle("0").unwrap();
    assert_eq!(dir.read("0").unwrap(), None);
    dir.write_new("1", &[b"made anew"]).unwrap();
    // Two files with their sums, of which the first two wait to be written again.
    assert_eq!(dir.names().unwrap().len(), 4);
    dir.write_new("2", &[b"short"]).unwrap();
    assert_eq!(dir.read("2").unwrap().unwrap(), b"short");
    assert!(dir.fits_sum("2", b"short").unwrap());
    assert_eq!(dir.names().unwrap().len(), 4);
    assert_eq!(shown(&dir), ["1", "2"]);
    dir.recycle("1").unwrap();
    dir.recycle("gone").unwrap();
    // As a kill between link and unlink leaves it.
    fs::hard_link(dir.path_of("2"), dir.path_of(".spare-7")).unwrap();
    drop(dir);
    let dir = AtomicDir::open(&keep.path().join("a/b"), Arc::default()).unwrap();
    assert_eq!(dir.names().unwrap().len(), 2);
    dir.replace("3", &[b"x"]).unwrap();
    assert_eq!(dir.read("2").unwrap().unwrap(), b"short");
}

#[test]
fn a_file_may_start_with_a_copy_of_another() {
    let (_keep, dir) = dir();
    dir.write_new("a", &[b"one"]).unwrap();
    let sums = Sums::of(&[b"one\ntwo"]);
    dir.write_new_after("a", "b", b"\ntwo", &sums).unwrap();
    assert!(dir.fits_sum("b", b"one\ntwo").unwrap());
    assert_eq!(dir.read("b").unwrap().unwrap(), b"one\ntwo");
}
