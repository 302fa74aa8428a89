//! The generator WELL19937c, from which Spark takes how often a row comes in a sample with
//! replacement: numbers of the Poisson distribution.

const SIZE: usize = 624;

pub struct Well {
    state: Vec<u32>,
    at: usize,
}

impl Well {
    pub fn new(seed: i64) -> Self {
        let mut state = vec![(seed >> 32) as u32, seed as u32];
        for at in 2..SIZE {
            let before = i64::from(state[at - 2].cast_signed());
            let mixed = 1_812_433_253_i64.wrapping_mul(before ^ (before >> 30));
            state.push(mixed.wrapping_add(at as i64) as u32);
        }
        Self { state, at: 0 }
    }

    fn next_bits(&mut self, bits: u32) -> u64 {
        let place = |by: usize| (self.at + by) % SIZE;
        let (last, before) = (place(SIZE - 1), place(SIZE - 2));
        let of = |by: usize| self.state[place(by)];
        let z0 = (0x8000_0000 & self.state[last]) ^ (0x7FFF_FFFF & self.state[before]);
        let z1 = (of(0) ^ (of(0) << 25)) ^ (of(70) ^ (of(70) >> 27));
        let z2 = (of(179) >> 9) ^ (of(449) ^ (of(449) >> 1));
        let z3 = z1 ^ z2;
        let mut z4 = z0 ^ (z1 ^ (z1 << 9)) ^ (z2 ^ (z2 << 21)) ^ (z3 ^ (z3 >> 21));
        self.state[self.at] = z3;
        self.state[last] = z4;
        self.state[before] &= 0x8000_0000;
        self.at = last;
        z4 ^= (z4 << 7) & 0xe46e_1700;
        z4 ^= (z4 << 15) & 0x9b86_8000;
        u64::from(z4 >> (32 - bits))
    }

    fn next_double(&mut self) -> f64 {
        let high = self.next_bits(26) << 26;
        (high | self.next_bits(26)) as f64 * 2_f64.powi(-52)
    }

    /// The next number of the Poisson distribution with a small mean.
    pub fn next_poisson(&mut self, mean: f64) -> i64 {
        if mean <= 0.0 {
            return 0;
        }
        let limit = libm::exp(-mean);
        let (mut count, mut product) = (0_i64, 1.0);
        while (count as f64) < 1000.0 * mean {
            product *= self.next_double();
            if product < limit {
                break;
            }
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::Well;

    #[test]
    fn one_seed_gives_the_same_numbers() {
        let counts = |seed| {
            let mut well = Well::new(seed);
            (0..40).map(|_| well.next_poisson(2.0)).collect::<Vec<_>>()
        };
        assert_eq!(counts(7), counts(7));
        assert_ne!(counts(7), counts(8));
        let sum: i64 = counts(7).iter().sum();
        assert!((40..130).contains(&sum), "{sum}");
    }
}
