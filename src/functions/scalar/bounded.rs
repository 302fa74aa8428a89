//! What a plan does to texts of a bounded length: [`STORE`] where they are written and
//! [`READ`] where they are read. Nobody calls them by name.

use std::sync::Arc;

use super::kernel::expand;
use crate::error::{Result, SparkError};
use crate::functions::{ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;
use crate::types::bounded::{Way, fitted};

/// `store as(value, type)`.
pub const STORE: &str = "store as";
/// `read as(value, type)`.
pub const READ: &str = "read as";

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &[STORE],
        bind: |_, args, _: &Settings| bind(args, Way::Write),
    },
    Scalar {
        names: &[READ],
        bind: |_, args, _: &Settings| bind(args, Way::Read),
    },
];

fn bind(args: &[ArgType], way: Way) -> Result<Binding> {
    let [value, declared] = args else {
        return Err(SparkError::internal("a value and the type that it fits"));
    };
    let Some(Literal::String(text)) = &declared.literal else {
        return Err(SparkError::internal("the type that a value fits"));
    };
    let declared = DataType::from_ddl(text)?;
    let kernel: Kernel =
        Arc::new(move |args, rows| expand(fitted(&args[0].array, &declared, way)?, rows));
    Ok(Binding {
        args: vec![value.data_type.clone(), DataType::String],
        returns: value.data_type.clone(),
        nullable: value.nullable,
        kernel,
    })
}
