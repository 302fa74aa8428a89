//! How a batch's share of offsets is divided among partitions, and how far a query is
//! behind: plain arithmetic, as Spark does it.

use std::collections::BTreeMap;

use crate::kafka::Offsets;

/// The ends of a batch of about `most` offsets: each partition gets its part of what is
/// new, and one at least. `new` are the first offsets of partitions not in `from`.
pub fn share(most: i64, from: &Offsets, new: &Offsets, latest: &Offsets) -> Offsets {
    let begin = |at| from.get(at).or_else(|| new.get(at));
    let sizes: Vec<i64> = latest
        .iter()
        .map(|(at, end)| begin(at).map_or(0, |begin| (end - begin).max(0)))
        .collect();
    let total = sizes.iter().map(|size| *size as f64).sum::<f64>();
    if total < 1.0 {
        return latest.clone();
    }
    let ends = latest.iter().zip(&sizes).map(|((at, end), size)| {
        let Some(begin) = begin(at).filter(|_| *size > 0) else {
            return (at.clone(), end);
        };
        let part = most as f64 * (*size as f64 / total);
        let part = if part < 1.0 {
            part.ceil()
        } else {
            part.floor()
        };
        // A number too large for 64 bits becomes the largest.
        (
            at.clone(),
            begin.saturating_add(part as i64).clamp(begin, end),
        )
    });
    ends.collect()
}

/// How many offsets there are behind the consumed ones, over the partitions.
pub fn behind(consumed: &Offsets, latest: &Offsets) -> BTreeMap<String, String> {
    let behind: Vec<i64> = latest
        .iter()
        .filter_map(|(at, end)| Some(end - consumed.get(at)?))
        .collect();
    let (Some(least), Some(most)) = (behind.iter().min(), behind.iter().max()) else {
        return BTreeMap::new();
    };
    let mean = behind.iter().sum::<i64>() as f64 / behind.len() as f64;
    [
        ("avgOffsetsBehindLatest", format!("{mean:.1}")),
        ("maxOffsetsBehindLatest", most.to_string()),
        ("minOffsetsBehindLatest", least.to_string()),
    ]
    .map(|(name, value)| (name.to_string(), value))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(text: &str) -> Offsets {
        Offsets::parse(text).unwrap()
    }

    #[test]
    fn a_partition_gets_its_part_rounded_down_and_one_at_least() {
        let from = offsets(r#"{"t":{"0":0,"1":0}}"#);
        let none = Offsets::default();
        let even = offsets(r#"{"t":{"0":5,"1":5}}"#);
        assert_eq!(
            share(3, &from, &none, &even).json(),
            r#"{"t":{"0":1,"1":1}}"#
        );
        let uneven = offsets(r#"{"t":{"0":1,"1":99}}"#);
        assert_eq!(
            share(10, &from, &none, &uneven).json(),
            r#"{"t":{"0":1,"1":9}}"#
        );
        assert_eq!(share(i64::MAX, &from, &none, &uneven), uneven);
    }

    #[test]
    fn a_new_partition_begins_at_its_first_offset() {
        let from = offsets(r#"{"t":{"0":10}}"#);
        let new = offsets(r#"{"t":{"1":4}}"#);
        let latest = offsets(r#"{"t":{"0":20,"1":14}}"#);
        let ends = share(10, &from, &new, &latest);
        assert_eq!(ends.json(), r#"{"t":{"0":15,"1":9}}"#);
    }

    #[test]
    fn nothing_new_is_the_end_itself() {
        let at = offsets(r#"{"t":{"0":10}}"#);
        assert_eq!(share(10, &at, &Offsets::default(), &at), at);
        let behind = behind(&at, &offsets(r#"{"t":{"0":13}}"#));
        assert_eq!(behind["avgOffsetsBehindLatest"], "3.0");
        assert_eq!(behind["maxOffsetsBehindLatest"], "3");
    }
}
