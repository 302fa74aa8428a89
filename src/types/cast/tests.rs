//! Casts against recordings of Spark.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int32Array, StringArray};
use arrow::datatypes::TimestampMicrosecondType;

use super::test_table::CASTS;
use super::*;
use crate::types::parse_zone;

fn settings(ansi: bool, try_: bool) -> CastSettings {
    CastSettings {
        ansi,
        try_,
        zone: parse_zone("America/Los_Angeles").unwrap(),
    }
}

fn typed(text: &str, data_type: &DataType) -> ArrayRef {
    let source: ArrayRef = Arc::new(StringArray::from(vec![text]));
    cast(&source, &DataType::String, data_type, settings(true, false)).unwrap()
}

fn shown(array: &ArrayRef, data_type: &DataType, micros: bool) -> Option<String> {
    if array.is_null(0) {
        return None;
    }
    if micros {
        return Some(
            array
                .as_primitive::<TimestampMicrosecondType>()
                .value(0)
                .to_string(),
        );
    }
    let zone = settings(true, false).zone;
    Some(
        Formatter::for_cast(data_type, zone, true)
            .strings(array.as_ref())
            .value(0)
            .to_string(),
    )
}

#[test]
fn casts_answer_as_spark_does() {
    for (text, from, to, micros, outcomes) in CASTS {
        let from = DataType::from_ddl(from).unwrap();
        let to = DataType::from_ddl(to).unwrap();
        let source = typed(text, &from);
        let modes = [
            settings(true, false),
            settings(true, true),
            settings(false, false),
        ];
        for (mode, expected) in modes.into_iter().zip(outcomes) {
            let found = cast(&source, &from, &to, mode).map(|array| shown(&array, &to, *micros));
            let place = format!("{text:?} {from} to {to}, {mode:?}");
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.as_deref(), *expected, "{place}"),
                (Err(error), Err(start)) => {
                    // An empty first part of Spark's message leaves a second space there.
                    let message = error.message().replace("]  ", "] ");
                    let start = start.replace("]  ", "] ");
                    assert!(message.starts_with(&start), "{place}: {message}");
                }
                (found, expected) => panic!("{place}: {found:?} instead of {expected:?}"),
            }
        }
    }
}

#[test]
fn nested_values_are_cast_element_by_element() {
    let strings = DataType::from_ddl("array<string>").unwrap();
    let numbers = DataType::from_ddl("array<int>").unwrap();
    let mut builder = arrow::array::ListBuilder::new(arrow::array::StringBuilder::new());
    builder.append_value([Some("1"), Some("x")]);
    let list: ArrayRef = Arc::new(builder.finish());
    let error = cast(&list, &strings, &numbers, settings(true, false)).unwrap_err();
    assert_eq!(error.condition(), "CAST_INVALID_INPUT");
    let found = cast(&list, &strings, &numbers, settings(true, true)).unwrap();
    assert_eq!(shown(&found, &numbers, false).as_deref(), Some("[1, null]"));
    let back = cast(&found, &numbers, &strings, settings(true, false)).unwrap();
    assert_eq!(shown(&back, &strings, false).as_deref(), Some("[1, null]"));
}

#[test]
fn integers_become_bytes_outside_ansi_mode() {
    let source: ArrayRef = Arc::new(Int32Array::from(vec![258]));
    let found = cast(
        &source,
        &DataType::Integer,
        &DataType::Binary,
        settings(false, false),
    );
    assert_eq!(found.unwrap().as_binary::<i32>().value(0), [0, 0, 1, 2]);
}

/// Recorded from PySpark 4.3.0: types, and whether a cast exists with and without ANSI.
#[test]
fn casts_that_exist() {
    let cases = [
        ("boolean", "timestamp", false, true),
        ("timestamp", "boolean", false, true),
        ("date", "int", false, true),
        ("date", "boolean", false, true),
        ("int", "date", false, false),
        ("int", "binary", false, true),
        ("binary", "int", false, false),
        ("decimal(2,1)", "binary", false, false),
        ("boolean", "date", false, false),
        ("boolean", "binary", false, false),
        ("timestamp_ntz", "bigint", false, false),
        ("int", "timestamp_ntz", false, false),
        ("int", "void", false, false),
        ("int", "interval day", true, true),
        ("interval day to hour", "int", true, true),
        ("interval day", "interval month", false, false),
        ("array<int>", "int", false, false),
        ("array<int>", "string", true, true),
        ("int", "map<int,int>", false, false),
        ("map<string,int>", "map<int,string>", true, false),
        ("struct<a:int,b:int>", "struct<a:string>", false, false),
        (
            "struct<a:int,b:string>",
            "struct<a:string,b:int>",
            true,
            true,
        ),
    ];
    for (from, to, ansi, legacy) in cases {
        let from = DataType::from_ddl(from).unwrap();
        let to = DataType::from_ddl(to).unwrap();
        assert_eq!(can_cast(&from, &to, true), ansi, "{from} to {to}");
        assert_eq!(can_cast(&from, &to, false), legacy, "{from} to {to}");
    }
}
