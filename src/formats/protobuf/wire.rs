//! Numbers, marks and lengths as Protobuf has them in bytes.

/// Bytes that are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

pub type Read<T> = Result<T, Malformed>;

/// How a field lies in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Varint,
    Eight,
    Sized,
    Start,
    End,
    Four,
}

impl Wire {
    fn of(tag: u32) -> Read<Self> {
        Ok(match tag & 7 {
            0 => Self::Varint,
            1 => Self::Eight,
            2 => Self::Sized,
            3 => Self::Start,
            4 => Self::End,
            5 => Self::Four,
            _ => return Err(Malformed),
        })
    }

    fn bits(self) -> u64 {
        match self {
            Self::Varint => 0,
            Self::Eight => 1,
            Self::Sized => 2,
            Self::Start => 3,
            Self::End => 4,
            Self::Four => 5,
        }
    }
}

/// A place in bytes.
#[derive(Debug)]
pub struct Cursor<'a> {
    left: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    pub fn is_done(&self) -> bool {
        self.left.is_empty()
    }

    pub fn varint(&mut self) -> Read<u64> {
        let mut value = 0_u64;
        for at in 0..10 {
            let (byte, rest) = self.left.split_first().ok_or(Malformed)?;
            self.left = rest;
            value |= u64::from(byte & 127) << (7 * at);
            if byte & 128 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    /// The low bits of a number that may be longer.
    pub fn low(&mut self) -> Read<u32> {
        Ok(self.varint()? as u32)
    }

    /// The number of a field, and how it lies.
    pub fn tag(&mut self) -> Read<(u32, Wire)> {
        let tag = self.low()?;
        match tag >> 3 {
            0 => Err(Malformed),
            number => Ok((number, Wire::of(tag)?)),
        }
    }

    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.left.split_at_checked(count).ok_or(Malformed)?;
        self.left = rest;
        Ok(taken)
    }

    pub fn four(&mut self) -> Read<[u8; 4]> {
        self.take(4)?.try_into().map_err(|_| Malformed)
    }

    pub fn eight(&mut self) -> Read<[u8; 8]> {
        self.take(8)?.try_into().map_err(|_| Malformed)
    }

    pub fn sized(&mut self) -> Read<&'a [u8]> {
        let count = self.low()?.cast_signed();
        self.take(usize::try_from(count).map_err(|_| Malformed)?)
    }

    /// Goes past a field; groups may lie `depth` deep in it.
    pub fn skip(&mut self, number: u32, wire: Wire, depth: usize) -> Read<()> {
        match wire {
            Wire::Varint => self.varint().map(drop),
            Wire::Eight => self.eight().map(drop),
            Wire::Sized => self.sized().map(drop),
            Wire::Four => self.four().map(drop),
            Wire::End => Err(Malformed),
            Wire::Start => {
                let depth = depth.checked_sub(1).ok_or(Malformed)?;
                loop {
                    match self.tag()? {
                        (ended, Wire::End) if ended == number => return Ok(()),
                        (inner, wire) => self.skip(inner, wire, depth)?,
                    }
                }
            }
        }
    }
}

pub fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value > 127 {
        out.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

pub fn put_tag(number: u32, wire: Wire, out: &mut Vec<u8>) {
    put_varint(u64::from(number) << 3 | wire.bits(), out);
}

pub fn put_sized(bytes: &[u8], out: &mut Vec<u8>) {
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// A number with its sign in the lowest bit, and back.
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

pub fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}
