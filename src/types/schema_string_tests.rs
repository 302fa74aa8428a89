//! Expected values were recorded from PySpark 4.3.0.

use super::*;

#[test]
fn single_types_read_as_spark_reads_them() {
    let cases = [
        ("int", "\"integer\""),
        ("INT", "\"integer\""),
        ("tinyint", "\"byte\""),
        ("real", "\"float\""),
        ("dec", "\"decimal(10,0)\""),
        ("numeric(4,1)", "\"decimal(4,1)\""),
        ("timestamp_ltz", "\"timestamp\""),
        ("timestamp_ntz", "\"timestamp_ntz\""),
        ("interval", "\"interval\""),
        ("interval year to month", "\"interval year to month\""),
        ("interval hour to minute", "\"interval hour to minute\""),
        ("void", "\"void\""),
        ("struct<>", r#"{"type":"struct","fields":[]}"#),
        (
            "map<string,array<int>>",
            r#"{"type":"map","keyType":"string","valueType":{"type":"array","elementType":"integer","containsNull":true},"valueContainsNull":true}"#,
        ),
        (
            "struct<a:int comment 'x'>",
            r#"{"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{"comment":"x"}}]}"#,
        ),
        (
            "a int not  null",
            r#"{"type":"struct","fields":[{"name":"a","type":"integer","nullable":false,"metadata":{}}]}"#,
        ),
    ];
    for (text, expected) in cases {
        let found = DataType::from_ddl(text).map(|t| t.jvm_json());
        assert_eq!(found.as_deref().ok(), Some(expected), "{text}");
    }
}

#[test]
fn columns_read_as_spark_reads_them() {
    let cases = [
        ("`a b` int", vec![("a b", "int")]),
        ("A int, a string", vec![("A", "int"), ("a", "string")]),
        ("select int", vec![("select", "int")]),
        ("1a int", vec![("1a", "int")]),
        (
            "a timestamp without time zone",
            vec![("a", "timestamp_ntz")],
        ),
        (
            "ts timestamp with local time zone",
            vec![("ts", "timestamp")],
        ),
        (
            "date date, timestamp timestamp",
            vec![("date", "date"), ("timestamp", "timestamp")],
        ),
        (
            "a int /* c */, -- d\n b long",
            vec![("a", "int"), ("b", "bigint")],
        ),
        ("interval interval", vec![("interval", "interval")]),
    ];
    for (text, expected) in cases {
        let found = StructType::from_ddl(text).unwrap();
        let found: Vec<_> = found
            .fields
            .iter()
            .map(|f| (f.name.clone(), f.data_type.simple_string()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(n, t)| (n.to_string(), t.to_string()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn errors_of_single_types_are_sparks() {
    let cases = [
        (
            "foo",
            "[UNSUPPORTED_DATATYPE] Unsupported data type \"FOO\". SQLSTATE: 0A000 (line 1, pos 0)\n\n== SQL ==\nfoo\n^^^\n",
        ),
        (
            "int(3)",
            "[UNSUPPORTED_DATATYPE] Unsupported data type \"INT(3)\". SQLSTATE: 0A000 (line 1, pos 0)\n\n== SQL ==\nint(3)\n^^^\n",
        ),
        (
            "decimal(39,2)",
            "[DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION] Decimal precision 39 exceeds max precision 38. SQLSTATE: 22003",
        ),
        (
            "decimal(5,6)",
            "[DECIMAL_SCALE_EXCEEDS_PRECISION] Decimal scale (6) cannot be greater than precision (5). SQLSTATE: 22003\n== SQL ==\ndecimal(5,6)",
        ),
        (
            "decimal(10,-2)",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near '-'. SQLSTATE: 42601 (line 1, pos 11)\n\n== SQL ==\ndecimal(10,-2)\n-----------^^^\n",
        ),
        (
            "varchar",
            "[DATATYPE_MISSING_SIZE] DataType \"VARCHAR\" requires a length parameter, for example \"VARCHAR\"(10). Please specify the length. SQLSTATE: 42K01 (line 1, pos 0)\n\n== SQL ==\nvarchar\n^^^\n",
        ),
        (
            "interval second to day",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near 'to'. SQLSTATE: 42601 (line 1, pos 16)\n\n== SQL ==\ninterval second to day\n----------------^^^\n",
        ),
        (
            "a int b",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near 'int'. SQLSTATE: 42601 (line 1, pos 2)\n\n== SQL ==\na int b\n--^^^\n",
        ),
        (
            "array<int>>",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near '>': extra input '>'. SQLSTATE: 42601 (line 1, pos 10)\n\n== SQL ==\narray<int>>\n----------^^^\n",
        ),
        (
            "",
            "[PARSE_EMPTY_STATEMENT] Syntax error, unexpected empty statement. SQLSTATE: 42617 (line 1, pos 0)\n\n== SQL ==\n\n^^^\n",
        ),
        (
            "array<>",
            "[PARSE_SYNTAX_ERROR] Syntax error at or near '<>'. SQLSTATE: 42601 (line 1, pos 5)\n\n== SQL ==\narray<>\n-----^^^\n",
        ),
    ];
    for (text, expected) in cases {
        let error = DataType::from_ddl(text).unwrap_err();
        assert_eq!(error.message(), expected, "{text}");
    }
}

#[test]
fn errors_of_columns_are_sparks() {
    let cases = [
        (
            "int",
            "Syntax error at or near end of input. SQLSTATE: 42601 (line 1, pos 3)",
        ),
        (
            "a: int",
            "Syntax error at or near ':'. SQLSTATE: 42601 (line 1, pos 1)",
        ),
        (
            "a int,",
            "Syntax error at or near end of input. SQLSTATE: 42601 (line 1, pos 6)",
        ),
        (
            "a int b",
            "Syntax error at or near 'b'. SQLSTATE: 42601 (line 1, pos 6)",
        ),
        (
            "a.b int",
            "Syntax error at or near '.'. SQLSTATE: 42601 (line 1, pos 1)",
        ),
        (
            "struct<a int>>, b",
            "Syntax error at or near '<'. SQLSTATE: 42601 (line 1, pos 6)",
        ),
        (
            "a foo",
            "Unsupported data type \"FOO\". SQLSTATE: 0A000 (line 1, pos 2)",
        ),
        (
            "double precision",
            "Unsupported data type \"PRECISION\". SQLSTATE: 0A000 (line 1, pos 7)",
        ),
        (
            "array array",
            "For example: \"ARRAY<INT>\". SQLSTATE: 42K01 (line 1, pos 6)",
        ),
        (
            "interval year",
            "Unsupported data type \"YEAR\". SQLSTATE: 0A000 (line 1, pos 9)",
        ),
    ];
    for (text, expected) in cases {
        let error = StructType::from_ddl(text).unwrap_err();
        assert!(error.message().contains(expected), "{text}: {error}");
    }
}

#[test]
fn json_is_written_as_pyspark_writes_it() {
    let mut first = StructField::new(
        "é\"x",
        DataType::Array {
            element: Box::new(DataType::Integer),
            contains_null: false,
        },
        false,
    );
    first.metadata.insert("k".into(), 1.into());
    first.metadata.insert("a".into(), "ü".into());
    let interval = DataType::DayTimeInterval {
        start: DayTimeField::Day,
        end: DayTimeField::Second,
    };
    let map = DataType::Map {
        key: Box::new(DataType::String),
        value: Box::new(interval),
        value_contains_null: true,
    };
    let schema = StructType::new([first, StructField::new("m", map, true)]);
    let expected = r#"{"fields":[{"metadata":{"a":"\u00fc","k":1},"name":"\u00e9\"x","nullable":false,"type":{"containsNull":false,"elementType":"integer","type":"array"}},{"metadata":{},"name":"m","nullable":true,"type":{"keyType":"string","type":"map","valueContainsNull":true,"valueType":"interval day to second"}}],"type":"struct"}"#;
    assert_eq!(schema.json(), expected);
    assert_eq!(
        DataType::from_json(expected).unwrap(),
        DataType::Struct(schema)
    );
    let error = DataType::from_json("\"foo\"").unwrap_err();
    assert_eq!(
        error.message(),
        "[INVALID_JSON_DATA_TYPE] Failed to convert the JSON string 'foo' to a data type. Please enter a valid data type. SQLSTATE: 2203G"
    );
}

#[test]
fn a_python_schema_may_use_colons() {
    assert_eq!(
        parse_type("a: int").unwrap().simple_string(),
        "struct<a:int>"
    );
    assert_eq!(parse_type("int").unwrap(), DataType::Integer);
    assert_eq!(
        parse_type("a int").unwrap().simple_string(),
        "struct<a:int>"
    );
}
