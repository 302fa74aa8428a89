//! The aggregates that give sketches of Apache DataSketches: which sketch, of what size.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::Recipe;
use crate::engine::to_datafusion;
use crate::error::Result as SparkResult;
use crate::functions::sketches::item::Kind;
use crate::functions::sketches::tuple::Mode;
use crate::functions::sketches::{Gather, frequent, hll, kll, theta, tuple};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sketched {
    pub name: &'static str,
    pub form: Form,
    pub returns: DataType,
}

/// What kind of numbers a sketch carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carried {
    Long,
    Integer,
    Float,
    Double,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Form {
    Hll {
        lg_k: u8,
    },
    HllUnion {
        any_size: bool,
    },
    Theta {
        lg: u8,
    },
    ThetaUnion {
        lg: u8,
    },
    ThetaIntersection,
    Tuple {
        of: Carried,
        lg: u8,
        mode: Mode,
    },
    TupleUnion {
        of: Carried,
        lg: u8,
        mode: Mode,
    },
    TupleIntersection {
        of: Carried,
        mode: Mode,
    },
    Kll {
        of: Carried,
        k: u16,
    },
    KllMerge {
        of: Carried,
        k: Option<u16>,
    },
    Top {
        kind: Kind,
        k: usize,
        tracked: i64,
    },
    TopKept {
        kind: Kind,
        tracked: i64,
        ddl: String,
    },
    TopCombined {
        kind: Kind,
        tracked: Option<i64>,
    },
}

type Gatherer = Box<dyn Gather>;

impl Sketched {
    fn gatherer(&self) -> SparkResult<Gatherer> {
        let name = self.name;
        let returns = || self.returns.clone();
        Ok(match self.form.clone() {
            Form::Hll { lg_k } => Box::new(hll::OfValues::new(lg_k, name)?),
            Form::HllUnion { any_size } => Box::new(hll::OfSketches::new(any_size, name)),
            Form::Theta { lg } => Box::new(theta::OfValues::new(lg, name)?),
            Form::ThetaUnion { lg } => Box::new(theta::OfUnion::new(lg, name)?),
            Form::ThetaIntersection => Box::new(theta::OfIntersection::new(name)),
            Form::Tuple { of, .. }
            | Form::TupleUnion { of, .. }
            | Form::TupleIntersection { of, .. } => match of {
                Carried::Integer => self.tuple::<i32>()?,
                _ => self.tuple::<f64>()?,
            },
            Form::Kll { of, .. } | Form::KllMerge { of, .. } => match of {
                Carried::Float => self.kll::<datasketches::kll::KllFloat<f32>>()?,
                Carried::Double => self.kll::<datasketches::kll::KllFloat<f64>>()?,
                Carried::Long | Carried::Integer => self.kll::<i64>()?,
            },
            Form::Top { kind, k, tracked } => {
                Box::new(frequent::Top::new(kind, k, tracked, returns()))
            }
            Form::TopKept { kind, tracked, ddl } => {
                Box::new(frequent::Kept::new(kind, tracked, ddl, returns()))
            }
            Form::TopCombined { kind, tracked } => {
                Box::new(frequent::Combined::new(kind, tracked, returns()))
            }
        })
    }

    fn tuple<N: tuple::Number>(&self) -> SparkResult<Gatherer> {
        Ok(match self.form {
            Form::TupleUnion { lg, mode, .. } => {
                Box::new(tuple::OfUnion::<N>::new(lg, mode, self.name)?)
            }
            Form::TupleIntersection { mode, .. } => {
                Box::new(tuple::OfIntersection::<N>::new(mode, self.name))
            }
            Form::Tuple { lg, mode, .. } => {
                Box::new(tuple::OfValues::<N>::new(lg, mode, self.name)?)
            }
            _ => return Err(crate::error::SparkError::internal("no tuple sketch")),
        })
    }

    fn kll<N: kll::Number>(&self) -> SparkResult<Gatherer> {
        Ok(match self.form {
            Form::KllMerge { k, .. } => Box::new(kll::OfSketches::<N>::new(k, self.name)?),
            Form::Kll { k, .. } => Box::new(kll::OfValues::<N>::new(k, self.name)?),
            _ => return Err(crate::error::SparkError::internal("no KLL sketch")),
        })
    }
}

impl Recipe for Sketched {
    fn name(&self) -> &'static str {
        self.name
    }

    fn returns(&self, _: &[DataType]) -> DataType {
        self.returns.clone()
    }

    fn state(&self, _: &[DataType]) -> Vec<(&'static str, DataType)> {
        vec![("sketch", DataType::Binary)]
    }

    fn start(&self, _: &[DataType]) -> Result<Box<dyn Accumulator>> {
        let gatherer = self.gatherer().map_err(to_datafusion)?;
        Ok(Box::new(Gathered { gatherer }))
    }

    fn of_nothing(&self, _: &DataType) -> Result<ScalarValue> {
        let gatherer = self.gatherer().map_err(to_datafusion)?;
        Gathered { gatherer }.evaluate()
    }
}

#[derive(Debug)]
struct Gathered {
    gatherer: Gatherer,
}

impl Accumulator for Gathered {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.gatherer.add(values).map_err(to_datafusion)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = self.gatherer.result().map_err(to_datafusion)?;
        ScalarValue::try_from_array(&value, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.gatherer.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let state = self.gatherer.state().map_err(to_datafusion)?;
        Ok(vec![ScalarValue::Binary(Some(state))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states[0].as_binary::<i32>().iter().flatten() {
            self.gatherer.merge(state).map_err(to_datafusion)?;
        }
        Ok(())
    }
}
