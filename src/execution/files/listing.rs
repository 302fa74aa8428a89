//! Which files a read means: paths and patterns, folders below folders, filters by
//! name and time, hidden names.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::glob::{self, Glob};
use super::{FileEntry, Paths, failed};
use crate::error::{Result, SparkError};
use crate::execution::sink_folder;
use crate::storage;

/// Options of every file source that choose among files.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// What the paths mean.
    pub paths: Paths,
    pub glob_filter: Option<Glob>,
    pub recursive: bool,
    /// Whether a path without files is an error; streams may start empty.
    pub must_exist: bool,
    /// Only files changed after, or before, this moment (epoch milliseconds).
    pub modified_after: Option<i64>,
    pub modified_before: Option<i64>,
}

impl Listing {
    fn is_named(&self, name: &str) -> bool {
        let wanted = self.glob_filter.as_ref();
        wanted.is_none_or(|glob| glob.matches(name))
    }

    fn takes(&self, file: &FileEntry) -> bool {
        self.modified_after.is_none_or(|at| file.modified > at)
            && self.modified_before.is_none_or(|at| file.modified < at)
    }
}

/// What there is under some paths.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// In the order of their paths, folders below folders too.
    pub files: Vec<FileEntry>,
    /// The paths given, patterns replaced by what they mean.
    pub roots: Vec<PathBuf>,
    /// The folders that were looked into, each with its time before that.
    pub folders: Vec<(PathBuf, Option<SystemTime>)>,
}

impl Found {
    /// Takes the files of a folder that a file sink writes; whether it is one.
    fn sink_folder(
        &mut self,
        root: &Path,
        options: &Listing,
        is_new: &mut dyn FnMut(&Path) -> bool,
    ) -> Result<bool> {
        let log = root.join(sink_folder::LOG);
        let time = storage::folder_time(&log);
        let Some(logged) = sink_folder::files_of(root)? else {
            return Ok(false);
        };
        self.files = logged
            .into_iter()
            .filter(|file| options.is_named(&file.name()) && options.takes(file))
            .filter(|file| is_new(&file.path))
            .collect();
        self.roots.push(root.to_path_buf());
        self.folders.push((log, time));
        Ok(true)
    }
}

/// All files under the given paths.
pub fn list(paths: &[String], options: &Listing) -> Result<Found> {
    list_new(paths, options, &mut |_| true)
}

/// As [`list`], without those that `is_new` says no to: they are not looked at.
pub fn list_new(
    paths: &[String],
    options: &Listing,
    is_new: &mut dyn FnMut(&Path) -> bool,
) -> Result<Found> {
    let mut found = Found::default();
    if let [only] = paths
        && found.sink_folder(&options.paths.read(only)?, options, is_new)?
    {
        return Ok(found);
    }
    for text in paths {
        let path = options.paths.read(text)?;
        let missing = || SparkError::new("PATH_NOT_FOUND", &[("path", &storage::hadoop(&path))]);
        let roots = glob::expand(&path)?;
        if roots.is_empty() && options.must_exist {
            return Err(missing());
        }
        for root in roots {
            let mut walk = Walk {
                options,
                is_new,
                found: &mut found,
            };
            match storage::is_remote(&root) {
                false => walk.root(&root)?,
                true if walk.remote(&root)? => {}
                // Until now only its name was known.
                true if options.must_exist => return Err(missing()),
                true => continue,
            }
            found.roots.push(root);
        }
    }
    Ok(found)
}

/// Whether the path, or anything that its pattern means, is there.
pub fn exists(path: &Path) -> Result<bool> {
    let found = glob::expand(path)?;
    match found.first() {
        Some(path) if storage::is_remote(path) => {
            storage::exists(path).map_err(|e| failed(path, &e))
        }
        found => Ok(found.is_some()),
    }
}

/// Names that belong to writers in progress and to other tools.
fn hidden(name: &str) -> bool {
    (name.starts_with('_') && !name.contains('='))
        || name.starts_with('.')
        || name.ends_with("._COPYING_")
}

struct Walk<'a> {
    options: &'a Listing,
    is_new: &'a mut dyn FnMut(&Path) -> bool,
    found: &'a mut Found,
}

impl Walk<'_> {
    fn root(&mut self, root: &Path) -> Result<()> {
        // A file that vanished since it was named is not there any more.
        let Ok(meta) = fs::metadata(root) else {
            return Ok(());
        };
        if meta.is_dir() {
            return self.folder(root, true);
        }
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        if !hidden(&name) && (self.is_new)(root) {
            self.file(root.to_path_buf(), &name, meta.len(), modified(&meta));
        }
        Ok(())
    }

    /// What a store has at a path or below it; whether it has anything. All depths come
    /// with one listing.
    fn remote(&mut self, root: &Path) -> Result<bool> {
        let below = storage::walk(root).map_err(|e| failed(root, &e))?;
        if below.is_empty() {
            let facts = match storage::facts(root) {
                Ok(facts) => facts,
                Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
                Err(e) => return Err(failed(root, &e)),
            };
            if !facts.is_dir {
                self.remote_file(root.to_path_buf(), &facts);
            }
            return Ok(true);
        }
        self.found.folders.push((root.to_path_buf(), None));
        for (path, facts) in below {
            let inner = path.strip_prefix(root).unwrap_or(&path);
            let is_hidden =
                |part: std::path::Component| hidden(&part.as_os_str().to_string_lossy());
            if !inner.components().any(is_hidden) {
                self.remote_file(path, &facts);
            }
        }
        Ok(true)
    }

    fn remote_file(&mut self, path: PathBuf, facts: &storage::Facts) {
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        if !hidden(&name) && (self.is_new)(&path) {
            let modified = facts.modified_millis().unwrap_or(0);
            self.file(path, &name, facts.size, modified);
        }
    }

    fn file(&mut self, path: PathBuf, name: &str, size: u64, modified: i64) {
        if !self.options.is_named(name) {
            return;
        }
        let file = FileEntry {
            path,
            size,
            modified,
        };
        if self.options.takes(&file) {
            self.found.files.push(file);
        }
    }

    fn folder(&mut self, path: &Path, given: bool) -> Result<()> {
        let time = fs::metadata(path).and_then(|meta| meta.modified()).ok();
        self.found.folders.push((path.to_path_buf(), time));
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if given => return Err(failed(path, &error)),
            Err(_) => return Ok(()),
        };
        let mut children: Vec<_> = entries
            .flatten()
            .map(|entry| (entry.file_name(), entry))
            .collect();
        children.sort_by(|l, r| l.0.cmp(&r.0));
        for (name, entry) in children {
            let name = name.to_string_lossy();
            if hidden(&name) {
                continue;
            }
            let path = entry.path();
            // The kind comes with the entry; only a link has to be followed.
            let is_folder = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => path.is_dir(),
                Ok(kind) => kind.is_dir(),
                Err(_) => continue,
            };
            if is_folder {
                self.folder(&path, false)?;
            } else if (self.is_new)(&path)
                && let Ok(meta) = fs::metadata(&path)
            {
                self.file(path, &name, meta.len(), modified(&meta));
            }
        }
        Ok(())
    }
}

fn modified(meta: &fs::Metadata) -> i64 {
    let Ok(time) = meta.modified() else { return 0 };
    match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    }
}
