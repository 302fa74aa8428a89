//! Small requests over HTTP, for services that stand beside the data. They are done on the
//! stores' threads; who asks waits on its own, whatever it is.

use std::error::Error;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Client, RequestBuilder};

use super::client::start;

/// Who asks. Its `Debug` shows no secrets.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Credentials {
    None,
    /// A user and a password.
    Basic(String, String),
    Bearer(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Basic(..) => "Basic",
            Self::Bearer(_) => "Bearer",
        })
    }
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// The address of something below a server's address, by the parts of its path.
pub fn address(server: &str, parts: &[&str]) -> io::Result<String> {
    let invalid = |reason: &dyn std::fmt::Display| {
        // Without the address, which may hold a password.
        io::Error::new(io::ErrorKind::InvalidInput, reason.to_string())
    };
    let mut url = reqwest::Url::parse(server).map_err(|error| invalid(&error))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid(&"it begins with neither http:// nor https://"));
    }
    match url.path_segments_mut() {
        Ok(mut path) => drop(path.pop_if_empty().extend(parts)),
        Err(()) => return Err(invalid(&"nothing lies below it")),
    }
    Ok(url.into())
}

/// Asks for what lies at an address, or with a body posts JSON to it.
pub fn ask(
    url: &str,
    body: Option<String>,
    accept: &'static str,
    credentials: &Credentials,
    limit: Duration,
) -> io::Result<Answer> {
    let request = match body {
        Some(body) => client()?
            .post(url)
            .body(body)
            .header("Content-Type", accept),
        None => client()?.get(url),
    };
    let request = signed(request, credentials)
        .header("Accept", accept)
        .timeout(limit);
    let answer = start(async move {
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let body = answer.text().await?;
        Ok(Answer { status, body })
    })?;
    answer
        .wait()?
        .map_err(|error: reqwest::Error| failed(&error))
}

fn signed(request: RequestBuilder, credentials: &Credentials) -> RequestBuilder {
    match credentials {
        Credentials::None => request,
        Credentials::Basic(user, password) => request.basic_auth(user, Some(password)),
        Credentials::Bearer(token) => request.bearer_auth(token),
    }
}

/// The reason at the bottom, without the address, which may hold a password.
fn failed(error: &reqwest::Error) -> io::Error {
    if error.is_timeout() {
        return io::Error::new(io::ErrorKind::TimedOut, "there was no answer in time");
    }
    let mut reason: &dyn Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let reason = match error.source() {
        Some(_) => reason.to_string(),
        None => "the request failed".to_string(),
    };
    io::Error::other(reason)
}

fn client() -> io::Result<&'static Client> {
    static CLIENT: OnceLock<Option<Client>> = OnceLock::new();
    let made = CLIENT.get_or_init(|| Client::builder().build().ok());
    made.as_ref()
        .ok_or_else(|| io::Error::other("cannot make a client of HTTP"))
}
