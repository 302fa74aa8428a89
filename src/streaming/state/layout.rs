//! What an operator's state means and over how many partitions it is spread:
//! `state/<operator>/layout.json`.
//!
//! The number of partitions may change at a restart. The file tells since which
//! version which number holds, so that a restart at an older version, after a
//! kill in the midst of the change, still finds the old spread.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::store::StateStore;
use crate::error::{Result, SparkError};
use crate::storage;
use crate::streaming::checkpoint::{AtomicDir, FsyncStats, damaged, io_failure};

const NAME: &str = "layout.json";

/// The meaning of keys and values, as texts that differ when the meaning does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StateLayout {
    pub key_format: String,
    pub value_format: String,
}

impl StateLayout {
    pub fn new(key_format: impl Into<String>, value_format: impl Into<String>) -> Self {
        Self {
            key_format: key_format.into(),
            value_format: value_format.into(),
        }
    }

    pub(super) fn fingerprints(&self) -> (u64, u64) {
        (
            fingerprint(&self.key_format),
            fingerprint(&self.value_format),
        )
    }

    pub(super) fn check_fingerprints(&self, key: u64, value: u64) -> Result<()> {
        let (own_key, own_value) = self.fingerprints();
        if key != own_key {
            return Err(self.incompatible_key(&format!("fingerprint {key:016x}")));
        }
        if value != own_value {
            return Err(self.incompatible_value(&format!("fingerprint {value:016x}")));
        }
        Ok(())
    }

    /// Refuses a stored state that means something else.
    pub fn check(&self, stored: &Self) -> Result<()> {
        if stored.key_format != self.key_format {
            return Err(self.incompatible_key(&stored.key_format));
        }
        if stored.value_format != self.value_format {
            return Err(self.incompatible_value(&stored.value_format));
        }
        Ok(())
    }

    fn incompatible_key(&self, stored: &str) -> SparkError {
        SparkError::new(
            "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE",
            &[
                ("storedKeySchema", stored),
                ("newKeySchema", &self.key_format),
            ],
        )
    }

    fn incompatible_value(&self, stored: &str) -> SparkError {
        SparkError::new(
            "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE",
            &[
                ("storedValueSchema", stored),
                ("newValueSchema", &self.value_format),
            ],
        )
    }
}

/// FNV-1a: stable over versions of the language and of the crate.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Since `version`, the state is spread over `partitions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Spread {
    version: u64,
    partitions: u32,
}

/// The file of one operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorLayout {
    format: u32,
    layout: StateLayout,
    /// The operator's name, for messages.
    pub operator: String,
    spreads: Vec<Spread>,
}

impl OperatorLayout {
    /// The file of an operator's folder; none where the operator has no state
    /// yet. A folder that another engine filled is refused.
    pub fn load(operator_dir: &Path) -> Result<Option<Self>> {
        // A store has no folder to be made by looking.
        if !storage::is_remote(operator_dir) && !operator_dir.is_dir() {
            return Ok(None);
        }
        let dir = AtomicDir::open(operator_dir, Arc::default())?;
        let path = dir.path_of(NAME);
        let Some(bytes) = dir.read(NAME)? else {
            let foreign = dir.names()?.into_iter().find(|name| !name.starts_with('.'));
            return match foreign {
                Some(name) => Err(foreign_state(operator_dir, &name)),
                None => Ok(None),
            };
        };
        if bytes.is_empty() {
            return Err(damaged(&path, "it is empty"));
        }
        if !dir.fits_sum(NAME, &bytes)? {
            return Err(damaged(&path, "it does not fit the checksum beside it"));
        }
        let found: Self = serde_json::from_slice(&bytes)
            .map_err(|e| damaged(&path, format!("it is not complete ({e})")))?;
        if found.format != 1 {
            return Err(SparkError::not_implemented(format!(
                "State layout format {} of {}",
                found.format,
                storage::shown(&path)
            )));
        }
        Ok(Some(found))
    }

    pub fn layout(&self) -> &StateLayout {
        &self.layout
    }

    /// How many partitions hold the state of a version.
    pub fn partitions_at(&self, version: u64) -> u32 {
        let reached = self.spreads.iter().rev().find(|s| s.version <= version);
        reached.map_or(0, |spread| spread.partitions)
    }

    /// Sees to it that the folder says: from `version` on, `operator`'s state is
    /// `layout` over `partitions`. Refuses a stored layout that differs. Writes
    /// only when something changes.
    pub fn record(
        operator_dir: &Path,
        operator: &str,
        layout: &StateLayout,
        version: u64,
        partitions: u32,
        stats: Arc<FsyncStats>,
    ) -> Result<Self> {
        let stored = Self::load(operator_dir)?;
        if let Some(stored) = &stored {
            layout.check(&stored.layout)?;
        }
        let mut wanted = stored.clone().unwrap_or_else(|| Self {
            format: 1,
            layout: layout.clone(),
            operator: operator.to_string(),
            spreads: Vec::new(),
        });
        // What was planned for later versions was never committed.
        wanted.spreads.retain(|spread| spread.version < version);
        if wanted.spreads.last().map(|s| s.partitions) != Some(partitions) {
            wanted.spreads.push(Spread {
                version,
                partitions,
            });
        }
        if stored.as_ref() != Some(&wanted) {
            let dir = AtomicDir::open(operator_dir, stats)?;
            let json = serde_json::to_vec(&wanted)
                .map_err(|e| SparkError::internal(format!("a state layout is no JSON: {e}")))?;
            dir.replace_summed(NAME, &[&json])
                .map_err(|e| io_failure("write", &dir.path_of(NAME), &e))?;
        }
        Ok(wanted)
    }
}

pub(super) fn foreign_state(path: &Path, name: &str) -> SparkError {
    SparkError::new(
        "CAUDAL_CHECKPOINT_FOREIGN_STATE",
        &[
            ("path", &storage::shown(path)),
            ("reason", &format!("it holds '{name}'")),
        ],
    )
}

/// The whole state of an operator at a version, partition after partition, for
/// spreading it anew. Each key is in one partition only.
pub fn read_all_partitions(
    operator_dir: &Path,
    layout: &StateLayout,
    version: u64,
) -> Result<Vec<StateStore>> {
    let Some(operator) = OperatorLayout::load(operator_dir)? else {
        return Ok(Vec::new());
    };
    layout.check(&operator.layout)?;
    (0..operator.partitions_at(version))
        .map(|partition| {
            let dir: PathBuf = operator_dir.join(partition.to_string());
            StateStore::open(Some(&dir), layout.clone(), version, Arc::default())
        })
        .collect()
}
