//! XPath 1.0 over XML texts, for `xpath` and its kin: with the answers, and the errors, of
//! the JDK's library, which Spark uses.
//!
//! `lexer` and `parser` make a tree (`syntax`) of a path, `document` one of a text; `eval`
//! walks over both, with `axes` and `functions`. Knows no plan and no schema.

mod axes;
mod document;
mod eval;
mod functions;
mod lexer;
mod parser;
mod syntax;
mod value;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Float32Array, Float64Array, Int16Array, Int32Array, Int64Array,
    ListBuilder, StringArray, StringBuilder,
};
use arrow::datatypes::DataType as ArrowType;

use self::document::Document;
use self::eval::{Place, evaluate};
use self::syntax::Expr;
use self::value::{Value, not_nodes};
use crate::error::{ErrorClass, Result, SparkError};
use crate::types::{DataType, string_at};

/// What a function makes of what a path finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    List,
    Boolean,
    Text,
    Short,
    Int,
    Long,
    Float,
    Double,
}

/// A path that is none.
fn fault(path: &str, what: &str) -> SparkError {
    SparkError::plain(
        ErrorClass::SparkRuntime,
        format_args!("Invalid XPath '{path}'javax.xml.transform.TransformerException: {what}"),
    )
}

impl Kind {
    /// The kind of a function's name.
    pub fn of_function(name: &str) -> Option<Self> {
        Some(match name {
            "xpath" => Self::List,
            "xpath_boolean" => Self::Boolean,
            "xpath_string" => Self::Text,
            "xpath_short" => Self::Short,
            "xpath_int" => Self::Int,
            "xpath_long" => Self::Long,
            "xpath_float" => Self::Float,
            "xpath_double" | "xpath_number" => Self::Double,
            _ => return None,
        })
    }

    pub fn returns(self) -> DataType {
        match self {
            Self::List => DataType::Array {
                element: Box::new(DataType::String),
                contains_null: true,
            },
            Self::Boolean => DataType::Boolean,
            Self::Text => DataType::String,
            Self::Short => DataType::Short,
            Self::Int => DataType::Integer,
            Self::Long => DataType::Long,
            Self::Float => DataType::Float,
            Self::Double => DataType::Double,
        }
    }

    /// What a path finds in each text; null where there is no text or no path.
    ///
    /// # Errors
    /// For a text that is no XML, and a path that is none.
    pub fn evaluate(self, texts: &dyn Array, path: Option<&str>) -> Result<ArrayRef> {
        let mut found = Found {
            texts,
            path: path.filter(|path| !path.is_empty()),
            expr: None,
        };
        Ok(match self {
            Self::List => return self.lists(&mut found),
            Self::Boolean => Arc::new(found.all(|v, _| v.boolean())?.collect::<BooleanArray>()),
            Self::Text => Arc::new(found.all(|v, d| v.text(d))?.collect::<StringArray>()),
            Self::Short => {
                // Java goes by way of an int, and cuts it.
                Arc::new(
                    found
                        .all(|v, d| v.number(d) as i32 as i16)?
                        .collect::<Int16Array>(),
                )
            }
            Self::Int => Arc::new(
                found
                    .all(|v, d| v.number(d) as i32)?
                    .collect::<Int32Array>(),
            ),
            Self::Long => Arc::new(
                found
                    .all(|v, d| v.number(d) as i64)?
                    .collect::<Int64Array>(),
            ),
            Self::Float => Arc::new(
                found
                    .all(|v, d| v.number(d) as f32)?
                    .collect::<Float32Array>(),
            ),
            Self::Double => Arc::new(found.all(|v, d| v.number(d))?.collect::<Float64Array>()),
        })
    }

    fn lists(self, found: &mut Found) -> Result<ArrayRef> {
        let mut out = ListBuilder::new(StringBuilder::new());
        if let ArrowType::List(field) = self.returns().to_arrow() {
            out = out.with_field(field);
        }
        for row in 0..found.texts.len() {
            match found.at(row)? {
                None => out.append_null(),
                Some((Value::Nodes(nodes), document)) => {
                    out.append_value(nodes.iter().map(|id| document.value(*id)));
                }
                Some((other, _)) => return Err(not_nodes(&other)),
            }
        }
        Ok(Arc::new(out.finish()))
    }
}

struct Found<'a> {
    texts: &'a dyn Array,
    path: Option<&'a str>,
    /// The path's tree, made for the first text.
    expr: Option<Expr>,
}

impl Found<'_> {
    fn at(&mut self, row: usize) -> Result<Option<(Value, Document)>> {
        let Some(path) = self.path.filter(|_| self.texts.is_valid(row)) else {
            return Ok(None);
        };
        let text = string_at(self.texts, row);
        if text.is_empty() {
            return Ok(None);
        }
        let expr = match self.expr.take() {
            Some(expr) => expr,
            None => parser::parse(path)?,
        };
        let expr = self.expr.insert(expr);
        let document = Document::parse(text).map_err(|malformed| {
            let cause = SparkError::plain(ErrorClass::SparkRuntime, malformed.message);
            let what = format_args!("Error loading expression '{path}'");
            SparkError::plain(ErrorClass::SparkRuntime, what).with_cause(cause)
        })?;
        let value = evaluate(expr, &document, Place::OUTSIDE)?;
        Ok(Some((value, document)))
    }

    fn all<T>(
        &mut self,
        make: impl Fn(&Value, &Document) -> T,
    ) -> Result<std::vec::IntoIter<Option<T>>> {
        let mut out = Vec::with_capacity(self.texts.len());
        for row in 0..self.texts.len() {
            let found = self.at(row)?;
            out.push(found.map(|(value, document)| make(&value, &document)));
        }
        Ok(out.into_iter())
    }
}
