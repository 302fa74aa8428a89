//! Patterns of paths as Hadoop reads them: `*`, `?`, `[a-z]`, `[^a]`, `{a,b}` and `\`,
//! none of which goes past a `/`, but that braces may hold one.

use std::fs;
use std::path::{Path, PathBuf};

use super::failed;
use crate::error::{ErrorClass, Result, SparkError};
use crate::storage;

pub fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{', '\\'])
}

/// A pattern of one name.
#[derive(Debug, Clone)]
pub struct Glob(Vec<Vec<Part>>);

#[derive(Debug, Clone)]
enum Part {
    Char(char),
    Any,
    Many,
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    pub fn new(pattern: &str) -> Result<Self> {
        let alternatives = alternatives(pattern);
        let parsed = alternatives
            .iter()
            .map(|text| parse(text, pattern))
            .collect::<Result<_>>()?;
        Ok(Self(parsed))
    }

    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        self.0.iter().any(|parts| matches(parts, &name))
    }
}

fn parse(text: &str, whole: &str) -> Result<Vec<Part>> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = chars.get(at) {
        at += 1;
        out.push(match found {
            '*' => Part::Many,
            '?' => Part::Any,
            '\\' => {
                at += 1;
                match chars.get(at - 1) {
                    Some(escaped) => Part::Char(*escaped),
                    None => return Err(illegal(whole, "nothing follows a backslash")),
                }
            }
            '[' => {
                let (part, next) =
                    set(&chars, at).ok_or_else(|| illegal(whole, "Unclosed character class"))?;
                at = next;
                part
            }
            other => Part::Char(*other),
        });
    }
    Ok(out)
}

/// The class whose content begins at `at`, and the place behind it.
fn set(chars: &[char], mut at: usize) -> Option<(Part, usize)> {
    let negated = matches!(chars.get(at)?, '^' | '!');
    at += usize::from(negated);
    let mut members = Vec::new();
    loop {
        match chars.get(at)? {
            ']' if !members.is_empty() => break,
            '\\' => {
                members.push(*chars.get(at + 1)?);
                at += 2;
            }
            other => {
                members.push(*other);
                at += 1;
            }
        }
    }
    let mut ranges = Vec::new();
    let mut member = 0;
    while let Some(from) = members.get(member) {
        match (members.get(member + 1), members.get(member + 2)) {
            (Some('-'), Some(to)) => {
                ranges.push((*from, *to));
                member += 3;
            }
            _ => {
                ranges.push((*from, *from));
                member += 1;
            }
        }
    }
    Some((Part::Set { negated, ranges }, at + 1))
}

fn illegal(pattern: &str, why: &str) -> SparkError {
    SparkError::plain(
        ErrorClass::IllegalArgument,
        format!("Illegal file pattern: {why} near {pattern}"),
    )
}

fn matches(parts: &[Part], name: &[char]) -> bool {
    let (mut part, mut at) = (0, 0);
    // Where to go back to: the last `*`, and what it has taken so far.
    let mut back: Option<(usize, usize)> = None;
    loop {
        let fits = match (parts.get(part), name.get(at)) {
            (None, None) => return true,
            (Some(Part::Many), _) => {
                back = Some((part, at));
                part += 1;
                continue;
            }
            (Some(Part::Any), Some(_)) => true,
            (Some(Part::Char(wanted)), Some(found)) => wanted == found,
            (Some(Part::Set { negated, ranges }), Some(found)) => {
                ranges.iter().any(|(from, to)| (from..=to).contains(&found)) != *negated
            }
            _ => false,
        };
        if fits {
            part += 1;
            at += 1;
        } else if let Some((star, taken)) = back
            && taken < name.len()
        {
            back = Some((star, taken + 1));
            part = star + 1;
            at = taken + 1;
        } else {
            return false;
        }
    }
}

/// The patterns without braces that one with braces stands for.
pub fn alternatives(pattern: &str) -> Vec<String> {
    let chars: Vec<(usize, char)> = pattern.char_indices().collect();
    let mut depth = 0;
    let mut open = None;
    let mut cuts = Vec::new();
    let mut skip = false;
    for (at, found) in chars {
        if std::mem::take(&mut skip) {
            continue;
        }
        match found {
            '\\' => skip = true,
            '{' => {
                depth += 1;
                open.get_or_insert(at);
            }
            ',' if depth == 1 => cuts.push(at),
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let start = open.unwrap_or(at);
                    return spread(pattern, start, &cuts, at);
                }
            }
            _ => {}
        }
    }
    vec![pattern.to_string()]
}

fn spread(pattern: &str, open: usize, cuts: &[usize], close: usize) -> Vec<String> {
    let before = pattern.get(..open).unwrap_or_default();
    let after = pattern.get(close + 1..).unwrap_or_default();
    let mut from = open + 1;
    let mut out = Vec::new();
    for end in cuts.iter().copied().chain([close]) {
        let choice = pattern.get(from..end).unwrap_or_default();
        out.extend(alternatives(&format!("{before}{choice}{after}")));
        from = end + 1;
    }
    out
}

/// The paths that a pattern means, sorted; the path itself where it is none. Also
/// those that are hidden, which only the listing of a folder leaves out.
pub fn expand(path: &Path) -> Result<Vec<PathBuf>> {
    let text = path.to_string_lossy();
    if storage::is_remote(path) {
        return match is_glob(&text) {
            true => expand_remote(path),
            // Whether it is there comes out when it is listed.
            false => Ok(vec![path.to_path_buf()]),
        };
    }
    if path.exists() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !is_glob(&text) {
        return Ok(vec![]);
    }
    let mut all = Vec::new();
    for one in alternatives(&text) {
        all.extend(expand_one(&one)?);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

fn expand_one(pattern: &str) -> Result<Vec<PathBuf>> {
    let mut found = vec![PathBuf::from("/")];
    for name in pattern.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        if is_glob(name) {
            let wanted = Glob::new(name)?;
            for folder in &found {
                let Ok(entries) = fs::read_dir(folder) else {
                    continue;
                };
                next.extend(
                    entries
                        .flatten()
                        .filter(|e| wanted.matches(&e.file_name().to_string_lossy()))
                        .map(|e| e.path()),
                );
            }
        } else {
            next.extend(found.iter().map(|f| f.join(name)).filter(|p| p.exists()));
        }
        found = next;
    }
    Ok(found)
}

/// As [`expand`] in an object store: a folder is listed where a pattern says what in it is
/// wanted, and whether a name is there is asked where it is the last one only.
fn expand_remote(path: &Path) -> Result<Vec<PathBuf>> {
    let Some(bucket) = storage::bucket_of(path) else {
        return Ok(vec![]);
    };
    let below = storage::inner(path).to_string_lossy().into_owned();
    let mut all = Vec::new();
    for pattern in alternatives(&below) {
        let mut found = vec![bucket.clone()];
        let mut is_sure = true;
        for name in pattern.split('/').filter(|part| !part.is_empty()) {
            is_sure = is_glob(name);
            if !is_sure {
                found = found.iter().map(|folder| folder.join(name)).collect();
                continue;
            }
            let wanted = Glob::new(name)?;
            let mut next = Vec::new();
            for folder in &found {
                let names = storage::list(folder).map_err(|e| failed(folder, &e))?;
                let names = names.iter().filter(|entry| wanted.matches(&entry.name));
                next.extend(names.map(|entry| folder.join(&entry.name)));
            }
            found = next;
        }
        for path in found {
            if is_sure || storage::exists(&path).map_err(|e| failed(&path, &e))? {
                all.push(path);
            }
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_hadoops_do() {
        let cases = [
            ("*.txt", "a.txt", true),
            ("*.txt", "a.txt.gz", false),
            ("a*b*c", "axxbyybc", true),
            ("a*b*c", "axxbyyb", false),
            ("[a-c]?", "bz", true),
            ("[^a-c]?", "bz", false),
            ("[!b]", "b", false),
            ("{a,b{1,2}}x", "b2x", true),
            ("{a,b{1,2}}x", "b3x", false),
            ("\\*", "*", true),
            ("\\*", "a", false),
            ("**", "anything", true),
            ("", "", true),
        ];
        for (pattern, name, expected) in cases {
            let glob = Glob::new(pattern).unwrap();
            assert_eq!(glob.matches(name), expected, "{pattern} {name}");
        }
        assert!(Glob::new("[a").is_err());
    }
}
