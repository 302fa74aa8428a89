//! Functions of doubles to the digit that Java's `StrictMath` gives, whose algorithms are
//! those of fdlibm: they differ from a machine's own in the last place.

use std::f64::consts::{LN_2, LOG10_E};

pub use libm::{acos, asin, atan, exp, expm1, log1p};

/// From here on a square is the number's own to all digits, below its inverse nothing.
const LARGE: f64 = 268_435_456.0;
const SMALL: f64 = 1.0 / LARGE;
/// Where `exp` leaves the doubles, while half of it does not.
const OVERFLOW: f64 = 709.782_712_893_384;

const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const LOG10_2_HIGH: f64 = 3.010_299_956_636_117_7e-1;
const LOG10_2_LOW: f64 = 3.694_239_077_158_931e-13;
/// What the logarithm's series is made of, the even powers and the odd ones.
const EVEN: [f64; 3] = [
    3.999_999_999_940_942e-1,
    2.222_219_843_214_978_4e-1,
    1.531_383_769_920_937_3e-1,
];
const ODD: [f64; 4] = [
    6.666_666_666_666_735e-1,
    2.857_142_874_366_239e-1,
    1.818_357_216_161_805e-1,
    1.479_819_860_511_658_6e-1,
];

fn high_half(x: f64) -> i32 {
    (x.to_bits() >> 32) as i32
}

fn with_high_half(x: f64, high: i32) -> f64 {
    f64::from_bits((u64::from(high as u32) << 32) | (x.to_bits() & 0xffff_ffff))
}

/// What a logarithm is where it has no digits to compute.
fn log_of_ends(x: f64) -> Option<f64> {
    match x {
        _ if x.is_nan() || x == f64::INFINITY => Some(x),
        _ if x == 0.0 => Some(f64::NEG_INFINITY),
        _ if x < 0.0 => Some(f64::NAN),
        _ => None,
    }
}

/// A number that is not subnormal any more, and the exponent that went into it.
fn scaled_up(x: f64) -> (f64, i32) {
    match x < f64::MIN_POSITIVE {
        true => (x * (1_u64 << 54) as f64, -54),
        false => (x, 0),
    }
}

pub fn log(x: f64) -> f64 {
    if let Some(end) = log_of_ends(x) {
        return end;
    }
    let (x, scale) = scaled_up(x);
    let exponent = (high_half(x) >> 20) - 1023;
    let high = high_half(x) & 0x000f_ffff;
    // Above the root of two the fraction is halved, so that it is near one.
    let carry = (high + 0x9_5f64) & 0x10_0000;
    let k = f64::from(scale + exponent + (carry >> 20));
    let f = with_high_half(x, high | (carry ^ 0x3ff0_0000)) - 1.0;
    if (0x000f_ffff & (2 + high)) < 3 {
        if f == 0.0 {
            return k * LN_2_HIGH + k * LN_2_LOW;
        }
        let r = f * f * (0.5 - 1.0 / 3.0 * f);
        return k * LN_2_HIGH - ((r - k * LN_2_LOW) - f);
    }
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (EVEN[0] + w * (EVEN[1] + w * EVEN[2]));
    let odd = z * (ODD[0] + w * (ODD[1] + w * (ODD[2] + w * ODD[3])));
    let r = odd + even;
    if ((high - 0x6_147a) | (0x6_b851 - high)) > 0 {
        let half = 0.5 * f * f;
        k * LN_2_HIGH - ((half - (s * (half + r) + k * LN_2_LOW)) - f)
    } else {
        k * LN_2_HIGH - ((s * (f - r) - k * LN_2_LOW) - f)
    }
}

pub fn log10(x: f64) -> f64 {
    if let Some(end) = log_of_ends(x) {
        return end;
    }
    let (x, scale) = scaled_up(x);
    let k = scale + (high_half(x) >> 20) - 1023;
    let below_one = i32::from(k < 0);
    let fraction = with_high_half(
        x,
        (high_half(x) & 0x000f_ffff) | ((0x3ff - below_one) << 20),
    );
    let y = f64::from(k + below_one);
    (y * LOG10_2_LOW + LOG10_E * log(fraction)) + y * LOG10_2_HIGH
}

/// In the numbers' range, whose squares need not be in it.
pub fn hypot(x: f64, y: f64) -> f64 {
    let (a, b) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
    if x.is_infinite() || y.is_infinite() {
        return f64::INFINITY;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    if high_half(a) - high_half(b) > 0x3c0_0000 {
        return a + b;
    }
    let (big, tiny) = (2.0_f64.powi(500), 2.0_f64.powi(-500));
    match (a > big, b < tiny) {
        (true, _) => {
            2.0_f64.powi(600) * root_of_squares(a / 2.0_f64.powi(600), b / 2.0_f64.powi(600))
        }
        (_, true) => {
            2.0_f64.powi(-600) * root_of_squares(a * 2.0_f64.powi(600), b * 2.0_f64.powi(600))
        }
        _ => root_of_squares(a, b),
    }
}

/// The squares are cut in two, so that no digit is lost when they are added.
fn root_of_squares(a: f64, b: f64) -> f64 {
    let cut = |x: f64| f64::from_bits(x.to_bits() & 0xffff_ffff_0000_0000);
    let difference = a - b;
    if difference > b {
        let high = cut(a);
        let low = a - high;
        return (high * high - (b * -b - low * (a + high))).sqrt();
    }
    let (b_high, twice) = (cut(b), a + a);
    let b_low = b - b_high;
    let a_high = cut(twice);
    let a_low = twice - a_high;
    (a_high * b_high - (difference * -difference - (a_high * b_low + a_low * b))).sqrt()
}

/// One to no number's power is one in C, and no number in Java.
pub fn pow(x: f64, y: f64) -> f64 {
    match y.is_nan() || (x.abs() == 1.0 && y.is_infinite()) {
        true => f64::NAN,
        false => libm::pow(x, y),
    }
}

pub fn tanh(x: f64) -> f64 {
    let size = x.abs();
    if x.is_nan() || size < 2.0_f64.powi(-55) {
        return x;
    }
    let found = if size >= 22.0 {
        1.0
    } else if size >= 1.0 {
        1.0 - 2.0 / (expm1(2.0 * size) + 2.0)
    } else {
        let t = expm1(-2.0 * size);
        -t / (t + 2.0)
    };
    found.copysign(x)
}

pub fn log2(x: f64) -> f64 {
    log(x) / log(2.0)
}

pub fn sinh(x: f64) -> f64 {
    let size = x.abs();
    if !x.is_finite() || size < SMALL {
        return x;
    }
    let half = 0.5_f64.copysign(x);
    if size < 22.0 {
        let t = expm1(size);
        return half
            * if size < 1.0 {
                2.0 * t - t * t / (t + 1.0)
            } else {
                t + t / (t + 1.0)
            };
    }
    if size < OVERFLOW {
        return half * exp(size);
    }
    let root = exp(0.5 * size);
    half * root * root
}

pub fn cosh(x: f64) -> f64 {
    let size = x.abs();
    if !x.is_finite() {
        return size;
    }
    if size < 0.5 * LN_2 {
        let t = expm1(size);
        let w = 1.0 + t;
        return 1.0 + t * t / (w + w);
    }
    if size < 22.0 {
        let t = exp(size);
        return 0.5 * t + 0.5 / t;
    }
    if size < OVERFLOW {
        return 0.5 * exp(size);
    }
    let root = exp(0.5 * size);
    0.5 * root * root
}

pub fn asinh(x: f64) -> f64 {
    let size = x.abs();
    if !x.is_finite() || size < SMALL {
        return x;
    }
    let square = size * size;
    let found = if size > LARGE {
        log(size) + LN_2
    } else if size > 2.0 {
        log(2.0 * size + 1.0 / ((square + 1.0).sqrt() + size))
    } else {
        log1p(size + square / (1.0 + (1.0 + square).sqrt()))
    };
    found.copysign(x)
}

pub fn acosh(x: f64) -> f64 {
    if x.is_nan() || x < 1.0 {
        f64::NAN
    } else if x.is_infinite() || x == 1.0 {
        if x == 1.0 { 0.0 } else { x }
    } else if x >= LARGE {
        log(x) + LN_2
    } else if x > 2.0 {
        log(2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt()))
    } else {
        let above = x - 1.0;
        log1p(above + (2.0 * above + above * above).sqrt())
    }
}

pub fn atanh(x: f64) -> f64 {
    0.5 * (log1p(x) - log1p(-x))
}

/// A guess by the exponent, a rational step to 23 bits, and one step of Newton's.
pub fn cbrt(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let size = x.abs();
    let high = |value: f64| (value.to_bits() >> 32) as u32;
    let with_high = |high: u32| f64::from_bits(u64::from(high) << 32);
    let guess = match size < f64::MIN_POSITIVE {
        true => with_high(high(size * (1_u64 << 54) as f64) / 3 + 696_219_795),
        false => with_high(high(size) / 3 + 715_094_163),
    };
    let r = guess * guess / size;
    let s = 19.0 / 35.0 + r * guess;
    let near = guess * (5.0 / 14.0 + (45.0 / 28.0) / (s + 99.0 / 70.0 - (864.0 / 1225.0) / s));
    let root = with_high(high(near) + 1);
    let r = size / (root * root);
    let found = root + root * ((r - root) / (root + root + r));
    found.copysign(x)
}
