//! `from_protobuf` and `to_protobuf`: their types hang on constants, the name of a message,
//! descriptors and options, that only the analysis knows.

use std::sync::Arc;

use arrow::array::{Array, AsArray};

use super::constant::value_of;
use super::engine;
use super::expression::{Resolver, Typed};
use super::json_call::texts_of;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::protobuf::{FromProtobuf, ToProtobuf};
use crate::functions::scalar::kernel::expand;
use crate::functions::scalar::typing::wrong_count;
use crate::functions::{Arg, Binding, Kernel};
use crate::plan::{Call, Literal, text};
use crate::types::DataType;

const COUNTS: &str = "[2, 3, 4]";

/// The constants of a call.
struct Asked {
    message: String,
    descriptors: Option<Vec<u8>>,
    options: Vec<(String, String)>,
}

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub fn protobuf_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let reads = match name {
            "from_protobuf" => true,
            "to_protobuf" => false,
            _ => return Ok(None),
        };
        let mut args = self.resolve_all(&call.args)?;
        if !(2..=4).contains(&args.len()) {
            return Err(wrong_count(name, COUNTS, args.len()));
        }
        // Of three the last may be the options; what is neither those nor a set is none.
        if let [_, _, last] = args.as_slice() {
            let is_options = matches!(last.data_type, DataType::Map { .. });
            if is_options {
                args.insert(2, Typed::constant(Literal::Null(DataType::Null))?);
            } else if !is_set(last)? {
                args.truncate(2);
            }
        }
        // What is left out is a null, and printed so.
        while args.len() < 4 {
            args.push(Typed::constant(Literal::Null(DataType::Null))?);
        }
        let texts: Vec<String> = args.iter().map(|arg| arg.text.clone()).collect();
        let shown = text::call_text(name, &texts, false);
        match reads {
            true => self.protobuf_read(args, shown),
            false => self.protobuf_written(args, shown),
        }
        .map(Some)
    }

    fn protobuf_read(&self, args: Vec<Typed>, text: String) -> Result<Typed> {
        let asked = asked("FROM_PROTOBUF", "from", &args, &text)?;
        let data = &args[0];
        if !matches!(data.data_type, DataType::Binary | DataType::Null) {
            let message = format!(
                "Cannot resolve the runtime replaceable expression \"{text}\". The replacement is \
                 unresolved: \"from_protobuf({})\".",
                data.text
            );
            return Err(SparkError::internal(message));
        }
        let reader = FromProtobuf::new(
            &asked.message,
            asked.descriptors.as_deref(),
            &OptionMap::new(&asked.options),
            self.minds_case(),
        )?;
        let binding = Binding {
            args: vec![DataType::Binary],
            returns: reader.returns.clone(),
            nullable: true,
            kernel: kernel(move |data| reader.read(data)),
        };
        self.optioned_call("from_protobuf", binding, data.clone(), &held(&asked), text)
    }

    fn protobuf_written(&self, args: Vec<Typed>, text: String) -> Result<Typed> {
        let data = &args[0];
        let DataType::Struct(fields) = &data.data_type else {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.NON_STRUCT_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("inputName", "data"),
                    ("inputType", &format!("\"{}\"", data.data_type.sql())),
                ],
            ));
        };
        let asked = asked("TO_PROTOBUF", "to", &args, &text)?;
        let descriptors = asked.descriptors.as_deref();
        let writer = ToProtobuf::new(fields, &asked.message, descriptors, self.minds_case());
        let binding = Binding {
            args: vec![data.data_type.clone()],
            returns: DataType::Binary,
            nullable: data.nullable,
            kernel: kernel(move |data| writer.write(data)),
        };
        self.optioned_call("to_protobuf", binding, data.clone(), &held(&asked), text)
    }

    fn minds_case(&self) -> bool {
        self.analyzer.context.options.avro.case_sensitive
    }
}

fn kernel(
    work: impl Fn(&dyn Array) -> Result<arrow::array::ArrayRef> + Send + Sync + 'static,
) -> Kernel {
    Arc::new(move |args: &[Arg], rows| match args.first() {
        Some(data) => expand(work(data.array.as_ref())?, rows),
        None => Err(SparkError::internal("a function of Protobuf of nothing")),
    })
}

/// What tells a call from one of other constants.
fn held(asked: &Asked) -> Vec<(String, String)> {
    let descriptors = format!("{:?}", asked.descriptors);
    let mut all = vec![(asked.message.clone(), descriptors)];
    all.extend(asked.options.iter().cloned());
    all
}

fn asked(function: &str, way: &str, args: &[Typed], text: &str) -> Result<Asked> {
    let purpose = |position: &str, what: &str| {
        let message =
            format!("The {position} argument of the {function} SQL function must be {what}");
        mismatch(text, &message)
    };
    let name = match &args[1].data_type {
        DataType::String => value_of(&args[1].expr)?,
        _ => None,
    };
    let Some(name) = name else {
        let what = "a constant string representing the Protobuf message name";
        return Err(purpose("second", what));
    };
    if !is_set(&args[2])? {
        let what = "a constant string or binary data representing the Protobuf descriptor file \
                    path";
        return Err(purpose("third", what));
    }
    let options = match &args[3].data_type {
        DataType::Null => Some(Vec::new()),
        DataType::Map { key, value, .. } => {
            let known = [DataType::String, DataType::Null];
            let found = match known.contains(key) && known.contains(value) {
                true => value_of(&args[3].expr)?,
                false => None,
            };
            match found {
                Some(found) => Some(texts_of(&engine(found.to_array())?)),
                None => None,
            }
        }
        _ => None,
    };
    let Some(options) = options else {
        let what = format!(
            "a constant map of strings to strings containing the options to use for converting \
             the value {way} Protobuf format"
        );
        return Err(purpose("fourth", &what));
    };
    let array = engine(name.to_array())?;
    if array.is_null(0) {
        let message = "Message name cannot be null";
        return Err(SparkError::plain(ErrorClass::IllegalArgument, message));
    }
    Ok(Asked {
        message: array.as_string::<i32>().value(0).to_string(),
        descriptors: descriptors(&args[2])?,
        options,
    })
}

/// Whether an argument can be a set or the path of one: a constant, or a null for none.
fn is_set(arg: &Typed) -> Result<bool> {
    Ok(match &arg.data_type {
        DataType::Null => true,
        DataType::String | DataType::Binary => value_of(&arg.expr)?.is_some(),
        _ => false,
    })
}

/// The bytes of a set: given, or those of a file. Empty ones are none, as in Spark.
fn descriptors(arg: &Typed) -> Result<Option<Vec<u8>>> {
    let Some(value) = value_of(&arg.expr)? else {
        return Ok(None);
    };
    let array = engine(value.to_array())?;
    if array.is_null(0) {
        return Ok(None);
    }
    let bytes = match &arg.data_type {
        DataType::Binary => array.as_binary::<i32>().value(0).to_vec(),
        DataType::String => {
            let path = array.as_string::<i32>().value(0);
            let place = std::path::Path::new(path.strip_prefix("file://").unwrap_or(path));
            crate::storage::read(place).map_err(|_| {
                SparkError::new("PROTOBUF_DESCRIPTOR_FILE_NOT_FOUND", &[("filePath", path)])
            })?
        }
        _ => return Ok(None),
    };
    Ok((!bytes.is_empty()).then_some(bytes))
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
