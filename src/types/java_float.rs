//! Text of floating-point numbers as `Double.toString` of Java 17 prints it.
//!
//! Java 17's digits are not always the shortest that read back (`2.0E-3` is fine,
//! `2^-44` has one digit too many), so the digits are generated here by the same
//! rule: exact scaled integers, and a digit loop that ends within half a unit of
//! the last place. Where Java compares in 64 bits it is strict about the upper
//! bound, and where it needs more it is not; `strict` below keeps that apart.

use std::cmp::Ordering;

/// A number taken apart: `fraction` has its top bit at position 52.
struct Parts {
    fraction: u64,
    exponent: i32,
    significant_bits: i32,
}

pub fn write_f64(value: f64, out: &mut String) {
    if write_special(value, out) {
        return;
    }
    let bits = value.abs().to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    write_parts(&parts(exponent, fraction, 1_023, 52), out);
}

pub fn write_f32(value: f32, out: &mut String) {
    if write_special(f64::from(value), out) {
        return;
    }
    let bits = value.abs().to_bits();
    let (exponent, fraction) = ((bits >> 23) as i32, u64::from(bits & ((1 << 23) - 1)));
    write_parts(&parts(exponent, fraction, 127, 23), out);
}

/// Writes what has no digits, and the sign of the rest.
fn write_special(value: f64, out: &mut String) -> bool {
    if value.is_nan() {
        out.push_str("NaN");
        return true;
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    if value.is_infinite() {
        out.push_str("Infinity");
    } else if value == 0.0 {
        out.push_str("0.0");
    }
    value.is_infinite() || value == 0.0
}

fn parts(exponent: i32, fraction: u64, bias: i32, width: i32) -> Parts {
    if exponent > 0 {
        let fraction = (fraction | 1 << width) << (52 - width);
        return Parts {
            fraction,
            exponent: exponent - bias,
            significant_bits: width + 1,
        };
    }
    let significant_bits = 64 - fraction.leading_zeros() as i32;
    Parts {
        fraction: fraction << (53 - significant_bits),
        exponent: significant_bits - width - bias,
        significant_bits,
    }
}

/// Decimal digits, and the power of ten before whose place the point stands.
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

fn write_parts(parts: &Parts, out: &mut String) {
    let Digits { digits, point } = generate(parts);
    let push = |out: &mut String, digits: &[u8]| {
        out.extend(digits.iter().map(|digit| char::from(b'0' + digit)));
    };
    let count = digits.len();
    if 0 < point && point < 8 {
        let whole = (point as usize).min(count);
        push(out, &digits[..whole]);
        out.extend(std::iter::repeat_n('0', point as usize - whole));
        out.push('.');
        push(
            out,
            if whole < count {
                &digits[whole..]
            } else {
                &[0]
            },
        );
    } else if -3 < point && point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
        push(out, &digits);
    } else {
        push(out, &digits[..1]);
        out.push('.');
        push(out, if count > 1 { &digits[1..] } else { &[0] });
        out.push('E');
        out.push_str(&(point - 1).to_string());
    }
}

fn generate(parts: &Parts) -> Digits {
    let tail_zeros = parts.fraction.trailing_zeros() as i32;
    let fraction_bits = 53 - tail_zeros;
    let tiny_bits = (fraction_bits - parts.exponent - 1).max(0);
    if tiny_bits == 0 && parts.exponent <= 62 {
        return whole_number(parts);
    }
    let estimate = estimate_exponent(parts);
    let fraction = parts.fraction >> tail_zeros;
    let (b5, s5) = ((-estimate).max(0), estimate.max(0));
    let mut b2 = b5 + tiny_bits + parts.exponent;
    let mut s2 = s5 + tiny_bits;
    let mut m2 = b2 - parts.significant_bits;
    b2 -= fraction_bits - 1;
    let common = b2.min(s2);
    b2 -= common;
    s2 -= common;
    m2 -= common;
    // Below a power of two the next number is only half as far away.
    if fraction_bits == 1 {
        m2 -= 1;
    }
    if m2 < 0 {
        b2 -= m2;
        s2 -= m2;
        m2 = 0;
    }
    let b_bits = fraction_bits + b2 + bits_of_power_of_five(b5);
    let s_bits = s2 + 1 + bits_of_power_of_five(s5 + 1);
    if b_bits < 64 && s_bits < 64 {
        let power = |five: i32, two: i32| 5_u128.pow(five as u32) << two;
        let b = u128::from(fraction) * power(b5, b2);
        digit_loop(b, power(s5, s2), power(b5, m2), estimate, true)
    } else {
        let power = |start: u64, five: i32, two: i32| Big::scaled(start, five, two);
        let (b, s) = (power(fraction, b5, b2), power(1, s5, s2));
        digit_loop(b, s, power(1, b5, m2), estimate, false)
    }
}

/// Numbers without a fraction below 2^63 show all digits but those beyond the
/// precision of the type.
fn whole_number(parts: &Parts) -> Digits {
    let shift = parts.exponent - 52;
    let mut value = if shift >= 0 {
        parts.fraction << shift
    } else {
        parts.fraction >> -shift
    };
    let mut dropped = 0;
    if parts.exponent > parts.significant_bits {
        let spare = parts.exponent - parts.significant_bits - 1;
        dropped = (f64::from(spare) * std::f64::consts::LOG10_2) as u32;
        let unit = 10_u64.pow(dropped);
        let rest = value % unit;
        value /= unit;
        if dropped > 0 && rest >= unit / 2 {
            value += 1;
        }
    }
    let mut digits: Vec<u8> = value.to_string().bytes().map(|b| b - b'0').collect();
    let point = digits.len() as i32 + dropped as i32;
    while digits.len() > 1 && digits.last() == Some(&0) {
        digits.pop();
    }
    Digits { digits, point }
}

/// Java's own value, a little less exact than the constant of that name.
#[expect(
    clippy::approx_constant,
    reason = "the estimate must be the one that Java makes"
)]
const LOG_2: f64 = 0.301_029_995_663_981;

/// Exponent of the first decimal digit, perhaps one too large.
fn estimate_exponent(parts: &Parts) -> i32 {
    let mantissa = f64::from_bits((1_023 << 52) | (parts.fraction & ((1 << 52) - 1)));
    let log = (mantissa - 1.5) * 0.289_529_654 + 0.176_091_259 + f64::from(parts.exponent) * LOG_2;
    log.floor() as i32
}

fn bits_of_power_of_five(power: i32) -> i32 {
    if power == 0 {
        0
    } else if power < 27 {
        128 - 5_u128.pow(power as u32).leading_zeros() as i32
    } else {
        power * 3
    }
}

trait Number {
    fn times_ten(&mut self);
    /// Quotient, which is a digit; leaves the remainder.
    fn divide(&mut self, by: &Self) -> u8;
    fn compare(&self, other: &Self) -> Ordering;
    fn compare_sum(&self, other: &Self, with: &Self) -> Ordering;
}

fn digit_loop<N: Number + Clone>(
    mut b: N,
    s: N,
    mut m: N,
    mut exponent: i32,
    strict: bool,
) -> Digits {
    let mut ten_s = s.clone();
    ten_s.times_ten();
    let mut digits = Vec::with_capacity(18);
    let mut step = |b: &mut N| {
        let digit = b.divide(&s);
        b.times_ten();
        m.times_ten();
        let low = b.compare(&m) == Ordering::Less;
        let sum = b.compare_sum(&m, &ten_s);
        let high = sum == Ordering::Greater || (!strict && sum == Ordering::Equal);
        (digit, low, high)
    };
    let (digit, mut low, mut high) = step(&mut b);
    if digit == 0 && !high {
        exponent -= 1;
    } else {
        digits.push(digit);
    }
    // Scientific notation has at least two digits.
    if !(-3..8).contains(&exponent) {
        (low, high) = (false, false);
    }
    while !low && !high {
        let digit;
        (digit, low, high) = step(&mut b);
        digits.push(digit);
    }
    let up = match (low, high) {
        (true, true) => match b.compare_sum(&b, &ten_s) {
            Ordering::Equal => digits.last().is_some_and(|digit| digit % 2 == 1),
            order => order == Ordering::Greater,
        },
        (_, high) => high,
    };
    let mut point = exponent + 1;
    if up && round_up(&mut digits) {
        point += 1;
    }
    Digits { digits, point }
}

/// Adds one in the last place; true if the number became a power of ten.
fn round_up(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return false;
        }
        *digit = 0;
    }
    if let Some(first) = digits.first_mut() {
        *first = 1;
    }
    true
}

impl Number for u128 {
    fn times_ten(&mut self) {
        *self *= 10;
    }
    fn divide(&mut self, by: &Self) -> u8 {
        let quotient = *self / by;
        *self %= by;
        quotient as u8
    }
    fn compare(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
    fn compare_sum(&self, other: &Self, with: &Self) -> Ordering {
        (self + other).cmp(with)
    }
}

/// A natural number of any size, least significant limb first, no zero at the end.
#[derive(Clone)]
struct Big(Vec<u32>);

impl Big {
    fn scaled(start: u64, five: i32, two: i32) -> Self {
        let mut limbs = vec![0; two as usize / 32];
        limbs.extend([start as u32, (start >> 32) as u32]);
        let mut number = Self(limbs);
        number.multiply(1 << (two % 32));
        for _ in 0..five {
            number.multiply(5);
        }
        number
    }

    fn multiply(&mut self, by: u32) {
        let mut carry = 0_u64;
        for limb in &mut self.0 {
            let product = u64::from(*limb) * u64::from(by) + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
        self.trim();
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0_i64;
        for (at, limb) in self.0.iter_mut().enumerate() {
            let take = other.0.get(at).copied().unwrap_or(0);
            let difference = i64::from(*limb) - i64::from(take) + borrow;
            *limb = difference as u32;
            borrow = difference >> 32;
        }
        self.trim();
    }

    fn plus(&self, other: &Self) -> Self {
        let mut sum = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry = 0_u64;
        for at in 0..self.0.len().max(other.0.len()) {
            let limb = |n: &Self| u64::from(n.0.get(at).copied().unwrap_or(0));
            let total = limb(self) + limb(other) + carry;
            sum.push(total as u32);
            carry = total >> 32;
        }
        sum.push(carry as u32);
        let mut sum = Self(sum);
        sum.trim();
        sum
    }
}

impl Number for Big {
    fn times_ten(&mut self) {
        self.multiply(10);
    }
    fn divide(&mut self, by: &Self) -> u8 {
        let mut quotient = 0;
        while self.compare(by) != Ordering::Less {
            self.subtract(by);
            quotient += 1;
        }
        quotient
    }
    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
    fn compare_sum(&self, other: &Self, with: &Self) -> Ordering {
        self.plus(other).compare(with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64) -> String {
        let mut out = String::new();
        write_f64(value, &mut out);
        out
    }

    #[test]
    fn doubles_print_as_in_java() {
        let cases = [
            (1e10, "1.0E10"),
            (9_999_999.0, "9999999.0"),
            (12_345_678.9, "1.23456789E7"),
            (1e-3, "0.001"),
            (1e-4, "1.0E-4"),
            (0.000_123_45, "1.2345E-4"),
            (-0.0, "-0.0"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
            (f64::MAX, "1.7976931348623157E308"),
            (5e-324, "4.9E-324"),
            (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123_456.789, "123456.789"),
            (2e22, "2.0E22"),
            (1e23, "9.999999999999999E22"),
            (9_007_199_254_740_993.0, "9.007199254740992E15"),
        ];
        for (value, expected) in cases {
            assert_eq!(text(value), expected);
        }
    }

    #[test]
    fn floats_print_as_in_java() {
        let cases = [
            (1e10_f32, "1.0E10"),
            (0.1, "0.1"),
            (f32::MAX, "3.4028235E38"),
            (1e-45, "1.4E-45"),
            (1_234_567.0, "1234567.0"),
            (12_345_678.0, "1.2345678E7"),
            (16_777_216.0, "1.6777216E7"),
        ];
        for (value, expected) in cases {
            let mut out = String::new();
            write_f32(value, &mut out);
            assert_eq!(out, expected);
        }
    }
}
