//! What texts become, in a compact print of the tree.

mod errors;
mod expressions;
mod print;
mod queries;
mod scripts;
mod statements;

use super::{Parameters, ParseOptions, Statement, parse_expression, parse_statement};
use crate::error::SparkError;

fn expression(text: &str) -> String {
    match parse_expression(text, &ParseOptions::default()) {
        Ok(expr) => print::expr(&expr),
        Err(error) => panic!("{text}: {error}"),
    }
}

fn query_with(text: &str, options: &ParseOptions, parameters: &Parameters) -> String {
    match parse_statement(text, options, parameters) {
        Ok(Statement::Query(plan)) => print::plan(&plan),
        Ok(other) => panic!("{text}: {other:?}"),
        Err(error) => panic!("{text}: {error}"),
    }
}

fn query(text: &str) -> String {
    query_with(text, &ParseOptions::default(), &Parameters::None)
}

fn statement(text: &str) -> Statement {
    match parse_statement(text, &ParseOptions::default(), &Parameters::None) {
        Ok(statement) => statement,
        Err(error) => panic!("{text}: {error}"),
    }
}

fn refusal(text: &str) -> SparkError {
    match parse_statement(text, &ParseOptions::default(), &Parameters::None) {
        Ok(statement) => panic!("{text}: {statement:?}"),
        Err(error) => error,
    }
}

/// Checks `(text, print)` pairs.
fn check(cases: &[(&str, &str)], run: impl Fn(&str) -> String) {
    for (text, expected) in cases {
        assert_eq!(run(text), *expected, "{text}");
    }
}
