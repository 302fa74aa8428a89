//! The labels around a place in a script.

use crate::error::{Result, SparkError, quoted};

/// Names that a label must not have: what stands before the dot of another name.
const FORBIDDEN: [&str; 3] = ["builtin", "session", "sys"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jump {
    Leave,
    Iterate,
}

/// A condition and its parameters.
pub(super) type Refusal = (&'static str, Vec<(&'static str, String)>);

/// From the outermost to the nearest; `None` for what has no label.
#[derive(Default)]
pub(super) struct Labels(Vec<Option<(String, bool)>>);

impl Labels {
    /// Enters a body; `is_block` tells a block from a loop.
    pub(super) fn open(&mut self, label: Option<&str>, is_block: bool) -> Result<()> {
        let Some(label) = label else {
            self.0.push(None);
            return Ok(());
        };
        let plain = label.to_lowercase();
        if FORBIDDEN.contains(&plain.as_str()) || plain == "system" {
            return Err(SparkError::new(
                "LABEL_OR_FOR_VARIABLE_NAME_FORBIDDEN",
                &[("label", &quoted(&[&plain]))],
            ));
        }
        if self.0.iter().flatten().any(|(known, _)| *known == plain) {
            return Err(SparkError::new(
                "LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS",
                &[("label", &quoted(&[&plain]))],
            ));
        }
        self.0.push(Some((plain, is_block)));
        Ok(())
    }

    /// Leaves the nearest body.
    pub(super) fn forget(&mut self) {
        self.0.pop();
    }

    /// Leaves it at its `END`, after which its label may stand again.
    pub(super) fn close(&mut self, begin: Option<&str>, end: Option<&str>) -> Result<()> {
        self.forget();
        match (begin, end) {
            (_, None) => Ok(()),
            (None, Some(end)) => Err(SparkError::new(
                "END_LABEL_WITHOUT_BEGIN_LABEL",
                &[("endLabel", &quoted(&[end.to_lowercase()]))],
            )),
            (Some(begin), Some(end)) if begin.eq_ignore_ascii_case(end) => Ok(()),
            (Some(begin), Some(end)) => Err(SparkError::new(
                "LABELS_MISMATCH",
                &[
                    ("beginLabel", &quoted(&[begin.to_lowercase()])),
                    ("endLabel", &quoted(&[end.to_lowercase()])),
                ],
            )),
        }
    }

    /// The label that a jump names, or the condition of a refusal with its parameters.
    pub(super) fn target(&self, jump: Jump, name: &[String]) -> Result<String, Refusal> {
        let statement = match jump {
            Jump::Leave => "LEAVE",
            Jump::Iterate => "ITERATE",
        };
        let label = ("labelName", name.join(".").to_uppercase());
        let [name] = name else {
            return Err(("INVALID_LABEL_USAGE.QUALIFIED_LABEL_NAME", vec![label]));
        };
        let name = name.to_lowercase();
        let found = self.0.iter().flatten().find(|(known, _)| *known == name);
        match found {
            None => Err((
                "INVALID_LABEL_USAGE.DOES_NOT_EXIST",
                vec![label, ("statementType", statement.to_string())],
            )),
            Some((_, true)) if jump == Jump::Iterate => {
                Err(("INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND", vec![label]))
            }
            Some(_) => Ok(name),
        }
    }
}
