//! What is declared at the beginning of a block: variables, conditions, cursors, handlers,
//! in this order.

use sqlparser::tokenizer::Token;

use super::parser::ScriptParser;
use super::{Block, Condition, Cursor, Handled, Handler, Step};
use crate::error::{Result, SparkError, is_condition, quoted};

/// The SQLSTATE of a condition that is declared without one.
const USUAL_STATE: &str = "45000";

impl ScriptParser<'_> {
    /// A declaration of a condition, a cursor or a handler. That of a variable is a statement
    /// like another, but that it stands before those.
    pub(super) fn declaration(&mut self, block: &mut Block) -> Result<bool> {
        if !self.is_word(0, "DECLARE") {
            return Ok(false);
        }
        let has_kind = self.is_word(1, "EXIT") || self.is_word(1, "CONTINUE");
        if has_kind && self.is_word(2, "HANDLER") {
            self.handler(block)?;
        } else if self.is_word(2, "CONDITION") {
            self.condition(block)?;
        } else if self.is_word(2, "CURSOR")
            || self.is_word(3, "CURSOR")
                && ["ASENSITIVE", "INSENSITIVE"]
                    .iter()
                    .any(|word| self.is_word(2, word))
        {
            self.cursor(block)?;
        } else {
            self.variable(block)?;
        }
        Ok(true)
    }

    fn variable(&mut self, block: &mut Block) -> Result<()> {
        let start = self.at();
        let piece = self.statement()?;
        let is_first = block.handlers.is_empty()
            && block.cursors.is_empty()
            && block.steps.iter().all(declares);
        if !is_first {
            let name = quoted(&[declared_name(&piece.text)]);
            return Err(self.refused(
                start,
                "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING",
                &[("varName", &name)],
            ));
        }
        block.steps.push(Step::Statement(piece));
        Ok(())
    }

    fn condition(&mut self, block: &mut Block) -> Result<()> {
        let start = self.at();
        self.expect("DECLARE")?;
        let name = self.word()?;
        self.expect("CONDITION")?;
        let shown = quoted(&[name.to_uppercase()]);
        let refused = |parser: &Self, reason: &str| {
            let condition = format!("INVALID_ERROR_CONDITION_DECLARATION.{reason}");
            Err(parser.refused(start, &condition, &[("conditionName", &shown)]))
        };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let condition = "INVALID_ERROR_CONDITION_DECLARATION.SPECIAL_CHARACTER_FOUND";
            let name = quoted(&[&name]);
            return Err(self.refused(start, condition, &[("conditionName", &name)]));
        }
        let mut state = USUAL_STATE.to_string();
        if self.take("FOR") {
            if !self.take("SQLSTATE") {
                return Err(self.unexpected(": missing 'SQLSTATE'"));
            }
            self.take("VALUE");
            state = self.state(start)?;
        }
        let at_start = block.handlers.is_empty()
            && block.cursors.is_empty()
            && block.steps.iter().all(declares);
        if !at_start {
            return refused(self, "NOT_AT_START_OF_COMPOUND_STATEMENT");
        }
        let name = name.to_uppercase();
        if block.conditions.iter().any(|known| known.name == name) {
            let name = quoted(&[&name]);
            return Err(self.refused(
                start,
                "DUPLICATE_CONDITION_IN_SCOPE",
                &[("condition", &name)],
            ));
        }
        self.conditions.push(name.clone());
        block.conditions.push(Condition { name, state });
        self.semicolon()
    }

    fn cursor(&mut self, block: &mut Block) -> Result<()> {
        let start = self.at();
        self.expect("DECLARE")?;
        let name = self.word()?;
        if !self.take("ASENSITIVE") {
            self.take("INSENSITIVE");
        }
        self.expect("CURSOR")?;
        self.expect("FOR")?;
        let query = self.query_until(None)?;
        if self.take("FOR") {
            self.expect("READ")?;
            self.expect("ONLY")?;
        }
        self.check_cursors(start)?;
        if !block.handlers.is_empty() || !block.steps.iter().all(declares) {
            return Err(self.refused(start, "INVALID_CURSOR_DECLARATION", &[]));
        }
        if block
            .cursors
            .iter()
            .any(|known| known.name.eq_ignore_ascii_case(&name))
        {
            return Err(SparkError::new(
                "CURSOR_ALREADY_EXISTS",
                &[("cursorName", &quoted(&[&name]))],
            ));
        }
        block.cursors.push(Cursor { name, query });
        self.semicolon()
    }

    fn handler(&mut self, block: &mut Block) -> Result<()> {
        let start = self.at();
        self.expect("DECLARE")?;
        let exits = match self.take("CONTINUE") {
            true => false,
            false => {
                self.expect("EXIT")?;
                true
            }
        };
        self.expect("HANDLER")?;
        self.expect("FOR")?;
        let mut handled = vec![self.handled()?];
        while self.take_token(&Token::Comma) {
            handled.push(self.handled()?);
        }
        let body = match self.is_word(0, "BEGIN") {
            true => {
                let body = self.block(None, true)?;
                self.semicolon()?;
                body
            }
            false => Block {
                steps: vec![Step::Statement(self.statement()?)],
                ..Block::default()
            },
        };
        if !exits && !self.allowed.continue_handlers {
            let condition = "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER";
            return Err(self.refused(start, condition, &[]));
        }
        if !block.steps.iter().all(declares) {
            let condition = "INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION";
            return Err(self.refused(start, condition, &[]));
        }
        self.check_handled(&handled, start)?;
        for one in &handled {
            if block
                .handlers
                .iter()
                .any(|known| known.handled.contains(one))
            {
                return Err(match one {
                    Handled::State(state) => SparkError::new(
                        "DUPLICATE_EXCEPTION_HANDLER.SQLSTATE",
                        &[("sqlState", state)],
                    ),
                    other => SparkError::new(
                        "DUPLICATE_EXCEPTION_HANDLER.CONDITION",
                        &[("condition", &shown(other))],
                    ),
                });
            }
        }
        block.handlers.push(Handler {
            exits,
            handled,
            body,
        });
        Ok(())
    }

    fn handled(&mut self) -> Result<Handled> {
        if self.take("SQLEXCEPTION") {
            return Ok(Handled::Exception);
        }
        if self.is_word(0, "NOT") && self.is_word(1, "FOUND") {
            self.take("NOT");
            self.take("FOUND");
            return Ok(Handled::NotFound);
        }
        if self.take("SQLSTATE") {
            self.take("VALUE");
            return self.state(self.at()).map(Handled::State);
        }
        let name = self.name()?.join(".");
        Ok(Handled::Condition(name.to_uppercase()))
    }
}

/// Whether a step declares a variable.
fn declares(step: &Step) -> bool {
    matches!(step, Step::Statement(piece)
        if piece.text.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("declare")))
}

/// The first name in the text of a variable's declaration.
fn declared_name(text: &str) -> String {
    let mut words = text.split_whitespace().skip(1).peekable();
    for skipped in ["or", "replace", "variable"] {
        words.next_if(|word| word.eq_ignore_ascii_case(skipped));
    }
    let name = words.next().unwrap_or_default();
    name.trim_end_matches([',', ';'])
        .trim_matches('`')
        .to_string()
}

fn shown(handled: &Handled) -> String {
    match handled {
        Handled::Exception => "SQLEXCEPTION".into(),
        Handled::NotFound => "NOT FOUND".into(),
        Handled::State(state) => state.clone(),
        Handled::Condition(name) => name.clone(),
    }
}

/// A state has five digits or letters and is none of success, warnings and defects.
fn is_state(plain: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    let refused = ["00", "01", "XX"];
    plain.len() == 5
        && plain.chars().all(is_part)
        && !refused.iter().any(|class| plain.starts_with(class))
}

impl ScriptParser<'_> {
    fn state(&mut self, start: usize) -> Result<String> {
        let state = self.string()?;
        let plain = state.to_uppercase();
        match is_state(&plain) {
            true => Ok(plain),
            false => Err(self.refused(start, "INVALID_SQLSTATE", &[("sqlState", &state)])),
        }
    }

    /// Cursors are off unless a setting says otherwise.
    pub(super) fn check_cursors(&self, at: usize) -> Result<()> {
        match self.allowed.cursors {
            true => Ok(()),
            false => Err(self.refused(at, "UNSUPPORTED_FEATURE.SQL_CURSOR", &[])),
        }
    }

    fn check_handled(&self, handled: &[Handled], start: usize) -> Result<()> {
        let refused = |reason: &str, parameters: &[(&str, &str)]| {
            let condition = format!("INVALID_HANDLER_DECLARATION.{reason}");
            Err(self.refused(start, &condition, parameters))
        };
        let is_general = |one: &Handled| matches!(one, Handled::Exception | Handled::NotFound);
        if handled.len() > 1 && handled.iter().any(is_general) {
            return refused("INVALID_CONDITION_COMBINATION", &[]);
        }
        for (at, one) in handled.iter().enumerate() {
            let is_twice = handled[..at].contains(one);
            match one {
                Handled::State(state) if is_twice => {
                    let reason = "DUPLICATE_SQLSTATE_IN_HANDLER_DECLARATION";
                    return refused(reason, &[("sqlState", state)]);
                }
                other if is_twice => {
                    let reason = "DUPLICATE_CONDITION_IN_HANDLER_DECLARATION";
                    return refused(reason, &[("condition", &shown(other))]);
                }
                Handled::Condition(name)
                    if !self.conditions.contains(name) && !is_condition(name) =>
                {
                    return refused("CONDITION_NOT_FOUND", &[("condition", name)]);
                }
                _ => {}
            }
        }
        Ok(())
    }
}
