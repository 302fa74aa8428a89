//! The grammar of a script's steps, over the tokens of its text.

use sqlparser::tokenizer::Token;

use super::labels::{Body, Labels, Refusal};
use super::{Block, Piece, Step};
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::sql::source::Source;
use crate::plan::sql::{Parameters, ParseOptions, Scripting, command, convert, error, statement};

/// First words of statements.
const STATEMENTS: [&str; 22] = [
    "CACHE", "CLEAR", "CREATE", "DECLARE", "DELETE", "DESC", "DESCRIBE", "DROP", "EXECUTE",
    "EXPLAIN", "FROM", "INSERT", "MERGE", "RESET", "SELECT", "SET", "SHOW", "TABLE", "UNCACHE",
    "UPDATE", "VALUES", "WITH",
];

/// Tokens of a piece, and whether they are a statement rather than an expression.
type Checked = (usize, usize, bool);

pub(super) struct ScriptParser<'s> {
    pub(super) source: &'s Source<'s>,
    at: usize,
    pub(super) depth: usize,
    pub(super) labels: Labels,
    pub(super) allowed: Scripting,
    /// Conditions of the blocks around, in upper case.
    pub(super) conditions: Vec<String>,
    pieces: Vec<Checked>,
}

impl<'s> ScriptParser<'s> {
    pub(super) fn new(source: &'s Source<'s>, allowed: Scripting) -> Self {
        Self {
            source,
            at: 0,
            depth: 0,
            labels: Labels::default(),
            allowed,
            conditions: Vec::new(),
            pieces: Vec::new(),
        }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.source.tokens.len()
    }

    fn token(&self, ahead: usize) -> Option<&Token> {
        self.source
            .tokens
            .get(self.at + ahead)
            .map(|token| &token.token)
    }

    pub(super) fn is_word(&self, ahead: usize, word: &str) -> bool {
        matches!(self.token(ahead), Some(Token::Word(next))
            if next.quote_style.is_none() && next.value.eq_ignore_ascii_case(word))
    }

    pub(super) fn is_token(&self, ahead: usize, wanted: &Token) -> bool {
        self.token(ahead) == Some(wanted)
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn take_token(&mut self, wanted: &Token) -> bool {
        let found = self.is_token(0, wanted);
        self.at += usize::from(found);
        found
    }

    pub(super) fn take_semicolon(&mut self) -> bool {
        self.take_token(&Token::SemiColon)
    }

    /// The syntax error at the next token.
    pub(super) fn unexpected(&self, hint: &str) -> SparkError {
        error::near(self.source, self.at, hint)
    }

    /// An error of the script at a token, with the line where it stands.
    pub(super) fn refused(
        &self,
        at: usize,
        condition: &str,
        parameters: &[(&str, &str)],
    ) -> SparkError {
        let line = self.source.start_of(at).line;
        SparkError::new(condition, parameters).with_prefix(&format!("{{LINE:{line}}} "))
    }

    /// The same for what is wrong with a label.
    pub(super) fn checked<T>(&self, at: usize, result: Result<T, Refusal>) -> Result<T> {
        result.map_err(|(condition, parameters)| {
            let parameters: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
            self.refused(at, condition, &parameters)
        })
    }

    pub(super) fn expect(&mut self, word: &str) -> Result<()> {
        match self.take(word) {
            true => Ok(()),
            false => Err(self.unexpected("")),
        }
    }

    pub(super) fn semicolon(&mut self) -> Result<()> {
        match self.take_semicolon() {
            true => Ok(()),
            false => Err(self.unexpected(": missing ';'")),
        }
    }

    pub(super) fn word(&mut self) -> Result<String> {
        let Some(Token::Word(word)) = self.token(0) else {
            return Err(self.unexpected(""));
        };
        let name = word.value.clone();
        self.at += 1;
        Ok(name)
    }

    /// A name of several parts.
    pub(super) fn name(&mut self) -> Result<Vec<String>> {
        let mut parts = vec![self.word()?];
        while self.take_token(&Token::Period) {
            parts.push(self.word()?);
        }
        Ok(parts)
    }

    pub(super) fn string(&mut self) -> Result<String> {
        let Some(Token::TripleSingleQuotedString(text)) = self.token(0) else {
            return Err(self.unexpected(""));
        };
        let text = text.clone();
        self.at += 1;
        Ok(text)
    }

    pub(super) fn is_label(&self, ahead: usize) -> bool {
        // `SELECT :a` has no label.
        let bodies = ["BEGIN", "FOR", "LOOP", "REPEAT", "WHILE"];
        matches!(self.token(ahead), Some(Token::Word(_)))
            && self.is_token(ahead + 1, &Token::Colon)
            && bodies.iter().any(|word| self.is_word(ahead + 2, word))
    }

    /// `name:` where it stands.
    pub(super) fn label(&mut self) -> Option<String> {
        if !self.is_label(0) {
            return None;
        }
        let name = self.word().ok()?;
        self.at += 1;
        Some(name)
    }

    fn piece(&mut self, first: usize, next: usize, is_statement: bool) -> Piece {
        self.pieces.push((first, next, is_statement));
        let start = self.source.start_of(first);
        let end = match next
            .checked_sub(1)
            .and_then(|at| self.source.tokens.get(at))
        {
            Some(last) => last.span.end,
            None => start,
        };
        Piece {
            text: self.source.slice(start, end).to_string(),
            line: start.line,
        }
    }

    /// Whether the next word is that of no statement.
    fn starts_nothing(&self) -> bool {
        let Some(Token::Word(word)) = self.token(0) else {
            return false;
        };
        let is = |known: &&str| word.value.eq_ignore_ascii_case(known);
        !STATEMENTS.iter().chain(&command::UNSUPPORTED).any(is)
    }

    /// A statement up to its semicolon, which is taken.
    pub(super) fn statement(&mut self) -> Result<Piece> {
        let first = self.at;
        if self.starts_nothing() {
            // It may be a label yet: the token after it tells.
            self.at += 1;
            return Err(self.unexpected(""));
        }
        while !self.at_end() && !self.is_token(0, &Token::SemiColon) {
            self.at += 1;
        }
        if self.at_end() {
            if first == self.at {
                return Err(self.unexpected(": missing 'END'"));
            }
            // What stands before may be wrong already; that is told first.
            let end = self.source.tokens.len();
            let rest = self.source.part(self.source.tokens[first..end].to_vec());
            let (_, next, reached) = convert::with_parser(&rest, statement::parse)?;
            return Err(error::near(&rest, next.max(reached), ""));
        }
        let piece = self.piece(first, self.at, true);
        self.semicolon()?;
        Ok(piece)
    }

    /// An expression, as far as the grammar goes.
    pub(super) fn expression(&mut self) -> Result<Piece> {
        let rest = self.source.from(self.at);
        let (_, next, _) = convert::with_parser(&rest, |parser| parser.parse_expr())?;
        let first = self.at;
        self.at += next;
        Ok(self.piece(first, self.at, false))
    }

    /// A query up to a word outside of parentheses, which is not taken.
    pub(super) fn query_until(&mut self, word: Option<&str>) -> Result<Piece> {
        let first = self.at;
        let mut depth = 0_usize;
        while !self.at_end() {
            match self.token(0) {
                Some(Token::LParen) => depth += 1,
                Some(Token::RParen) => depth = depth.saturating_sub(1),
                Some(Token::SemiColon) => break,
                _ if depth == 0 && word.is_some_and(|word| self.is_word(0, word)) => break,
                _ if word.is_none() && self.is_word(0, "FOR") && self.is_word(1, "READ") => break,
                _ => {}
            }
            self.at += 1;
        }
        let begins = ["SELECT", "WITH", "VALUES", "FROM", "TABLE"];
        let is_query = match self.source.tokens.get(first).map(|token| &token.token) {
            Some(Token::LParen) => true,
            Some(Token::Word(word)) => begins.iter().any(|b| word.value.eq_ignore_ascii_case(b)),
            _ => false,
        };
        if !is_query {
            return Err(error::near(self.source, first, ""));
        }
        if self.at == first || word.is_some_and(|word| !self.is_word(0, word)) {
            return Err(self.unexpected(""));
        }
        Ok(self.piece(first, self.at, true))
    }

    /// Reads each statement and expression as it will be read when it runs, so that a wrong
    /// form is found before anything runs. A name that a clause gives is not known yet.
    pub(super) fn check_pieces(
        &self,
        options: &ParseOptions,
        parameters: &Parameters,
    ) -> Result<()> {
        for (first, next, is_statement) in &self.pieces {
            let tokens = &self.source.tokens[*first..*next];
            let is_dynamic = tokens.iter().any(|token| {
                matches!(&token.token, Token::Word(word) if word.value.eq_ignore_ascii_case("identifier"))
            });
            if is_dynamic || !is_statement {
                continue;
            }
            let mut tokens = tokens.to_vec();
            // The semicolon tells where an unfinished statement ends.
            tokens.extend(self.source.tokens.get(*next).cloned());
            if tokens
                .last()
                .is_some_and(|last| last.token != Token::SemiColon)
            {
                tokens.pop();
            }
            let part = self.source.part(tokens);
            match statement::parse_source(part, options, parameters, true) {
                Err(error) if error.class() == ErrorClass::Parse => return Err(error),
                // Of what hangs on a variable more is known when it runs.
                _ => {}
            }
        }
        Ok(())
    }

    /// `BEGIN … END`, its label already taken.
    pub(super) fn block(&mut self, label: Option<String>, is_inner: bool) -> Result<Block> {
        self.expect("BEGIN")?;
        if self.is_word(0, "NOT") && self.is_word(1, "ATOMIC") {
            self.at += 2;
        }
        let opened = self.labels.open(label.as_deref(), Body::Block);
        self.checked(self.at, opened)?;
        let mut block = Block {
            label: label.clone(),
            ..Block::default()
        };
        let outside = self.conditions.len();
        while !self.is_word(0, "END") {
            if self.at_end() {
                return Err(self.unexpected(": missing 'END'"));
            }
            if !self.declaration(&mut block)? {
                let step = self.step()?;
                block.steps.push(step);
            }
        }
        self.at += 1;
        self.conditions.truncate(outside);
        match is_inner {
            true => self.end_label(label.as_deref())?,
            false => self.labels.forget(),
        }
        Ok(block)
    }

    /// The label after `END`, which must be that of the beginning.
    pub(super) fn end_label(&mut self, label: Option<&str>) -> Result<()> {
        let end = match self.token(0) {
            Some(Token::Word(_)) => Some(self.word()?),
            _ => None,
        };
        let closed = self.labels.close(label, end.as_deref());
        self.checked(self.at.saturating_sub(1), closed)
    }

    /// Steps up to one of the words outside, which is not taken.
    pub(super) fn steps(&mut self, until: &[&str]) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        while !until.iter().any(|word| self.is_word(0, word)) {
            if self.at_end() {
                return Err(self.unexpected(""));
            }
            steps.push(self.step()?);
        }
        if steps.is_empty() {
            self.at += 1;
            return Err(self.unexpected(""));
        }
        Ok(steps)
    }
}
