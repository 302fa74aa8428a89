//! Avro's bytes: numbers in zigzag of seven bits a byte, everything else by lengths.
//! Knows no schema.

use crate::error::SparkError;

/// Why bytes give no value.
#[derive(Debug, Clone)]
pub enum Malformed {
    /// They are none of the schema.
    Bytes(String),
    /// The same, with an error of its own.
    Row(SparkError),
    /// A date or a timestamp of before the calendars agree, which the mode refuses.
    Ancient,
    /// What stands in them cannot be done here: no reader may pass over it.
    Refused(SparkError),
}

impl Malformed {
    pub fn new(reason: impl Into<String>) -> Self {
        Self::Bytes(reason.into())
    }
}

pub type Read<T> = Result<T, Malformed>;

/// A place in bytes that are read from front to back.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return Err(Malformed::new("the bytes end within a value"));
        };
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    fn varint(&mut self, most: u32) -> Read<u64> {
        let mut value = 0u64;
        for at in 0..most {
            let [byte] = self.array()?;
            value |= u64::from(byte & 0x7F) << (7 * at).min(63);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed::new("the bytes of a number do not end"))
    }

    pub fn int(&mut self) -> Read<i32> {
        let raw = self.varint(5)? as u32;
        Ok((raw >> 1) as i32 ^ -((raw & 1) as i32))
    }

    pub fn long(&mut self) -> Read<i64> {
        let raw = self.varint(10)?;
        Ok((raw >> 1) as i64 ^ -((raw & 1) as i64))
    }

    pub fn boolean(&mut self) -> Read<bool> {
        let [byte] = self.array()?;
        Ok(byte == 1)
    }

    pub fn float(&mut self) -> Read<f32> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    pub fn double(&mut self) -> Read<f64> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// Bytes or a text, after their length.
    pub fn bytes(&mut self) -> Read<&'a [u8]> {
        let length = self.long()?;
        let Ok(length) = usize::try_from(length) else {
            return Err(Malformed::new(format!("a length of {length}")));
        };
        self.take(length)
    }

    /// How many items the next block of an array or a map has; zero at its end. A
    /// negative number says that the size of the block in bytes follows.
    pub fn block(&mut self) -> Read<u64> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        Ok(count.unsigned_abs())
    }
}

pub fn put_long(value: i64, out: &mut Vec<u8>) {
    let mut rest = ((value << 1) ^ (value >> 63)) as u64;
    while rest > 0x7F {
        out.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

pub fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_long(bytes.len() as i64, out);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for value in [
            0,
            -1,
            1,
            63,
            64,
            -64,
            -65,
            i64::MAX,
            i64::MIN,
            i32::MIN.into(),
        ] {
            let mut out = Vec::new();
            put_long(value, &mut out);
            let mut cursor = Cursor::new(&out);
            assert_eq!(cursor.long().ok(), Some(value));
            assert_eq!(cursor.remaining(), 0);
            if let Ok(small) = i32::try_from(value) {
                assert_eq!(Cursor::new(&out).int().ok(), Some(small));
            }
        }
    }

    #[test]
    fn what_ends_too_early_is_no_value() {
        assert!(Cursor::new(&[0x80]).long().is_err());
        assert!(Cursor::new(&[0x04, 0x61]).bytes().is_err());
        assert!(Cursor::new(&[0x01]).bytes().is_err());
        assert!(Cursor::new(&[0xFF; 11]).long().is_err());
    }
}
