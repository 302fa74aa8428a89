//! The digits of real numbers as Java's `Formatter` writes them.

/// A number's shortest digits: `0.digits * 10^exponent`.
pub struct Digits {
    digits: Vec<u8>,
    exponent: i32,
}

impl Digits {
    /// Of a number as Java writes it.
    pub fn of(text: &str) -> Self {
        let text = text.trim_start_matches('-');
        let (mantissa, power) = match text.split_once('E') {
            Some((mantissa, power)) => (mantissa, power.parse().unwrap_or(0)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let zeros = all.len() - all.trim_start_matches('0').len();
        let digits: Vec<u8> = all[zeros..].bytes().map(|b| b - b'0').collect();
        let exponent = match digits.is_empty() {
            true => 0,
            false => whole.len() as i32 - zeros as i32 + power,
        };
        Self { digits, exponent }
    }

    /// With so many digits, rounded half up; another one where all of them were nines.
    fn rounded(&self, count: i64) -> Self {
        let kept = usize::try_from(count).unwrap_or(0);
        if count < 0 || kept >= self.digits.len() {
            let digits = if count < 0 {
                Vec::new()
            } else {
                self.digits.clone()
            };
            return Self {
                digits,
                exponent: self.exponent,
            };
        }
        let mut digits = self.digits[..kept].to_vec();
        let mut exponent = self.exponent;
        if self.digits[kept] >= 5 {
            let mut at = kept;
            loop {
                if at == 0 {
                    digits.insert(0, 1);
                    exponent += 1;
                    break;
                }
                at -= 1;
                if digits[at] < 9 {
                    digits[at] += 1;
                    break;
                }
                digits[at] = 0;
            }
        }
        Self { digits, exponent }
    }

    fn digit(&self, at: i64) -> char {
        let digit = usize::try_from(at).ok().and_then(|at| self.digits.get(at));
        char::from(b'0' + digit.copied().unwrap_or(0))
    }

    pub fn fixed(&self, places: usize) -> String {
        let number = self.rounded(i64::from(self.exponent) + places as i64);
        let point = i64::from(number.exponent);
        let mut out = String::new();
        match point > 0 {
            true => out.extend((0..point).map(|at| number.digit(at))),
            false => out.push('0'),
        }
        if places > 0 {
            out.push('.');
            out.extend((0..places as i64).map(|at| number.digit(point + at)));
        }
        out
    }

    pub fn scientific(&self, places: usize) -> String {
        let number = self.rounded(places as i64 + 1);
        let mut out = String::from(number.digit(0));
        if places > 0 {
            out.push('.');
            out.extend((1..=places as i64).map(|at| number.digit(at)));
        }
        let power = match number.digits.is_empty() {
            true => 0,
            false => number.exponent - 1,
        };
        let sign = if power < 0 { '-' } else { '+' };
        out.push_str(&format!("e{sign}{:02}", power.abs()));
        out
    }

    /// Fixed for numbers of a usual size, else scientific: so many digits in all.
    pub fn shorter(&self, precision: usize) -> String {
        let precision = precision.max(1);
        let number = self.rounded(precision as i64);
        if number.digits.is_empty() {
            return self.fixed(precision - 1);
        }
        let power = number.exponent - 1;
        if (-4..precision as i32).contains(&power) {
            let places = i64::from(precision as i32) - i64::from(power) - 1;
            return number.fixed(usize::try_from(places).unwrap_or(0));
        }
        number.scientific(precision - 1)
    }
}

/// A number as Java's `Double.toHexString` has it.
pub fn hexadecimal(number: f64) -> String {
    if number == 0.0 {
        return "0x0.0p0".into();
    }
    let bits = number.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7FF) as i32, bits & ((1 << 52) - 1));
    let digits = format!("{fraction:013x}");
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    match exponent {
        0 => format!("0x0.{digits}p-1022"),
        _ => format!("0x1.{digits}p{}", exponent - 1023),
    }
}
