//! What a store refuses, as the errors of files: an `io::Error` that carries a [`Fault`],
//! so that those who work with files need not know of stores.
//!
//! No secret is ever part of a message: what a client says is cleaned of the values that
//! it was given and of the queries of URLs, which hold signatures.

use std::fmt;
use std::io;
use std::path::Path;

use super::place::shown;
use crate::error::SparkError;

/// Why a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Missing,
    Existed,
    NoBucket,
    Denied,
    Unreachable,
    Failed,
}

/// A request that failed, with the path in the form that users write.
#[derive(Debug)]
pub struct Fault {
    reason: Reason,
    path: String,
    said: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.condition() {
            Some(_) => write!(f, "{}", self.error().message()),
            None => write!(f, "{}", self.said),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    fn condition(&self) -> Option<&'static str> {
        match self.reason {
            Reason::Missing | Reason::Existed => None,
            Reason::NoBucket => Some("CAUDAL_OBJECT_STORE.NO_BUCKET"),
            Reason::Denied => Some("CAUDAL_OBJECT_STORE.ACCESS_DENIED"),
            Reason::Unreachable => Some("CAUDAL_OBJECT_STORE.UNREACHABLE"),
            Reason::Failed => Some("CAUDAL_OBJECT_STORE.FAILED"),
        }
    }

    fn error(&self) -> SparkError {
        let condition = self.condition().unwrap_or("CAUDAL_OBJECT_STORE.FAILED");
        let path = ("path", self.path.as_str());
        match self.reason {
            Reason::NoBucket => SparkError::new(condition, &[path]),
            _ => SparkError::new(condition, &[path, ("reason", &self.said)]),
        }
    }
}

/// The condition of an error that a store gave; none for an error of the local disk, and
/// for a file that is merely not there.
pub fn condition_of(error: &io::Error) -> Option<SparkError> {
    let fault = error.get_ref()?.downcast_ref::<Fault>()?;
    fault.condition()?;
    Some(fault.error())
}

/// Settings that no client can be made from.
pub(super) fn unusable(path: &Path, reason: &str, secrets: &[String]) -> SparkError {
    let (path, reason) = (shown(path), cleaned(reason, secrets));
    let parameters = [("path", path.as_str()), ("reason", &reason)];
    SparkError::new("CAUDAL_OBJECT_STORE.SETTINGS", &parameters)
}

/// An error of this room's own.
pub(super) fn failed(path: &Path, said: impl fmt::Display) -> io::Error {
    io::Error::other(Fault {
        reason: Reason::Failed,
        path: shown(path),
        said: said.to_string(),
    })
}

/// What the client said, for a path; `secrets` are what it must not say.
pub(super) fn refused(path: &Path, error: object_store::Error, secrets: &[String]) -> io::Error {
    let whole = whole_text(&error);
    let reason = reason_of(&error, &whole);
    let kind = match reason {
        Reason::Missing => io::ErrorKind::NotFound,
        Reason::Existed => io::ErrorKind::AlreadyExists,
        Reason::Denied => io::ErrorKind::PermissionDenied,
        Reason::Unreachable => io::ErrorKind::TimedOut,
        Reason::NoBucket | Reason::Failed => io::ErrorKind::Other,
    };
    let said = match reason {
        Reason::Missing => "there is no such object".into(),
        Reason::Denied if whole.contains("169.254.169.254") => {
            "no credentials are set, and this machine gives none".into()
        }
        _ => cleaned(&short(&whole), secrets),
    };
    let path = shown(path);
    io::Error::new(kind, Fault { reason, path, said })
}

/// The error with its causes, each once.
fn whole_text(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        next = cause.source();
    }
    text
}

fn reason_of(error: &object_store::Error, text: &str) -> Reason {
    use object_store::Error as E;
    const NO_BUCKET: [&str; 4] = [
        "NoSuchBucket",
        "ContainerNotFound",
        "The specified bucket does not exist",
        "ContainerBeingDeleted",
    ];
    const DENIED: [&str; 11] = [
        "403 Forbidden",
        "401 Unauthorized",
        "AccessDenied",
        "169.254.169.254",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "InvalidToken",
        "AuthenticationFailed",
        "invalid_client",
        "invalid_grant",
    ];
    const UNREACHABLE: [&str; 5] = [
        "error sending request",
        "Connection refused",
        "connection error",
        "operation timed out",
        "dns error",
    ];
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match error {
        _ if says(&NO_BUCKET) => Reason::NoBucket,
        E::NotFound { .. } => Reason::Missing,
        E::AlreadyExists { .. } | E::Precondition { .. } => Reason::Existed,
        E::PermissionDenied { .. } | E::Unauthenticated { .. } => Reason::Denied,
        _ if says(&DENIED) => Reason::Denied,
        _ if says(&UNREACHABLE) => Reason::Unreachable,
        _ => Reason::Failed,
    }
}

/// One line: what follows the last ` - ` of a request's report, or of a body in XML what
/// its code and message say.
fn short(text: &str) -> String {
    let tag = |name: &str| {
        let rest = text.split_once(&format!("<{name}>"))?.1;
        Some(rest.split_once("</")?.0.to_string())
    };
    match (tag("Code"), tag("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code,
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Without secrets.
fn cleaned(text: &str, secrets: &[String]) -> String {
    let mut text = text.to_string();
    for secret in secrets.iter().filter(|secret| secret.len() > 3) {
        text = text.replace(secret.as_str(), "***");
    }
    let mut out = String::new();
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        match word.split_once('?') {
            Some((url, _)) if url.contains("://") => {
                out.push_str(url);
                out.push_str("?***");
            }
            _ => out.push_str(word),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> object_store::Error {
        object_store::Error::Generic {
            store: "S3",
            source: text.into(),
        }
    }

    #[test]
    fn messages_hold_no_secret() {
        let path = super::super::place::parse("s3a://b/k").unwrap().unwrap();
        let text = "GET https://h/k?sig=abc&x=1 failed with hunter22 as key";
        let error = refused(&path, generic(text), &["hunter22".into()]);
        let shown = error.to_string();
        assert!(
            shown.contains("https://h/k?*** failed with *** as key"),
            "{shown}"
        );
        assert!(shown.contains("s3a://b/k"), "{shown}");
        assert!(!format!("{error:?}").contains("hunter22"));
    }

    #[test]
    fn reasons_are_told_apart() {
        let path = super::super::place::parse("s3a://b/k").unwrap().unwrap();
        for (text, condition) in [
            (
                "x <Code>InvalidAccessKeyId</Code>",
                "CAUDAL_OBJECT_STORE.ACCESS_DENIED",
            ),
            (
                "error sending request for url",
                "CAUDAL_OBJECT_STORE.UNREACHABLE",
            ),
            (
                "500 <Code>InternalError</Code>",
                "CAUDAL_OBJECT_STORE.FAILED",
            ),
        ] {
            let error = refused(&path, generic(text), &[]);
            assert_eq!(condition_of(&error).unwrap().condition(), condition);
        }
        let missing = |text: &str| object_store::Error::NotFound {
            path: "k".into(),
            source: text.into(),
        };
        let error = refused(&path, missing("<Code>NoSuchBucket</Code>"), &[]);
        assert_eq!(
            condition_of(&error).unwrap().condition(),
            "CAUDAL_OBJECT_STORE.NO_BUCKET"
        );
        let error = refused(&path, missing("<Code>NoSuchKey</Code>"), &[]);
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(condition_of(&error).is_none());
    }
}
