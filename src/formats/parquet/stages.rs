//! The conditions of a read as they are known by now, in the order in which they are asked:
//! those of numbers before those of texts, which are dear to decode, and of each kind those
//! that became known later last, and these only as long as they leave out enough to be worth
//! their time. Knows nothing of how columns are decoded.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{and, prep_null_mask_filter};
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_expr::utils::{collect_columns, reassign_expr_columns};
use datafusion::physical_expr_common::physical_expr::{
    snapshot_generation, snapshot_physical_expr,
};
use hashbrown::HashSet;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;

use super::super::border::{Condition, Force, Request};
use super::prune;
use crate::error::{Result, SparkError};

/// After so many rows it is known whether a later condition is worth its time …
const ROWS_TRIED: usize = 200_000;
/// … which it is where it leaves out a row in so many.
const WORTH: usize = 5;

/// Whether there are conditions to ask row by row.
pub(super) fn are_asked(request: &Request) -> bool {
    request.filters.iter().any(|c| c.force != Force::Hint)
}

/// The conditions at one moment, and what follows from them.
pub(super) struct Known {
    generation: u64,
    pub(super) stages: Vec<Stage>,
    /// Of each row group of the file whether it may hold a wanted row.
    kept: Vec<bool>,
}

impl Known {
    /// Before anything was asked.
    pub(super) fn nothing() -> Self {
        Self {
            generation: 0,
            stages: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// Takes the conditions as they are now.
    pub(super) fn learn(
        &mut self,
        metadata: &ArrowReaderMetadata,
        request: &Request,
    ) -> Result<()> {
        let later = request.filters.iter().filter(|c| c.force == Force::Later);
        let generation = later.fold(1, |sum: u64, c| {
            sum.wrapping_add(snapshot_generation(&c.expr))
        });
        if self.generation == generation {
            return Ok(());
        }
        let conditions = request
            .filters
            .iter()
            .map(|condition| {
                let expr = snapshot_physical_expr(Arc::clone(&condition.expr));
                Ok(Condition {
                    expr: expr.map_err(SparkError::internal)?,
                    force: condition.force,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        *self = Self {
            generation,
            kept: prune::kept(metadata, request, &conditions),
            stages: stages(&conditions, request)?,
        };
        Ok(())
    }

    pub(super) fn may_hold(&self, group: usize) -> bool {
        self.kept.get(group) != Some(&false)
    }
}

/// Conditions that are asked together.
pub(super) struct Stage {
    /// Its place in the request, of one that became known later.
    pub(super) later: Option<usize>,
    conditions: Vec<Arc<dyn PhysicalExpr>>,
    /// Their columns, in the storage of the request.
    pub(super) columns: SchemaRef,
}

impl Stage {
    fn new(
        conditions: Vec<&Arc<dyn PhysicalExpr>>,
        later: Option<usize>,
        request: &Request,
    ) -> Result<Self> {
        let mut used: Vec<usize> = conditions
            .iter()
            .flat_map(|expr| collect_columns(expr))
            .map(|column| column.index())
            .collect();
        used.sort_unstable();
        used.dedup();
        let columns = request.filter_schema.project(&used);
        let columns = columns.map_err(SparkError::internal)?;
        let conditions = conditions
            .into_iter()
            .map(|expr| reassign_expr_columns(Arc::clone(expr), &columns))
            .collect::<datafusion::common::Result<_>>()
            .map_err(SparkError::internal)?;
        Ok(Self {
            later,
            conditions,
            columns: Arc::new(columns),
        })
    }

    /// Of each row whether it meets all conditions.
    pub(super) fn ask(&self, batch: &RecordBatch) -> Result<BooleanArray> {
        let mut met: Option<BooleanArray> = None;
        for condition in &self.conditions {
            let answer = condition
                .evaluate(batch)
                .and_then(|value| value.into_array(batch.num_rows()))
                .map_err(SparkError::internal)?;
            let answer = answer.as_boolean();
            let answer = match answer.null_count() {
                0 => answer.clone(),
                _ => prep_null_mask_filter(answer),
            };
            met = Some(match met {
                None => answer,
                Some(met) => and(&met, &answer).map_err(SparkError::internal)?,
            });
        }
        let all = || BooleanArray::from(vec![true; batch.num_rows()]);
        Ok(met.unwrap_or_else(all))
    }
}

/// How a later condition did.
#[derive(Clone, Default)]
pub(super) struct Tried {
    pub(super) asked: usize,
    pub(super) left: usize,
}

impl Tried {
    pub(super) fn is_worth(&self) -> bool {
        self.asked < ROWS_TRIED || self.left < self.asked - self.asked / WORTH
    }
}

fn stages(conditions: &[Condition], request: &Request) -> Result<Vec<Stage>> {
    let exact = conditions.iter().filter(|c| c.force == Force::Exact);
    let (cheap, dear): (Vec<_>, Vec<_>) = exact
        .map(|c| &c.expr)
        .partition(|expr| is_cheap(expr, &request.filter_schema));
    let later = conditions.iter().enumerate();
    let later = later.filter(|(_, c)| c.force == Force::Later && !is_true(&c.expr));
    let (cheap_later, dear_later): (Vec<_>, Vec<_>) =
        later.partition(|(_, c)| is_cheap(&c.expr, &request.filter_schema));
    let mut stages = Vec::new();
    let cheap = match cheap.is_empty() {
        true => Vec::new(),
        false => vec![cheap],
    };
    for (exact, later) in [(cheap, cheap_later), (by_columns(dear), dear_later)] {
        for together in exact {
            stages.push(Stage::new(together, None, request)?);
        }
        for (at, condition) in later {
            stages.push(Stage::new(vec![&condition.expr], Some(at), request)?);
        }
    }
    Ok(stages)
}

/// Conditions of the same columns together, each of others after them: of the rows that one
/// leaves out the next one's columns are not decoded.
fn by_columns(conditions: Vec<&Arc<dyn PhysicalExpr>>) -> Vec<Vec<&Arc<dyn PhysicalExpr>>> {
    let mut found: Vec<(HashSet<_>, Vec<_>)> = Vec::new();
    for condition in conditions {
        let columns = collect_columns(condition);
        match found.iter_mut().find(|(known, _)| *known == columns) {
            Some((_, together)) => together.push(condition),
            None => found.push((columns, vec![condition])),
        }
    }
    found.into_iter().map(|(_, together)| together).collect()
}

/// Whether all of its columns have values of one length.
fn is_cheap(expr: &Arc<dyn PhysicalExpr>, schema: &Schema) -> bool {
    let fields = schema.fields();
    collect_columns(expr).iter().all(|column| {
        let field = fields.get(column.index());
        field.is_some_and(|field| field.data_type().primitive_width().is_some())
    })
}

/// Whether nothing is known of it yet.
fn is_true(expr: &Arc<dyn PhysicalExpr>) -> bool {
    let literal = expr.downcast_ref::<Literal>();
    literal.is_some_and(|literal| literal.value() == &ScalarValue::Boolean(Some(true)))
}
