//! Bitmaps of 4096 bytes: `bitmap_construct_agg`, `bitmap_or_agg`, `bitmap_and_agg`.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use crate::engine::to_datafusion;
use crate::error::SparkError;

const BYTES: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bits {
    /// The bits at the positions that come.
    Construct,
    Or,
    And,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bitmap(pub Bits);

impl Bitmap {
    fn filler(&self) -> u8 {
        match self.0 {
            Bits::And => 0xFF,
            Bits::Construct | Bits::Or => 0,
        }
    }
}

impl Recipe for Bitmap {
    fn name(&self) -> &'static str {
        match self.0 {
            Bits::Construct => "bitmap_construct_agg",
            Bits::Or => "bitmap_or_agg",
            Bits::And => "bitmap_and_agg",
        }
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        DataType::Binary
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![("bits", DataType::Binary)]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Map {
            bits: self.0,
            map: vec![self.filler(); BYTES],
        }))
    }

    fn of_nothing(&self, _: &DataType) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(vec![self.filler(); BYTES])))
    }
}

#[derive(Debug)]
struct Map {
    bits: Bits,
    map: Vec<u8>,
}

impl Map {
    fn set(&mut self, position: i64) -> Result<()> {
        let known = usize::try_from(position).ok().filter(|p| *p < BYTES * 8);
        let Some(at) = known else {
            let parameters = [
                ("bitPosition", position.to_string()),
                ("bitmapNumBytes", BYTES.to_string()),
                ("bitmapNumBits", (BYTES * 8).to_string()),
            ];
            let parameters = parameters
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            return Err(to_datafusion(SparkError::new(
                "INVALID_BITMAP_POSITION",
                &parameters,
            )));
        };
        self.map[at / 8] |= 1 << (at % 8);
        Ok(())
    }

    fn combine(&mut self, other: &[u8], bits: Bits) {
        match bits {
            Bits::And => {
                for (at, byte) in self.map.iter_mut().enumerate() {
                    *byte &= other.get(at).copied().unwrap_or(0);
                }
            }
            _ => {
                for (byte, other) in self.map.iter_mut().zip(other) {
                    *byte |= other;
                }
            }
        }
    }
}

impl Accumulator for Map {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if self.bits == Bits::Construct {
            for position in values[0].as_primitive::<Int64Type>().iter().flatten() {
                self.set(position)?;
            }
            return Ok(());
        }
        self.merge_batch(values)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Binary(Some(self.map.clone())))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.map.capacity()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for other in states[0].as_binary::<i32>().iter().flatten() {
            self.combine(other, self.bits);
        }
        Ok(())
    }
}
