//! Reading a folder that a file sink writes: the files that its log names, and no other.
//!
//! A batch of a stream is there once the log says so; files of a batch that was cut short
//! are not in the log. The log's form is Spark's; `streaming` writes it.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Deserialize;

use super::files::{FileEntry, failed, from_uri};
use crate::error::{Result, SparkError};
use crate::storage;

pub const LOG: &str = "_spark_metadata";

#[derive(Deserialize)]
struct Line {
    path: String,
    size: u64,
    #[serde(rename = "modificationTime")]
    modified: i64,
    action: String,
}

/// The files of a sink's folder, in the order of the log; none where there is no log.
pub fn files_of(folder: &Path) -> Result<Option<Vec<FileEntry>>> {
    let log = folder.join(LOG);
    if !storage::is_dir(&log).map_err(|e| failed(&log, &e))? {
        return Ok(None);
    }
    let mut lines: Vec<Line> = Vec::new();
    for name in since_compact(&log)? {
        read(&log.join(name), &mut lines)?;
    }
    let is_deleted = |line: &&Line| line.action == "delete";
    let gone = lines.iter().filter(is_deleted).map(|line| &line.path);
    let gone: HashSet<String> = gone.cloned().collect();
    lines.retain(|line| !gone.contains(&line.path));
    let entry = |line: Line| FileEntry {
        path: from_uri(&line.path),
        size: line.size,
        modified: line.modified,
    };
    Ok(Some(lines.into_iter().map(entry).collect()))
}

/// The names of the newest compact file and of all after it.
fn since_compact(log: &Path) -> Result<Vec<String>> {
    let mut names: BTreeMap<u64, String> = BTreeMap::new();
    let mut first = 0;
    for entry in storage::list(log).map_err(|e| failed(log, &e))? {
        let name = entry.name;
        let compact = name.strip_suffix(".compact").and_then(|id| id.parse().ok());
        if let Some(id) = compact {
            first = first.max(id);
            names.insert(id, name);
        } else if let Ok(id) = name.parse() {
            names.entry(id).or_insert(name);
        }
    }
    Ok(names.split_off(&first).into_values().collect())
}

fn read(path: &Path, out: &mut Vec<Line>) -> Result<()> {
    let damaged = |reason: String| {
        let path = storage::shown(path);
        let parameters = [("path", path.as_str()), ("reason", reason.as_str())];
        SparkError::new("CAUDAL_CHECKPOINT_DAMAGED", &parameters)
    };
    let text = storage::read_to_string(path).map_err(|e| failed(path, &e))?;
    let (version, rest) = text.split_once('\n').unwrap_or((&text, ""));
    if version != "v1" {
        return Err(damaged(format!(
            "its first line is '{version}' and not 'v1'"
        )));
    }
    for line in rest.lines() {
        let parsed = serde_json::from_str(line);
        out.push(parsed.map_err(|e| damaged(format!("an entry in it is not complete ({e})")))?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn line(name: &str, action: &str) -> String {
        format!(
            "\n{{\"path\":\"file:///o/{name}\",\"size\":3,\"isDir\":false,\"modificationTime\":9,\
             \"blockReplication\":1,\"blockSize\":33554432,\"action\":\"{action}\"}}"
        )
    }

    #[test]
    fn the_newest_compact_file_and_all_after_it_count() {
        let temp = tempfile::tempdir().unwrap();
        assert!(files_of(temp.path()).unwrap().is_none());
        let log = temp.path().join(LOG);
        fs::create_dir(&log).unwrap();
        assert!(files_of(temp.path()).unwrap().unwrap().is_empty());
        fs::write(log.join("0"), format!("v1{}", line("lost", "add"))).unwrap();
        let compact = format!("v1{}{}", line("a%20b", "add"), line("c", "add"));
        fs::write(log.join("1.compact"), compact).unwrap();
        fs::write(log.join("2"), format!("v1{}", line("c", "delete"))).unwrap();
        fs::write(log.join("10"), format!("v1{}", line("d", "add"))).unwrap();
        let found = files_of(temp.path()).unwrap().unwrap();
        let paths: Vec<_> = found.iter().map(|f| f.path.display().to_string()).collect();
        assert_eq!(paths, ["/o/a b", "/o/d"]);
        fs::write(log.join("11"), "v1\n{").unwrap();
        let error = files_of(temp.path()).unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_CHECKPOINT_DAMAGED");
    }
}
