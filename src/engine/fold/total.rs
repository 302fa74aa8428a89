//! `sum` and `avg` where the engine's own do not end as Spark's: decimals, intervals,
//! and the forms that give null on overflow.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    ArrowNativeType, DataType, Decimal128Type, Decimal256Type, Int64Type, i256,
};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use super::Recipe;
use super::total_groups::TotalGroups;
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

/// Wide enough for the sum of all decimals that there can be.
const WIDE: DataType = DataType::Decimal256(76, 0);

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
        Ok(Box::new(Sum::new(self.clone())))
    }

    fn groups(&self) -> Option<Box<dyn GroupsAccumulator>> {
        matches!(self.unit, Unit::Decimal { .. })
            .then(|| Box::new(TotalGroups::new(self.clone())) as _)
    }
}

#[derive(Debug)]
pub struct Sum {
    total: Total,
    /// `None` after an overflow, from which there is no way back.
    sum: Option<i256>,
    count: i64,
}

impl Sum {
    pub fn new(total: Total) -> Self {
        Self {
            total,
            sum: Some(i256::ZERO),
            count: 0,
        }
    }

    /// The result of this sum of so many values: a null for none of them, and where a
    /// null stands for what the type cannot hold.
    pub fn of(&mut self, sum: Option<i256>, count: i64) -> Result<Option<i128>> {
        (self.sum, self.count) = (sum, count);
        let Some(sum) = sum.filter(|_| count > 0) else {
            return Ok(None);
        };
        let result = self.result(sum);
        if result.is_none() && self.total.on_overflow == OnOverflow::Fail {
            return Err(to_datafusion(self.out_of_range(sum)));
        }
        Ok(result)
    }

    fn add(&mut self, value: i256) -> Result<()> {
        let Some(sum) = self.sum else {
            return Ok(());
        };
        let fits = |sum: &i256| match self.total.unit {
            Unit::Long | Unit::Micros => sum.to_i128().is_some_and(|s| i64::try_from(s).is_ok()),
            Unit::Months => sum.to_i128().is_some_and(|s| i32::try_from(s).is_ok()),
            // One that is too large is found in the end, when all are added.
            Unit::Decimal { .. } => true,
        };
        self.sum = sum.checked_add(value).filter(fits);
        match (self.sum, self.total.on_overflow) {
            (None, OnOverflow::Fail) => Err(to_datafusion(overflow(self.total.unit))),
            _ => Ok(()),
        }
    }

    /// The result, if its type can hold it.
    fn result(&self, sum: i256) -> Option<i128> {
        let count = i256::from_i128(i128::from(self.count));
        let (Unit::Decimal { scale }, DataType::Decimal128(precision, wanted)) =
            (self.total.unit, &self.total.returns)
        else {
            return match self.total.mean {
                true => rounded(sum, count).to_i128(),
                false => sum.to_i128(),
            };
        };
        let value = if self.total.mean {
            let places = u32::try_from(wanted - scale).unwrap_or(0);
            rounded(sum.checked_mul(power(places))?, count)
        } else {
            sum
        };
        let fits = value.wrapping_abs() < power(u32::from(*precision));
        value.to_i128().filter(|_| fits)
    }

    /// The error for a decimal that has too many digits.
    fn out_of_range(&self, sum: i256) -> SparkError {
        let (precision, scale) = match self.total.returns {
            DataType::Decimal128(precision, scale) => (precision, scale),
            _ => (38, 0),
        };
        let from = match self.total.unit {
            Unit::Decimal { scale } => usize::try_from(scale).unwrap_or(0),
            _ => 0,
        };
        let value = match self.total.mean {
            true => quotient_text(sum, self.count, from),
            false => fixed(&sum.wrapping_abs().to_string(), from, sum < i256::ZERO),
        };
        SparkError::new(
            "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
            &[
                ("value", &value),
                ("precision", &precision.to_string()),
                ("scale", &scale.to_string()),
                ("config", "\"spark.sql.ansi.enabled\""),
            ],
        )
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

    fn unscaled(values: &ArrayRef, row: usize) -> Result<i256> {
        Ok(i256::from_i128(match values.data_type() {
            DataType::Decimal128(..) => values.as_primitive::<Decimal128Type>().value(row),
            DataType::Interval(_) => i128::from(stored::<i32>(values)?[row]),
            _ => i128::from(stored::<i64>(values)?[row]),
        }))
    }
}

fn stored<N: ArrowNativeType>(values: &ArrayRef) -> Result<&[N]> {
    native_values::<N>(values.as_ref()).map_err(to_datafusion)
}

fn power(digits: u32) -> i256 {
    i256::from_i128(10).wrapping_pow(digits)
}

fn overflow(unit: Unit) -> SparkError {
    if matches!(unit, Unit::Months | Unit::Micros) {
        return SparkError::new(
            "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
            &[("functionName", "`try_add`")],
        );
    }
    let alternative = " Use 'try_add' to tolerate overflow and return NULL instead.";
    SparkError::new(
        "ARITHMETIC_OVERFLOW",
        &[
            ("message", "overflow"),
            ("alternative", alternative),
            ("config", "\"spark.sql.ansi.enabled\""),
        ],
    )
}

/// Digits with a point before the last so many.
fn fixed(digits: &str, scale: usize, negative: bool) -> String {
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    let sign = if negative { "-" } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

/// A mean with as many digits after the point as Spark divides to.
fn quotient_text(sum: i256, count: i64, scale: usize) -> String {
    const DIGITS: usize = 39;
    let (by, ten) = (i256::from_i128(i128::from(count)), i256::from_i128(10));
    let size = sum.wrapping_abs();
    let mut digits = size.wrapping_div(by).to_string();
    let mut rest = size.wrapping_rem(by);
    for _ in scale..DIGITS {
        rest = rest.wrapping_mul(ten);
        digits.push_str(&rest.wrapping_div(by).to_string());
        rest = rest.wrapping_rem(by);
    }
    fixed(&digits, DIGITS.max(scale), sum < i256::ZERO)
}

/// A quotient, half away from zero.
fn rounded(value: i256, by: i256) -> i256 {
    let (quotient, rest) = (value.wrapping_div(by), value.wrapping_rem(by));
    let twice = rest.wrapping_abs().wrapping_mul(i256::from_i128(2));
    match twice >= by.wrapping_abs() {
        true if value < i256::ZERO => quotient.wrapping_sub(i256::ONE),
        true => quotient.wrapping_add(i256::ONE),
        false => quotient,
    }
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
        let result = self.of(self.sum, self.count)?;
        self.scalar(result)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![
            ScalarValue::Decimal256(self.sum, 76, 0),
            ScalarValue::Int64(Some(self.count)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let sums = states[0].as_primitive::<Decimal256Type>();
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
