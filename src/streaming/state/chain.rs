//! The files of one partition, and how a version is put together from them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::file::{self, Decoded, Kind};
use super::layout::{StateLayout, foreign_state};
use super::table::Table;
use crate::error::Result;
use crate::streaming::checkpoint::{AtomicDir, damaged};

/// The versions that have a file. Listed once, at start.
pub(super) type Files = BTreeMap<u64, Kind>;

pub(super) fn name_of(version: u64, kind: Kind) -> String {
    match kind {
        Kind::Delta => format!("{version}.delta"),
        Kind::Snapshot => format!("{version}.snapshot"),
    }
}

fn parse_name(name: &str) -> Option<(u64, Kind)> {
    let (number, ending) = name.split_once('.')?;
    let version = number.parse().ok()?;
    let kind = match ending {
        "delta" => Kind::Delta,
        "snapshot" => Kind::Snapshot,
        _ => return None,
    };
    (name_of(version, kind) == name).then_some((version, kind))
}

/// Lists a partition's folder. One that holds another engine's files is refused.
pub(super) fn list(dir: &AtomicDir) -> Result<(Files, Vec<String>)> {
    let mut files = Files::new();
    let mut doubled = Vec::new();
    for name in dir.names()? {
        if name.starts_with('.') {
            continue; // a temporary file, or Spark's sums
        }
        let Some((version, kind)) = parse_name(&name) else {
            return Err(foreign_state(dir.path(), &name));
        };
        // Two files of one version: a kill came between two attempts at it.
        if let Some(other) = files.insert(version, kind) {
            doubled.push(name_of(version, other));
        }
    }
    Ok((files, doubled))
}

/// What was read of a partition.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub table: Table,
    /// The newest version with a file, 0 if there is none.
    pub newest: u64,
    /// Deltas since the last snapshot, and their bytes.
    pub deltas: u64,
    pub delta_bytes: u64,
}

/// Puts a version together: the newest file that is not beyond it, those it was
/// written upon, down to a snapshot.
pub(super) fn load(
    dir: &AtomicDir,
    files: &Files,
    layout: &StateLayout,
    version: u64,
) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    let Some((&newest, _)) = files.range(..=version).next_back() else {
        if version == 0 {
            return Ok(loaded);
        }
        // The first version of a partition always has a file.
        let first = dir.path_of(&name_of(version, Kind::Delta));
        return Err(damaged(&first, "it and all before it are missing"));
    };
    loaded.newest = newest;
    let mut parts: Vec<(PathBuf, Decoded)> = Vec::new();
    let mut at = newest;
    loop {
        let (path, part, size) = read(dir, files, layout, at)?;
        let head = part.head;
        parts.push((path.clone(), part));
        if head.kind == Kind::Snapshot {
            break;
        }
        if head.base >= at {
            return Err(damaged(&path, "it states a later version as its base"));
        }
        loaded.deltas += 1;
        loaded.delta_bytes += size;
        at = head.base;
    }
    for (path, part) in parts.iter().rev() {
        apply(&mut loaded.table, path, part)?;
    }
    loaded.table.accept();
    Ok(loaded)
}

fn read(
    dir: &AtomicDir,
    files: &Files,
    layout: &StateLayout,
    version: u64,
) -> Result<(PathBuf, Decoded, u64)> {
    let kind = files.get(&version).copied().unwrap_or(Kind::Delta);
    let name = name_of(version, kind);
    let path = dir.path_of(&name);
    let Some(bytes) = dir.read(&name)? else {
        return Err(damaged(&path, "it is missing"));
    };
    if !file::looks_ours(&bytes) {
        return Err(foreign_state(dir.path(), &name));
    }
    let size = bytes.len() as u64;
    let part = file::decode(&path, bytes, layout)?;
    if part.head.version != version || part.head.kind != kind {
        return Err(damaged(
            &path,
            "it holds another version than its name says",
        ));
    }
    Ok((path, part, size))
}

fn apply(table: &mut Table, path: &std::path::Path, part: &Decoded) -> Result<()> {
    part.for_each(path, |key, value| match value {
        Some(value) => {
            let slot = table.find_or_insert(key);
            table.set_value(slot, value);
        }
        None => {
            if let Some(slot) = table.find(key) {
                table.remove(slot);
            }
        }
    })
}
