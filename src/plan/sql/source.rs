//! The text of a statement with its tokens: where things are, for error messages.

use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan};

use super::ParseOptions;
use super::{inline_table, lexer, rewrite, star_except};
use crate::error::{Result, SparkError};

/// A text that was cut into tokens. Whitespace, comments and hints are gone.
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<TokenWithSpan>,
    /// Where each `?` stands.
    question_marks: Vec<Location>,
    /// What `MAX RECURSION LEVEL` says, by the place of the query's name.
    levels: Vec<(Location, u64)>,
}

impl<'a> Source<'a> {
    /// # Errors
    /// `PARSE_EMPTY_STATEMENT` for blank text, and what the lexer refuses.
    pub(super) fn new(text: &'a str, options: &ParseOptions) -> Result<Self> {
        let mut source = Self {
            text,
            tokens: Vec::new(),
            question_marks: Vec::new(),
            levels: Vec::new(),
        };
        if text.trim().is_empty() {
            let error = SparkError::new("PARSE_EMPTY_STATEMENT", &[]);
            return Err(source.at_point(error, source.end()));
        }
        match lexer::tokenize(text, options.double_quoted_identifiers) {
            Ok(tokens) => {
                let marks = tokens.iter().filter(|token| is_question_mark(token));
                source.question_marks = marks.map(|token| token.span.start).collect();
                source.tokens = tokens;
                source.check_identifiers()?;
                source.levels = rewrite::take_level_limits(&mut source)?;
                rewrite::insert_first(&mut source);
                star_except::except_names(&mut source);
                star_except::sample_last(&mut source);
                inline_table::inline_tables(&mut source);
                rewrite::pipes(&mut source)?;
                Ok(source)
            }
            Err(lexer::LexError::UnclosedComment) => {
                let error = SparkError::new("UNCLOSED_BRACKETED_COMMENT", &[]);
                Err(error.with_context(&format!("\n== SQL ==\n{text}")))
            }
            Err(lexer::LexError::Unterminated { quote, at }) => {
                Err(source.syntax_error(&format!("'{quote}'"), "", at))
            }
        }
    }

    /// The same text from token `index` on.
    pub(super) fn from(&self, index: usize) -> Self {
        self.part(self.tokens[index..].to_vec())
    }

    /// How many levels a recursive query may have whose name is at `name`.
    pub(super) fn level_limit(&self, name: Location) -> Option<u64> {
        let mut levels = self.levels.iter();
        levels.find(|(at, _)| *at == name).map(|(_, limit)| *limit)
    }

    /// Words with other letters than ASCII's must be in backticks.
    fn check_identifiers(&self) -> Result<()> {
        for token in &self.tokens {
            if let Token::Word(word) = &token.token
                && word.quote_style.is_none()
                && !word.value.is_ascii()
            {
                return Err(self.invalid_identifier(&word.value, token.span.start));
            }
        }
        Ok(())
    }

    pub(super) fn invalid_identifier(&self, name: &str, at: Location) -> SparkError {
        self.at_point(
            SparkError::new("INVALID_IDENTIFIER", &[("ident", name)]),
            at,
        )
    }

    /// Where the text ends.
    pub(super) fn end(&self) -> Location {
        let line = self.text.matches('\n').count() as u64 + 1;
        let last = self.text.rsplit('\n').next().unwrap_or_default();
        Location {
            line,
            column: last.chars().count() as u64 + 1,
        }
    }

    /// From the first token to the end of the last.
    pub(super) fn whole(&self) -> Span {
        let end = self
            .tokens
            .last()
            .map_or_else(|| self.end(), |token| token.span.end);
        Span {
            start: self.start_of(0),
            end,
        }
    }

    /// Byte offset of a location.
    fn offset(&self, at: Location) -> usize {
        let mut start = 0;
        for line in self
            .text
            .split_inclusive('\n')
            .take(at.line.saturating_sub(1) as usize)
        {
            start += line.len();
        }
        let rest = self.text.get(start..).unwrap_or_default();
        let skip = at.column.saturating_sub(1) as usize;
        let inside = rest
            .char_indices()
            .nth(skip)
            .map_or(rest.len(), |(offset, _)| offset);
        start + inside
    }

    /// The text from one location up to another.
    pub(super) fn slice(&self, from: Location, to: Location) -> &'a str {
        self.text
            .get(self.offset(from)..self.offset(to))
            .unwrap_or_default()
    }

    /// The text of token `index`, `None` at the end of input.
    pub(super) fn token_text(&self, index: usize) -> Option<&'a str> {
        let span = self.tokens.get(index)?.span;
        Some(self.slice(span.start, span.end))
    }

    /// The text of the tokens from `first` up to `next`, with the names that clauses gave in
    /// place of the clauses.
    pub(super) fn text_of(&self, first: usize, next: usize) -> String {
        let mut out = String::new();
        let mut end = self.start_of(first);
        for token in self.tokens.get(first..next).unwrap_or_default() {
            let span = token.span;
            out.push_str(self.slice(end, span.start));
            let written = self.slice(span.start, span.end);
            match &token.token {
                // A name in backticks that is not written in them stands for a clause.
                Token::Word(word) if word.quote_style.is_some() && !written.starts_with('`') => {
                    out.push_str(&format!("`{}`", word.value.replace('`', "``")));
                }
                Token::Period => out.push('.'),
                _ => out.push_str(written),
            }
            end = span.end;
        }
        out
    }

    pub(super) fn start_of(&self, index: usize) -> Location {
        self.tokens
            .get(index)
            .map_or_else(|| self.end(), |token| token.span.start)
    }

    /// Index of the token that starts at `at`.
    pub(super) fn index_at(&self, at: Location) -> Option<usize> {
        self.tokens.iter().position(|token| token.span.start == at)
    }

    /// The same text with only these of its tokens.
    pub(super) fn part(&self, tokens: Vec<TokenWithSpan>) -> Self {
        Self {
            text: self.text,
            tokens,
            question_marks: self.question_marks.clone(),
            levels: self.levels.clone(),
        }
    }

    /// How many `?` stand before `at`.
    pub(super) fn question_marks_before(&self, at: Location) -> usize {
        let before = self.question_marks.iter().take_while(|mark| **mark < at);
        before.count()
    }

    /// `PARSE_SYNTAX_ERROR` with a caret line under `at`.
    pub(super) fn syntax_error(&self, near: &str, hint: &str, at: Location) -> SparkError {
        let error = SparkError::new("PARSE_SYNTAX_ERROR", &[("error", near), ("hint", hint)]);
        self.at_point(error, at)
    }

    /// Adds ` (line 1, pos 7)` and the text with a caret, as Spark's parser does
    /// for an error at one point.
    pub(super) fn at_point(&self, error: SparkError, at: Location) -> SparkError {
        let column = at.column.saturating_sub(1) as usize;
        let mut block = format!(" (line {}, pos {column})\n\n== SQL ==\n", at.line);
        for (index, line) in self.text.split('\n').enumerate() {
            block.push_str(line);
            block.push('\n');
            if index as u64 + 1 == at.line {
                block.push_str(&"-".repeat(column));
                block.push_str("^^^\n");
            }
        }
        error.with_context(&block)
    }

    /// Adds the fragment which an error is about, underlined.
    pub(super) fn at_fragment(&self, error: SparkError, span: Span) -> SparkError {
        let column = span.start.column.saturating_sub(1) as usize;
        let fragment = self.slice(span.start, span.end);
        let mut block = format!(
            "\n== SQL (line {}, position {}) ==\n",
            span.start.line,
            column + 1
        );
        let first = span.start.line.saturating_sub(1) as usize;
        let mut under = column;
        let lines = self.text.split('\n').skip(first);
        for (line, piece) in lines.zip(fragment.split('\n')) {
            let marks = "^".repeat(piece.chars().count());
            block.push_str(&format!("{line}\n{}{marks}\n", " ".repeat(under)));
            under = 0;
        }
        error.with_context(&block)
    }
}

fn is_question_mark(token: &TokenWithSpan) -> bool {
    matches!(&token.token, Token::Placeholder(text) if text == "?")
}
