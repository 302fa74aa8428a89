//! Header lines: the names that they give, and whether they fit a schema.

use crate::error::{ErrorClass, Result, SparkError};

use super::options::CsvOptions;

/// Names of columns from the first record; a name of its own for each.
pub(super) fn names(
    first: &[Option<String>],
    options: &CsvOptions,
    case_sensitive: bool,
) -> Vec<String> {
    let numbered = |at: usize| format!("_c{at}");
    if !options.header {
        return (0..first.len()).map(numbered).collect();
    }
    let fold = |name: &str| match case_sensitive {
        true => name.to_string(),
        false => name.to_lowercase(),
    };
    let folded: Vec<_> = first.iter().flatten().map(|name| fold(name)).collect();
    let name_of = |(at, name): (usize, &Option<String>)| match name {
        Some(name) if !name.is_empty() && *name != options.null_value => {
            let own = fold(name);
            match folded.iter().filter(|other| **other == own).count() {
                0 | 1 => name.clone(),
                _ => format!("{name}{at}"),
            }
        }
        _ => numbered(at),
    };
    first.iter().enumerate().map(name_of).collect()
}

/// Refuses a header that does not have the schema's names in the schema's order.
pub(super) fn check(
    found: &[&str],
    names: &[&str],
    case_sensitive: bool,
    path: &str,
) -> Result<()> {
    let refused = |text: String| {
        let cause = SparkError::plain(ErrorClass::IllegalArgument, text);
        Err(SparkError::new("FAILED_READ_FILE.NO_HINT", &[("path", path)]).with_cause(cause))
    };
    if found.len() != names.len() {
        return refused(format!(
            "Number of column in CSV header is not equal to number of fields in the schema:\n Header length: {}, schema size: {}\nCSV file: {path}",
            found.len(),
            names.len(),
        ));
    }
    let same = |(l, r): (&&str, &&str)| match case_sensitive {
        true => l == r,
        false => l.to_lowercase() == r.to_lowercase(),
    };
    if found.iter().zip(names).all(same) {
        return Ok(());
    }
    refused(format!(
        "CSV header does not conform to the schema.\n Header: {}\n Schema: {}\nCSV file: {path}",
        found.join(", "),
        names.join(", "),
    ))
}
