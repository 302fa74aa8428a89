//! The type that all variants of a group have: `schema_of_variant_agg`.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use crate::engine::to_datafusion;
use crate::types::DataType;
use crate::types::variant::{Column, merged, shape, shape_text};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VariantShape;

impl Recipe for VariantShape {
    fn name(&self) -> &'static str {
        "schema_of_variant_agg"
    }

    fn returns(&self, _: &[ArrowType]) -> ArrowType {
        ArrowType::Utf8
    }

    fn state(&self, _: &[ArrowType]) -> Vec<(&'static str, ArrowType)> {
        vec![("shape", ArrowType::Utf8)]
    }

    fn start(&self, _: &[ArrowType]) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Shape(DataType::Null)))
    }

    fn of_nothing(&self, _: &ArrowType) -> Result<ScalarValue> {
        Ok(ScalarValue::from(shape_text(&DataType::Null)))
    }
}

/// The type so far; nothing at all has that of a null.
#[derive(Debug)]
struct Shape(DataType);

impl Accumulator for Shape {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let column = Column::new(values[0].as_ref()).map_err(to_datafusion)?;
        for row in 0..values[0].len() {
            if let Some(variant) = column.at(row).map_err(to_datafusion)? {
                self.0 = merged(&self.0, &shape(variant).map_err(to_datafusion)?);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::from(shape_text(&self.0)))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::from(self.0.json())])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for other in states[0].as_string::<i32>().iter().flatten() {
            let other = DataType::from_json(other).map_err(to_datafusion)?;
            self.0 = merged(&self.0, &other);
        }
        Ok(())
    }
}
