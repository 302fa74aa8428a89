//! Nodes in which functions of the user's run: calls over columns, over all batches of a
//! table, over its groups.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::Field;
use datafusion::common::{DFSchema, DFSchemaRef, Result as EngineResult};
use datafusion::logical_expr::{
    Expr as Physical, LogicalPlan, Projection, UserDefinedLogicalNodeCore,
};

use super::expression::Resolver;
use super::groups::{GroupedInput, produced};
use super::partitions::{fresh_name, numbered, partitions_of};
use super::stream_node::{extension, only};
use super::{Analyzer, Attribute, Resolved, column_name, engine, fresh_id};
use crate::error::{Result, SparkError};
use crate::plan::foreign_function::{BatchMapSpec, ForeignCall, GroupMapSpec};
use crate::plan::{Expr, ExprId, Plan};
use crate::types::{StructField, StructType};

/// Calls whose results are columns beside those of the input.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignEvalNode {
    pub input: LogicalPlan,
    /// What the calls are of; their arguments are positions among these.
    pub args: Vec<Physical>,
    /// Of one family.
    pub calls: Vec<(ForeignCall, ExprId)>,
    pub schema: DFSchemaRef,
}

impl Eq for ForeignEvalNode {}

impl Hash for ForeignEvalNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.input, &self.args).hash(state);
    }
}

impl PartialOrd for ForeignEvalNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl ForeignEvalNode {
    pub fn new(
        input: LogicalPlan,
        args: Vec<Physical>,
        calls: Vec<(ForeignCall, ExprId)>,
    ) -> EngineResult<Self> {
        let own = input.schema().iter();
        let mut fields: Vec<_> = own
            .map(|(table, field)| (table.cloned(), Arc::clone(field)))
            .collect();
        for (call, id) in &calls {
            let returns = call.functions.last().map(|f| f.0.returns().to_arrow());
            let returns = returns.unwrap_or(arrow::datatypes::DataType::Null);
            let field = Arc::new(Field::new(column_name(*id), returns, true));
            fields.push((None, field));
        }
        let schema = Arc::new(DFSchema::new_with_metadata(fields, HashMap::new())?);
        Ok(Self {
            input,
            args,
            calls,
            schema,
        })
    }
}

impl UserDefinedLogicalNodeCore for ForeignEvalNode {
    fn name(&self) -> &str {
        "ArrowEvalPython"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Physical> {
        self.args.clone()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.calls.iter().map(|(call, id)| {
            let names: Vec<_> = call.functions.iter().map(|f| f.0.name()).collect();
            format!("{} AS {}", names.join(" then "), column_name(*id))
        });
        let calls: Vec<_> = calls.collect();
        write!(f, "ArrowEvalPython [{}]", calls.join(", "))
    }

    fn with_exprs_and_inputs(
        &self,
        args: Vec<Physical>,
        inputs: Vec<LogicalPlan>,
    ) -> EngineResult<Self> {
        Self::new(only(inputs)?, args, self.calls.clone())
    }

    /// What is wanted above, and what the arguments are made of.
    fn necessary_children_exprs(&self, wanted: &[usize]) -> Option<Vec<Vec<usize>>> {
        let schema = self.input.schema();
        let own = |at: &usize| *at < schema.fields().len();
        let mut wanted: Vec<_> = wanted.iter().copied().filter(own).collect();
        for arg in &self.args {
            for column in arg.column_refs() {
                wanted.push(schema.index_of_column(column).ok()?);
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        Some(vec![wanted])
    }
}

/// A function over all batches of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchMapNode {
    pub input: LogicalPlan,
    /// The columns that the function sees, by the engine's names.
    pub columns: Vec<String>,
    pub row_type: StructType,
    pub schema: DFSchemaRef,
    pub spec: BatchMapSpec,
    /// The input's column with the partition of a row, where there are several, and how
    /// many: the function runs once for each.
    pub partition: Option<(String, usize)>,
    /// The column with the partition of a row that the function gave, where somebody asks:
    /// the last.
    pub out: Option<String>,
}

impl BatchMapNode {
    /// The same with the numbers of partitions as a column.
    pub(super) fn told(&self, name: &str) -> Result<Self> {
        let own = self.schema.iter();
        let mut fields: Vec<_> = own
            .map(|(table, field)| (table.cloned(), Arc::clone(field)))
            .collect();
        let number = Field::new(name, arrow::datatypes::DataType::Int32, false);
        fields.push((None, Arc::new(number)));
        let schema = engine(DFSchema::new_with_metadata(fields, HashMap::new()))?;
        Ok(Self {
            schema: Arc::new(schema),
            out: Some(name.to_string()),
            ..self.clone()
        })
    }
}

/// A function over the groups of its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMapNode {
    pub inputs: Vec<LogicalPlan>,
    pub grouped: Vec<GroupedInput>,
    pub schema: DFSchemaRef,
    pub spec: GroupMapSpec,
}

impl Hash for BatchMapNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.input, &self.columns).hash(state);
    }
}

impl PartialOrd for BatchMapNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl Hash for GroupMapNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.inputs, &self.grouped).hash(state);
    }
}

impl PartialOrd for GroupMapNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.inputs.partial_cmp(&other.inputs)
    }
}

impl UserDefinedLogicalNodeCore for BatchMapNode {
    fn name(&self) -> &str {
        self.spec.title
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Physical> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec.title)
    }

    fn with_exprs_and_inputs(
        &self,
        _: Vec<Physical>,
        inputs: Vec<LogicalPlan>,
    ) -> EngineResult<Self> {
        Ok(Self {
            input: only(inputs)?,
            ..self.clone()
        })
    }
}

impl UserDefinedLogicalNodeCore for GroupMapNode {
    fn name(&self) -> &str {
        self.spec.title
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Physical> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec.title)
    }

    fn with_exprs_and_inputs(
        &self,
        _: Vec<Physical>,
        inputs: Vec<LogicalPlan>,
    ) -> EngineResult<Self> {
        Ok(Self {
            inputs,
            ..self.clone()
        })
    }
}

impl Analyzer<'_> {
    pub(super) fn batch_map(&mut self, input: &Arc<Plan>, spec: &BatchMapSpec) -> Result<Resolved> {
        let child = self.relation(input)?;
        let (output, schema) = columns_of(&spec.output)?;
        let mut node = BatchMapNode {
            input: (*child.plan).clone(),
            columns: child.output.iter().map(|a| column_name(a.id)).collect(),
            row_type: child.schema(),
            schema,
            spec: spec.clone(),
            partition: None,
            out: None,
        };
        let (parallelism, settings) = (self.context.options.parallelism, &self.context.settings);
        let parts = partitions_of(&child, parallelism);
        if parts != 1 {
            let name = fresh_name();
            node.input = numbered(&node.input, &name, parallelism, settings)?;
            node.partition = Some((name, parts));
        }
        Ok(Resolved {
            plan: Arc::new(extension(node)),
            output,
            streaming: child.streaming,
        })
    }

    pub(super) fn group_map(
        &mut self,
        inputs: &[(Arc<Plan>, Vec<Expr>)],
        spec: &GroupMapSpec,
    ) -> Result<Resolved> {
        let (output, schema) = columns_of(&spec.output)?;
        let mut node = GroupMapNode {
            inputs: Vec::with_capacity(inputs.len()),
            grouped: Vec::with_capacity(inputs.len()),
            schema,
            spec: spec.clone(),
        };
        let mut streaming = false;
        for (input, keys) in inputs {
            let child = self.relation(input)?;
            streaming |= child.streaming;
            let (plan, grouped) = self.with_keys(&child, keys)?;
            node.inputs.push(plan);
            node.grouped.push(grouped);
        }
        let types = |grouped: &GroupedInput| {
            let fields = grouped.key_type.fields.iter();
            fields.map(|f| f.data_type.clone()).collect::<Vec<_>>()
        };
        if let [left, right] = node.grouped.as_slice()
            && types(left) != types(right)
        {
            let feature = "a cogroup by keys of other types";
            return Err(SparkError::not_implemented(feature));
        }
        Ok(Resolved {
            plan: Arc::new(extension(node)),
            output,
            streaming,
        })
    }

    /// The input with its keys among the columns, and which ones they are.
    fn with_keys(
        &mut self,
        child: &Resolved,
        keys: &[Expr],
    ) -> Result<(LogicalPlan, GroupedInput)> {
        let mut resolver = Resolver::new(self, child);
        let typed = resolver.resolve_all(keys)?;
        let plan = resolver.into_input(child)?;
        let mut columns: Vec<_> = child.output.iter().map(Attribute::column).collect();
        let (mut names, mut fields) = (Vec::new(), Vec::new());
        for key in typed {
            let id = key.attribute.unwrap_or_else(fresh_id);
            names.push(column_name(id));
            fields.push(StructField::new(key.column_name(), key.data_type, true));
            if key.attribute.is_none() {
                columns.push(key.expr.alias(column_name(id)));
            }
        }
        let grouped = GroupedInput {
            keys: names,
            columns: child.output.iter().map(|a| column_name(a.id)).collect(),
            key_type: StructType::new(fields),
            row_type: child.schema(),
        };
        let projection = engine(Projection::try_new(columns, plan))?;
        Ok((LogicalPlan::Projection(projection), grouped))
    }
}

/// New columns of a schema, for the user and for the engine.
fn columns_of(schema: &StructType) -> Result<(Vec<Attribute>, DFSchemaRef)> {
    let output = produced(schema);
    let field = |a: &Attribute| StructField::new(column_name(a.id), a.data_type.clone(), true);
    let arrow = StructType::new(output.iter().map(field)).to_arrow();
    Ok((output, Arc::new(engine(DFSchema::try_from(arrow))?)))
}
