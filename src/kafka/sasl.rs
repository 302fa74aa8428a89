//! How a client says who it is: from Java's login text (`sasl.jaas.config`) to names,
//! passwords and tokens.

use std::collections::BTreeMap;

use super::limits::refused;
use super::token::TokenSource;
use crate::error::Result;

const KNOWN: &[&str] = &[
    "sasl.mechanism",
    "sasl.jaas.config",
    "sasl.login.callback.handler.class",
    "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.token.endpoint.url",
];

/// Handlers of Kafka's own that ask an identity provider for tokens.
const TOKEN_HANDLERS: &[&str] = &[
    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
    "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler",
];

/// Whether the option is read here and not passed on.
pub fn knows(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// Sets the mechanism with its name and password, or says where tokens come from.
pub fn login(
    given: &BTreeMap<&str, &str>,
    settings: &mut BTreeMap<String, String>,
) -> Result<Option<TokenSource>> {
    let secured = given
        .get("security.protocol")
        .is_some_and(|protocol| protocol.trim().to_uppercase().starts_with("SASL"));
    let mechanism = given
        .get("sasl.mechanism")
        .map(|name| name.trim().to_uppercase());
    let Some(mechanism) = mechanism.or_else(|| secured.then(|| "GSSAPI".to_string())) else {
        return Ok(None);
    };
    let jaas = given.get("sasl.jaas.config").map(|text| Jaas::parse(text));
    let jaas = jaas.transpose()?.unwrap_or_default();
    match mechanism.as_str() {
        "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" => {
            if given.contains_key("sasl.login.callback.handler.class") {
                return Err(refused(format!(
                    "Kafka option 'kafka.sasl.login.callback.handler.class' is not supported with {mechanism}"
                )));
            }
            let expected = if mechanism == "PLAIN" {
                "PlainLoginModule"
            } else {
                "ScramLoginModule"
            };
            jaas.check(expected)?;
            for name in ["username", "password"] {
                if let Some(value) = jaas.options.get(name) {
                    settings.insert(format!("sasl.{name}"), value.clone());
                }
            }
            settings.insert("sasl.mechanism".into(), mechanism);
            Ok(None)
        }
        "OAUTHBEARER" => {
            jaas.check("OAuthBearerLoginModule")?;
            settings.insert("sasl.mechanism".into(), mechanism);
            token_source(given, &jaas).map(Some)
        }
        other => Err(refused(format!(
            "Kafka option 'kafka.sasl.mechanism' is not supported with the value {other}: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 and OAUTHBEARER are"
        ))),
    }
}

fn token_source(given: &BTreeMap<&str, &str>, jaas: &Jaas) -> Result<TokenSource> {
    let handler = given
        .get("sasl.login.callback.handler.class")
        .map(|name| name.trim());
    if let Some(handler) = handler
        && !TOKEN_HANDLERS.contains(&handler)
    {
        return Err(refused(format!(
            "Kafka option 'kafka.sasl.login.callback.handler.class' is not supported with the value {handler}: it is a class of a JVM. Tokens can be had from an identity provider (kafka.sasl.oauthbearer.token.endpoint.url)."
        )));
    }
    let own = |option: &str| given.get(option).map(|text| text.to_string());
    let either = |option: &str, name: &str| own(option).or_else(|| jaas.options.get(name).cloned());
    if let Some(url) = own("sasl.oauthbearer.token.endpoint.url") {
        let (Some(client_id), Some(client_secret)) = (
            either("sasl.oauthbearer.client.id", "clientId"),
            either("sasl.oauthbearer.client.secret", "clientSecret"),
        ) else {
            return Err(refused(
                "Kafka option 'kafka.sasl.oauthbearer.token.endpoint.url' needs clientId and clientSecret in kafka.sasl.jaas.config".into(),
            ));
        };
        return Ok(TokenSource::Provider {
            url,
            client_id,
            client_secret,
            scope: either("sasl.oauthbearer.scope", "scope"),
        });
    }
    match jaas.options.get("unsecuredLoginStringClaim_sub") {
        Some(subject) => Ok(TokenSource::Unsecured {
            subject: subject.clone(),
        }),
        None => Err(refused(
            "Kafka option 'kafka.sasl.mechanism' is OAUTHBEARER, but nothing says where tokens come from: set kafka.sasl.oauthbearer.token.endpoint.url".into(),
        )),
    }
}

/// One login of Java's configuration: a class, a flag, options, a semicolon.
#[derive(Debug, Default, PartialEq)]
struct Jaas {
    /// Without its package; empty where there was no text.
    module: String,
    options: BTreeMap<String, String>,
}

impl Jaas {
    fn parse(text: &str) -> Result<Self> {
        let broken = || {
            refused(
                "Kafka option 'kafka.sasl.jaas.config' is not of the form: class required name=\"value\" … ;".into(),
            )
        };
        let body = text.trim().strip_suffix(';').ok_or_else(broken)?;
        let mut parts = words(body).ok_or_else(broken)?.into_iter();
        let module = parts.next().ok_or_else(broken)?;
        let module = module.rsplit('.').next().unwrap_or_default().to_string();
        parts.next().ok_or_else(broken)?;
        let mut options = BTreeMap::new();
        for part in parts {
            let (name, value) = part.split_once('=').ok_or_else(broken)?;
            options.insert(name.trim().to_string(), value.to_string());
        }
        Ok(Self { module, options })
    }

    fn check(&self, expected: &str) -> Result<()> {
        if self.module.is_empty() || self.module == expected {
            return Ok(());
        }
        Err(refused(format!(
            "Kafka option 'kafka.sasl.jaas.config' is not supported with the class {} for this mechanism: {expected} is",
            self.module
        )))
    }
}

/// Words apart, quotes taken off; `None` where a quote is not closed.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), '\\') => word.push(letters.next()?),
            (None, '"' | '\'') => quote = Some(letter),
            (None, space) if space.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_a_class_and_its_options() {
        let text = "org.apache.kafka.common.security.plain.PlainLoginModule required\n username=\"al ice\" password='p\\'=;';";
        let jaas = Jaas::parse(text).unwrap();
        assert_eq!(jaas.module, "PlainLoginModule");
        assert_eq!(jaas.options["username"], "al ice");
        assert_eq!(jaas.options["password"], "p'=;");
        for text in ["", "Plain", "Plain required x=\"1;", "Plain required x;"] {
            assert!(Jaas::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn another_class_than_the_mechanism_s_is_refused() {
        let given = BTreeMap::from([
            ("sasl.mechanism", "PLAIN"),
            (
                "sasl.jaas.config",
                "x.ScramLoginModule required username=\"a\" password=\"b\";",
            ),
        ]);
        let error = login(&given, &mut BTreeMap::new()).unwrap_err();
        assert!(error.message().contains("ScramLoginModule"));
    }
}
