//! Which files a read means: paths and patterns, folders below folders, filters by
//! name and time, hidden names.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::glob::{self, Glob};
use super::{FileEntry, Paths, failed};
use crate::error::{Result, SparkError};
use crate::execution::sink_folder;

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
        let time = fs::metadata(&log).and_then(|meta| meta.modified()).ok();
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
        let roots = glob::expand(&path)?;
        if roots.is_empty() && options.must_exist {
            return Err(SparkError::new(
                "PATH_NOT_FOUND",
                &[("path", &format!("file:{}", path.display()))],
            ));
        }
        for root in roots {
            let mut walk = Walk {
                options,
                is_new,
                found: &mut found,
            };
            walk.root(&root)?;
            found.roots.push(root);
        }
    }
    Ok(found)
}

/// Whether the path, or anything that its pattern means, is there.
pub fn exists(path: &Path) -> Result<bool> {
    Ok(!glob::expand(path)?.is_empty())
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
            self.file(root.to_path_buf(), &name, &meta);
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, name: &str, meta: &fs::Metadata) {
        if !self.options.is_named(name) {
            return;
        }
        let file = FileEntry {
            path,
            size: meta.len(),
            modified: modified(meta),
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
                self.file(path, &name, &meta);
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
