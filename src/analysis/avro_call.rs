//! `from_avro`, `to_avro` and `schema_of_avro`: their types hang on constants, a schema
//! and options, that only the analysis knows.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, AsArray};

use super::constant::value_of;
use super::engine;
use super::expression::{Resolver, Typed};
use super::json_call::texts_of;
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::avro::{AvroSettings, FromAvro, ToAvro, type_text};
use crate::functions::scalar::kernel::expand;
use crate::functions::scalar::typing::wrong_count;
use crate::functions::{Arg, Binding, Kernel};
use crate::plan::{Call, Literal, text};
use crate::types::DataType;

const SCHEMA_HINT: &str =
    "containing the JSON representation of the schema to use for converting the value";

/// The option that says that values name their schemas.
const REGISTRY: &str = "schemaRegistryAddress";

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub fn avro_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let (counts, from, to) = match name {
            "from_avro" => ("[2, 3]", 2, 3),
            "to_avro" => ("[1, 2]", 1, 3),
            "schema_of_avro" => ("[1, 2]", 1, 2),
            _ => return Ok(None),
        };
        let mut args = self.resolve_all(&call.args)?;
        if args.len() < from || args.len() > to {
            return Err(wrong_count(name, counts, args.len()));
        }
        // What is left out is a null, and printed so.
        let shown_to = if name == "from_avro" { 3 } else { 2 };
        while args.len() < shown_to {
            args.push(Typed::constant(Literal::Null(DataType::Null))?);
        }
        let texts: Vec<String> = args.iter().map(|arg| arg.text.clone()).collect();
        let text = text::call_text(name, &texts, false);
        match name {
            "from_avro" => self.avro_read(args, text),
            "to_avro" => self.avro_written(args, text),
            _ => self.schema_of_avro(&args, text),
        }
        .map(Some)
    }

    fn avro_read(&self, args: Vec<Typed>, text: String) -> Result<Typed> {
        let [data, schema, options] = args.as_slice() else {
            return Err(wrong_count("from_avro", "[2, 3]", args.len()));
        };
        let data = data.clone();
        let json = schema_text(schema, "second", "FROM_AVRO", " from AVRO format", &text)?;
        let options = option_map(options, "third", "FROM_AVRO", &text)?;
        if data.data_type != DataType::Binary {
            let message = format!(
                "Cannot resolve the runtime replaceable expression \"{text}\". The replacement is \
                 unresolved: \"from_avro({})\".",
                data.text
            );
            return Err(SparkError::internal(message));
        }
        let (args, text) = without_secrets(args, &options, text)?;
        let reader = FromAvro::new(&json.unwrap_or_default(), &options, self.avro_settings())?;
        let returns = reader.returns.clone();
        let kernel: Kernel = Arc::new(move |args: &[Arg], rows| match args.first() {
            Some(data) => expand(reader.read(data.array.as_ref())?, rows),
            None => Err(SparkError::internal("from_avro of nothing")),
        });
        self.avro_kernel("from_avro", returns, true, kernel, args, text)
    }

    fn avro_written(&self, args: Vec<Typed>, text: String) -> Result<Typed> {
        let count = args.len();
        let (data, schema, options) = match args.as_slice() {
            [data, schema] => (data, schema, OptionMap::default()),
            [data, schema, options] => (
                data,
                schema,
                option_map(options, "third", "TO_AVRO", &text)?,
            ),
            _ => return Err(wrong_count("to_avro", "[1, 2]", count)),
        };
        // Spark's function has no options: only what it cannot do takes them.
        if count == 3 && options.get(REGISTRY).is_none() {
            return Err(wrong_count("to_avro", "[1, 2]", count));
        }
        let json = schema_text(schema, "second", "TO_AVRO", " to AVRO format", &text)?;
        let (held, nullable) = (data.data_type.clone(), data.nullable);
        let (args, text) = without_secrets(args, &options, text)?;
        let settings = self.avro_settings();
        let writer = ToAvro::new(&held, nullable, json.as_deref(), &options, settings)?;
        let kernel: Kernel = Arc::new(move |args: &[Arg], rows| match args.first() {
            Some(data) => expand(writer.write(data.array.as_ref())?, rows),
            None => Err(SparkError::internal("to_avro of nothing")),
        });
        self.avro_kernel("to_avro", DataType::Binary, nullable, kernel, args, text)
    }

    /// The constants are part of the call: they say which function it is.
    fn avro_kernel(
        &self,
        name: &str,
        returns: DataType,
        nullable: bool,
        kernel: Kernel,
        args: Vec<Typed>,
        text: String,
    ) -> Result<Typed> {
        let binding = Binding {
            args: args.iter().map(|arg| arg.data_type.clone()).collect(),
            returns,
            nullable,
            kernel,
        };
        self.bound_call(name, binding, args, text)
    }

    fn schema_of_avro(&self, args: &[Typed], text: String) -> Result<Typed> {
        let [schema, options] = args else {
            return Err(wrong_count("schema_of_avro", "[1, 2]", args.len()));
        };
        let json = schema_text(
            schema,
            "first",
            "SCHEMA_OF_AVRO",
            " from AVRO format",
            &text,
        )?;
        let options = option_map(options, "second", "SCHEMA_OF_AVRO", &text)?;
        let found = type_text(&json.unwrap_or_default(), &options, self.avro_settings())?;
        Ok(Typed {
            text,
            literal: None,
            ..Typed::constant(Literal::String(found))?
        })
    }

    fn avro_settings(&self) -> &AvroSettings {
        &self.analyzer.context.options.avro
    }
}

/// The schema that an argument is; `None` for a null.
fn schema_text(
    arg: &Typed,
    position: &str,
    function: &str,
    purpose: &str,
    text: &str,
) -> Result<Option<String>> {
    let value = match &arg.data_type {
        DataType::Null => return Ok(None),
        DataType::String => value_of(&arg.expr)?,
        _ => None,
    };
    let Some(value) = value else {
        let message = format!(
            "The {position} argument of the {function} SQL function must be a constant string \
             {SCHEMA_HINT}{purpose}"
        );
        return Err(mismatch(text, &message));
    };
    let array = engine(value.to_array())?;
    Ok(array
        .is_valid(0)
        .then(|| array.as_string::<i32>().value(0).to_string()))
}

fn option_map(arg: &Typed, position: &str, function: &str, text: &str) -> Result<OptionMap> {
    let is = |data_type: &DataType, wanted: &DataType| data_type == wanted;
    let value = match &arg.data_type {
        DataType::Null => return Ok(OptionMap::default()),
        DataType::Map { key, value, .. } => {
            let known = [DataType::String, DataType::Null];
            match known.iter().any(|want| is(key, want) && is(value, want)) {
                true => value_of(&arg.expr)?,
                false => None,
            }
        }
        _ => None,
    };
    let Some(value) = value else {
        let message = format!(
            "The {position} argument of the {function} SQL function must be a constant map of \
             strings to strings containing the options to use for converting the value from AVRO \
             format"
        );
        return Err(mismatch(text, &message));
    };
    Ok(OptionMap::new(&texts_of(&engine(value.to_array())?)))
}

/// The options of a registry may hold a password: neither the name of the column nor a
/// plan shows them. A number tells calls with other options apart.
fn without_secrets(
    args: Vec<Typed>,
    options: &OptionMap,
    text: String,
) -> Result<(Vec<Typed>, String)> {
    if options.get(REGISTRY).is_none() {
        return Ok((args, text));
    }
    let mut hasher = DefaultHasher::new();
    for name in options.names() {
        (name, options.get(name)).hash(&mut hasher);
    }
    let number = Typed::constant(Literal::Long(hasher.finish().cast_signed()))?;
    let mut args = args;
    args.truncate(2);
    let texts: Vec<String> = args.iter().map(|arg| arg.text.clone()).collect();
    args.push(number);
    let name = text.split('(').next().unwrap_or_default();
    Ok((args, text::call_text(name, &texts, false)))
}

fn mismatch(text: &str, message: &str) -> SparkError {
    SparkError::new(
        "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT",
        &[
            ("sqlExpr", &format!("\"{text}\"")),
            ("msg", message),
            ("hint", ""),
        ],
    )
}
