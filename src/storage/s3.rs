//! S3 and what speaks like it, by the settings of `fs.s3a`.

use std::net::IpAddr;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};

use super::settings::{Settings, Use, flag};

const FAMILY: &str = "fs.s3a.";
const OF_BUCKET: &str = "fs.s3a.bucket.";

pub(super) fn use_of(name: &str) -> Use {
    let option = match name.strip_prefix(OF_BUCKET) {
        // A bucket's name may hold dots: the setting is what is known at the end.
        Some(rest) => {
            let mut found = Use::Refused;
            let mut at = rest;
            while let Some((_, option)) = at.split_once('.') {
                found = use_of_option(option);
                if !matches!(found, Use::Refused) {
                    return found;
                }
                at = option;
            }
            return found;
        }
        None => name.strip_prefix(FAMILY).unwrap_or(name),
    };
    use_of_option(option)
}

fn use_of_option(option: &str) -> Use {
    const HONOURED: [&str; 14] = [
        "access.key",
        "secret.key",
        "session.token",
        "endpoint",
        "endpoint.region",
        "path.style.access",
        "connection.ssl.enabled",
        "attempts.maximum",
        "aws.credentials.provider",
        "encryption.algorithm",
        "server-side-encryption-algorithm",
        "encryption.key",
        "server-side-encryption.key",
        "requester.pays.enabled",
    ];
    const TUNING: [&str; 21] = [
        "connection.maximum",
        "connection.timeout",
        "connection.establish.timeout",
        "connection.request.timeout",
        "connection.acquisition.timeout",
        "connection.idle.time",
        "connection.keepalive",
        "connection.ttl",
        "connection.part.upload.timeout",
        "block.size",
        "buffer.dir",
        "paging.maximum",
        "list.version",
        "max.total.tasks",
        "executor.capacity",
        "readahead.range",
        "optimized.copy.from.local.enabled",
        "user.agent.prefix",
        "bucket.probe",
        "directory.marker.retention",
        "create.performance",
    ];
    const TUNED: [&str; 12] = [
        "threads.",
        "multipart.",
        "fast.upload",
        "socket.",
        "retry.",
        "input.",
        "experimental.input.",
        "change.detection.",
        "vectored.",
        "prefetch.",
        "performance.",
        "audit.",
    ];
    match option {
        "impl" => Use::Only(&["org.apache.hadoop.fs.s3a.S3AFileSystem"]),
        "committer.name" => Use::Only(&["file", "directory", "magic"]),
        "committer.magic.enabled" | "committer.threads" | "committer.tmp.path" => Use::Tuning,
        "aws.credentials.provider" => Use::Honoured,
        "multiobjectdelete.enable" => Use::Only(&["true"]),
        _ if HONOURED.contains(&option) => Use::Honoured,
        _ if TUNING.contains(&option) => Use::Tuning,
        _ if TUNED.iter().any(|family| option.starts_with(family)) => Use::Tuning,
        _ => Use::Refused,
    }
}

/// The client of a bucket.
pub(super) fn open(bucket: &str, settings: &Settings) -> Result<Arc<dyn ObjectStore>, String> {
    let built = builder(bucket, settings)?.build();
    built
        .map(|store| Arc::new(store) as _)
        .map_err(|e| e.to_string())
}

fn builder(bucket: &str, settings: &Settings) -> Result<AmazonS3Builder, String> {
    let get = |option: &str| {
        settings
            .get(&format!("{OF_BUCKET}{bucket}.{option}"))
            .or_else(|| settings.get(&format!("{FAMILY}{option}")))
    };
    let is_on = |option: &str, default: bool| match get(option) {
        Some(text) => flag(&format!("{FAMILY}{option}"), text),
        None => Ok(default),
    };
    // A token of the environment belongs to the environment's key.
    let has_own_key = get("access.key").is_some();
    let mut made = from_environment(settings, has_own_key)
        .with_bucket_name(bucket)
        .with_client_options(settings.client())
        .with_retry(settings.retry(get("attempts.maximum"))?);
    made = credentials(made, &get)?;
    let ssl = is_on("connection.ssl.enabled", true)?;
    let endpoint = get("endpoint")
        .or_else(|| settings.environment("AWS_ENDPOINT_URL_S3"))
        .or_else(|| settings.environment("AWS_ENDPOINT_URL"))
        .or_else(|| settings.environment("AWS_ENDPOINT"))
        .map(|text| with_scheme(text, ssl));
    let region = get("endpoint.region")
        .map(str::to_string)
        .or_else(|| endpoint.as_deref().and_then(region_of))
        .or_else(|| settings.environment("AWS_REGION").map(str::to_string))
        .or_else(|| {
            settings
                .environment("AWS_DEFAULT_REGION")
                .map(str::to_string)
        })
        .unwrap_or_else(|| "us-east-1".into());
    made = made.with_region(&region);
    let by_path = is_on("path.style.access", false)? || bucket.contains('.');
    made = match endpoint.filter(|endpoint| region_of(endpoint).is_none()) {
        None if by_path => made.with_virtual_hosted_style_request(false),
        None => made
            .with_endpoint(format!("https://{bucket}.s3.{region}.amazonaws.com"))
            .with_virtual_hosted_style_request(true),
        // A bucket cannot be put before a number of an address.
        Some(endpoint) if by_path || is_address(&endpoint) => made
            .with_endpoint(endpoint)
            .with_virtual_hosted_style_request(false),
        Some(endpoint) => made
            .with_endpoint(endpoint.replacen("://", &format!("://{bucket}."), 1))
            .with_virtual_hosted_style_request(true),
    };
    if is_on("requester.pays.enabled", false)? {
        made = made.with_request_payer(true);
    }
    encryption(made, &get)
}

/// What the environment says of credentials; endpoints and regions are looked up above.
fn from_environment(settings: &Settings, has_own_key: bool) -> AmazonS3Builder {
    use AmazonS3ConfigKey as K;
    let mut made = AmazonS3Builder::new();
    for (name, value) in settings.all_environment() {
        let Ok(key) = name.to_ascii_lowercase().parse::<K>() else {
            continue;
        };
        let is_static = matches!(key, K::AccessKeyId | K::SecretAccessKey | K::Token);
        let is_ours = matches!(
            key,
            K::ContainerCredentialsRelativeUri
                | K::ContainerCredentialsFullUri
                | K::ContainerAuthorizationTokenFile
                | K::WebIdentityTokenFile
                | K::RoleArn
                | K::RoleSessionName
                | K::StsEndpoint
                | K::MetadataEndpoint
        );
        if is_ours || (is_static && !has_own_key) {
            made = made.with_config(key, value);
        }
    }
    made
}

/// Hadoop's providers of credentials, by the last part of their class names.
fn credentials<'a>(
    made: AmazonS3Builder,
    get: &impl Fn(&str) -> Option<&'a str>,
) -> Result<AmazonS3Builder, String> {
    let named = get("aws.credentials.provider").unwrap_or_default();
    let classes = named.split(',').map(str::trim).filter(|c| !c.is_empty());
    let has_key = get("access.key").is_some();
    for (place, class) in classes.enumerate() {
        match class.rsplit('.').next().unwrap_or(class) {
            // Behind others it is what is left where these have nothing.
            "AnonymousAWSCredentialsProvider" | "AnonymousCredentialsProvider"
                if place > 0 && has_key => {}
            "AnonymousAWSCredentialsProvider" | "AnonymousCredentialsProvider" => {
                return Ok(made.with_skip_signature(true));
            }
            "SimpleAWSCredentialsProvider"
            | "TemporaryAWSCredentialsProvider"
            | "EnvironmentVariableCredentialsProvider"
            | "IAMInstanceCredentialsProvider"
            | "InstanceProfileCredentialsProvider"
            | "ContainerCredentialsProvider"
            | "EC2ContainerCredentialsProviderWrapper"
            | "WebIdentityTokenCredentialsProvider"
            | "WebIdentityTokenFileCredentialsProvider"
            | "DefaultAWSCredentialsProviderChain"
            | "DefaultCredentialsProvider" => {}
            _ => return Err(format!("the credentials provider {class} is not known")),
        }
    }
    Ok(match (get("access.key"), get("secret.key")) {
        (Some(id), Some(secret)) => {
            let made = made.with_access_key_id(id).with_secret_access_key(secret);
            match get("session.token") {
                Some(token) => made.with_token(token),
                None => made,
            }
        }
        (None, None) => made,
        (Some(_), None) => return Err("fs.s3a.secret.key is not set".into()),
        (None, Some(_)) => return Err("fs.s3a.access.key is not set".into()),
    })
}

fn encryption<'a>(
    made: AmazonS3Builder,
    get: &impl Fn(&str) -> Option<&'a str>,
) -> Result<AmazonS3Builder, String> {
    let either = |new: &str, old: &str| get(new).or_else(|| get(old));
    let algorithm = either("encryption.algorithm", "server-side-encryption-algorithm");
    let key = either("encryption.key", "server-side-encryption.key");
    Ok(match algorithm.map(str::to_uppercase).as_deref() {
        None => made,
        Some("AES256") => sealed(made, "AES256")?,
        Some("SSE-KMS") => match key {
            Some(key) => made.with_sse_kms_encryption(key),
            None => sealed(made, "aws:kms")?,
        },
        Some("DSSE-KMS") => match key {
            Some(key) => made.with_dsse_kms_encryption(key),
            None => sealed(made, "aws:kms:dsse")?,
        },
        Some("SSE-C") => match key {
            Some(key) => made.with_ssec_encryption(key),
            None => return Err("fs.s3a.encryption.key is not set".into()),
        },
        Some(other) => return Err(format!("the encryption {other} is not known")),
    })
}

/// Encrypted by the store, with a key of its choice.
fn sealed(made: AmazonS3Builder, how: &str) -> Result<AmazonS3Builder, String> {
    let key = "aws_server_side_encryption".parse::<AmazonS3ConfigKey>();
    key.map(|key| made.with_config(key, how))
        .map_err(|e| e.to_string())
}

fn with_scheme(endpoint: &str, ssl: bool) -> String {
    let endpoint = endpoint.trim_end_matches('/');
    match (endpoint.contains("://"), ssl) {
        (true, _) => endpoint.to_string(),
        (false, true) => format!("https://{endpoint}"),
        (false, false) => format!("http://{endpoint}"),
    }
}

fn host_of(endpoint: &str) -> &str {
    let rest = endpoint
        .split_once("://")
        .map_or(endpoint, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    match host.strip_prefix('[').and_then(|v6| v6.split_once(']')) {
        Some((inside, _)) => inside,
        None => host.rsplit_once(':').map_or(host, |(host, _)| host),
    }
}

fn is_address(endpoint: &str) -> bool {
    let host = host_of(endpoint);
    host == "localhost" || host.parse::<IpAddr>().is_ok()
}

/// The region of Amazon's own endpoints.
fn region_of(endpoint: &str) -> Option<String> {
    let name = host_of(endpoint).strip_suffix(".amazonaws.com")?;
    if name == "s3" {
        return Some("us-east-1".into());
    }
    let region = name
        .strip_prefix("s3.")
        .or_else(|| name.strip_prefix("s3-"))?;
    (!region.contains('.')).then(|| region.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::settings::settings;
    use super::*;

    fn made(bucket: &str, pairs: &[(&str, &str)]) -> impl Fn(AmazonS3ConfigKey) -> String {
        let made = builder(bucket, &settings(pairs)).unwrap();
        move |key| made.get_config_value(&key).unwrap_or_default()
    }

    #[test]
    fn a_bucket_stands_before_the_host_or_in_the_path() {
        use AmazonS3ConfigKey::{Endpoint, Region, VirtualHostedStyleRequest};
        for (bucket, pairs, endpoint, hosted, region) in [
            (
                "b",
                &[("fs.s3a.endpoint", "http://127.0.0.1:5000")][..],
                "http://127.0.0.1:5000",
                "false",
                "us-east-1",
            ),
            (
                "b",
                &[
                    ("fs.s3a.endpoint", "minio:9000"),
                    ("fs.s3a.connection.ssl.enabled", "false"),
                    ("fs.s3a.endpoint.region", "eu-north-1"),
                ],
                "http://b.minio:9000",
                "true",
                "eu-north-1",
            ),
            (
                "b",
                &[
                    ("fs.s3a.endpoint", "https://minio/"),
                    ("fs.s3a.path.style.access", "true"),
                ],
                "https://minio",
                "false",
                "us-east-1",
            ),
            (
                "b",
                &[("fs.s3a.endpoint", "s3.eu-west-1.amazonaws.com")],
                "https://b.s3.eu-west-1.amazonaws.com",
                "true",
                "eu-west-1",
            ),
            ("b.c", &[], "", "false", "us-east-1"),
        ] {
            let get = made(bucket, pairs);
            assert_eq!(get(Endpoint), endpoint, "{pairs:?}");
            assert_eq!(get(VirtualHostedStyleRequest), hosted, "{pairs:?}");
            assert_eq!(get(Region), region, "{pairs:?}");
        }
    }

    #[test]
    fn a_buckets_own_setting_goes_first() {
        use AmazonS3ConfigKey::{AccessKeyId, SecretAccessKey};
        let pairs = [
            ("fs.s3a.access.key", "general"),
            ("fs.s3a.secret.key", "s"),
            ("fs.s3a.bucket.mine.access.key", "special"),
        ];
        assert_eq!(made("mine", &pairs)(AccessKeyId), "special");
        assert_eq!(made("other", &pairs)(AccessKeyId), "general");
        assert_eq!(made("mine", &pairs)(SecretAccessKey), "s");
    }

    #[test]
    fn half_a_key_and_unknown_providers_are_refused() {
        for pairs in [
            [("fs.s3a.access.key", "k")],
            [("fs.s3a.aws.credentials.provider", "my.Own")],
            [("fs.s3a.encryption.algorithm", "ROT13")],
            [("fs.s3a.path.style.access", "perhaps")],
        ] {
            assert!(builder("b", &settings(&pairs)).is_err(), "{pairs:?}");
        }
    }
}
