//! One schema of several files'.

use super::super::adapt::same_name;
use crate::error::{Result, SparkError};
use crate::types::{DataType, StructField, StructType};

/// The columns of all, those of the first in front; `None` for no file.
pub(in crate::formats) fn merged(
    all: Vec<StructType>,
    case_sensitive: bool,
) -> Result<Option<StructType>> {
    let mut files = all.into_iter();
    let Some(mut schema) = files.next() else {
        return Ok(None);
    };
    for other in files {
        let whole = DataType::Struct(schema.clone());
        schema = both(&schema, &other, case_sensitive).ok_or_else(|| {
            let shown = |kind: &DataType| format!("\"{}\"", kind.sql());
            SparkError::new(
                "CANNOT_MERGE_SCHEMAS",
                &[
                    ("left", &shown(&whole)),
                    ("right", &shown(&DataType::Struct(other.clone()))),
                ],
            )
        })?;
    }
    Ok(Some(schema))
}

fn both(left: &StructType, right: &StructType, case_sensitive: bool) -> Option<StructType> {
    let mut fields: Vec<StructField> = left.fields.to_vec();
    for field in right.fields.iter() {
        let known = fields
            .iter_mut()
            .find(|f| same_name(&f.name, &field.name, case_sensitive));
        match known {
            None => fields.push(field.clone()),
            Some(known) => {
                known.data_type = wider(&known.data_type, &field.data_type, case_sensitive)?;
                known.nullable |= field.nullable;
            }
        }
    }
    Some(StructType::new(fields))
}

fn wider(left: &DataType, right: &DataType, case_sensitive: bool) -> Option<DataType> {
    Some(match (left, right) {
        (l, r) if l == r => l.clone(),
        (
            DataType::Array {
                element: l,
                contains_null: ln,
            },
            DataType::Array {
                element: r,
                contains_null: rn,
            },
        ) => DataType::Array {
            element: Box::new(wider(l, r, case_sensitive)?),
            contains_null: *ln || *rn,
        },
        (
            DataType::Map {
                key: lk,
                value: lv,
                value_contains_null: ln,
            },
            DataType::Map {
                key: rk,
                value: rv,
                value_contains_null: rn,
            },
        ) => DataType::Map {
            key: Box::new(wider(lk, rk, case_sensitive)?),
            value: Box::new(wider(lv, rv, case_sensitive)?),
            value_contains_null: *ln || *rn,
        },
        (DataType::Struct(l), DataType::Struct(r)) => DataType::Struct(both(l, r, case_sensitive)?),
        (
            DataType::Decimal {
                precision: lp,
                scale: ls,
            },
            DataType::Decimal {
                precision: rp,
                scale: rs,
            },
        ) if ls == rs => DataType::Decimal {
            precision: *lp.max(rp),
            scale: *ls,
        },
        _ => return None,
    })
}
