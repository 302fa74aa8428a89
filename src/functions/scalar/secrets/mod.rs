//! Digests of bytes (`digest`) and ciphers over them (`cipher`).

mod cipher;
mod digest;

use crate::functions::Scalar;

pub static FAMILIES: &[&[Scalar]] = &[cipher::FUNCTIONS, digest::FUNCTIONS];
