//! `from_xml`, `to_xml` and `schema_of_xml`: their types hang on constants, a schema and
//! options, that only the analysis knows.

use std::sync::Arc;

use arrow::array::{Array, StringBuilder};

use super::expression::{Resolver, Typed};
use super::json_call::{options_of, schema_of};
use crate::error::{Result, SparkError, quoted};
use crate::formats::json::DEFAULT_CORRUPT_COLUMN;
use crate::formats::write::{XmlLayout, XmlText, XmlTextOptions, xml_layout};
use crate::formats::xml::{FromXml, XmlOptions, check_columns, type_of};
use crate::formats::{Defaults, OptionMap, ParseMode};
use crate::functions::scalar::kernel::expand;
use crate::functions::scalar::typing::{mismatch, unexpected, wrong_count};
use crate::functions::{Binding, Kernel};
use crate::plan::{Call, Literal, text};
use crate::types::DataType;

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub fn xml_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let (counts, from, to) = match name {
            "from_xml" => ("[2, 3]", 2, 3),
            "to_xml" | "schema_of_xml" => ("[1, 2]", 1, 2),
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
            "from_xml" => {
                let schema = schema_of(&args[1])?;
                self.xml_read(&args[0], schema, &options(&args)?, shown)
            }
            "to_xml" => self.xml_written(args[0].clone(), &options(&args)?, shown),
            _ => {
                let sample = self.sample_of(name, "xml", &args)?;
                let options = XmlOptions::new(&options(&args)?, &self.xml_defaults())?;
                refuse_dropping(name, options.mode)?;
                let found = type_of(&sample, &options, self.case_sensitive())?;
                Ok(Typed {
                    text: shown,
                    literal: None,
                    ..Typed::constant(Literal::String(DataType::Struct(found).sql()))?
                })
            }
        }
        .map(Some)
    }

    fn xml_defaults(&self) -> Defaults {
        let zone = self.settings().time_zone;
        Defaults {
            zone,
            machine_zone: zone,
            corrupt_column: DEFAULT_CORRUPT_COLUMN.to_string(),
            timestamps_are_ntz: self.analyzer.context.options.timestamp_ntz,
            csv_pruning: true,
            parquet_merge: false,
            orc_merge: false,
            avro: self.analyzer.context.options.avro.clone(),
        }
    }

    fn xml_read(
        &mut self,
        value: &Typed,
        schema: DataType,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let name = "from_xml";
        let is_variant = schema == DataType::Variant;
        let schema = match schema {
            DataType::Struct(schema) => schema,
            DataType::Variant => FromXml::whole(),
            other => {
                let shown = format!("\"{}\"", other.sql());
                return Err(SparkError::new(
                    "DATATYPE_MISMATCH.INVALID_XML_SCHEMA",
                    &[("sqlExpr", &format!("\"{text}\"")), ("schema", &shown)],
                ));
            }
        };
        if !matches!(value.data_type, DataType::String | DataType::Null) {
            return Err(not_of_kind(&text, value, "\"STRING\""));
        }
        let read = XmlOptions::new(options, &self.xml_defaults())?;
        refuse_dropping(name, read.mode)?;
        check_columns(&schema, &read)?;
        let mut reader = FromXml::new(&schema, read, self.case_sensitive())?;
        if is_variant {
            reader = reader.into_variants();
        }
        let returns = reader.returns();
        let kernel: Kernel =
            Arc::new(move |args, rows| expand(reader.read(args[0].array.as_ref())?, rows));
        let binding = Binding {
            args: vec![DataType::String],
            returns,
            nullable: true,
            kernel,
        };
        self.optioned_call(name, binding, value.clone(), options, text)
    }

    fn xml_written(
        &mut self,
        value: Typed,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let held = value.data_type.clone();
        if !matches!(
            held,
            DataType::Struct(_) | DataType::Variant | DataType::Null
        ) {
            return Err(not_of_kind(&text, &value, "\"STRUCT\""));
        }
        let given = OptionMap::new(options);
        let layout = xml_layout(&given, char::MAX)?;
        let texts = XmlTextOptions::new(&given, self.settings().time_zone)?;
        let writer = XmlText::new(&held, &texts);
        let args = vec![held.clone()];
        let kernel: Kernel = Arc::new(move |args, rows| {
            let values = args[0].array.as_ref();
            let mut out = StringBuilder::new();
            for row in 0..values.len() {
                // Arrow's array of nothing has no null among its rows.
                if held == DataType::Null || values.is_null(row) {
                    out.append_null();
                    continue;
                }
                let mut written = XmlLayout::new(&layout);
                writer.row(values, row, &mut written)?;
                if !written.is_indented() {
                    written.text("\n")?;
                }
                out.append_value(&written.out);
            }
            expand(Arc::new(out.finish()), rows)
        });
        let binding = Binding {
            args,
            returns: DataType::String,
            nullable: true,
            kernel,
        };
        self.optioned_call("to_xml", binding, value, options, text)
    }

    /// The functions of a document and a constant path.
    pub fn xpath_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let Some(kind) = crate::formats::xml::xpath::Kind::of_function(name) else {
            return Ok(None);
        };
        let args = self.resolve_all(&call.args)?;
        if args.len() != 2 {
            return Err(wrong_count(name, "2", args.len()));
        }
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        for (index, arg) in args.iter().enumerate() {
            if !matches!(arg.data_type, DataType::String | DataType::Null) {
                return Err(unexpected(name, &types, index, "\"STRING\""));
            }
        }
        let Some(path) = super::constant::value_of(&args[1].expr)? else {
            let shown = format!("\"{}\"", args[1].text);
            return Err(mismatch(
                "NON_FOLDABLE_INPUT",
                name,
                &types,
                &[
                    ("inputName", "`path`"),
                    ("inputType", "\"STRING\""),
                    ("inputExpr", &shown),
                ],
            ));
        };
        let path = super::engine(path.to_array())?;
        let path = (path.is_valid(0) && *path.data_type() != arrow::datatypes::DataType::Null)
            .then(|| crate::types::string_at(path.as_ref(), 0).to_string());
        let texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        let shown = text::call_text(name, &texts, false);
        let kernel: Kernel = Arc::new(move |args, rows| {
            let found = kind.evaluate(args[0].array.as_ref(), path.as_deref())?;
            expand(found, rows)
        });
        let binding = Binding {
            args: vec![DataType::String; 2],
            returns: kind.returns(),
            nullable: true,
            kernel,
        };
        self.bound_call(name, binding, args, shown).map(Some)
    }
}

fn refuse_dropping(name: &str, mode: ParseMode) -> Result<()> {
    if matches!(mode, ParseMode::Permissive | ParseMode::FailFast) {
        return Ok(());
    }
    let function = quoted(&[name]);
    Err(SparkError::new(
        "PARSE_MODE_UNSUPPORTED",
        &[("funcName", &function), ("mode", "DROPMALFORMED")],
    ))
}

/// The value is of another type than the function takes; Spark shows the call without its
/// other arguments.
fn not_of_kind(text: &str, value: &Typed, wanted: &str) -> SparkError {
    SparkError::new(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        &[
            ("sqlExpr", &format!("\"{text}\"")),
            ("paramIndex", "first"),
            ("requiredType", wanted),
            ("inputSql", &format!("\"{}\"", value.text)),
            ("inputType", &format!("\"{}\"", value.data_type.sql())),
        ],
    )
}
