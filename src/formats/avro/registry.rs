//! A schema registry as Confluent's: schemas by number, over HTTP. A schema that has a
//! number never changes, so each is asked for once in a process.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::schema::Schema;
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::storage::http::{Answer, Credentials, address, ask};

/// What stands before the options of Confluent's clients.
const PREFIX: &str = "confluent.schema.registry.";
const ACCEPT: &str = "application/vnd.schemaregistry.v1+json";
/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(15);
/// Schemas that refer to schemas that refer to schemas.
const DEEPEST: usize = 20;

/// Where a registry is and who asks it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Registry {
    servers: Vec<String>,
    credentials: Credentials,
    /// What is written may be made known to it.
    may_register: bool,
}

type Cache<K, V> = LazyLock<Mutex<HashMap<K, V>>>;
static SCHEMAS: Cache<(Registry, i32), Arc<Schema>> = LazyLock::new(Mutex::default);
/// Numbers of schemas under subjects.
static NUMBERS: Cache<(Registry, String, String), i32> = LazyLock::new(Mutex::default);

impl Registry {
    /// The registry that options name; `None` where they name none.
    pub fn of(options: &OptionMap) -> Result<Option<Self>> {
        let Some(servers) = options.get("schemaRegistryAddress") else {
            return match options.get("subject") {
                Some(_) => Err(settings("the option subject needs schemaRegistryAddress")),
                None => Ok(None),
            };
        };
        if let Some(mode) = options.get("avroSchemaEvolutionMode")
            && !mode.eq_ignore_ascii_case("none")
        {
            return Err(SparkError::not_implemented(format_args!(
                "the option avroSchemaEvolutionMode={mode}"
            )));
        }
        let known = [
            "basic.auth.credentials.source",
            "basic.auth.user.info",
            "bearer.auth.credentials.source",
            "bearer.auth.token",
            "auto.register.schemas",
        ];
        let names = options.names();
        let mut named = names.iter().filter_map(|name| name.strip_prefix(PREFIX));
        if let Some(other) = named.find(|name| !known.contains(name)) {
            return Err(SparkError::not_implemented(format_args!(
                "the option {PREFIX}{other}"
            )));
        }
        let get = |name: &str| options.get(&format!("{PREFIX}{name}"));
        let servers = servers
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty());
        Ok(Some(Self {
            servers: servers.map(str::to_string).collect(),
            credentials: credentials(&get)?,
            may_register: match get("auto.register.schemas") {
                None | Some("true") => true,
                Some("false") => false,
                Some(other) => {
                    let reason = format!("auto.register.schemas is true or false, not {other}");
                    return Err(settings(&reason));
                }
            },
        }))
    }

    /// The schema of a number.
    pub fn schema(&self, id: i32) -> Result<Arc<Schema>> {
        let key = (self.clone(), id);
        if let Some(known) = SCHEMAS.lock().get(&key) {
            return Ok(Arc::clone(known));
        }
        let answer = self.ask(&["schemas", "ids", &id.to_string()], None)?;
        if answer.status == 404 {
            return Err(self.trouble("NO_SCHEMA", &[("schema", &format!("the id {id}"))]));
        }
        let schema = Arc::new(self.read(&self.value(&answer)?)?);
        SCHEMAS.lock().insert(key, Arc::clone(&schema));
        Ok(schema)
    }

    /// The newest schema of a subject.
    pub fn latest(&self, subject: &str) -> Result<Arc<Schema>> {
        let found = self.version(subject, "latest")?;
        Ok(Arc::new(self.read(&found)?))
    }

    /// The number of a schema under a subject, which is made known where it may be.
    pub fn number(&self, subject: &str, schema: &str) -> Result<i32> {
        let key = (self.clone(), subject.to_string(), schema.to_string());
        if let Some(known) = NUMBERS.lock().get(&key) {
            return Ok(*known);
        }
        let path = match self.may_register {
            true => vec!["subjects", subject, "versions"],
            false => vec!["subjects", subject],
        };
        let answer = self.ask(&path, Some(json!({"schema": schema}).to_string()))?;
        if answer.status == 404 {
            let named = format!("this schema of the subject {subject}");
            return Err(self.trouble("NO_SCHEMA", &[("schema", &named)]));
        }
        let id = self.value(&answer)?.get("id").and_then(Value::as_i64);
        let Some(id) = id.and_then(|id| i32::try_from(id).ok()) else {
            return Err(self.refused("the answer has no id"));
        };
        NUMBERS.lock().insert(key, id);
        Ok(id)
    }

    fn version(&self, subject: &str, version: &str) -> Result<Value> {
        let answer = self.ask(&["subjects", subject, "versions", version], None)?;
        if answer.status == 404 {
            let named = format!("the version {version} of the subject {subject}");
            return Err(self.trouble("NO_SCHEMA", &[("schema", &named)]));
        }
        self.value(&answer)
    }

    /// The schema of an answer, with those that it refers to.
    fn read(&self, answer: &Value) -> Result<Schema> {
        let mut texts = Vec::new();
        self.gather(answer, &mut texts, 0)?;
        Schema::parse_all(&texts)
    }

    fn gather(&self, answer: &Value, texts: &mut Vec<String>, depth: usize) -> Result<()> {
        let text = |value: &Value, key: &str| {
            let found = value.get(key).and_then(Value::as_str);
            found.map(str::to_string)
        };
        if let Some(kind) = text(answer, "schemaType")
            && kind != "AVRO"
        {
            return Err(self.refused(&format!("the schema is of the type {kind}, not AVRO")));
        }
        if depth > DEEPEST {
            return Err(self.refused("the schemas refer to each other without an end"));
        }
        let references = answer.get("references").and_then(Value::as_array);
        for reference in references.into_iter().flatten() {
            let version = reference.get("version").and_then(Value::as_i64);
            let (Some(subject), Some(version)) = (text(reference, "subject"), version) else {
                return Err(self.refused("a reference has no subject or no version"));
            };
            let found = self.version(&subject, &version.to_string())?;
            self.gather(&found, texts, depth + 1)?;
        }
        let Some(own) = text(answer, "schema") else {
            return Err(self.refused("the answer has no schema"));
        };
        if !texts.contains(&own) {
            texts.push(own);
        }
        Ok(())
    }

    /// Asks the servers one after the other, until one answers.
    fn ask(&self, path: &[&str], body: Option<String>) -> Result<Answer> {
        let mut last = io::Error::other("no address is given");
        for server in &self.servers {
            let answer = address(server, path)
                .and_then(|url| ask(&url, body.clone(), ACCEPT, &self.credentials, LIMIT));
            match answer {
                Ok(answer) if answer.status < 500 => return Ok(answer),
                Ok(answer) => last = io::Error::other(said(&answer)),
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                    let server = without_user(server);
                    return Err(settings(&format!("the address {server} is none: {error}")));
                }
                Err(error) => last = error,
            }
        }
        Err(self.trouble("UNREACHABLE", &[("reason", &last.to_string())]))
    }

    fn value(&self, answer: &Answer) -> Result<Value> {
        if !(200..300).contains(&answer.status) {
            return Err(self.refused(&said(answer)));
        }
        serde_json::from_str(&answer.body).map_err(|e| self.refused(&format!("no JSON: {e}")))
    }

    fn refused(&self, reason: &str) -> SparkError {
        self.trouble("REFUSED", &[("reason", reason)])
    }

    fn trouble(&self, what: &str, parameters: &[(&str, &str)]) -> SparkError {
        let servers: Vec<String> = self.servers.iter().map(|one| without_user(one)).collect();
        let servers = servers.join(", ");
        let all: Vec<_> = [("address", servers.as_str())]
            .into_iter()
            .chain(parameters.iter().copied())
            .collect();
        SparkError::new(&format!("CAUDAL_SCHEMA_REGISTRY.{what}"), &all)
    }
}

fn credentials<'a>(get: &impl Fn(&str) -> Option<&'a str>) -> Result<Credentials> {
    if let Some(source) = get("bearer.auth.credentials.source") {
        if source != "STATIC_TOKEN" {
            let what = format_args!("bearer.auth.credentials.source={source}");
            return Err(SparkError::not_implemented(what));
        }
        let token = get("bearer.auth.token");
        let missing = || settings("the option bearer.auth.token is missing");
        return Ok(Credentials::Bearer(token.ok_or_else(missing)?.to_string()));
    }
    match (
        get("basic.auth.credentials.source"),
        get("basic.auth.user.info"),
    ) {
        (Some("USER_INFO") | None, Some(info)) => match info.split_once(':') {
            Some((user, password)) => Ok(Credentials::Basic(user.into(), password.into())),
            None => Err(settings(
                "basic.auth.user.info is not a user, a colon and a password",
            )),
        },
        (Some("USER_INFO"), None) => Err(settings("the option basic.auth.user.info is missing")),
        // The address itself may hold them, and then needs no option.
        (Some("URL") | None, _) => Ok(Credentials::None),
        (Some(other), _) => Err(SparkError::not_implemented(format_args!(
            "basic.auth.credentials.source={other}"
        ))),
    }
}

fn settings(reason: &str) -> SparkError {
    SparkError::new("CAUDAL_SCHEMA_REGISTRY.SETTINGS", &[("reason", reason)])
}

/// What a registry says where it refuses.
fn said(answer: &Answer) -> String {
    let value: Option<Value> = serde_json::from_str(&answer.body).ok();
    let message = value.as_ref().and_then(|v| v.get("message")?.as_str());
    match message {
        Some(message) => format!("{} {message}", answer.status),
        None => format!("the status {}", answer.status),
    }
}

fn without_user(server: &str) -> String {
    match (server.split_once("://"), server.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => server.to_string(),
    }
}
