//! Bytes as text and text as bytes: character sets (`charset`), base 32 (`base32`), formats
//! by name (`to_binary`), checks of UTF-8 (`utf8`), addresses and their escapes (`url`).

mod base32;
mod charset;
mod to_binary;
mod uri;
mod url;
mod utf8;

use crate::functions::Scalar;

pub use url::{decoded as form_decoded, encoded as form_encoded};

pub static FAMILIES: &[&[Scalar]] = &[
    base32::FUNCTIONS,
    charset::FUNCTIONS,
    to_binary::FUNCTIONS,
    url::FUNCTIONS,
    utf8::FUNCTIONS,
];
