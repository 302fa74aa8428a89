//! The settings of stores as Spark's users write them: Hadoop's names, with or without
//! `spark.hadoop.` before them.
//!
//! A setting is honoured, or it only tunes Hadoop's own client and means nothing here, or
//! it is refused by name; which is which is said in docs/object_stores.md.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use super::place::Kind;
use super::{azure, gcs, s3};
use crate::error::{Result, SparkError};

/// Ours: how long one request may take with all its retries.
pub const TIMEOUT: &str = "spark.caudal.storage.timeout";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
const PREFIX: &str = "spark.hadoop.";

/// A session's settings of stores. Shows none of them: some are secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// By Hadoop's names.
    values: BTreeMap<String, String>,
    /// What the stores' own tools read from the environment.
    environment: BTreeMap<String, String>,
    timeout: Option<Duration>,
    secrets: Vec<String>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settings({} of them)", self.values.len())
    }
}

/// What there is to say of a setting.
pub(super) enum Use {
    Honoured,
    /// It tunes Hadoop's client.
    Tuning,
    /// With the values that are possible here.
    Only(&'static [&'static str]),
    Refused,
}

/// Hadoop's name of a setting of stores; none for any other setting.
fn hadoop_name(key: &str) -> Option<&str> {
    let name = key.strip_prefix(PREFIX).unwrap_or(key);
    const FAMILIES: [&str; 10] = [
        "fs.s3a.",
        "fs.s3.",
        "fs.s3n.",
        "fs.gs.",
        "google.cloud.",
        "fs.azure.",
        "fs.abfs.",
        "fs.abfss.",
        "fs.AbstractFileSystem.",
        "fs.wasb",
    ];
    let is_ours = FAMILIES.iter().any(|family| name.starts_with(family));
    is_ours.then_some(name)
}

/// Whether a setting's value may be shown to nobody.
pub fn is_secret(key: &str) -> bool {
    let Some(name) = hadoop_name(key) else {
        return false;
    };
    let name = name.to_lowercase();
    const WORDS: [&str; 8] = [
        "secret",
        "token",
        "password",
        "access.key",
        "account.key",
        "encryption.key",
        "private.key",
        "sas.",
    ];
    WORDS.iter().any(|word| name.contains(word))
}

/// Refuses a setting of stores that is not honoured and would change something.
pub fn check(key: &str, value: &str) -> Result<()> {
    let Some(name) = hadoop_name(key) else {
        return Ok(());
    };
    let found = match name {
        _ if name.starts_with("fs.s3a.") => s3::use_of(name),
        _ if name.starts_with("fs.gs.") || name.starts_with("google.cloud.") => gcs::use_of(name),
        _ if name.starts_with("fs.azure.") => azure::use_of(name),
        "fs.s3.impl" => Use::Only(&["org.apache.hadoop.fs.s3a.S3AFileSystem"]),
        "fs.abfs.impl" => Use::Only(&["org.apache.hadoop.fs.azurebfs.AzureBlobFileSystem"]),
        "fs.abfss.impl" => Use::Only(&["org.apache.hadoop.fs.azurebfs.SecureAzureBlobFileSystem"]),
        "fs.AbstractFileSystem.s3a.impl" => Use::Only(&["org.apache.hadoop.fs.s3a.S3A"]),
        "fs.AbstractFileSystem.gs.impl" => {
            Use::Only(&["com.google.cloud.hadoop.fs.gcs.GoogleHadoopFS"])
        }
        "fs.AbstractFileSystem.abfs.impl" => Use::Only(&["org.apache.hadoop.fs.azurebfs.Abfs"]),
        "fs.AbstractFileSystem.abfss.impl" => Use::Only(&["org.apache.hadoop.fs.azurebfs.Abfss"]),
        _ if name.starts_with("fs.AbstractFileSystem.") => return Ok(()),
        _ => Use::Refused,
    };
    match found {
        Use::Honoured | Use::Tuning => Ok(()),
        Use::Only(values) if values.iter().any(|v| v.eq_ignore_ascii_case(value.trim())) => Ok(()),
        Use::Only(_) if !is_secret(key) => Err(SparkError::not_implemented(format_args!(
            "the setting {key}={value}"
        ))),
        Use::Only(_) | Use::Refused => Err(SparkError::not_implemented(format_args!(
            "the setting {key}"
        ))),
    }
}

impl Settings {
    /// From all settings of a session.
    pub fn new<'a>(
        all: impl Iterator<Item = (&'a String, &'a String)>,
        timeout: Option<Duration>,
    ) -> Self {
        let mut made = Self {
            timeout,
            ..Self::default()
        };
        for (key, value) in all {
            let Some(name) = hadoop_name(key) else {
                continue;
            };
            if is_secret(key) {
                made.secrets.push(value.clone());
            }
            // With Spark's prefix it is of the application, without of the session.
            let is_general = key.starts_with(PREFIX);
            if !is_general || !made.values.contains_key(name) {
                made.values.insert(name.to_string(), value.clone());
            }
        }
        made
    }

    pub(super) fn with_environment(&self, kind: Kind) -> Self {
        let family = match kind {
            Kind::S3 => "AWS_",
            Kind::Gcs => "GOOGLE_",
            Kind::Azure => "AZURE_",
        };
        let mut made = self.clone();
        for (key, value) in std::env::vars_os() {
            if let (Some(key), Some(value)) = (key.to_str(), value.to_str())
                && key.starts_with(family)
            {
                let words = ["SECRET", "KEY", "TOKEN", "PASSWORD"];
                if words.iter().any(|word| key.contains(word)) {
                    made.secrets.push(value.to_string());
                }
                made.environment.insert(key.to_string(), value.to_string());
            }
        }
        made
    }

    pub(super) fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// A setting by Hadoop's name; an empty text is none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.values.get(name)?.trim();
        (!found.is_empty()).then_some(found)
    }

    pub(super) fn environment(&self, name: &str) -> Option<&str> {
        let found = self.environment.get(name)?.trim();
        (!found.is_empty()).then_some(found)
    }

    pub(super) fn all_environment(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.environment.iter();
        all.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(DEFAULT_TIMEOUT)
    }

    /// Tries again what may go better the next time, until the time is over.
    pub(super) fn retry(&self, attempts: Option<&str>) -> std::result::Result<RetryConfig, String> {
        let attempts = attempts.map(|text| {
            let number = text.parse::<usize>();
            number.map_err(|_| format!("'{text}' is not a number of attempts"))
        });
        Ok(RetryConfig {
            backoff: BackoffConfig {
                max_backoff: Duration::from_secs(5),
                ..BackoffConfig::default()
            },
            max_retries: attempts.transpose()?.map_or(10, |n| n.saturating_sub(1)),
            retry_timeout: self.timeout(),
        })
    }

    pub(super) fn client(&self) -> ClientOptions {
        let connect = self.timeout().min(Duration::from_secs(5));
        ClientOptions::new()
            .with_timeout(self.timeout())
            .with_connect_timeout(connect)
            .with_allow_http(true)
    }
}

/// `true` or `false`, as Hadoop reads them.
pub(super) fn flag(name: &str, text: &str) -> std::result::Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{name} is neither true nor false: '{text}'")),
    }
}

#[cfg(test)]
pub(super) fn settings(pairs: &[(&str, &str)]) -> Settings {
    let pairs: Vec<(String, String)> = pairs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    Settings::new(pairs.iter().map(|(key, value)| (key, value)), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let made = settings(&[("spark.hadoop.fs.s3a.secret.key", "hunter22")]);
        assert_eq!(made.get("fs.s3a.secret.key"), Some("hunter22"));
        assert_eq!(made.secrets(), ["hunter22"]);
        assert!(!format!("{made:?}").contains("hunter22"));
        let error = check("spark.hadoop.fs.s3a.proxy.password", "hunter22").unwrap_err();
        assert!(error.message().contains("fs.s3a.proxy.password"));
        assert!(!error.message().contains("hunter22"));
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        for (key, value, good) in [
            ("spark.hadoop.fs.s3a.access.key", "k", true),
            ("fs.s3a.bucket.mine.endpoint", "http://h", true),
            ("fs.s3a.connection.maximum", "200", true),
            ("fs.s3a.assumed.role.arn", "arn", false),
            ("fs.s3a.bucket.mine.assumed.role.arn", "arn", false),
            (
                "fs.s3a.impl",
                "org.apache.hadoop.fs.s3a.S3AFileSystem",
                true,
            ),
            ("fs.s3a.impl", "my.FileSystem", false),
            ("fs.gs.auth.service.account.json.keyfile", "/k.json", true),
            ("fs.gs.outputstream.type", "BASIC", true),
            ("fs.gs.encryption.key", "k", false),
            ("fs.azure.account.key.a.dfs.core.windows.net", "k", true),
            ("fs.azure.account.oauth2.refresh.token", "t", false),
            ("fs.wasb.impl", "x", false),
            ("spark.sql.shuffle.partitions", "1", true),
        ] {
            assert_eq!(check(key, value).is_ok(), good, "{key}");
        }
    }

    #[test]
    fn the_sessions_own_goes_before_the_applications() {
        let made = settings(&[
            ("fs.s3a.endpoint", "mine"),
            ("spark.hadoop.fs.s3a.endpoint", "general"),
        ]);
        assert_eq!(made.get("fs.s3a.endpoint"), Some("mine"));
    }
}
