//! What `DESCRIBE FUNCTION` tells of Spark's own functions: the class that a function is there,
//! and what it gives, in our words. The table lies beside this file.

/// Name, class and use, tabs between.
static TABLE: &str = include_str!("described.tsv");

/// What is told of one function.
pub struct Described {
    name: &'static str,
    /// Empty where the grammar itself makes the function.
    class: &'static str,
    usage: &'static str,
}

/// The function of that name, in lower case.
pub fn described(name: &str) -> Option<Described> {
    TABLE.lines().find_map(|line| {
        let mut parts = line.split('\t');
        let found = parts.next().filter(|found| *found == name)?;
        Some(Described {
            name: found,
            class: parts.next().unwrap_or_default(),
            usage: parts.next().unwrap_or_default(),
        })
    })
}

/// The class of the function of that name.
pub fn class_of(name: &str) -> Option<&'static str> {
    described(name).map(|found| found.class)
}

impl Described {
    pub fn lines(&self, extended: bool) -> Vec<String> {
        let usage = match self.usage {
            "" => "N/A.",
            usage => usage,
        };
        let mut lines = vec![format!("Function: {}", self.name)];
        if !self.class.is_empty() {
            lines.push(format!("Class: {}", self.class));
        }
        lines.push(format!("Usage: {usage}"));
        if extended {
            lines.push("Extended Usage: N/A.".to_string());
        }
        lines
    }
}
