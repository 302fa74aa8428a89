//! `metadata`: the id that a query keeps over its restarts.

use serde_json::Value;
use uuid::Uuid;

use super::atomic::{AtomicDir, Written};
use super::errors::{damaged, io_failure};
use crate::error::{Result, SparkError};

const NAME: &str = "metadata";

/// What a checkpoint says of its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryMetadata {
    pub id: Uuid,
}

impl QueryMetadata {
    /// The metadata of the location, none where no query has begun there.
    pub fn read(location: &AtomicDir) -> Result<Option<Self>> {
        let Some(bytes) = location.read(NAME)? else {
            return Ok(None);
        };
        let broken = |reason: &str| damaged(&location.path_of(NAME), reason);
        if bytes.is_empty() {
            return Err(broken("it is empty"));
        }
        if !location.fits_sum(NAME, &bytes)? {
            return Err(broken("it does not fit the checksum beside it"));
        }
        let json: Value = serde_json::from_slice(&bytes)
            .map_err(|e| broken(&format!("it is not complete JSON ({e})")))?;
        let Some(text) = json.get("id").and_then(Value::as_str) else {
            return Err(broken("it holds no query id"));
        };
        let id = Uuid::try_parse(text).map_err(|_| broken("its query id is no UUID"))?;
        Ok(Some(Self { id }))
    }

    /// Begins a query at the location.
    pub fn write(self, location: &AtomicDir) -> Result<()> {
        let json = format!("{{\"id\":\"{}\"}}", self.id.hyphenated());
        match location.write_new(NAME, &[json.as_bytes()]) {
            Ok(Written::Done) => Ok(()),
            Ok(Written::Existed) => Err(SparkError::new(
                "CAUDAL_CHECKPOINT_IN_USE",
                &[("path", &crate::storage::shown(location.path()))],
            )),
            Err(e) => Err(io_failure("write", &location.path_of(NAME), &e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const OF_SPARK: &str = r#"{"id":"b805ef6f-336b-4629-af07-39f1fe0a8945"}"#;

    fn with(content: &str) -> Result<Option<QueryMetadata>> {
        let temp = tempfile::tempdir().unwrap();
        std::fs::write(temp.path().join(NAME), content).unwrap();
        QueryMetadata::read(&AtomicDir::open(temp.path(), Arc::default()).unwrap())
    }

    #[test]
    fn sparks_file_is_read_and_written_again_byte_for_byte() {
        let found = with(OF_SPARK).unwrap().unwrap();
        let temp = tempfile::tempdir().unwrap();
        let dir = AtomicDir::open(temp.path(), Arc::default()).unwrap();
        assert_eq!(QueryMetadata::read(&dir).unwrap(), None);
        found.write(&dir).unwrap();
        assert_eq!(dir.read(NAME).unwrap().unwrap(), OF_SPARK.as_bytes());
        assert_eq!(QueryMetadata::read(&dir).unwrap(), Some(found));
    }

    #[test]
    fn every_torn_prefix_is_damage() {
        for end in 0..OF_SPARK.len() {
            let error = with(&OF_SPARK[..end]).unwrap_err();
            assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED", "{end}");
            assert!(error.message().contains("metadata"));
        }
    }
}
