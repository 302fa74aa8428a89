//! Azure's storage accounts, by the settings of Hadoop's ABFS connector (`fs.azure`).
//!
//! Each setting may have the account's name behind it, which then goes first.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};

use super::settings::{Settings, Use};

const FAMILY: &str = "fs.azure.";

/// Settings that may have an account behind them.
const HONOURED: [&str; 7] = [
    "account.key",
    "account.auth.type",
    "account.oauth.provider.type",
    "account.oauth2.client.id",
    "account.oauth2.client.secret",
    "account.oauth2.client.endpoint",
    "sas.fixed.token",
];

pub(super) fn use_of(name: &str) -> Use {
    const TUNING: [&str; 12] = [
        "io.",
        "read.",
        "write.",
        "readahead",
        "readaheadqueue.",
        "block.",
        "list.",
        "always.use.https",
        "disable.outputstream.flush",
        "account.hns.enabled",
        "account.throttling.enabled",
        "enable.autothrottling",
    ];
    let option = name.strip_prefix(FAMILY).unwrap_or(name);
    let is = |known: &&&str| {
        let rest = option.strip_prefix(**known);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    if HONOURED.iter().any(|known| is(&known)) {
        return Use::Honoured;
    }
    if option.starts_with("sas.token.provider.type") {
        return Use::Only(&["org.apache.hadoop.fs.azurebfs.sas.FixedSASTokenProvider"]);
    }
    match TUNING.iter().any(|family| option.starts_with(family)) {
        true => Use::Tuning,
        false => Use::Refused,
    }
}

/// The client of a container; `bucket` is `container@account.dfs.core.windows.net`.
pub(super) fn open(
    bucket: &str,
    scheme: &str,
    settings: &Settings,
) -> Result<Arc<dyn ObjectStore>, String> {
    let built = builder(bucket, scheme, settings)?.build();
    built
        .map(|store| Arc::new(store) as _)
        .map_err(|e| e.to_string())
}

fn builder(
    bucket: &str,
    scheme: &str,
    settings: &Settings,
) -> Result<MicrosoftAzureBuilder, String> {
    let parts = bucket.split_once('@').filter(|(container, host)| {
        !container.is_empty() && host.split('.').next().is_some_and(|name| !name.is_empty())
    });
    let Some((container, host)) = parts else {
        return Err(format!(
            "it is not of the form {scheme}://container@account.dfs.core.windows.net/path"
        ));
    };
    let account = host.split('.').next().unwrap_or(host);
    let get = |option: &str| {
        settings
            .get(&format!("{FAMILY}{option}.{host}"))
            .or_else(|| settings.get(&format!("{FAMILY}{option}")))
    };
    let mut made = MicrosoftAzureBuilder::new()
        .with_account(account)
        .with_container_name(container)
        .with_client_options(settings.client())
        .with_retry(settings.retry(None)?);
    // Blobs are the same objects under another host.
    if host.contains('.') && !host.ends_with(".dfs.core.windows.net") {
        let blobs = host.replacen(".dfs.", ".blob.", 1);
        made = made.with_endpoint(format!("https://{blobs}"));
    }
    let kind = match get("account.auth.type").map(str::to_lowercase).as_deref() {
        Some("sharedkey") => Auth::Key,
        Some("oauth") => Auth::Client,
        Some("sas") => Auth::Sas,
        Some(other) => return Err(format!("the authentication {other} is not known")),
        None if get("account.key").is_some() => Auth::Key,
        None if get("sas.fixed.token").is_some() => Auth::Sas,
        None if get("account.oauth2.client.id").is_some() => Auth::Client,
        None => Auth::Environment,
    };
    let need = |option: &str| get(option).ok_or_else(|| format!("{FAMILY}{option} is not set"));
    match kind {
        Auth::Key => Ok(made.with_access_key(need("account.key")?)),
        Auth::Sas => Ok(made.with_config(AzureConfigKey::SasKey, need("sas.fixed.token")?)),
        Auth::Client => oauth(made, &get),
        Auth::Environment => Ok(from_environment(made, settings)),
    }
}

enum Auth {
    Key,
    Sas,
    Client,
    Environment,
}

fn oauth<'a>(
    made: MicrosoftAzureBuilder,
    get: &impl Fn(&str) -> Option<&'a str>,
) -> Result<MicrosoftAzureBuilder, String> {
    let need = |option: &str| get(option).ok_or_else(|| format!("{FAMILY}{option} is not set"));
    let provider = get("account.oauth.provider.type").unwrap_or("ClientCredsTokenProvider");
    match provider.rsplit('.').next().unwrap_or(provider) {
        "ClientCredsTokenProvider" => {
            // https://login.microsoftonline.com/TENANT/oauth2/token
            let endpoint = need("account.oauth2.client.endpoint")?;
            let mut parts = endpoint.splitn(4, '/').skip(2);
            let (host, rest) = (parts.next(), parts.next());
            let tenant = rest.and_then(|rest| rest.split('/').next());
            let (Some(host), Some(tenant)) = (host, tenant.filter(|t| !t.is_empty())) else {
                return Err(format!("'{endpoint}' names no tenant"));
            };
            Ok(made
                .with_client_secret_authorization(
                    need("account.oauth2.client.id")?,
                    need("account.oauth2.client.secret")?,
                    tenant,
                )
                .with_authority_host(format!("https://{host}")))
        }
        // Who this machine is.
        "MsiTokenProvider" => Ok(match get("account.oauth2.client.id") {
            Some(id) => made.with_client_id(id),
            None => made,
        }),
        other => Err(format!("the token provider {other} is not known")),
    }
}

/// Credentials only: account and container are those of the path.
fn from_environment(mut made: MicrosoftAzureBuilder, settings: &Settings) -> MicrosoftAzureBuilder {
    use AzureConfigKey as K;
    for (name, value) in settings.all_environment() {
        let Ok(key) = name.to_ascii_lowercase().parse::<K>() else {
            continue;
        };
        let is_ours = matches!(
            key,
            K::AccessKey
                | K::ClientId
                | K::ClientSecret
                | K::AuthorityId
                | K::AuthorityHost
                | K::SasKey
                | K::MsiEndpoint
                | K::ObjectId
                | K::MsiResourceId
                | K::FederatedTokenFile
                | K::UseAzureCli
        );
        if is_ours {
            made = made.with_config(key, value);
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::super::settings::settings;
    use super::*;

    const BUCKET: &str = "c@acc.dfs.core.windows.net";

    fn made(pairs: &[(&str, &str)]) -> Result<MicrosoftAzureBuilder, String> {
        builder(BUCKET, "abfss", &settings(pairs))
    }

    #[test]
    fn the_accounts_own_key_goes_first() {
        use AzureConfigKey::{AccessKey, AccountName, ContainerName};
        let made = made(&[
            ("spark.hadoop.fs.azure.account.key", "Z2VuZXJhbA=="),
            ("fs.azure.account.key.acc.dfs.core.windows.net", "b3du"),
        ]);
        let made = made.unwrap();
        assert_eq!(made.get_config_value(&AccessKey).unwrap(), "b3du");
        assert_eq!(made.get_config_value(&AccountName).unwrap(), "acc");
        assert_eq!(made.get_config_value(&ContainerName).unwrap(), "c");
        assert!(made.build().is_ok());
    }

    #[test]
    fn client_credentials_name_their_tenant() {
        let host = ".acc.dfs.core.windows.net";
        let name = |option: &str| format!("fs.azure.account.{option}{host}");
        let pairs = [
            (name("auth.type"), "OAuth"),
            (
                name("oauth.provider.type"),
                "org.apache.hadoop.fs.azurebfs.oauth2.ClientCredsTokenProvider",
            ),
            (name("oauth2.client.id"), "id"),
            (name("oauth2.client.secret"), "secret"),
            (
                name("oauth2.client.endpoint"),
                "https://login.microsoftonline.com/tenant/oauth2/token",
            ),
        ];
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| (k.as_str(), *v)).collect();
        let made = made(&pairs).unwrap();
        use AzureConfigKey::{AuthorityHost, AuthorityId, ClientId};
        assert_eq!(made.get_config_value(&AuthorityId).unwrap(), "tenant");
        assert_eq!(made.get_config_value(&ClientId).unwrap(), "id");
        assert_eq!(
            made.get_config_value(&AuthorityHost).unwrap(),
            "https://login.microsoftonline.com"
        );
    }

    #[test]
    fn a_signature_is_taken_as_it_is() {
        let made = made(&[("fs.azure.sas.fixed.token", "?sv=1&sig=x%3D")]).unwrap();
        let sas = made.get_config_value(&AzureConfigKey::SasKey).unwrap();
        assert_eq!(sas, "?sv=1&sig=x%3D");
        assert!(made.build().is_ok());
    }

    #[test]
    fn what_is_missing_or_not_known_is_named() {
        let missing = made(&[("fs.azure.account.auth.type", "SharedKey")]).unwrap_err();
        assert!(missing.contains("fs.azure.account.key"), "{missing}");
        assert!(made(&[("fs.azure.account.auth.type", "Custom")]).is_err());
        assert!(builder("c", "abfs", &settings(&[])).is_err());
    }
}
