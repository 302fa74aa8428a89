//! `TABLESAMPLE`: some of a table's rows.

use std::sync::Arc;

use sqlparser::ast::{ObjectName, Spanned, TableSample, TableSampleKind, TableSampleUnit, Value};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::convert::Converter;
use crate::error::{Result, SparkError};
use crate::plan::{Expr, Literal, Plan, Relation};

impl Converter<'_> {
    pub(super) fn sampled(
        &mut self,
        input: Arc<Plan>,
        sample: Option<&TableSampleKind>,
    ) -> Result<Arc<Plan>> {
        let sample = match sample {
            None => return Ok(input),
            Some(
                TableSampleKind::BeforeTableAlias(sample)
                | TableSampleKind::AfterTableAlias(sample),
            ) => sample,
        };
        if let Some(quantity) = &sample.quantity
            && quantity.unit == Some(TableSampleUnit::Rows)
        {
            let rows = number(&self.expression(&quantity.value)?)?;
            return Ok(Plan::new(Relation::Limit {
                input,
                skip: 0,
                fetch: Some(rows.max(0.0) as usize),
            }));
        }
        let fraction = self.fraction(sample)?;
        // Rounded as a sum of hundredths may be.
        if !(-1e-6..=1.0 + 1e-6).contains(&fraction) {
            return Err(SparkError::new(
                "INVALID_TABLESAMPLE_FRACTION",
                &[("fraction", &fraction.to_string())],
            ));
        }
        let seed = match &sample.seed {
            Some(seed) => whole(&seed.value.value)?,
            None if fraction <= 0.0 || fraction >= 1.0 => 0,
            None => {
                return Err(SparkError::not_implemented(
                    "TABLESAMPLE without REPEATABLE (seed)",
                ));
            }
        };
        Ok(Plan::new(Relation::Sample {
            input,
            lower: 0.0,
            upper: fraction,
            seed,
        }))
    }

    /// A function's rows are not sampled: its name would be `TABLESAMPLE`.
    pub(super) fn misplaced_sample(&self, function: &ObjectName) -> SparkError {
        let start = function.span().start;
        let tokens = &self.source.tokens;
        let after = self.source.index_at(start).unwrap_or_default();
        let is_word = |token: &TokenWithSpan| matches!(&token.token, Token::Word(word) if word.value.eq_ignore_ascii_case("TABLESAMPLE"));
        let word = tokens.iter().skip(after).position(is_word);
        let at = word.map_or(start, |word| self.source.start_of(after + word + 1));
        self.unexpected(at)
    }

    fn fraction(&mut self, sample: &TableSample) -> Result<f64> {
        if let Some(bucket) = &sample.bucket {
            if bucket.on.is_some() {
                return Err(SparkError::not_implemented("TABLESAMPLE (BUCKET … ON …)"));
            }
            return Ok(whole(&bucket.bucket.value)? as f64 / whole(&bucket.total.value)? as f64);
        }
        match &sample.quantity {
            Some(quantity) if quantity.unit == Some(TableSampleUnit::Percent) => {
                Ok(number(&self.expression(&quantity.value)?)? / 100.0)
            }
            _ => Err(SparkError::not_implemented("TABLESAMPLE of a byte length")),
        }
    }
}

fn number(expr: &Expr) -> Result<f64> {
    match expr {
        Expr::Literal(Literal::Integer(number)) => Ok(f64::from(*number)),
        Expr::Literal(Literal::Long(number)) => Ok(*number as f64),
        Expr::Literal(Literal::Double(number)) => Ok(*number),
        Expr::Literal(other) => crate::plan::text::literal_text(other, crate::types::Zone::UTC)
            .parse()
            .map_err(|_| SparkError::not_implemented("TABLESAMPLE of such a size")),
        _ => Err(SparkError::not_implemented("TABLESAMPLE of an expression")),
    }
}

fn whole(value: &Value) -> Result<i64> {
    let Value::Number(text, _) = value else {
        return Err(SparkError::not_implemented("TABLESAMPLE of such a size"));
    };
    text.parse()
        .map_err(|_| SparkError::not_implemented("TABLESAMPLE of such a size"))
}
