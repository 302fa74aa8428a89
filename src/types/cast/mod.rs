//! PLACEHOLDER of the interface until the casts are here.
use arrow::array::ArrayRef;
use super::{DataType, Zone};
use crate::error::{Result, SparkError};
#[derive(Debug, Clone, Copy)]
pub struct CastSettings { pub ansi: bool, pub try_: bool, pub zone: Zone }
pub fn cast(array: &ArrayRef, _from: &DataType, to: &DataType, _s: CastSettings) -> Result<ArrayRef> {
    arrow::compute::cast(array, &to.to_arrow()).map_err(SparkError::internal)
}
pub fn can_cast(_from: &DataType, _to: &DataType, _ansi: bool) -> bool { true }
