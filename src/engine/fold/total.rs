//! `sum` and `avg` where the engine's own do not end as Spark's: decimals, intervals,
//! and the forms that give null on overflow.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, i256};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use crate::engine::to_datafusion;
use crate::error::SparkError;
use crate::functions::scalar::kernel::native_values;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnOverflow {
    /// An error.
    Fail,
    /// A null.
    Null,
}

/// What the values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Long,
    Decimal { scale: i8 },
    Months,
    Micros,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Total {
    pub name: &'static str,
    pub unit: Unit,
    pub mean: bool,
    pub on_overflow: OnOverflow,
    /// Type of the result.
    pub returns: DataType,
}

const WIDE: DataType = DataType::Decimal128(38, 0);

impl Recipe for Total {
    fn name(&self) -> &'static str {
        self.name
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        self.returns.clone()
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![("sum", WIDE), ("count", DataType::Int64)]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sum {
            total: self.clone(),
            sum: Some(0),
            count: 0,
        }))
    }
}

#[derive(Debug)]
struct Sum {
    total: Total,
    /// `None` after an overflow, from which there is no way back.
    sum: Option<i128>,
    count: i64,
}

const DIGITS: i128 = 10_i128.pow(38);

impl Sum {
    fn add(&mut self, value: i128) -> Result<()> {
        let Some(sum) = self.sum else {
            return Ok(());
        };
        let fits = |sum: &i128| match self.total.unit {
            Unit::Long | Unit::Micros => i64::try_from(*sum).is_ok(),
            Unit::Months => i32::try_from(*sum).is_ok(),
            Unit::Decimal { .. } => sum.abs() < DIGITS,
        };
        self.sum = sum.checked_add(value).filter(fits);
        // A decimal that is too large is found in the end, when all are added.
        let late = matches!(self.total.unit, Unit::Decimal { .. });
        match self.sum {
            None if !late => self.overflow(),
            _ => Ok(()),
        }
    }

    fn overflow(&self) -> Result<()> {
        if self.total.on_overflow == OnOverflow::Null {
            return Ok(());
        }
        let message = match (self.total.unit, self.total.mean) {
            (Unit::Decimal { .. }, false) => "Overflow in sum of decimals",
            (Unit::Decimal { .. }, true) => "Overflow in avg of decimals",
            (Unit::Long, _) => "long overflow",
            (Unit::Months, _) => "integer overflow",
            (Unit::Micros, _) => "long overflow",
        };
        Err(to_datafusion(overflow(message, self.total.unit)))
    }

    fn mean(&self, sum: i128) -> Option<i128> {
        let count = i128::from(self.count);
        let (Unit::Decimal { scale }, DataType::Decimal128(precision, wanted)) =
            (self.total.unit, &self.total.returns)
        else {
            return Some(rounded(i256::from_i128(sum), count));
        };
        let factor = i256::from_i128(10_i128.pow(u32::try_from(wanted - scale).unwrap_or(0)));
        let mean = rounded(i256::from_i128(sum).checked_mul(factor)?, count);
        (mean.abs() < 10_i128.pow(u32::from(*precision))).then_some(mean)
    }

    fn scalar(&self, value: Option<i128>) -> Result<ScalarValue> {
        let small = value.and_then(|v| i64::try_from(v).ok());
        Ok(match &self.total.returns {
            DataType::Decimal128(precision, scale) => {
                ScalarValue::Decimal128(value, *precision, *scale)
            }
            DataType::Interval(_) => {
                ScalarValue::IntervalYearMonth(small.and_then(|v| i32::try_from(v).ok()))
            }
            DataType::Duration(_) => ScalarValue::DurationMicrosecond(small),
            _ => ScalarValue::Int64(small),
        })
    }

    fn unscaled(values: &ArrayRef, row: usize) -> Result<i128> {
        Ok(match values.data_type() {
            DataType::Decimal128(..) => values.as_primitive::<Decimal128Type>().value(row),
            DataType::Interval(_) => i128::from(months(values)?[row]),
            _ => i128::from(native_values::<i64>(values.as_ref()).map_err(to_datafusion)?[row]),
        })
    }
}

fn months(values: &ArrayRef) -> Result<&[i32]> {
    native_values::<i32>(values.as_ref()).map_err(to_datafusion)
}

fn overflow(message: &str, unit: Unit) -> SparkError {
    if matches!(unit, Unit::Months | Unit::Micros) {
        return SparkError::new(
            "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
            &[("functionName", "`try_add`")],
        );
    }
    let alternative = " Use 'try_sum' to tolerate overflow and return NULL instead.";
    SparkError::new(
        "ARITHMETIC_OVERFLOW",
        &[
            ("message", message),
            ("alternative", alternative),
            ("config", "\"spark.sql.ansi.enabled\""),
        ],
    )
}

/// A quotient, half away from zero.
fn rounded(value: i256, by: i128) -> i128 {
    let by = i256::from_i128(by);
    let (quotient, rest) = (value.wrapping_div(by), value.wrapping_rem(by));
    let twice = rest.wrapping_abs().wrapping_mul(i256::from_i128(2));
    let step = match twice >= by.wrapping_abs() {
        true if (value < i256::ZERO) => -1,
        true => 1,
        false => 0,
    };
    quotient.to_i128().unwrap_or(i128::MAX).saturating_add(step)
}

impl Accumulator for Sum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = &values[0];
        for row in (0..values.len()).filter(|row| values.is_valid(*row)) {
            self.add(Self::unscaled(values, row)?)?;
            self.count += 1;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.count == 0 {
            return self.scalar(None);
        }
        let limit = match self.total.returns {
            DataType::Decimal128(precision, _) => 10_i128.pow(u32::from(precision)),
            _ => i128::MAX,
        };
        let result = match self.sum {
            Some(sum) if self.total.mean => self.mean(sum),
            sum => sum.filter(|sum| sum.abs() < limit),
        };
        if result.is_none() {
            self.overflow()?;
        }
        self.scalar(result)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![
            ScalarValue::Decimal128(self.sum, 38, 0),
            ScalarValue::Int64(Some(self.count)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let sums: &Decimal128Array = states[0].as_primitive::<Decimal128Type>();
        let counts = states[1].as_primitive::<Int64Type>();
        for row in 0..sums.len() {
            self.count += counts.value(row);
            if sums.is_valid(row) {
                self.add(sums.value(row))?;
            } else {
                self.sum = None;
            }
        }
        Ok(())
    }
}
