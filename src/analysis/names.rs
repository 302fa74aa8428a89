//! Looking a name up among columns, and what to say when it is not there.

use super::Attribute;
use crate::error::{Result, SparkError, quoted};

/// A column found by name, with the rest of the name: fields inside it.
pub struct Found<'a> {
    pub attribute: &'a Attribute,
    pub fields: &'a [String],
}

pub fn same(left: &str, right: &str, case_sensitive: bool) -> bool {
    if case_sensitive {
        left == right
    } else {
        left.to_lowercase() == right.to_lowercase()
    }
}

/// The column that `parts` names; `None` when there is none, an error when more
/// than one fits. A reading with a qualifier goes before one without.
pub fn find<'a>(
    parts: &'a [String],
    attributes: &'a [Attribute],
    case_sensitive: bool,
) -> Result<Option<Found<'a>>> {
    let eq = |l: &str, r: &str| same(l, r, case_sensitive);
    for depth in (0..parts.len()).rev() {
        let (qualifier, rest) = parts.split_at(depth);
        let Some((name, fields)) = rest.split_first() else {
            continue;
        };
        let mut found: Vec<&Attribute> = Vec::new();
        for attribute in attributes {
            if !eq(&attribute.name, name) || !ends_with(&attribute.qualifier, qualifier, eq) {
                continue;
            }
            if !found.iter().any(|a| a.id == attribute.id) {
                found.push(attribute);
            }
        }
        match found.as_slice() {
            [] => continue,
            [attribute] => return Ok(Some(Found { attribute, fields })),
            several => return Err(ambiguous(parts, several)),
        }
    }
    Ok(None)
}

fn ends_with(full: &[String], end: &[String], eq: impl Fn(&str, &str) -> bool) -> bool {
    let Some(start) = full.len().checked_sub(end.len()) else {
        return false;
    };
    full[start..].iter().zip(end).all(|(l, r)| eq(l, r))
}

fn ambiguous(parts: &[String], found: &[&Attribute]) -> SparkError {
    let names: Vec<_> = found.iter().map(|a| quoted(&full_name(a))).collect();
    SparkError::new(
        "AMBIGUOUS_REFERENCE",
        &[
            ("name", &quoted(parts)),
            ("referenceNames", &format!("[{}]", names.join(", "))),
        ],
    )
}

fn full_name(attribute: &Attribute) -> Vec<String> {
    let mut parts = attribute.qualifier.clone();
    parts.push(attribute.name.clone());
    parts
}

/// The error for a name that no column has, with the most similar ones.
pub fn unresolved(parts: &[String], attributes: &[Attribute]) -> SparkError {
    let wanted = quoted(parts);
    if attributes.is_empty() {
        return SparkError::new(
            "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
            &[("objectName", &wanted)],
        );
    }
    let proposal = suggestions(parts, attributes).join(", ");
    SparkError::new(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        &[("objectName", &wanted), ("proposal", &proposal)],
    )
}

/// Up to five names, nearest first; qualifiers that all share are left out.
pub fn suggestions(parts: &[String], attributes: &[Attribute]) -> Vec<String> {
    let mut candidates: Vec<Vec<String>> = attributes.iter().map(full_name).collect();
    let keep = if parts.len() == 1 { 1 } else { 2 };
    let prefix = |c: &Vec<String>| c[..c.len().saturating_sub(keep)].to_vec();
    if parts.len() <= 2
        && let Some(first) = candidates.first().map(prefix)
        && candidates.iter().all(|c| prefix(c) == first)
    {
        for candidate in &mut candidates {
            candidate.drain(..first.len());
        }
    }
    // Spark compares the name as written with the candidates in backticks.
    let wanted = parts.join(".");
    let mut ranked: Vec<_> = candidates
        .iter()
        .map(|c| {
            let shown = quoted(c);
            (distance(&wanted, &shown), shown)
        })
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, name)| name).take(5).collect()
}

/// The error of `df["name"]`: columns by likeness, those alike in their own order.
pub fn unresolved_in_frame(parts: &[String], attributes: &[Attribute]) -> SparkError {
    if attributes.is_empty() {
        return unresolved(parts, attributes);
    }
    let wanted = parts.join(".");
    let mut ranked: Vec<_> = attributes
        .iter()
        .map(|a| (distance(&wanted, &a.name), quoted(&[&a.name])))
        .collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    let proposal: Vec<_> = ranked.into_iter().map(|(_, name)| name).take(5).collect();
    SparkError::new(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        &[
            ("objectName", &quoted(parts)),
            ("proposal", &proposal.join(", ")),
        ],
    )
}

/// Levenshtein distance over characters.
pub fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substitute = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
