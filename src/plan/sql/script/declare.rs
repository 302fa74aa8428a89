//! What is declared at the beginning of a block: variables, conditions, cursors, handlers,
//! in this order.

use sqlparser::tokenizer::Token;

use super::parser::ScriptParser;
use super::{Block, Condition, Cursor, Handled, Handler, Step};
use crate::error::{Result, SparkError, quoted};

/// The SQLSTATE of a condition that is declared without one.
const USUAL_STATE: &str = "45000";

impl ScriptParser<'_> {
    /// A declaration of a condition, a cursor or a handler. That of a variable is a statement
    /// like another, but that it stands before those.
    pub(super) fn declaration(&mut self, block: &mut Block) -> Result<bool> {
        if !self.is_word(0, "DECLARE") {
            return Ok(false);
        }
        if self.is_word(2, "HANDLER") {
            self.handler(block)?;
        } else if let Some(place) = self.word_after_name("CONDITION") {
            self.condition(block, place)?;
        } else if self.is_word(2, "CURSOR")
            || self.is_word(3, "CURSOR")
                && ["ASENSITIVE", "INSENSITIVE"].iter().any(|word| self.is_word(2, word))
        {
            self.cursor(block)?;
        } else {
            self.variable(block)?;
        }
        Ok(true)
    }

    /// How many tokens the name after `DECLARE` has, where the word comes after it.
    fn word_after_name(&self, word: &str) -> Option<usize> {
        let mut ahead = 2;
        while self.is_token(ahead, &Token::Period) {
            ahead += 2;
        }
        self.is_word(ahead, word).then_some(ahead)
    }

    fn variable(&mut self, block: &mut Block) -> Result<()> {
        let piece = self.statement()?;
        let is_first = block.handlers.is_empty()
            && block.cursors.is_empty()
            && block.steps.iter().all(declares);
        if !is_first {
            return Err(SparkError::new(
                "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING",
                &[("varName", &quoted(&[declared_name(&piece.text)]))],
            ));
        }
        block.steps.push(Step::Statement(piece));
        Ok(())
    }

    fn condition(&mut self, block: &mut Block, place: usize) -> Result<()> {
        self.expect("DECLARE")?;
        let name = self.name()?;
        debug_assert_eq!(place % 2, 0);
        self.expect("CONDITION")?;
        let shown = quoted(&name.iter().map(|p| p.to_uppercase()).collect::<Vec<_>>());
        let refused = |reason: &str| {
            let condition = format!("INVALID_ERROR_CONDITION_DECLARATION.{reason}");
            Err(SparkError::new(&condition, &[("conditionName", &shown)]))
        };
        let [name] = name.as_slice() else {
            return refused("QUALIFIED_CONDITION_NAME");
        };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return refused("SPECIAL_CHARACTER_FOUND");
        }
        let mut state = USUAL_STATE.to_string();
        if self.take("FOR") {
            if self.take("SQLSTATE") {
                self.take("VALUE");
            }
            state = checked_state(self.string()?)?;
        }
        let at_start =
            block.handlers.is_empty() && block.cursors.is_empty() && block.steps.iter().all(declares);
        if !at_start {
            return refused("NOT_AT_START_OF_COMPOUND_STATEMENT");
        }
        let name = name.to_uppercase();
        if block.conditions.iter().any(|known| known.name == name) {
            return Err(SparkError::new(
                "DUPLICATE_CONDITION_IN_SCOPE",
                &[("condition", &quoted(&[&name]))],
            ));
        }
        block.conditions.push(Condition { name, state });
        self.semicolon()
    }

    fn cursor(&mut self, block: &mut Block) -> Result<()> {
        self.expect("DECLARE")?;
        let name = self.word()?;
        if !self.take("ASENSITIVE") {
            self.take("INSENSITIVE");
        }
        self.expect("CURSOR")?;
        self.expect("FOR")?;
        let query = self.query_until(None)?;
        if !block.handlers.is_empty() || !block.steps.iter().all(declares) {
            return Err(SparkError::new("INVALID_CURSOR_DECLARATION", &[]));
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
                let body = self.block(None)?;
                self.semicolon()?;
                body
            }
            false => Block {
                steps: vec![Step::Statement(self.statement()?)],
                ..Block::default()
            },
        };
        if !block.steps.iter().all(declares) {
            let condition = "INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION";
            return Err(SparkError::new(condition, &[]));
        }
        check_handled(&handled)?;
        for one in &handled {
            if block.handlers.iter().any(|known| known.handled.contains(one)) {
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
            return checked_state(self.string()?).map(Handled::State);
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
    name.trim_end_matches([',', ';']).trim_matches('`').to_string()
}

fn shown(handled: &Handled) -> String {
    match handled {
        Handled::Exception => "`SQLEXCEPTION`".into(),
        Handled::NotFound => "`NOT FOUND`".into(),
        Handled::State(state) => state.clone(),
        Handled::Condition(name) => quoted(&name.split('.').collect::<Vec<_>>()),
    }
}

fn check_handled(handled: &[Handled]) -> Result<()> {
    let is_general = |one: &Handled| matches!(one, Handled::Exception | Handled::NotFound);
    if handled.len() > 1 && handled.iter().any(is_general) {
        let condition = "INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION";
        return Err(SparkError::new(condition, &[]));
    }
    for (at, one) in handled.iter().enumerate() {
        if !handled[..at].contains(one) {
            continue;
        }
        return Err(match one {
            Handled::State(state) => SparkError::new(
                "INVALID_HANDLER_DECLARATION.DUPLICATE_SQLSTATE_IN_HANDLER_DECLARATION",
                &[("sqlState", state)],
            ),
            other => SparkError::new(
                "INVALID_HANDLER_DECLARATION.DUPLICATE_CONDITION_IN_HANDLER_DECLARATION",
                &[("condition", &shown(other))],
            ),
        });
    }
    Ok(())
}

/// A state has five digits or letters and is none of success, warnings and defects.
fn checked_state(state: String) -> Result<String> {
    let plain = state.to_uppercase();
    let is_state = plain.len() == 5
        && plain.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        && !["00", "01", "XX"].iter().any(|class| plain.starts_with(class));
    match is_state {
        true => Ok(plain),
        false => Err(SparkError::new("INVALID_SQLSTATE", &[("sqlState", &state)])),
    }
}
