//! The labels around a place in a script.

use crate::error::quoted;

/// Names that a label must not have: what stands before the dot of another name.
const FORBIDDEN: [&str; 4] = ["builtin", "session", "sys", "system"];

/// A condition and its parameters: the line is known to who asked.
pub(super) type Refusal = (&'static str, Vec<(&'static str, String)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jump {
    Leave,
    Iterate,
}

/// What a label is before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Block,
    Loop,
    /// It is the name of a loop's rows, to which nothing jumps.
    Row,
}

/// From the outermost to the nearest; `None` for what has no label.
#[derive(Default)]
pub(super) struct Labels(Vec<Option<(String, Body)>>);

impl Labels {
    /// Enters a body.
    pub(super) fn open(&mut self, label: Option<&str>, body: Body) -> Result<(), Refusal> {
        let Some(label) = label else {
            self.0.push(None);
            return Ok(());
        };
        let plain = label.to_lowercase();
        let shown = ("label", quoted(&[&plain]));
        if FORBIDDEN.contains(&plain.as_str()) {
            return Err(("LABEL_OR_FOR_VARIABLE_NAME_FORBIDDEN", vec![shown]));
        }
        if self.0.iter().flatten().any(|(known, _)| *known == plain) {
            return Err(("LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS", vec![shown]));
        }
        self.0.push(Some((plain, body)));
        Ok(())
    }

    /// Leaves the nearest body.
    pub(super) fn forget(&mut self) {
        self.0.pop();
    }

    /// Leaves it at its `END`, after which its label may stand again.
    pub(super) fn close(&mut self, begin: Option<&str>, end: Option<&str>) -> Result<(), Refusal> {
        self.forget();
        let shown = |label: &str| quoted(&[label.to_lowercase()]);
        match (begin, end) {
            (_, None) => Ok(()),
            (None, Some(end)) => Err((
                "END_LABEL_WITHOUT_BEGIN_LABEL",
                vec![("endLabel", shown(end))],
            )),
            (Some(begin), Some(end)) if begin.eq_ignore_ascii_case(end) => Ok(()),
            (Some(begin), Some(end)) => Err((
                "LABELS_MISMATCH",
                vec![("beginLabel", shown(begin)), ("endLabel", shown(end))],
            )),
        }
    }

    /// The label that a jump names.
    pub(super) fn target(&self, jump: Jump, name: &str) -> Result<String, Refusal> {
        let statement = match jump {
            Jump::Leave => "LEAVE",
            Jump::Iterate => "ITERATE",
        };
        let label = ("labelName", name.to_uppercase());
        let name = name.to_lowercase();
        let mut all = self.0.iter().flatten();
        match all.find(|(known, body)| *known == name && *body != Body::Row) {
            None => Err((
                "INVALID_LABEL_USAGE.DOES_NOT_EXIST",
                vec![label, ("statementType", statement.to_string())],
            )),
            Some((_, Body::Block)) if jump == Jump::Iterate => {
                Err(("INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND", vec![label]))
            }
            Some(_) => Ok(name),
        }
    }
}
