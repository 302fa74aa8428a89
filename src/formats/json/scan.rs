//! [`Input`]: the parts of strict JSON, read from bytes without building anything that
//! is not wanted. `None` means "not what was expected here", whatever the reason.
//!
//! Used by `fast` only. Line ends count as unexpected, so a reader never leaves its line.

use super::token::Lexical;
use crate::formats::scalars::Scalars;

/// Deeper nesting than this is left to the general decoder.
const MAX_DEPTH: usize = 60;
/// Longer numbers are left to the general decoder.
const MAX_NUMBER: usize = 40;

#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub depth: usize,
    number: usize,
    string: usize,
    /// Whether values other than strings may be copied as they stand into text columns.
    exact_text: bool,
}

impl Limits {
    pub fn new(lexical: &Lexical, exact_text: bool) -> Self {
        Self {
            depth: MAX_DEPTH.min(lexical.max_nesting_depth),
            number: MAX_NUMBER.min(lexical.max_number_length),
            string: lexical.max_string_length,
            exact_text,
        }
    }
}

pub(super) struct Input<'a> {
    /// Valid UTF-8.
    pub bytes: &'a [u8],
    pub limits: Limits,
    pub scalars: &'a mut Scalars,
}

/// Eight bytes from `at`, the first the lowest.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..at + 8)?;
    Some(u64::from_le_bytes(chunk.try_into().ok()?))
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Marks (in each byte's top bit) quotes, backslashes and control characters; only the
/// lowest mark is to be trusted.
#[inline(always)]
fn marks(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let slash = word ^ (ONES * b'\\' as u64);
    let quotes = quote.wrapping_sub(ONES) & !quote;
    let slashes = slash.wrapping_sub(ONES) & !slash;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | slashes | controls) & HIGHS
}

/// Position of the first quote, backslash or control character.
#[inline(always)]
fn special(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(word) = word(bytes, at) {
        let found = marks(word);
        if found != 0 {
            return Some(at + (found.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    let rest = bytes.get(at..)?;
    rest.iter()
        .position(|b| *b == b'"' || *b == b'\\' || *b < 0x20)
        .map(|n| at + n)
}

#[inline(always)]
fn eight_digits(word: u64) -> Option<u64> {
    let high = word & 0xf0f0_f0f0_f0f0_f0f0;
    let over = word.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0;
    if high != 0x3030_3030_3030_3030 || over != 0x3030_3030_3030_3030 {
        return None;
    }
    let pairs = (word & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(2561) >> 8;
    let quads = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(6_553_601) >> 16;
    Some((quads & 0x0000_ffff_0000_ffff).wrapping_mul(42_949_672_960_001) >> 32)
}

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

impl Input<'_> {
    /// Position of the first byte from `at` that is no space or tab.
    #[inline(always)]
    pub fn space(&self, mut at: usize) -> usize {
        while matches!(self.bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at
    }

    #[inline]
    pub fn literal(&self, at: usize, word: &[u8]) -> Option<usize> {
        let end = at + word.len();
        (self.bytes.get(at..end)? == word).then_some(end)
    }

    /// A whole number that fits 64 bits, and the position behind it. A fraction or an
    /// exponent is left standing there, where the caller stumbles over it.
    #[inline(always)]
    pub fn integer(&self, at: usize) -> Option<(i64, usize)> {
        let negative = *self.bytes.get(at)? == b'-';
        let start = at + usize::from(negative);
        let mut at = start;
        let mut value = 0u64;
        if let Some(word) = word(self.bytes, at)
            && let Some(digits) = eight_digits(word)
        {
            value = digits;
            at += 8;
        }
        while let Some(digit) = self.bytes.get(at).map(|b| b.wrapping_sub(b'0'))
            && digit < 10
        {
            // Nineteen digits cannot overflow; the general decoder reads longer ones.
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            at += 1;
        }
        let count = at - start;
        let leading_zero = *self.bytes.get(start)? == b'0' && count > 1;
        if count == 0 || count > 19.min(self.limits.number) || leading_zero {
            return None;
        }
        let value = i64::try_from(value).ok()?;
        Some((if negative { -value } else { value }, at))
    }

    /// Appends a string's content; returns the position behind the closing quote.
    #[inline(always)]
    pub fn string(&self, at: usize, out: &mut Vec<u8>) -> Option<usize> {
        if *self.bytes.get(at)? != b'"' {
            return None;
        }
        let start = at + 1;
        let end = special(self.bytes, start)?;
        let length = end - start;
        if *self.bytes.get(end)? != b'"' || length > self.limits.string {
            return self.escaped_string(at, out);
        }
        match self.bytes.get(start..start + 16) {
            // A copy of fixed size is a single store.
            Some(chunk) if length <= 16 => {
                let before = out.len();
                out.extend_from_slice(chunk);
                out.truncate(before + length);
            }
            _ => out.extend_from_slice(self.bytes.get(start..end)?),
        }
        Some(end + 1)
    }

    #[cold]
    fn escaped_string(&self, at: usize, out: &mut Vec<u8>) -> Option<usize> {
        let before = out.len();
        let mut start = at + 1;
        loop {
            let end = special(self.bytes, start)?;
            out.extend_from_slice(self.bytes.get(start..end)?);
            match *self.bytes.get(end)? {
                b'"' => {
                    return (out.len() - before <= self.limits.string).then_some(end + 1);
                }
                b'\\' => start = self.escape(end + 1, out)?,
                _ => return None,
            }
        }
    }

    fn escape(&self, at: usize, out: &mut Vec<u8>) -> Option<usize> {
        let plain = match *self.bytes.get(at)? {
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'f' => 12,
            b'r' => b'\r',
            same @ (b'"' | b'/' | b'\\') => same,
            b'u' => {
                let (c, end) = self.unicode(at + 1)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Some(end);
            }
            _ => return None,
        };
        out.push(plain);
        Some(at + 1)
    }

    fn unicode(&self, at: usize) -> Option<(char, usize)> {
        let high = self.hex(at)?;
        if !(0xd800..0xe000).contains(&high) {
            return Some((char::from_u32(high)?, at + 4));
        }
        if self.bytes.get(at + 4..at + 6)? != b"\\u" {
            return None;
        }
        let low = self.hex(at + 6)?;
        if high >= 0xdc00 || !(0xdc00..0xe000).contains(&low) {
            return None;
        }
        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        Some((char::from_u32(code)?, at + 10))
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits
            .iter()
            .try_fold(0, |all, b| Some(all << 4 | char::from(*b).to_digit(16)?))
    }

    /// A string without escapes; returns the position behind its closing quote.
    #[inline]
    pub fn plain_string(&self, at: usize) -> Option<usize> {
        if *self.bytes.get(at)? != b'"' {
            return None;
        }
        let end = special(self.bytes, at + 1)?;
        (*self.bytes.get(end)? == b'"' && end - at <= self.limits.string).then_some(end + 1)
    }

    /// Copies a value that is no string as it stands.
    pub fn raw(&self, at: usize, depth: usize, out: &mut Vec<u8>) -> Option<usize> {
        if !self.limits.exact_text {
            return None;
        }
        let end = self.skip(at, depth)?;
        out.extend_from_slice(self.bytes.get(at..end)?);
        Some(end)
    }

    /// Passes over a value of any kind.
    pub fn skip(&self, at: usize, depth: usize) -> Option<usize> {
        match *self.bytes.get(at)? {
            b'"' => self.skip_string(at),
            b'{' => self.skip_members(at, b'}', depth + 1),
            b'[' => self.skip_members(at, b']', depth + 1),
            b't' => self.literal(at, b"true"),
            b'f' => self.literal(at, b"false"),
            b'n' => self.literal(at, b"null"),
            _ => self.number(at).map(|(_, end)| end),
        }
    }

    fn skip_string(&self, at: usize) -> Option<usize> {
        let mut end = special(self.bytes, at + 1)?;
        let mut unused = Vec::new();
        while *self.bytes.get(end)? == b'\\' {
            unused.clear();
            end = special(self.bytes, self.escape(end + 1, &mut unused)?)?;
        }
        (*self.bytes.get(end)? == b'"').then_some(end + 1)
    }

    fn skip_members(&self, at: usize, close: u8, depth: usize) -> Option<usize> {
        if depth > self.limits.depth {
            return None;
        }
        let mut at = self.space(at + 1);
        if *self.bytes.get(at)? == close {
            return Some(at + 1);
        }
        loop {
            if close == b'}' {
                at = self.space(self.plain_string(at)?);
                if *self.bytes.get(at)? != b':' {
                    return None;
                }
                at = self.space(at + 1);
            }
            at = self.space(self.skip(at, depth)?);
            match *self.bytes.get(at)? {
                b',' => at = self.space(at + 1),
                found if found == close => return Some(at + 1),
                _ => return None,
            }
        }
    }

    #[inline]
    fn digits(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    }

    /// A number's text, and the position behind it.
    #[inline]
    pub fn number(&self, start: usize) -> Option<(&str, usize)> {
        let whole = start + usize::from(*self.bytes.get(start)? == b'-');
        let mut at = self.digits(whole);
        if at == whole || (at > whole + 1 && *self.bytes.get(whole)? == b'0') {
            return None;
        }
        if self.bytes.get(at) == Some(&b'.') {
            let fraction = at + 1;
            at = self.digits(fraction);
            if at == fraction {
                return None;
            }
        }
        if matches!(self.bytes.get(at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            let exponent = at + 1 + sign;
            at = self.digits(exponent);
            if at == exponent {
                return None;
            }
        }
        if at - start > self.limits.number {
            return None;
        }
        Some((std::str::from_utf8(self.bytes.get(start..at)?).ok()?, at))
    }

    pub fn double(&self, at: usize) -> Option<(f64, usize)> {
        // Zero loses its sign here, which counts where a fraction follows.
        let negative = *self.bytes.get(at)? == b'-';
        if let Some((whole, end)) = self.integer(at)
            && whole.unsigned_abs() < 1 << 53
        {
            match self.bytes.get(end) {
                Some(b'.') => {}
                Some(b'e' | b'E') => return self.long_double(at),
                _ => return Some((whole as f64, end)),
            }
            // Digits that fit a double, over a power of ten that fits: one exact division.
            let stop = self.digits(end + 1);
            let places = stop - end - 1;
            let exponent = matches!(self.bytes.get(stop), Some(b'e' | b'E'));
            if !exponent && (1..=15).contains(&places) && stop - at <= 16 {
                let digits = self.bytes.get(end + 1..stop)?;
                let all = digits.iter().fold(whole.unsigned_abs(), |all, b| {
                    all * 10 + u64::from(b - b'0')
                });
                let value = all as f64 / POWERS.get(places)?;
                return Some((if negative { -value } else { value }, stop));
            }
        }
        self.long_double(at)
    }

    fn long_double(&self, at: usize) -> Option<(f64, usize)> {
        let (text, end) = self.number(at)?;
        // The whole number -0 has no sign in Java.
        let value = if text == "-0" {
            0.0
        } else {
            text.parse().ok()?
        };
        Some((value, end))
    }

    pub fn float(&self, at: usize) -> Option<(f32, usize)> {
        let (text, end) = self.number(at)?;
        let value = if text == "-0" {
            0.0
        } else {
            text.parse().ok()?
        };
        Some((value, end))
    }

    /// A timestamp in a string of the usual form.
    pub fn timestamp(&mut self, at: usize) -> Option<(i64, usize)> {
        let end = self.plain_string(at)?;
        let content = self.bytes.get(at + 1..end - 1)?;
        Some((self.scalars.plain_timestamp(content)?, end))
    }

    /// A date in a string of the usual form.
    pub fn date(&mut self, at: usize) -> Option<(i32, usize)> {
        let end = self.plain_string(at)?;
        let content = self.bytes.get(at + 1..end - 1)?;
        Some((self.scalars.plain_date(content)?, end))
    }
}
