//! The numbers that `java.util.Random` gives for a seed: sketches that Spark makes hold
//! them, so that ours must be the same.

#[derive(Debug, Clone)]
pub struct JavaRandom(u64);

const FACTOR: u64 = 0x5_DEEC_E66D;
const MASK: u64 = (1 << 48) - 1;

impl JavaRandom {
    pub fn new(seed: i64) -> Self {
        Self((seed as u64 ^ FACTOR) & MASK)
    }

    fn bits(&mut self, count: u32) -> i32 {
        self.0 = self.0.wrapping_mul(FACTOR).wrapping_add(0xB) & MASK;
        (self.0 >> (48 - count)) as i32
    }

    /// From 0 to below `i32::MAX`.
    pub fn below_max(&mut self) -> i32 {
        self.below(i32::MAX)
    }

    /// From 0 to below `bound`, which is above 0.
    pub fn below(&mut self, bound: i32) -> i32 {
        if bound & (bound - 1) == 0 {
            return ((i64::from(bound) * i64::from(self.bits(31))) >> 31) as i32;
        }
        loop {
            let bits = self.bits(31);
            let value = bits % bound;
            if bits.wrapping_sub(value).wrapping_add(bound - 1) >= 0 {
                return value;
            }
        }
    }

    /// All bits of a whole number.
    pub fn long(&mut self) -> i64 {
        let high = i64::from(self.bits(32)) << 32;
        high.wrapping_add(i64::from(self.bits(32)))
    }

    /// From 0 to below 1.
    pub fn double(&mut self) -> f64 {
        let high = i64::from(self.bits(26)) << 27;
        let low = i64::from(self.bits(27));
        (high + low) as f64 * 2_f64.powi(-53)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Printed by Java 17 for `new Random(1)`.
    #[test]
    fn the_numbers_are_javas() {
        assert_eq!(JavaRandom::new(1).below_max(), 1_569_548_985);
        assert_eq!(JavaRandom::new(1).double(), 0.7308781907032909);
    }
}
