//! `repartition` and its kin: rows are dealt to partitions as Spark deals them, and come in
//! the order of those. Which partition a row is in, only [`super::partitions`] asks.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType as ArrowType, Field};
use datafusion::common::{Column, DFSchema, DFSchemaRef, Result as EngineResult};
use datafusion::logical_expr::{
    Expr as Physical, Filter, LogicalPlan, Projection, UserDefinedLogicalNodeCore,
};

use super::expression::{Resolver, Typed};
use super::partitions::{count, fresh_name, located, numbered};
use super::project::Extended;
use super::sort::{check_order, nulls_first};
use super::stream_node::{extension, node_of, only};
use super::{Analyzer, Attribute, Resolved, column_name, engine, fresh_id};
use crate::engine::partitions::{Target, put_together};
use crate::error::Result;
use crate::functions::scalar::typing::unexpected;
use crate::plan::{Dealing, Expr, Plan, SortOrder};
use crate::types::DataType;

/// How rows come to their partitions. Those of a shuffle without a number are put together
/// again afterwards, if they may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Deal {
    Round(usize),
    /// The key is a hash.
    Hash {
        count: usize,
        together: bool,
    },
    /// Whether each key ascends, and whether its nulls come first.
    Range {
        count: usize,
        together: bool,
        order: Vec<(bool, bool)>,
    },
    /// The key is the partition, or a number that stands for it.
    Id(usize),
    /// Where each partition goes, and how many there are then.
    Fewer(Vec<Target>, usize),
}

/// Rows dealt to partitions, and in the order of those.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepartitionNode {
    pub input: LogicalPlan,
    pub deal: Deal,
    /// The input's columns by which it is done; they end here.
    pub keys: Vec<String>,
    /// The input's column with the partition that a row comes from, where it matters; it
    /// ends here, too.
    pub partition: Option<String>,
    /// The column with the partition that a row went to, where somebody asks: the last.
    pub out: Option<String>,
    /// How many partitions the input has.
    parts: usize,
    schema: DFSchemaRef,
}

impl RepartitionNode {
    fn new(input: LogicalPlan, deal: Deal, keys: Vec<String>, parts: usize) -> EngineResult<Self> {
        let mut node = Self {
            schema: Arc::clone(input.schema()),
            input,
            deal,
            keys,
            partition: None,
            out: None,
            parts,
        };
        node.schema = node.output()?;
        Ok(node)
    }

    /// How many partitions there are afterwards.
    pub fn count(&self) -> usize {
        match &self.deal {
            Deal::Hash { together: true, .. } | Deal::Range { together: true, .. } => 1,
            Deal::Hash { count, .. }
            | Deal::Range { count, .. }
            | Deal::Round(count)
            | Deal::Id(count)
            | Deal::Fewer(_, count) => *count,
        }
    }

    pub fn is_shuffle(&self) -> bool {
        !matches!(self.deal, Deal::Fewer(..))
    }

    /// Whether rows keep their order.
    pub fn keeps_order(&self) -> bool {
        match &self.deal {
            Deal::Fewer(targets, _) => {
                targets.is_sorted_by_key(|target| (target.partition, target.rank))
            }
            _ => false,
        }
    }

    /// Whether the partition that a row goes to hangs on the one that it comes from.
    pub(super) fn hangs_on_input(&self) -> bool {
        self.parts > 1 && !matches!(self.deal, Deal::Id(_))
    }

    /// The same with the numbers of partitions as a column.
    pub(super) fn told(mut self, name: &str) -> Result<Self> {
        self.out = Some(name.to_string());
        self.schema = engine(self.output())?;
        Ok(self)
    }

    /// Whether a column of the input ends here.
    pub fn hides(&self, name: &str) -> bool {
        self.partition.as_deref() == Some(name) || self.keys.iter().any(|key| key == name)
    }

    fn output(&self) -> EngineResult<DFSchemaRef> {
        let own = self.input.schema().iter();
        let mut fields: Vec<_> = own
            .filter(|(_, field)| !self.hides(field.name()))
            .map(|(table, field)| (table.cloned(), Arc::clone(field)))
            .collect();
        if let Some(name) = &self.out {
            let field = Field::new(name, ArrowType::Int32, false);
            fields.push((None, Arc::new(field)));
        }
        let schema = DFSchema::new_with_metadata(fields, HashMap::new())?;
        Ok(Arc::new(schema))
    }
}

impl PartialOrd for RepartitionNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for RepartitionNode {
    fn name(&self) -> &str {
        "Repartition"
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

    /// Conditions go below, as in Spark: rows are dealt out once some have gone.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        self.out.iter().cloned().collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match &self.deal {
            Deal::Round(_) => "round robin".to_string(),
            Deal::Hash { .. } => format!("hash {}", self.keys.join(", ")),
            Deal::Range { order, .. } => format!("range {} {order:?}", self.keys.join(", ")),
            Deal::Id(_) => format!("id {}", self.keys.join(", ")),
            Deal::Fewer(..) => "put together".to_string(),
        };
        write!(f, "Repartition {} ({by})", self.count())
    }

    fn with_exprs_and_inputs(
        &self,
        _: Vec<Physical>,
        inputs: Vec<LogicalPlan>,
    ) -> EngineResult<Self> {
        let mut node = Self {
            input: only(inputs)?,
            ..self.clone()
        };
        node.schema = node.output()?;
        Ok(node)
    }

    /// What is wanted above, and what rows are dealt by.
    fn necessary_children_exprs(&self, wanted: &[usize]) -> Option<Vec<Vec<usize>>> {
        let input = self.input.schema();
        let own = |at: &usize| {
            let (table, field) = self.schema.qualified_field(*at);
            (self.out.as_ref() != Some(field.name()))
                .then(|| input.index_of_column(&Column::new(table.cloned(), field.name())))
        };
        let found: EngineResult<Vec<usize>> = wanted.iter().filter_map(own).collect();
        let mut found = found.ok()?;
        let hidden = self.keys.iter().chain(&self.partition);
        for name in hidden {
            found.push(input.index_of_column_by_name(None, name)?);
        }
        found.sort_unstable();
        found.dedup();
        Some(vec![found])
    }
}

impl Analyzer<'_> {
    pub(super) fn repartition(&mut self, input: &Arc<Plan>, dealing: &Dealing) -> Result<Resolved> {
        let child = self.relation(input)?;
        match self.repartitioned(&child, dealing) {
            // By columns that the select list has not: they are there below it.
            Err(error) if error.condition().starts_with("UNRESOLVED_COLUMN") => {
                match self.repartition_beside(input, dealing, &[]) {
                    Ok(Some(extended)) => {
                        let plan = Self::keep(extended.plan, &extended.output)?;
                        Ok(Resolved {
                            plan,
                            ..(*child).clone()
                        })
                    }
                    _ => Err(error),
                }
            }
            other => other,
        }
    }

    /// The same with columns of the input's own input beside the others.
    pub(super) fn repartition_beside(
        &mut self,
        input: &Arc<Plan>,
        dealing: &Dealing,
        extra: &[Expr],
    ) -> Result<Option<Extended>> {
        let Dealing::Hash { count, keys } = dealing else {
            return Ok(None);
        };
        let mut all = extra.to_vec();
        all.extend_from_slice(keys);
        let Some(mut below) = self.with_extra(input, &all)? else {
            return Ok(None);
        };
        let mut beside = below.output.clone();
        let mut named = Vec::with_capacity(keys.len());
        for value in &below.extra {
            let Some(id) = value.attribute else {
                return Err(super::internal("what is beside columns is a column"));
            };
            let attribute = Attribute {
                id,
                name: value.column_name(),
                data_type: value.data_type.clone(),
                nullable: value.nullable,
                qualifier: Vec::new(),
                metadata: value.metadata.clone(),
            };
            named.push(Expr::bound(id, attribute.name.clone()));
            beside.push(attribute);
        }
        let dealing = Dealing::Hash {
            count: *count,
            keys: named.split_off(extra.len()),
        };
        let below_keys = Resolved {
            plan: Arc::clone(&below.plan),
            output: beside,
            streaming: below.streaming,
        };
        below.plan = self.repartitioned(&below_keys, &dealing)?.plan;
        below.extra.truncate(extra.len());
        Ok(Some(below))
    }

    fn repartitioned(&mut self, child: &Resolved, dealing: &Dealing) -> Result<Resolved> {
        let parallelism = self.context.options.parallelism;
        if let Dealing::Fewer(wanted) = dealing {
            let parts = count(&child.plan, parallelism);
            if child.streaming || *wanted >= parts {
                return Ok(child.clone());
            }
            let plan = match without(&child.plan, |node| !node.is_shuffle())? {
                Some(below) => below,
                None => (*child.plan).clone(),
            };
            let targets = put_together(&located(&plan, parallelism), *wanted);
            let deal = Deal::Fewer(targets, *wanted);
            return self.dealt(child, plan, deal, Vec::new());
        }
        let mut resolver = Resolver::new(self, child);
        let (deal, keys) = deal_of(&mut resolver, dealing)?;
        let plan = resolver.into_input(child)?;
        if child.streaming {
            // A micro-batch is computed together: there is nothing to deal out.
            return Ok(child.clone());
        }
        let plan = match without(&plan, |_| true)? {
            Some(below) => below,
            None => Arc::unwrap_or_clone(plan),
        };
        let names: Vec<_> = keys.iter().map(|_| column_name(fresh_id())).collect();
        let mut exprs: Vec<_> = child.output.iter().map(Attribute::column).collect();
        let keys = keys.into_iter().zip(&names);
        exprs.extend(keys.map(|(key, name)| key.expr.alias(name)));
        let plan = engine(Projection::try_new(exprs, Arc::new(plan)))?;
        self.dealt(child, LogicalPlan::Projection(plan), deal, names)
    }

    fn dealt(
        &self,
        child: &Resolved,
        plan: LogicalPlan,
        deal: Deal,
        keys: Vec<String>,
    ) -> Result<Resolved> {
        let parallelism = self.context.options.parallelism;
        let parts = count(&plan, parallelism);
        let mut node = engine(RepartitionNode::new(plan, deal, keys, parts))?;
        let matters = match &node.deal {
            Deal::Round(_) => true,
            Deal::Hash { together, .. } | Deal::Range { together, .. } => *together,
            Deal::Id(_) => false,
            Deal::Fewer(..) => !node.keeps_order(),
        };
        if matters && parts > 1 {
            let name = fresh_name();
            let settings = &self.context.settings;
            node.input = numbered(&node.input, &name, parallelism, settings)?;
            node.partition = Some(name);
            node.schema = engine(node.output())?;
        }
        Ok(Resolved {
            plan: Arc::new(extension(node)),
            ..child.clone()
        })
    }
}

fn deal_of(resolver: &mut Resolver<'_, '_>, dealing: &Dealing) -> Result<(Deal, Vec<Typed>)> {
    let options = &resolver.analyzer.context.options;
    let (of_shuffle, together) = (options.shuffle_partitions, options.adaptive);
    // Without a number, and rows that all have the same key.
    let shape = |wanted: &Option<usize>, keys: &[Typed]| match wanted {
        _ if keys.iter().all(|key| key.literal.is_some()) => (1, false),
        Some(count) => (*count, false),
        None => (of_shuffle, together),
    };
    Ok(match dealing {
        Dealing::Round(count) => (Deal::Round(*count), Vec::new()),
        Dealing::Hash { count, keys } => {
            let typed = resolver.resolve_all(keys)?;
            let (count, together) = shape(count, &typed);
            let hash = resolver.resolve(&Expr::call("hash", keys.iter().cloned()))?;
            (Deal::Hash { count, together }, vec![hash])
        }
        Dealing::Range { count, order } => {
            let mut keys = Vec::with_capacity(order.len());
            for key in order {
                let value = resolver.resolve(&key.expr)?;
                check_order(&value, key)?;
                keys.push(value);
            }
            let (count, together) = shape(count, &keys);
            let of = |key: &SortOrder| (key.ascending, nulls_first(key));
            let order = order.iter().map(of).collect();
            let deal = Deal::Range {
                count,
                together,
                order,
            };
            (deal, keys)
        }
        Dealing::Id { count, id } => {
            let id = resolver.resolve(id)?;
            if id.data_type != DataType::Integer {
                let name = "direct_shuffle_partition_id";
                return Err(unexpected(name, &[id.arg_type()], 0, "\"INT\""));
            }
            (Deal::Id(*count), vec![id])
        }
        Dealing::Fewer(count) => (Deal::Fewer(Vec::new(), *count), Vec::new()),
    })
}

/// What is below a node that deals rows out, if another one does so at once: nobody sees the
/// first.
fn without(
    plan: &LogicalPlan,
    is_meant: fn(&RepartitionNode) -> bool,
) -> Result<Option<LogicalPlan>> {
    if let LogicalPlan::Filter(filter) = plan {
        let Some(below) = without(&filter.input, is_meant)? else {
            return Ok(None);
        };
        let filter = Filter::try_new(filter.predicate.clone(), Arc::new(below));
        return Ok(Some(LogicalPlan::Filter(engine(filter)?)));
    }
    match node_of::<RepartitionNode>(plan) {
        Some(node) if is_meant(node) => {
            let own = plan.schema().columns();
            let exprs = own.into_iter().map(Physical::Column).collect();
            let below = Arc::new(node.input.clone());
            let projection = engine(Projection::try_new(exprs, below))?;
            Ok(Some(LogicalPlan::Projection(projection)))
        }
        _ => Ok(None),
    }
}
