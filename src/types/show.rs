//! Tables and schemas as text: what `DataFrame.show` and `printSchema` print.
//!
//! Widths are counted as Spark counts them: UTF-16 units, and one more for each
//! full-width character.

use std::fmt::Write;

use arrow::array::RecordBatch;

use super::format::Formatter;
use super::{DataType, StructType, Zone};

const MIN_COLUMN_WIDTH: usize = 3;

/// The text of a table of rows.
///
/// `limit` is the number of rows asked for; the batches hold that many rows, and at
/// least one more if there are more. `truncate` of 0 shows whole cells, aligned to
/// the left.
pub fn show_string(
    schema: &StructType,
    batches: &[RecordBatch],
    limit: usize,
    truncate: usize,
    vertical: bool,
    zone: Zone,
) -> String {
    let names: Vec<_> = schema
        .fields
        .iter()
        .map(|field| escape(&field.name))
        .collect();
    let rows = cells(schema, batches, limit, truncate, zone);
    let total: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let mut out = String::new();
    if vertical {
        write_vertical(&names, &rows, &mut out);
    } else {
        write_table(&names, &rows, truncate > 0, &mut out);
    }
    if vertical && rows.is_empty() {
        out.push_str("(0 rows)");
    } else if total > limit {
        let noun = if limit == 1 { "row" } else { "rows" };
        let _ = write!(out, "only showing top {limit} {noun}");
    }
    out
}

fn cells(
    schema: &StructType,
    batches: &[RecordBatch],
    limit: usize,
    truncate: usize,
    zone: Zone,
) -> Vec<Vec<String>> {
    let formatters: Vec<_> = schema
        .fields
        .iter()
        .map(|field| Formatter::new(&field.data_type, zone))
        .collect();
    let places = batches
        .iter()
        .flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)))
        .take(limit);
    places
        .map(|(batch, row)| {
            let columns = formatters.iter().zip(batch.columns());
            columns
                .map(|(formatter, column)| {
                    let mut text = String::new();
                    formatter.write(column, row, &mut text);
                    truncated(escape(&text), truncate)
                })
                .collect()
        })
        .collect()
}

fn write_table(names: &[String], rows: &[Vec<String>], right: bool, out: &mut String) {
    let widths: Vec<usize> = (0..names.len())
        .map(|column| {
            let cells = rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| width(cell));
            cells
                .max()
                .unwrap_or(0)
                .max(width(&names[column]))
                .max(MIN_COLUMN_WIDTH)
        })
        .collect();
    let dashes: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let rule = format!("+{}+\n", dashes.join("+"));
    let line = |cells: &[String], out: &mut String| {
        let padded: Vec<_> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| pad(cell, *width, right))
            .collect();
        let _ = writeln!(out, "|{}|", padded.join("|"));
    };
    out.push_str(&rule);
    line(names, out);
    out.push_str(&rule);
    for row in rows {
        line(row, out);
    }
    out.push_str(&rule);
}

fn write_vertical(names: &[String], rows: &[Vec<String>], out: &mut String) {
    let widest = |cells: &mut dyn Iterator<Item = &String>| {
        cells
            .map(|cell| width(cell))
            .max()
            .unwrap_or(0)
            .max(MIN_COLUMN_WIDTH)
    };
    let name_width = widest(&mut names.iter());
    let cell_width = widest(&mut rows.iter().flatten());
    for (number, row) in rows.iter().enumerate() {
        let head = format!("-RECORD {number}");
        let _ = writeln!(out, "{head:-<width$}", width = name_width + cell_width + 5);
        for (name, cell) in names.iter().zip(row) {
            let (name, cell) = (pad(name, name_width, false), pad(cell, cell_width, false));
            let _ = writeln!(out, " {name} | {cell} ");
        }
    }
}

fn pad(text: &str, to: usize, right: bool) -> String {
    let space = " ".repeat(to.saturating_sub(width(text)));
    if right {
        space + text
    } else {
        text.to_string() + &space
    }
}

/// Columns that a text takes on a terminal, by Spark's count.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| c.len_utf16() + usize::from(is_full_width(c)))
        .sum()
}

fn is_full_width(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}')
}

/// Cuts to `limit` UTF-16 units; the last three are dots if there is room for them.
fn truncated(text: String, limit: usize) -> String {
    if limit == 0 || text.encode_utf16().count() <= limit {
        return text;
    }
    let (keep, dots) = if limit < 4 {
        (limit, "")
    } else {
        (limit - 3, "...")
    };
    let units: Vec<u16> = text.encode_utf16().take(keep).collect();
    // Half of a surrogate pair prints as `?`, as Java encodes it.
    let cut = char::decode_utf16(units).map(|unit| unit.unwrap_or('?'));
    cut.chain(dots.chars()).collect()
}

/// Control characters that would break the table, in the manner of source code.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{7}' => out.push_str("\\a"),
            other => out.push(other),
        }
    }
    out
}

/// The schema as a tree, down to `level` if that is positive.
pub fn tree_string(schema: &StructType, level: Option<usize>) -> String {
    let depth = level.filter(|level| *level > 0).unwrap_or(usize::MAX);
    let mut out = String::from("root\n");
    write_fields(schema, " |", depth, &mut out);
    out
}

fn write_fields(schema: &StructType, prefix: &str, depth: usize, out: &mut String) {
    if depth == 0 {
        return;
    }
    for field in schema.fields.iter() {
        let (name, kind) = (escape(&field.name), field.data_type.type_name());
        let _ = writeln!(
            out,
            "{prefix}-- {name}: {kind} (nullable = {})",
            field.nullable
        );
        write_inner(&field.data_type, &format!("{prefix}    |"), depth - 1, out);
    }
}

fn write_inner(data_type: &DataType, prefix: &str, depth: usize, out: &mut String) {
    if depth == 0 {
        return;
    }
    let deeper = format!("{prefix}    |");
    match data_type {
        DataType::Struct(fields) => write_fields(fields, prefix, depth, out),
        DataType::Array {
            element,
            contains_null,
        } => {
            let kind = element.type_name();
            let _ = writeln!(
                out,
                "{prefix}-- element: {kind} (containsNull = {contains_null})"
            );
            write_inner(element, &deeper, depth - 1, out);
        }
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => {
            let _ = writeln!(out, "{prefix}-- key: {}", key.type_name());
            write_inner(key, &deeper, depth - 1, out);
            let kind = value.type_name();
            let nulls = format!("(valueContainsNull = {value_contains_null})");
            let _ = writeln!(out, "{prefix}-- value: {kind} {nulls}");
            write_inner(value, &deeper, depth - 1, out);
        }
        _ => {}
    }
}

#[cfg(test)]
#[path = "show_tests.rs"]
mod tests;
