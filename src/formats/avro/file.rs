//! Avro files: the columns that they have, and their rows as columns.

use std::io::BufReader;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::check::{Check, Matching};
use super::container::{Block, Blocks, LEGACY, SCHEMA, VERSION};
use super::decode::Decode;
use super::options::{AvroSettings, ReadOptions};
use super::rebase::{Mode, Rebase};
use super::resolve::Resolver;
use super::schema::Schema;
use super::sql_type::{incompatible, sql_type};
use super::wire::{Cursor, Malformed};
use super::{codec::Codec, packed_file};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::Part;
use crate::formats::border::{
    Batches, Decoder, FileDecoder, Format, InferRules, Opened, ROWS_A_BATCH, Request, unreadable,
};
use crate::formats::growing::Column;
use crate::formats::{Defaults, OptionMap};
use crate::storage::ReadFile;
use crate::types::{DataType, StructField, StructType};

/// Spark's Avro reader with its options.
#[derive(Debug, Clone)]
pub struct AvroFormat {
    options: Arc<ReadOptions>,
    settings: AvroSettings,
    /// Files whose names end otherwise are read too.
    any_extension: bool,
}

type File = Blocks<BufReader<ReadFile>>;

impl AvroFormat {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        let map = OptionMap::new(options);
        let settings = defaults.avro.clone();
        Ok(Self {
            options: Arc::new(ReadOptions::new(&map, &settings)?),
            settings,
            any_extension: map.flag("ignoreExtension", true)?,
        })
    }

    fn counts(&self, path: &str) -> bool {
        self.any_extension || path.ends_with(".avro")
    }

    fn type_of(&self, schema: &Schema) -> Result<StructType> {
        match sql_type(schema, schema.root(), &self.options.rules)?.data_type {
            DataType::Struct(fields) => Ok(fields),
            _ => Err(incompatible(format!(
                "Avro schema cannot be converted to a Spark SQL StructType:\n\n{}\n",
                schema.text()
            ))),
        }
    }
}

impl Format for AvroFormat {
    fn name(&self) -> &'static str {
        "avro"
    }

    fn is_text(&self) -> bool {
        false
    }

    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>> {
        if let Some(schema) = &self.options.schema {
            return self.type_of(schema).map(Some);
        }
        for file in files {
            let opened = match file {
                Ok(opened) if !self.counts(&opened.path) => continue,
                Ok(opened) => open(opened),
                Err(error) => Err(error),
            };
            match opened {
                Ok((_, schema)) => return self.type_of(&schema).map(Some),
                Err(_) if rules.ignore_corrupt => {}
                Err(error) => return Err(error),
            }
        }
        Err(SparkError::plain(
            ErrorClass::Analysis,
            "No Avro files found. If files don't have .avro extension, set ignoreExtension to true",
        ))
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        let refused = |f: &&StructField| matches!(f.data_type, DataType::CalendarInterval);
        match schema.fields.iter().find(refused) {
            Some(field) => Err(crate::formats::text::unsupported("Avro", field)),
            None => Ok(()),
        }
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        // By position a column is known only among all.
        let (read, columns) = match self.options.by_position {
            true => (request.schema.clone(), request.columns.clone()),
            false => (request.wanted(), (0..request.columns.len()).collect()),
        };
        Ok(Decoder::Files(Box::new(AvroDecoder {
            format: self.clone(),
            read: DataType::Struct(read.as_nullable()),
            columns,
            schema: Arc::new(request.wanted().as_nullable().to_arrow()),
            case_sensitive: request.case_sensitive,
        })))
    }
}

/// The file after its header, and the schema of its rows.
fn open(opened: Opened) -> Result<(File, Arc<Schema>)> {
    let path = opened.path.clone();
    let file = Blocks::open(BufReader::new(opened.into_file()?));
    let file = file.map_err(|error| unreadable(&path, &error))?;
    let schema = match file.text(SCHEMA) {
        Some(text) => Schema::parse(&text).map_err(|error| unreadable(&path, &error))?,
        None => return Err(unreadable(&path, &"its header has no schema")),
    };
    Ok((file, Arc::new(schema)))
}

struct AvroDecoder {
    format: AvroFormat,
    /// What is read of each row, and which columns of it are wanted.
    read: DataType,
    columns: Vec<usize>,
    schema: SchemaRef,
    case_sensitive: bool,
}

impl FileDecoder for AvroDecoder {
    fn open(&mut self, opened: Opened, _: Part) -> Result<Batches> {
        let path = opened.path.clone();
        if opened.size == 0 || !self.format.counts(&path) {
            return Ok(Box::new(std::iter::empty()));
        }
        let file = opened.into_file()?;
        let again = file
            .try_clone()
            .map_err(|error| unreadable(&path, &error))?;
        let (file, writer) = open(Opened {
            path: path.clone(),
            size: 0,
            content: crate::formats::border::Content::Plain(file),
        })?;
        if file.codec == Codec::Xz {
            self.format.options.only_plain()?;
            return packed_file::batches(again, &path, &self.schema, self.case_sensitive);
        }
        let plan = self.plan(&file, &writer).map_err(|error| {
            let cause = unreadable(&path, &error);
            match error.condition() == "NOT_IMPLEMENTED" {
                true => error,
                false => cause,
            }
        })?;
        Ok(Box::new(Rows {
            file,
            path,
            plan,
            read: self.read.clone(),
            columns: self.columns.clone(),
            schema: Arc::clone(&self.schema),
            block: None,
            failed: None,
            ended: false,
        }))
    }
}

impl AvroDecoder {
    fn plan(&self, file: &File, writer: &Arc<Schema>) -> Result<Decode> {
        let options = &self.format.options;
        let reader = options.schema.as_ref().unwrap_or(writer);
        let matching = Matching {
            by_position: options.by_position,
            case_sensitive: self.case_sensitive,
        };
        let check = Check {
            schema: reader,
            rules: &options.rules,
            matching,
            lenient: self.format.settings.lenient,
        };
        check.root(&self.read)?;
        let Some(mode) = written_by(file).or(options.rebase) else {
            return Err(incompatible("no such mode of rebasing"));
        };
        let resolver = Resolver {
            writer,
            reader,
            matching,
            rebase: Rebase {
                mode,
                zone: self.format.settings.zone,
            },
        };
        resolver.plan(&self.read)
    }
}

/// The calendar that a file was written by, where its header says so: Spark has taken
/// today's since its version 3.
fn written_by(file: &File) -> Option<Mode> {
    let version = file.text(VERSION)?;
    let major = version
        .split('.')
        .next()
        .and_then(|part| part.parse::<u32>().ok());
    Some(match major {
        Some(major) if major >= 3 && !file.said.contains_key(LEGACY) => Mode::Corrected,
        _ => Mode::Legacy,
    })
}

/// The rows of a file, batch by batch.
struct Rows {
    file: File,
    path: String,
    plan: Decode,
    read: DataType,
    columns: Vec<usize>,
    schema: SchemaRef,
    /// The rest of a block, and where in its bytes it begins.
    block: Option<(Block, usize)>,
    /// An error that comes after the rows before it.
    failed: Option<SparkError>,
    ended: bool,
}

impl Iterator for Rows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            self.ended = true;
            return Some(Err(error));
        }
        if self.ended {
            return None;
        }
        let mut rows = match Column::new(&self.read) {
            Ok(rows) => rows,
            Err(error) => return Some(Err(error)),
        };
        while rows.len() < ROWS_A_BATCH {
            match self.row(&mut rows) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        match rows.len() {
            0 => {
                self.ended = true;
                self.failed.take().map(Err)
            }
            _ => Some(self.batch(rows)),
        }
    }
}

impl Rows {
    /// Reads one row, if there is one more.
    fn row(&mut self, out: &mut Column) -> Result<bool> {
        while self.block.as_ref().is_none_or(|(block, _)| block.rows == 0) {
            match self.file.next() {
                Ok(Some(block)) => self.block = Some((block, 0)),
                Ok(None) => return Ok(false),
                Err(error) => return Err(unreadable(&self.path, &error)),
            }
        }
        let Some((block, at)) = &mut self.block else {
            return Ok(false);
        };
        let mut cursor = Cursor::new(block.bytes.get(*at..).unwrap_or_default());
        let before = out.len();
        if let Err(reason) = self.plan.value(&mut cursor, out) {
            out.truncate(before);
            return Err(refused(&self.path, reason));
        }
        block.rows -= 1;
        *at = block.bytes.len() - cursor.remaining();
        Ok(true)
    }

    fn batch(&self, rows: Column) -> Result<RecordBatch> {
        let count = rows.len();
        let all = rows.into_fields()?;
        let wanted = self.columns.iter().filter_map(|at| all.get(*at).cloned());
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), wanted.collect(), &options)
            .map_err(SparkError::internal)
    }
}

fn refused(path: &str, reason: Malformed) -> SparkError {
    match reason {
        Malformed::Bytes(reason) => unreadable(path, &reason),
        Malformed::Refused(error) | Malformed::Row(error) => error,
        Malformed::Ancient => SparkError::new(
            "INCONSISTENT_BEHAVIOR_CROSS_VERSION.READ_ANCIENT_DATETIME",
            &[
                ("format", "Avro"),
                ("config", "\"spark.sql.avro.datetimeRebaseModeInRead\""),
                ("option", "\"datetimeRebaseMode\""),
            ],
        ),
    }
}
