//! SQL scripts, `BEGIN … END`, as plain data: which statements, under which conditions, and
//! what handles their failures.
//!
//! A statement of a script stays text until it runs, because names in it may be those of
//! variables; but its form is checked with the script's. Who runs it is `execution/script`.

mod compound;
mod declare;
mod labels;
mod parser;

use super::source::Source;
use super::{Parameters, ParseOptions, Scripting, error};
use crate::error::{Result, SparkError};
use parser::ScriptParser;

/// A whole script with the values of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    pub body: Block,
    pub parameters: Parameters,
}

/// The text of a statement, a query or a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// The line of the script where it begins.
    pub line: u64,
}

/// `BEGIN … END`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    pub label: Option<String>,
    pub conditions: Vec<Condition>,
    pub cursors: Vec<Cursor>,
    pub handlers: Vec<Handler>,
    pub steps: Vec<Step>,
}

/// `DECLARE name CONDITION FOR SQLSTATE 'state'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// In upper case.
    pub name: String,
    pub state: String,
}

/// `DECLARE name CURSOR FOR query`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub name: String,
    pub query: Piece,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// Whether the block ends once it ran; else what comes after the failure goes on.
    pub exits: bool,
    pub handled: Vec<Handled>,
    pub body: Block,
}

/// What a handler is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handled {
    Exception,
    NotFound,
    State(String),
    /// The name of a condition in upper case, its parts joined by dots.
    Condition(String),
}

/// One step of a script.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Statement(Piece),
    Block(Block),
    If {
        branches: Vec<(Piece, Vec<Step>)>,
        otherwise: Vec<Step>,
    },
    /// With an operand the branches' pieces are values, without it conditions.
    Case {
        operand: Option<Piece>,
        branches: Vec<(Piece, Vec<Step>)>,
        otherwise: Vec<Step>,
    },
    While {
        label: Option<String>,
        condition: Piece,
        body: Vec<Step>,
    },
    Repeat {
        label: Option<String>,
        body: Vec<Step>,
        until: Piece,
    },
    Loop {
        label: Option<String>,
        body: Vec<Step>,
    },
    For {
        label: Option<String>,
        /// What a row is called.
        variable: Option<String>,
        query: Piece,
        body: Vec<Step>,
    },
    Leave(String),
    Iterate(String),
    Open {
        cursor: Vec<String>,
        /// Values for the places in its query, some with names.
        using: Vec<(Option<String>, Piece)>,
    },
    Fetch {
        cursor: Vec<String>,
        into: Vec<Vec<String>>,
    },
    Close {
        cursor: Vec<String>,
    },
}

/// Whether the text is a script and no single statement.
pub(super) fn begins(source: &Source) -> bool {
    let script = ScriptParser::new(source, Scripting::default());
    script.is_word(0, "BEGIN")
}

/// Reads a script.
///
/// # Errors
/// Syntax errors of the script and of the statements in it, and what is wrong with its
/// labels and declarations.
pub(super) fn parse(
    source: &Source,
    options: &ParseOptions,
    parameters: &Parameters,
) -> Result<Script> {
    let mut parser = ScriptParser::new(source, options.scripting);
    if !options.scripting.enabled {
        let setting = ("sqlScriptingEnabled", "\"spark.sql.scripting.enabled\"");
        return Err(parser.refused(0, "UNSUPPORTED_FEATURE.SQL_SCRIPTING", &[setting]));
    }
    let body = parser.block(None, false)?;
    while parser.take_semicolon() {}
    if !parser.at_end() {
        let extra = match source.token_text(parser.at()) {
            Some(text) if parser.at() + 1 == source.tokens.len() => {
                format!(": extra input '{text}'")
            }
            _ => String::new(),
        };
        return Err(error::near(source, parser.at(), &extra));
    }
    if matches!(parameters, Parameters::Positional(_)) {
        let condition = "UNSUPPORTED_FEATURE.SQL_SCRIPTING_WITH_POSITIONAL_PARAMETERS";
        return Err(SparkError::new(condition, &[]));
    }
    parser.check_pieces(options, parameters)?;
    Ok(Script {
        body,
        parameters: parameters.clone(),
    })
}
