//! What a batch does to the sessions of the keys that it touches: which of them merge,
//! the states of the merged ones, and the keys' new values. Nothing is written here.

use arrow::array::{ArrayRef, UInt64Array};
use arrow::compute::{concat, take};
use arrow::row::Rows;

use super::Place;
use super::accumulate::Accumulating;
use super::open_sessions::{Merged, Open, Piece, Span, merge, write};
use crate::error::{Result, SparkError};

/// What is to become of the state after a batch, before any of it is written.
#[derive(Default)]
pub struct Changes<'s> {
    /// The touched keys, each with how many of the sessions are its own.
    keys: Vec<(Place, usize)>,
    pub sessions: Vec<(Span, Content<'s>)>,
    /// Where the merged sessions' parts come from, and the number of each's session
    /// among the merged ones.
    pieces: Vec<Piece>,
    groups: Vec<usize>,
    /// States of held sessions that are among the pieces.
    held: Vec<&'s [u8]>,
    merged: usize,
    /// Held sessions whose start is no session's any more.
    pub gone: u64,
    /// Held sessions of the touched keys.
    pub before: u64,
}

/// The state of a session.
pub enum Content<'s> {
    /// As it was.
    Same(&'s [u8]),
    /// That of the merged session with this number.
    Merged(usize),
}

impl<'s> Changes<'s> {
    pub fn add(&mut self, place: Place, held: &[Open<'s>], rows: &[(Span, usize)]) {
        let (merged, pieces) = merge(held, rows);
        self.keys.push((place, merged.len()));
        self.before += held.len() as u64;
        for Merged { span, pieces: own } in merged {
            if let [Piece::Held(at)] = pieces[own.clone()] {
                self.sessions.push((span, Content::Same(held[at].state)));
                continue;
            }
            for piece in &pieces[own] {
                let piece = match *piece {
                    Piece::Held(at) => {
                        self.gone += u64::from(held[at].span.start != span.start);
                        self.held.push(held[at].state);
                        Piece::Held(self.held.len() - 1)
                    }
                    row => row,
                };
                self.pieces.push(piece);
                self.groups.push(self.merged);
            }
            self.sessions.push((span, Content::Merged(self.merged)));
            self.merged += 1;
        }
    }

    /// The states of the merged sessions, given those of the batch's rows.
    pub fn states(&self, accumulating: &Accumulating, rows: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
        let held = accumulating.columns(self.held.iter().copied())?;
        let indices = self.pieces.iter().map(|piece| match piece {
            Piece::Held(at) => *at as u64,
            Piece::Row(row) => (self.held.len() + row) as u64,
        });
        let indices = UInt64Array::from_iter_values(indices);
        let columns = held.iter().zip(rows).map(|(held, rows)| {
            let all = concat(&[held.as_ref(), rows.as_ref()])?;
            take(&all, &indices, None)
        });
        let columns = columns
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(SparkError::internal)?;
        accumulating.merged(&[(&columns, &self.groups)], self.merged)
    }

    /// The new values of the touched keys, and the sessions that are new in them.
    pub fn values(&self, states: Option<&Rows>) -> Result<Vec<Touched>> {
        let mut sessions = self.sessions.iter();
        let mut out = Vec::with_capacity(self.keys.len());
        for (place, count) in &self.keys {
            let (mut value, mut ends) = (Vec::new(), Vec::new());
            for (span, content) in sessions.by_ref().take(*count) {
                let state = match content {
                    Content::Same(bytes) => *bytes,
                    Content::Merged(number) => states.map_or(&[][..], |s| s.row(*number).data()),
                };
                write(&mut value, *span, state)?;
                if let Content::Merged(_) = content {
                    ends.push(span.end);
                }
            }
            out.push(Touched {
                place: *place,
                value,
                ends,
            });
        }
        Ok(out)
    }
}

/// A key after a batch.
pub struct Touched {
    pub place: Place,
    pub value: Vec<u8>,
    /// Of the sessions that changed.
    pub ends: Vec<i64>,
}

/// The rows of each key, in order of their starts.
pub fn runs<K: Ord + Copy>(keys: &[K], spans: &[Span]) -> Vec<(K, Vec<(Span, usize)>)> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|row| (keys[*row], spans[*row].start));
    order
        .chunk_by(|a, b| keys[*a] == keys[*b])
        .map(|rows| {
            let own = rows.iter().map(|row| (spans[*row], *row)).collect();
            (keys[rows[0]], own)
        })
        .collect()
}
