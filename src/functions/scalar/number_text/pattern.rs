//! The form of a number: digits (`0` must be there, `9` may), the point (`.` `D`), groups
//! (`,` `G`), and a currency sign and a sign before or behind (`$`, `S`, `MI`, `PR`).

use crate::error::{Result, SparkError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A run of digits: how many, and whether all of them must be there.
    Digits(usize, bool),
    Group,
    Point,
    Dollar,
    Sign,
    Minus,
    Angles,
    Other,
}

/// A form that has been checked.
#[derive(Debug, Clone)]
pub struct Pattern {
    tokens: Vec<Token>,
}

impl Pattern {
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.to_uppercase();
        let tokens = tokens(&text);
        let wrong = |condition: &str, token: Option<&str>| {
            let format = format!("'{text}'");
            let mut parameters = vec![("format", format.as_str())];
            parameters.extend(token.map(|token| ("token", token)));
            Err(SparkError::new(condition, &parameters))
        };
        if text.is_empty() {
            return wrong("INVALID_FORMAT.EMPTY", None);
        }
        let count = |wanted: Token| tokens.iter().filter(|token| **token == wanted).count();
        let place = |wanted: Token| tokens.iter().position(|token| *token == wanted);
        let Some(digits) = tokens.iter().position(|t| matches!(t, Token::Digits(..))) else {
            return wrong("INVALID_FORMAT.WRONG_NUM_DIGIT", None);
        };
        let point = place(Token::Point);
        if count(Token::Point) > 1 {
            return wrong("INVALID_FORMAT.WRONG_NUM_TOKEN", Some(". or D"));
        }
        if count(Token::Dollar) > 1 {
            return wrong("INVALID_FORMAT.WRONG_NUM_TOKEN", Some("$"));
        }
        if let Some(dollar) = place(Token::Dollar) {
            if dollar > digits {
                return wrong("INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT", None);
            }
            if point.is_some_and(|point| dollar > point) {
                return wrong("INVALID_FORMAT.CUR_MUST_BEFORE_DEC", None);
            }
        }
        for (at, _) in tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| **token == Token::Group)
        {
            if point.is_some_and(|point| at > point) {
                return wrong("INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC", None);
            }
            let is_digits = |at: Option<usize>| {
                let token = at.and_then(|at| tokens.get(at));
                matches!(token, Some(Token::Digits(..)))
            };
            if !is_digits(at.checked_sub(1)) || !is_digits(Some(at + 1)) {
                return wrong("INVALID_FORMAT.CONT_THOUSANDS_SEPS", None);
            }
        }
        for (token, shown) in [
            (Token::Sign, "S"),
            (Token::Minus, "MI"),
            (Token::Angles, "PR"),
        ] {
            if count(token) > 1 {
                return wrong("INVALID_FORMAT.WRONG_NUM_TOKEN", Some(shown));
            }
        }
        if let Some(token) = out_of_order(&tokens) {
            let shown = match token {
                Token::Digits(..) => "digit sequence",
                Token::Group => ", or G",
                Token::Point => ". or D",
                Token::Dollar => "$",
                Token::Sign => "S",
                Token::Minus => "MI",
                Token::Angles => "PR",
                Token::Other => "character",
            };
            return wrong("INVALID_FORMAT.UNEXPECTED_TOKEN", Some(shown));
        }
        Ok(Self { tokens })
    }

    /// Digits before the point, group by group.
    fn groups(&self) -> Vec<(usize, bool)> {
        let before = self
            .tokens
            .iter()
            .take_while(|token| **token != Token::Point);
        let groups = before.filter_map(|token| match token {
            Token::Digits(count, exact) => Some((*count, *exact)),
            _ => None,
        });
        groups.collect()
    }

    /// Digits behind the point.
    fn fraction(&self) -> Option<(usize, bool)> {
        let mut behind = self
            .tokens
            .iter()
            .skip_while(|token| **token != Token::Point);
        behind.next()?;
        Some(match behind.next() {
            Some(Token::Digits(count, exact)) => (*count, *exact),
            _ => (0, false),
        })
    }

    /// Precision and scale of the numbers of this form.
    pub fn size(&self) -> (usize, usize) {
        let whole: usize = self.groups().iter().map(|(count, _)| count).sum();
        let scale = self.fraction().map_or(0, |(count, _)| count);
        (whole + scale, scale)
    }

    fn has(&self, token: Token) -> bool {
        self.tokens.contains(&token)
    }

    /// The number that a text of this form is, without its point.
    pub fn read(&self, input: &str) -> Option<i128> {
        let mut rest: &str = &input.chars().filter(|c| *c != ' ').collect::<String>();
        let mut is_negative = false;
        if self.has(Token::Angles)
            && let Some(inner) = rest.strip_prefix('<').and_then(|r| r.strip_suffix('>'))
        {
            (rest, is_negative) = (inner, true);
        }
        let sign = |c: char| match c {
            '-' => Some(true),
            '+' if self.has(Token::Sign) => Some(false),
            _ => None,
        };
        if self.has(Token::Sign) || self.has(Token::Minus) {
            let first = self.tokens.first();
            if matches!(first, Some(Token::Sign | Token::Minus)) {
                if let Some(found) = rest.chars().next().and_then(sign) {
                    (is_negative, rest) = (found, &rest[1..]);
                }
            } else if let Some(found) = rest.chars().last().and_then(sign) {
                (is_negative, rest) = (found, &rest[..rest.len() - 1]);
            }
        }
        if self.has(Token::Dollar) {
            rest = rest.strip_prefix('$')?;
        }
        let digits = self.digits(rest)?;
        let number: i128 = digits.parse().ok()?;
        Some(if is_negative { -number } else { number })
    }

    /// All digits of a number without signs, filled up behind the point.
    fn digits(&self, text: &str) -> Option<String> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let found: Vec<&str> = whole.split(',').collect();
        let groups = self.groups();
        if found.len() > groups.len().max(1) || !found.iter().all(|group| all_digits(group)) {
            return None;
        }
        let mut given = found.iter().rev();
        for (count, exact) in groups.iter().rev() {
            let length = given.next().map_or(0, |group| group.len());
            if length > *count || *exact && length != *count {
                return None;
            }
        }
        let mut digits = found.concat();
        let (places, exact) = match (self.fraction(), fraction) {
            (None, Some(_)) => return None,
            (None, None) => (0, false),
            (Some(size), _) => size,
        };
        let fraction = fraction.unwrap_or("");
        if fraction.len() > places || exact && fraction.len() != places || !all_digits(fraction) {
            return None;
        }
        if digits.is_empty() && fraction.is_empty() {
            return None;
        }
        digits.push_str(fraction);
        digits.push_str(&"0".repeat(places - fraction.len()));
        Some(digits)
    }

    /// A number in this form; one that it has no room for as signs `#`.
    pub fn write(&self, value: i128, scale: usize) -> String {
        let is_negative = value < 0;
        let digits = value.unsigned_abs().to_string();
        let digits = format!("{:0>width$}", digits, width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let (whole, fraction) = (
            whole.trim_start_matches('0'),
            fraction.trim_end_matches('0'),
        );
        let room: usize = self.groups().iter().map(|(count, _)| count).sum();
        let places = self.fraction().map_or(0, |(count, _)| count);
        let fits = whole.len() <= room && fraction.len() <= places;
        let mut out = String::new();
        let (mut left, mut is_fraction) = (room, false);
        // Whether a digit was written: what is in front of all of them is blank.
        let mut begun = false;
        for token in &self.tokens {
            match token {
                Token::Digits(count, _) if is_fraction => {
                    for at in 0..*count {
                        let digit = fraction.as_bytes().get(at).copied().unwrap_or(b'0');
                        out.push(if fits { char::from(digit) } else { '#' });
                    }
                }
                Token::Digits(count, exact) => {
                    for _ in 0..*count {
                        let at = whole.len().checked_sub(left);
                        let is_last = left == 1 && self.fraction().is_some();
                        let is_last = is_last && !out.starts_with(['+', '-']);
                        left -= 1;
                        let digit = at.and_then(|at| whole.as_bytes().get(at)).copied();
                        let digit = match digit {
                            _ if !fits => '#',
                            Some(digit) => char::from(digit),
                            None if *exact || is_last => '0',
                            None => ' ',
                        };
                        begun |= digit != ' ';
                        out.push(digit);
                    }
                }
                Token::Group => out.push(if begun { ',' } else { ' ' }),
                Token::Point => {
                    is_fraction = true;
                    out.push('.');
                }
                Token::Dollar => out.push('$'),
                Token::Sign => out.push(if is_negative { '-' } else { '+' }),
                Token::Minus => out.push(if is_negative { '-' } else { ' ' }),
                Token::Angles => match is_negative {
                    true => {
                        let blanks = out.len() - out.trim_start_matches(' ').len();
                        out.insert(blanks, '<');
                        out.push('>');
                    }
                    false => out.push_str("  "),
                },
                Token::Other => {}
            }
        }
        // A sign in front goes to the first digit, past the blanks.
        match out.strip_prefix(['+', '-']) {
            Some(rest) => {
                let digits = rest.trim_start_matches(' ');
                let (sign, blanks) = (&out[..1], &rest[..rest.len() - digits.len()]);
                format!("{blanks}{sign}{digits}")
            }
            None => out,
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(c) = chars.get(at) {
        let next = chars.get(at + 1);
        let (token, length) = match (c, next) {
            ('0' | '9', _) => {
                let run = chars[at..]
                    .iter()
                    .take_while(|c| matches!(c, '0' | '9'))
                    .count();
                (Token::Digits(run, *c == '0'), run)
            }
            (',' | 'G', _) => (Token::Group, 1),
            ('.' | 'D', _) => (Token::Point, 1),
            ('$', _) => (Token::Dollar, 1),
            ('S', _) => (Token::Sign, 1),
            ('M', Some('I')) => (Token::Minus, 2),
            ('P', Some('R')) => (Token::Angles, 2),
            _ => (Token::Other, 1),
        };
        tokens.push(token);
        at += length;
    }
    tokens
}

/// The first token that stands where none may: signs first, then the currency, the digits
/// with their groups and the point, and signs again.
fn out_of_order(tokens: &[Token]) -> Option<Token> {
    use Token as T;
    let places: [fn(&Token) -> bool; 4] = [
        |t| matches!(t, T::Sign | T::Minus),
        |t| matches!(t, T::Dollar),
        |t| matches!(t, T::Digits(..) | T::Group | T::Point),
        |t| matches!(t, T::Sign | T::Minus | T::Angles),
    ];
    let mut rest = tokens;
    for (place, is_fit) in places.iter().enumerate() {
        let most = if place == 2 { usize::MAX } else { 1 };
        let taken = rest
            .iter()
            .take_while(|token| is_fit(token))
            .take(most)
            .count();
        rest = &rest[taken..];
    }
    rest.first().copied()
}
