//! "Why is there no output?": what a batch read, what its operators hold, what was
//! dropped as late, which watermark they wait for and who holds it back.
//!
//! Plain figures, as JSON and as text; the loop of a query fills them in. Not Spark's.

use serde_json::{Value, json};

use super::json::iso_millis;

/// What is known after a batch, or after a look that found nothing.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    pub batch_id: u64,
    pub output_mode: &'static str,
    /// Whether the last look for new rows found none.
    pub idle: bool,
    pub rows_out: u64,
    /// Epoch milliseconds, for the batch that comes next; none without `withWatermark`.
    pub watermark: Option<i64>,
    /// `min` or `max`.
    pub policy: &'static str,
    pub watermarks: Vec<HeldBack>,
    /// From the sink down.
    pub operators: Vec<OperatorExplained>,
    pub sources: Vec<SourceExplained>,
}

/// One `withWatermark`, and whether the query's watermark waits for it.
#[derive(Debug, Clone, Default)]
pub struct HeldBack {
    pub column: String,
    pub delay_millis: i64,
    /// The descriptions of the sources below it.
    pub sources: Vec<String>,
    /// Its latest event time less the delay; none before its first row.
    pub reached: Option<i64>,
    pub holds: bool,
    /// It has had no row for longer than `caudal.watermark.idleTimeout`.
    pub idle: bool,
}

#[derive(Debug, Clone, Default)]
pub struct OperatorExplained {
    pub name: String,
    pub rows_in: u64,
    pub rows_out: u64,
    pub rows_held: u64,
    pub rows_removed: u64,
    pub rows_dropped_late: u64,
    /// Whether rows come out of what has had its time.
    pub releases: bool,
    /// What it goes by; none where no watermark reaches it.
    pub watermark: Option<i64>,
    /// The watermark at which the first of what it holds has had its time.
    pub next_release: Option<i64>,
    /// An event time of the column with the watermark that brings it there.
    pub must_see: Option<i64>,
}

#[derive(Debug, Clone, Default)]
pub struct SourceExplained {
    pub description: String,
    pub rows: u64,
}

impl Explanation {
    pub fn to_value(&self) -> Value {
        let operators: Vec<Value> = self.operators.iter().map(operator_value).collect();
        let watermarks: Vec<Value> = self.watermarks.iter().map(held_value).collect();
        let sources: Vec<Value> = self
            .sources
            .iter()
            .map(|s| json!({"description": s.description, "rows": s.rows}))
            .collect();
        json!({
            "batchId": self.batch_id,
            "outputMode": self.output_mode,
            "idle": self.idle,
            "rowsOut": self.rows_out,
            "watermark": self.watermark.map(iso_millis),
            "policy": self.policy,
            "watermarks": watermarks,
            "operators": operators,
            "sources": sources,
            "summary": self.summary(),
            "text": self.text(),
        })
    }

    /// The answer in one line.
    fn summary(&self) -> String {
        let rows_in: u64 = self.sources.iter().map(|s| s.rows).sum();
        let late: u64 = self.operators.iter().map(|o| o.rows_dropped_late).sum();
        if self.rows_out > 0 {
            return format!("Batch {} gave {}.", self.batch_id, rows(self.rows_out));
        }
        if let Some(waiting) = self.waiting() {
            return self.waits(waiting, late);
        }
        if late > 0 {
            return format!(
                "{} came behind the watermark ({}) and were dropped as late.",
                rows(late),
                time(self.watermark)
            );
        }
        let held: u64 = self.operators.iter().map(|o| o.rows_held).sum();
        if rows_in == 0 {
            return match self.idle {
                true => "No source has new rows.".into(),
                false => format!("Batch {} had no rows to read.", self.batch_id),
            };
        }
        if self.operators.is_empty() || held == 0 {
            return format!(
                "{} came in and none was left: filters and joins let none through.",
                rows(rows_in)
            );
        }
        format!(
            "{} came in and changed nothing of the {} that are held.",
            rows(rows_in),
            rows(held)
        )
    }

    /// The operator whose first release comes next.
    fn waiting(&self) -> Option<&OperatorExplained> {
        let shows = |o: &&OperatorExplained| {
            self.output_mode == "append"
                && o.rows_held > 0
                && o.releases
                && o.next_release.is_some()
        };
        let waiting = self.operators.iter().filter(shows);
        waiting.min_by_key(|o| o.next_release)
    }

    fn waits(&self, operator: &OperatorExplained, late: u64) -> String {
        let mut text = format!(
            "{} holds {} until the watermark reaches {}; it is {}.",
            operator.name,
            rows(operator.rows_held),
            time(operator.next_release),
            time(self.watermark)
        );
        let holding: Vec<_> = self.watermarks.iter().filter(|w| w.holds).collect();
        for held in &holding {
            let column = &held.column;
            match operator.must_see {
                Some(seen) => text.push_str(&format!(
                    " Event times in {column} must come to {}.",
                    iso_millis(seen - self.least_delay() + held.delay_millis)
                )),
                None => text.push_str(&format!(" It waits for {column}.")),
            }
        }
        if late > 0 {
            text.push_str(&format!(" {} came too late and were dropped.", rows(late)));
        }
        text
    }

    /// `must_see` counts with the least delay of those that hold the watermark back.
    fn least_delay(&self) -> i64 {
        let holding = self.watermarks.iter().filter(|w| w.holds);
        holding.map(|w| w.delay_millis).min().unwrap_or(0)
    }

    /// All of it, on many lines.
    fn text(&self) -> String {
        let mut lines = vec![self.summary()];
        for source in &self.sources {
            lines.push(format!(
                "source {}: {} in batch {}",
                source.description,
                rows(source.rows),
                self.batch_id
            ));
        }
        if let Some(watermark) = self.watermark {
            lines.push(format!(
                "watermark {} ({} of {})",
                iso_millis(watermark),
                self.policy,
                self.watermarks.len()
            ));
        }
        lines.extend(self.watermarks.iter().map(held_line));
        lines.extend(self.operators.iter().map(operator_line));
        lines.push(format!(
            "sink: {} in {} mode",
            rows(self.rows_out),
            self.output_mode
        ));
        lines.join("\n")
    }
}

fn held_line(held: &HeldBack) -> String {
    let state = match (held.reached, held.idle, held.holds) {
        (_, true, _) => "idle, does not hold the watermark back",
        (None, _, _) => "no row yet, holds the watermark back",
        (_, _, true) => "holds the watermark back",
        _ => "is ahead",
    };
    format!(
        "  withWatermark {} ({} ms) of {}: at {}, {state}",
        held.column,
        held.delay_millis,
        held.sources.join(", "),
        time(held.reached)
    )
}

fn operator_line(operator: &OperatorExplained) -> String {
    let mut line = format!(
        "operator {}: {} in, {} out, {} held, {} let go, {} dropped late, watermark {}",
        operator.name,
        operator.rows_in,
        operator.rows_out,
        operator.rows_held,
        operator.rows_removed,
        operator.rows_dropped_late,
        time(operator.watermark)
    );
    if let Some(next) = operator.next_release {
        line.push_str(&format!(", next release at {}", iso_millis(next)));
    }
    line
}

fn operator_value(operator: &OperatorExplained) -> Value {
    json!({
        "name": operator.name,
        "rowsIn": operator.rows_in,
        "rowsOut": operator.rows_out,
        "rowsHeld": operator.rows_held,
        "rowsRemoved": operator.rows_removed,
        "rowsDroppedLate": operator.rows_dropped_late,
        "watermark": operator.watermark.map(iso_millis),
        "nextRelease": operator.next_release.map(iso_millis),
        "mustSee": operator.must_see.map(iso_millis),
    })
}

fn held_value(held: &HeldBack) -> Value {
    json!({
        "column": held.column,
        "delayMs": held.delay_millis,
        "sources": held.sources,
        "reached": held.reached.map(iso_millis),
        "holdsBack": held.holds,
        "idle": held.idle,
    })
}

fn rows(count: u64) -> String {
    match count {
        1 => "1 row".into(),
        count => format!("{count} rows"),
    }
}

fn time(millis: Option<i64>) -> String {
    millis.map_or_else(|| "none".into(), iso_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(rows_held: u64) -> Explanation {
        Explanation {
            output_mode: "append",
            watermark: Some(5_000),
            watermarks: vec![HeldBack {
                column: "t".into(),
                delay_millis: 1_000,
                holds: true,
                ..HeldBack::default()
            }],
            operators: vec![OperatorExplained {
                releases: true,
                name: "stateStoreSave".into(),
                rows_held,
                next_release: Some(10_000),
                must_see: Some(11_000),
                ..OperatorExplained::default()
            }],
            ..Explanation::default()
        }
    }

    #[test]
    fn the_summary_names_the_event_time_that_must_come() {
        let text = held(2).summary();
        assert!(text.contains("holds 2 rows until the watermark reaches 1970-01-01T00:00:10.000Z"));
        assert!(text.contains("Event times in t must come to 1970-01-01T00:00:11.000Z"));
    }

    #[test]
    fn late_rows_are_the_reason_where_nothing_is_held() {
        let mut explanation = held(0);
        explanation.operators[0].next_release = None;
        explanation.operators[0].rows_dropped_late = 1;
        assert!(
            explanation
                .summary()
                .starts_with("1 row came behind the watermark")
        );
    }
}
