//! The steps of a script that hold others, and those that jump.

use sqlparser::tokenizer::Token;

use super::labels::{Body, Jump};
use super::parser::ScriptParser;
use super::{Piece, Step};
use crate::error::{Result, SparkError};

/// Nesting that is read before it is refused, instead of an overflow of the stack.
const DEPTH: usize = 100;

impl ScriptParser<'_> {
    pub(super) fn step(&mut self) -> Result<Step> {
        self.depth += 1;
        if self.depth > DEPTH {
            let feature = "a script nested as deeply as this one";
            return Err(SparkError::not_implemented(feature));
        }
        let step = self.step_within();
        self.depth -= 1;
        step
    }

    fn step_within(&mut self) -> Result<Step> {
        let label = self.label();
        let step = if self.is_word(0, "BEGIN") {
            Step::Block(self.block(label, true)?)
        } else if self.take("WHILE") {
            self.repeated(&label, "WHILE", |parser| {
                let condition = parser.expression()?;
                parser.expect("DO")?;
                let body = parser.steps(&["END"])?;
                let label = label.clone();
                Ok(Step::While {
                    label,
                    condition,
                    body,
                })
            })?
        } else if self.take("LOOP") {
            self.repeated(&label, "LOOP", |parser| {
                let body = parser.steps(&["END"])?;
                let label = label.clone();
                Ok(Step::Loop { label, body })
            })?
        } else if self.take("REPEAT") {
            self.repeated(&label, "REPEAT", |parser| {
                let body = parser.steps(&["UNTIL"])?;
                parser.expect("UNTIL")?;
                let until = parser.expression()?;
                let label = label.clone();
                Ok(Step::Repeat { label, body, until })
            })?
        } else if self.take("FOR") {
            self.repeated(&label, "FOR", |parser| parser.each_row(label.clone()))?
        } else if label.is_some() {
            return Err(self.unexpected(""));
        } else if self.take("IF") {
            self.branches_of_if()?
        } else if self.take("CASE") {
            self.branches_of_case()?
        } else if self.is_word(0, "LEAVE") || self.is_word(0, "ITERATE") {
            self.jump()?
        } else if let Some(step) = self.of_cursor()? {
            step
        } else {
            return self.statement().map(Step::Statement);
        };
        self.semicolon()?;
        Ok(step)
    }

    /// A loop up to its `END` with the same word.
    fn repeated(
        &mut self,
        label: &Option<String>,
        word: &str,
        read: impl FnOnce(&mut Self) -> Result<Step>,
    ) -> Result<Step> {
        let opened = self.labels.open(label.as_deref(), Body::Loop);
        self.checked(self.at(), opened)?;
        let step = read(self)?;
        self.expect("END")?;
        self.expect(word)?;
        self.end_label(label.as_deref())?;
        Ok(step)
    }

    fn each_row(&mut self, label: Option<String>) -> Result<Step> {
        let variable = match self.is_word(1, "AS") && !self.is_token(0, &Token::LParen) {
            true => {
                let name = self.word()?;
                self.expect("AS")?;
                Some(name)
            }
            false => None,
        };
        if let Some(name) = &variable {
            let opened = self.labels.open(Some(name), Body::Row);
            self.checked(self.at(), opened)?;
        }
        let query = self.query_until(Some("DO"))?;
        self.expect("DO")?;
        let body = self.steps(&["END"])?;
        if variable.is_some() {
            self.labels.forget();
        }
        Ok(Step::For {
            label,
            variable,
            query,
            body,
        })
    }

    fn branches_of_if(&mut self) -> Result<Step> {
        let mut branches = Vec::new();
        loop {
            let condition = self.expression()?;
            self.expect("THEN")?;
            branches.push((condition, self.steps(&["ELSEIF", "ELSE", "END"])?));
            if !self.take("ELSEIF") {
                break;
            }
        }
        let otherwise = self.otherwise()?;
        self.expect("END")?;
        self.expect("IF")?;
        Ok(Step::If {
            branches,
            otherwise,
        })
    }

    fn otherwise(&mut self) -> Result<Vec<Step>> {
        match self.take("ELSE") {
            true => self.steps(&["END"]),
            false => Ok(Vec::new()),
        }
    }

    fn branches_of_case(&mut self) -> Result<Step> {
        let operand: Option<Piece> = match self.is_word(0, "WHEN") {
            true => None,
            false => Some(self.expression()?),
        };
        let mut branches = Vec::new();
        self.expect("WHEN")?;
        loop {
            let value = self.expression()?;
            self.expect("THEN")?;
            branches.push((value, self.steps(&["WHEN", "ELSE", "END"])?));
            if !self.take("WHEN") {
                break;
            }
        }
        let otherwise = self.otherwise()?;
        self.expect("END")?;
        self.expect("CASE")?;
        Ok(Step::Case {
            operand,
            branches,
            otherwise,
        })
    }

    fn jump(&mut self) -> Result<Step> {
        let start = self.at();
        let jump = match self.take("LEAVE") {
            true => Jump::Leave,
            false => {
                self.expect("ITERATE")?;
                Jump::Iterate
            }
        };
        let name = self.word()?;
        let target = self.labels.target(jump, &name);
        let label = self.checked(start, target)?;
        Ok(match jump {
            Jump::Leave => Step::Leave(label),
            Jump::Iterate => Step::Iterate(label),
        })
    }

    /// `value [AS name]`.
    fn argument(&mut self) -> Result<(Option<String>, Piece)> {
        let value = self.expression()?;
        let name = match self.take("AS") {
            true => Some(self.word()?),
            false => None,
        };
        Ok((name, value))
    }

    fn of_cursor(&mut self) -> Result<Option<Step>> {
        let start = self.at();
        if self.take("OPEN") {
            let cursor = self.name()?;
            let mut using = Vec::new();
            if self.take("USING") {
                let in_parentheses = self.take_token(&Token::LParen);
                using.push(self.argument()?);
                while self.take_token(&Token::Comma) {
                    using.push(self.argument()?);
                }
                if in_parentheses && !self.take_token(&Token::RParen) {
                    return Err(self.unexpected(""));
                }
            }
            self.check_cursors(start)?;
            return Ok(Some(Step::Open { cursor, using }));
        }
        if self.take("FETCH") {
            self.take("NEXT");
            self.take("FROM");
            let cursor = self.name()?;
            self.expect("INTO")?;
            let mut into = vec![self.name()?];
            while self.take_token(&Token::Comma) {
                into.push(self.name()?);
            }
            self.check_cursors(start)?;
            return Ok(Some(Step::Fetch { cursor, into }));
        }
        if self.take("CLOSE") {
            let cursor = self.name()?;
            self.check_cursors(start)?;
            return Ok(Some(Step::Close { cursor }));
        }
        Ok(None)
    }
}
