//! What a user's path means on this machine: plain paths and `file:` as they are, `dbfs:/`
//! by the session's mounts, the one folder of `databricks-datasets` that is made here, and
//! places in object stores, which the session's settings say how to reach.
//!
//! The mounts are the text of a setting: `dbfs:/mnt/x=/data/x,dbfs:/=/home/me/dbfs`. The
//! longest mount that holds a path wins. `/dbfs/mnt/x/…`, as programs of one machine spell
//! the same place, is taken for `dbfs:/mnt/x/…` where a mount holds it.

use std::collections::HashSet;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::failed;
use crate::error::{Result, SparkError};
use crate::storage;

/// The setting that maps `dbfs:/` to folders.
pub const MOUNTS: &str = "spark.caudal.fs.mounts";

const SCHEME: &str = "dbfs:";
const EVENTS: &str = "/databricks-datasets/structured-streaming/events";

/// Makes the sample data that paths may name, when a path first does.
pub trait Datasets: fmt::Debug + Send + Sync {
    /// The folder of `databricks-datasets/structured-streaming/events`.
    fn events(&self) -> Result<PathBuf>;
}

/// Finds the local paths that a session's users mean.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    /// Folders of `dbfs:/` (`/mnt/x`) with their places here, the longest first.
    mounts: Vec<(PathBuf, PathBuf)>,
    datasets: Option<Arc<dyn Datasets>>,
    stores: storage::Settings,
    /// The buckets whose clients were made known. Once: who keeps these paths keeps the
    /// settings of when they were made, and newer ones of others must stand.
    reached: Arc<Mutex<HashSet<PathBuf>>>,
}

impl Paths {
    /// From the setting's text; the error says what is wrong with it.
    pub fn new(
        text: &str,
        datasets: Option<Arc<dyn Datasets>>,
    ) -> std::result::Result<Self, String> {
        let mut mounts = Vec::new();
        for entry in text.split(',').map(str::trim).filter(|e| !e.is_empty()) {
            let (from, to) = entry.split_once('=').ok_or_else(|| {
                format!("'{entry}' is not of the form dbfs:/folder=/local/folder")
            })?;
            let Some(inside) = from.trim().strip_prefix(SCHEME) else {
                return Err(format!("'{}' does not begin with dbfs:/", from.trim()));
            };
            let to = to.trim();
            let remote = storage::parse(to).transpose()?;
            let place = remote.unwrap_or_else(|| to.strip_prefix("file:").unwrap_or(to).into());
            if !inside.starts_with('/') {
                return Err(format!("'{}' does not begin with dbfs:/", from.trim()));
            }
            if !place.is_absolute() && !storage::is_remote(&place) {
                return Err(format!("'{to}' is not an absolute path"));
            }
            mounts.push((inside_dbfs(inside), normal(&place)));
        }
        mounts.sort_by_key(|(from, _)| std::cmp::Reverse(from.components().count()));
        if let Some(twice) = mounts.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("dbfs:{} is mounted twice", twice[0].0.display()));
        }
        Ok(Self {
            mounts,
            datasets,
            stores: storage::Settings::default(),
            reached: Arc::default(),
        })
    }

    /// With what the session says of object stores.
    pub fn with_stores(self, stores: storage::Settings) -> Self {
        Self { stores, ..self }
    }

    /// A path of a store can be used from here on.
    fn reach(&self, path: PathBuf) -> Result<PathBuf> {
        if let Some(bucket) = storage::bucket_of(&path)
            && !self.reached.lock().contains(&bucket)
        {
            storage::register(&path, &self.stores)?;
            self.reached.lock().insert(bucket);
        }
        Ok(path)
    }

    /// The path to read from. Sample data that it names is made first.
    pub fn read(&self, text: &str) -> Result<PathBuf> {
        let place = self.place(text);
        match place {
            Place::Local(path) => absolute(&path),
            Place::Dbfs(inside) => {
                let mounted = self.mounted(&inside);
                if let (Ok(below), Some(datasets)) = (inside.strip_prefix(EVENTS), &self.datasets)
                    && !mounted
                        .as_ref()
                        .is_some_and(|path| storage::is_remote(path) || path.exists())
                {
                    return Ok(normal(&datasets.events()?.join(below)));
                }
                self.reach(mounted.ok_or_else(|| not_mounted(&inside))?)
            }
            Place::Remote(path) => self.reach(path),
            Place::Wrong(why) => Err(wrong(text, &why)),
            Place::Foreign(scheme) => Err(foreign(&scheme, text)),
        }
    }

    /// The path to write to. Sample data is there to be read only.
    pub fn write(&self, text: &str) -> Result<PathBuf> {
        match self.place(text) {
            Place::Local(path) => absolute(&path),
            Place::Dbfs(inside) => {
                self.reach(self.mounted(&inside).ok_or_else(|| not_mounted(&inside))?)
            }
            Place::Remote(path) => self.reach(path),
            Place::Wrong(why) => Err(wrong(text, &why)),
            Place::Foreign(scheme) => Err(foreign(&scheme, text)),
        }
    }

    fn place(&self, text: &str) -> Place {
        if let Some(inside) = text.strip_prefix(SCHEME) {
            return Place::Dbfs(inside_dbfs(inside));
        }
        if let Some(inside) = text.strip_prefix("/dbfs/") {
            let inside = inside_dbfs(inside);
            if self.mounted(&inside).is_some() {
                return Place::Dbfs(inside);
            }
        }
        let rest = text
            .strip_prefix("file://")
            .or_else(|| text.strip_prefix("file:"));
        if let Some(rest) = rest {
            return Place::Local(PathBuf::from(rest));
        }
        match storage::parse(text) {
            Some(Ok(path)) => return Place::Remote(path),
            Some(Err(why)) => return Place::Wrong(why),
            None => {}
        }
        let is_scheme = |s: &str| {
            s.chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        };
        if let Some((scheme, _)) = text.split_once(":/")
            && scheme.len() > 1
            && is_scheme(scheme)
        {
            return Place::Foreign(scheme.to_string());
        }
        let path = PathBuf::from(text);
        // The same folder, as notebooks name it; a real one goes before ours.
        if self.datasets.is_some() && path.starts_with(EVENTS) && !Path::new(EVENTS).exists() {
            return Place::Dbfs(normal(&path));
        }
        Place::Local(path)
    }

    fn mounted(&self, inside: &Path) -> Option<PathBuf> {
        self.mounts.iter().find_map(|(from, to)| {
            let below = inside.strip_prefix(from).ok()?;
            Some(normal(&to.join(below)))
        })
    }
}

/// Where a path's text points.
enum Place {
    Local(PathBuf),
    /// Within `dbfs:`, from its root.
    Dbfs(PathBuf),
    /// In an object store.
    Remote(PathBuf),
    /// It names an object store, and no place in it.
    Wrong(String),
    /// The scheme of a file system that is not there.
    Foreign(String),
}

/// `dbfs:///a/../b` and `dbfs:b` as `/b`.
fn inside_dbfs(text: &str) -> PathBuf {
    normal(&Path::new("/").join(text.trim_start_matches('/')))
}

fn not_mounted(inside: &Path) -> SparkError {
    let path = format!("dbfs:{}", inside.display());
    let parameters = [("path", path.as_str()), ("setting", MOUNTS)];
    SparkError::new("CAUDAL_PATH_NOT_MOUNTED", &parameters)
}

fn wrong(text: &str, why: &str) -> SparkError {
    let parameters = [("path", text), ("reason", why)];
    SparkError::new("CAUDAL_OBJECT_STORE.SETTINGS", &parameters)
}

fn foreign(scheme: &str, text: &str) -> SparkError {
    SparkError::not_implemented(format_args!("the file system {scheme}: ({text})"))
}

fn absolute(path: &Path) -> Result<PathBuf> {
    if path.is_absolute() {
        return Ok(normal(path));
    }
    let here = std::env::current_dir().map_err(|e| failed(path, &e))?;
    Ok(normal(&here.join(path)))
}

/// Without `.` and `..`, and without looking at the disk.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Paths {
        Paths::new(text, None).unwrap()
    }

    #[test]
    fn the_longest_mount_wins_by_whole_names() {
        let paths = paths("dbfs:/=/root, dbfs:/mnt/x = /data/x,dbfs:/mnt/x/in=file:/in");
        for (text, meant) in [
            ("dbfs:/mnt/x/a.json", "/data/x/a.json"),
            ("dbfs:/mnt/xy", "/root/mnt/xy"),
            ("dbfs:///mnt/x/in/../b", "/data/x/b"),
            ("dbfs:/mnt/x/in/*.csv", "/in/*.csv"),
            ("/dbfs/mnt/x/c", "/data/x/c"),
            ("dbfs:/../../etc", "/root/etc"),
            ("/mnt/x", "/mnt/x"),
            ("file:///a/./b", "/a/b"),
        ] {
            assert_eq!(paths.write(text).unwrap(), Path::new(meant), "{text}");
        }
    }

    #[test]
    fn what_is_not_mounted_is_named() {
        let paths = paths("dbfs:/mnt/x=/data/x");
        let error = paths.read("dbfs:/tmp/a").unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_PATH_NOT_MOUNTED");
        assert_eq!(paths.read("/dbfs/tmp").unwrap(), Path::new("/dbfs/tmp"));
        assert!(paths.read("hdfs://host/a").is_err());
        let error = paths.read("s3a:/a").unwrap_err();
        assert_eq!(error.condition(), "CAUDAL_OBJECT_STORE.SETTINGS");
    }

    #[test]
    fn a_folder_of_a_store_may_be_mounted() {
        let paths = paths("dbfs:/mnt/x=s3a://bucket/data");
        let meant = paths.read("dbfs:/mnt/x/a/../b").unwrap();
        assert_eq!(meant, Path::new("s3a:/bucket/data/b"));
        assert_eq!(paths.read("s3a://bucket/data/b").unwrap(), meant);
    }

    #[test]
    fn a_mount_that_means_nothing_is_refused() {
        for text in [
            "dbfs:/a",
            "/a=/b",
            "dbfs:a=/b",
            "dbfs:/a=b",
            "dbfs:/a=/b,dbfs:/a/=/c",
        ] {
            assert!(Paths::new(text, None).is_err(), "{text}");
        }
    }
}
