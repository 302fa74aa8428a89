//! [`XmlTags`]: the names by which rows and their parts stand in XML, as the options of
//! Spark's reader and writer give them.

use crate::error::Result;
use crate::formats::OptionMap;
use crate::formats::xml::requirement;

#[derive(Debug, Clone)]
pub struct XmlTags {
    /// The element that is a row.
    pub row: String,
    /// The element around all rows, with attributes behind spaces.
    pub root: String,
    pub declaration: String,
    /// The element of an item of a list in a list.
    pub item: String,
    /// What the name of a column that is an attribute begins with.
    pub attribute_prefix: String,
    /// The column that is the text beside attributes and elements.
    pub value: String,
}

impl XmlTags {
    pub fn new(options: &OptionMap) -> Result<Self> {
        let text = |name: &str, default: &str| options.get(name).unwrap_or(default).to_string();
        let tags = Self {
            row: text("rowTag", "ROW").trim().to_string(),
            root: text("rootTag", "ROWS"),
            declaration: text(
                "declaration",
                "version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"",
            ),
            item: text("arrayElementName", "item"),
            attribute_prefix: text("attributePrefix", "_"),
            value: text("valueTag", "_VALUE"),
        };
        if tags.row.is_empty() {
            return Err(requirement(format_args!(
                "'rowTag' option should not be an empty string."
            )));
        }
        let bracketed = [
            ("rowTag", &tags.row),
            ("rootTag", &tags.root),
            ("declaration", &tags.declaration),
        ];
        for (name, value) in bracketed {
            if value.starts_with('<') || value.ends_with('>') {
                return Err(requirement(format_args!(
                    "'{name}' should not include angle brackets"
                )));
            }
        }
        if tags.value.is_empty() {
            return Err(requirement(format_args!(
                "'valueTag' option should not be empty string."
            )));
        }
        if tags.value == tags.attribute_prefix {
            return Err(requirement(format_args!(
                "'valueTag' and 'attributePrefix' options should not be the same."
            )));
        }
        Ok(tags)
    }

    /// Whether a column of this name is an attribute.
    pub fn is_attribute(&self, name: &str) -> bool {
        name.starts_with(&self.attribute_prefix) && name != self.value
    }
}
