//! Decimal numbers from text, rounded to a scale as Java's `BigDecimal` rounds (half up).

/// Exponents beyond this are refused before anything is computed with them.
const MAX_EXPONENT: i64 = 100_000;

/// The unscaled value of a JSON number, or of a string in BigDecimal's grammar, at
/// `scale`; `None` where it is no number or has more than `precision` digits.
pub(super) fn decimal(text: &str, precision: u8, scale: i8) -> Option<i128> {
    let number = Digits::parse(text)?;
    // Digits to keep: those before the point and `scale` behind it.
    let keep = number.digits.len() as i64 - number.scale + i64::from(scale);
    let (kept, padding) = match usize::try_from(keep) {
        Err(_) => return Some(0),
        Ok(keep) => (
            keep.min(number.digits.len()),
            keep.saturating_sub(number.digits.len()),
        ),
    };
    if number.digits.is_empty() {
        return Some(0);
    }
    if kept + padding > 39 {
        return None;
    }
    let mut value = 0i128;
    for digit in number
        .digits
        .iter()
        .take(kept)
        .copied()
        .chain(std::iter::repeat_n(0, padding))
    {
        value = value.checked_mul(10)?.checked_add(i128::from(digit))?;
    }
    if number.digits.get(kept).is_some_and(|digit| *digit >= 5) {
        value = value.checked_add(1)?;
    }
    let limit = 10i128.checked_pow(u32::from(precision))?;
    (value < limit).then_some(if number.negative { -value } else { value })
}

/// Precision and scale that Java's `BigDecimal` has for this text.
pub(super) fn precision_and_scale(text: &str) -> Option<(i64, i64)> {
    let number = Digits::parse(text)?;
    Some(((number.digits.len() as i64).max(1), number.scale))
}

struct Digits {
    negative: bool,
    /// Without leading zeros.
    digits: Vec<u8>,
    /// How many of them are behind the point; negative with a large exponent.
    scale: i64,
}

impl Digits {
    fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let negative = bytes.first() == Some(&b'-');
        let signed = matches!(bytes.first(), Some(b'-' | b'+'));
        let mut digits = Vec::with_capacity(bytes.len());
        let (mut seen, mut scale, mut point) = (0, 0i64, false);
        let mut at = usize::from(signed);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'0'..=b'9' => {
                    seen += 1;
                    scale += i64::from(point);
                    if byte != b'0' || !digits.is_empty() {
                        digits.push(byte - b'0');
                    }
                }
                b'.' if !point => point = true,
                b'e' | b'E' => {
                    let exponent: i64 = text.get(at + 1..)?.parse().ok()?;
                    if exponent.abs() > MAX_EXPONENT {
                        return None;
                    }
                    scale -= exponent;
                    break;
                }
                _ => return None,
            }
            at += 1;
        }
        (seen > 0).then_some(Self {
            negative,
            digits,
            scale,
        })
    }
}
