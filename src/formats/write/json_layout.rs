//! The option `pretty` of JSON: a member of an object a line, two spaces a level, arrays in
//! one line. Works on text that has no white space between its parts; knows no types.

/// Appends the JSON text of one value, spread over lines.
pub fn spread(compact: &str, out: &mut String) {
    // What is opened and not closed yet.
    let mut open: Vec<char> = Vec::new();
    let (mut in_text, mut is_escaped, mut is_first) = (false, false, false);
    for c in compact.chars() {
        if in_text {
            out.push(c);
            in_text = is_escaped || c != '"';
            is_escaped = c == '\\' && !is_escaped;
            continue;
        }
        let closes = matches!(c, '}' | ']');
        let within = if closes {
            open.pop()
        } else {
            open.last().copied()
        };
        let is_empty = is_first && closes;
        if is_empty || (is_first || closes) && within == Some('[') {
            out.push(' ');
        } else if is_first || closes {
            new_line(&open, out);
        }
        match c {
            ',' if within == Some('[') => out.push_str(", "),
            ',' => {
                out.push(',');
                new_line(&open, out);
            }
            ':' => out.push_str(" : "),
            other => out.push(other),
        }
        is_first = matches!(c, '{' | '[');
        if is_first {
            open.push(c);
        }
        in_text = c == '"';
    }
}

fn new_line(open: &[char], out: &mut String) {
    out.push('\n');
    for _ in open.iter().filter(|c| **c == '{') {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn objects_take_lines_and_arrays_one() {
        let mut out = String::new();
        spread(
            r#"{"a":[1,"x,{\"}"],"b":{"c":{},"d":[]},"e":[{"f":null},2]}"#,
            &mut out,
        );
        let wanted = [
            "{",
            r#"  "a" : [ 1, "x,{\"}" ],"#,
            r#"  "b" : {"#,
            r#"    "c" : { },"#,
            r#"    "d" : [ ]"#,
            "  },",
            r#"  "e" : [ {"#,
            r#"    "f" : null"#,
            "  }, 2 ]",
            "}",
        ];
        assert_eq!(out, wanted.join("\n"));
    }
}
