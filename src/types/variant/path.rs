//! Parts of variants by paths: `$.name[0]['another name']`.

use super::{Node, Variant, View};
use crate::error::Result;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    Key(String),
    Index(usize),
}

/// The steps of a path, each with the place in the text where it begins; `None` where the
/// text is no path.
pub fn parse_path(text: &str) -> Option<Vec<(Segment, usize)>> {
    let mut rest = text.strip_prefix('$')?;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        let (segment, after) = step(rest)?;
        found.push((segment, start));
        rest = after;
    }
    Some(found)
}

fn step(rest: &str) -> Option<(Segment, &str)> {
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.find(['.', '[']).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        return (!name.is_empty()).then(|| (Segment::Key(name.into()), after));
    }
    let inside = rest.strip_prefix('[')?;
    for quote in ['\'', '"'] {
        if let Some(name) = inside.strip_prefix(quote) {
            let (name, after) = name.split_once(quote)?;
            return Some((Segment::Key(name.into()), after.strip_prefix(']')?));
        }
    }
    let (digits, after) = inside.split_once(']')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    // As large as Java's whole numbers.
    let index = digits.parse::<i32>().ok().filter(|_| is_number)?;
    Some((Segment::Index(usize::try_from(index).ok()?), after))
}

/// The part at a path, if it is there.
pub fn find<'a>(variant: Variant<'a>, path: &[Segment]) -> Result<Option<Variant<'a>>> {
    let mut variant = variant;
    for segment in path {
        let next = match (segment, variant.view()?) {
            (Segment::Key(name), View::Object(parts)) => parts.field(name)?,
            (Segment::Index(at), View::Array(parts)) if *at < parts.len => Some(parts.get(*at)?),
            _ => None,
        };
        match next {
            Some(next) => variant = next,
            None => return Ok(None),
        }
    }
    Ok(Some(variant))
}

/// What is done at a path.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// A field that is not there yet, or an element before the one that is there.
    Insert(&'a Node),
    /// In the place of what is there, or, if `create`, where nothing is.
    Set {
        value: &'a Node,
        create: bool,
    },
    Delete,
    /// At the end of the array.
    Append(&'a Node),
}

/// Why a change cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditError {
    /// The step at this position does not fit what is there.
    Mismatch(usize),
    DuplicateKey(String),
}

/// Makes a change. Where the path leads nowhere, nothing changes, or what is missing is
/// made, as the change has it.
pub fn edit(root: &mut Node, path: &[Segment], change: Change<'_>) -> Result<(), EditError> {
    edit_at(root, path, 0, change)
}

fn edit_at(
    node: &mut Node,
    path: &[Segment],
    depth: usize,
    change: Change<'_>,
) -> Result<(), EditError> {
    let Some(segment) = path.get(depth) else {
        if let Change::Append(value) = change {
            let Node::Array(items) = node else {
                return Err(EditError::Mismatch(depth));
            };
            items.push(value.clone());
        }
        return Ok(());
    };
    let is_last = depth + 1 == path.len() && !matches!(change, Change::Append(_));
    match (segment, node) {
        (Segment::Key(name), Node::Object(fields)) => {
            let at = fields.iter().position(|(known, _)| known == name);
            match at {
                Some(at) if is_last => field_at(fields, at, change),
                Some(at) => edit_at(&mut fields[at].1, path, depth + 1, change),
                None => {
                    if let Some(value) = created(&path[depth + 1..], change) {
                        fields.push((name.clone(), value));
                    }
                    Ok(())
                }
            }
        }
        (Segment::Index(at), Node::Array(items)) => match items.len() > *at {
            true if is_last => {
                element_at(items, *at, change);
                Ok(())
            }
            true => edit_at(&mut items[*at], path, depth + 1, change),
            false => {
                if let Some(value) = created(&path[depth + 1..], change) {
                    items.resize(*at, Node::null());
                    items.push(value);
                }
                Ok(())
            }
        },
        _ => match change {
            Change::Delete => Ok(()),
            _ => Err(EditError::Mismatch(depth)),
        },
    }
}

fn field_at(
    fields: &mut Vec<(String, Node)>,
    at: usize,
    change: Change<'_>,
) -> Result<(), EditError> {
    match change {
        Change::Insert(_) => return Err(EditError::DuplicateKey(fields[at].0.clone())),
        Change::Set { value, .. } => fields[at].1 = value.clone(),
        Change::Delete => {
            fields.remove(at);
        }
        Change::Append(_) => {}
    }
    Ok(())
}

fn element_at(items: &mut Vec<Node>, at: usize, change: Change<'_>) {
    match change {
        Change::Insert(value) => items.insert(at, value.clone()),
        Change::Set { value, .. } => items[at] = value.clone(),
        Change::Delete => {
            items.remove(at);
        }
        Change::Append(_) => {}
    }
}

/// What a change puts where nothing is, inside of all that the path still names.
fn created(rest: &[Segment], change: Change<'_>) -> Option<Node> {
    let (Change::Insert(value)
    | Change::Set {
        value,
        create: true,
    }) = change
    else {
        return None;
    };
    let inner = rest
        .iter()
        .rev()
        .fold(value.clone(), |inner, segment| match segment {
            Segment::Key(name) => Node::Object(vec![(name.clone(), inner)]),
            Segment::Index(at) => {
                let mut items = vec![Node::null(); *at];
                items.push(inner);
                Node::Array(items)
            }
        });
    Some(inner)
}

impl Node {
    /// Without fields that are null, and elements that are, if `arrays`.
    #[must_use]
    pub fn without_nulls(self, arrays: bool) -> Self {
        match self {
            Self::Object(fields) => {
                let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
                Self::Object(kept.map(|(k, v)| (k, v.without_nulls(arrays))).collect())
            }
            Self::Array(items) => {
                let kept = items.into_iter().filter(|item| !arrays || !item.is_null());
                Self::Array(kept.map(|item| item.without_nulls(arrays)).collect())
            }
            scalar => scalar,
        }
    }
}
