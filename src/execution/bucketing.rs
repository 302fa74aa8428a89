//! Which bucket of a table a row is dealt to: by Spark's hash of some of its columns, so that
//! Spark finds a row where it would have put it.

use arrow::array::AsArray;
use arrow::datatypes::Int32Type;
use arrow::record_batch::RecordBatch;

use super::conf::Conf;
use super::tables::TableName;
use crate::error::{Result, SparkError};
use crate::functions::{Arg, ArgType, Kernel, find_scalar};
use crate::plan::sql::Buckets;
use crate::types::{StructField, StructType};

/// The most that a table may have.
const MOST: &str = "spark.sql.sources.bucketing.maxBuckets";

/// How the rows of one write are dealt.
pub struct Bucketing {
    count: i32,
    columns: Vec<usize>,
    hash: Kernel,
}

impl std::fmt::Debug for Bucketing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} buckets by {:?}", self.count, self.columns)
    }
}

impl Bucketing {
    pub fn new(schema: &StructType, buckets: &Buckets, conf: &Conf) -> Result<Self> {
        let mut columns = Vec::with_capacity(buckets.columns.len());
        let mut types = Vec::with_capacity(buckets.columns.len());
        for name in &buckets.columns {
            let at = position(schema, name)
                .ok_or_else(|| SparkError::internal(format!("no bucket column {name}")))?;
            columns.push(at);
            types.push(arg_type(&schema.fields[at]));
        }
        let Some(hash) = find_scalar("hash") else {
            return Err(SparkError::internal("no function hash"));
        };
        let bound = hash.resolve("hash", &types, &conf.settings()?)?;
        Ok(Self {
            count: i32::try_from(buckets.count).unwrap_or(i32::MAX),
            columns,
            hash: bound.kernel,
        })
    }

    /// The bucket of each row.
    pub fn numbers(&self, batch: &RecordBatch) -> Result<Vec<u32>> {
        let columns = self.columns.iter().map(|at| Arg {
            array: std::sync::Arc::clone(batch.column(*at)),
            is_scalar: false,
        });
        let args: Vec<_> = columns.collect();
        let hashes = (self.hash)(&args, batch.num_rows())?;
        let hashes = hashes.as_primitive::<Int32Type>().values();
        let numbers = hashes.iter().map(|hash| hash.rem_euclid(self.count));
        Ok(numbers.map(i32::cast_unsigned).collect())
    }
}

fn arg_type(field: &StructField) -> ArgType {
    ArgType {
        data_type: field.data_type.clone(),
        nullable: true,
        literal: None,
        text: field.name.clone(),
    }
}

fn position(schema: &StructType, name: &str) -> Option<usize> {
    let mut fields = schema.fields.iter();
    fields.position(|field| field.name.eq_ignore_ascii_case(name))
}

/// The buckets of a new table under the names that its columns have.
///
/// # Errors
/// `INVALID_BUCKET_COUNT`, `COLUMN_NOT_DEFINED_IN_TABLE`, `COLUMN_ALREADY_EXISTS` and what
/// Spark says of types that it cannot hash and of columns that make folders.
pub fn checked(
    buckets: &Buckets,
    (table, schema): (&TableName, &StructType),
    partition_by: &[String],
    conf: &Conf,
) -> Result<Buckets> {
    let most = conf.number(MOST, 100_000);
    let is_count = usize::try_from(buckets.count).is_ok_and(|count| count > 0 && count <= most);
    if !is_count {
        return Err(SparkError::new(
            "INVALID_BUCKET_COUNT",
            &[
                ("bucketingMaxBuckets", &most.to_string()),
                ("numBuckets", &buckets.count.to_string()),
            ],
        ));
    }
    let named = |kind: &str, names: &[String]| -> Result<Vec<String>> {
        let mut found: Vec<String> = Vec::with_capacity(names.len());
        for name in names {
            let Some(at) = position(schema, name) else {
                return Err(super::table_columns::undefined(
                    kind,
                    name,
                    &table.whole(),
                    schema,
                ));
            };
            let own = schema.fields[at].name.clone();
            if found.contains(&own) {
                let shown = crate::error::quoted(&[own.to_lowercase()]);
                return Err(SparkError::new(
                    "COLUMN_ALREADY_EXISTS",
                    &[("columnName", &shown)],
                ));
            }
            found.push(own);
        }
        Ok(found)
    };
    let columns = named("bucket", &buckets.columns)?;
    let sort_by = named("sort", &buckets.sort_by)?;
    refuse_folders(&columns, &sort_by, partition_by)?;
    Ok(Buckets {
        count: buckets.count,
        columns,
        sort_by,
        descending: None,
    })
}

/// A column whose value is in the folder's name deals nothing within it.
fn refuse_folders(columns: &[String], sort_by: &[String], partition_by: &[String]) -> Result<()> {
    let both = |names: &[String]| {
        let mut names = names.iter();
        names.find(|name| partition_by.contains(name)).cloned()
    };
    if let Some(name) = both(columns) {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1166",
            &[
                ("bucketCol", &name),
                ("normalizedPartCols", &partition_by.join(", ")),
            ],
        ));
    }
    if let Some(name) = both(sort_by) {
        return Err(SparkError::new(
            "_LEGACY_ERROR_TEMP_1167",
            &[
                ("sortCol", &name),
                ("normalizedPartCols", &partition_by.join(", ")),
            ],
        ));
    }
    Ok(())
}
