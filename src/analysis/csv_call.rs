//! `from_csv`, `to_csv` and `schema_of_csv`: their types hang on constants, a schema and
//! options, that only the analysis knows.

use std::sync::Arc;

use arrow::array::{Array, StringBuilder};

use super::expression::{Resolver, Typed};
use super::json_call::{options_of, schema_of};
use crate::error::{ErrorClass, Result, SparkError, quoted};
use crate::formats::csv::{CsvOptions, FromCsv, type_of};
use crate::formats::json::DEFAULT_CORRUPT_COLUMN;
use crate::formats::write::CsvText;
use crate::formats::{Defaults, OptionMap, ParseMode};
use crate::functions::scalar::kernel::expand;
use crate::functions::scalar::typing::{mismatch, unexpected, wrong_count};
use crate::functions::{Binding, Kernel};
use crate::plan::{Call, Literal, text};
use crate::types::{DataType, StructField, StructType};

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub fn csv_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let (counts, from, to) = match name {
            "from_csv" => ("[2, 3]", 2, 3),
            "to_csv" | "schema_of_csv" => ("[1, 2]", 1, 2),
            _ => return Ok(None),
        };
        let args = self.resolve_all(&call.args)?;
        if args.len() < from || args.len() > to {
            return Err(wrong_count(name, counts, args.len()));
        }
        // Its name shows the value alone.
        let shown = text::call_text(name, std::slice::from_ref(&args[0].text), false);
        let options = |args: &[Typed]| match args.get(from) {
            Some(options) => options_of(options),
            None => Ok(Vec::new()),
        };
        match name {
            "from_csv" => {
                let schema = schema_of(&args[1])?;
                self.csv_read(&args[0], schema, &options(&args)?, shown)
            }
            "to_csv" => self.csv_written(args[0].clone(), &options(&args)?, shown),
            _ => {
                let sample = self.sample_of(name, "csv", &args)?;
                let found = type_of(&sample, &options(&args)?, &self.csv_defaults())?;
                let Some(found) = found else {
                    return Err(super::internal("a CSV text without a value has no schema"));
                };
                Ok(Typed {
                    text: shown,
                    literal: None,
                    ..Typed::constant(Literal::String(DataType::Struct(found).sql()))?
                })
            }
        }
        .map(Some)
    }

    fn csv_defaults(&self) -> Defaults {
        let zone = self.settings().time_zone;
        Defaults {
            zone,
            machine_zone: zone,
            corrupt_column: DEFAULT_CORRUPT_COLUMN.to_string(),
            timestamps_are_ntz: false,
            csv_pruning: true,
            parquet_merge: false,
            orc_merge: false,
            avro: self.analyzer.context.options.avro.clone(),
        }
    }

    fn csv_read(
        &mut self,
        value: &Typed,
        schema: DataType,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let name = "from_csv";
        let types = [value.arg_type()];
        let DataType::Struct(schema) = schema else {
            let shown = format!("\"{}\"", schema.sql());
            return Err(SparkError::new(
                "INVALID_SCHEMA.NON_STRUCT_TYPE",
                &[("inputSchema", &shown), ("dataType", &shown)],
            ));
        };
        if !matches!(value.data_type, DataType::String | DataType::Null) {
            return Err(unexpected(name, &types, 0, "\"STRING\""));
        }
        if let Some(field) = schema
            .fields
            .iter()
            .find(|field| has_parts(&field.data_type))
        {
            let kind = format!("\"{}\"", field.data_type.sql());
            return Err(
                SparkError::new("UNSUPPORTED_DATATYPE", &[("typeName", &kind)])
                    .with_class(ErrorClass::UnsupportedOperation),
            );
        }
        let read = CsvOptions::new(options, &self.csv_defaults())?;
        if !matches!(read.mode, ParseMode::Permissive | ParseMode::FailFast) {
            return Err(SparkError::new(
                "PARSE_MODE_UNSUPPORTED",
                &[("funcName", &quoted(&[name])), ("mode", "DROPMALFORMED")],
            ));
        }
        let reader = FromCsv::new(&schema, read, self.case_sensitive());
        let returns = reader.returns();
        let kernel: Kernel =
            Arc::new(move |args, rows| expand(reader.read(args[0].array.as_ref())?, rows));
        let binding = Binding {
            args: vec![DataType::String],
            returns,
            nullable: value.nullable,
            kernel,
        };
        self.optioned_call(name, binding, value.clone(), options, text)
    }

    fn csv_written(
        &mut self,
        value: Typed,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let name = "to_csv";
        let DataType::Struct(fields) = &value.data_type else {
            let (function, kind) = (quoted(&[name]), format!("\"{}\"", value.data_type.sql()));
            let parameters = [
                ("functionName", function.as_str()),
                ("dataType", kind.as_str()),
            ];
            let types = [value.arg_type()];
            return Err(mismatch(
                "UNSUPPORTED_INPUT_TYPE",
                name,
                &types,
                &parameters,
            ));
        };
        // What has parts is written as a cast to text shows it.
        let plain = fields
            .fields
            .iter()
            .map(|field| match has_parts(&field.data_type) {
                true => StructField::new(field.name.clone(), DataType::String, true),
                false => field.clone(),
            });
        let plain = StructType::new(plain);
        let writer = CsvText::new(&plain, &OptionMap::new(options), self.settings().time_zone)?;
        let kernel: Kernel = Arc::new(move |args, rows| {
            let structs = &args[0].array;
            let mut out = StringBuilder::new();
            for row in 0..structs.len() {
                match structs.is_null(row) {
                    true => out.append_null(),
                    false => out.append_value(writer.line(structs.as_ref(), row)?),
                }
            }
            expand(Arc::new(out.finish()), rows)
        });
        let binding = Binding {
            args: vec![DataType::Struct(plain)],
            returns: DataType::String,
            nullable: true,
            kernel,
        };
        self.optioned_call(name, binding, value, options, text)
    }
}

fn has_parts(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_) | DataType::Null
    )
}
