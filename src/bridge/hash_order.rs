//! The order of a Python dictionary's entries in a map. PySpark sends it to Java, where it
//! becomes a `HashMap`, and Spark keeps that one's order: by the keys' hashes, in as many
//! slots as the entries need.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

type Entry<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The entries as Spark sees them. Keys that are neither text, numbers nor truths stay in
/// the order in which they were put in.
pub fn entries<'py>(dict: &Bound<'py, PyDict>) -> PyResult<Vec<Entry<'py>>> {
    let mut slots = 16_u32;
    while dict.len() * 4 > slots as usize * 3 {
        slots *= 2;
    }
    let mut found = Vec::with_capacity(dict.len());
    let mut is_known = true;
    for (key, value) in dict.iter() {
        let hash = java_hash(&key)?;
        is_known &= hash.is_some();
        let hash = hash.unwrap_or_default();
        found.push(((hash ^ (hash >> 16)) & (slots - 1), (key, value)));
    }
    if is_known {
        // Entries of one slot stay in the order in which they came.
        found.sort_by_key(|(slot, _)| *slot);
    }
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

fn java_hash(key: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
    let folded = |bits: u64| (bits ^ (bits >> 32)) as u32;
    if let Ok(text) = key.cast::<PyString>() {
        let units = text.to_str()?.encode_utf16();
        let hash = |sum: u32, unit: u16| sum.wrapping_mul(31).wrapping_add(u32::from(unit));
        return Ok(Some(units.fold(0, hash)));
    }
    if let Ok(truth) = key.cast::<PyBool>() {
        return Ok(Some(if truth.is_true() { 1231 } else { 1237 }));
    }
    if key.is_instance_of::<PyInt>() {
        let whole: Option<i64> = key.extract().ok();
        return Ok(whole.map(|v| match i32::try_from(v) {
            Ok(small) => small as u32,
            Err(_) => folded(v as u64),
        }));
    }
    if let Ok(real) = key.cast::<PyFloat>() {
        let value = if real.value().is_nan() {
            f64::NAN
        } else {
            real.value()
        };
        return Ok(Some(folded(value.to_bits())));
    }
    Ok(None)
}
