//! The regular expressions of a function's argument, compiled once for a constant,
//! and the errors of those that cannot be.

use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};

use super::regex::{Expression, Problem};
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::scalar::kernel::expand;
use crate::functions::{Arg, ArgType, Kernel};
use crate::plan::Literal;

/// The function that an error names; `split` has Java's own message instead.
type Raise = fn(&str, &str, &Problem) -> SparkError;

fn raise(function: &str, pattern: &str, problem: &Problem) -> SparkError {
    match problem {
        Problem::Missing(what) => SparkError::not_implemented(what),
        Problem::Invalid(_) => SparkError::new(
            "INVALID_PARAMETER_VALUE.PATTERN",
            &[
                ("parameter", "`regexp`"),
                ("functionName", &format!("`{function}`")),
                ("value", &format!("'{pattern}'")),
            ],
        )
        .with_class(ErrorClass::SparkRuntime),
    }
}

pub fn raise_plainly(_: &str, _: &str, problem: &Problem) -> SparkError {
    match problem {
        Problem::Missing(what) => SparkError::not_implemented(what),
        Problem::Invalid(message) => SparkError::plain(ErrorClass::IllegalArgument, message),
    }
}

/// The expressions of an argument: compiled once if constant, else as they come.
pub struct Expressions {
    pub fixed: Option<Result<Expression, Problem>>,
    function: &'static str,
    pub raise: Raise,
}

impl Expressions {
    pub fn of(arg: &ArgType, function: &'static str) -> Self {
        let fixed = match &arg.literal {
            Some(Literal::String(text)) => Some(Expression::compile(text)),
            _ => None,
        };
        Self {
            fixed,
            function,
            raise,
        }
    }

    pub fn error(&self, pattern: &str, problem: &Problem) -> SparkError {
        (self.raise)(self.function, pattern, problem)
    }
}

/// The text and the expression of each row.
pub struct Rows<'a> {
    pub all: &'a Expressions,
    pub args: &'a [Arg],
    texts: &'a StringArray,
    patterns: &'a StringArray,
    compiled: HashMap<&'a str, Expression>,
}

impl<'a> Rows<'a> {
    fn of(all: &'a Expressions, args: &'a [Arg]) -> Self {
        Self {
            all,
            args,
            texts: args[0].array.as_string(),
            patterns: args[1].array.as_string(),
            compiled: HashMap::new(),
        }
    }

    pub fn pattern(&self, row: usize) -> &'a str {
        self.patterns.value(self.args[1].at(row))
    }

    pub fn at(&mut self, row: usize) -> Result<(&'a str, &Expression)> {
        let text = self.texts.value(self.args[0].at(row));
        let pattern = self.pattern(row);
        let all = self.all;
        if let Some(fixed) = &all.fixed {
            let found = fixed.as_ref().map_err(|why| all.error(pattern, why))?;
            return Ok((text, found));
        }
        let found = match self.compiled.entry(pattern) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(free) => {
                let compiled = Expression::compile(pattern).map_err(|why| all.error(pattern, &why));
                free.insert(compiled?)
            }
        };
        Ok((text, found))
    }
}

/// Computes a row for the whole column where every argument is one value.
pub fn kernel(
    all: Expressions,
    compute: impl Fn(&mut Rows, usize) -> Result<ArrayRef> + Send + Sync + 'static,
) -> Kernel {
    Arc::new(move |args, rows| {
        let distinct = if args.iter().all(|a| a.is_scalar) {
            1
        } else {
            rows
        };
        expand(compute(&mut Rows::of(&all, args), distinct)?, rows)
    })
}
