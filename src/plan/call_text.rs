//! Spark's printed form of a call: operators between their operands, functions under
//! the name that Spark prints, with the arguments that were left out and have a
//! default. Tables of facts; knows names and printed arguments only.

use std::borrow::Cow;

/// Functions that Spark prints in capitals, sorted.
#[rustfmt::skip]
static CAPITALS: &[&str] = &[
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "cot",
    "csc", "degrees", "dense_rank", "e", "exp", "expm1", "hypot", "log", "log10", "log1p", "log2",
    "percent_rank", "pi", "power", "radians", "rank", "regexp", "regexp_like", "rlike", "sec",
    "signum", "sin", "sinh", "spark_partition_id", "sqrt", "tan", "tanh",
];

/// Printed form of an operator or a function over printed arguments.
pub fn call_text(name: &str, args: &[String], distinct: bool) -> String {
    let lower = name.to_ascii_lowercase();
    match (lower.as_str(), args) {
        ("!=" | "<>", [l, r]) => format!("(NOT ({l} = {r}))"),
        ("==", [l, r]) => format!("({l} = {r})"),
        (
            "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "=" | "<" | "<=" | ">" | ">=" | "<=>"
            | "div" | "<<" | ">>" | ">>>",
            [l, r],
        ) => format!("({l} {lower} {r})"),
        ("and" | "or", [l, r]) => format!("({l} {} {r})", lower.to_uppercase()),
        ("not" | "!", [x]) => format!("(NOT {x})"),
        ("-", [x]) => format!("(- {x})"),
        ("positive" | "+", [x]) => format!("(+ {x})"),
        ("~", [x]) => format!("~{x}"),
        ("isnull", [x]) => format!("({x} IS NULL)"),
        ("isnotnull", [x]) => format!("({x} IS NOT NULL)"),
        ("like", [l, r]) => format!("{l} LIKE {r}"),
        ("like", [l, r, escape]) => format!("{l} LIKE {r} ESCAPE '{escape}'"),
        ("if", [test, then, other]) => format!("(IF({test}, {then}, {other}))"),
        ("extract" | "datepart", [field, from]) => format!("{lower}({field} FROM {from})"),
        ("trim", [what, from]) => format!("TRIM(BOTH {what} FROM {from})"),
        ("ltrim", [what, from]) => format!("TRIM(LEADING {what} FROM {from})"),
        ("rtrim", [what, from]) => format!("TRIM(TRAILING {what} FROM {from})"),
        ("||", args) => format!("concat({})", args.join(", ")),
        ("raise_error", [message]) => {
            format!("raise_error(USER_RAISED_EXCEPTION, map(errorMessage, {message}))")
        }
        ("assert_true", [condition]) => {
            format!("assert_true({condition}, '{condition}' is not true!)")
        }
        ("[]", [l, r]) => format!("{l}[{r}]"),
        _ => function_text(&lower, args, distinct),
    }
}

fn function_text(name: &str, args: &[String], distinct: bool) -> String {
    let mut shown: Vec<Cow<'_, str>> = args
        .iter()
        .map(|a| Cow::Borrowed(a.as_str()))
        .take(shown_arguments(name))
        .collect();
    if name == "log" && args.len() == 1 {
        shown.insert(0, Cow::Borrowed("E()"));
    }
    shown.extend(defaults(name, args.len()).iter().map(|d| Cow::Borrowed(*d)));
    let distinct = if distinct { "DISTINCT " } else { "" };
    format!(
        "{}({distinct}{})",
        printed_name(name, args.len()),
        shown.join(", ")
    )
}

fn printed_name(name: &str, args: usize) -> Cow<'_, str> {
    match name {
        // With a number of places they are another function.
        "ceil" | "floor" if args == 1 => Cow::Owned(name.to_uppercase()),
        "array_agg" => Cow::Borrowed("collect_list"),
        "curdate" => Cow::Borrowed("current_date"),
        "current_database" => Cow::Borrowed("current_schema"),
        "dateadd" if args == 2 => Cow::Borrowed("date_add"),
        "date_add" | "dateadd" if args == 3 => Cow::Borrowed("timestampadd"),
        "datediff" | "date_diff" if args == 3 => Cow::Borrowed("timestampdiff"),
        "random" => Cow::Borrowed("rand"),
        "to_varchar" => Cow::Borrowed("to_char"),
        _ if CAPITALS.binary_search(&name).is_ok() => Cow::Owned(name.to_uppercase()),
        _ => Cow::Borrowed(name),
    }
}

/// How many arguments are printed, where the others are no expressions to Spark.
fn shown_arguments(name: &str) -> usize {
    match name {
        "first"
        | "first_value"
        | "last"
        | "last_value"
        | "any_value"
        | "approx_count_distinct"
        | "from_json"
        | "from_csv"
        | "to_csv"
        | "schema_of_csv" => 1,
        // The time zone is none of its own arguments to Spark.
        "try_make_timestamp" => 6,
        "variant_get" | "try_variant_get" => 2,
        "shuffle" => 1,
        "uuid" => 0,
        _ => usize::MAX,
    }
}

/// Years to seconds of an interval of nothing.
const NO_INTERVAL: [&str; 7] = ["0", "0", "0", "0", "0", "0", "0.000000"];

/// What `mask` puts for letters and digits; other characters stay.
const MASKS: [&str; 4] = ["X", "x", "n", "NULL"];

/// Mode, padding, IV and additional data of a cipher.
const AES: [&str; 4] = ["GCM", "DEFAULT", "", ""];

/// The printed values of the arguments that were left out.
fn defaults(name: &str, given: usize) -> &'static [&'static str] {
    match (name, given) {
        ("round" | "bround", 1) => &["0"],
        ("sort_array", 1) | ("months_between", 2) => &["true"],
        ("locate" | "position", 2) | ("regexp_extract" | "regexp_extract_all", 2) => &["1"],
        ("regexp_replace", 3) | ("percentile", 2) => &["1"],
        ("regexp_instr", 2) => &["0"],
        ("overlay", 3) | ("split", 2) => &["-1"],
        ("substr" | "substring", 2) => &["2147483647"],
        ("lpad" | "rpad", 2) => &[" "],
        ("replace", 2) => &[""],
        ("variant_set" | "try_variant_set", 3) | ("variant_strip_nulls", 1) => &["true"],
        ("hmac", 2) => &["SHA-256"],
        ("instr", 3) => &["1"],
        ("mask", 1..=4) => &MASKS[given - 1..],
        ("sentences", 1..=2) => &["", ""][given - 1..],
        ("aes_encrypt", 2..=5) => &AES[given - 2..],
        ("aes_decrypt" | "try_aes_decrypt", 2..=4) => &AES[given - 2..3],
        ("str_to_map", 1) => &[",", ":"],
        ("str_to_map", 2) => &[":"],
        ("percentile_approx" | "approx_percentile", 2) => &["10000"],
        ("listagg" | "string_agg", 1) => &["NULL"],
        ("from_unixtime" | "unix_timestamp" | "to_unix_timestamp", 1) => &["yyyy-MM-dd HH:mm:ss"],
        ("make_interval" | "try_make_interval", 0..=6) => &NO_INTERVAL[given..],
        ("make_dt_interval", 0..=3) => &NO_INTERVAL[given + 3..],
        ("make_ym_interval", 0..=1) => &NO_INTERVAL[given + 4..6],
        ("unix_timestamp" | "to_unix_timestamp", 0) => {
            &["current_timestamp()", "yyyy-MM-dd HH:mm:ss"]
        }
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_sorted() {
        assert!(CAPITALS.is_sorted());
    }

    /// Printed by Spark 4.3.0.
    #[test]
    fn calls_are_printed_as_spark_does() {
        for (name, args, want) in [
            ("-", &["a"][..], "(- a)"),
            ("negative", &["a"], "negative(a)"),
            ("sqrt", &["2"], "SQRT(2)"),
            ("pow", &["1", "2"], "pow(1, 2)"),
            ("ceil", &["1.2"], "CEIL(1.2)"),
            ("ceil", &["1.25", "1"], "ceil(1.25, 1)"),
            ("log", &["2"], "LOG(E(), 2)"),
            ("round", &["2.5"], "round(2.5, 0)"),
            ("ltrim", &["a", "b"], "TRIM(LEADING a FROM b)"),
            ("like", &["a", "b", "/"], "a LIKE b ESCAPE '/'"),
            ("first", &["k", "true"], "first(k)"),
        ] {
            let args: Vec<String> = args.iter().map(|a| (*a).to_string()).collect();
            assert_eq!(call_text(name, &args, false), want);
        }
    }
}
