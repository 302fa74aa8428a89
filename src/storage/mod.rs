//! Files, wherever they are: on this machine's disk or in an object store (S3, Google
//! Cloud Storage, Azure). Functions like those of `std::fs` over a path; a local path goes
//! straight to `std::fs`, and one that begins with the scheme of a store (`s3a:/bucket/…`,
//! see [`place`]) to the client of its bucket.
//!
//! A store has no folders and no renames: a folder is what has keys below it, and what
//! must appear at once is put at once. This room knows no engine, no plan and no format.

mod azure;
mod client;
mod error;
mod gcs;
pub mod http;
mod place;
mod read;
mod s3;
mod settings;
mod write;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use futures::TryStreamExt;
use object_store::{ObjectMeta, ObjectStoreExt};

use self::client::Object;

pub use client::register;
pub use error::condition_of;
pub use place::{bucket_of, hadoop, inner, is_remote, parse, shown};
pub use read::{Bytes, ReadFile, RemoteFile, open};
pub use settings::{Settings, TIMEOUT, check, is_secret};
pub use write::{NewFile, Pending, Spool, publish};

/// What there is to know of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub is_dir: bool,
    pub size: u64,
    /// Folders of a store have none.
    pub modified: Option<SystemTime>,
}

impl Facts {
    fn folder() -> Self {
        Self {
            is_dir: true,
            size: 0,
            modified: None,
        }
    }

    fn of_object(found: &ObjectMeta) -> Self {
        Self {
            is_dir: false,
            size: found.size,
            modified: Some(found.last_modified.into()),
        }
    }

    /// When it was last changed, in milliseconds since the epoch.
    pub fn modified_millis(&self) -> Option<i64> {
        let since = self.modified?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    }
}

/// What is at a path; an error of the kind `NotFound` where nothing is.
pub fn facts(path: &Path) -> io::Result<Facts> {
    let Some(object) = Object::of(path) else {
        let found = fs::metadata(path)?;
        return Ok(Facts {
            is_dir: found.is_dir(),
            size: found.len(),
            modified: found.modified().ok(),
        });
    };
    let object = object?;
    let is_bucket = object.key.as_ref().is_empty();
    if !is_bucket {
        match object.ask(|store, key| async move { store.head(&key).await }) {
            Ok(found) => return Ok(Facts::of_object(&found)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    // A bucket is asked too: it may not be there.
    match has_below(&object)? || is_bucket {
        true => Ok(Facts::folder()),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

fn has_below(object: &Object) -> io::Result<bool> {
    let first = object.ask(|store, key| async move { store.list(Some(&key)).try_next().await });
    Ok(first?.is_some())
}

/// When a local folder was last changed; a store does not say.
pub fn folder_time(path: &Path) -> Option<SystemTime> {
    if is_remote(path) {
        return None;
    }
    fs::metadata(path).and_then(|found| found.modified()).ok()
}

/// Whether there is anything at a path.
pub fn exists(path: &Path) -> io::Result<bool> {
    match facts(path) {
        Ok(_) => Ok(true),
        // Below a file there is nothing either.
        Err(e) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&e.kind()) => {
            Ok(false)
        }
        Err(e) => Err(e),
    }
}

/// Whether there is a folder at a path.
pub fn is_dir(path: &Path) -> io::Result<bool> {
    match Object::of(path) {
        None => Ok(path.is_dir()),
        Some(object) => has_below(&object?),
    }
}

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub is_dir: bool,
}

/// The names in a folder that are text, in no order. A folder of a store that is not
/// there has none.
pub fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    let Some(object) = Object::of(folder) else {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let is_dir = match entry.file_type() {
                Ok(kind) if kind.is_symlink() => entry.path().is_dir(),
                Ok(kind) => kind.is_dir(),
                Err(_) => continue,
            };
            if let Ok(name) = entry.file_name().into_string() {
                all.push(Entry { name, is_dir });
            }
        }
        return Ok(all);
    };
    let object = object?;
    let prefix = object.key.clone();
    let found =
        object.ask(|store, key| async move { store.list_with_delimiter(Some(&key)).await })?;
    let name = |key: &object_store::path::Path| key.filename().map(str::to_string);
    let entry = |name: Option<String>, is_dir| name.map(|name| Entry { name, is_dir });
    let folders = found.common_prefixes.iter();
    let files = found.objects.iter();
    // Some tools mark a folder by an object of its own name.
    let files = files.filter(|file| file.location != prefix);
    Ok(folders
        .filter_map(|folder| entry(name(folder), true))
        .chain(files.filter_map(|file| entry(name(&file.location), false)))
        .collect())
}

/// All files of a store below a folder, at any depth, by name.
pub fn walk(folder: &Path) -> io::Result<Vec<(PathBuf, Facts)>> {
    let Some(object) = Object::of(folder) else {
        return Err(io::ErrorKind::Unsupported.into());
    };
    let object = object?;
    let prefix = object.key.as_ref().to_string();
    let found = object.ask(|store, key| store.list(Some(&key)).try_collect::<Vec<_>>())?;
    let mut all: Vec<(PathBuf, Facts)> = found
        .iter()
        .filter_map(|file| {
            let below = file.location.as_ref().strip_prefix(&prefix)?;
            let below = below.trim_start_matches('/');
            let path = (!below.is_empty()).then(|| folder.join(below))?;
            Some((path, Facts::of_object(file)))
        })
        .collect();
    all.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(without_marks(all))
}

/// Some tools mark a folder by an empty object of its name and a `/`, which reads here as
/// a file of the folder's name: one that has files below it, or that is not there.
fn without_marks(all: Vec<(PathBuf, Facts)>) -> Vec<(PathBuf, Facts)> {
    let mut kept: Vec<(PathBuf, Facts)> = Vec::with_capacity(all.len());
    let mut rest = all.into_iter().peekable();
    while let Some((path, found)) = rest.next() {
        let is_empty = found.size == 0;
        let has_below = rest.peek().is_some_and(|(next, _)| next.starts_with(&path));
        if is_empty && (has_below || !is_object(&path)) {
            continue;
        }
        kept.push((path, found));
    }
    kept
}

/// Whether an object has just this name; where the store does not say, one may.
fn is_object(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Readers pass over these, and asking for each would cost.
    if name.starts_with(['_', '.']) {
        return true;
    }
    let Some(Ok(object)) = Object::of(path) else {
        return true;
    };
    let asked = object.ask(|store, key| async move { store.head(&key).await });
    !asked.is_err_and(|e| e.kind() == io::ErrorKind::NotFound)
}

/// The whole file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    match Object::of(path) {
        None => fs::read(path),
        Some(object) => {
            let bytes =
                object?.ask(|store, key| async move { store.get(&key).await?.bytes().await })?;
            Ok(bytes.into())
        }
    }
}

/// The whole file, which is text.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

/// Puts a file, in the place of another if there is one.
pub fn put(path: &Path, bytes: Vec<u8>) -> io::Result<()> {
    match Object::of(path) {
        None => fs::write(path, bytes),
        Some(object) => write::put(object?, bytes),
    }
}

/// Puts an object that must be new; false where there is one. Of stores only.
pub fn put_new(path: &Path, bytes: Vec<u8>) -> io::Result<bool> {
    match Object::of(path) {
        None => Err(io::ErrorKind::Unsupported.into()),
        Some(object) => write::put_new(&object?, bytes),
    }
}

/// Makes a folder and those above it. A store needs none.
pub fn create_dir_all(path: &Path) -> io::Result<()> {
    match is_remote(path) {
        true => Ok(()),
        false => fs::create_dir_all(path),
    }
}

/// Removes a file; one that is not there may be an error, as a store has it.
pub fn remove_file(path: &Path) -> io::Result<()> {
    match Object::of(path) {
        None => fs::remove_file(path),
        Some(object) => object?.ask(|store, key| async move { store.delete(&key).await }),
    }
}

/// Removes files of a store, many at a time; those that are not there are none.
pub fn remove_files(paths: &[PathBuf]) -> io::Result<()> {
    let Some(first) = paths.first() else {
        return Ok(());
    };
    let Some(object) = Object::of(first) else {
        return Err(io::ErrorKind::Unsupported.into());
    };
    let object = object?;
    let keys = paths.iter().map(|path| object.sibling(path));
    let keys = keys
        .map(|object| object.map(|object| object.key))
        .collect::<io::Result<Vec<_>>>()?;
    object.ask(|store, _| async move {
        let keys = Box::pin(futures::stream::iter(keys.into_iter().map(Ok)));
        let mut gone = store.delete_stream(keys);
        loop {
            match gone.try_next().await {
                Ok(None) => return Ok(()),
                Ok(Some(_)) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    })
}

/// Removes a folder with all that is in it.
pub fn remove_dir_all(path: &Path) -> io::Result<()> {
    if !is_remote(path) {
        return fs::remove_dir_all(path);
    }
    let all: Vec<PathBuf> = walk(path)?.into_iter().map(|(path, _)| path).collect();
    remove_files(&all)
}

/// Moves a file. Within a bucket it is copied and removed; from one file system to another
/// it is not moved.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    if !is_remote(from) && !is_remote(to) {
        return fs::rename(from, to);
    }
    if bucket_of(from) != bucket_of(to) {
        return Err(io::ErrorKind::CrossesDevices.into());
    }
    let (Some(source), Some(target)) = (Object::of(from), Object::of(to)) else {
        return Err(io::ErrorKind::CrossesDevices.into());
    };
    let target = target?.key;
    source?.ask(|store, key| async move {
        store.copy(&key, &target).await?;
        store.delete(&key).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_what_has_keys_below_it() {
        let root = client::in_memory("folders");
        for name in ["a/b/1", "a/b/2", "a/c", "ab"] {
            put(&root.join(name), b"x".to_vec()).unwrap();
        }
        let mut names: Vec<_> = list(&root.join("a")).unwrap();
        names.sort_by(|l, r| l.name.cmp(&r.name));
        let shown: Vec<_> = names.iter().map(|e| (e.name.as_str(), e.is_dir)).collect();
        assert_eq!(shown, [("b", true), ("c", false)]);
        assert!(is_dir(&root.join("a/b")).unwrap());
        assert!(!is_dir(&root.join("a/c")).unwrap());
        assert!(facts(&root.join("a")).unwrap().is_dir);
        assert_eq!(facts(&root.join("a/c")).unwrap().size, 1);
        assert!(!exists(&root.join("b")).unwrap());
        let all: Vec<_> = walk(&root.join("a")).unwrap();
        let all: Vec<_> = all.iter().map(|(path, _)| shown_of(path)).collect();
        assert_eq!(
            all,
            [
                "s3a://folders/a/b/1",
                "s3a://folders/a/b/2",
                "s3a://folders/a/c"
            ]
        );
        rename(&root.join("ab"), &root.join("d/ab")).unwrap();
        assert!(!exists(&root.join("ab")).unwrap());
        remove_dir_all(&root.join("a")).unwrap();
        assert!(!exists(&root.join("a")).unwrap());
        assert!(exists(&root.join("d/ab")).unwrap());
    }

    fn shown_of(path: &Path) -> String {
        shown(path)
    }

    #[test]
    fn a_bucket_that_nobody_named_is_an_error() {
        let path = parse("s3a://nobody/a").unwrap().unwrap();
        assert!(condition_of(&exists(&path).unwrap_err()).is_some());
    }
}
