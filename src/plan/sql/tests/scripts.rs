//! Scripts: what their texts become, and where their forms are refused.

use super::*;
use crate::plan::sql::{Block, Script, Step};

fn script(text: &str) -> Script {
    match statement(text) {
        Statement::Script(script) => *script,
        other => panic!("{text}: {other:?}"),
    }
}

/// The steps in a line.
fn shown(block: &Block) -> String {
    let steps = |all: &[Step]| all.iter().map(step).collect::<Vec<_>>().join("; ");
    let handlers = block.handlers.iter().map(|handler| {
        let kind = if handler.exits { "exit" } else { "continue" };
        format!("{kind} {:?} {}", handler.handled, shown(&handler.body))
    });
    let mut parts: Vec<String> = handlers.collect();
    parts.push(steps(&block.steps));
    format!("{{{}}}", parts.join(" | "))
}

fn step(step: &Step) -> String {
    let body = |all: &[Step]| all.iter().map(self::step).collect::<Vec<_>>().join("; ");
    match step {
        Step::Statement(piece) => piece.text.clone(),
        Step::Block(block) => shown(block),
        Step::If {
            branches,
            otherwise,
        } => {
            let all = branches
                .iter()
                .map(|(condition, steps)| format!("{}: {}", condition.text, body(steps)));
            let all = all.collect::<Vec<_>>().join(", ");
            format!("if {all} else {}", body(otherwise))
        }
        Step::While {
            label,
            condition,
            body: steps,
        } => {
            format!("while {label:?} {} [{}]", condition.text, body(steps))
        }
        Step::For {
            variable,
            query,
            body: steps,
            ..
        } => {
            format!("for {variable:?} {} [{}]", query.text, body(steps))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn steps_keep_their_texts() {
    let cases = [
        ("BEGIN SELECT 1; END", "{SELECT 1}"),
        (
            "begin declare x int; set x = 1; end;",
            "{declare x int; set x = 1}",
        ),
        (
            "BEGIN IF a > CASE WHEN b THEN 1 END THEN SELECT 1; ELSE SELECT 2; END IF; END",
            "{if a > CASE WHEN b THEN 1 END: SELECT 1 else SELECT 2}",
        ),
        (
            "BEGIN l: WHILE x < 3 DO SET x = x + 1; END WHILE l; END",
            "{while Some(\"l\") x < 3 [SET x = x + 1]}",
        ),
        (
            "BEGIN FOR r AS SELECT * FROM (SELECT 1) DO SELECT r.a; END FOR; END",
            "{for Some(\"r\") SELECT * FROM (SELECT 1) [SELECT r.a]}",
        ),
        (
            "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SELECT 1; END; SELECT 2; END",
            "{exit [Exception] {SELECT 1} | SELECT 2}",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(&script(text).body), expected, "{text}");
    }
}

#[test]
fn labels_are_those_around() {
    let cases = [
        (
            "BEGIN LEAVE nope; END",
            "INVALID_LABEL_USAGE.DOES_NOT_EXIST",
        ),
        (
            "BEGIN l: BEGIN ITERATE l; END; END",
            "INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND",
        ),
        ("BEGIN l: BEGIN SELECT 1; END m; END", "LABELS_MISMATCH"),
        (
            "BEGIN l: LOOP l: LOOP LEAVE l; END LOOP; END LOOP; END",
            "LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS",
        ),
    ];
    for (text, condition) in cases {
        assert_eq!(refusal(text).condition(), condition, "{text}");
    }
}
