//! Places in object stores as paths: `s3a://bucket/a/b` is the [`Path`] `s3a:/bucket/a/b`.
//!
//! Its first component is the scheme and its second the bucket, so that `join`, `parent`,
//! `file_name` and `starts_with` mean what they mean for a local path; it has no root, and
//! every local path that is used for data has one. Knows the spelling only, no store.

use std::path::{Path, PathBuf};

/// A family of stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    S3,
    Gcs,
    Azure,
}

const SCHEMES: [(&str, Kind); 5] = [
    ("s3", Kind::S3),
    ("s3a", Kind::S3),
    ("gs", Kind::Gcs),
    ("abfs", Kind::Azure),
    ("abfss", Kind::Azure),
];

fn kind_of(scheme: &str) -> Option<Kind> {
    let known = SCHEMES.iter().find(|(name, _)| *name == scheme);
    known.map(|(_, kind)| *kind)
}

/// A path within a store, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    pub kind: Kind,
    pub scheme: &'a str,
    /// The bucket; with Azure `container@account.dfs.core.windows.net`.
    pub bucket: &'a str,
    /// Without slashes at its ends; empty for the bucket itself.
    pub key: &'a str,
}

impl<'a> Place<'a> {
    /// None for a local path.
    pub fn of(path: &'a Path) -> Option<Self> {
        if path.has_root() {
            return None;
        }
        let (scheme, rest) = path.to_str()?.split_once(":/")?;
        let kind = kind_of(scheme)?;
        let rest = rest.trim_matches('/');
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        Some(Self {
            kind,
            scheme,
            bucket,
            key: key.trim_matches('/'),
        })
    }
}

/// Whether the path is one of a store.
pub fn is_remote(path: &Path) -> bool {
    Place::of(path).is_some()
}

/// The path of a user's text that names a store; none where it names none. The error says
/// what is wrong with the text.
pub fn parse(text: &str) -> Option<Result<PathBuf, String>> {
    let (scheme, rest) = text.split_once(":/")?;
    kind_of(scheme)?;
    let bucket_and_key = rest.strip_prefix('/').unwrap_or_default();
    let (bucket, key) = bucket_and_key
        .split_once('/')
        .unwrap_or((bucket_and_key, ""));
    if bucket.is_empty() {
        return Some(Err(format!("it names no bucket: {scheme}://bucket/path")));
    }
    let mut names: Vec<&str> = Vec::new();
    for name in key.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    let mut path = PathBuf::from(format!("{scheme}:/{bucket}"));
    path.extend(names);
    Some(Ok(path))
}

/// The bucket as a path.
pub fn bucket_of(path: &Path) -> Option<PathBuf> {
    let place = Place::of(path)?;
    Some(PathBuf::from(format!("{}:/{}", place.scheme, place.bucket)))
}

/// The path without its scheme and bucket, as Hadoop's `Path.toUri.getPath` has it; a
/// local path as it is.
pub fn inner(path: &Path) -> PathBuf {
    match Place::of(path) {
        Some(place) => Path::new("/").join(place.key),
        None => path.to_path_buf(),
    }
}

/// As messages show a path: `s3a://bucket/a`, `/a`.
pub fn shown(path: &Path) -> String {
    match Place::of(path) {
        Some(place) if place.key.is_empty() => format!("{}://{}", place.scheme, place.bucket),
        Some(place) => format!("{}://{}/{}", place.scheme, place.bucket, place.key),
        None => path.display().to_string(),
    }
}

/// As Hadoop shows a path: `s3a://bucket/a`, `file:/a`.
pub fn hadoop(path: &Path) -> String {
    match is_remote(path) {
        true => shown(path),
        false => format!("file:{}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_goes_to_a_path_and_back() {
        for (text, meant) in [
            ("s3a://b/a/../c//d/", "s3a://b/c/d"),
            ("s3://b", "s3://b"),
            ("gs://b/", "gs://b"),
            ("s3a://b/../..", "s3a://b"),
            (
                "abfss://c@acc.dfs.core.windows.net/x y",
                "abfss://c@acc.dfs.core.windows.net/x y",
            ),
        ] {
            let path = parse(text).unwrap().unwrap();
            assert_eq!(shown(&path), meant, "{text}");
        }
        assert!(parse("s3a:/b/c").unwrap().is_err());
        assert!(parse("hdfs://b/c").is_none());
        assert!(parse("/s3a://b").is_none());
    }

    #[test]
    fn what_is_done_to_paths_goes_on_to_mean_the_same() {
        let root = parse("s3a://b/in").unwrap().unwrap();
        let file = root.join("k=1").join("f.csv");
        assert_eq!(shown(&file), "s3a://b/in/k=1/f.csv");
        assert_eq!(file.strip_prefix(&root).unwrap(), Path::new("k=1/f.csv"));
        assert_eq!(file.parent().unwrap().parent().unwrap(), root);
        assert_eq!(inner(&file), Path::new("/in/k=1/f.csv"));
        assert_eq!(bucket_of(&file).unwrap(), Path::new("s3a:/b"));
        assert!(!is_remote(Path::new("/s3a:/b")));
        assert!(!is_remote(Path::new("in/f.csv")));
    }
}
