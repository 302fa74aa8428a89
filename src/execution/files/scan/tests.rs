use super::lines::{Lines, Stretch, share};
use crate::execution::files::{FileEntry, open};

fn lines_of(stretch: Stretch) -> Vec<String> {
    let opened = open(&stretch.file, true).unwrap();
    let mut lines = Lines::open(stretch, opened).unwrap();
    let mut out = Vec::new();
    while lines.fill(false).unwrap() {
        let ready = lines.ready();
        let whole = if lines.at_end() {
            ready.len()
        } else {
            ready.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1)
        };
        let text = String::from_utf8(ready[..whole].to_vec()).unwrap();
        out.extend(text.lines().map(str::to_string));
        lines.consume(whole).unwrap();
    }
    out
}

#[test]
fn every_line_is_in_exactly_one_stretch() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lines");
    let expected: Vec<String> = (0..50)
        .map(|i| "x".repeat(i % 7) + &i.to_string())
        .collect();
    std::fs::write(&path, expected.join("\n")).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    let file = FileEntry {
        path,
        size,
        modified: 0,
    };
    for partitions in 1..40 {
        let all: Vec<String> = (0..partitions)
            .flat_map(|p| share(std::slice::from_ref(&file), p, partitions, |_| true))
            .flat_map(lines_of)
            .collect();
        assert_eq!(all, expected, "{partitions} partitions");
    }
}
