//! `unwrap_udt`: a value of a user's type as what it is stored as. SQL text cannot name it.

use std::sync::Arc;

use super::kernel::expand;
use super::typing::{arity, unexpected};
use crate::error::Result;
use crate::functions::{ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub const NAME: &str = "unwrap_udt";

pub static FUNCTIONS: &[Scalar] = &[Scalar {
    names: &[NAME],
    bind: unwrap,
}];

fn unwrap(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let DataType::UserDefined(udt) = &args[0].data_type else {
        return Err(unexpected(name, args, 0, "\"USERDEFINEDTYPE\""));
    };
    let kernel: Kernel = Arc::new(|args, rows| expand(Arc::clone(&args[0].array), rows));
    Ok(Binding {
        args: vec![args[0].data_type.clone()],
        returns: udt.stored.clone(),
        nullable: args[0].nullable,
        kernel,
    })
}
