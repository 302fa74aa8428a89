//! The files of one partition, and how a version is put together from them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::file::{self, Checked, Kind};
use super::layout::{StateLayout, foreign_state};
use super::table::Table;
use crate::error::Result;
use crate::streaming::checkpoint::{AtomicDir, damaged, io_failure};

/// Which files a version has: the batch wrote a delta (the first one a snapshot),
/// and a snapshot may have been made of it later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Has {
    pub delta: bool,
    pub snapshot: bool,
}

/// The versions that have a file. Listed once, at start.
pub(super) type Files = BTreeMap<u64, Has>;

pub(super) fn name_of(version: u64, kind: Kind) -> String {
    match kind {
        Kind::Delta => format!("{version}.delta"),
        Kind::Snapshot => format!("{version}.snapshot"),
    }
}

impl Has {
    pub fn note(&mut self, kind: Kind) {
        match kind {
            Kind::Delta => self.delta = true,
            Kind::Snapshot => self.snapshot = true,
        }
    }

    pub fn names(self, version: u64) -> impl Iterator<Item = String> {
        let delta = self.delta.then(|| name_of(version, Kind::Delta));
        let snapshot = self.snapshot.then(|| name_of(version, Kind::Snapshot));
        delta.into_iter().chain(snapshot)
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
pub(super) fn list(dir: &AtomicDir) -> Result<Files> {
    let mut files = Files::new();
    for name in dir.names()? {
        if name.starts_with('.') {
            // A temporary file, or Spark's sums. An unfinished snapshot is as big
            // as the state.
            if name.ends_with(".tmp") {
                let failed = |e| io_failure("remove", &dir.path_of(&name), &e);
                dir.remove(&name).map_err(failed)?;
            }
            continue;
        }
        let Some((version, kind)) = parse_name(&name) else {
            return Err(foreign_state(dir.path(), &name));
        };
        files.entry(version).or_default().note(kind);
    }
    Ok(files)
}

/// A file that a version is made of.
pub(super) struct Part {
    pub path: PathBuf,
    pub file: Checked,
}

/// The files that a version is made of, each checked: the newest one that is not
/// beyond it first, those it was written upon, down to a snapshot. None for a
/// version 0 without files.
pub(super) fn parts(
    dir: &AtomicDir,
    files: &Files,
    layout: &StateLayout,
    version: u64,
) -> Result<Vec<Part>> {
    let Some((&newest, _)) = files.range(..=version).next_back() else {
        if version == 0 {
            return Ok(Vec::new());
        }
        // The first version of a partition always has a file.
        let first = dir.path_of(&name_of(version, Kind::Delta));
        return Err(damaged(&first, "it and all before it are missing"));
    };
    let mut parts: Vec<Part> = Vec::new();
    let mut at = newest;
    loop {
        let part = check(dir, files, layout, at)?;
        let head = part.file.head;
        if head.kind == Kind::Delta && head.base >= at {
            let reason = "it states a later version as its base";
            return Err(damaged(&part.path, reason));
        }
        parts.push(part);
        if head.kind == Kind::Snapshot {
            return Ok(parts);
        }
        at = head.base;
    }
}

fn check(dir: &AtomicDir, files: &Files, layout: &StateLayout, version: u64) -> Result<Part> {
    let has = files.get(&version).copied().unwrap_or_default();
    let kind = if has.snapshot {
        Kind::Snapshot
    } else {
        Kind::Delta
    };
    let path = dir.path_of(&name_of(version, kind));
    let Some(file) = file::check(&path, layout)? else {
        return Err(damaged(&path, "it is missing"));
    };
    if file.head.version != version || file.head.kind != kind {
        let reason = "it holds another version than its name says";
        return Err(damaged(&path, reason));
    }
    Ok(Part { path, file })
}

/// What was read of a partition.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub table: Table,
    /// The newest version with a file, 0 if there is none.
    pub newest: u64,
    pub since: Since,
}

/// What a start would have to read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Since {
    pub snapshot_bytes: u64,
    /// Deltas since that snapshot, and their bytes.
    pub deltas: u64,
    pub delta_bytes: u64,
}

pub(super) fn load(
    dir: &AtomicDir,
    files: &Files,
    layout: &StateLayout,
    version: u64,
) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    let parts = parts(dir, files, layout, version)?;
    loaded.newest = parts.first().map_or(0, |part| part.file.head.version);
    for part in parts.iter().rev() {
        let Part { path, file } = part;
        if file.head.kind == Kind::Snapshot {
            loaded.table.reserve(file.count);
        }
        file.for_each(path, |key, value| {
            loaded.table.load(key, value);
            Ok(())
        })?;
        match file.head.kind {
            Kind::Snapshot => loaded.since.snapshot_bytes = file.size,
            Kind::Delta => {
                loaded.since.deltas += 1;
                loaded.since.delta_bytes += file.size;
            }
        }
    }
    Ok(loaded)
}
