//! Escapes in SQL string literals.

/// What a string literal's body stands for. An escaped `%` or `_` keeps its
/// backslash, because it is `LIKE` that reads it.
pub(super) fn unescape(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let used = escape(tail, &mut text);
        rest = &tail[used..];
    }
    text.push_str(rest);
    text
}

/// Writes what the escape at the start of `tail` (after its backslash) stands for;
/// returns how many bytes of it were used.
fn escape(tail: &str, text: &mut String) -> usize {
    let Some(first) = tail.chars().next() else {
        return 0;
    };
    if let Some((c, used)) = code(tail) {
        text.push(c);
        return used;
    }
    match first {
        '0' => text.push('\0'),
        'b' => text.push('\u{8}'),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        't' => text.push('\t'),
        'Z' => text.push('\u{1a}'),
        '%' | '_' => {
            text.push('\\');
            text.push(first);
        }
        other => text.push(other),
    }
    first.len_utf8()
}

/// `u0041`, `U00000041` and the octal `101`.
fn code(tail: &str) -> Option<(char, usize)> {
    let number = |from: usize, to: usize, radix: u32| {
        let digits = tail.get(from..to)?;
        let plain = digits.chars().all(|c| c.is_digit(radix));
        let code = u32::from_str_radix(digits, radix).ok().filter(|_| plain)?;
        char::from_u32(code).map(|c| (c, to))
    };
    match tail.chars().next()? {
        'u' => number(1, 5, 16),
        'U' => number(1, 9, 16),
        '0' | '1' => number(0, 3, 8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_are_those_of_spark() {
        let pairs = [
            ("it\\'s", "it's"),
            ("a\\nb", "a\nb"),
            ("\\u0041", "A"),
            ("\\%\\_", "\\%\\_"),
            ("\\x41", "x41"),
            ("\\101", "A"),
            ("\\q", "q"),
            ("\\U0001F600", "😀"),
            ("\\Z\\0\\b", "\u{1a}\0\u{8}"),
            ("\\\\", "\\"),
            ("\\u00", "u00"),
        ];
        for (body, expected) in pairs {
            assert_eq!(unescape(body), expected, "{body}");
        }
    }
}
