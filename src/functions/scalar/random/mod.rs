//! Random numbers as Spark draws them from a seed: `uniform` is its xor-shift generator,
//! `twister` the one of permutations and UUIDs, `well` the one of samples with replacement.

mod twister;
mod uniform;
mod well;

pub use twister::Twister;
pub use uniform::Uniform;
pub use well::Well;

/// A seed for a call that was given none.
#[allow(clippy::disallowed_methods)] // No identity: it only has to differ each time.
pub fn fresh_seed() -> i64 {
    // The first bytes of a random UUID are all random: four of each of two.
    let (high, low) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let part = |id: &uuid::Uuid| {
        id.as_bytes()[..4]
            .iter()
            .fold(0, |n, b| n << 8 | i64::from(*b))
    };
    part(&high) << 32 | part(&low)
}
