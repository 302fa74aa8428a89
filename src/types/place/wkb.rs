//! Well-known binary: shapes read, checked and written again in one order of bytes.
//!
//! Positions in errors count the bytes that were read.

use crate::error::{Result, SparkError};

/// The order of bytes of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endianness {
    Little,
    Big,
}

impl Endianness {
    /// `NDR` or `XDR`, in any case of letters.
    pub fn named(name: &str) -> Result<Self> {
        match name.to_ascii_uppercase().as_str() {
            "NDR" => Ok(Self::Little),
            "XDR" => Ok(Self::Big),
            _ => Err(SparkError::new(
                "ST_INVALID_ENDIANNESS_VALUE",
                &[("endianness", name)],
            )),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Point,
    Line,
    Polygon,
    Points,
    Lines,
    Polygons,
    Collection,
}

impl Shape {
    fn of(code: u32) -> Option<Self> {
        Some(match code {
            1 => Self::Point,
            2 => Self::Line,
            3 => Self::Polygon,
            4 => Self::Points,
            5 => Self::Lines,
            6 => Self::Polygons,
            7 => Self::Collection,
            _ => return None,
        })
    }

    /// What a shape of several has for parts; how a part, several of them and the whole
    /// are called in errors.
    fn part(self) -> Option<(Self, &'static str, &'static str, &'static str)> {
        Some(match self {
            Self::Points => (Self::Point, "Point", "points", "MultiPoint"),
            Self::Lines => (Self::Line, "LineString", "line strings", "MultiLineString"),
            Self::Polygons => (Self::Polygon, "Polygon", "polygons", "MultiPolygon"),
            _ => return None,
        })
    }
}

/// A shape as well-known binary in an order of bytes; what follows it is left out. On the
/// globe, coordinates are degrees within their bounds.
///
/// # Errors
/// `WKB_PARSE_ERROR` where the bytes are no shape.
pub fn parse(bytes: &[u8], globe: bool, order: Endianness) -> Result<Vec<u8>> {
    if bytes.is_empty() {
        return Err(problem("WKB data is empty or null", 0));
    }
    if bytes.len() < 5 {
        return Err(problem("Unexpected end of WKB buffer", 0));
    }
    let mut reader = Reader {
        bytes,
        at: 0,
        little: true,
        globe,
        order,
        out: Vec::with_capacity(bytes.len()),
    };
    reader.shape(None)?;
    Ok(reader.out)
}

fn problem(what: &str, at: usize) -> SparkError {
    SparkError::new(
        "WKB_PARSE_ERROR",
        &[("parseError", what), ("pos", &at.to_string())],
    )
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The order of bytes of the shape that is read.
    little: bool,
    globe: bool,
    order: Endianness,
    out: Vec<u8>,
}

impl Reader<'_> {
    /// A shape with its head. A part of another shape has that one's dimensions.
    fn shape(&mut self, around: Option<u32>) -> Result<Shape> {
        let start = self.at;
        let [byte] = self.take::<1>()?;
        if byte > 1 {
            return Err(problem(&format!("Invalid byte order {byte}"), start));
        }
        self.little = byte == 1;
        self.out.push(u8::from(self.order == Endianness::Little));
        let at = self.at;
        let code = self.number()?;
        let dimensions = code / 1000;
        let shape = Shape::of(code % 1000)
            .filter(|_| dimensions <= 3 && around.is_none_or(|around| around == dimensions));
        let Some(shape) = shape else {
            let shown = code.cast_signed();
            return Err(problem(&format!("Invalid or unsupported type {shown}"), at));
        };
        self.write(code);
        let width = match dimensions {
            0 => 2,
            3 => 4,
            _ => 3,
        };
        match shape {
            Shape::Point => self.coordinates(width, true).map(|_| ())?,
            Shape::Line => self.line(width)?,
            Shape::Polygon => self.polygon(width)?,
            _ => self.parts(shape, dimensions)?,
        }
        Ok(shape)
    }

    fn line(&mut self, width: usize) -> Result<()> {
        let at = self.at;
        let count = self.count("LineString points", 8 * width)?;
        if count == 1 {
            return Err(problem("Too few points in linestring", at));
        }
        for _ in 0..count {
            self.coordinates(width, false)?;
        }
        Ok(())
    }

    fn polygon(&mut self, width: usize) -> Result<()> {
        let rings = self.count("polygon rings", 4)?;
        for _ in 0..rings {
            let at = self.at;
            let count = self.count("ring points", 8 * width)?;
            if count < 4 {
                return Err(problem("Too few points in ring", at));
            }
            let first = self.coordinates(width, false)?;
            let mut last = first;
            for _ in 1..count {
                last = self.coordinates(width, false)?;
            }
            if first != last {
                return Err(problem("Ring is not closed", at));
            }
        }
        Ok(())
    }

    fn parts(&mut self, shape: Shape, dimensions: u32) -> Result<()> {
        let wanted = shape.part();
        let what = match wanted {
            Some((_, _, parts, whole)) => format!("{whole} {parts}"),
            None => "GeometryCollection geometries".into(),
        };
        let count = self.count(&what, 5)?;
        for _ in 0..count {
            let little = self.little;
            let found = self.shape(Some(dimensions))?;
            self.little = little;
            if let Some((part, name, _, whole)) = wanted
                && part != found
            {
                return Err(problem(&format!("Expected {name} in {whole}"), self.at));
            }
        }
        Ok(())
    }

    /// A count of parts of at least so many bytes each.
    fn count(&mut self, what: &str, least: usize) -> Result<u32> {
        let at = self.at;
        let count = self.number()?;
        let shown = count.cast_signed();
        if shown < 0 {
            return Err(problem(&format!("Invalid count for {what}: {shown}"), at));
        }
        let left = (self.bytes.len() - self.at) as u64;
        if u64::from(count) * least as u64 > left {
            let what = format!("Invalid count for {what}: exceeds remaining bytes");
            return Err(problem(&what, at));
        }
        self.write(count);
        Ok(count)
    }

    /// The coordinates of one point; a point that is a shape of its own may be empty.
    fn coordinates(&mut self, width: usize, may_be_empty: bool) -> Result<[f64; 2]> {
        let at = self.at;
        let mut all = [0.0; 4];
        for value in all.iter_mut().take(width) {
            let own = self.at;
            let bytes = self.take::<8>()?;
            *value = match self.little {
                true => f64::from_le_bytes(bytes),
                false => f64::from_be_bytes(bytes),
            };
            let is_absent = may_be_empty && value.is_nan();
            if !value.is_finite() && !is_absent {
                return Err(problem("Invalid coordinate value found", own));
            }
        }
        let [x, y, ..] = all;
        if self.globe && (x.abs() > 180.0 || y.abs() > 90.0) {
            return Err(problem("Invalid coordinate value found", at));
        }
        for value in &all[..width] {
            self.out.extend(match self.order {
                Endianness::Little => value.to_le_bytes(),
                Endianness::Big => value.to_be_bytes(),
            });
        }
        Ok([x, y])
    }

    fn number(&mut self) -> Result<u32> {
        let bytes = self.take::<4>()?;
        Ok(match self.little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }

    fn write(&mut self, number: u32) {
        self.out.extend(match self.order {
            Endianness::Little => number.to_le_bytes(),
            Endianness::Big => number.to_be_bytes(),
        });
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let found = self.bytes.get(self.at..self.at + N);
        let found = found.and_then(|found| <[u8; N]>::try_from(found).ok());
        let Some(found) = found else {
            return Err(problem("Unexpected end of WKB buffer", self.at));
        };
        self.at += N;
        Ok(found)
    }
}
