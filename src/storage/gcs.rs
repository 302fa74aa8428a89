//! Google Cloud Storage, by the settings of its Hadoop connector (`fs.gs`).

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::gcp::GoogleCloudStorageBuilder;

use super::settings::{Settings, Use};

const KEY_FILE: [&str; 2] = [
    "fs.gs.auth.service.account.json.keyfile",
    "google.cloud.auth.service.account.json.keyfile",
];
const AUTH: &str = "fs.gs.auth.type";
const ROOT: &str = "fs.gs.storage.root.url";

pub(super) fn use_of(name: &str) -> Use {
    const TUNING: [&str; 12] = [
        "fs.gs.project.id",
        "fs.gs.block.size",
        "fs.gs.inputstream.",
        "fs.gs.outputstream.",
        "fs.gs.status.parallel.enable",
        "fs.gs.max.requests.per.batch",
        "fs.gs.batch.threads",
        "fs.gs.list.max.items.per.call",
        "fs.gs.http.",
        "fs.gs.performance.cache.",
        "fs.gs.implicit.dir.repair.enable",
        "fs.gs.application.name.suffix",
    ];
    match name {
        "fs.gs.impl" => Use::Only(&["com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem"]),
        AUTH => Use::Only(&[
            "SERVICE_ACCOUNT_JSON_KEYFILE",
            "APPLICATION_DEFAULT",
            "COMPUTE_ENGINE",
            "UNAUTHENTICATED",
        ]),
        "google.cloud.auth.service.account.enable" => Use::Only(&["true"]),
        "fs.gs.auth.service.account.enable" => Use::Only(&["true"]),
        ROOT => Use::Honoured,
        _ if KEY_FILE.contains(&name) => Use::Honoured,
        _ if TUNING.iter().any(|family| name.starts_with(family)) => Use::Tuning,
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

fn builder(bucket: &str, settings: &Settings) -> Result<GoogleCloudStorageBuilder, String> {
    let mut made = GoogleCloudStorageBuilder::new()
        .with_bucket_name(bucket)
        .with_client_options(settings.client())
        .with_retry(settings.retry(None)?);
    if let Some(root) = settings.get(ROOT) {
        made = made.with_base_url(root.trim_end_matches('/'));
    }
    let file = KEY_FILE.iter().find_map(|name| settings.get(name));
    let auth = settings.get(AUTH).map(str::to_uppercase);
    Ok(match (auth.as_deref(), file) {
        (Some("UNAUTHENTICATED"), _) => made.with_skip_signature(true),
        (None | Some("SERVICE_ACCOUNT_JSON_KEYFILE"), Some(file)) => {
            made.with_service_account_path(file)
        }
        (Some("SERVICE_ACCOUNT_JSON_KEYFILE"), None) => {
            return Err(format!("{} is not set", KEY_FILE[0]));
        }
        // The key file that the environment names, else who this machine is.
        (Some("COMPUTE_ENGINE"), _) => made,
        _ => match settings.environment("GOOGLE_APPLICATION_CREDENTIALS") {
            Some(file) => made.with_application_credentials(file),
            None => made,
        },
    })
}

#[cfg(test)]
mod tests {
    use object_store::gcp::GoogleConfigKey as K;

    use super::super::settings::settings;
    use super::*;

    #[test]
    fn the_key_file_is_that_of_either_name() {
        for name in KEY_FILE {
            let made = builder("b", &settings(&[(name, "/k.json")])).unwrap();
            assert_eq!(
                made.get_config_value(&K::ServiceAccount).unwrap(),
                "/k.json"
            );
            assert_eq!(made.get_config_value(&K::Bucket).unwrap(), "b");
        }
    }

    #[test]
    fn who_asks_without_a_name_signs_nothing() {
        let pairs = [(AUTH, "UNAUTHENTICATED"), (ROOT, "http://127.0.0.1:1/")];
        let made = builder("b", &settings(&pairs)).unwrap();
        assert_eq!(made.get_config_value(&K::SkipSignature).unwrap(), "true");
        assert_eq!(
            made.get_config_value(&K::BaseUrl).unwrap(),
            "http://127.0.0.1:1"
        );
        assert!(open("b", &settings(&pairs)).is_ok());
    }

    #[test]
    fn a_key_file_that_is_not_there_is_named() {
        let error = open("b", &settings(&[(KEY_FILE[0], "/nowhere/k.json")])).unwrap_err();
        assert!(error.contains("/nowhere/k.json"), "{error}");
        assert!(builder("b", &settings(&[(AUTH, "SERVICE_ACCOUNT_JSON_KEYFILE")])).is_err());
    }
}
