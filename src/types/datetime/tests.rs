//! The reading and writing of dates and timestamps against recordings of Spark.

use super::test_tables::{BAD_FORMATS, BAD_PARSES, CASTS, FORMATS, PARSES, ZONES};
use super::*;
use crate::types::format::{write_date, write_local_timestamp};
use crate::types::{Zone, parse_zone};

fn los_angeles() -> Zone {
    parse_zone("America/Los_Angeles").unwrap()
}

fn written(pattern: &Pattern, micros: i64, zone: Zone) -> String {
    let mut out = String::new();
    pattern.format(micros, zone, &mut out).unwrap();
    out
}

#[test]
fn casts_read_what_spark_reads() {
    for (text, instant, ntz, date) in CASTS {
        assert_eq!(
            parse_timestamp_default(text, los_angeles()),
            *instant,
            "{text:?}"
        );
        let found = parse_timestamp_ntz_default(text).map(|micros| {
            let mut out = String::new();
            write_local_timestamp(micros, &mut out);
            out
        });
        assert_eq!(found.as_deref(), *ntz, "{text:?}");
        let found = parse_date_default(text).map(|days| {
            let mut out = String::new();
            write_date(days, &mut out);
            out
        });
        assert_eq!(found.as_deref(), *date, "{text:?}");
    }
}

#[test]
fn a_time_alone_is_told_apart() {
    for text in ["03:00", "03:00:00.5", "T03:00", "T3", "3:00"] {
        assert!(is_time_only(text), "{text}");
        assert_eq!(parse_timestamp_default(text, Zone::UTC), None);
    }
    for text in ["T03:00Z", "2016-07-26", "20160726", "foo"] {
        assert!(!is_time_only(text), "{text}");
    }
}

#[test]
fn patterns_write_as_in_spark() {
    let zone = los_angeles();
    let ancient = parse_timestamp_default("-0044-11-30 12:18:49", zone).unwrap();
    for (text, first, second, third) in FORMATS {
        let pattern = Pattern::compile(text, false).unwrap();
        assert_eq!(
            written(&pattern, 1_583_420_889_012_345, zone),
            *first,
            "{text}"
        );
        assert_eq!(
            written(&pattern, 1_605_507_529_000_000, zone),
            *second,
            "{text}"
        );
        if let Some(third) = third {
            assert_eq!(written(&pattern, ancient, zone), *third, "{text}");
        }
    }
}

#[test]
fn bad_patterns_raise_what_spark_raises() {
    for (text, condition) in BAD_FORMATS {
        let error = Pattern::compile(text, false).unwrap_err();
        assert_eq!(error.condition(), *condition, "{text}");
    }
    let error = Pattern::compile("V", false).unwrap_err();
    let docs = "https://spark.apache.org/docs/latest/sql-ref-datetime-pattern.html";
    let expected = format!(
        "[INVALID_DATETIME_PATTERN.WITH_SUGGESTION] Unrecognized datetime pattern: 'V'. You can \
         form a valid datetime pattern with the guide from '{docs}'. SQLSTATE: 22007"
    );
    assert_eq!(error.message(), expected);
}

#[test]
fn patterns_read_as_in_spark() {
    for (text, pattern, expected) in PARSES {
        let found = Pattern::compile(pattern, true)
            .unwrap()
            .parse(text, los_angeles());
        let found = found.as_ref().map_err(|failure| failure.0.as_str());
        assert_eq!(found, expected.as_ref().map_err(|e| *e), "{text} {pattern}");
    }
}

#[test]
fn patterns_for_reading_have_fewer_letters() {
    for (text, condition) in BAD_PARSES {
        let error = Pattern::compile(text, true).unwrap_err();
        assert_eq!(error.condition(), *condition, "{text}");
    }
}

#[test]
fn zones_have_their_names() {
    let pattern = Pattern::compile("z|zzzz|VV|O|X|Z|ZZZZ", false).unwrap();
    for (name, winter, summer) in ZONES {
        let zone = parse_zone(name).unwrap();
        assert_eq!(written(&pattern, 1_583_420_889_012_345, zone), *winter);
        assert_eq!(written(&pattern, 1_594_420_889_012_345, zone), *summer);
    }
}
