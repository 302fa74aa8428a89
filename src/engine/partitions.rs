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

/// The groups that Spark's coalescer throws partitions into where all of them lie on one
/// machine: the first ones begin the groups, each of the others goes to the smallest one,
/// or to the smaller of two random ones where that is not larger by more than a tenth of
/// all partitions.
fn thrown(located: &[bool], count: usize) -> Vec<Vec<usize>> {
    const SEED: i64 = 7919;
    let slack = located.len() / 10;
    let with_place = (0..located.len()).filter(|p| located[*p]);
    let mut groups: Vec<Vec<usize>> = with_place.take(count).map(|p| vec![p]).collect();
    let begun: Vec<usize> = groups.iter().flatten().copied().collect();
    let mut others = (0..located.len()).filter(|p| !located[*p]);
    while groups.len() < count {
        groups.push(others.next().into_iter().collect());
    }
    let taken: Vec<usize> = groups.iter().flatten().copied().collect();
    let mut random = JavaRandom::new(SEED);
    for partition in (0..located.len()).filter(|p| !taken.contains(p)) {
        let (one, other) = (random.below(count as i32), random.below(count as i32));
        let (one, other) = (one as usize, other as usize);
        let smaller = match groups[one].len() < groups[other].len() {
            true => one,
            false => other,
        };
        let mut near = 0..begun.len();
        let first = near.next();
        let least = near.fold(first, |least, group| match least {
            Some(l) if groups[group].len() < groups[l].len() => Some(group),
            least => least,
        });
        let target = match least.filter(|_| located[partition]) {
            Some(near) if groups[smaller].len() + slack > groups[near].len() => near,
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

    /// As Spark puts seven partitions of a shuffle together to three.
    #[test]
    fn partitions_of_a_shuffle_are_thrown_as_by_spark() {
        let targets = put_together(&[true; 7], 3);
        let groups: Vec<i32> = targets.iter().map(|t| t.partition).collect();
        assert_eq!(groups, [0, 1, 2, 0, 1, 2, 1]);
    }
}
