//! XML files: an element a row, inside the root element.

use arrow::record_batch::RecordBatch;

use super::charset::Charset;
use super::codec::{Codec, Compressed};
use super::json::open_charset;
use super::xml_layout::{Layout, LayoutOptions};
use super::{FileWriter, Output, WriteDefaults, write_failure};
use crate::error::{ErrorClass, Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::xml::{flag, no_row_tag};
use crate::types::{DataType, StructType};

pub use super::xml_text::{XmlText, XmlTextOptions};

#[derive(Debug)]
pub struct XmlFormat {
    pub codec: Codec,
    schema: StructType,
    text: XmlTextOptions,
    layout: LayoutOptions,
    charset: Charset,
    root: Root,
}

/// The element around the rows.
#[derive(Debug, Clone)]
struct Root {
    declaration: String,
    name: String,
    attributes: Vec<(String, String)>,
}

impl XmlFormat {
    pub fn new(schema: &StructType, options: &OptionMap, defaults: &WriteDefaults) -> Result<Self> {
        let codec = Codec::from_name(options.get("compression").unwrap_or("none"))?;
        if options.get("rowTag").is_none() {
            return Err(no_row_tag());
        }
        let charset = options.get("encoding").or_else(|| options.get("charset"));
        let charset = open_charset(charset.unwrap_or("UTF-8"))?;
        let text = XmlTextOptions::new(options, defaults.zone)?;
        Ok(Self {
            codec,
            schema: schema.clone(),
            layout: layout(options, last_char(charset))?,
            root: Root::new(&text)?,
            text,
            charset,
        })
    }

    pub fn open(&self, out: Output) -> Result<Box<dyn FileWriter>> {
        let out = self.codec.compress(out).map_err(|e| write_failure(&e))?;
        Ok(Box::new(XmlWriter {
            out,
            text: XmlText::new(&DataType::Struct(self.schema.clone()), &self.text),
            layout: Layout::new(&self.layout),
            charset: self.charset,
            root: Some(self.root.clone()),
            bytes: Vec::new(),
        }))
    }
}

impl Root {
    /// From `name a='1' b="2"`: what is between spaces is an attribute each.
    fn new(text: &XmlTextOptions) -> Result<Self> {
        let tags = &text.tags;
        let mut parts = tags.root.split(' ');
        let name = parts.next().unwrap_or_default().to_string();
        let mut attributes: Vec<(String, String)> = Vec::new();
        for part in parts {
            let Some((name, value)) = part.split_once('=').filter(|(_, v)| !v.contains('=')) else {
                return Err(SparkError::plain(
                    ErrorClass::IllegalArgument,
                    format_args!("'{part}' in the option rootTag is no attribute"),
                ));
            };
            let value = value.replace(['\'', '"'], "");
            attributes.push((name.to_string(), value));
        }
        Ok(Self {
            declaration: tags.declaration.clone(),
            name,
            attributes,
        })
    }

    fn write(&self, out: &mut Layout) -> Result<()> {
        if !self.declaration.is_empty() {
            out.out.push_str(&format!("<?xml {}?>\n", self.declaration));
        }
        out.start(&self.name)?;
        for (name, value) in &self.attributes {
            out.attribute(name, value)?;
        }
        if !out.is_indented() {
            out.text("\n")?;
        }
        Ok(())
    }
}

/// The layout of rows that all characters up to one can stand in.
pub fn layout(options: &OptionMap, last_char: char) -> Result<LayoutOptions> {
    Ok(LayoutOptions {
        indent: options.get("indent").unwrap_or("    ").to_string(),
        checks_names: flag(options, "validateName", true)?,
        last_char,
    })
}

/// Spark's writer knows few character sets by name, and takes the others for sets of 256.
fn last_char(charset: Charset) -> char {
    match charset {
        Charset::Utf8 | Charset::Utf16 { has_mark: true, .. } => char::MAX,
        Charset::Ascii => '\u{7f}',
        _ => '\u{ff}',
    }
}

struct XmlWriter {
    out: Compressed,
    text: XmlText,
    layout: Layout,
    charset: Charset,
    /// What is written before the first row.
    root: Option<Root>,
    bytes: Vec<u8>,
}

impl XmlWriter {
    fn drain(&mut self) -> Result<()> {
        let written = if self.charset.is_utf8() {
            self.out.write_all(self.layout.out.as_bytes())
        } else {
            self.bytes.clear();
            self.charset.encode(&self.layout.out, &mut self.bytes);
            self.out.write_all(&self.bytes)
        };
        self.layout.out.clear();
        written.map_err(|e| write_failure(&e))
    }
}

impl FileWriter for XmlWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        for row in 0..batch.num_rows() {
            if let Some(root) = self.root.take() {
                let mark = self.charset.mark();
                self.out.write_all(mark).map_err(|e| write_failure(&e))?;
                root.write(&mut self.layout)?;
            }
            self.text.columns(batch.columns(), row, &mut self.layout)?;
            if !self.layout.is_indented() {
                self.layout.text("\n")?;
            }
        }
        self.drain()
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        // A file without rows is empty.
        if self.root.is_none() {
            self.layout.end();
            self.drain()?;
        }
        self.out.finish().map_err(|e| write_failure(&e))
    }
}
