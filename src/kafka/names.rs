//! From Kafka's options as Java clients name them to those of our client library.
//!
//! What has another name is translated, what only a JVM can do (classes, key stores of its
//! own format) is refused by name, and what this room does itself is kept apart. All else
//! goes through as it is: the library refuses what it does not know.

use std::collections::BTreeMap;
use std::time::Duration;

use super::limits::refused;
use super::sasl;
use super::token::TokenSource;
use crate::error::Result;

/// Java's name and the library's, where the value means the same.
const RENAMED: &[(&str, &str)] = &[
    ("fetch.max.wait.ms", "fetch.wait.max.ms"),
    ("max.request.size", "message.max.bytes"),
    ("receive.buffer.bytes", "socket.receive.buffer.bytes"),
    ("send.buffer.bytes", "socket.send.buffer.bytes"),
    ("ssl.keystore.certificate.chain", "ssl.certificate.pem"),
    ("ssl.keystore.key", "ssl.key.pem"),
    ("ssl.truststore.certificates", "ssl.ca.pem"),
];

/// Options whose values are classes of a JVM or that only tell one of itself.
const OF_A_JVM: &[&str] = &[
    "config.providers",
    "enable.metrics.push",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "partition.assignment.strategy",
    "partitioner.adaptive.partitioning.enable",
    "partitioner.availability.timeout.ms",
    "partitioner.class",
    "partitioner.ignore.keys",
    "sasl.client.callback.handler.class",
    "sasl.login.class",
    "security.providers",
    "ssl.engine.factory.class",
    "ssl.keymanager.algorithm",
    "ssl.protocol",
    "ssl.provider",
    "ssl.secure.random.implementation",
    "ssl.trustmanager.algorithm",
    "ssl.truststore.password",
];

/// Set by this room, whatever Java's default is: how records are told apart must be ours.
const OURS: &[&str] = &["enable.auto.offset.store", "enable.partition.eof"];

/// What a client is made of.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// The library's names and values.
    pub settings: BTreeMap<String, String>,
    /// How long a question to the brokers may take (`default.api.timeout.ms`).
    pub api_timeout: Duration,
    /// How long a record may wait for room or for news of its topic (`max.block.ms`).
    pub max_block: Duration,
    /// Rows of a record batch (`max.poll.records`), where it was said.
    pub max_rows: Option<usize>,
    /// Where tokens come from, with OAUTHBEARER.
    pub token: Option<TokenSource>,
}

impl ClientSettings {
    /// `options` are without their `kafka.`, in lower case.
    pub fn new(options: &[(String, String)]) -> Result<Self> {
        let mut made = Self {
            settings: BTreeMap::new(),
            api_timeout: Duration::from_secs(60),
            max_block: Duration::from_secs(60),
            max_rows: None,
            token: None,
        };
        let given: BTreeMap<&str, &str> = options
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        for (name, value) in &given {
            made.take(name, value)?;
        }
        // Each codec's own; the library has one for whichever is chosen.
        if let Some(codec) = given.get("compression.type")
            && let Some(level) = given.get(format!("compression.{}.level", codec.trim()).as_str())
        {
            made.set("compression.level", level);
        }
        stores(&given, &mut made.settings)?;
        made.token = sasl::login(&given, &mut made.settings)?;
        Ok(made)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<()> {
        if OF_A_JVM.contains(&name) {
            return Err(refused(format!(
                "Kafka option 'kafka.{name}' is not supported: it configures what only clients on a JVM have"
            )));
        }
        if OURS.contains(&name) {
            return Err(refused(format!(
                "Kafka option 'kafka.{name}' is not supported"
            )));
        }
        let renamed = RENAMED.iter().find(|(java, _)| *java == name);
        match name {
            "default.api.timeout.ms" => self.api_timeout = duration(name, value)?,
            "max.block.ms" => self.max_block = duration(name, value)?,
            "max.poll.records" => self.max_rows = Some(count(name, value)?),
            "request.timeout.ms" => {
                let millis = duration(name, value)?.as_millis();
                // The library knows no shorter ones.
                self.set("socket.timeout.ms", &millis.max(10).to_string());
                self.set("request.timeout.ms", &millis.max(1).to_string());
            }
            "buffer.memory" => {
                let kilobytes = count(name, value)?.div_ceil(1024).max(1);
                self.set("queue.buffering.max.kbytes", &kilobytes.to_string());
            }
            "ssl.endpoint.identification.algorithm" if value.trim().is_empty() => {
                self.set(name, "none");
            }
            "ssl.enabled.protocols" => protocols(value)?,
            // Read together, elsewhere.
            _ if name.starts_with("sasl.") && sasl::knows(name) => {}
            _ if STORES.contains(&name) => {}
            "compression.gzip.level" | "compression.lz4.level" | "compression.zstd.level" => {}
            _ => self.set(renamed.map_or(name, |(_, ours)| ours), value),
        }
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_string(), value.to_string());
    }
}

const STORES: &[&str] = &[
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.keystore.type",
    "ssl.truststore.location",
    "ssl.truststore.type",
];

/// Certificates in files: PEM for both stores, PKCS#12 for one's own.
fn stores(given: &BTreeMap<&str, &str>, settings: &mut BTreeMap<String, String>) -> Result<()> {
    let kind = |name: &str| {
        given
            .get(name)
            .map_or("JKS", |kind| kind.trim())
            .to_uppercase()
    };
    let mut set = |name: &str, value: &str| settings.insert(name.to_string(), value.to_string());
    if let Some(location) = given.get("ssl.truststore.location") {
        if kind("ssl.truststore.type") != "PEM" {
            return Err(unreadable(
                "truststore",
                location,
                &kind("ssl.truststore.type"),
                "PEM",
            ));
        }
        set("ssl.ca.location", location);
    }
    let Some(location) = given.get("ssl.keystore.location") else {
        return Ok(());
    };
    match kind("ssl.keystore.type").as_str() {
        "PEM" => {
            set("ssl.certificate.location", location);
            set("ssl.key.location", location);
        }
        "PKCS12" => {
            set("ssl.keystore.location", location);
            if let Some(password) = given.get("ssl.keystore.password") {
                set("ssl.keystore.password", password);
            }
        }
        other => return Err(unreadable("keystore", location, other, "PEM or PKCS12")),
    }
    Ok(())
}

fn unreadable(what: &str, location: &str, kind: &str, can: &str) -> crate::error::SparkError {
    refused(format!(
        "Kafka option 'kafka.ssl.{what}.location': {location} is of the type {kind}, which only a JVM reads. Convert it (keytool and openssl do that) and set kafka.ssl.{what}.type to {can}."
    ))
}

/// The library takes part in whatever TLS 1.2 and 1.3 both ends know.
fn protocols(value: &str) -> Result<()> {
    let known = |name: &str| matches!(name.trim(), "TLSv1.2" | "TLSv1.3");
    // The library cannot be kept from either.
    match value.split(',').all(known) && value.contains("1.2") && value.contains("1.3") {
        true => Ok(()),
        false => Err(refused(format!(
            "Kafka option 'kafka.ssl.enabled.protocols' is not supported with the value {value}: TLSv1.2,TLSv1.3 is"
        ))),
    }
}

fn duration(name: &str, value: &str) -> Result<Duration> {
    let millis = value.trim().parse().map_err(|_| no_number(name, value))?;
    Ok(Duration::from_millis(millis))
}

fn count(name: &str, value: &str) -> Result<usize> {
    match value.trim().parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(no_number(name, value)),
    }
}

fn no_number(name: &str, value: &str) -> crate::error::SparkError {
    refused(format!(
        "Invalid value {value} for configuration {name}: Not a positive number"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(options: &[(&str, &str)]) -> Result<ClientSettings> {
        let options: Vec<_> = options
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        ClientSettings::new(&options)
    }

    #[test]
    fn names_of_java_clients_become_those_of_the_library() {
        let made = settings(&[
            ("bootstrap.servers", "a:1"),
            ("fetch.max.wait.ms", "7"),
            ("default.api.timeout.ms", "500"),
            ("buffer.memory", "2049"),
            ("ssl.endpoint.identification.algorithm", ""),
        ])
        .unwrap();
        let get = |name: &str| made.settings.get(name).map(String::as_str);
        assert_eq!(get("bootstrap.servers"), Some("a:1"));
        assert_eq!(get("fetch.wait.max.ms"), Some("7"));
        assert_eq!(get("queue.buffering.max.kbytes"), Some("3"));
        assert_eq!(get("ssl.endpoint.identification.algorithm"), Some("none"));
        assert_eq!(get("default.api.timeout.ms"), None);
        assert_eq!(made.api_timeout, Duration::from_millis(500));
    }

    #[test]
    fn what_only_a_jvm_can_do_is_refused_by_name() {
        for (name, value) in [
            ("partitioner.class", "com.example.P"),
            ("ssl.truststore.location", "/t.jks"),
            ("sasl.mechanism", "GSSAPI"),
            ("ssl.enabled.protocols", "TLSv1"),
            ("enable.partition.eof", "false"),
        ] {
            let error = settings(&[(name, value)]).unwrap_err();
            assert!(error.message().contains(name), "{}", error.message());
        }
        let handler = "sasl.login.callback.handler.class";
        let given = [
            ("sasl.mechanism", "OAUTHBEARER"),
            (handler, "com.example.H"),
        ];
        let error = settings(&given).unwrap_err();
        assert!(error.message().contains(handler), "{}", error.message());
    }

    #[test]
    fn pem_stores_are_files_of_the_library() {
        let made = settings(&[
            ("ssl.truststore.type", "PEM"),
            ("ssl.truststore.location", "/ca.pem"),
            ("ssl.keystore.type", "PKCS12"),
            ("ssl.keystore.location", "/k.p12"),
            ("ssl.keystore.password", "x"),
        ])
        .unwrap();
        let names: Vec<_> = made.settings.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "ssl.ca.location",
                "ssl.keystore.location",
                "ssl.keystore.password"
            ]
        );
    }
}
