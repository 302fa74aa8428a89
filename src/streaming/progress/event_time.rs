//! `eventTime`: the event times that a trigger saw, and its watermark.

use serde_json::{Map, Value};

use super::json::iso_millis;

/// Statistics of the column with the watermark, in epoch milliseconds.
/// Those of several partitions or batches are merged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventTimeStats {
    pub max: i64,
    pub min: i64,
    pub avg: f64,
    pub count: u64,
}

impl Default for EventTimeStats {
    fn default() -> Self {
        Self {
            max: i64::MIN,
            min: i64::MAX,
            avg: 0.0,
            count: 0,
        }
    }
}

impl EventTimeStats {
    pub fn add(&mut self, millis: i64) {
        self.max = self.max.max(millis);
        self.min = self.min.min(millis);
        self.count += 1;
        self.avg += (millis as f64 - self.avg) / self.count as f64;
    }

    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.max = self.max.max(other.max);
        self.min = self.min.min(other.min);
        self.count += other.count;
        self.avg += (other.avg - self.avg) * other.count as f64 / self.count as f64;
    }

    /// With the watermark of the batch; a batch without rows has that alone.
    pub(super) fn to_json(self, watermark_millis: i64) -> Map<String, Value> {
        let mut map = Map::new();
        if self.count > 0 {
            // The mean loses its fraction as Java's conversion to long does.
            map.insert("avg".into(), iso_millis(self.avg as i64).into());
            map.insert("max".into(), iso_millis(self.max).into());
            map.insert("min".into(), iso_millis(self.min).into());
        }
        map.insert("watermark".into(), iso_millis(watermark_millis).into());
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_the_same_as_adding_all() {
        let times = [5, -3, 1_000, 7, 7, 12];
        let mut all = EventTimeStats::default();
        times.iter().for_each(|t| all.add(*t));
        let mut merged = EventTimeStats::default();
        for part in times.chunks(4) {
            let mut stats = EventTimeStats::default();
            part.iter().for_each(|t| stats.add(*t));
            merged.merge(&stats);
        }
        merged.merge(&EventTimeStats::default());
        assert_eq!((merged.min, merged.max, merged.count), (-3, 1_000, 6));
        assert!((merged.avg - all.avg).abs() < 1e-9);
    }

    #[test]
    fn a_batch_without_rows_has_its_watermark_alone() {
        let json = Value::Object(EventTimeStats::default().to_json(1_469_685_522_000));
        assert_eq!(
            json.to_string(),
            r#"{"watermark":"2016-07-28T05:58:42.000Z"}"#
        );
    }
}
