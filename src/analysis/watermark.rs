//! `withWatermark`: which column is the event time, and how late its rows may be.

use std::sync::Arc;

use super::stream_node::{WatermarkNode, extension};
use super::{Analyzer, Attribute, Resolved, column_name, fresh_id, names};
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::sql::{ParseOptions, parse_expression, parse_multipart_identifier};
use crate::plan::{Expr, Literal, Plan};
use crate::types::DataType;
use crate::types::interval::parse_interval;

/// Metadata by which Spark marks an event time, with the delay in milliseconds.
pub(super) const DELAY: &str = "spark.watermarkDelayMs";

impl Analyzer<'_> {
    pub(super) fn watermark(
        &mut self,
        input: &Arc<Plan>,
        name: &str,
        delay: &str,
    ) -> Result<Resolved> {
        let delay_millis = parse_delay(delay)?;
        let child = self.relation(input)?;
        // Over a table it says nothing: Spark looks neither at it nor for its column.
        if !child.streaming {
            return Ok((*child).clone());
        }
        let parts = parse_multipart_identifier(name)?;
        let case_sensitive = self.context.options.case_sensitive;
        let nested = || {
            SparkError::new(
                "EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN",
                &[("eventExpr", name)],
            )
        };
        let Some(found) = names::find(&parts, &child.output, case_sensitive)? else {
            // The name of a column with a point in it, without its backticks.
            let whole = |a: &Attribute| names::same(&a.name, &parts.join("."), case_sensitive);
            return Err(match child.output.iter().any(whole) {
                true => nested(),
                false => names::unresolved(&parts, &child.output),
            });
        };
        if !found.fields.is_empty() {
            return Err(nested());
        }
        check_type(found.attribute)?;
        let id = found.attribute.id;
        let node = WatermarkNode {
            input: (*child.plan).clone(),
            column: column_name(id),
            delay_millis,
            id: fresh_id().0,
        };
        let mut output = child.output.clone();
        for attribute in &mut output {
            if attribute.id == id {
                attribute
                    .metadata
                    .insert(DELAY.into(), serde_json::Value::from(delay_millis));
            } else {
                attribute.metadata.remove(DELAY);
            }
        }
        Ok(Resolved {
            plan: Arc::new(extension(node)),
            output,
            streaming: true,
        })
    }
}

/// Milliseconds; a month has 31 days here, as in Spark.
fn parse_delay(text: &str) -> Result<i64> {
    let (months, days, micros) = parts_of(text)?;
    let whole = (i64::from(months) * 31 + i64::from(days)).checked_mul(86_400_000_000);
    let Some(total) = whole.and_then(|whole| whole.checked_add(micros)) else {
        let condition = "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION";
        return Err(SparkError::new(condition, &[]));
    };
    let millis = total.div_euclid(1000);
    if millis < 0 {
        return Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            format!("requirement failed: delay threshold ({text}) should not be negative."),
        ));
    }
    Ok(millis)
}

/// Months, days and microseconds of an interval's text, which may be that of a literal.
fn parts_of(text: &str) -> Result<(i32, i32, i64)> {
    let is_literal = text
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("interval");
    if !(is_literal && text.contains('\'')) {
        return parse_interval(text);
    }
    match parse_expression(text, &ParseOptions::default()) {
        Ok(Expr::Literal(Literal::DayTime(micros, _))) => Ok((0, 0, micros)),
        Ok(Expr::Literal(Literal::YearMonth(months, _))) => Ok((months, 0, 0)),
        _ => parse_interval(text),
    }
}

fn check_type(attribute: &Attribute) -> Result<()> {
    let fits = match &attribute.data_type {
        DataType::Timestamp => true,
        DataType::Struct(fields) => fields
            .fields
            .iter()
            .any(|f| f.name == "end" && f.data_type == DataType::Timestamp),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(SparkError::new(
        "EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE",
        &[
            ("eventName", &format!("`{}`", attribute.name)),
            ("eventType", &format!("\"{}\"", attribute.data_type.sql())),
        ],
    ))
}
