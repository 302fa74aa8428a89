//! Comparisons of columns of a fixed length, `CHAR(n)`: what is compared with one is filled
//! up with blanks to its length, so that blanks at the end do not count.
//!
//! As in Spark it is columns and constants that are filled up, and nothing that is computed
//! of columns.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as Physical;

use super::expression::Typed;
use crate::engine::{constant_value, kernel_expr};
use crate::error::Result;
use crate::functions::{Binding, Settings};
use crate::types::bounded::{Way, declared_in, fitted};
use crate::types::{DataType, Zone};

/// Both sides of a comparison.
pub(super) fn pair(left: Typed, right: Typed) -> Result<(Typed, Typed)> {
    match (length(&left), length(&right)) {
        (Some(l), Some(r)) if l != r => {
            let most = l.max(r);
            Ok((filled(left, most), filled(right, most)))
        }
        (Some(_), None) => two(vec![left, right]),
        (None, Some(_)) => two(vec![right, left]).map(|(right, left)| (left, right)),
        _ => Ok((left, right)),
    }
}

fn two(both: Vec<Typed>) -> Result<(Typed, Typed)> {
    let both = <[Typed; 2]>::try_from(list(both)?);
    let [first, second] = both.map_err(|_| super::internal("two values stay two"))?;
    Ok((first, second))
}

/// A value, and the constants that it is compared with.
pub(super) fn list(all: Vec<Typed>) -> Result<Vec<Typed>> {
    let Some(own) = all.first().and_then(length) else {
        return Ok(all);
    };
    let mut texts = Vec::with_capacity(all.len());
    for item in all.iter().skip(1) {
        match text(item)? {
            Some(text) => texts.push(text),
            None => return Ok(all),
        }
    }
    let letters = texts.iter().flatten().map(|text| text.chars().count());
    let most = letters.fold(own as usize, usize::max);
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    let mut values = all.into_iter();
    let mut out: Vec<Typed> = values
        .next()
        .map(|value| {
            if most > own {
                filled(value, most)
            } else {
                value
            }
        })
        .into_iter()
        .collect();
    for (item, text) in values.zip(texts) {
        let text = text.map(|text| {
            let blanks = (most as usize).saturating_sub(text.chars().count());
            format!("{text}{}", " ".repeat(blanks))
        });
        out.push(Typed {
            expr: Physical::Literal(ScalarValue::Utf8(text), None),
            ..item
        });
    }
    Ok(out)
}

/// The length of a column of a fixed one.
fn length(value: &Typed) -> Option<u32> {
    value.attribute?;
    match declared_in(&value.metadata)? {
        DataType::Char {
            length,
            padded: true,
        } => Some(length),
        _ => None,
    }
}

/// A constant text, which may be null; `None` for what is none.
fn text(value: &Typed) -> Result<Option<Option<String>>> {
    if value.data_type != DataType::String {
        return Ok(None);
    }
    let Some(found) = constant_value(&value.expr)? else {
        return Ok(None);
    };
    let array = super::engine(found.to_array())?;
    let Some(texts) = array.as_string_opt::<i32>() else {
        return Ok(None);
    };
    Ok(Some(texts.is_valid(0).then(|| texts.value(0).to_string())))
}

/// The value filled up to a length.
fn filled(value: Typed, length: u32) -> Typed {
    let declared = DataType::Char {
        length,
        padded: true,
    };
    let name = format!("fill up to {length}");
    let binding = Binding {
        args: vec![DataType::String],
        returns: DataType::String,
        nullable: value.nullable,
        kernel: Arc::new(move |args, rows| {
            let filled = fitted(&args[0].array, &declared, Way::Read)?;
            crate::functions::scalar::kernel::expand(filled, rows)
        }),
    };
    // It does the same under all settings.
    let settings = Settings {
        time_zone: Zone::UTC,
        ansi: true,
        last_key_wins: false,
    };
    Typed {
        expr: kernel_expr(&name, binding, vec![value.expr], &settings),
        attribute: None,
        ..value
    }
}
