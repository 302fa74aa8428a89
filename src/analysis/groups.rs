//! `applyInPandasWithState` and `transformWithState`: a user's function over the
//! groups of a stream. What the function does with its state is its own business.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::common::{DFSchema, DFSchemaRef, Result as EngineResult};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, UserDefinedLogicalNodeCore};

use super::expression::Resolver;
use super::stream_node::extension;
use super::unsupported::OutputMode;
use super::watermark::DELAY;
use super::{Analyzer, Attribute, Resolved, column_name, engine, fresh_id, names};
use crate::error::{ErrorClass, Result, SparkError};
use crate::plan::groups::{GroupFunction, GroupSpec};
use crate::plan::{Expr, ExprId, Plan};
use crate::types::{StructField, StructType};

/// Which columns of an input the function sees, by the engine's names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupedInput {
    pub keys: Vec<String>,
    pub columns: Vec<String>,
    /// As the user knows them.
    pub key_type: StructType,
    pub row_type: StructType,
}

/// The function over its input, and over rows that begin its state.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupsNode {
    /// The stream; then the initial state, where there is one.
    pub inputs: Vec<LogicalPlan>,
    pub grouped: Vec<GroupedInput>,
    pub schema: DFSchemaRef,
    pub spec: Arc<GroupSpec>,
    /// The engine's name of the output's event time.
    pub event_time: Option<String>,
    /// Whether the stream has a watermark.
    pub marked: bool,
}

impl Eq for GroupsNode {}

impl Hash for GroupsNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.inputs, &self.grouped).hash(state);
    }
}

impl PartialOrd for GroupsNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.inputs.partial_cmp(&other.inputs)
    }
}

impl GroupsNode {
    /// As Spark calls the operator.
    pub fn title(&self) -> &'static str {
        match &self.spec.function {
            GroupFunction::State { .. } => "applyInPandasWithState",
            GroupFunction::Processor {
                in_pandas: true, ..
            } => "transformWithStateInPandas",
            GroupFunction::Processor { .. } => "transformWithState",
        }
    }

    /// The function's own output mode.
    pub fn mode(&self) -> Result<OutputMode> {
        OutputMode::parse(&self.spec.mode)
    }
}

impl UserDefinedLogicalNodeCore for GroupsNode {
    fn name(&self) -> &str {
        match &self.spec.function {
            GroupFunction::State { .. } => "FlatMapGroupsInPandasWithState",
            GroupFunction::Processor { .. } => "TransformWithStateInPySpark",
        }
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
        let keys = self.grouped.first().map_or(&[][..], |g| &g.keys);
        write!(
            f,
            "{} [{}], {} mode, {:?}",
            UserDefinedLogicalNodeCore::name(self),
            keys.join(", "),
            self.spec.mode,
            self.spec.timeout
        )
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
    pub(super) fn groups(
        &mut self,
        input: &Arc<Plan>,
        keys: &[Expr],
        spec: &Arc<GroupSpec>,
        initial: Option<&(Arc<Plan>, Vec<Expr>)>,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        check_mode(spec)?;
        let grouped = self.grouped(&child, keys)?;
        let marked = child.output.iter().any(|a| a.metadata.contains_key(DELAY));
        let mut node = GroupsNode {
            inputs: vec![(*child.plan).clone()],
            grouped: vec![grouped],
            schema: Arc::new(DFSchema::empty()),
            spec: Arc::clone(spec),
            event_time: None,
            marked,
        };
        if let Some((plan, keys)) = initial {
            self.add_initial(&mut node, plan, keys)?;
        }
        let mut output = produced(&spec.output);
        let fields: Vec<_> = output
            .iter()
            .map(|a| StructField::new(column_name(a.id), a.data_type.clone(), true))
            .collect();
        let schema = StructType::new(fields).to_arrow();
        node.schema = Arc::new(engine(DFSchema::try_from(schema))?);
        self.set_event_time(&mut node, &child, &mut output)?;
        Ok(Resolved {
            plan: Arc::new(extension(node)),
            output,
            streaming: child.streaming,
        })
    }

    /// The keys, which must be columns, as in Spark.
    fn grouped(&mut self, child: &Resolved, keys: &[Expr]) -> Result<GroupedInput> {
        let mut resolver = Resolver::new(self, child);
        let mut found: Vec<&Attribute> = Vec::new();
        for key in keys {
            let value = resolver.resolve(key)?;
            let own = |id: ExprId| child.output.iter().find(|a| a.id == id);
            let Some(attribute) = value.attribute.and_then(own) else {
                return Err(names::unresolved(&[value.text], &child.output));
            };
            found.push(attribute);
        }
        let name = |a: &Attribute| column_name(a.id);
        let field = |a: &Attribute| StructField::new(&a.name, a.data_type.clone(), true);
        Ok(GroupedInput {
            keys: found.iter().map(|a| name(a)).collect(),
            columns: child.output.iter().map(name).collect(),
            key_type: StructType::new(found.iter().map(|a| field(a))),
            row_type: StructType::new(child.output.iter().map(field)),
        })
    }

    fn add_initial(
        &mut self,
        node: &mut GroupsNode,
        plan: &Arc<Plan>,
        keys: &[Expr],
    ) -> Result<()> {
        let initial = self.relation(plan)?;
        if initial.streaming {
            return Err(super::unsupported::refused(
                "Non-streaming DataFrame/Dataset is not supported as the initial state in transformWithState operation on a streaming DataFrame/Dataset",
            ));
        }
        let grouped = self.grouped(&initial, keys)?;
        node.inputs.push((*initial.plan).clone());
        node.grouped.push(grouped);
        Ok(())
    }

    /// The column of the output that goes on as the event time.
    fn set_event_time(
        &self,
        node: &mut GroupsNode,
        child: &Resolved,
        output: &mut [Attribute],
    ) -> Result<()> {
        let GroupFunction::Processor {
            event_time: Some(name),
            ..
        } = &node.spec.function
        else {
            return Ok(());
        };
        if !node.marked {
            return Err(SparkError::new(
                "CANNOT_ASSIGN_EVENT_TIME_COLUMN_WITHOUT_WATERMARK",
                &[],
            ));
        }
        let case_sensitive = self.context.options.case_sensitive;
        let same = |a: &&mut Attribute| names::same(&a.name, name, case_sensitive);
        let Some(attribute) = output.iter_mut().find(same) else {
            let parts = std::slice::from_ref(name);
            return Err(names::unresolved(parts, output));
        };
        let mut delays = child.output.iter().filter_map(|a| a.metadata.get(DELAY));
        if let Some(delay) = delays.next() {
            attribute.metadata.insert(DELAY.into(), delay.clone());
        }
        node.event_time = Some(column_name(attribute.id));
        Ok(())
    }
}

fn check_mode(spec: &GroupSpec) -> Result<()> {
    // At this call Spark checks the mode before it looks at the plan.
    let mode = OutputMode::parse(&spec.mode)
        .map_err(|error| error.with_class(ErrorClass::IllegalArgument))?;
    let with_state = matches!(spec.function, GroupFunction::State { .. });
    if with_state && mode == OutputMode::Complete {
        return Err(SparkError::plain(
            ErrorClass::IllegalArgument,
            "The output mode of function should be append or update",
        ));
    }
    Ok(())
}

/// The columns that come out. What comes out of a state store may be null.
pub(super) fn produced(output: &StructType) -> Vec<Attribute> {
    let fields = output.fields.iter();
    fields
        .map(|field| Attribute {
            id: fresh_id(),
            name: field.name.clone(),
            data_type: field.data_type.as_nullable(),
            nullable: true,
            qualifier: Vec::new(),
            metadata: field.metadata.clone(),
        })
        .collect()
}
