//! Evaluates a path over a document, as the JDK's library does it.

use super::axes;
use super::document::{Document, Id, Kind, ROOT};
use super::functions;
use super::syntax::{Axis, Expr, Function, Operator, Start, Step, Test};
use super::value::{Value, not_nodes};
use crate::error::{ErrorClass, Result, SparkError};

/// Where an expression is evaluated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub node: Id,
    pub position: i64,
    pub size: usize,
}

impl Place {
    /// Around a whole path there is no list, and Java counts in it all the same.
    pub const OUTSIDE: Self = Self {
        node: ROOT,
        position: -1,
        size: 0,
    };
}

pub(super) fn evaluate(expr: &Expr, document: &Document, place: Place) -> Result<Value> {
    Ok(match expr {
        Expr::Number(number) => Value::Number(*number),
        Expr::Text(text) => Value::Text(text.clone()),
        Expr::Negative(inner) => Value::Number(-evaluate(inner, document, place)?.number(document)),
        Expr::Binary(operator, left, right) => binary(*operator, left, right, document, place)?,
        Expr::Union(parts) => {
            let mut nodes = Vec::new();
            for part in parts {
                // What is no list of nodes adds none.
                if let Value::Nodes(found) = evaluate(part, document, place)? {
                    nodes.extend(found);
                }
            }
            Value::Nodes(in_order(nodes))
        }
        Expr::Call(function, arguments) => functions::call(*function, arguments, document, place)?,
        Expr::Unresolved(why) => return Err(invalid(why)),
        Expr::Path { from, steps } => {
            let mut nodes = match from {
                Start::Root => vec![ROOT],
                Start::Here => vec![place.node],
                Start::Nodes(inner, predicates) => {
                    let mut found = nodes_of(inner, document, place)?;
                    for predicate in predicates {
                        found = filtered(found, predicate, document)?;
                    }
                    found
                }
            };
            for step in steps {
                nodes = walk(&nodes, step, document)?;
            }
            if let Some(name) = shortcut_name(from, steps) {
                nodes.retain(|id| document.node(*id).name == name);
            }
            Value::Nodes(nodes)
        }
    })
}

/// The name in `//name`, which Java finds by a shortcut of its own: there a name with a
/// prefix is another name. Predicates that count keep it from taking that way.
fn shortcut_name<'e>(from: &Start, steps: &'e [Step]) -> Option<&'e str> {
    let is_any = |step: &Step, axis| step.axis == axis && step.test == Test::Any;
    let last = match (from, steps) {
        (Start::Root, [last]) if last.axis == Axis::DescendantOrSelf => last,
        (Start::Root, [any, last]) if is_any(any, Axis::DescendantOrSelf) => last,
        (Start::Here, [own, any, last])
            if is_any(own, Axis::Own) && is_any(any, Axis::DescendantOrSelf) =>
        {
            last
        }
        _ => return None,
    };
    let is_plain = matches!(last.axis, Axis::Child | Axis::DescendantOrSelf)
        && !last.predicates.iter().any(counts);
    match &last.test {
        Test::Name(name) if is_plain => Some(name),
        _ => None,
    }
}

/// Whether a predicate goes by positions.
fn counts(predicate: &Expr) -> bool {
    match predicate {
        Expr::Number(_) | Expr::Call(Function::Position | Function::Last, _) => true,
        Expr::Binary(operator, left, right) => {
            let is_sum = matches!(
                operator,
                Operator::Plus | Operator::Minus | Operator::Times | Operator::Div | Operator::Mod
            );
            let mentions = |side: &Expr| !matches!(side, Expr::Number(_)) && counts(side);
            is_sum || mentions(left) || mentions(right)
        }
        Expr::Call(_, arguments) => arguments
            .iter()
            .any(|argument| !matches!(argument, Expr::Number(_)) && counts(argument)),
        _ => false,
    }
}

/// An error of evaluation, worded as Spark does whatever it is.
pub(super) fn invalid(why: &str) -> SparkError {
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format_args!("Invalid XML document: {why}"),
    )
}

/// The nodes of an expression that must have some.
pub(super) fn nodes_of(expr: &Expr, document: &Document, place: Place) -> Result<Vec<Id>> {
    match evaluate(expr, document, place)? {
        Value::Nodes(nodes) => Ok(nodes),
        other => Err(not_nodes(&other)),
    }
}

fn in_order(mut nodes: Vec<Id>) -> Vec<Id> {
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// The nodes that a step leads to from any of some nodes.
fn walk(from: &[Id], step: &Step, document: &Document) -> Result<Vec<Id>> {
    let mut out = Vec::new();
    for node in from {
        let mut found = axes::nodes(step.axis, *node, document);
        found.retain(|node| fits(&step.test, step.axis, *node, document));
        for predicate in &step.predicates {
            found = filtered(found, predicate, document)?;
        }
        out.extend(found);
    }
    Ok(in_order(out))
}

fn fits(test: &Test, axis: Axis, id: Id, document: &Document) -> bool {
    let node = document.node(id);
    let is_principal = match axis {
        Axis::Attribute => node.kind == Kind::Attribute,
        Axis::Namespace => node.kind == Kind::Namespace,
        _ => node.kind == Kind::Element,
    };
    match test {
        Test::Any => true,
        Test::Text => node.kind == Kind::Text,
        Test::Comment => node.kind == Kind::Comment,
        Test::Instruction(target) => {
            node.kind == Kind::Instruction && target.as_ref().is_none_or(|t| *t == node.name)
        }
        Test::Wild => is_principal,
        // Without namespaces a prefix is nothing that a name is asked for.
        Test::Name(name) => is_principal && local(&node.name) == name,
        Test::Nothing => false,
    }
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// The nodes, in the order of their axis, for which a predicate holds.
fn filtered(nodes: Vec<Id>, predicate: &Expr, document: &Document) -> Result<Vec<Id>> {
    let size = nodes.len();
    let mut out = Vec::with_capacity(size);
    for (position, node) in (1..).zip(nodes) {
        let place = Place {
            node,
            position,
            size,
        };
        let holds = match evaluate(predicate, document, place)? {
            Value::Number(number) => number == position as f64,
            other => other.boolean(),
        };
        if holds {
            out.push(node);
        }
    }
    Ok(out)
}

fn binary(
    operator: Operator,
    left: &Expr,
    right: &Expr,
    document: &Document,
    place: Place,
) -> Result<Value> {
    let first = evaluate(left, document, place)?;
    match operator {
        Operator::Or if first.boolean() => return Ok(Value::Boolean(true)),
        Operator::And if !first.boolean() => return Ok(Value::Boolean(false)),
        _ => {}
    }
    let second = evaluate(right, document, place)?;
    let numbers = || (first.number(document), second.number(document));
    Ok(match operator {
        Operator::Or | Operator::And => Value::Boolean(second.boolean()),
        Operator::Plus => Value::Number(numbers().0 + numbers().1),
        Operator::Minus => Value::Number(numbers().0 - numbers().1),
        Operator::Times => Value::Number(numbers().0 * numbers().1),
        Operator::Div => Value::Number(numbers().0 / numbers().1),
        Operator::Mod => Value::Number(numbers().0 % numbers().1),
        comparison => Value::Boolean(compare(comparison, &first, &second, document)),
    })
}

/// A comparison; of lists of nodes, whether it holds for any of them.
fn compare(operator: Operator, left: &Value, right: &Value, document: &Document) -> bool {
    match (left, right) {
        (Value::Nodes(nodes), Value::Nodes(others)) => {
            let others: Vec<_> = others.iter().map(|id| document.text(*id)).collect();
            nodes.iter().any(|id| {
                let text = Value::Text(document.text(*id));
                let mut others = others.iter().map(|other| Value::Text(other.clone()));
                others.any(|other| single(operator, &text, &other, document))
            })
        }
        (Value::Nodes(_), Value::Boolean(_)) => {
            single(operator, &Value::Boolean(left.boolean()), right, document)
        }
        (Value::Boolean(_), Value::Nodes(_)) => {
            single(operator, left, &Value::Boolean(right.boolean()), document)
        }
        (Value::Nodes(nodes), other) => nodes.iter().any(|id| {
            let text = Value::Text(document.text(*id));
            single(operator, &text, other, document)
        }),
        (other, Value::Nodes(nodes)) => nodes.iter().any(|id| {
            let text = Value::Text(document.text(*id));
            single(operator, other, &text, document)
        }),
        _ => single(operator, left, right, document),
    }
}

fn single(operator: Operator, left: &Value, right: &Value, document: &Document) -> bool {
    let (low, high) = (left.number(document), right.number(document));
    let is_equal = || match (left, right) {
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) => left.boolean() == right.boolean(),
        (Value::Number(_), _) | (_, Value::Number(_)) => low == high,
        _ => left.text(document) == right.text(document),
    };
    match operator {
        Operator::Equal => is_equal(),
        Operator::NotEqual => !is_equal(),
        Operator::Less => low < high,
        Operator::LessOrEqual => low <= high,
        Operator::Greater => low > high,
        _ => low >= high,
    }
}
