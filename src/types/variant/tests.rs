//! The encoding, byte for byte as Spark 4.3.0 writes it, and its limits.

use super::*;
use crate::types::Zone;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Recorded from Spark: text, value, metadata.
#[test]
fn json_is_encoded_as_spark_does() {
    for (text, value, metadata) in [
        (
            r#"{"b":1,"a":[1.5,null,"x"],"c":1e3}"#,
            "02030100020200111a0c0103030006070920010f0000000005781c0000000000408f40",
            "010300010203626163",
        ),
        ("300", "102c01", "010000"),
        ("70000", "1470110100", "010000"),
        ("5000000000", "1800f2052a01000000", "010000"),
        ("true", "04", "010000"),
        ("[]", "030000", "010000"),
        ("{}", "020000", "010000"),
        ("\"abc\"", "0d616263", "010000"),
        ("1.50", "200296000000", "010000"),
        ("null", "00", "010000"),
    ] {
        let node = parse_json(text).unwrap();
        let (found, names) = node.encode();
        assert_eq!(
            (hex(&found).as_str(), hex(&names).as_str()),
            (value, metadata),
            "{text}"
        );
        let variant = Variant::new(&found, &names).unwrap();
        assert_eq!(variant.value().unwrap(), found);
        assert_eq!(Node::of(variant).unwrap().encode().0.len(), found.len());
    }
}

#[test]
fn large_parts_are_read_back() {
    let items: Vec<String> = (0..70_000).map(|n| n.to_string()).collect();
    let text = format!(
        "{{\"long\":\"{}\",\"items\":[{}]}}",
        "x".repeat(70_000),
        items.join(",")
    );
    let (value, metadata) = parse_json(&text).unwrap().encode();
    let variant = Variant::new(&value, &metadata).unwrap();
    let path = [Segment::Key("items".into()), Segment::Index(69_999)];
    let last = find(variant, &path).unwrap().unwrap();
    assert!(matches!(last.view().unwrap(), View::Long(69_999)));
    let mut json = String::new();
    write_json(variant, Zone::UTC, &mut json).unwrap();
    let swapped = format!(
        "{{\"items\":[{}],\"long\":\"{}\"}}",
        items.join(","),
        "x".repeat(70_000)
    );
    assert_eq!(json, swapped);
}

/// Whatever the bytes are, reading them ends, and ends without a panic.
#[test]
fn cut_variants_are_errors() {
    let text = r#"{"a":[1,2.5,"text",{"b":null}],"c":"0123456789"}"#;
    let (value, metadata) = parse_json(text).unwrap().encode();
    for end in 0..value.len() {
        let variant = Variant::new(&value[..end], &metadata).unwrap();
        assert!(Node::of(variant).is_err(), "{end}");
    }
    for end in 0..metadata.len() {
        let read = Variant::new(&value, &metadata[..end]).and_then(Node::of);
        assert!(read.is_err(), "{end}");
    }
}

#[test]
fn what_is_no_json_is_no_variant() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "01",
        "+1",
        ".5",
        "1.",
        "NaN",
        "tru",
        "1x",
        "'a'",
        "{a:1}",
        "\"\\x\"",
        "{\"a\":1,\"a\":2}",
        "\"\u{1}\"",
    ] {
        assert_eq!(parse_json(text), None, "{text}");
    }
    let deep = "[".repeat(1_001) + &"]".repeat(1_001);
    assert_eq!(parse_json(&deep), None);
    assert!(parse_json("1 2").is_some() && parse_json("{} x").is_some());
}
