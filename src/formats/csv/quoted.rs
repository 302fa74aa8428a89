//! Quotes in odd places: the rules of the parser that Spark uses, character by
//! character. `'\0'` as the character before means that there was none that counts.

use super::options::{Dialect, UnescapedQuote};
use super::tokens::{Refused, Slot, Tokens};

/// Why a step ends early.
enum Stop {
    End,
    Refused(Refused),
}

type Step<T> = Result<T, Stop>;

/// Cuts `text`, which begins with a quote, into values and appends them to `out`.
pub(super) fn cut_rest(dialect: &Dialect, text: &str, out: &mut Tokens) -> Result<(), Refused> {
    let mut machine = Machine {
        dialect,
        chars: text.chars().collect(),
        next: 0,
        current: '\0',
        at_delimiter: false,
        before: '\0',
        unescaped: false,
        value: String::new(),
        trim: false,
        out,
    };
    match machine.run() {
        Ok(()) => Ok(()),
        Err(Stop::Refused(refused)) => Err(refused),
        Err(Stop::End) => {
            machine.at_end();
            Ok(())
        }
    }
}

struct Machine<'a> {
    dialect: &'a Dialect,
    chars: Vec<char>,
    next: usize,
    current: char,
    /// Whether `current` begins a delimiter.
    at_delimiter: bool,
    before: char,
    /// An unescaped quote was met in this value.
    unescaped: bool,
    value: String,
    trim: bool,
    out: &'a mut Tokens,
}

impl Machine<'_> {
    fn advance(&mut self) -> Step<()> {
        let Some(found) = self.chars.get(self.next) else {
            return Err(Stop::End);
        };
        self.current = *found;
        let delimiter = &self.dialect.delimiter;
        let here = self.chars.get(self.next..self.next + delimiter.len());
        self.at_delimiter = here == Some(delimiter.as_slice());
        self.next += 1;
        Ok(())
    }

    /// Goes past the delimiter whose first character is the current one.
    fn skip_delimiter(&mut self) {
        self.next += self.dialect.delimiter.len() - 1;
    }

    fn run(&mut self) -> Step<()> {
        self.advance()?;
        loop {
            if self.dialect.trim_leading {
                while self.current <= ' ' && !self.at_delimiter {
                    self.advance()?;
                }
            }
            if self.at_delimiter {
                self.push(Slot::Nothing);
            } else {
                self.unescaped = false;
                self.before = '\0';
                if self.current == self.dialect.quote && self.dialect.quote != '\0' {
                    self.trim = false;
                    self.quoted_value()?;
                    let back = self.unescaped
                        && self.dialect.unescaped_quote == UnescapedQuote::BackToDelimiter
                        && self.value.is_empty();
                    if !back {
                        self.finish_value();
                    }
                } else {
                    self.trim = self.dialect.trim_trailing;
                    self.until_delimiter()?;
                    if self.value.is_empty() {
                        self.push(Slot::Nothing);
                    } else {
                        self.finish_value();
                    }
                }
            }
            self.skip_delimiter();
            self.advance()?;
        }
    }

    fn push(&mut self, slot: Slot) {
        self.out.slots.push(slot);
    }

    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            self.push(Slot::Empty);
            return;
        }
        let start = self.out.arena.len();
        self.out.arena.push_str(text);
        let end = self.out.arena.len();
        self.push(Slot::Made(start..end));
    }

    fn finish_value(&mut self) {
        let mut value = std::mem::take(&mut self.value);
        if self.trim {
            value.truncate(value.trim_end_matches(|c| c <= ' ').len());
        }
        self.push_text(&value);
    }

    /// The record ended inside a value or behind a delimiter.
    fn at_end(&mut self) {
        let quote = self.dialect.quote;
        if self.current == quote && self.before == quote {
            self.finish_value();
            return;
        }
        if self.current == quote && !self.unescaped {
            self.value.push(quote);
        }
        let open = self.before != '\0' && !self.at_delimiter;
        if open || !self.value.is_empty() {
            self.finish_value();
        } else {
            self.push(Slot::Nothing);
        }
    }

    /// Appends the current character and those behind it up to a delimiter.
    fn until_delimiter(&mut self) -> Step<()> {
        while !self.at_delimiter {
            self.value.push(self.current);
            self.advance()?;
        }
        Ok(())
    }

    /// Appends up to a quote or a character that escapes.
    fn until_special(&mut self) -> Step<()> {
        let dialect = self.dialect;
        let special = [dialect.quote, dialect.escape, dialect.escape_escape];
        while !special.contains(&self.current) {
            self.value.push(self.current);
            self.advance()?;
        }
        Ok(())
    }

    fn is_special(&self) -> bool {
        self.current == self.dialect.quote || self.current == self.dialect.escape
    }

    /// A value from behind its opening quote up to the delimiter after it.
    fn quoted_value(&mut self) -> Step<()> {
        let quote = self.dialect.quote;
        if self.before != '\0' && self.dialect.unescaped_quote.runs_to_delimiter() {
            if self.dialect.unescaped_quote == UnescapedQuote::SkipValue {
                return self.skip_value();
            }
            self.value.insert(0, quote);
            self.advance()?;
            self.trim = self.dialect.trim_trailing;
            return self.until_delimiter();
        }
        self.advance()?;
        loop {
            if self.before == quote && (self.current <= ' ' || self.at_delimiter) {
                break;
            }
            if self.is_special() {
                self.escape_or_quote()?;
                self.before = self.current;
                self.advance()?;
                if self.unescaped && self.at_delimiter {
                    return Ok(());
                }
                continue;
            }
            if self.before == quote {
                return self.unescaped_in_quotes();
            }
            if self.before == self.dialect.escape && self.dialect.escape != '\0' {
                self.value.push(self.dialect.escape);
            }
            self.until_special()?;
            self.before = self.current;
            self.advance()?;
        }
        self.behind_closing_quote()
    }

    /// White space behind a closing quote is dropped; anything else makes the quote
    /// one that nothing escapes.
    fn behind_closing_quote(&mut self) -> Step<()> {
        if self.at_delimiter {
            return Ok(());
        }
        let mut blanks = String::new();
        while self.current <= ' ' && !self.at_delimiter {
            blanks.push(self.current);
            self.advance()?;
        }
        if self.at_delimiter {
            return Ok(());
        }
        if self.dialect.unescaped_quote == UnescapedQuote::RaiseError {
            return Err(Stop::Refused(Refused::UnescapedQuote));
        }
        self.value.push(self.dialect.quote);
        self.value.push_str(&blanks);
        if self.dialect.unescaped_quote.runs_to_delimiter() || !self.is_special() {
            self.value.push(self.current);
        }
        self.before = self.current;
        self.quoted_value()
    }

    /// A quote or an escape inside a value.
    fn escape_or_quote(&mut self) -> Step<()> {
        let dialect = self.dialect;
        let (quote, escape) = (dialect.quote, dialect.escape);
        if self.current == escape
            && self.before == dialect.escape_escape
            && dialect.escape_escape != '\0'
        {
            self.value.push(escape);
            self.current = '\0';
        } else if self.before == escape {
            if self.current == quote {
                self.value.push(quote);
                self.current = '\0';
            } else {
                self.value.push(self.before);
            }
        } else if self.current == quote && self.before == quote {
            self.value.push(quote);
        } else if self.before == quote {
            return self.unescaped_in_value();
        }
        Ok(())
    }

    fn unescaped_in_value(&mut self) -> Step<()> {
        match self.dialect.unescaped_quote {
            UnescapedQuote::SkipValue => self.skip_value(),
            UnescapedQuote::RaiseError => Err(Stop::Refused(Refused::UnescapedQuote)),
            _ => {
                self.value.push(self.dialect.quote);
                self.before = self.current;
                self.value_with_escapes()
            }
        }
    }

    fn value_with_escapes(&mut self) -> Step<()> {
        while !self.at_delimiter {
            if self.is_special() {
                self.escape_or_quote()?;
            } else {
                if self.before == self.dialect.quote {
                    return self.unescaped_in_value();
                }
                self.value.push(self.current);
            }
            self.before = self.current;
            self.advance()?;
        }
        Ok(())
    }

    fn unescaped_in_quotes(&mut self) -> Step<()> {
        self.unescaped = true;
        match self.dialect.unescaped_quote {
            UnescapedQuote::BackToDelimiter => {
                self.back_to_delimiter();
                self.value.push(self.current);
                self.before = '\0';
                self.quoted_value()
            }
            UnescapedQuote::StopAtClosingQuote | UnescapedQuote::StopAtDelimiter => {
                self.value.push(self.dialect.quote);
                self.value.push(self.current);
                self.before = self.current;
                self.quoted_value()
            }
            UnescapedQuote::SkipValue => self.skip_value(),
            UnescapedQuote::RaiseError => Err(Stop::Refused(Refused::UnescapedQuote)),
        }
    }

    /// What was read so far is cut at its delimiters after all.
    fn back_to_delimiter(&mut self) {
        let delimiter: String = self.dialect.delimiter.iter().collect();
        while let Some(at) = self.value.find(&delimiter) {
            let rest = self.value.split_off(at + delimiter.len());
            let value = std::mem::replace(&mut self.value, rest);
            let value = value.get(..at).unwrap_or_default().to_string();
            self.push_text(&value);
        }
    }

    fn skip_value(&mut self) -> Step<()> {
        self.value.clear();
        while !self.at_delimiter {
            self.advance()?;
        }
        Ok(())
    }
}
