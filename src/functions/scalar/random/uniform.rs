//! The random numbers of Spark's samples: its xor-shift generator, with the scrambled seed.

/// Doubles between 0 and 1, and what is made of the same bits.
#[derive(Clone)]
pub struct Uniform {
    state: u64,
    /// Of two numbers of the normal distribution that come together, the other one.
    other: Option<f64>,
}

impl Uniform {
    /// The generator of a partition: the seed plus the partition's number.
    pub fn new(seed: i64) -> Self {
        let bytes = seed.to_be_bytes();
        let low = murmur3(&bytes, ARRAY_SEED);
        let high = murmur3(&bytes, low);
        Self {
            state: u64::from(high) << 32 | u64::from(low),
            other: None,
        }
    }

    fn next_bits(&mut self, bits: u32) -> u64 {
        let mut next = self.state ^ (self.state << 21);
        next ^= next >> 35;
        next ^= next << 4;
        self.state = next;
        next & ((1_u64 << bits) - 1)
    }

    /// The next one, of 53 random bits.
    pub fn next_double(&mut self) -> f64 {
        let high = self.next_bits(26);
        let low = self.next_bits(27);
        ((high << 27) + low) as f64 * (1.0 / (1_u64 << 53) as f64)
    }
}

impl Uniform {
    /// The next number of the normal distribution, by the polar method.
    pub fn next_gaussian(&mut self) -> f64 {
        if let Some(other) = self.other.take() {
            return other;
        }
        loop {
            let x = 2.0 * self.next_double() - 1.0;
            let y = 2.0 * self.next_double() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let scale = (-2.0 * libm::log(square) / square).sqrt();
                self.other = Some(y * scale);
                return x * scale;
            }
        }
    }

    /// The next whole number below `limit`, which is above 0.
    pub fn next_below(&mut self, limit: usize) -> usize {
        let limit = limit as u64;
        if limit.is_power_of_two() {
            return ((limit * self.next_bits(31)) >> 31) as usize;
        }
        loop {
            let bits = self.next_bits(31);
            let value = bits % limit;
            // The last, incomplete run of numbers is thrown away.
            if bits - value + (limit - 1) < 1 << 31 {
                return value as usize;
            }
        }
    }

    /// The next of the 62 letters and digits.
    pub fn next_letter(&mut self) -> char {
        let number = (self.next_bits(32) as u32).cast_signed() % 62;
        let number = number.unsigned_abs() as u8;
        char::from(match number {
            0..10 => b'0' + number,
            10..36 => b'a' + number - 10,
            _ => b'A' + number - 36,
        })
    }
}

/// The seed that Scala's hash of an array begins with.
const ARRAY_SEED: u32 = 0x3c07_4a61;

/// MurmurHash3 of eight bytes.
fn murmur3(bytes: &[u8; 8], seed: u32) -> u32 {
    let mut hash = seed;
    for block in bytes.chunks_exact(4) {
        let mut word = u32::from_le_bytes([block[0], block[1], block[2], block[3]]);
        word = word.wrapping_mul(0xcc9e_2d51).rotate_left(15);
        word = word.wrapping_mul(0x1b87_3593);
        hash = (hash ^ word).rotate_left(13);
        hash = hash.wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    hash ^= bytes.len() as u32;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::Uniform;

    fn below(seed: i64, limit: f64) -> Vec<usize> {
        let mut uniform = Uniform::new(seed);
        (0..40).filter(|_| uniform.next_double() < limit).collect()
    }

    /// The rows of `range(40)` that Spark's `sample` takes.
    #[test]
    fn the_numbers_are_those_of_spark() {
        let seven = [0, 6, 8, 11, 13, 20, 25, 26, 27, 30, 32, 36, 39];
        assert_eq!(below(7, 0.3), seven);
        assert_eq!(below(3, 0.2), [4, 17, 28, 29]);
        assert_eq!(below(-5, 0.05), [0_usize; 0]);
    }
}
