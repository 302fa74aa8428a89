//! Spark's lexical rules, giving sqlparser's tokens: number suffixes, string
//! escapes, raw strings, adjacent strings, identifiers that start with a digit.
//!
//! Knows nothing of grammar. sqlparser's own tokenizer cannot be told these rules
//! (it unescapes differently and cuts `1.5D` in two), so its parser is fed from
//! here. Strings leave as `TripleSingleQuotedString`, which the parser takes for a
//! value and, unlike its other string tokens, never for an alias.

use std::iter::Peekable;
use std::str::Chars;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan};

use super::keywords;
use super::strings::unescape;

pub(super) enum LexError {
    UnclosedComment,
    /// A quote without its end.
    Unterminated {
        quote: char,
        at: Location,
    },
}

pub(super) fn tokenize(
    text: &str,
    double_quoted_identifiers: bool,
) -> Result<Vec<TokenWithSpan>, LexError> {
    let at = Location { line: 1, column: 1 };
    let mut lexer = Lexer {
        rest: text.chars().peekable(),
        at,
        double_quoted_identifiers,
    };
    let mut tokens: Vec<TokenWithSpan> = Vec::new();
    loop {
        lexer.skip_blank()?;
        let start = lexer.at;
        let Some(token) = lexer.token()? else {
            return Ok(tokens);
        };
        let end = lexer.at;
        let in_options = is_in_options(&tokens);
        let previous = tokens
            .last_mut()
            .map(|last| (&mut last.token, &mut last.span));
        match (previous, token) {
            // 'a' 'b' is one string.
            (
                Some((Token::TripleSingleQuotedString(before), span)),
                Token::TripleSingleQuotedString(more),
            ) if !in_options => {
                before.push_str(&more);
                span.end = end;
            }
            (_, token) => tokens.push(TokenWithSpan {
                token,
                span: Span { start, end },
            }),
        }
    }
}

/// Whether the next token is in the list after `OPTIONS (`, where a name may be a string
/// and stands before its value.
fn is_in_options(tokens: &[TokenWithSpan]) -> bool {
    if !matches!(
        tokens.last().map(|last| &last.token),
        Some(Token::TripleSingleQuotedString(_))
    ) {
        return false;
    }
    let is_paren = |token: &&TokenWithSpan| matches!(token.token, Token::LParen | Token::RParen);
    let Some(open) = tokens.iter().rposition(|token| is_paren(&token)) else {
        return false;
    };
    let before = open.checked_sub(1).map(|at| &tokens[at].token);
    tokens[open].token == Token::LParen
        && matches!(before, Some(Token::Word(word))
            if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("options"))
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    at: Location,
    double_quoted_identifiers: bool,
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Lexer<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.rest.clone().nth(ahead)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.at = Location {
                line: self.at.line + 1,
                column: 1,
            };
        } else {
            self.at.column += 1;
        }
        Some(c)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest.clone().take(text.len()).eq(text.chars());
        if found {
            for _ in text.chars() {
                self.next();
            }
        }
        found
    }

    fn skip_blank(&mut self) -> Result<(), LexError> {
        loop {
            if self.peek().is_some_and(char::is_whitespace) {
                self.next();
            } else if self.take("--") {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.next();
                }
            } else if self.take("/*") {
                self.skip_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    /// The rest of a bracketed comment; comments nest.
    fn skip_comment(&mut self) -> Result<(), LexError> {
        let mut depth = 1;
        while depth > 0 {
            if self.take("/*") {
                depth += 1;
            } else if self.take("*/") {
                depth -= 1;
            } else if self.next().is_none() {
                return Err(LexError::UnclosedComment);
            }
        }
        Ok(())
    }

    fn token(&mut self) -> Result<Option<Token>, LexError> {
        let Some(c) = self.peek() else {
            return Ok(None);
        };
        let token = match c {
            '\'' => self.string(false)?,
            '"' if self.double_quoted_identifiers => self.quoted_identifier('"')?,
            '"' => self.string(false)?,
            '`' => self.quoted_identifier('`')?,
            'r' | 'R' if matches!(self.peek_at(1), Some('\'' | '"')) => {
                self.next();
                self.string(true)?
            }
            'x' | 'X' if self.peek_at(1) == Some('\'') => {
                self.next();
                match self.string(false)? {
                    Token::TripleSingleQuotedString(digits) => Token::HexStringLiteral(digits),
                    other => other,
                }
            }
            '.' if self.peek_at(1).is_some_and(|d| d.is_ascii_digit()) => self.number(),
            c if c.is_ascii_digit() => self.number(),
            c if is_word_part(c) => self.word(String::new()),
            _ => self.symbol(),
        };
        Ok(Some(token))
    }

    fn string(&mut self, raw: bool) -> Result<Token, LexError> {
        let at = self.at;
        let quote = self.next().unwrap_or('\'');
        let mut body = String::new();
        loop {
            match self.next() {
                None => return Err(LexError::Unterminated { quote, at }),
                Some('\\') if !raw => {
                    body.push('\\');
                    body.extend(self.next());
                }
                Some(c) if c == quote => {
                    if raw || self.peek() != Some(quote) {
                        break;
                    }
                    // A doubled quote stands for itself; kept as an escape here.
                    self.next();
                    body.push('\\');
                    body.push(quote);
                }
                Some(c) => body.push(c),
            }
        }
        Ok(Token::TripleSingleQuotedString(if raw {
            body
        } else {
            unescape(&body)
        }))
    }

    fn quoted_identifier(&mut self, quote: char) -> Result<Token, LexError> {
        let at = self.at;
        self.next();
        let mut name = String::new();
        loop {
            match self.next() {
                None => return Err(LexError::Unterminated { quote, at }),
                Some(c) if c == quote => {
                    if self.peek() != Some(quote) {
                        return Ok(Token::make_word(&name, Some(quote)));
                    }
                    self.next();
                    name.push(quote);
                }
                Some(c) => name.push(c),
            }
        }
    }

    fn digits(&mut self, into: &mut String) {
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            into.extend(self.next());
        }
    }

    /// A number with its suffix, or an identifier that starts with a digit (`1a`).
    fn number(&mut self) -> Token {
        let mut text = String::new();
        self.digits(&mut text);
        let mut point = false;
        if self.peek() == Some('.')
            && !self
                .peek_at(1)
                .is_some_and(|c| c.is_alphabetic() || c == '_')
        {
            point = true;
            text.extend(self.next());
            self.digits(&mut text);
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            let signed = matches!(self.peek_at(1), Some('+' | '-'));
            if self
                .peek_at(1 + usize::from(signed))
                .is_some_and(|c| c.is_ascii_digit())
            {
                text.extend(self.next());
                if signed {
                    text.extend(self.next());
                }
                self.digits(&mut text);
            }
        }
        let suffix: String = self.rest.clone().take_while(|c| is_word_part(*c)).collect();
        let whole = text.chars().all(|c| c.is_ascii_digit());
        let known = match suffix.to_ascii_lowercase().as_str() {
            "l" | "s" | "y" => whole,
            "" | "d" | "f" | "bd" => true,
            _ => false,
        };
        if known {
            self.take(&suffix);
            Token::Number(text + &suffix, false)
        } else if point {
            Token::Number(text, false)
        } else {
            self.word(text)
        }
    }

    fn word(&mut self, mut name: String) -> Token {
        while self.peek().is_some_and(is_word_part) {
            name.extend(self.next());
        }
        let mut token = Token::make_word(&name, None);
        if let Token::Word(word) = &mut token
            && !keywords::is_kept(word.keyword)
        {
            word.keyword = Keyword::NoKeyword;
        }
        token
    }

    fn symbol(&mut self) -> Token {
        // Longest first.
        let symbols = [
            ("<=>", Token::Spaceship),
            (">>>", Token::CustomBinaryOperator(">>>".into())),
            ("<<", Token::ShiftLeft),
            (">>", Token::ShiftRight),
            ("<>", Token::Neq),
            ("!=", Token::Neq),
            ("<=", Token::LtEq),
            (">=", Token::GtEq),
            ("==", Token::Eq),
            ("=>", Token::RArrow),
            ("->", Token::Arrow),
            ("|>", Token::VerticalBarRightAngleBracket),
            ("||", Token::StringConcat),
            ("::", Token::DoubleColon),
        ];
        for (text, token) in symbols {
            if self.take(text) {
                return token;
            }
        }
        match self.next() {
            Some('<') => Token::Lt,
            Some('>') => Token::Gt,
            Some('=') => Token::Eq,
            Some('!') => Token::ExclamationMark,
            Some('+') => Token::Plus,
            Some('-') => Token::Minus,
            Some('*') => Token::Mul,
            Some('/') => Token::Div,
            Some('%') => Token::Mod,
            Some('&') => Token::Ampersand,
            Some('|') => Token::Pipe,
            Some('^') => Token::Caret,
            Some('~') => Token::Tilde,
            Some('(') => Token::LParen,
            Some(')') => Token::RParen,
            Some('[') => Token::LBracket,
            Some(']') => Token::RBracket,
            Some(',') => Token::Comma,
            Some('.') => Token::Period,
            Some(';') => Token::SemiColon,
            Some(':') => Token::Colon,
            Some('?') => Token::Placeholder("?".into()),
            Some(other) => Token::Char(other),
            None => Token::EOF,
        }
    }
}
