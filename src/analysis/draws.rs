//! What comes one after the other from a seed: by the ids of rows, where a draw belongs to a
//! row; and in the order in which rows ask, where the draws before hang on other things: on
//! the lengths of arrays, on the elements in a lambda, on the branch that a row takes.
//!
//! Knows generators and ids, and nothing of which functions draw.

use std::collections::BTreeMap;

use arrow::array::{AsArray, Int64Array};
use arrow::datatypes::Int64Type;
use parking_lot::Mutex;

use crate::engine::row_ids::BITS_OF_ROW;
use crate::functions::{Arg, Kernel};

/// Values of rows by their ids. What comes next is remembered; an id that lies before it, or
/// in another partition, begins anew, as another run of the query does.
pub(super) struct Draws<G, T> {
    seed: i64,
    begin: Box<dyn Fn(i64) -> G + Send + Sync>,
    step: Box<dyn Fn(&mut G) -> T + Send + Sync>,
    at: Mutex<(i64, G)>,
}

impl<G, T> Draws<G, T> {
    pub(super) fn new(
        seed: i64,
        begin: impl Fn(i64) -> G + Send + Sync + 'static,
        step: impl Fn(&mut G) -> T + Send + Sync + 'static,
    ) -> Self {
        let first = begin(seed);
        Self {
            seed,
            begin: Box::new(begin),
            step: Box::new(step),
            at: Mutex::new((0, first)),
        }
    }

    pub(super) fn of(&self, ids: &Arg, rows: usize) -> Vec<T> {
        let wanted: &Int64Array = ids.array.as_primitive();
        let mut at = self.at.lock();
        let draw = |row: usize| {
            let number = wanted.value(ids.at(row));
            if number < at.0 || partition(number) != partition(at.0) {
                let seed = self.seed.wrapping_add(partition(number));
                *at = (first_of(partition(number)), (self.begin)(seed));
            }
            while at.0 < number {
                (self.step)(&mut at.1);
                at.0 += 1;
            }
            at.0 += 1;
            (self.step)(&mut at.1)
        };
        (0..rows).map(draw).collect()
    }
}

/// The partition that the id of a row is of.
fn partition(id: i64) -> i64 {
    id >> BITS_OF_ROW
}

/// The id of the first row of a partition.
fn first_of(partition: i64) -> i64 {
    partition << BITS_OF_ROW
}

/// The generator of an expression, drawn from by the rows that ask and by no others. An
/// expression is computed batch by batch, perhaps twice for one, or by two runs at a time; so
/// a batch begins where the one before it ended, which is remembered by the id of the row
/// behind it.
pub(super) struct Sequence<G> {
    seed: i64,
    begin: fn(i64) -> G,
    at: Mutex<Place<G>>,
}

struct Place<G> {
    /// The row that drew last.
    row: i64,
    generator: G,
    /// The generator as it is before the first row that has this id or a later one.
    before: BTreeMap<i64, G>,
}

impl<G: Clone> Sequence<G> {
    pub(super) fn new(seed: i64, begin: fn(i64) -> G) -> Self {
        let place = Place {
            row: 0,
            generator: begin(seed),
            before: BTreeMap::new(),
        };
        Self {
            seed,
            begin,
            at: Mutex::new(place),
        }
    }

    /// What the rows of a batch draw.
    pub(super) fn of<T>(
        &self,
        ids: &Arg,
        rows: usize,
        step: impl FnMut(&mut G, usize) -> T,
    ) -> Vec<T> {
        let mut at = self.at.lock();
        if rows > 0 {
            self.resume(&mut at, id_of(ids, 0));
        }
        let drawn = self.drawn(&mut at, ids, rows, step);
        at.remember();
        drawn
    }

    /// What parts of rows draw, as elements of arrays do: between [`Turn::enter`] and
    /// [`Turn::leave`], a row as often as it likes.
    pub(super) fn more<T>(
        &self,
        ids: &Arg,
        count: usize,
        step: impl FnMut(&mut G, usize) -> T,
    ) -> Vec<T> {
        self.drawn(&mut self.at.lock(), ids, count, step)
    }

    fn drawn<T>(
        &self,
        at: &mut Place<G>,
        ids: &Arg,
        count: usize,
        mut step: impl FnMut(&mut G, usize) -> T,
    ) -> Vec<T> {
        let draw = |index: usize| {
            let row = id_of(ids, index);
            if partition(row) != partition(at.row) {
                at.remember();
                self.resume(at, row);
            }
            at.row = row;
            step(&mut at.generator, index)
        };
        (0..count).map(draw).collect()
    }

    fn resume(&self, at: &mut Place<G>, row: i64) {
        let earlier = at.before.range(first_of(partition(row))..=row).next_back();
        at.generator = match earlier {
            Some((_, generator)) => generator.clone(),
            None => (self.begin)(self.seed.wrapping_add(partition(row))),
        };
        at.row = row;
    }
}

impl<G: Clone> Place<G> {
    fn remember(&mut self) {
        self.before.insert(self.row + 1, self.generator.clone());
    }
}

/// What draws within a call over parts of rows.
pub(super) trait Turn: Send + Sync {
    /// A batch begins with this row.
    fn enter(&self, row: i64);
    fn leave(&self);
}

impl<G: Clone + Send> Turn for Sequence<G> {
    fn enter(&self, row: i64) {
        self.resume(&mut self.at.lock(), row);
    }

    fn leave(&self) {
        self.at.lock().remember();
    }
}

/// A kernel within which parts of rows draw; the argument at `ids` has the rows' ids.
pub(super) fn in_turn(kernel: Kernel, turns: Vec<std::sync::Arc<dyn Turn>>, ids: usize) -> Kernel {
    // Two runs of a plan take turns, batch by batch.
    let taken = Mutex::new(());
    std::sync::Arc::new(move |args, rows| {
        let _turn = taken.lock();
        if rows > 0 {
            turns
                .iter()
                .for_each(|turn| turn.enter(id_of(&args[ids], 0)));
        }
        let found = kernel(args, rows);
        turns.iter().for_each(|turn| turn.leave());
        found
    })
}

fn id_of(ids: &Arg, row: usize) -> i64 {
    ids.array.as_primitive::<Int64Type>().value(ids.at(row))
}
