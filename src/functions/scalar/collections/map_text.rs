//! `str_to_map`: a text cut into entries, and each into a key and a value, where two
//! expressions match.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::DataType as ArrowType;

use super::entries::{Entries, Repeated, map_of};
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::kernel::is_null;
use crate::functions::scalar::typing::{any_nullable, arity, unexpected};
use crate::functions::scalar::{JavaRegex, RegexProblem};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[Scalar {
    names: &["str_to_map"],
    bind: str_to_map,
}];

fn str_to_map(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 3)?;
    for (index, arg) in args.iter().enumerate() {
        if !matches!(arg.data_type, DataType::String | DataType::Null) {
            return Err(unexpected(name, args, index, "\"STRING\""));
        }
    }
    let text = || Box::new(DataType::String);
    let returns = DataType::Map {
        key: text(),
        value: text(),
        value_contains_null: true,
    };
    let storage = returns.to_arrow();
    let repeated = Repeated::of(settings);
    let kernel: Kernel = Arc::new(move |args, rows| maps(&storage, args, rows, repeated));
    Ok(Binding {
        args: vec![DataType::String; args.len()],
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

fn maps(storage: &ArrowType, args: &[Arg], rows: usize, repeated: Repeated) -> Result<ArrayRef> {
    let texts = args[0].array.as_string::<i32>();
    let (mut between, mut within) = (Delimiter::new(args, 1, ","), Delimiter::new(args, 2, ":"));
    let (mut keys, mut values) = (StringBuilder::new(), StringBuilder::new());
    let (mut lengths, mut valid) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    for row in 0..rows {
        valid.push(!is_null(args, row));
        if is_null(args, row) {
            lengths.push(0);
            continue;
        }
        let pairs = between.cut(texts.value(args[0].at(row)), row, usize::MAX)?;
        lengths.push(pairs.len());
        for pair in pairs {
            let parts = within.cut(pair, row, 2)?;
            keys.append_value(parts.first().copied().unwrap_or(""));
            values.append_option(parts.get(1));
        }
    }
    let nulls = NullBuffer::new(BooleanBuffer::from(valid));
    let entries = Entries {
        keys: Arc::new(keys.finish()),
        values: Arc::new(values.finish()),
        offsets: OffsetBuffer::from_lengths(lengths),
        nulls: (nulls.null_count() > 0).then_some(nulls),
    };
    map_of(entries, storage, repeated)
}

/// An expression that is mostly the same from row to row.
struct Delimiter<'a> {
    arg: Option<(&'a Arg, &'a StringArray)>,
    default: &'a str,
    compiled: Option<(&'a str, JavaRegex)>,
}

impl<'a> Delimiter<'a> {
    fn new(args: &'a [Arg], index: usize, default: &'a str) -> Self {
        let arg = args.get(index).map(|arg| (arg, arg.array.as_string()));
        Self {
            arg,
            default,
            compiled: None,
        }
    }

    /// The parts of a text between matches, at most `most` of them.
    fn cut<'t>(&mut self, text: &'t str, row: usize, most: usize) -> Result<Vec<&'t str>> {
        let pattern = match self.arg {
            Some((arg, texts)) => texts.value(arg.at(row)),
            None => self.default,
        };
        if self
            .compiled
            .as_ref()
            .is_none_or(|(known, _)| *known != pattern)
        {
            let expression = JavaRegex::compile(pattern).map_err(|why| problem(&why))?;
            self.compiled = Some((pattern, expression));
        }
        let (mut parts, mut from) = (Vec::new(), 0);
        if let Some((_, expression)) = &self.compiled {
            for found in expression.matches(text).map_err(|why| problem(&why))? {
                if parts.len() + 1 == most {
                    break;
                }
                if found.end() == 0 {
                    continue;
                }
                parts.push(&text[from..found.start()]);
                from = found.end();
            }
        }
        parts.push(&text[from..]);
        Ok(parts)
    }
}

fn problem(problem: &RegexProblem) -> SparkError {
    match problem {
        RegexProblem::Missing(what) => SparkError::not_implemented(what),
        RegexProblem::Invalid(message) => SparkError::plain(ErrorClass::IllegalArgument, message),
    }
}
