//! Java's named classes of characters (`\p{Alpha}`, `\p{IsLatin}`) in regular
//! expressions.

/// The class of a name in the crate's words; `None` for one that is not known here.
pub fn property(name: &str, negated: bool) -> Option<String> {
    let ascii = match name {
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "ASCII" => r"\x00-\x7F",
        "Alpha" => "a-zA-Z",
        "Digit" => "0-9",
        "Alnum" => "a-zA-Z0-9",
        "Punct" => r"!-/\x3A-@\[-`{-~",
        "Graph" => "!-~",
        "Print" => r"\x20-~",
        "Blank" => r" \t",
        "Cntrl" => r"\x00-\x1F\x7F",
        "XDigit" => "0-9a-fA-F",
        "Space" => r" \t\n\x0B\f\r",
        _ => "",
    };
    if !ascii.is_empty() {
        let sign = if negated { "^" } else { "" };
        return Some(format!("[{sign}{ascii}]"));
    }
    const CATEGORIES: [&str; 30] = [
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
        "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "C",
    ];
    const NAMED: [&str; 10] = [
        "Alphabetic",
        "Uppercase",
        "Lowercase",
        "White_Space",
        "Latin",
        "Greek",
        "Cyrillic",
        "Han",
        "Arabic",
        "Hebrew",
    ];
    let plain = name.strip_prefix("Is");
    let known = CATEGORIES.contains(&plain.unwrap_or(name))
        || plain.is_some_and(|plain| NAMED.contains(&plain));
    if !known {
        return None;
    }
    let sign = if negated { 'P' } else { 'p' };
    Some(format!("\\{sign}{{{}}}", plain.unwrap_or(name)))
}
