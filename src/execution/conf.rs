//! The session's settings: `spark.conf`.
//!
//! A setting that changes results is either honoured or refused; one that tunes how
//! Spark computes (partitions, broadcast thresholds, code generation) is kept and
//! has nothing to tune here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::RwLock;

use super::files::{Datasets, MOUNTS, Paths};
use super::query_settings::{self, QUERY_SETTINGS};
use super::settings::SETTINGS;
use super::state_settings;
pub use super::state_settings::parse_millis;
use super::stream_settings::{self, STREAM_SETTINGS};
use crate::error::{Result, SparkError};
use crate::functions::Settings;
use crate::storage;
use crate::types::{Zone, parse_zone};

pub const TIME_ZONE: &str = "spark.sql.session.timeZone";
pub const ANSI: &str = "spark.sql.ansi.enabled";
pub const CASE_SENSITIVE: &str = "spark.sql.caseSensitive";
pub const HAVING_AS_WHERE: &str = "spark.sql.legacy.parser.havingWithoutGroupByAsWhere";
pub const TIME_PARSER_POLICY: &str = "spark.sql.legacy.timeParserPolicy";
pub const SHUFFLE_PARTITIONS: &str = "spark.sql.shuffle.partitions";
pub const CHECKPOINT_LOCATION: &str = "spark.sql.streaming.checkpointLocation";
pub const RECENT_PROGRESS: &str = "spark.sql.streaming.numRecentProgressUpdates";
pub const MIN_BATCHES: &str = "spark.sql.streaming.minBatchesToRetain";
pub const NO_DATA_BATCHES: &str = "spark.sql.streaming.noDataMicroBatches.enabled";
pub const WATERMARK_POLICY: &str = "spark.sql.streaming.multipleWatermarkPolicy";
pub const STOP_ACTIVE_RUN: &str = "spark.sql.streaming.stopActiveRunOnRestart";
pub const STOP_TIMEOUT: &str = "spark.sql.streaming.stopTimeout";
pub const IDLE_INTERVAL: &str = "spark.sql.streaming.noDataProgressEventInterval";
pub const POLLING_DELAY: &str = "spark.sql.streaming.pollingDelay";
pub const OPERATION_CHECK: &str = "spark.sql.streaming.unsupportedOperationCheck";
pub const CORRECTNESS_CHECK: &str = "spark.sql.streaming.statefulOperator.checkCorrectness.enabled";
/// Whether operators with state on top of each other have watermarks of their own.
pub const ALLOW_MULTIPLE: &str = "spark.sql.streaming.statefulOperator.allowMultiple";
/// How many deltas of the state there are at least between two snapshots.
pub const MIN_DELTAS: &str = "spark.sql.streaming.stateStore.minDeltasForSnapshot";
/// How often snapshots of the state may be made.
pub const MAINTENANCE_INTERVAL: &str = "spark.sql.streaming.stateStore.maintenanceInterval";
pub const MERGE_SESSIONS_FIRST: &str =
    "spark.sql.streaming.sessionWindow.merge.sessions.in.local.partition";
/// Ours: into how many partitions the state of a query is cut.
pub const STATE_PARTITIONS: &str = "spark.caudal.streaming.statePartitions";

/// What becomes of a key that comes twice in a map.
const MAP_KEY_POLICY: &str = "spark.sql.mapKeyDedupPolicy";

/// Settings under `spark.sql.legacy.` and their kin that are honoured; any other
/// one keeps its default.
const HONOURED: &[&str] = &[HAVING_AS_WHERE, super::read::PLAIN_TEXTS];

/// Settings that would change results and that only have their default here.
const FIXED: &[&str] = &[
    "spark.sql.crossJoin.enabled",
    "spark.sql.timestampType",
    "spark.sql.datetime.java8API.enabled",
    "spark.sql.parser.quotedRegexColumnNames",
    "spark.sql.storeAssignmentPolicy",
    "spark.sql.xml.variant.respectInferSchema",
];

/// Settings that Spark's list does not have, and the only value that they have here.
const ALONE: &[(&str, &str)] = &[("spark.sql.variant.allowDuplicateKeys", "false")];

/// Where Spark keeps state. Programs name one of its two stores, which give the same
/// answers; ours stands in for both.
pub const STATE_PROVIDER: &str = "spark.sql.streaming.stateStore.providerClass";
const STATE_PROVIDERS: &[&str] = &[HDFS_PROVIDER, ROCKSDB_PROVIDER];
pub const HDFS_PROVIDER: &str =
    "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider";
/// The only one on which Spark runs `transformWithState`.
pub const ROCKSDB_PROVIDER: &str =
    "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";

/// Settings of the whole application, which a session cannot change.
const STATIC: &[&str] = &[
    "spark.sql.warehouse.dir",
    "spark.sql.extensions",
    "spark.sql.catalogImplementation",
    "spark.sql.globalTempDatabase",
    "spark.sql.streaming.ui.enabled",
    "spark.sql.streaming.ui.retainedProgressUpdates",
    "spark.sql.streaming.ui.retainedQueries",
    "spark.sql.queryExecutionListeners",
    "spark.sql.streaming.streamingQueryListeners",
    "spark.sql.cache.serializer",
    "spark.sql.event.truncate.length",
    "spark.sql.hive.thriftServer.singleSession",
    "spark.sql.sources.disabledJdbcConnProviderList",
];

pub struct Conf {
    values: RwLock<BTreeMap<String, String>>,
    /// What the session began with: `RESET` goes back to it, `unset` to the defaults.
    initial: BTreeMap<String, String>,
    default_zone: String,
    datasets: Option<Arc<dyn Datasets>>,
}

/// By their names only: some values are secrets.
impl fmt::Debug for Conf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.read().keys()).finish()
    }
}

impl Conf {
    pub fn new(
        initial: BTreeMap<String, String>,
        datasets: Option<Arc<dyn Datasets>>,
    ) -> Result<Self> {
        for (key, value) in &initial {
            check(key, value)?;
        }
        let values = RwLock::new(initial.clone());
        Ok(Self {
            values,
            initial,
            default_zone: local_zone_name(),
            datasets,
        })
    }

    /// The value or its default.
    pub fn find(&self, key: &str) -> Option<String> {
        if let Some(value) = self.values.read().get(key) {
            return Some(value.clone());
        }
        match key {
            TIME_ZONE => Some(self.default_zone.clone()),
            STATE_PARTITIONS => Some("1".into()),
            storage::TIMEOUT => Some("30s".into()),
            "spark.sql.warehouse.dir" => {
                let here = std::env::current_dir().unwrap_or_default();
                Some(format!("file:{}/spark-warehouse", here.display()))
            }
            _ => known(key).and_then(|default| default.map(str::to_string)),
        }
    }

    /// As `spark.conf.get(key)`: an unknown key is an error, an unset one `None`.
    pub fn get(&self, key: &str) -> Result<Option<String>> {
        match self.find(key) {
            Some(value) => Ok(Some(value)),
            None if known(key).is_some() => Ok(None),
            None => Err(SparkError::new(
                "SQL_CONF_NOT_FOUND",
                &[("sqlConf", &format!("\"{key}\""))],
            )),
        }
    }

    pub fn set(&self, key: &str, value: &str) -> Result<()> {
        modifiable(key)?;
        check(key, value)?;
        self.values
            .write()
            .insert(key.to_string(), value.to_string());
        Ok(())
    }

    pub fn unset(&self, key: &str) -> Result<()> {
        modifiable(key)?;
        self.values.write().remove(key);
        Ok(())
    }

    /// `RESET key` in SQL.
    pub fn reset(&self, key: &str) -> Result<()> {
        modifiable(key)?;
        match self.initial.get(key) {
            Some(value) => self.values.write().insert(key.to_string(), value.clone()),
            None => self.values.write().remove(key),
        };
        Ok(())
    }

    /// `RESET` in SQL.
    pub fn reset_all(&self) {
        *self.values.write() = self.initial.clone();
    }

    pub fn is_modifiable(&self, key: &str) -> bool {
        known(key).is_some() && modifiable(key).is_ok()
    }

    pub fn all(&self) -> BTreeMap<String, String> {
        self.values.read().clone()
    }

    /// The settings that a view keeps: those that may change what its query means.
    pub fn of_views(&self) -> BTreeMap<String, String> {
        let mut kept = self.all();
        kept.retain(|key, _| is_of_queries(key));
        for key in [ANSI, TIME_ZONE] {
            kept.extend(self.find(key).map(|value| (key.to_string(), value)));
        }
        kept
    }

    /// These settings with those that a view kept in the place of the session's.
    pub fn under(&self, kept: &BTreeMap<String, String>) -> Self {
        let mut values = self.all();
        values.retain(|key, _| !is_of_queries(key));
        values.extend(kept.clone());
        Self {
            values: RwLock::new(values),
            initial: self.initial.clone(),
            default_zone: self.default_zone.clone(),
            datasets: self.datasets.clone(),
        }
    }

    pub fn flag(&self, key: &str) -> bool {
        self.find(key)
            .is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// A setting that holds unless it is turned off, where Spark's list does not have it.
    pub fn unless_off(&self, key: &str) -> bool {
        self.find(key)
            .is_none_or(|v| !v.eq_ignore_ascii_case("false"))
    }

    pub fn number(&self, key: &str, default: usize) -> usize {
        self.find(key)
            .and_then(|v| v.trim().parse().ok())
            .unwrap_or(default)
    }

    /// A setting that is a length of time, in milliseconds.
    pub fn millis(&self, key: &str) -> Option<i64> {
        self.find(key).and_then(|text| parse_millis(&text))
    }

    /// How often snapshots of the state may be made; none between them if negative.
    pub fn maintenance_interval(&self) -> std::time::Duration {
        let millis = self
            .find(MAINTENANCE_INTERVAL)
            .and_then(|v| parse_millis(&v));
        let millis = u64::try_from(millis.unwrap_or(60_000)).unwrap_or(0);
        std::time::Duration::from_millis(millis)
    }

    pub fn zone(&self) -> Result<Zone> {
        parse_zone(&self.find(TIME_ZONE).unwrap_or_else(|| "UTC".into()))
    }

    /// What users' paths mean under the mounts and the settings of stores as they are now.
    pub fn paths(&self) -> Result<Paths> {
        let text = self.find(MOUNTS).unwrap_or_default();
        let paths = Paths::new(&text, self.datasets.clone());
        let paths = paths.map_err(|wrong| bad_mounts(&text, &wrong))?;
        Ok(paths.with_stores(self.stores()))
    }

    fn stores(&self) -> storage::Settings {
        let timeout = self.millis(storage::TIMEOUT);
        let timeout = timeout.and_then(|millis| u64::try_from(millis).ok());
        let values = self.values.read();
        storage::Settings::new(values.iter(), timeout.map(std::time::Duration::from_millis))
    }

    /// The zone of the machine, whatever the session says.
    pub fn machine_zone(&self) -> Zone {
        parse_zone(&self.default_zone).unwrap_or(Zone::UTC)
    }

    pub fn settings(&self) -> Result<Settings> {
        Ok(Settings {
            time_zone: self.zone()?,
            ansi: self.flag(ANSI),
            last_key_wins: self
                .find(MAP_KEY_POLICY)
                .is_some_and(|v| v.eq_ignore_ascii_case("last_win")),
        })
    }
}

/// Whether a setting belongs to queries and not to the session.
fn is_of_queries(key: &str) -> bool {
    key.starts_with("spark.sql.")
        && !key.starts_with("spark.sql.streaming.")
        && !key.starts_with("spark.sql.catalog.")
        && !STATIC.contains(&key)
}

fn known(key: &str) -> Option<Option<&'static str>> {
    match key {
        STATE_PARTITIONS => return Some(Some("1")),
        MOUNTS => return Some(Some("")),
        _ => {}
    }
    let tables = [SETTINGS, STREAM_SETTINGS, QUERY_SETTINGS];
    let listed = tables.into_iter().find_map(|table| {
        let at = table.binary_search_by(|(name, _)| (*name).cmp(key)).ok()?;
        Some(table[at].1)
    });
    listed.or_else(|| state_settings::known(key))
}

fn modifiable(key: &str) -> Result<()> {
    if STATIC.contains(&key) {
        return Err(SparkError::new(
            "CANNOT_MODIFY_STATIC_CONFIG",
            &[("key", &format!("\"{key}\""))],
        ));
    }
    let core = key.starts_with("spark.")
        && !key.starts_with("spark.sql.")
        && !key.starts_with("spark.caudal.");
    const CORE: [&str; 6] = [
        "spark.executor.",
        "spark.driver.",
        "spark.master",
        "spark.app.",
        "spark.memory.",
        "spark.serializer",
    ];
    if core && CORE.iter().any(|prefix| key.starts_with(prefix)) {
        return Err(SparkError::new(
            "CANNOT_MODIFY_CONFIG",
            &[
                ("key", &format!("\"{key}\"")),
                ("docroot", "https://spark.apache.org/docs/latest"),
            ],
        ));
    }
    Ok(())
}

/// Refuses values that are wrong, and values that ask for what is not there.
fn check(key: &str, value: &str) -> Result<()> {
    let lower = value.to_ascii_lowercase();
    match key {
        TIME_ZONE => {
            parse_zone(value).map_err(|_| {
                SparkError::new(
                    "INVALID_CONF_VALUE.TIME_ZONE",
                    &[
                        ("confValue", value),
                        ("confName", "spark.sql.session.timeZone"),
                    ],
                )
            })?;
        }
        SHUFFLE_PARTITIONS | STATE_PARTITIONS => {
            let count: i32 = value
                .trim()
                .parse()
                .map_err(|_| wrong_type(key, value, "int"))?;
            if count <= 0 {
                let requirement = format!("The value of {key} must be positive");
                return Err(SparkError::new(
                    "INVALID_CONF_VALUE.REQUIREMENT",
                    &[
                        ("confValue", value),
                        ("confName", key),
                        ("confRequirement", &requirement),
                    ],
                ));
            }
        }
        MOUNTS => {
            Paths::new(value, None).map_err(|wrong| bad_mounts(value, &wrong))?;
        }
        storage::TIMEOUT if parse_millis(value).is_none_or(|millis| millis <= 0) => {
            return Err(wrong_type(key, value, "time in MILLISECONDS"));
        }
        MIN_DELTAS if value.trim().parse::<i32>().is_err() => {
            return Err(wrong_type(key, value, "int"));
        }
        MAINTENANCE_INTERVAL if parse_millis(value).is_none() => {
            return Err(wrong_type(key, value, "time in MILLISECONDS"));
        }
        WATERMARK_POLICY if !["min", "max"].contains(&lower.as_str()) => {
            let requirement =
                format!("Invalid value for '{WATERMARK_POLICY}'. Valid values are 'min' and 'max'");
            return Err(SparkError::new(
                "INVALID_CONF_VALUE.REQUIREMENT",
                &[
                    ("confValue", value),
                    ("confName", key),
                    ("confRequirement", &requirement),
                ],
            ));
        }
        MAP_KEY_POLICY if !["exception", "last_win"].contains(&lower.as_str()) => {
            return Err(SparkError::new(
                "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS",
                &[
                    ("confValue", value),
                    ("confName", key),
                    ("confOptions", "EXCEPTION, LAST_WIN"),
                ],
            ));
        }
        STATE_PROVIDER if !STATE_PROVIDERS.contains(&value) => {
            return Err(SparkError::not_implemented(format_args!(
                "the setting {key} with the value {value}"
            )));
        }
        TIME_PARSER_POLICY if !["exception", "legacy", "corrected"].contains(&lower.as_str()) => {
            return Err(SparkError::new(
                "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS",
                &[
                    ("confValue", value),
                    ("confName", key),
                    ("confOptions", "EXCEPTION, LEGACY, CORRECTED"),
                ],
            ));
        }
        _ => {}
    }
    super::write_settings::check(key, value)?;
    query_settings::check(key, value)?;
    storage::check(key, value)?;
    let default = known(key).flatten();
    let is_flag = matches!(default, Some("true" | "false"));
    if is_flag && lower != "true" && lower != "false" {
        return Err(wrong_type(key, value, "boolean"));
    }
    let streaming = key.strip_prefix(stream_settings::PREFIX);
    if let Some(name) = streaming {
        check_streaming(key, name, value)?;
    }
    // What Spark does not know under its own name changes nothing there either.
    let unread =
        |name: &str| stream_settings::is_listed(key) && !stream_settings::HONOURED.contains(&name);
    let fixed = FIXED.contains(&key)
        || key.starts_with("spark.sql.legacy.")
        || state_settings::is_fixed(key)
        || streaming.is_some_and(unread);
    let other_value = |(name, only): &&(&str, &str)| *name == key && *only != lower;
    if let Some((name, _)) = ALONE.iter().find(other_value) {
        return Err(SparkError::not_implemented(format_args!(
            "the setting {name}={value}"
        )));
    }
    let differs = default.is_none_or(|d| !d.eq_ignore_ascii_case(value));
    let harmless = key.starts_with("spark.sql.legacy.") && default.is_none() && lower == "false";
    if fixed && differs && !harmless && !HONOURED.contains(&key) {
        return Err(SparkError::not_implemented(format_args!(
            "the setting {key}={value}"
        )));
    }
    Ok(())
}

/// Values of streaming settings that Spark refuses.
fn check_streaming(key: &str, name: &str, value: &str) -> Result<()> {
    let requirement = |text: String| {
        SparkError::new(
            "INVALID_CONF_VALUE.REQUIREMENT",
            &[
                ("confValue", value),
                ("confName", key),
                ("confRequirement", &text),
            ],
        )
    };
    let integer = stream_settings::INTEGERS.contains(&name);
    let number = value.trim().parse::<i32>();
    if integer && number.is_err() {
        return Err(wrong_type(key, value, "int"));
    }
    if stream_settings::TIMES.contains(&name) && parse_millis(value).is_none() {
        return Err(wrong_type(key, value, "time in MILLISECONDS"));
    }
    if key == MIN_BATCHES && number.as_ref().is_ok_and(|n| *n <= 0) {
        return Err(requirement("minBatchesToRetain must be positive".into()));
    }
    let formats = ["unsaferow", "avro"];
    if name == "stateStore.encodingFormat" && !formats.contains(&value.to_lowercase().as_str()) {
        return Err(requirement(
            "Valid values are 'unsaferow' and 'avro'".into(),
        ));
    }
    let policies = ["min", "max"];
    if key == WATERMARK_POLICY && !policies.contains(&value.to_lowercase().as_str()) {
        return Err(requirement(format!(
            "Invalid value for '{key}'. Valid values are 'min' and 'max'"
        )));
    }
    Ok(())
}

fn bad_mounts(value: &str, wrong: &str) -> SparkError {
    SparkError::new(
        "INVALID_CONF_VALUE.REQUIREMENT",
        &[
            ("confValue", value),
            ("confName", MOUNTS),
            ("confRequirement", wrong),
        ],
    )
}

pub(super) fn wrong_type(key: &str, value: &str, kind: &str) -> SparkError {
    SparkError::new(
        "INVALID_CONF_VALUE.TYPE_MISMATCH",
        &[("confValue", value), ("confName", key), ("confType", kind)],
    )
}

/// Who runs this process, as Spark names them.
pub fn user() -> String {
    let names = ["SPARK_USER", "USER", "LOGNAME", "USERNAME"];
    let mut found = names.iter().filter_map(|name| std::env::var(name).ok());
    found
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "root".into())
}

/// The zone of this process.
pub fn local_zone() -> Result<Zone> {
    parse_zone(&local_zone_name())
}

/// The zone that a JVM would start with: `TZ`, then the system's.
pub(super) fn local_zone_name() -> String {
    let from_env = std::env::var("TZ").ok().filter(|z| !z.is_empty());
    let candidates = [from_env, iana_time_zone::get_timezone().ok()];
    candidates
        .into_iter()
        .flatten()
        .find(|zone| parse_zone(zone).is_ok())
        .unwrap_or_else(|| "UTC".into())
}
