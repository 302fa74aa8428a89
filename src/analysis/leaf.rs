//! Leaves: rows that the program holds, ranges, tables, and the one row of a query that
//! reads none. Columns get ids in place of names.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema};
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::common::{Column, TableReference};
use datafusion::logical_expr::{
    EmptyRelation, Expr as Physical, LogicalPlan, Projection, TableScanBuilder,
};

use super::partitions::of_rows;
use super::{Attribute, Resolved, Source, column_name, engine, fresh_id, internal};
use crate::engine::local::LocalRows;
use crate::engine::partitions::{even, of_batches};
use crate::engine::range::RangeRows;
use crate::engine::scan::ScanTable;
use crate::error::Result;
use crate::plan::{LocalData, Slices};
use crate::types::{DataType, StructField, StructType};

pub(super) fn one_row() -> Result<Resolved> {
    let plan = LogicalPlan::EmptyRelation(EmptyRelation {
        produce_one_row: true,
        schema: Arc::new(datafusion::common::DFSchema::empty()),
    });
    Ok(Resolved {
        plan: Arc::new(plan),
        output: Vec::new(),
        streaming: false,
    })
}

pub(super) fn local(data: &LocalData, parallelism: usize) -> Result<Resolved> {
    // Names may repeat; the engine's may not.
    let fields: Vec<_> = data
        .schema
        .fields
        .iter()
        .enumerate()
        .map(|(i, f)| Field::new(format!("c{i}"), f.data_type.to_arrow(), f.nullable))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let batches = data
        .batches
        .iter()
        .map(|batch| {
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(
                Arc::clone(&schema),
                batch.columns().to_vec(),
                &options,
            )
            .map_err(internal)
        })
        .collect::<Result<Vec<_>>>()?;
    let rows = LocalRows::new(Arc::new(batches));
    let rows = Arc::new(match data.slices {
        Slices::One => rows,
        Slices::Even => rows.cut(|rows| even(rows, of_rows(rows, parallelism))),
        Slices::Batches => rows.cut(|rows| of_batches(rows, parallelism)),
    });
    let source = Source {
        schema: data.schema.clone(),
        provider: Arc::new(ScanTable::new(schema, rows)),
        streaming: false,
    };
    scan("local", source)
}

pub(super) fn range(start: i64, end: i64, step: i64, partitions: usize) -> Result<Resolved> {
    let schema = StructType::new([StructField::new("id", DataType::Long, false)]);
    let rows = Arc::new(RangeRows::new(start, end, step, partitions));
    let provider = Arc::new(ScanTable::new(RangeRows::schema(), rows));
    scan(
        "range",
        Source {
            schema,
            provider,
            streaming: false,
        },
    )
}

/// A scan whose columns are renamed to their ids. Positions matter, not names: the
/// names of a source may repeat.
pub(super) fn scan(name: &str, source: Source) -> Result<Resolved> {
    let table = TableReference::bare(name);
    let provider = provider_as_source(source.provider);
    let scan = engine(TableScanBuilder::new(table, provider).build())?;
    let columns: Vec<Column> = scan.projected_schema.columns();
    let mut exprs = Vec::with_capacity(columns.len());
    let mut output = Vec::with_capacity(columns.len());
    for (column, field) in columns.into_iter().zip(source.schema.fields.iter()) {
        let id = fresh_id();
        exprs.push(Physical::Column(column).alias(column_name(id)));
        output.push(Attribute {
            id,
            name: field.name.clone(),
            data_type: field.data_type.clone(),
            nullable: field.nullable,
            qualifier: Vec::new(),
            metadata: field.metadata.clone(),
        });
    }
    let scan = Arc::new(LogicalPlan::TableScan(scan));
    let projection = engine(Projection::try_new(exprs, scan))?;
    Ok(Resolved {
        plan: Arc::new(LogicalPlan::Projection(projection)),
        output,
        streaming: source.streaming,
    })
}
