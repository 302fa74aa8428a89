//! Values as XML, as Spark's XML writer and `to_xml` write them.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes as at;
use serde_json::Value as Json;

use super::values::{ScalarText, TimeFormats};
use super::xml_layout::Layout;
use super::xml_tags::XmlTags;
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::xml::requirement;
use crate::types::variant::{Column, write_json};
use crate::types::{DataType, StructType, Zone, string_at};

/// What a user may ask of the text.
#[derive(Debug, Clone)]
pub struct XmlTextOptions {
    pub tags: XmlTags,
    times: TimeFormats,
    /// What stands for null; `None`: nothing does.
    null_value: Option<String>,
}

impl XmlTextOptions {
    pub fn new(options: &OptionMap, zone: Zone) -> Result<Self> {
        let tags = XmlTags::new(options)?;
        if tags.attribute_prefix.is_empty() {
            return Err(requirement(format_args!(
                "'attributePrefix' option should not be empty string."
            )));
        }
        Ok(Self {
            tags,
            times: TimeFormats::new(options, zone)?,
            null_value: options.text("nullValue"),
        })
    }
}

/// Writes the values of one type.
#[derive(Debug)]
pub struct XmlText {
    options: XmlTextOptions,
    node: Node,
}

#[derive(Debug)]
enum Node {
    Null,
    Text,
    Scalar(ScalarText, DataType),
    Variant,
    /// A type that has no text in XML.
    Refused(DataType),
    Array(Box<Node>),
    Map(Box<Node>, Box<Node>),
    Struct(Vec<Member>),
}

#[derive(Debug)]
struct Member {
    name: String,
    is_attribute: bool,
    node: Node,
}

impl XmlText {
    pub fn new(data_type: &DataType, options: &XmlTextOptions) -> Self {
        Self {
            options: options.clone(),
            node: node(data_type, options),
        }
    }

    /// Writes the value of a row as the element of a row.
    pub fn row(&self, array: &dyn Array, row: usize, out: &mut Layout) -> Result<()> {
        self.element(&self.options.tags.row, &self.node, array, row, out)
    }

    /// Writes the element of a row whose fields are the columns.
    pub fn columns(&self, columns: &[ArrayRef], row: usize, out: &mut Layout) -> Result<()> {
        let Node::Struct(members) = &self.node else {
            return Err(SparkError::internal("a row is a struct"));
        };
        out.start(&self.options.tags.row)?;
        self.members(members, columns, row, out)?;
        out.end();
        Ok(())
    }

    fn element(
        &self,
        name: &str,
        node: &Node,
        array: &dyn Array,
        row: usize,
        out: &mut Layout,
    ) -> Result<()> {
        let is_null = array.is_null(row) || matches!(node, Node::Null);
        if is_null && self.options.null_value.is_none() {
            return Ok(());
        }
        // The text beside the elements is in no element of its own.
        let is_bare = name == self.options.tags.value;
        if !is_null && matches!(node, Node::Variant) {
            let value = self.json(array, row)?;
            return self.json_child(name, &value, out);
        }
        if !is_bare {
            out.start(name)?;
        }
        self.content(node, array, row, out)?;
        if !is_bare {
            out.end();
        }
        Ok(())
    }

    fn content(&self, node: &Node, array: &dyn Array, row: usize, out: &mut Layout) -> Result<()> {
        if array.is_null(row) {
            return out.text(self.options.null_value.as_deref().unwrap_or_default());
        }
        match node {
            Node::Null => out.text(self.options.null_value.as_deref().unwrap_or_default()),
            Node::Text => out.text(string_at(array, row)),
            Node::Scalar(text, data_type) => {
                let mut value = String::new();
                self.scalar(text, data_type, array, row, &mut value)?;
                out.text(&value)
            }
            Node::Variant => Err(SparkError::internal("a variant is written with its name")),
            Node::Refused(data_type) => Err(refused(data_type, array, row)),
            Node::Array(item) => {
                let values = array.as_list::<i32>().value(row);
                let name = &self.options.tags.item;
                (0..values.len()).try_for_each(|at| self.child(name, item, &values, at, out))
            }
            Node::Map(key, value) => self.map(key, value, array, row, out),
            Node::Struct(members) => self.members(members, array.as_struct().columns(), row, out),
        }
    }

    /// A member of a struct or map: an attribute, an element, or an element for each item.
    fn child(
        &self,
        name: &str,
        node: &Node,
        array: &dyn Array,
        row: usize,
        out: &mut Layout,
    ) -> Result<()> {
        if self.options.tags.is_attribute(name) {
            let name = name.get(self.options.tags.attribute_prefix.len()..);
            let name = name.unwrap_or_default();
            return match array.is_null(row) || matches!(node, Node::Null) {
                true => match &self.options.null_value {
                    Some(text) => out.attribute(name, text),
                    None => Ok(()),
                },
                false => {
                    let mut text = String::new();
                    self.plain(node, array, row, &mut text)?;
                    out.attribute(name, &text)
                }
            };
        }
        match node {
            Node::Array(item) if array.is_valid(row) => {
                let values = array.as_list::<i32>().value(row);
                (0..values.len()).try_for_each(|at| self.element(name, item, &values, at, out))
            }
            node => self.element(name, node, array, row, out),
        }
    }

    /// Attributes go before elements.
    fn members(
        &self,
        members: &[Member],
        columns: &[ArrayRef],
        row: usize,
        out: &mut Layout,
    ) -> Result<()> {
        for wants_attributes in [true, false] {
            for (member, column) in members.iter().zip(columns) {
                if member.is_attribute == wants_attributes {
                    self.child(&member.name, &member.node, column, row, out)?;
                }
            }
        }
        Ok(())
    }

    fn map(
        &self,
        key: &Node,
        value: &Node,
        array: &dyn Array,
        row: usize,
        out: &mut Layout,
    ) -> Result<()> {
        let entries = array.as_map().value(row);
        let (keys, values) = (entries.column(0), entries.column(1));
        let mut names = Vec::with_capacity(entries.len());
        for at in 0..entries.len() {
            let mut name = String::new();
            self.plain(key, keys, at, &mut name)?;
            names.push(name);
        }
        for wants_attributes in [true, false] {
            for (at, name) in names.iter().enumerate() {
                if self.options.tags.is_attribute(name) == wants_attributes {
                    self.child(name, value, values, at, out)?;
                }
            }
        }
        Ok(())
    }

    fn scalar(
        &self,
        text: &ScalarText,
        data_type: &DataType,
        array: &dyn Array,
        row: usize,
        out: &mut String,
    ) -> Result<()> {
        match data_type {
            DataType::Decimal { scale, .. } => {
                let unscaled = array.as_primitive::<at::Decimal128Type>().value(row);
                decimal(unscaled, *scale, out);
                Ok(())
            }
            _ => text.write(&self.options.times, array, row, out),
        }
    }

    /// A value as Java's `toString` of Spark's own form of it, which is how attributes and
    /// keys are written.
    fn plain(&self, node: &Node, array: &dyn Array, row: usize, out: &mut String) -> Result<()> {
        if array.is_null(row) {
            out.push_str("null");
            return Ok(());
        }
        match node {
            Node::Null => out.push_str("null"),
            Node::Text => out.push_str(string_at(array, row)),
            Node::Scalar(_, DataType::Binary) => {
                return Err(SparkError::not_implemented("binary attributes of XML"));
            }
            Node::Scalar(_, DataType::Date) => {
                let _ = write!(out, "{}", array.as_primitive::<at::Date32Type>().value(row));
            }
            Node::Scalar(_, DataType::Timestamp | DataType::TimestampNtz) => {
                let micros = array
                    .as_primitive::<at::TimestampMicrosecondType>()
                    .value(row);
                let _ = write!(out, "{micros}");
            }
            Node::Scalar(_, DataType::Time { .. }) => {
                let nanos = array.as_primitive::<at::Time64NanosecondType>().value(row);
                let _ = write!(out, "{nanos}");
            }
            Node::Scalar(text, data_type) => self.scalar(text, data_type, array, row, out)?,
            Node::Variant => out.push_str(&self.json(array, row)?.to_string()),
            Node::Refused(data_type) => match stored(array, row) {
                Some(number) => {
                    let _ = write!(out, "{number}");
                }
                None => return Err(refused(data_type, array, row)),
            },
            Node::Array(item) => {
                let values = array.as_list::<i32>().value(row);
                self.plain_list(item, &values, out)?;
            }
            Node::Map(key, value) => {
                let entries = array.as_map().value(row);
                out.push_str("keys: ");
                self.plain_list(key, entries.column(0), out)?;
                out.push_str(", values: ");
                self.plain_list(value, entries.column(1), out)?;
            }
            Node::Struct(members) => {
                out.push('[');
                let columns = array.as_struct().columns();
                for (at, (member, column)) in members.iter().zip(columns).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.plain(&member.node, column, row, out)?;
                }
                out.push(']');
            }
        }
        Ok(())
    }

    fn plain_list(&self, item: &Node, values: &ArrayRef, out: &mut String) -> Result<()> {
        out.push('[');
        for at in 0..values.len() {
            if at > 0 {
                out.push(',');
            }
            self.plain(item, values, at, out)?;
        }
        out.push(']');
        Ok(())
    }

    fn json(&self, array: &dyn Array, row: usize) -> Result<Json> {
        let mut text = String::new();
        if let Some(variant) = Column::new(array)?.at(row)? {
            write_json(variant, self.options.times.zone, &mut text)?;
        }
        serde_json::from_str(&text).map_err(SparkError::internal)
    }

    /// A part of a variant under a name: an item of a list each, or an element.
    fn json_child(&self, name: &str, value: &Json, out: &mut Layout) -> Result<()> {
        let tags = &self.options.tags;
        if let Json::Array(items) = value {
            return items
                .iter()
                .try_for_each(|item| self.json_child(name, item, out));
        }
        if tags.is_attribute(name) {
            let name = name.get(tags.attribute_prefix.len()..).unwrap_or_default();
            return out.attribute(name, &json_text(value));
        }
        let is_bare = name == tags.value;
        if !is_bare {
            out.start(name)?;
        }
        match value {
            Json::Object(members) => {
                for wants_attributes in [true, false] {
                    for (name, value) in members {
                        if tags.is_attribute(name) == wants_attributes {
                            self.json_child(name, value, out)?;
                        }
                    }
                }
            }
            Json::Null => {
                if let Some(text) = &self.options.null_value {
                    out.text(text)?;
                }
            }
            other => out.text(&json_text(other))?,
        }
        if !is_bare {
            out.end();
        }
        Ok(())
    }
}

fn json_text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn node(data_type: &DataType, options: &XmlTextOptions) -> Node {
    match data_type {
        DataType::Null => Node::Null,
        DataType::String => Node::Text,
        DataType::Variant => Node::Variant,
        DataType::CalendarInterval
        | DataType::DayTimeInterval { .. }
        | DataType::YearMonthInterval { .. } => Node::Refused(data_type.clone()),
        DataType::Array { element, .. } => Node::Array(Box::new(node(element, options))),
        DataType::Map { key, value, .. } => {
            Node::Map(Box::new(node(key, options)), Box::new(node(value, options)))
        }
        DataType::Struct(fields) => Node::Struct(members(fields, options)),
        other => Node::Scalar(ScalarText::new(other, options.times.zone), other.clone()),
    }
}

fn members(fields: &StructType, options: &XmlTextOptions) -> Vec<Member> {
    let member = |field: &crate::types::StructField| Member {
        name: field.name.clone(),
        is_attribute: options.tags.is_attribute(&field.name),
        node: node(&field.data_type, options),
    };
    fields.fields.iter().map(member).collect()
}

/// The number that an interval is stored as.
fn stored(array: &dyn Array, row: usize) -> Option<i64> {
    if let Some(micros) = array.as_primitive_opt::<at::DurationMicrosecondType>() {
        return Some(micros.value(row));
    }
    let months = array.as_primitive_opt::<at::IntervalYearMonthType>()?;
    Some(i64::from(months.value(row)))
}

/// The error for a value whose type has no text in XML.
fn refused(data_type: &DataType, array: &dyn Array, row: usize) -> SparkError {
    let (value, class, kind) = match data_type {
        DataType::DayTimeInterval { start, end } => (
            stored(array, row).unwrap_or_default().to_string(),
            "class java.lang.Long",
            format!("DayTimeIntervalType({},{})", *start as u8, *end as u8),
        ),
        DataType::YearMonthInterval { start, end } => (
            stored(array, row).unwrap_or_default().to_string(),
            "class java.lang.Integer",
            format!("YearMonthIntervalType({},{})", *start as u8, *end as u8),
        ),
        other => {
            let mut text = String::new();
            crate::types::Formatter::for_cast(other, Zone::UTC, true).write(array, row, &mut text);
            (
                text,
                "class org.apache.spark.unsafe.types.CalendarInterval",
                "CalendarIntervalType".to_string(),
            )
        }
    };
    SparkError::new(
        "_LEGACY_ERROR_TEMP_3238",
        &[("v", &value), ("class", class), ("dt", &kind)],
    )
}

/// A decimal as Java's `BigDecimal.toString` writes it: with an exponent where there would
/// be more than six zeros behind the point.
fn decimal(unscaled: i128, scale: i8, out: &mut String) {
    let digits = unscaled.unsigned_abs().to_string();
    if unscaled < 0 {
        out.push('-');
    }
    let scale = usize::try_from(scale).unwrap_or(0);
    if scale == 0 {
        out.push_str(&digits);
        return;
    }
    // The power of ten of the first digit, its sign turned.
    let below = (scale + 1).saturating_sub(digits.len());
    if below > 6 {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let _ = write!(out, "{first}{point}{rest}E-{below}");
        return;
    }
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    let _ = write!(out, "{whole}.{fraction}");
}
