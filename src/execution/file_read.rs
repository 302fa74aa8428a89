//! Readers of files, for batches and streams alike: which files, of which format, with
//! which columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::column_defaults;
use super::conf::{self, Conf};
use super::files::{
    self, FileEntry, FileRows, FileScan, Found, Listing, PartitionRules, Partitions,
};
use super::stream_leaf::StreamRows;
use crate::analysis::Source;
use crate::engine::scan::ScanTable;
use crate::error::{Result, SparkError, quoted};
use crate::formats::avro::AvroSettings;
use crate::formats::{self, BAD_RECORDS_PATH, Defaults, Fills, Format, InferRules, OptionMap};
use crate::plan::ReadSpec;
use crate::types::{StructField, StructType};

pub fn open(spec: &ReadSpec, conf: &Conf) -> Result<Source> {
    let read = FileRead::new(spec, conf)?;
    if spec.streaming {
        read.stream(spec, conf)
    } else {
        read.batch(spec)
    }
}

/// The format that a name stands for: Spark's short names, and those of its classes.
fn short_name(name: &str) -> &str {
    let name = name
        .strip_prefix("org.apache.spark.sql.execution.datasources.")
        .or_else(|| name.strip_prefix("org.apache.spark.sql."))
        .unwrap_or(name);
    match name {
        "json" | "json.jsonfileformat" => "json",
        "csv" | "csv.csvfileformat" => "csv",
        "text" | "text.textfileformat" => "text",
        "parquet" | "parquet.parquetfileformat" => "parquet",
        "orc" | "orc.orcfileformat" => "orc",
        "xml" | "xml.xmlfileformat" => "xml",
        other => other,
    }
}

/// What a reader of files was told, put in order.
struct FileRead {
    format: Arc<dyn Format>,
    listing: Listing,
    base_path: Option<PathBuf>,
    schema: Option<StructType>,
    typed_partitions: bool,
    case_sensitive: bool,
    ignore_missing: bool,
    ignore_corrupt: bool,
    zone: crate::types::Zone,
    rejects: Option<Arc<Path>>,
    /// What rows have in columns that their file lacks.
    fills: Fills,
}

impl FileRead {
    fn new(spec: &ReadSpec, conf: &Conf) -> Result<Self> {
        let options = OptionMap::new(&spec.options);
        let zone = conf.zone()?;
        let paths = conf.paths()?;
        let name = short_name(&spec.format);
        let Some(format) = formats::open(name, &spec.options, &defaults(conf)?)? else {
            return Err(SparkError::new(
                "DATA_SOURCE_NOT_FOUND",
                &[("provider", &spec.format)],
            ));
        };
        let is_text = format.is_text();
        let option_or = |option: &str, setting: &str| options.flag(option, conf.flag(setting));
        Ok(Self {
            format,
            listing: Listing {
                paths: paths.clone(),
                ..listing(&options, zone, !spec.streaming)?
            },
            base_path: match options.get("basePath") {
                Some(path) => Some(paths.read(path)?),
                None => None,
            },
            schema: spec.schema.as_ref().map(StructType::as_nullable),
            typed_partitions: conf.flag("spark.sql.sources.partitionColumnTypeInference.enabled"),
            case_sensitive: conf.flag(conf::CASE_SENSITIVE),
            ignore_missing: option_or("ignoreMissingFiles", "spark.sql.files.ignoreMissingFiles")?,
            ignore_corrupt: option_or("ignoreCorruptFiles", "spark.sql.files.ignoreCorruptFiles")?,
            zone,
            rejects: rejects(&options, is_text, &paths)?,
            fills: match &spec.schema {
                Some(schema) => column_defaults::fills(schema, conf)?,
                None => Fills::default(),
            },
        })
    }

    fn batch(self, spec: &ReadSpec) -> Result<Source> {
        if spec.paths.is_empty() && spec.schema.is_none() {
            return Err(self.no_schema());
        }
        let mut found = files::list(&spec.paths, &self.listing)?;
        let scan = self.scan(&mut found)?;
        let schema = scan.schema.clone();
        let leaf = FileScan::leaf_schema(&schema);
        let table = ScanTable::new(
            leaf,
            Arc::new(FileRows {
                scan,
                files: Arc::new(found.files),
                filters: Vec::new(),
            }),
        );
        Ok(Source {
            schema,
            provider: Arc::new(table),
            streaming: false,
        })
    }

    fn stream(self, spec: &ReadSpec, conf: &Conf) -> Result<Source> {
        let inferring = conf.flag("spark.sql.streaming.schemaInference");
        let told = self.schema.is_some() || self.format.knows_columns();
        if !told && !inferring && self.format.name() != "text" {
            return Err(SparkError::new("_LEGACY_ERROR_TEMP_2048", &[]));
        }
        let [path] = spec.paths.as_slice() else {
            return Err(SparkError::new("_LEGACY_ERROR_TEMP_2047", &[]));
        };
        let place = self.listing.paths.read(path)?;
        if !files::is_pattern(path) && !files::exists(&place)? {
            return Err(SparkError::new(
                "PATH_NOT_FOUND",
                &[("path", &crate::storage::shown(&place))],
            ));
        }
        let mut found = files::list(&spec.paths, &self.listing)?;
        let scan = self.scan(&mut found)?;
        let schema = scan.schema.clone();
        let leaf = FileScan::leaf_schema(&schema);
        let rows = StreamRows {
            spec: spec.clone(),
            schema: schema.clone(),
            files: Some(Arc::new(StreamFiles {
                scan,
                listing: self.listing,
                base_path: self.base_path,
                zone: self.zone,
            })),
        };
        Ok(Source {
            schema,
            provider: Arc::new(ScanTable::new(leaf, Arc::new(rows))),
            streaming: true,
        })
    }

    /// How the files become rows; leaves among them those that count.
    fn scan(&self, found: &mut Found) -> Result<FileScan> {
        let rules = PartitionRules {
            base_path: self.base_path.as_deref(),
            schema: self.schema.as_ref(),
            typed: self.typed_partitions,
            case_sensitive: self.case_sensitive,
            recursive: self.listing.recursive,
            zone: self.zone,
        };
        let partitions = files::discover(found, &rules)?;
        let data = match &self.schema {
            Some(schema) => schema.clone(),
            None => self.infer(&found.files)?,
        };
        self.format.check_schema(&data)?;
        let (schema, data) = self.columns(data, &partitions);
        self.check_names(&schema)?;
        Ok(FileScan {
            fills: self.fills.clone(),
            format: Arc::clone(&self.format),
            schema,
            data,
            partitions,
            case_sensitive: self.case_sensitive,
            ignore_missing: self.ignore_missing,
            ignore_corrupt: self.ignore_corrupt,
            rejects: self.rejects.clone(),
        })
    }

    fn infer(&self, files: &[FileEntry]) -> Result<StructType> {
        let is_text = self.format.is_text();
        // The first is the largest, as in Spark: a header is taken from it.
        let mut files: Vec<&FileEntry> = files.iter().collect();
        if is_text {
            files.sort_by_key(|file| std::cmp::Reverse(file.size));
        }
        let mut opened = files
            .into_iter()
            .filter_map(|file| match files::open(file, is_text) {
                Err(error) if self.ignore_missing && files::is_missing(&error) => None,
                other => Some(other),
            });
        let rules = InferRules {
            case_sensitive: self.case_sensitive,
            ignore_corrupt: self.ignore_corrupt,
        };
        match self.format.infer(&mut opened, &rules)? {
            Some(schema) => Ok(schema.as_nullable()),
            None => Err(self.no_schema()),
        }
    }

    fn no_schema(&self) -> SparkError {
        let format = match self.format.name() {
            "json" => "JSON",
            "csv" => "CSV",
            "text" => "Text",
            "parquet" => "Parquet",
            "orc" => "ORC",
            "xml" => "XML",
            _ => "Avro",
        };
        SparkError::new("UNABLE_TO_INFER_SCHEMA", &[("format", format)])
    }

    /// What a user sees, and what the files hold: a column that a folder spells keeps
    /// its place among the files' but has the folder's values.
    fn columns(&self, data: StructType, partitions: &Partitions) -> (StructType, StructType) {
        let fold = |name: &str| match self.case_sensitive {
            true => name.to_string(),
            false => name.to_lowercase(),
        };
        let folders = &partitions.columns.fields;
        let spelled = |name: &str| folders.iter().find(|f| fold(&f.name) == fold(name));
        // What is known of a column beside its type stands in the schema that was given.
        let known = |field: &StructField| {
            let mut fields = data.fields.iter();
            let given = fields.find(|f| fold(&f.name) == fold(&field.name));
            StructField {
                metadata: given.map_or_else(|| field.metadata.clone(), |f| f.metadata.clone()),
                ..field.clone()
            }
        };
        // In a schema of the user's such a column stands behind the files' own.
        let given = self.schema.is_some();
        let mut all: Vec<_> = data
            .fields
            .iter()
            .filter(|f| !given || spelled(&f.name).is_none())
            .map(|f| spelled(&f.name).unwrap_or(f).clone())
            .collect();
        let named: Vec<_> = all.iter().map(|f| fold(&f.name)).collect();
        let new = folders.iter().filter(|f| !named.contains(&fold(&f.name)));
        all.extend(new.map(known));
        let held = data.fields.iter().filter(|f| spelled(&f.name).is_none());
        (StructType::new(all), StructType::new(held.cloned()))
    }

    fn check_names(&self, schema: &StructType) -> Result<()> {
        let mut seen = std::collections::HashSet::new();
        for field in schema.fields.iter() {
            let name = match self.case_sensitive {
                true => field.name.clone(),
                false => field.name.to_lowercase(),
            };
            if !seen.insert(name.clone()) {
                return Err(SparkError::new(
                    "COLUMN_ALREADY_EXISTS",
                    &[("columnName", &quoted(&[name]))],
                ));
            }
        }
        Ok(())
    }
}

/// The folder for records that do not fit; who wants such records wants no failure.
fn rejects(options: &OptionMap, is_text: bool, paths: &files::Paths) -> Result<Option<Arc<Path>>> {
    let Some(folder) = options.get(BAD_RECORDS_PATH) else {
        return Ok(None);
    };
    if !is_text {
        let other = "badRecordsPath of a format that is not text";
        return Err(SparkError::not_implemented(other));
    }
    let mode = options.get("mode").unwrap_or_default();
    if mode.eq_ignore_ascii_case("FAILFAST") {
        let both = "badRecordsPath with mode FAILFAST";
        return Err(SparkError::not_implemented(both));
    }
    Ok(Some(Arc::from(paths.write(folder)?)))
}

/// What a file stream keeps of its reader.
#[derive(Debug)]
pub struct StreamFiles {
    pub scan: FileScan,
    pub listing: Listing,
    base_path: Option<PathBuf>,
    zone: crate::types::Zone,
}

impl StreamFiles {
    /// Leaves among the files those that the stream reads. A stream that began over an
    /// empty folder learns from its first files which columns their folders spell: then
    /// the reader to go on with.
    pub fn select(&self, found: &mut Found) -> Result<Option<Self>> {
        if self.listing.recursive {
            return Ok(None);
        }
        if !self.scan.partitions.is_empty() {
            files::select(&mut found.files, &found.roots, &self.scan.partitions);
            return Ok(None);
        }
        let rules = PartitionRules {
            base_path: self.base_path.as_deref(),
            schema: Some(&self.scan.schema),
            typed: false,
            case_sensitive: self.scan.case_sensitive,
            recursive: false,
            zone: self.zone,
        };
        let partitions = files::discover(found, &rules)?;
        if partitions.is_empty() {
            return Ok(None);
        }
        let partitions = partitions.within(&self.scan.schema);
        let spelled = |name: &str| partitions.columns.fields.iter().any(|f| f.name == name);
        let held = self.scan.data.fields.iter().filter(|f| !spelled(&f.name));
        let data = StructType::new(held.cloned());
        let scan = FileScan {
            data,
            partitions,
            ..self.scan.clone()
        };
        Ok(Some(Self {
            scan,
            listing: self.listing.clone(),
            base_path: self.base_path.clone(),
            zone: self.zone,
        }))
    }
}

/// What a session says about Avro.
pub(super) fn avro_settings(conf: &Conf) -> Result<AvroSettings> {
    let mode = |key: &str| {
        let set = conf.find(key).unwrap_or_else(|| "CORRECTED".into());
        set.to_ascii_uppercase()
    };
    Ok(AvroSettings {
        rebase_read: mode("spark.sql.avro.datetimeRebaseModeInRead"),
        rebase_write: mode("spark.sql.avro.datetimeRebaseModeInWrite"),
        lenient: conf.flag("spark.sql.legacy.avro.allowIncompatibleSchema"),
        case_sensitive: conf.flag(conf::CASE_SENSITIVE),
        zone: conf.zone()?,
    })
}

/// Whether a timestamp without more words has no zone.
pub(super) fn timestamps_are_ntz(conf: &Conf) -> bool {
    conf.find("spark.sql.timestampType")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("TIMESTAMP_NTZ"))
}

/// The settings that formats go by.
pub(super) fn defaults(conf: &Conf) -> Result<Defaults> {
    let corrupt = conf.find("spark.sql.columnNameOfCorruptRecord");
    Ok(Defaults {
        zone: conf.zone()?,
        machine_zone: conf.machine_zone(),
        corrupt_column: corrupt.unwrap_or_else(|| formats::json::DEFAULT_CORRUPT_COLUMN.into()),
        timestamps_are_ntz: timestamps_are_ntz(conf),
        csv_pruning: conf.flag("spark.sql.csv.parser.columnPruning.enabled"),
        parquet_merge: conf.flag("spark.sql.parquet.mergeSchema"),
        orc_merge: conf.flag("spark.sql.orc.mergeSchema"),
        avro: avro_settings(conf)?,
    })
}

/// How the options say that files are chosen.
fn listing(options: &OptionMap, zone: crate::types::Zone, must_exist: bool) -> Result<Listing> {
    let zone = match options.get("timeZone") {
        Some(name) => crate::types::parse_zone(name)?,
        None => zone,
    };
    let moment = |name: &str| -> Result<Option<i64>> {
        let Some(text) = options.get(name) else {
            return Ok(None);
        };
        match crate::types::datetime::parse_timestamp_default(text, zone) {
            Some(micros) => Ok(Some(micros.div_euclid(1000))),
            None => Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1294",
                &[("strategy", &name.to_lowercase()), ("timeString", text)],
            )),
        }
    };
    Ok(Listing {
        paths: files::Paths::default(),
        glob_filter: match options.get("pathGlobFilter") {
            Some(glob) => Some(files::Glob::new(glob)?),
            None => None,
        },
        recursive: options.flag("recursiveFileLookup", false)?,
        must_exist,
        modified_after: moment("modifiedAfter")?,
        modified_before: moment("modifiedBefore")?,
    })
}
