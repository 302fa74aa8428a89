//! Tables cut into groups for functions of the user's: groups are sorted by their keys, nulls
//! first, and the rows of a group stay in their order; two tables have the groups of both.

use std::sync::Arc;

use arrow::array::{BooleanArray, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use arrow::row::{Row, RowConverter, Rows, SortField};

use super::foreign_exec::under;
use crate::engine::fold::one_zero;
use crate::engine::grouped::Grouped;
use crate::error::{Result, SparkError};
use crate::plan::foreign_function::ForeignGroups;
use crate::plan::groups::Groups;

/// A function over groups.
pub struct Groupwise {
    pub function: Arc<dyn ForeignGroups>,
    pub tables: Vec<GroupedTable>,
}

/// Where a table's keys are and what the function sees of it.
pub struct GroupedTable {
    pub keys: Vec<usize>,
    pub columns: Vec<usize>,
    pub key_schema: SchemaRef,
    pub row_schema: SchemaRef,
}

/// A table whose groups are sorted by their keys.
struct Sorted {
    keys: RecordBatch,
    rows: RecordBatch,
    /// The keys in a form that can be compared.
    bytes: Rows,
    groups: Grouped,
}

impl Sorted {
    /// The key of a group, and the first row that has it.
    fn head(&self, group: usize) -> Option<(Row<'_>, u32)> {
        let row = self.groups.first(group)?;
        Some((self.bytes.row(row as usize), row))
    }
}

impl Groupwise {
    pub fn call(&self, tables: &[Vec<RecordBatch>]) -> Result<Vec<RecordBatch>> {
        let converter = self.converter()?;
        let mut sorted = Vec::with_capacity(tables.len());
        for (table, batches) in self.tables.iter().zip(tables) {
            sorted.push(table.sorted(batches, &converter)?);
        }
        let groups = together(&sorted)?;
        match groups.first() {
            Some(first) if !first.is_empty() => self.function.call(groups),
            _ => Ok(Vec::new()),
        }
    }

    fn converter(&self) -> Result<RowConverter> {
        let fields = self.tables.first().map(|table| table.key_schema.fields());
        let fields = fields.into_iter().flatten();
        let mut fields: Vec<_> = fields
            .map(|field| SortField::new(field.data_type().clone()))
            .collect();
        if fields.is_empty() {
            fields.push(SortField::new(DataType::Boolean));
        }
        RowConverter::new(fields).map_err(SparkError::internal)
    }
}

impl GroupedTable {
    fn sorted(&self, batches: &[RecordBatch], converter: &RowConverter) -> Result<Sorted> {
        let part = |columns: &[usize], schema: &SchemaRef| {
            let Some(first) = batches.first() else {
                return Ok(RecordBatch::new_empty(Arc::clone(schema)));
            };
            let whole = concat_batches(&first.schema(), batches).map_err(SparkError::internal)?;
            under(
                &whole.project(columns).map_err(SparkError::internal)?,
                schema,
            )
        };
        let keys = part(&self.keys, &self.key_schema)?;
        let rows = part(&self.columns, &self.row_schema)?;
        let mut normal: Vec<_> = keys.columns().iter().map(one_zero).collect();
        if normal.is_empty() {
            // Without keys all rows are one group.
            normal.push(Arc::new(BooleanArray::from(vec![false; rows.num_rows()])));
        }
        let bytes = converter
            .convert_columns(&normal)
            .map_err(SparkError::internal)?;
        Ok(Sorted {
            groups: Grouped::of(&bytes),
            keys,
            rows,
            bytes,
        })
    }
}

/// The groups of all tables, by their keys in order; each table has all of them.
fn together(sorted: &[Sorted]) -> Result<Vec<Groups>> {
    // Of each table the group that comes next.
    let mut at = vec![0; sorted.len()];
    let mut starts = vec![vec![0]; sorted.len()];
    // For each group the table whose row has its key.
    let mut firsts: Vec<(usize, u32)> = Vec::new();
    loop {
        let heads = sorted.iter().zip(&at).enumerate();
        let heads = heads.filter_map(|(table, (s, at))| {
            let (key, row) = s.head(*at)?;
            Some((key, table, row))
        });
        let Some((key, table, row)) = heads.min_by(|a, b| a.0.cmp(&b.0)) else {
            break;
        };
        firsts.push((table, row));
        for ((s, at), starts) in sorted.iter().zip(&mut at).zip(&mut starts) {
            *at += usize::from(s.head(*at).is_some_and(|(its, _)| its == key));
            starts.push(s.groups.starts[*at]);
        }
    }
    let keys = keys_of(sorted, &firsts)?;
    let tables = sorted.iter().zip(starts);
    tables
        .map(|(s, starts)| {
            let order = UInt32Array::from(s.groups.order.clone());
            Ok(Groups {
                rows: taken(&s.rows, &order)?,
                keys: keys.clone(),
                starts,
            })
        })
        .collect()
}

fn keys_of(sorted: &[Sorted], firsts: &[(usize, u32)]) -> Result<RecordBatch> {
    let Some(first) = sorted.first() else {
        return Err(SparkError::internal("groups of no table"));
    };
    let schema = first.keys.schema();
    let mut columns = Vec::with_capacity(schema.fields().len());
    for column in 0..schema.fields().len() {
        let parts: Vec<_> = sorted
            .iter()
            .map(|s| s.keys.column(column).as_ref())
            .collect();
        let places: Vec<_> = firsts.iter().map(|(t, row)| (*t, *row as usize)).collect();
        let taken = arrow::compute::interleave(&parts, &places);
        columns.push(taken.map_err(SparkError::internal)?);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(firsts.len()));
    RecordBatch::try_new_with_options(schema, columns, &options).map_err(SparkError::internal)
}

fn taken(batch: &RecordBatch, order: &UInt32Array) -> Result<RecordBatch> {
    let columns = batch.columns().iter();
    let columns = columns.map(|column| take(column, order, None).map_err(SparkError::internal));
    let options = RecordBatchOptions::new().with_row_count(Some(order.len()));
    RecordBatch::try_new_with_options(batch.schema(), columns.collect::<Result<_>>()?, &options)
        .map_err(SparkError::internal)
}
