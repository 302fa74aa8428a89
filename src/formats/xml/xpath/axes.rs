//! The nodes of each axis, in its order: away from the node that it begins at.

use super::document::{Document, Id, Kind};
use super::syntax::Axis;

pub(super) fn nodes(axis: Axis, from: Id, document: &Document) -> Vec<Id> {
    let node = document.node(from);
    let mut out = Vec::new();
    match axis {
        Axis::Own => out.push(from),
        Axis::Parent => out.extend(document.parent(from)),
        Axis::Child => out.clone_from(&node.children),
        Axis::Attribute => out.clone_from(&node.attributes),
        Axis::Namespace => out = namespaces(from, document),
        Axis::Descendant => document.descendants(from, &mut out),
        Axis::DescendantOrSelf => {
            out.push(from);
            document.descendants(from, &mut out);
        }
        Axis::Ancestor => out = ancestors(from, document),
        Axis::AncestorOrSelf => {
            out.push(from);
            out.extend(ancestors(from, document));
        }
        Axis::FollowingSibling => out = siblings(from, document).1,
        Axis::PrecedingSibling => {
            out = siblings(from, document).0;
            out.reverse();
        }
        Axis::Following => {
            if is_beside(from, document) {
                document.descendants(node.parent, &mut out);
            }
            let base = if is_beside(from, document) {
                node.parent
            } else {
                from
            };
            for at in std::iter::once(base).chain(ancestors(base, document)) {
                for sibling in siblings(at, document).1 {
                    out.push(sibling);
                    document.descendants(sibling, &mut out);
                }
            }
        }
        Axis::Preceding => {
            let base = if is_beside(from, document) {
                node.parent
            } else {
                from
            };
            for at in std::iter::once(base).chain(ancestors(base, document)) {
                for sibling in siblings(at, document).0 {
                    out.push(sibling);
                    document.descendants(sibling, &mut out);
                }
            }
            out.sort_unstable_by(|left, right| right.cmp(left));
        }
    }
    out
}

/// Attributes and namespaces are no children of their parents.
fn is_beside(id: Id, document: &Document) -> bool {
    matches!(document.node(id).kind, Kind::Attribute | Kind::Namespace)
}

fn ancestors(from: Id, document: &Document) -> Vec<Id> {
    std::iter::successors(document.parent(from), |id| document.parent(*id)).collect()
}

/// The siblings before a node and those behind it, in the document's order.
fn siblings(from: Id, document: &Document) -> (Vec<Id>, Vec<Id>) {
    let parent = document.parent(from).filter(|_| !is_beside(from, document));
    let Some(parent) = parent else {
        return (Vec::new(), Vec::new());
    };
    let all = document.node(parent).children.iter().copied();
    let (before, mut behind): (Vec<_>, Vec<_>) = all.partition(|id| *id < from);
    behind.retain(|id| *id != from);
    (before, behind)
}

/// The namespaces that an element stands in: of one prefix, the nearest.
fn namespaces(from: Id, document: &Document) -> Vec<Id> {
    if document.node(from).kind != Kind::Element {
        return Vec::new();
    }
    let mut out: Vec<Id> = Vec::new();
    for at in std::iter::once(from).chain(ancestors(from, document)) {
        for id in &document.node(at).namespaces {
            let name = &document.node(*id).name;
            if !out.iter().any(|known| document.node(*known).name == *name) {
                out.push(*id);
            }
        }
    }
    out
}
