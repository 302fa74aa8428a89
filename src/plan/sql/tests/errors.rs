//! Refusals, with messages recorded from Spark 4.3.0.

use super::*;
use crate::error::ErrorClass;

/// `(text, near, hint, line, position)`.
type Case = (&'static str, &'static str, &'static str, usize, usize);

const SYNTAX: [Case; 32] = [
    ("select", "end of input", "", 1, 6),
    ("-- c", "end of input", "", 1, 4),
    ("selec 1", "'selec'", "", 1, 0),
    ("select a,, b from t", "','", "", 1, 9),
    ("select (1", "end of input", "", 1, 9),
    ("select 1)", "')'", ": extra input ')'", 1, 8),
    ("select a b c from t", "'c'", "", 1, 11),
    ("select 'abc", "'''", "", 1, 7),
    ("select `a from t", "'`'", "", 1, 7),
    ("select cast(a as) from t", "')'", "", 1, 16),
    ("select a from t join", "end of input", "", 1, 20),
    ("select a from t join u on", "end of input", "", 1, 25),
    ("select a from t where a = = 1", "'='", "", 1, 26),
    ("select a between 1", "end of input", "", 1, 18),
    ("select count( from t", "'t'", "", 1, 19),
    ("select a from t union", "end of input", "", 1, 21),
    (
        "select a from t; select 1",
        "'select'",
        ": extra input 'select'",
        1,
        17,
    ),
    (
        "select a\nfrom t\nwhere a >>< 1\n order by a",
        "'<'",
        "",
        3,
        10,
    ),
    ("create view", "end of input", "", 1, 11),
    ("show", "end of input", "", 1, 4),
    ("with q as (select 1) ", "end of input", "", 1, 21),
    ("select interval 1 foo", "'foo'", "", 1, 18),
    ("select interval 1", "end of input", "", 1, 17),
    ("select 1 'x'", "''x''", ": extra input ''x''", 1, 9),
    ("select f(a from t", "'from'", ": missing ')'", 1, 11),
    ("select a from t order a", "'a'", ": extra input 'a'", 1, 22),
    ("select @a", "'@'", "", 1, 7),
    ("select a not 1 from t", "'1'", "", 1, 13),
    ("select a is not 5 from t", "'5'", "", 1, 16),
    ("create temp view v as", "end of input", "", 1, 21),
    ("cache table", "end of input", "", 1, 11),
    (";", "';'", "", 1, 0),
];

#[test]
fn syntax_errors_name_the_token_and_the_place() {
    for (text, near, hint, line, position) in SYNTAX {
        let error = refusal(text);
        assert_eq!(error.condition(), "PARSE_SYNTAX_ERROR", "{text}: {error}");
        assert_eq!(error.class(), ErrorClass::Parse);
        let first = format!(
            "[PARSE_SYNTAX_ERROR] Syntax error at or near {near}{hint}. SQLSTATE: 42601 \
             (line {line}, pos {position})"
        );
        assert_eq!(
            error.message().lines().next(),
            Some(first.as_str()),
            "{text}"
        );
    }
}

#[test]
fn a_syntax_error_shows_the_text_with_a_caret() {
    let error = refusal("select a\nfrom t where a >>< 1\n order by a");
    assert_eq!(
        error.message(),
        "[PARSE_SYNTAX_ERROR] Syntax error at or near '<'. SQLSTATE: 42601 (line 2, pos 17)\n\n\
         == SQL ==\nselect a\nfrom t where a >>< 1\n-----------------^^^\n order by a\n"
    );
}

#[test]
fn blank_text_is_an_empty_statement() {
    let error = refusal("   ");
    assert_eq!(
        error.message(),
        "[PARSE_EMPTY_STATEMENT] Syntax error, unexpected empty statement. SQLSTATE: 42617 \
         (line 1, pos 3)\n\n== SQL ==\n   \n---^^^\n"
    );
}

#[test]
fn errors_about_a_fragment_underline_it() {
    let error = refusal("select cast(a as foo) from t");
    assert_eq!(
        error.message(),
        "[UNSUPPORTED_DATATYPE] Unsupported data type \"FOO\". SQLSTATE: 0A000\n\
         == SQL (line 1, position 18) ==\nselect cast(a as foo) from t\n                 ^^^\n"
    );
    let cases = [
        (
            "select a in () from t",
            "INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE",
            10,
            5,
        ),
        ("select date 'foo'", "INVALID_TYPED_LITERAL", 8, 10),
        ("select x'zz'", "INVALID_TYPED_LITERAL", 8, 5),
        ("select foo 'a'", "UNSUPPORTED_TYPED_LITERAL", 8, 7),
        ("select 1000Y", "INVALID_NUMERIC_LITERAL_RANGE", 8, 5),
        ("select interval 1 month 1 day", "", 8, 22),
        ("select interval 'x' day", "", 17, 7),
        (
            "select * from values (1),(2,3)",
            "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
            15,
            16,
        ),
        (
            "select * from values (1) as x(a,b)",
            "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
            15,
            20,
        ),
    ];
    for (text, condition, position, length) in cases {
        let error = refusal(text);
        assert_eq!(error.condition(), condition, "{text}: {error}");
        let under = format!("{}{}", " ".repeat(position - 1), "^".repeat(length));
        let block = format!("\n== SQL (line 1, position {position}) ==\n{text}\n{under}\n");
        assert!(error.message().ends_with(&block), "{text}: {error}");
    }
}

#[test]
fn identifiers_with_other_letters_need_backticks() {
    let cases = [
        ("select a from my-table", "my-table", 16),
        ("select año", "año", 7),
    ];
    for (text, name, position) in cases {
        let error = refusal(text);
        assert_eq!(error.condition(), "INVALID_IDENTIFIER", "{text}");
        assert!(
            error
                .message()
                .contains(&format!("identifier {name} is invalid")),
            "{error}"
        );
        assert!(
            error
                .message()
                .contains(&format!("(line 1, pos {position})")),
            "{error}"
        );
    }
}

#[test]
fn other_conditions() {
    let cases = [
        ("select 1 /* x", "UNCLOSED_BRACKETED_COMMENT"),
        ("select a, from t", "TRAILING_COMMA_IN_SELECT"),
        ("select :x", "UNBOUND_SQL_PARAMETER"),
        (
            "select sum(b) over w from t",
            "MISSING_WINDOW_SPECIFICATION",
        ),
        (
            "select a from t limit -1",
            "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
        ),
        (
            "select a from t limit '1'",
            "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE",
        ),
        ("select c like 'a' escape 'ab'", "INVALID_ESC"),
        (
            "create temp view a.b as select 1",
            "INVALID_TEMP_OBJ_QUALIFIER",
        ),
        ("set =1", "INVALID_SET_SYNTAX"),
    ];
    for (text, condition) in cases {
        assert_eq!(refusal(text).condition(), condition, "{text}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let text = "select a from t tablesample (10 percent)";
    let error = refusal(text);
    assert_eq!(error.class(), ErrorClass::NotImplemented, "{error}");
    assert!(error.message().contains("TABLESAMPLE"), "{error}");
}
