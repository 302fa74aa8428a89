//! Tokens for OAUTHBEARER: those that prove nothing, for tests, and those of an identity
//! provider (the client-credentials grant of RFC 6749, over HTTP).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::Value;

/// Where tokens come from.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// An unsigned token with this subject, as Kafka's own test login makes it.
    Unsecured { subject: String },
    Provider {
        url: String,
        client_id: String,
        client_secret: String,
        scope: Option<String>,
    },
}

/// Secrets are not shown.
impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsecured { subject } => write!(f, "Unsecured({subject})"),
            Self::Provider { url, client_id, .. } => write!(f, "Provider({url}, {client_id})"),
        }
    }
}

/// What a broker is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub principal: String,
    /// Epoch milliseconds.
    pub expires: i64,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoToken {
    pub why: String,
    /// The provider does not know who asks: asking again does not help.
    pub is_refused: bool,
}

impl From<String> for NoToken {
    fn from(why: String) -> Self {
        Self {
            why,
            is_refused: false,
        }
    }
}

/// An unsigned token is good for so long.
const UNSECURED_SECONDS: i64 = 3600;
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);

impl TokenSource {
    /// A new token; `now` in epoch milliseconds.
    pub fn token(&self, now: i64) -> Result<Token, NoToken> {
        match self {
            Self::Unsecured { subject } => Ok(unsecured(subject, now)),
            Self::Provider {
                url,
                client_id,
                client_secret,
                scope,
            } => {
                let mut form = vec![("grant_type", "client_credentials")];
                if let Some(scope) = scope {
                    form.push(("scope", scope));
                }
                let answer = ask(url, (client_id, client_secret), &form)?;
                Ok(read_answer(&answer, client_id, now)?)
            }
        }
    }
}

fn unsecured(subject: &str, now: i64) -> Token {
    let (issued, expires) = (now / 1000, now / 1000 + UNSECURED_SECONDS);
    let header = BASE64.encode(r#"{"alg":"none"}"#);
    let claims = serde_json::json!({"sub": subject, "iat": issued, "exp": expires});
    let claims = BASE64.encode(claims.to_string());
    Token {
        text: format!("{header}.{claims}."),
        principal: subject.to_string(),
        expires: expires * 1000,
    }
}

fn ask(url: &str, login: (&str, &str), form: &[(&str, &str)]) -> Result<String, NoToken> {
    // Called from a thread of the client library's user, which may be one of a runtime.
    let work = async {
        let client = reqwest::Client::builder()
            .timeout(PROVIDER_TIMEOUT)
            .build()?;
        let request = client
            .post(url)
            .basic_auth(login.0, Some(login.1))
            .form(form);
        request.send().await?.error_for_status()?.text().await
    };
    let no_token = |error: reqwest::Error| NoToken {
        why: format!("no token from {url}: {error}"),
        is_refused: error
            .status()
            .is_some_and(|status| status.is_client_error()),
    };
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            runtime.block_on(work).map_err(no_token)
        });
        asking
            .join()
            .unwrap_or_else(|_| Err(format!("no token from {url}").into()))
    })
}

fn read_answer(answer: &str, client_id: &str, now: i64) -> Result<Token, String> {
    let answer: Value = serde_json::from_str(answer)
        .map_err(|_| "the identity provider's answer is not JSON".to_string())?;
    let text = answer
        .get("access_token")
        .and_then(Value::as_str)
        .ok_or("the identity provider's answer has no access_token")?;
    let seconds = answer.get("expires_in").and_then(Value::as_i64);
    let claims = claims_of(text);
    let expires = claims
        .as_ref()
        .and_then(|claims| claims.get("exp")?.as_i64());
    let expires = expires.map(|seconds| seconds.saturating_mul(1000));
    let expires = expires.or(seconds.map(|s| now.saturating_add(s.saturating_mul(1000))));
    let subject = claims
        .as_ref()
        .and_then(|claims| claims.get("sub")?.as_str());
    Ok(Token {
        principal: subject.unwrap_or(client_id).to_string(),
        expires: expires.ok_or("the identity provider does not say how long its token is good")?,
        text: text.to_string(),
    })
}

/// What a signed token says, if it can be read: who it is for and until when.
fn claims_of(token: &str) -> Option<Value> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsecured_token_names_its_subject() {
        let token = unsecured("alice", 5_000);
        let claims = claims_of(&token.text).unwrap();
        assert_eq!(
            claims,
            serde_json::json!({"sub": "alice", "iat": 5, "exp": 3605})
        );
        assert_eq!(token.expires, 3_605_000);
        assert!(token.text.ends_with('.'));
    }

    #[test]
    fn an_answer_tells_until_when_by_itself_or_in_the_token() {
        let plain = read_answer(r#"{"access_token":"abc","expires_in":60}"#, "me", 1_000).unwrap();
        assert_eq!((plain.principal.as_str(), plain.expires), ("me", 61_000));
        let signed = unsecured("bob", 0).text;
        let answer = format!(r#"{{"access_token":"{signed}"}}"#);
        let token = read_answer(&answer, "me", 1_000).unwrap();
        assert_eq!(
            (token.principal.as_str(), token.expires),
            ("bob", 3_600_000)
        );
        assert!(read_answer(r#"{"access_token":"abc"}"#, "me", 0).is_err());
    }
}
