//! Columns that a read of files has beside those of its schema, and that come forth
//! only where they are named: `_metadata`, `input_file_name()` and its kin.
//!
//! A leaf of files offers them behind its schema. Where an expression names one, the
//! plan below is rebuilt so that it lets the column through.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray, StructArray, TimestampMicrosecondArray};
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, Projection, Union};

use super::expression::{Resolver, Typed};
use super::names::same;
use super::{Attribute, column, column_name, engine, fresh_id};
use crate::error::{Result, SparkError};
use crate::plan::{Call, ExprId, Literal};
use crate::types::{DataType, StructField, StructType};

const METADATA: &str = "_metadata";
/// As the leaf calls them: a file may have a column of the name that users write.
pub const HIDDEN_METADATA: &str = "#_metadata";
pub const HIDDEN_FILE_NAME: &str = "#input_file_name";

/// The columns that were let through so far.
#[derive(Default)]
pub(super) struct Exposed(Vec<(&'static str, Way, ExprId)>);

/// How far above the files a column is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Wherever their rows are rows still.
    Column,
    /// While a row is read: no further than what works on rows one by one, and unions.
    Reading,
}

impl Resolver<'_, '_> {
    /// The column `_metadata` of the files below, if that is what the name means.
    pub(super) fn file_metadata(&mut self, name: &str) -> Result<Option<Typed>> {
        if !same(name, METADATA, self.case_sensitive()) {
            return Ok(None);
        }
        let Some(id) = self.expose(HIDDEN_METADATA, Way::Column)? else {
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
        if sources(&self.plan) > 1 {
            return Err(SparkError::new(
                "MULTI_SOURCES_UNSUPPORTED_FOR_EXPRESSION",
                &[("expr", &format!("\"{text}\""))],
            )
            .with_context(";"));
        }
        let part = match name {
            "input_file_block_start" => "file_block_start",
            "input_file_block_length" => "file_block_length",
            _ => {
                let expr = match self.expose(HIDDEN_FILE_NAME, Way::Reading)? {
                    Some(id) => column(id),
                    None => Physical::Literal(ScalarValue::from(""), None),
                };
                return Ok(Typed::new(expr, DataType::String, false, text));
            }
        };
        let expr = match self.expose(HIDDEN_METADATA, Way::Reading)? {
            Some(id) => {
                let of = Typed::of(&attribute(id));
                let key = Typed::constant(Literal::String(part.into()))?;
                self.extract_typed(of, key)?.expr
            }
            None => Physical::Literal(ScalarValue::Int64(Some(-1)), None),
        };
        Ok(Typed::new(expr, DataType::Long, false, text))
    }

    fn expose(&mut self, name: &'static str, way: Way) -> Result<Option<ExprId>> {
        let known = |(known, by, _): &&(&'static str, Way, ExprId)| (*known, *by) == (name, way);
        if let Some((_, _, id)) = self.exposed.0.iter().find(known) {
            return Ok(Some(*id));
        }
        let id = fresh_id();
        match exposing(&self.plan, name, id, way)? {
            None => Ok(None),
            Some(plan) => {
                self.plan = Arc::new(plan);
                self.exposed.0.push((name, way, id));
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
        && exposing(plan, HIDDEN_METADATA, fresh_id(), Way::Column)
            .is_ok_and(|found| found.is_some())
}

/// The plan with the leaf's column let through as `#id`; `None` where no leaf below
/// has it, or something on the way holds it back.
fn exposing(plan: &LogicalPlan, name: &str, id: ExprId, way: Way) -> Result<Option<LogicalPlan>> {
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
            let Some(input) = exposing(&projection.input, name, id, way)? else {
                return Ok(None);
            };
            exprs.push(column(id));
            let new = engine(Projection::try_new(exprs, Arc::new(input)))?;
            Ok(Some(LogicalPlan::Projection(new)))
        }
        LogicalPlan::Sort(_) | LogicalPlan::Limit(_) | LogicalPlan::Repartition(_)
            if way == Way::Reading =>
        {
            Ok(None)
        }
        LogicalPlan::Union(union) if way == Way::Reading => of_union(union, name, id),
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_) => {
            let inputs = plan.inputs();
            let Some(first) = inputs.first() else {
                return Ok(None);
            };
            let Some(input) = exposing(first, name, id, way)? else {
                return Ok(None);
            };
            engine(plan.with_new_exprs(plan.expressions(), vec![input])).map(Some)
        }
        _ => Ok(None),
    }
}

/// The column of all sides of a union, those of no file among them.
fn of_union(union: &Union, name: &str, id: ExprId) -> Result<Option<LogicalPlan>> {
    let mut sides = Vec::with_capacity(union.inputs.len());
    for side in &union.inputs {
        sides.push(exposing(side, name, id, Way::Reading)?);
    }
    if sides.iter().all(Option::is_none) {
        return Ok(None);
    }
    let nowhere = match name {
        HIDDEN_METADATA => no_file()?,
        _ => ScalarValue::from(""),
    };
    let mut inputs = Vec::with_capacity(sides.len());
    for (side, plain) in sides.into_iter().zip(&union.inputs) {
        inputs.push(Arc::new(match side {
            Some(side) => side,
            None => {
                let columns = plain.schema().columns().into_iter().map(Physical::Column);
                let missing = Physical::Literal(nowhere.clone(), None).alias(column_name(id));
                let all = columns.chain([missing]).collect();
                let input = Arc::clone(plain);
                LogicalPlan::Projection(engine(Projection::try_new(all, input))?)
            }
        }));
    }
    let union = engine(Union::try_new(inputs))?;
    Ok(Some(LogicalPlan::Union(union)))
}

/// What is said of rows that come from no file.
fn no_file() -> Result<ScalarValue> {
    let DataType::Struct(fields) = metadata_type() else {
        return Err(super::internal("_metadata is a struct"));
    };
    let text = || -> ArrayRef { Arc::new(StringArray::from(vec![""])) };
    let number = |value| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) };
    let moment = TimestampMicrosecondArray::from(vec![0]);
    let moment = Arc::new(moment.with_timezone(crate::types::STORAGE_TIME_ZONE));
    let columns = vec![text(), text(), number(0), number(-1), number(-1), moment];
    StructArray::try_new(fields.arrow_fields(), columns, None)
        .map(|value| ScalarValue::Struct(Arc::new(value)))
        .map_err(super::internal)
}

/// How many reads of files give rows at once: those of a union do so in turn.
fn sources(plan: &LogicalPlan) -> usize {
    if let LogicalPlan::TableScan(scan) = plan {
        let schema = &scan.projected_schema;
        let is_files = schema.field_with_unqualified_name(HIDDEN_FILE_NAME).is_ok();
        return usize::from(is_files);
    }
    let below = plan.inputs().into_iter().map(sources);
    match plan {
        LogicalPlan::Union(_) => below.max().unwrap_or(0),
        _ => below.sum(),
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
