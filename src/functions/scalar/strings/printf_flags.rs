//! The flags, widths and precisions that Java's `Formatter` refuses, in its words.

use super::printf::{Problem, Spec, Value};

type Checked = Result<(), Problem>;

fn wrong<T>(message: String) -> Result<T, Problem> {
    Err(Problem::Wrong(message))
}

/// The flags in the order in which Java tells them.
fn told(spec: &Spec) -> String {
    let is_upper = spec.conversion.is_ascii_uppercase();
    let all = ['-', '^', '#', '+', ' ', '0', ',', '('];
    all.into_iter()
        .filter(|flag| {
            if *flag == '^' {
                is_upper
            } else {
                spec.has(*flag)
            }
        })
        .collect()
}

/// No flag may stand twice.
pub fn once(spec: &Spec) -> Checked {
    for (at, flag) in spec.flags.char_indices() {
        if spec.flags[..at].contains(flag) {
            return wrong(format!("Flags = '{flag}'"));
        }
    }
    Ok(())
}

/// Fails for the first of these flags that there is.
fn without(spec: &Spec, flags: &str) -> Checked {
    match flags.chars().find(|flag| spec.has(*flag)) {
        None => Ok(()),
        Some(flag) => {
            let conversion = spec.conversion.to_ascii_lowercase();
            wrong(format!("Conversion = {conversion}, Flags = {flag}"))
        }
    }
}

/// What fills a width needs one.
fn with_width(spec: &Spec, flags: &str) -> Checked {
    let fills = flags.chars().any(|flag| spec.has(flag));
    match spec.width.is_none() && fills {
        true => wrong(spec.whole.clone()),
        false => Ok(()),
    }
}

fn without_precision(spec: &Spec) -> Checked {
    match spec.precision {
        Some(precision) => wrong(precision.to_string()),
        None => Ok(()),
    }
}

fn of_number(spec: &Spec) -> Checked {
    with_width(spec, "-0")?;
    let both = |a, b| spec.has(a) && spec.has(b);
    match both('+', ' ') || both('-', '0') {
        true => wrong(format!("Flags = '{}'", told(spec))),
        false => Ok(()),
    }
}

/// What is refused of a piece of a pattern, whatever its value is.
pub fn check(spec: &Spec) -> Checked {
    if spec.has('t') {
        return Ok(());
    }
    match spec.conversion.to_ascii_lowercase() {
        'b' | 'h' => {
            without(spec, "#")?;
            with_width(spec, "-")?;
            without(spec, "+ 0,(")
        }
        's' => {
            with_width(spec, "-")?;
            without(spec, "+ 0,(")
        }
        'c' => {
            without_precision(spec)?;
            without(spec, "#+ 0,(")?;
            with_width(spec, "-")
        }
        'd' => {
            of_number(spec)?;
            without_precision(spec)?;
            without(spec, "#")
        }
        'o' | 'x' => {
            of_number(spec)?;
            without_precision(spec)?;
            without(spec, ",")
        }
        'a' => {
            of_number(spec)?;
            without(spec, "(,")
        }
        'e' => {
            of_number(spec)?;
            without(spec, ",")
        }
        'g' => {
            of_number(spec)?;
            without(spec, "#")
        }
        '%' => {
            without_precision(spec)?;
            if spec.flags.chars().any(|flag| flag != '-') {
                return wrong(format!("Flags = '{}'", told(spec)));
            }
            with_width(spec, "-")
        }
        'n' => {
            if let Some(width) = spec.width {
                return wrong(width.to_string());
            }
            without_precision(spec)?;
            match spec.flags.is_empty() {
                true => Ok(()),
                false => wrong(format!("Flags = '{}'", told(spec))),
            }
        }
        _ => of_number(spec),
    }
}

/// What is refused when a value is there.
pub fn check_with(spec: &Spec, value: &Value) -> Checked {
    match (spec.conversion.to_ascii_lowercase(), value) {
        ('s', _) => without(spec, "#"),
        ('o' | 'x', Value::Integer { .. }) => without(spec, "( +"),
        _ => Ok(()),
    }
}
