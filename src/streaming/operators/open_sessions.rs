//! The open sessions of one key: as bytes in the state, and how those that a batch
//! brings merge with them. Knows nothing of what a session's state means.

use std::ops::Range;

use crate::error::{Result, SparkError};

/// From when to when a session goes, in microseconds. One that starts where another
/// ends belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: i64,
    pub end: i64,
}

/// A session that the state holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open<'b> {
    pub span: Span,
    pub state: &'b [u8],
}

/// Bytes of a session besides its state: start, end, length of the state.
const HEAD: usize = 20;

/// The sessions in a value, in order of their starts.
pub fn read(mut bytes: &[u8]) -> Result<Vec<Open<'_>>> {
    let short = || SparkError::internal("the value of a session window ends too early");
    let mut sessions = Vec::new();
    while !bytes.is_empty() {
        let (head, rest) = bytes.split_first_chunk::<HEAD>().ok_or_else(short)?;
        let number = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&head[at..at + 8]);
            i64::from_le_bytes(eight)
        };
        let length = u32::from_le_bytes([head[16], head[17], head[18], head[19]]) as usize;
        let (state, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        let span = Span {
            start: number(0),
            end: number(8),
        };
        sessions.push(Open { span, state });
        bytes = rest;
    }
    Ok(sessions)
}

/// Appends a session to a value.
pub fn write(value: &mut Vec<u8>, span: Span, state: &[u8]) -> Result<()> {
    let length = u32::try_from(state.len()).map_err(SparkError::internal)?;
    value.extend_from_slice(&span.start.to_le_bytes());
    value.extend_from_slice(&span.end.to_le_bytes());
    value.extend_from_slice(&length.to_le_bytes());
    value.extend_from_slice(state);
    Ok(())
}

/// What a merged session is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// The session at a position among those held.
    Held(usize),
    /// A row of the batch.
    Row(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub span: Span,
    /// Which pieces, in order of their starts.
    pub pieces: Range<usize>,
}

/// The sessions of a key, given those that it has and those of a batch's rows, both in
/// order of their starts.
pub fn merge(held: &[Open<'_>], rows: &[(Span, usize)]) -> (Vec<Merged>, Vec<Piece>) {
    let mut merged: Vec<Merged> = Vec::new();
    let mut pieces = Vec::with_capacity(held.len() + rows.len());
    let mut held = held.iter().map(|open| open.span).enumerate().peekable();
    let mut rows = rows.iter().copied().peekable();
    loop {
        let held_first = match (held.peek(), rows.peek()) {
            (Some((_, old)), Some((new, _))) => old.start <= new.start,
            (old, _) => old.is_some(),
        };
        let next = if held_first {
            held.next().map(|(at, span)| (span, Piece::Held(at)))
        } else {
            rows.next().map(|(span, row)| (span, Piece::Row(row)))
        };
        let Some((span, piece)) = next else {
            return (merged, pieces);
        };
        pieces.push(piece);
        match merged.last_mut() {
            Some(last) if span.start <= last.span.end => {
                last.span.end = last.span.end.max(span.end);
                last.pieces.end = pieces.len();
            }
            _ => merged.push(Merged {
                span,
                pieces: pieces.len() - 1..pieces.len(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: i64, end: i64) -> Span {
        Span { start, end }
    }

    #[test]
    fn a_value_reads_as_it_was_written() {
        let mut value = Vec::new();
        write(&mut value, span(-3, 4), b"one").unwrap();
        write(&mut value, span(9, i64::MAX), b"").unwrap();
        let sessions = read(&value).unwrap();
        let (one, two) = (span(-3, 4), span(9, i64::MAX));
        let open = |span, state| Open { span, state };
        assert_eq!(sessions, [open(one, &b"one"[..]), open(two, &b""[..])]);
        assert!(read(&value[..value.len() - 1]).is_err());
    }

    #[test]
    fn sessions_that_touch_are_one_and_the_others_stay() {
        let held = [span(0, 5), span(20, 25), span(40, 45)].map(|span| Open { span, state: b"" });
        let rows = [(span(5, 9), 7), (span(22, 23), 8), (span(26, 31), 9)];
        let (merged, pieces) = merge(&held, &rows);
        let spans: Vec<_> = merged.iter().map(|m| m.span).collect();
        let want = [span(0, 9), span(20, 25), span(26, 31), span(40, 45)];
        assert_eq!(spans, want);
        let of = |at: usize| &pieces[merged[at].pieces.clone()];
        assert_eq!(of(0), [Piece::Held(0), Piece::Row(7)]);
        assert_eq!(of(1), [Piece::Held(1), Piece::Row(8)]);
        assert_eq!(of(2), [Piece::Row(9)]);
        assert_eq!(of(3), [Piece::Held(2)]);
    }

    #[test]
    fn a_row_joins_sessions_that_are_held() {
        let held = [span(0, 5), span(8, 13)].map(|span| Open { span, state: b"" });
        let (merged, _) = merge(&held, &[(span(4, 9), 0)]);
        assert_eq!(merged.len(), 1);
        assert_eq!(
            (merged[0].span, merged[0].pieces.clone()),
            (span(0, 13), 0..3)
        );
    }
}
