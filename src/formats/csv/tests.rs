use super::options::{CsvOptions, Dialect, UnescapedQuote};
use super::tokens::{Cutter, Slot, Tokens};
use crate::formats::Defaults;
use crate::types::Zone;

fn options(given: &[(&str, &str)]) -> CsvOptions {
    let given: Vec<_> = given
        .iter()
        .map(|(k, v)| ((*k).to_string(), (*v).to_string()))
        .collect();
    let defaults = Defaults {
        zone: Zone::UTC,
        machine_zone: Zone::UTC,
        corrupt_column: "_corrupt_record".into(),
        timestamps_are_ntz: false,
        csv_pruning: true,
        parquet_merge: false,
        orc_merge: false,
        avro: crate::formats::avro::AvroSettings::default(),
    };
    CsvOptions::new(&given, &defaults).unwrap()
}

fn cut(dialect: &Dialect, record: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    match Cutter::new(dialect).cut(record, &mut tokens) {
        Err(refused) => vec![format!("{refused:?}")],
        Ok(()) => tokens
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Nothing => "(nothing)".into(),
                Slot::Empty => "(empty)".into(),
                slot => tokens.text(record, slot).unwrap().to_string(),
            })
            .collect(),
    }
}

#[test]
fn records_end_at_line_ends_outside_quotes_only() {
    let options = options(&[("multiLine", "true")]);
    let text = "a,b\r\n1,\"x\r\ny\"\r\n\r\n2,\"p\\\"\r\nq\"\r\n3";
    let records = super::records::of_document(text, &options);
    assert_eq!(records, ["a,b", "1,\"x\ny\"", "", "2,\"p\\\"\nq\"", "3"]);
}

#[test]
fn a_plain_record_and_one_that_needs_the_machine_agree() {
    let dialect = options(&[]).dialect;
    for record in [
        "a,b,",
        ",",
        "a",
        "\"a\",b",
        "x,\"a,b\",\"\"",
        "é,\"ü,\"",
        "a\"b,c",
    ] {
        let fast = cut(&dialect, record);
        let mut slow = Tokens::default();
        super::quoted::cut_rest(&dialect, record, &mut slow).unwrap();
        let slow: Vec<_> = slow
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Nothing => "(nothing)".to_string(),
                Slot::Empty => "(empty)".to_string(),
                slot => slow.text(record, slot).unwrap().to_string(),
            })
            .collect();
        assert_eq!(fast, slow, "{record}");
    }
}

#[test]
fn a_quote_that_nothing_escapes_is_refused_where_asked() {
    let mut dialect = options(&[]).dialect;
    dialect.unescaped_quote = UnescapedQuote::RaiseError;
    assert_eq!(cut(&dialect, "\"a\"b,c"), ["UnescapedQuote"]);
    assert_eq!(cut(&dialect, "\"a\",c"), ["a", "c"]);
}
