//! What hangs on a row's place in its partition: `monotonically_increasing_id`, samples. In
//! the only partition of a table a row's number is its id.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::Column;
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{
    Expr as Physical, Filter, LogicalPlan, LogicalPlanBuilder, Projection, WindowFrame,
    WindowFunctionDefinition, WindowUDF, cast, lit,
};

use super::draws::Draws;
use super::expression::{Resolver, Typed};
use super::stream_node::{RefusedNode, extension};
use super::{Analyzer, Context, Resolved, column, column_name, engine, fresh_id, partitions};
use crate::engine::numbered::numbered;
use crate::engine::{kernel_expr, row_ids};
use crate::error::{Result, SparkError};
use crate::functions::scalar::random::Uniform;
use crate::functions::scalar::typing::wrong_count;
use crate::functions::{Arg, Binding, Kernel, Settings};
use crate::plan::{Call, ExprId, Plan, text};
use crate::types::DataType;

const NO_IDS: &str = "Expression(s): monotonically_increasing_id() is not supported with streaming DataFrames/Datasets";
const NO_SAMPLES: &str = "Sampling is not supported on streaming DataFrames/Datasets";

impl Resolver<'_, '_> {
    /// `monotonically_increasing_id()` and `spark_partition_id()`; `None` for other calls.
    pub(super) fn row_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        if !matches!(
            name,
            "monotonically_increasing_id" | "spark_partition_id" | partitions::PARTITION_OF_ROWS
        ) {
            return Ok(None);
        }
        if !call.args.is_empty() {
            return Err(wrong_count(name, "0", call.args.len()));
        }
        let shown = text::call_text(name, &[], false);
        let parallelism = self.analyzer.context.options.parallelism;
        Ok(Some(if name != "monotonically_increasing_id" {
            let count = match name {
                partitions::PARTITION_OF_ROWS => partitions::count,
                _ => partitions::count_computed,
            };
            let is_one = self.streaming || count(&self.plan, parallelism) <= 1;
            let number = match is_one {
                true => lit(0_i32),
                false => {
                    let name = self.partition.get_or_insert_with(partitions::fresh_name);
                    partitions::named(name)
                }
            };
            Typed::new(number, DataType::Integer, false, shown)
        } else {
            let id = *self.row_number.get_or_insert_with(fresh_id);
            self.shows_ids = true;
            Typed::new(column(id), DataType::Long, false, shown)
        }))
    }
}

/// The plan of a stream with the number of each row of a batch, from 0, as one more column.
pub(super) fn attach_in_batches(plan: Arc<LogicalPlan>, id: ExprId) -> Result<Arc<LogicalPlan>> {
    let plan = numbered(Arc::unwrap_or_clone(plan), &column_name(id));
    Ok(Arc::new(engine(plan)?))
}

/// The plan with the id of each row as one more column: its number in its partition, from
/// 0, and above that the partition's.
pub(super) fn attach(
    plan: Arc<LogicalPlan>,
    id: ExprId,
    streaming: bool,
    context: &Context,
) -> Result<Arc<LogicalPlan>> {
    if streaming {
        let mut exprs = columns(&plan);
        exprs.push(lit(0_i64).alias(column_name(id)));
        let projection = LogicalPlan::Projection(engine(Projection::try_new(exprs, plan))?);
        return Ok(Arc::new(refusal(projection, NO_IDS)));
    }
    let (parallelism, settings) = (context.options.parallelism, &context.settings);
    if partitions::count_computed(&plan, parallelism) <= 1 {
        return number_rows(plan, &column_name(id));
    }
    let partition = partitions::fresh_name();
    let mut exprs = columns(&plan);
    let plan = partitions::numbered(&plan, &partition, parallelism, settings)?;
    let (plan, ids) = counted(plan, row_ids::row_id(), vec![partitions::named(&partition)])?;
    exprs.push(ids.alias(column_name(id)));
    let projection = engine(Projection::try_new(exprs, plan))?;
    Ok(Arc::new(LogicalPlan::Projection(projection)))
}

fn columns(plan: &LogicalPlan) -> Vec<Physical> {
    let columns = plan.schema().columns().into_iter();
    columns.map(Physical::Column).collect()
}

/// The plan with the number of each row, from 0, as one more column.
pub(super) fn number_rows(plan: Arc<LogicalPlan>, name: &str) -> Result<Arc<LogicalPlan>> {
    let mut exprs = columns(&plan);
    let (plan, number) = counted(Arc::unwrap_or_clone(plan), row_number_udwf(), vec![])?;
    let from_zero = cast(number, ArrowType::Int64) - lit(1_i64);
    exprs.push(from_zero.alias(name));
    let projection = engine(Projection::try_new(exprs, plan))?;
    Ok(Arc::new(LogicalPlan::Projection(projection)))
}

/// The plan with what a window function says of the rows as they come, and the column that
/// it is in.
fn counted(
    plan: LogicalPlan,
    function: Arc<WindowUDF>,
    args: Vec<Physical>,
) -> Result<(Arc<LogicalPlan>, Physical)> {
    let call = Physical::WindowFunction(Box::new(WindowFunction {
        fun: WindowFunctionDefinition::WindowUDF(function),
        params: WindowFunctionParams {
            args,
            partition_by: vec![],
            order_by: vec![],
            window_frame: WindowFrame::new(None),
            filter: None,
            null_treatment: None,
            distinct: false,
        },
    }));
    let said = Physical::Column(Column::new_unqualified(call.schema_name().to_string()));
    let plan = engine(LogicalPlanBuilder::window_plan(plan, vec![call]))?;
    Ok((Arc::new(plan), said))
}

fn refusal(plan: LogicalPlan, message: &str) -> LogicalPlan {
    extension(RefusedNode {
        schema: plan.schema().clone(),
        inputs: vec![plan],
        message: message.into(),
    })
}

fn call_of(
    name: &str,
    returns: DataType,
    kernel: Kernel,
    number: Physical,
    settings: &Settings,
) -> Physical {
    let binding = Binding {
        args: vec![DataType::Long],
        returns,
        nullable: false,
        kernel,
    };
    kernel_expr(name, binding, vec![number], settings)
}

impl Analyzer<'_> {
    /// The rows whose random number is in a range, as Spark's Bernoulli sampler draws them.
    pub(super) fn sample(
        &mut self,
        input: &Arc<Plan>,
        lower: f64,
        upper: f64,
        seed: i64,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        if child.streaming {
            let plan = refusal((*child.plan).clone(), NO_SAMPLES);
            return Ok(Resolved {
                plan: Arc::new(plan),
                ..(*child).clone()
            });
        }
        let id = fresh_id();
        let plan = attach(Arc::clone(&child.plan), id, false, self.context)?;
        let draws = draws(seed);
        let kernel: Kernel = Arc::new(move |args: &[Arg], rows: usize| {
            let numbers = uniforms(&draws, &args[0], rows);
            let inside = numbers
                .values()
                .iter()
                .map(|x| Some(*x >= lower && *x < upper));
            Ok(Arc::new(inside.collect::<BooleanArray>()) as ArrayRef)
        });
        let name = format!("sampled_{seed}_{}_{}", lower.to_bits(), upper.to_bits());
        let settings = &self.context.settings;
        let condition = call_of(&name, DataType::Boolean, kernel, column(id), settings);
        let filter = engine(Filter::try_new(condition, plan))?;
        let plan = Self::keep(Arc::new(LogicalPlan::Filter(filter)), &child.output)?;
        Ok(Resolved {
            plan,
            ..(*child).clone()
        })
    }

    /// The relation with a random number for each row as one more column.
    pub(super) fn with_uniform(
        &mut self,
        input: &Arc<Plan>,
        name: &str,
        seed: i64,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        if child.streaming {
            return Err(SparkError::not_implemented(
                "DataFrame.sampleBy on a stream",
            ));
        }
        let number = fresh_id();
        let plan = attach(Arc::clone(&child.plan), number, false, self.context)?;
        let draws = draws(seed);
        let kernel: Kernel = Arc::new(move |args: &[Arg], rows: usize| {
            Ok(Arc::new(uniforms(&draws, &args[0], rows)) as _)
        });
        let function = format!("uniform_{seed}");
        let settings = &self.context.settings;
        let call = call_of(
            &function,
            DataType::Double,
            kernel,
            column(number),
            settings,
        );
        let mut all: Vec<Typed> = child.output.iter().map(Typed::of).collect();
        all.push(Typed {
            name: Some(name.to_string()),
            ..Typed::new(call, DataType::Double, false, name.to_string())
        });
        let visible = all.len();
        Ok(super::project::emit(plan, all, visible, None, false)?.resolved())
    }
}

/// The random numbers of rows by their ids.
fn uniforms(draws: &Draws<Uniform, f64>, ids: &Arg, rows: usize) -> Float64Array {
    draws.of(ids, rows).into()
}

fn draws(seed: i64) -> Draws<Uniform, f64> {
    Draws::new(seed, Uniform::new, Uniform::next_double)
}
