//! Places: shapes on a plane (`GEOMETRY`) and on the globe (`GEOGRAPHY`) with the number
//! of their reference system. A value is stored as that number and the shape's well-known
//! binary, little-endian.
//!
//! Knows which systems there are and how they are called; `wkb` knows shapes.

mod wkb;

use super::DataType;
use crate::error::{Result, SparkError};

pub use wkb::{Endianness, parse};

/// The reference system of a place on the globe, and the one that both types share.
pub const GLOBE: i32 = 4326;

/// Systems of the plane by number and name; the globe has [`GLOBE`] only.
const SYSTEMS: [(i32, &str); 3] = [(0, "SRID:0"), (3857, "EPSG:3857"), (GLOBE, "OGC:CRS84")];

const ANY: &str = "SRID:ANY";

fn name_of(srid: i32) -> Option<&'static str> {
    SYSTEMS
        .iter()
        .find(|(number, _)| *number == srid)
        .map(|(_, name)| *name)
}

/// Fails where there is no such system for places of a kind.
pub fn check(globe: bool, srid: i32) -> Result<i32> {
    let known = if globe {
        srid == GLOBE
    } else {
        name_of(srid).is_some()
    };
    match known {
        true => Ok(srid),
        false => Err(SparkError::new(
            "ST_INVALID_SRID_VALUE",
            &[("srid", &srid.to_string())],
        )),
    }
}

/// The type of `GEOMETRY(4326)` and `GEOGRAPHY(ANY)`.
pub(super) fn of_srid(globe: bool, srid: &str) -> Result<DataType> {
    if srid.eq_ignore_ascii_case("any") {
        return Ok(DataType::Place { globe, srid: None });
    }
    let refused = || SparkError::new("ST_INVALID_SRID_VALUE", &[("srid", srid)]);
    let srid = check(globe, srid.parse().map_err(|_| refused())?)?;
    Ok(DataType::Place {
        globe,
        srid: Some(srid),
    })
}

/// Its name in the JSON form of a type: `geometry(OGC:CRS84)`.
pub(super) fn json_name(globe: bool, srid: Option<i32>) -> String {
    let system = srid.map_or(ANY, |srid| name_of(srid).unwrap_or(ANY));
    match globe {
        true => format!("geography({system}, SPHERICAL)"),
        false => format!("geometry({system})"),
    }
}

/// The type of such a name; a bare one is of [`GLOBE`].
pub(super) fn from_json_name(name: &str) -> Option<DataType> {
    let (globe, rest) = match name.strip_prefix("geography") {
        Some(rest) => (true, rest),
        None => (false, name.strip_prefix("geometry")?),
    };
    let place = |srid| Some(DataType::Place { globe, srid });
    if rest.is_empty() {
        return place(Some(GLOBE));
    }
    let inner = rest.strip_prefix('(')?.strip_suffix(')')?;
    let (system, way) = inner.split_once(',').unwrap_or((inner, "SPHERICAL"));
    if !way.trim().eq_ignore_ascii_case("spherical") {
        return None;
    }
    let system = system.trim();
    if system.eq_ignore_ascii_case(ANY) {
        return place(None);
    }
    let (srid, _) = SYSTEMS
        .iter()
        .find(|(_, known)| known.eq_ignore_ascii_case(system))?;
    check(globe, *srid).ok()?;
    place(Some(*srid))
}
