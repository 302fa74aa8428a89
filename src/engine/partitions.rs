//! How Spark deals rows and partitions out: where the shares of a leaf end, where a round
//! begins, which partitions a smaller number of them is put together of. Numbers only;
//! knows neither plans nor rows.

use std::sync::Arc;

use super::fold::java_random::JavaRandom;
use crate::functions::scalar::random::Uniform;

/// Where each partition's rows end, the rows being numbered from 0.
pub type Ends = Arc<[u64]>;

/// Shares as equal as can be.
pub fn even(rows: u64, partitions: usize) -> Ends {
    let share = |p: usize| (u128::from(rows) * p as u128 / partitions.max(1) as u128) as u64;
    (1..=partitions).map(share).collect()
}

/// The shares of a list that PySpark sends: it cuts it into batches of rows and deals those
/// out evenly.
pub fn of_batches(rows: u64, partitions: usize) -> Ends {
    const MOST_ROWS: u64 = 1024;
    let batch = (rows / partitions.max(1) as u64).clamp(1, MOST_ROWS);
    let ends = even(rows.div_ceil(batch), partitions);
    ends.iter().map(|end| (end * batch).min(rows)).collect()
}

/// To which partition the row before the first of a partition would go in a round.
pub fn start_of_round(partition: i32, partitions: usize) -> usize {
    Uniform::new(i64::from(partition)).next_below(partitions)
}

/// Where a partition goes when several are put together: to which one, and after how many
/// others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    pub partition: i32,
    pub rank: usize,
}

/// Partitions put together to a smaller number, given which of them lie somewhere: rows that
/// a shuffle wrote do, and are dealt out by where there is room; others go with those beside
/// them.
pub fn put_together(located: &[bool], count: usize) -> Vec<Target> {
    let groups = match located.contains(&true) {
        true => thrown(located, count),
        false => {
            let ends = even(located.len() as u64, count);
            let starts = std::iter::once(&0).chain(ends.iter());
            let runs = starts.zip(ends.iter()).map(|(from, to)| *from..*to);
            runs.map(|run| run.map(|p| p as usize).collect()).collect()
        }
    };
    let mut targets = vec![
        Target {
            partition: 0,
            rank: 0
        };
        located.len()
    ];
    for (partition, group) in groups.iter().enumerate() {
        for (rank, member) in group.iter().enumerate() {
            targets[*member] = Target {
                partition: partition as i32,
                rank,
            };
        }
    }
    targets
}

/// The groups that Spark's coalescer throws partitions into where those that lie somewhere
/// all lie on one machine. Random ones of them begin the groups, as far as they are not taken
/// yet, and the first that are left fill those that have none. Each of the others goes to the
/// smallest group, or to the smaller of two random ones where that is not larger by more than
/// a tenth of all partitions.
fn thrown(located: &[bool], count: usize) -> Vec<Vec<usize>> {
    const SEED: i64 = 7919;
    let mut random = JavaRandom::new(SEED);
    let mut below = |bound: usize| random.below(bound as i32) as usize;
    let lying: Vec<usize> = (0..located.len()).filter(|p| located[*p]).collect();
    let mut is_taken = vec![false; located.len()];
    let mut groups: Vec<Vec<usize>> = Vec::with_capacity(count);
    while groups.len() < count {
        let partition = match groups.len() {
            0 => lying[0],
            _ => lying[below(lying.len())],
        };
        let is_free = !std::mem::replace(&mut is_taken[partition], true);
        groups.push(is_free.then_some(partition).into_iter().collect());
    }
    let others = (0..located.len()).filter(|p| !located[*p]);
    let mut rest = lying.iter().copied().chain(others);
    for group in groups.iter_mut().filter(|group| group.is_empty()) {
        let next = rest.find(|partition| !is_taken[*partition]);
        if let Some(partition) = next {
            is_taken[partition] = true;
            group.push(partition);
        }
    }
    let slack = located.len() / 10;
    for partition in (0..located.len()).filter(|p| !is_taken[*p]) {
        let (one, other) = (below(count), below(count));
        let smaller = match groups[one].len() < groups[other].len() {
            true => one,
            false => other,
        };
        let least = (0..count).min_by_key(|group| groups[*group].len());
        let target = match least.filter(|_| located[partition]) {
            Some(least) if groups[smaller].len() + slack > groups[least].len() => least,
            _ => smaller,
        };
        groups[target].push(partition);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_lists_are_those_of_pyspark() {
        assert_eq!(*even(10, 4), [2, 5, 7, 10]);
        assert_eq!(*of_batches(10, 4), [2, 4, 6, 10]);
        assert_eq!(*of_batches(1, 2), [0, 1]);
        assert_eq!(*of_batches(0, 2), [0, 0]);
    }

    /// As Spark puts partitions of a shuffle together.
    #[test]
    fn partitions_of_a_shuffle_are_thrown_as_by_spark() {
        let groups = |parts, count| thrown(&vec![true; parts], count);
        assert_eq!(groups(7, 3), [vec![0, 3], vec![1, 4, 6], vec![2, 5]]);
        assert_eq!(groups(8, 3), [vec![0, 2], vec![1, 4, 6], vec![3, 5, 7]]);
    }

    #[test]
    fn partitions_of_no_place_go_with_those_beside_them() {
        let targets = put_together(&[false; 5], 2);
        let groups: Vec<i32> = targets.iter().map(|t| t.partition).collect();
        assert_eq!(groups, [0, 0, 1, 1, 1]);
    }
}
