//! Where lines end: at `\n`, `\r\n` and `\r`, or at a separator of the user's.

use memchr::{memchr2, memmem, memrchr};

/// The line that starts at `at`: where its content ends and where the next line starts.
pub(super) fn line(bytes: &[u8], at: usize) -> (usize, usize) {
    let rest = bytes.get(at..).unwrap_or_default();
    match memchr2(b'\n', b'\r', rest) {
        None => (bytes.len(), bytes.len()),
        Some(found) => {
            let end = at + found;
            let pair = bytes.get(end..end + 2) == Some(b"\r\n");
            (end, end + 1 + usize::from(pair))
        }
    }
}

/// Like [`line`], for lines that end at `separator` only.
pub(super) fn separated(bytes: &[u8], at: usize, separator: &[u8]) -> (usize, usize) {
    match memmem::find(bytes.get(at..).unwrap_or_default(), separator) {
        None => (bytes.len(), bytes.len()),
        Some(found) => (at + found, at + found + separator.len()),
    }
}

/// End of the whole lines in about `size` bytes from `at`; `None` when not even one line
/// is there in full.
pub(super) fn block_end(bytes: &[u8], at: usize, size: usize, at_end: bool) -> Option<usize> {
    let goal = at.saturating_add(size).min(bytes.len());
    if goal == bytes.len() && at_end {
        return Some(goal);
    }
    if let Some(found) = memrchr(b'\n', bytes.get(at..goal)?) {
        return Some(at + found + 1);
    }
    let (end, next) = line(bytes, at);
    // A `\r` at the very end may be half of a pair, so its line is not yet whole.
    let whole = end < bytes.len() && (next < bytes.len() || bytes.get(end) == Some(&b'\n'));
    let whole = whole || bytes.get(end..next) == Some(b"\r\n");
    (whole || at_end).then_some(next)
}

/// End of the whole lines of `bytes` where lines end at `separator`.
pub(super) fn separated_end(bytes: &[u8], separator: &[u8], at_end: bool) -> usize {
    if at_end {
        return bytes.len();
    }
    memmem::rfind(bytes, separator).map_or(0, |found| found + separator.len())
}

/// End of the whole lines of `bytes`, where a `\r` at the very end may be half of a pair.
pub(super) fn whole_end(bytes: &[u8], at_end: bool) -> usize {
    if at_end {
        return bytes.len();
    }
    if let Some(found) = memrchr(b'\n', bytes) {
        return found + 1;
    }
    let before_last = bytes
        .get(..bytes.len().saturating_sub(1))
        .unwrap_or_default();
    memrchr(b'\r', before_last).map_or(0, |found| found + 1)
}
