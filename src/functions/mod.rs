//! The function library: one table from a function's name to how it is typed and
//! what computes it.
//!
//! A scalar function is a *binder* that looks at its arguments' types (and at the
//! values of constant ones) and answers with a [`Binding`]: the types that the
//! arguments must be cast to, the result's type, and a kernel over Arrow arrays.
//! `analysis` inserts the casts and puts the kernel into the plan. The scalar part
//! (`scalar/`) knows Arrow and `types`, and neither plans nor DataFusion.

mod described;
mod known;
pub mod scalar;
pub mod sketches;
mod words;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Datum};

use crate::error::Result;
use crate::plan::Literal;
use crate::types::DataType;

pub use described::{class_of, described};
pub use known::is_known_to_spark;
pub use words::WORDS;

/// Settings that decide what a function computes; fixed when a plan is analysed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// `spark.sql.session.timeZone`.
    pub time_zone: crate::types::Zone,
    /// `spark.sql.ansi.enabled`.
    pub ansi: bool,
    /// `spark.sql.mapKeyDedupPolicy` is `LAST_WIN`: of entries with one key the last stays.
    pub last_key_wins: bool,
}

/// What a binder sees of an argument.
#[derive(Debug, Clone)]
pub struct ArgType {
    pub data_type: DataType,
    pub nullable: bool,
    /// Value of a constant argument.
    pub literal: Option<Literal>,
    /// Spark's printed form of the argument, for messages.
    pub text: String,
}

/// An argument of a kernel: a column, or one value for all rows (an array of
/// length one).
#[derive(Debug, Clone)]
pub struct Arg {
    pub array: ArrayRef,
    pub is_scalar: bool,
}

impl Datum for Arg {
    fn get(&self) -> (&dyn Array, bool) {
        (self.array.as_ref(), self.is_scalar)
    }
}

impl Arg {
    /// Index into `array` of the value for a row.
    #[inline]
    pub fn at(&self, row: usize) -> usize {
        if self.is_scalar { 0 } else { row }
    }
}

/// Computes a function for `rows` rows; the result has that many values.
pub type Kernel = Arc<dyn Fn(&[Arg], usize) -> Result<ArrayRef> + Send + Sync>;

/// A scalar function fixed on its argument types.
#[derive(Clone)]
pub struct Binding {
    /// Types that the arguments are cast to before the kernel sees them.
    pub args: Vec<DataType>,
    pub returns: DataType,
    pub nullable: bool,
    pub kernel: Kernel,
}

/// An entry of the table of scalar functions.
pub struct Scalar {
    /// Lower-case names; the first is the one that Spark prints.
    pub names: &'static [&'static str],
    pub bind: fn(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding>,
}

impl Scalar {
    /// Binds the function, counting an argument as nullable where the cast to the
    /// wanted type may give a null.
    pub fn resolve(&self, name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
        let bound = (self.bind)(name, args, settings)?;
        let casts = args.iter().zip(&bound.args);
        let loosened: Vec<ArgType> = casts
            .map(|(arg, to)| ArgType {
                nullable: arg.nullable || scalar::coercion::cast_nullable(&arg.data_type, to),
                ..arg.clone()
            })
            .collect();
        let changed = args
            .iter()
            .zip(&loosened)
            .any(|(a, b)| a.nullable != b.nullable);
        if changed {
            (self.bind)(name, &loosened, settings)
        } else {
            Ok(bound)
        }
    }
}

/// The scalar function or operator of a name, without regard to case.
pub fn find_scalar(name: &str) -> Option<&'static Scalar> {
    scalar::find(&name.to_ascii_lowercase())
}

/// Names of all functions that are there, sorted.
pub fn names() -> Vec<String> {
    scalar::names()
}
