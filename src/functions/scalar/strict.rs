//! Functions of doubles to the digit that Java's `StrictMath` gives, whose algorithms are
//! those of fdlibm: they differ from a machine's own in the last place.

use std::f64::consts::LN_2;

pub use libm::{exp, log};

/// From here on a square is the number's own to all digits, below its inverse nothing.
const LARGE: f64 = 268_435_456.0;
const SMALL: f64 = 1.0 / LARGE;
/// Where `exp` leaves the doubles, while half of it does not.
const OVERFLOW: f64 = 709.782_712_893_384;

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
        let t = libm::expm1(size);
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
        let t = libm::expm1(size);
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
        libm::log1p(size + square / (1.0 + (1.0 + square).sqrt()))
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
        libm::log1p(above + (2.0 * above + above * above).sqrt())
    }
}

pub fn atanh(x: f64) -> f64 {
    0.5 * (libm::log1p(x) - libm::log1p(-x))
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
