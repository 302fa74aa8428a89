//! Rows cut into groups by their keys, for what wants each group's rows together.
//!
//! Knows keys in Arrow's row format and nothing of what is done with the groups.

use arrow::row::Rows;
use hashbrown::HashMap;

/// Groups in the order of their keys, each with its rows in the order in which they came.
pub struct Grouped {
    /// The places of the rows, group by group.
    pub order: Vec<u32>,
    /// Where each group starts among them, and where the last one ends.
    pub starts: Vec<usize>,
}

impl Grouped {
    /// Groups are few beside rows: these are dealt to them, and only the groups are sorted.
    pub fn of(keys: &Rows) -> Self {
        let mut numbers = HashMap::new();
        let mut groups = Vec::new();
        let mut counts: Vec<usize> = Vec::new();
        let number_of = |key| {
            let number = *numbers.entry(key).or_insert_with(|| {
                groups.push(key);
                counts.push(0);
                groups.len() - 1
            });
            counts[number] += 1;
            number
        };
        let of_rows: Vec<usize> = keys.iter().map(number_of).collect();
        let mut sorted: Vec<usize> = (0..groups.len()).collect();
        sorted.sort_unstable_by(|a, b| groups[*a].cmp(&groups[*b]));
        // Of each group where its next row goes.
        let mut next = vec![0; groups.len()];
        let mut starts = Vec::with_capacity(groups.len() + 1);
        let mut end = 0;
        for number in sorted {
            starts.push(end);
            next[number] = end;
            end += counts[number];
        }
        starts.push(end);
        let mut order = vec![0; of_rows.len()];
        for (row, number) in of_rows.into_iter().enumerate() {
            order[next[number]] = row as u32;
            next[number] += 1;
        }
        Self { order, starts }
    }

    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first row of a group; `None` behind the last one.
    pub fn first(&self, group: usize) -> Option<u32> {
        (group < self.len()).then(|| self.order[self.starts[group]])
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};
    use arrow::datatypes::DataType;
    use arrow::row::{RowConverter, SortField};

    use super::*;

    fn of(keys: Vec<Option<i64>>) -> Grouped {
        let converter = RowConverter::new(vec![SortField::new(DataType::Int64)]).unwrap();
        let keys: ArrayRef = Arc::new(Int64Array::from(keys));
        Grouped::of(&converter.convert_columns(&[keys]).unwrap())
    }

    #[test]
    fn groups_are_in_order_and_their_rows_as_they_came() {
        let found = of(vec![Some(7), None, Some(-1), Some(7), None, Some(7)]);
        assert_eq!(found.order, [1, 4, 2, 0, 3, 5]);
        assert_eq!(found.starts, [0, 2, 3, 6]);
        assert_eq!(found.first(2), Some(0));
        assert_eq!(found.first(3), None);
    }

    #[test]
    fn no_rows_are_no_group() {
        let found = of(Vec::new());
        assert!(found.is_empty() && found.first(0).is_none());
        assert_eq!(found.starts, [0]);
    }
}
