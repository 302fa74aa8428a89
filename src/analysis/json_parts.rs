//! Functions of JSON texts that need no schema: `get_json_object`, `json_array_length`,
//! `json_object_keys`, the row of `json_tuple`; and `schema_of_json` of a constant.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int32Array, ListBuilder, StringArray, StringBuilder, StructArray,
};
use arrow::datatypes::DataType as ArrowType;

use super::constant::value_of;
use super::engine;
use super::expression::{Resolver, Typed};
use super::json_call::options_of;
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::json::{JsonOptions, Path, SchemaInference, path};
use crate::functions::scalar::collections::list_field;
use crate::functions::scalar::kernel::{arrow_error, is_null};
use crate::functions::scalar::typing::{mismatch, unexpected, wrong_count};
use crate::functions::{Arg, Binding, Kernel};
use crate::plan::{Call, Literal, text};
use crate::types::DataType;

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub fn json_part(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let count = match name {
            "get_json_object" => 2,
            "json_array_length" | "json_object_keys" => 1,
            "schema_of_json" => return self.schema_of_json(call).map(Some),
            _ => return Ok(None),
        };
        let args = self.resolve_all(&call.args)?;
        if args.len() != count {
            return Err(wrong_count(name, &count.to_string(), args.len()));
        }
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        for (index, arg) in args.iter().enumerate() {
            if !matches!(arg.data_type, DataType::String | DataType::Null) {
                return Err(unexpected(name, &types, index, "\"STRING\""));
            }
        }
        let texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        let keys = DataType::Array {
            element: Box::new(DataType::String),
            contains_null: true,
        };
        let (returns, kernel): (DataType, Kernel) = match name {
            "get_json_object" => (DataType::String, Arc::new(objects)),
            "json_array_length" => (DataType::Integer, Arc::new(lengths)),
            _ => {
                let storage = keys.to_arrow();
                (
                    keys,
                    Arc::new(move |args, rows| names(&storage, args, rows)),
                )
            }
        };
        let binding = Binding {
            args: vec![DataType::String; count],
            returns,
            nullable: true,
            kernel,
        };
        let shown = text::call_text(name, &texts, false);
        self.bound_call(name, binding, args, shown).map(Some)
    }

    /// The DDL of the type that a constant text has.
    fn schema_of_json(&mut self, call: &Call) -> Result<Typed> {
        let name = "schema_of_json";
        let args = self.resolve_all(&call.args)?;
        let sample = self.sample_of(name, "json", &args)?;
        let options = match args.get(1) {
            Some(options) => options_of(options)?,
            None => Vec::new(),
        };
        let options = JsonOptions::from_options(&options, self.settings().time_zone)?;
        let found = SchemaInference::new(&options)?.type_of(sample.as_bytes())?;
        let found = found.map_err(|why| SparkError::plain(ErrorClass::IllegalArgument, why.0))?;
        let shown = text::call_text(name, std::slice::from_ref(&args[0].text), false);
        Ok(Typed {
            text: shown,
            literal: None,
            ..Typed::constant(Literal::String(found.sql()))?
        })
    }

    /// The constant text whose schema is asked for; `what` it is called in messages.
    pub(super) fn sample_of(&self, name: &str, what: &str, args: &[Typed]) -> Result<String> {
        if args.is_empty() || args.len() > 2 {
            return Err(wrong_count(name, "[1, 2]", args.len()));
        }
        let types = [args[0].arg_type()];
        if args[0].data_type == DataType::Null {
            return Err(mismatch(
                "UNEXPECTED_NULL",
                name,
                &types,
                &[("exprName", what)],
            ));
        }
        if args[0].data_type != DataType::String {
            return Err(unexpected(name, &types, 0, "\"STRING\""));
        }
        let Some(value) = value_of(&args[0].expr)? else {
            let (input, shown) = (format!("`{what}`"), format!("\"{}\"", args[0].text));
            return Err(mismatch(
                "NON_FOLDABLE_INPUT",
                name,
                &types,
                &[
                    ("inputName", &input),
                    ("inputType", "\"STRING\""),
                    ("inputExpr", &shown),
                ],
            ));
        };
        let array = engine(value.to_array())?;
        match array.is_null(0) {
            true => Err(mismatch(
                "UNEXPECTED_NULL",
                name,
                &types,
                &[("exprName", what)],
            )),
            false => Ok(array.as_string::<i32>().value(0).to_string()),
        }
    }
}

fn value(args: &[Arg], index: usize, row: usize) -> &str {
    let arg = &args[index];
    arg.array.as_string::<i32>().value(arg.at(row))
}

fn objects(args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let mut out = StringBuilder::new();
    let mut known: Option<(&str, Option<Path>)> = None;
    for row in 0..rows {
        if is_null(args, row) {
            out.append_null();
            continue;
        }
        let wanted = value(args, 1, row);
        if known.as_ref().is_none_or(|(text, _)| *text != wanted) {
            known = Some((wanted, Path::parse(wanted)));
        }
        let parsed = known.as_ref().and_then(|(_, parsed)| parsed.as_ref());
        out.append_option(parsed.and_then(|parsed| path::get(value(args, 0, row), parsed)));
    }
    Ok(Arc::new(out.finish()))
}

fn lengths(args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let length = |row: usize| {
        let is_there = !is_null(args, row);
        is_there
            .then(|| path::array_length(value(args, 0, row)))
            .flatten()
    };
    Ok(Arc::new((0..rows).map(length).collect::<Int32Array>()))
}

fn names(storage: &ArrowType, args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let field = Arc::clone(list_field(storage)?);
    let mut out = ListBuilder::new(StringBuilder::new()).with_field(field);
    for row in 0..rows {
        let found = match is_null(args, row) {
            true => None,
            false => path::keys(value(args, 0, row)),
        };
        match found {
            Some(names) => out.append_value(names.into_iter().map(Some)),
            None => out.append_null(),
        }
    }
    Ok(Arc::new(out.finish()))
}

/// The row of `json_tuple`: its first argument is the text, the others are names.
pub(super) fn tuple(element: &DataType, count: usize) -> Binding {
    let storage = element.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let ArrowType::Struct(fields) = &storage else {
            return Err(SparkError::internal("a row is a struct"));
        };
        let mut columns: Vec<_> = fields.iter().map(|_| StringBuilder::new()).collect();
        for row in 0..rows {
            let names: Vec<_> = args[1..].iter().map(|name| text_at(name, row)).collect();
            let found = match text_at(&args[0], row) {
                Some(text) => path::fields(text, &names),
                None => vec![None; names.len()],
            };
            for (column, value) in columns.iter_mut().zip(found) {
                column.append_option(value);
            }
        }
        let columns = columns.into_iter();
        let columns = columns
            .map(|mut column| Arc::new(column.finish()) as ArrayRef)
            .collect();
        let built = StructArray::try_new(fields.clone(), columns, None);
        Ok(Arc::new(built.map_err(arrow_error)?))
    });
    Binding {
        args: vec![DataType::String; count],
        returns: element.clone(),
        nullable: false,
        kernel,
    }
}

fn text_at(arg: &Arg, row: usize) -> Option<&str> {
    let texts: &StringArray = arg.array.as_string();
    let at = arg.at(row);
    texts.is_valid(at).then(|| texts.value(at))
}
