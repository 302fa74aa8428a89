//! A join's rows as bytes in the state. A key is the side and a number that grows
//! with each row; a value is whether the row has met another, its join key and all
//! of its columns, both in row format.

use crate::error::{Result, SparkError};

/// The two inputs of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// Names of the formats above, as the checkpoint keeps them.
pub const KEY_FORMAT: &str = "side u8, number u64";
pub const VALUE_FORMAT: &str = "matched u8, key length u32, key row1, row1";

/// Bytes before the join key.
const HEAD: usize = 5;

pub fn state_key(side: Side, number: u64) -> [u8; 9] {
    let mut key = [0; 9];
    key[0] = side as u8;
    key[1..].copy_from_slice(&number.to_be_bytes());
    key
}

pub fn read_state_key(key: &[u8]) -> Result<(Side, u64)> {
    let broken = || SparkError::internal("a key of a join's state is broken");
    let (side, number) = key.split_first().ok_or_else(broken)?;
    let side = match side {
        0 => Side::Left,
        _ => Side::Right,
    };
    let number = number.try_into().map_err(|_| broken())?;
    Ok((side, u64::from_be_bytes(number)))
}

/// Writes a value over what `buffer` holds.
pub fn write(buffer: &mut Vec<u8>, matched: bool, key: &[u8], row: &[u8]) {
    buffer.clear();
    buffer.push(u8::from(matched));
    buffer.extend_from_slice(&(key.len() as u32).to_le_bytes());
    buffer.extend_from_slice(key);
    buffer.extend_from_slice(row);
}

/// A value, taken apart.
pub struct Stored<'a> {
    pub matched: bool,
    pub key: &'a [u8],
    pub row: &'a [u8],
}

impl<'a> Stored<'a> {
    pub fn read(value: Option<&'a [u8]>) -> Result<Self> {
        let broken = || SparkError::internal("a row of a join's state is broken");
        let (head, rest) = value
            .and_then(|value| value.split_first_chunk::<HEAD>())
            .ok_or_else(broken)?;
        let [matched, length @ ..] = head;
        let length = u32::from_le_bytes(*length) as usize;
        let (key, row) = rest.split_at_checked(length).ok_or_else(broken)?;
        Ok(Self {
            matched: *matched != 0,
            key,
            row,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() -> Result<()> {
        let mut buffer = vec![9; 3];
        write(&mut buffer, true, b"key", b"columns");
        let stored = Stored::read(Some(&buffer))?;
        assert!(stored.matched);
        assert_eq!((stored.key, stored.row), (&b"key"[..], &b"columns"[..]));
        assert_eq!(
            read_state_key(&state_key(Side::Right, 77))?,
            (Side::Right, 77)
        );
        Ok(())
    }

    #[test]
    fn half_a_value_is_an_error() {
        assert!(Stored::read(None).is_err());
        assert!(Stored::read(Some(&[0, 9, 0, 0, 0, 1])).is_err());
    }
}
