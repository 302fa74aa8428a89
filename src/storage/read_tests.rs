//! Objects of all sizes, read on and read here and there.

use super::*;
use crate::storage::client;

fn content(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8).collect()
}

fn file(name: &str, size: usize) -> (RemoteFile, Vec<u8>) {
    let bytes = content(size);
    let path = client::in_memory(name).join("f");
    crate::storage::put(&path, bytes.clone()).unwrap();
    let ReadFile::Remote(file) = open(&path, None).unwrap() else {
        panic!("not remote");
    };
    (file, bytes)
}

#[test]
fn an_object_of_any_size_is_read_as_it_is() {
    let sizes = [
        0,
        1,
        SMALL as usize,
        SMALL as usize + 1,
        3 * PIECE as usize + 7,
    ];
    for (number, size) in sizes.into_iter().enumerate() {
        let (mut file, bytes) = file(&format!("read-{number}"), size);
        let mut found = Vec::new();
        file.read_to_end(&mut found).unwrap();
        assert!(found == bytes, "{size}");
        let all = file.range(0, size as u64).unwrap();
        assert!(all == bytes, "{size}");
        assert!(file.range(1, size as u64).is_err());
    }
}

#[test]
fn one_that_jumps_about_finds_every_place() {
    let (mut file, bytes) = file("read-jumps", 9 << 20);
    for at in [5 << 20, 17, 9 << 20, (9 << 20) - 8, 4 << 20, 1] {
        let mut four = [0; 4];
        file.seek(SeekFrom::Start(at as u64)).unwrap();
        let found = file.read_exact(&mut four);
        match bytes.get(at..at + 4) {
            Some(expected) => assert_eq!(four, expected, "{at}"),
            None => assert!(found.is_err()),
        }
        if let Some(expected) = bytes.get(at..at + 4) {
            assert_eq!(file.range(at as u64, 4).unwrap(), expected);
        }
    }
}

#[test]
fn what_is_expected_is_what_is_read() {
    let (file, bytes) = file("read-expected", 9 << 20);
    let file = ReadFile::Remote(file);
    file.expect(|| vec![vec![4..100, 1000..6 << 20], vec![7 << 20..8 << 20]]);
    let ReadFile::Remote(file) = &file else {
        panic!()
    };
    for (from, length) in [
        (4_usize, 96_usize),
        (5000, 10),
        (90, 20),
        (7 << 20, 100),
        (4, 9),
    ] {
        let found = file.range(from as u64, length as u64).unwrap();
        assert!(found == bytes[from..from + length], "{from}");
    }
    let mut four = [0; 4];
    file.from(5000).read_exact(&mut four).unwrap();
    assert_eq!(four, bytes[5000..5004]);
}

#[test]
fn an_object_that_is_replaced_is_not_read_in_halves() {
    let (file, _) = file("read-replaced", 9 << 20);
    let path = client::in_memory("read-replaced").join("f");
    crate::storage::put(&path, content(9 << 20)).unwrap();
    let error = file.range(0, 4).unwrap_err();
    assert!(error.to_string().contains("replaced"), "{error}");
}

#[test]
fn one_that_means_to_stop_may_go_on() {
    let (file, bytes) = file("read-until", 12 << 20);
    let mut file = ReadFile::Remote(file);
    file.until(5 << 20);
    file.seek(SeekFrom::Start(100)).unwrap();
    let mut found = Vec::new();
    file.read_to_end(&mut found).unwrap();
    assert!(found == bytes[100..]);
}
