//! Finding files: paths, globs, hidden names, modification times. Local file systems
//! only, so far; any other scheme is refused by name.

use std::fs;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use crate::error::{ErrorClass, Result, SparkError};

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    pub path: PathBuf,
    pub size: u64,
    /// Milliseconds since the epoch.
    pub modified: i64,
}

impl FileEntry {
    /// `file:///a/b.json`, as in a file source's log.
    pub fn uri(&self) -> String {
        uri(&self.path)
    }
}

/// `file:///a/b`, with what a URI cannot hold percent-encoded.
pub fn uri(path: &Path) -> String {
    let mut out = String::from("file://");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'/'
            | b'-'
            | b'_'
            | b'.'
            | b'~'
            | b'!'
            | b'$'
            | b'&'
            | b'\''
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b':'
            | b'@' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The local path that a user's path means.
pub fn local_path(text: &str) -> Result<PathBuf> {
    let rest = if let Some(rest) = text.strip_prefix("file://") {
        rest
    } else if let Some(rest) = text.strip_prefix("file:") {
        rest
    } else {
        if let Some((scheme, _)) = text.split_once(":/")
            && scheme.len() > 1
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        {
            return Err(SparkError::not_implemented(format_args!(
                "the file system {scheme}: ({text})"
            )));
        }
        text
    };
    let path = PathBuf::from(rest);
    if path.is_absolute() {
        return Ok(normal(&path));
    }
    let here = std::env::current_dir().map_err(|e| failed(&path, &e))?;
    Ok(normal(&here.join(path)))
}

/// Without `.` and `..`, and without looking at the disk.
fn normal(path: &Path) -> PathBuf {
    use std::path::Component;
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

/// Options of every file source that choose among files.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    pub glob_filter: Option<String>,
    pub recursive: bool,
    /// Whether a path without files is an error; streams may start empty.
    pub must_exist: bool,
}

/// All files under the given paths, in the order of their paths.
pub fn list(paths: &[String], options: &Listing) -> Result<Vec<FileEntry>> {
    let filter = options
        .glob_filter
        .as_deref()
        .map(|g| matcher(g, false))
        .transpose()?;
    let mut out = Vec::new();
    if let [only] = paths
        && let Some(logged) = super::sink_folder::files_of(&local_path(only)?)?
    {
        let is_wanted = |file: &FileEntry| {
            let name = file.path.file_name().unwrap_or_default();
            filter.as_ref().is_none_or(|f| f.is_match(Path::new(name)))
        };
        return Ok(logged.into_iter().filter(is_wanted).collect());
    }
    for text in paths {
        let path = local_path(text)?;
        let roots = expand(&path)?;
        if roots.is_empty() && options.must_exist {
            return Err(SparkError::new(
                "PATH_NOT_FOUND",
                &[("path", &format!("file:{}", path.display()))],
            ));
        }
        for root in roots {
            collect(&root, options, filter.as_ref(), true, &mut out)?;
        }
    }
    Ok(out)
}

/// Whether the path, or anything that its glob means, is there.
pub fn exists(text: &str) -> Result<bool> {
    Ok(!expand(&local_path(text)?)?.is_empty())
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

fn matcher(glob: &str, whole_path: bool) -> Result<GlobMatcher> {
    GlobBuilder::new(glob)
        .literal_separator(whole_path)
        .backslash_escape(true)
        .build()
        .map(|g| g.compile_matcher())
        .map_err(|e| {
            SparkError::plain(
                ErrorClass::IllegalArgument,
                format!("Illegal file pattern: {e}"),
            )
        })
}

/// The paths that a glob means, sorted; the path itself where it is none.
fn expand(path: &Path) -> Result<Vec<PathBuf>> {
    let text = path.to_string_lossy();
    if !is_glob(&text) {
        return Ok(if path.exists() {
            vec![path.to_path_buf()]
        } else {
            vec![]
        });
    }
    let mut found = vec![PathBuf::from("/")];
    for part in path.components().skip(1) {
        let name = part.as_os_str().to_string_lossy().into_owned();
        let mut next = Vec::new();
        if is_glob(&name) {
            let wanted = matcher(&name, true)?;
            for folder in &found {
                let Ok(entries) = fs::read_dir(folder) else {
                    continue;
                };
                let mut names: Vec<_> = entries
                    .flatten()
                    .filter(|e| wanted.is_match(Path::new(&e.file_name())))
                    .map(|e| e.path())
                    .collect();
                names.sort();
                next.extend(names);
            }
        } else {
            next.extend(found.iter().map(|f| f.join(&name)).filter(|p| p.exists()));
        }
        found = next;
    }
    found.retain(|p| !hidden(p));
    Ok(found)
}

/// Names that belong to writers in progress and to other tools.
fn hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    (name.starts_with('_') && !name.contains('='))
        || name.starts_with('.')
        || name.ends_with("._COPYING_")
}

fn collect(
    path: &Path,
    options: &Listing,
    filter: Option<&GlobMatcher>,
    given: bool,
    out: &mut Vec<FileEntry>,
) -> Result<()> {
    // A file that vanished since it was listed is not there any more.
    let Ok(meta) = fs::metadata(path) else {
        return Ok(());
    };
    if !meta.is_dir() {
        let name = path.file_name().unwrap_or_default();
        if filter.is_none_or(|f| f.is_match(Path::new(name))) {
            out.push(FileEntry {
                path: path.to_path_buf(),
                size: meta.len(),
                modified: modified(&meta),
            });
        }
        return Ok(());
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if given => return Err(failed(path, &error)),
        Err(_) => return Ok(()),
    };
    let mut children: Vec<PathBuf> = entries
        .flatten()
        .map(|e| e.path())
        .filter(|p| !hidden(p))
        .collect();
    children.sort();
    for child in children {
        if child.is_dir() {
            let name = child
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if options.recursive {
                collect(&child, options, filter, false, out)?;
            } else if name.contains('=') {
                return Err(SparkError::not_implemented(format_args!(
                    "partition discovery (the folder {name})"
                )));
            }
            continue;
        }
        collect(&child, options, filter, false, out)?;
    }
    Ok(())
}

fn modified(meta: &fs::Metadata) -> i64 {
    let Ok(time) = meta.modified() else { return 0 };
    match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    }
}

pub fn failed(path: &Path, error: &std::io::Error) -> SparkError {
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format!("cannot read {}: {error}", path.display()),
    )
}

/// The path of a `file:///…` URI.
pub fn from_uri(text: &str) -> PathBuf {
    let rest = text
        .strip_prefix("file://")
        .or_else(|| text.strip_prefix("file:"))
        .unwrap_or(text);
    let raw = rest.as_bytes();
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        let hex = rest
            .get(at + 1..at + 3)
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (byte, hex) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                at += 3;
            }
            (byte, _) => {
                bytes.push(*byte);
                at += 1;
            }
        }
    }
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}
