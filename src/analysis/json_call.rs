//! `from_json` and `to_json`: their types hang on constants, a schema and options, that
//! only the analysis knows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};

use super::constant::value_of;
use super::engine;
use super::expression::{Resolver, Typed};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::json::{FromJson, JsonOptions};
use crate::formats::write::{JsonText, JsonTextOptions, spread};
use crate::functions::scalar::kernel::expand;
use crate::functions::scalar::typing::wrong_count;
use crate::functions::{Arg, Binding, Kernel, find_scalar};
use crate::plan::{Call, Literal, text};
use crate::types::DataType;

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub fn json_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let (counts, from, to) = match name {
            "from_json" => ("[2, 3]", 2, 3),
            "to_json" => ("[1, 2]", 1, 2),
            _ => return Ok(None),
        };
        let args = self.resolve_all(&call.args)?;
        if args.len() < from || args.len() > to {
            return Err(wrong_count(name, counts, args.len()));
        }
        let Some(value) = args.first().cloned() else {
            return Err(wrong_count(name, counts, 0));
        };
        // Its name shows the value alone.
        let text = text::call_text(name, std::slice::from_ref(&value.text), false);
        let options = match args.get(from) {
            Some(options) => options_of(options)?,
            None => Vec::new(),
        };
        match name {
            "from_json" => self.json_read(value, &args[1], &options, text),
            _ => self.json_written(value, &options, text),
        }
        .map(Some)
    }

    fn json_read(
        &mut self,
        value: Typed,
        schema: &Typed,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let schema = schema_of(schema)?;
        if schema != DataType::Variant {
            is_json(&schema, &text)?;
        }
        refuse_key(&schema)?;
        let value = match &value.data_type {
            DataType::Null => Typed::constant(Literal::Null(DataType::String))?,
            DataType::String => value,
            other => {
                return Err(SparkError::new(
                    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                    &[
                        ("sqlExpr", &format!("\"{text}\"")),
                        ("paramIndex", "first"),
                        ("requiredType", "\"STRING\""),
                        ("inputSql", &format!("\"{}\"", value.text)),
                        ("inputType", &format!("\"{}\"", other.sql())),
                    ],
                ));
            }
        };
        if schema == DataType::Variant {
            return self.variant_read(value, options, text);
        }
        let read = JsonOptions::from_options(options, self.settings().time_zone)?;
        let reader = FromJson::new(&schema, &read)?;
        let returns = reader.returns.clone();
        let kernel: Kernel = Arc::new(move |args: &[Arg], rows| match args.first() {
            Some(texts) => expand(reader.read(texts.array.as_ref())?, rows),
            None => Err(SparkError::internal("from_json of nothing")),
        });
        self.json_kernel("from_json", (returns, kernel), value, options, text)
    }

    /// The whole text as a variant; null where it is none, unless the mode is to fail.
    fn variant_read(
        &mut self,
        value: Typed,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let mut name = "try_parse_json";
        for (key, given) in options {
            let mode = given.to_ascii_uppercase();
            match (key.eq_ignore_ascii_case("mode"), mode.as_str()) {
                (true, "PERMISSIVE") => name = "try_parse_json",
                (true, "FAILFAST") => name = "parse_json",
                _ => {
                    return Err(SparkError::not_implemented(format_args!(
                        "from_json to a variant with the option {key}"
                    )));
                }
            }
        }
        let Some(scalar) = find_scalar(name) else {
            return Err(SparkError::internal(name));
        };
        let mut binding = scalar.resolve(name, &[value.arg_type()], self.settings())?;
        binding.nullable = true;
        self.optioned_call("from_json", binding, value, options, text)
    }

    fn json_written(
        &mut self,
        value: Typed,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let held = value.data_type.clone();
        if held != DataType::Variant {
            is_json(&held, &text)?;
        }
        let given = OptionMap::new(options);
        let zone = match given.get("timeZone") {
            Some(name) => crate::types::parse_zone(name)?,
            None => self.settings().time_zone,
        };
        let layout = JsonTextOptions::new(&given, zone, true)?;
        let writer = JsonText::new(&held, &layout);
        let is_pretty = layout.is_pretty;
        let kernel: Kernel = Arc::new(move |args: &[Arg], rows| match args.first() {
            Some(values) => expand(
                Arc::new(written(&writer, values.array.as_ref(), is_pretty)?),
                rows,
            ),
            None => Err(SparkError::internal("to_json of nothing")),
        });
        let made = (DataType::String, kernel);
        self.json_kernel("to_json", made, value, options, text)
    }

    fn json_kernel(
        &self,
        name: &str,
        (returns, kernel): (DataType, Kernel),
        value: Typed,
        options: &[(String, String)],
        text: String,
    ) -> Result<Typed> {
        let binding = Binding {
            args: vec![value.data_type.clone()],
            returns,
            nullable: true,
            kernel,
        };
        self.optioned_call(name, binding, value, options, text)
    }
}

fn written(writer: &JsonText, values: &dyn Array, is_pretty: bool) -> Result<StringArray> {
    let mut out = StringBuilder::new();
    let (mut text, mut over_lines) = (String::new(), String::new());
    for row in 0..values.len() {
        if values.is_null(row) {
            out.append_null();
            continue;
        }
        text.clear();
        writer.value(values, row, &mut text)?;
        if is_pretty {
            over_lines.clear();
            spread(&text, &mut over_lines);
        }
        out.append_value(if is_pretty { &over_lines } else { &text });
    }
    Ok(out.finish())
}

/// The type that a constant text names, as DDL or as JSON.
pub(super) fn schema_of(schema: &Typed) -> Result<DataType> {
    let value = match &schema.data_type {
        DataType::String => value_of(&schema.expr)?,
        _ => None,
    };
    let array = value.map(|value| engine(value.to_array())).transpose()?;
    let Some(array) = array.filter(|array| array.is_valid(0)) else {
        return Err(SparkError::new(
            "INVALID_SCHEMA.NON_STRING_LITERAL",
            &[("inputSchema", &format!("\"{}\"", schema.text))],
        ));
    };
    let text = array.as_string::<i32>().value(0);
    let found = match text.trim_start().starts_with(['{', '"']) {
        true => DataType::from_json(text)?,
        // Spark's functions give the parser's error as one of their own.
        false => DataType::from_ddl(text).map_err(|e| e.with_class(ErrorClass::Analysis))?,
    };
    found.refuse_bounded()?;
    Ok(found)
}

/// Only what has parts has a JSON text of its own.
fn is_json(data_type: &DataType, text: &str) -> Result<()> {
    match data_type {
        DataType::Struct(_) | DataType::Array { .. } | DataType::Map { .. } => Ok(()),
        other => Err(SparkError::new(
            "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA",
            &[
                ("sqlExpr", &format!("\"{text}\"")),
                ("schema", &format!("\"{}\"", other.sql())),
            ],
        )),
    }
}

/// Names of JSON are texts: so must a map's keys be.
fn refuse_key(schema: &DataType) -> Result<()> {
    match schema {
        DataType::Map { key, .. } if **key != DataType::String => Err(SparkError::new(
            "DATATYPE_MISMATCH.INVALID_JSON_MAP_KEY_TYPE",
            &[
                ("sqlExpr", "\"entries\""),
                ("schema", &format!("\"{}\"", schema.sql())),
            ],
        )),
        DataType::Map { value, .. } => refuse_key(value),
        DataType::Array { element, .. } => refuse_key(element),
        DataType::Struct(fields) => fields
            .fields
            .iter()
            .try_for_each(|field| refuse_key(&field.data_type)),
        _ => Ok(()),
    }
}

/// The options as a constant map of texts.
pub(super) fn options_of(arg: &Typed) -> Result<Vec<(String, String)>> {
    let DataType::Map { key, value, .. } = &arg.data_type else {
        return Err(SparkError::new("INVALID_OPTIONS.NON_MAP_FUNCTION", &[]));
    };
    let known = [DataType::String, DataType::Null];
    if !known.contains(key) || !known.contains(value) {
        let shown = format!("\"{}\"", arg.data_type.sql());
        return Err(SparkError::new(
            "INVALID_OPTIONS.NON_STRING_TYPE",
            &[("mapType", &shown)],
        ));
    }
    let Some(found) = value_of(&arg.expr)? else {
        return Err(SparkError::new("INVALID_OPTIONS.NON_MAP_FUNCTION", &[]));
    };
    Ok(texts_of(&engine(found.to_array())?))
}

/// The pairs of a map of texts, of which an array holds one.
pub(super) fn texts_of(array: &ArrayRef) -> Vec<(String, String)> {
    if array.is_null(0) {
        return Vec::new();
    }
    let entries = array.as_map().value(0);
    // An empty map has no types.
    if entries.is_empty() {
        return Vec::new();
    }
    let (keys, values) = (entries.column(0), entries.column(1));
    let pairs = keys
        .as_string::<i32>()
        .iter()
        .zip(values.as_string::<i32>());
    let given = pairs.filter_map(|(key, value)| Some((key?.to_string(), value?.to_string())));
    given.collect()
}
