//! Row groups that no row of the wanted can be in, by their statistics.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion::common::Column;
use datafusion::common::ScalarValue;
use datafusion::common::pruning::PruningStatistics;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;

use super::super::adapt::{position, stored};
use super::super::border::{Condition, Request};

/// Of each row group whether it may hold a wanted row.
pub(super) fn kept(
    metadata: &ArrowReaderMetadata,
    request: &Request,
    conditions: &[Condition],
) -> Vec<bool> {
    let count = metadata.metadata().num_row_groups();
    let mut kept = vec![true; count];
    let statistics = Groups { metadata, request };
    for condition in conditions {
        let builder =
            PruningPredicateBuilder::new().with_file_schema(Arc::clone(&request.filter_schema));
        let Some(predicate) = builder.build(Arc::clone(&condition.expr)) else {
            continue;
        };
        if let Ok(may_hold) = predicate.prune(&statistics) {
            for (kept, may_hold) in kept.iter_mut().zip(may_hold) {
                *kept &= may_hold;
            }
        }
    }
    kept
}

struct Groups<'a> {
    metadata: &'a ArrowReaderMetadata,
    request: &'a Request,
}

impl Groups<'_> {
    fn converter(&self, column: &Column) -> Option<StatisticsConverter<'_>> {
        let schema = self.metadata.schema();
        let at = position(schema.fields(), column.name(), self.request.case_sensitive)?;
        let name = schema.fields().get(at)?.name();
        StatisticsConverter::try_new(name, schema, self.metadata.parquet_schema()).ok()
    }

    /// As the type under which the condition knows the column.
    fn typed(&self, column: &Column, array: ArrayRef) -> Option<ArrayRef> {
        let field = self
            .request
            .filter_schema
            .field_with_name(column.name())
            .ok()?;
        stored(&array, field.data_type(), self.request.case_sensitive).ok()
    }
}

impl PruningStatistics for Groups<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        let found = self.converter(column)?;
        let groups = self.metadata.metadata().row_groups();
        self.typed(column, found.row_group_mins(groups).ok()?)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        let found = self.converter(column)?;
        let groups = self.metadata.metadata().row_groups();
        self.typed(column, found.row_group_maxes(groups).ok()?)
    }

    fn num_containers(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let found = self.converter(column)?;
        let groups = self.metadata.metadata().row_groups();
        let counts = found.row_group_null_counts(groups).ok()?;
        Some(Arc::new(counts))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let groups = self.metadata.metadata().row_groups().iter();
        let counts = groups.map(|g| u64::try_from(g.num_rows()).ok());
        Some(Arc::new(arrow::array::UInt64Array::from_iter(counts)))
    }

    fn contained(
        &self,
        _: &Column,
        _: &std::collections::HashSet<ScalarValue>,
    ) -> Option<BooleanArray> {
        None
    }
}
