//! Columns that a read of files has beside those of its schema, and that come forth
//! only where they are named: `_metadata`, `input_file_name()` and its kin.
//!
//! A leaf of files offers them behind its schema. Where an expression names one, the
//! plan below is rebuilt so that it lets the column through.

use std::sync::Arc;

use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, Projection};

use super::expression::{Resolver, Typed};
use super::names::same;
use super::{Attribute, column, column_name, engine, fresh_id};
use crate::error::Result;
use crate::plan::{Call, ExprId, Literal};
use crate::types::{DataType, StructField, StructType};

const METADATA: &str = "_metadata";
/// As the leaf calls them: a file may have a column of the name that users write.
pub const HIDDEN_METADATA: &str = "#_metadata";
pub const HIDDEN_FILE_NAME: &str = "#input_file_name";

/// The columns that were let through so far.
#[derive(Default)]
pub(super) struct Exposed(Vec<(&'static str, ExprId)>);

impl Resolver<'_, '_> {
    /// The column `_metadata` of the files below, if that is what the name means.
    pub(super) fn file_metadata(&mut self, name: &str) -> Result<Option<Typed>> {
        if !same(name, METADATA, self.case_sensitive()) {
            return Ok(None);
        }
        let Some(id) = self.expose(HIDDEN_METADATA)? else {
            return Ok(None);
        };
        Ok(Some(Typed::of(&attribute(id))))
    }

    /// The file that a row came from, or the part of it that is read in one go; the empty
    /// text and -1 where it came from none.
    pub(super) fn input_file(&mut self, name: &str, call: &Call) -> Result<Typed> {
        if !call.args.is_empty() {
            let count = call.args.len();
            return Err(crate::functions::scalar::typing::wrong_count(
                name, "0", count,
            ));
        }
        let text = format!("{name}()");
        let part = match name {
            "input_file_block_start" => "file_block_start",
            "input_file_block_length" => "file_block_length",
            _ => {
                let expr = match self.expose(HIDDEN_FILE_NAME)? {
                    Some(id) => column(id),
                    None => Physical::Literal(ScalarValue::from(""), None),
                };
                return Ok(Typed::new(expr, DataType::String, false, text));
            }
        };
        let expr = match self.expose(HIDDEN_METADATA)? {
            Some(id) => {
                let of = Typed::of(&attribute(id));
                let key = Typed::constant(Literal::String(part.into()))?;
                self.extract_from(of, key)?.expr
            }
            None => Physical::Literal(ScalarValue::Int64(Some(-1)), None),
        };
        Ok(Typed::new(expr, DataType::Long, false, text))
    }

    fn expose(&mut self, name: &'static str) -> Result<Option<ExprId>> {
        if let Some((_, id)) = self.exposed.0.iter().find(|(known, _)| *known == name) {
            return Ok(Some(*id));
        }
        let id = fresh_id();
        match exposing(&self.plan, name, id)? {
            None => Ok(None),
            Some(plan) => {
                self.plan = Arc::new(plan);
                self.exposed.0.push((name, id));
                Ok(Some(id))
            }
        }
    }
}

/// Whether `df["_metadata…"]` means the hidden column.
pub(super) fn names_metadata(parts: &[String], plan: &LogicalPlan, case_sensitive: bool) -> bool {
    parts
        .first()
        .is_some_and(|name| same(name, METADATA, case_sensitive))
        && exposing(plan, HIDDEN_METADATA, fresh_id()).is_ok_and(|found| found.is_some())
}

/// The plan with the leaf's column let through as `#id`; `None` where no leaf below
/// has it, or something on the way holds it back.
fn exposing(plan: &LogicalPlan, name: &str, id: ExprId) -> Result<Option<LogicalPlan>> {
    match plan {
        LogicalPlan::Projection(projection) => {
            let mut exprs = projection.expr.clone();
            if let LogicalPlan::TableScan(scan) = projection.input.as_ref() {
                if scan
                    .projected_schema
                    .field_with_unqualified_name(name)
                    .is_err()
                {
                    return Ok(None);
                }
                let hidden = Column::new(Some(scan.table_name.clone()), name);
                exprs.push(Physical::Column(hidden).alias(column_name(id)));
                let input = Arc::clone(&projection.input);
                let new = engine(Projection::try_new(exprs, input))?;
                return Ok(Some(LogicalPlan::Projection(new)));
            }
            let Some(input) = exposing(&projection.input, name, id)? else {
                return Ok(None);
            };
            exprs.push(column(id));
            let new = engine(Projection::try_new(exprs, Arc::new(input)))?;
            Ok(Some(LogicalPlan::Projection(new)))
        }
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_) => {
            let inputs = plan.inputs();
            let Some(first) = inputs.first() else {
                return Ok(None);
            };
            let Some(input) = exposing(first, name, id)? else {
                return Ok(None);
            };
            engine(plan.with_new_exprs(plan.expressions(), vec![input])).map(Some)
        }
        _ => Ok(None),
    }
}

fn attribute(id: ExprId) -> Attribute {
    let mut marks = serde_json::Map::new();
    marks.insert("__file_source_metadata_col".into(), true.into());
    marks.insert("__metadata_col".into(), METADATA.into());
    Attribute {
        id,
        name: METADATA.into(),
        data_type: metadata_type(),
        nullable: false,
        qualifier: Vec::new(),
        metadata: marks,
    }
}

/// What a file's particulars are.
pub fn metadata_type() -> DataType {
    let text = |name| StructField::new(name, DataType::String, false);
    let number = |name| StructField::new(name, DataType::Long, false);
    DataType::Struct(StructType::new([
        text("file_path"),
        text("file_name"),
        number("file_size"),
        number("file_block_start"),
        number("file_block_length"),
        StructField::new("file_modification_time", DataType::Timestamp, false),
    ]))
}
