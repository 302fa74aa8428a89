//! The core functions of XPath 1.0, as the JDK computes them.

use super::document::{Document, Id, ROOT};
use super::eval::{Place, evaluate, local, nodes_of};
use super::syntax::{Axis, Expr, Function, Start, Step, Test};
use super::value::Value;
use crate::error::Result;

pub(super) fn call(
    function: Function,
    arguments: &[Expr],
    document: &Document,
    place: Place,
) -> Result<Value> {
    // Without an argument many functions take the node at hand.
    let value = |index: usize| match arguments.get(index) {
        Some(argument) => evaluate(argument, document, place),
        None => Ok(Value::Nodes(vec![place.node])),
    };
    let text = |index: usize| Ok(value(index)?.text(document));
    let number = |index: usize| Ok(value(index)?.number(document));
    let named = |name: &dyn Fn(&str) -> String| {
        let node = named_node(arguments, document, place)?;
        let name = node.map(|id| name(&document.node(id).name));
        Ok(Value::Text(name.unwrap_or_default()))
    };
    Ok(match function {
        Function::Last => Value::Number(place.size as f64),
        Function::Position => Value::Number(place.position as f64),
        Function::Count => {
            let nodes = nodes_of(&arguments[0], document, place)?;
            Value::Number(nodes.len() as f64)
        }
        Function::Id => {
            // No attribute is declared to be an id.
            value(0)?;
            Value::Nodes(Vec::new())
        }
        Function::LocalName => return named(&|name| local(name).to_string()),
        Function::Name => return named(&str::to_string),
        Function::NamespaceUri => return named(&|_| String::new()),
        Function::String => Value::Text(text(0)?),
        Function::Concat => {
            let mut out = String::new();
            for index in 0..arguments.len() {
                out.push_str(&text(index)?);
            }
            Value::Text(out)
        }
        Function::StartsWith => Value::Boolean(text(0)?.starts_with(&text(1)?)),
        Function::Contains => Value::Boolean(text(0)?.contains(&text(1)?)),
        Function::SubstringBefore => {
            let (whole, part) = (text(0)?, text(1)?);
            let found = whole
                .split_once(&part)
                .map(|(before, _)| before.to_string());
            Value::Text(found.unwrap_or_default())
        }
        Function::SubstringAfter => {
            let (whole, part) = (text(0)?, text(1)?);
            let found = whole.split_once(&part).map(|(_, after)| after.to_string());
            Value::Text(found.unwrap_or_default())
        }
        Function::Substring => {
            let length = match arguments.len() {
                3 => Some(number(2)?),
                _ => None,
            };
            Value::Text(substring(&text(0)?, number(1)?, length))
        }
        // Java's letters are units of UTF-16.
        Function::StringLength => Value::Number(text(0)?.encode_utf16().count() as f64),
        Function::NormalizeSpace => {
            let text = text(0)?;
            let words: Vec<_> = text
                .split([' ', '\t', '\r', '\n'])
                .filter(|word| !word.is_empty())
                .collect();
            Value::Text(words.join(" "))
        }
        Function::Translate => Value::Text(translate(&text(0)?, &text(1)?, &text(2)?)),
        Function::Boolean => Value::Boolean(value(0)?.boolean()),
        Function::Not => Value::Boolean(!value(0)?.boolean()),
        Function::True => Value::Boolean(true),
        Function::False => Value::Boolean(false),
        Function::Lang => {
            // Without namespaces no attribute is `xml`'s.
            value(0)?;
            Value::Boolean(false)
        }
        Function::Number => Value::Number(number(0)?),
        Function::Sum => {
            let nodes = nodes_of(&arguments[0], document, place)?;
            let numbers = nodes
                .iter()
                .map(|id| Value::Nodes(vec![*id]).number(document));
            Value::Number(numbers.sum::<f64>() + 0.0)
        }
        Function::Floor => Value::Number(number(0)?.floor()),
        Function::Ceiling => Value::Number(number(0)?.ceil()),
        Function::Round => Value::Number(round(number(0)?)),
    })
}

/// The first node of the argument.
///
/// Of `//` and a test by kind Java takes the document's first node, whatever it is: its
/// shortcut for the first one forgets the test.
fn named_node(arguments: &[Expr], document: &Document, place: Place) -> Result<Option<Id>> {
    let Some(argument) = arguments.first() else {
        return Ok(Some(place.node));
    };
    if let Expr::Path {
        from: Start::Root,
        steps,
    } = argument
        && let [any, last] = steps.as_slice()
        && (any.axis, &any.test) == (Axis::DescendantOrSelf, &Test::Any)
        && is_by_kind(last)
    {
        return Ok(document.node(ROOT).children.first().copied());
    }
    Ok(nodes_of(argument, document, place)?.first().copied())
}

fn is_by_kind(step: &Step) -> bool {
    step.axis == Axis::Child
        && step.predicates.is_empty()
        && !matches!(step.test, Test::Name(_) | Test::Nothing)
}

/// To the nearest whole number, halves upwards.
fn round(number: f64) -> f64 {
    match number.is_finite() {
        true => (number + 0.5).floor(),
        false => number,
    }
}

/// The letters at positions from a start on, the first of them one.
fn substring(text: &str, start: f64, length: Option<f64>) -> String {
    let start = round(start);
    let end = length.map_or(f64::INFINITY, |length| start + round(length));
    let units = text.encode_utf16().zip(1u32..);
    let kept = units.filter(|(_, at)| f64::from(*at) >= start && f64::from(*at) < end);
    let kept: Vec<u16> = kept.map(|(unit, _)| unit).collect();
    String::from_utf16_lossy(&kept)
}

/// Each letter of `from` as the one at its place in `to`, or gone.
fn translate(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    let changed = text
        .chars()
        .filter_map(|c| match from.chars().position(|f| f == c) {
            Some(at) => to.get(at).copied(),
            None => Some(c),
        });
    changed.collect()
}
