//! XML at the border of the formats.

use super::decoder::XmlDecoder;
use super::infer::Inference;
use super::options::XmlOptions;
use crate::error::Result;
use crate::formats::json::{check_corrupt_type, check_only_corrupt_column, check_whole};
use crate::formats::{Decoder, Defaults, Format, InferRules, Opened, ROWS_A_BATCH, Request};
use crate::types::{DataType, StructField, StructType};

/// Spark's XML reader with its options.
#[derive(Debug)]
pub struct XmlFormat {
    options: XmlOptions,
}

impl XmlFormat {
    pub fn new(options: &[(String, String)], defaults: &Defaults) -> Result<Self> {
        let options = XmlOptions::new(options, defaults)?;
        Ok(Self { options })
    }
}

impl Format for XmlFormat {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn is_text(&self) -> bool {
        true
    }

    fn infer(
        &self,
        files: &mut dyn Iterator<Item = Result<Opened>>,
        rules: &InferRules,
    ) -> Result<Option<StructType>> {
        self.options.row_tag()?;
        if let Some(name) = &self.options.whole {
            let field = StructField::new(name.clone(), DataType::Variant, true);
            return Ok(Some(StructType::new([field])));
        }
        let mut inference = Inference::new(&self.options, rules.case_sensitive)?;
        let mut any = false;
        for file in files {
            any = true;
            let added = file
                .and_then(Opened::into_bytes)
                .and_then(|bytes| inference.add_file(&bytes));
            match added {
                Err(_) if rules.ignore_corrupt => {}
                added => added?,
            }
        }
        Ok(any.then(|| inference.finish()))
    }

    fn check_schema(&self, schema: &StructType) -> Result<()> {
        check_corrupt_type(schema, &self.options.corrupt_column)?;
        let Some(whole) = &self.options.whole else {
            return Ok(());
        };
        check_whole(schema, whole, &self.options.corrupt_column)
    }

    fn decoder(&self, request: &Request) -> Result<Decoder> {
        self.options.row_tag()?;
        let wanted = request.wanted();
        let names: Vec<_> = wanted.fields.iter().map(|f| f.name.as_str()).collect();
        check_only_corrupt_column(&names, &self.options.corrupt_column)?;
        let sensitive = request.case_sensitive;
        let decoder = XmlDecoder::new(&wanted, &self.options, sensitive, ROWS_A_BATCH)?;
        Ok(Decoder::Lines(Box::new(decoder)))
    }
}
