//! The Mersenne twister MT19937 with the seeding by an array, from which Spark takes
//! permutations (`shuffle`) and UUIDs.

const SIZE: usize = 624;
const MIDDLE: usize = 397;

#[derive(Clone)]
pub struct Twister {
    state: Vec<u32>,
    next: usize,
}

impl Twister {
    /// Seeded with the two halves of a number, as MT19937's own `init_by_array` does.
    pub fn new(seed: i64) -> Self {
        let key = [(seed >> 32) as u32, seed as u32];
        let mut state = vec![0_u32; SIZE];
        state[0] = 19_650_218;
        for i in 1..SIZE {
            let before = state[i - 1] ^ (state[i - 1] >> 30);
            state[i] = before.wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        let (mut i, mut j) = (1, 0);
        for _ in 0..SIZE {
            let before = state[i - 1] ^ (state[i - 1] >> 30);
            let mixed = state[i] ^ before.wrapping_mul(1_664_525);
            state[i] = mixed.wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i >= SIZE {
                state[0] = state[SIZE - 1];
                i = 1;
            }
        }
        for _ in 1..SIZE {
            let before = state[i - 1] ^ (state[i - 1] >> 30);
            let mixed = state[i] ^ before.wrapping_mul(1_566_083_941);
            state[i] = mixed.wrapping_sub(i as u32);
            i += 1;
            if i >= SIZE {
                state[0] = state[SIZE - 1];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
        Self { state, next: SIZE }
    }

    fn next_bits(&mut self) -> u32 {
        if self.next == SIZE {
            self.turn();
        }
        let mut y = self.state[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn turn(&mut self) {
        for i in 0..SIZE {
            let next = self.state[(i + 1) % SIZE];
            let y = (self.state[i] & 0x8000_0000) | (next & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + MIDDLE) % SIZE] ^ (y >> 1) ^ odd;
        }
        self.next = 0;
    }

    fn next_long(&mut self) -> u64 {
        u64::from(self.next_bits()) << 32 | u64::from(self.next_bits())
    }

    /// A number below `limit`, which is above 0.
    fn below(&mut self, limit: u32) -> u32 {
        if limit.is_power_of_two() {
            let bits = u64::from(self.next_bits() >> 1);
            return ((u64::from(limit) * bits) >> 31) as u32;
        }
        loop {
            let bits = self.next_bits() >> 1;
            let value = bits % limit;
            // The last, incomplete run of numbers is thrown away.
            if bits - value + (limit - 1) < 1 << 31 {
                return value;
            }
        }
    }

    /// The numbers below `count` in a random order.
    pub fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order = Vec::with_capacity(count);
        for next in 0..count {
            let other = self.below(next as u32 + 1) as usize;
            order.push(next);
            order.swap(next, other);
        }
        order
    }

    /// A random UUID of version 4, as text.
    pub fn uuid(&mut self) -> String {
        let high = (self.next_long() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
        let low = (self.next_long() | 0x8000_0000_0000_0000) & 0xBFFF_FFFF_FFFF_FFFF;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Twister;

    /// What Spark's `uuid(0)` gives for the first two rows.
    #[test]
    fn uuids_are_those_of_spark() {
        let mut twister = Twister::new(0);
        assert_eq!(twister.uuid(), "269567e9-5d09-4af5-b20f-16851fc4a81a");
        assert_eq!(twister.uuid(), "2a52c3b8-890f-4aae-9607-3331ab0d4f01");
    }

    #[test]
    fn an_order_has_each_number_once() {
        let mut order = Twister::new(7).order(20);
        order.sort_unstable();
        assert_eq!(order, (0..20).collect::<Vec<_>>());
    }
}
