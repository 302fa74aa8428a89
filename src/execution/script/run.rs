//! The steps of a script, one after the other.

use std::sync::Arc;

use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::ScalarValue;
use futures::future::BoxFuture;

use super::handle::Found;
use super::scopes::{Scope, Scopes};
use crate::error::{Result, SparkError};
use crate::execution::variables::Kept;
use crate::execution::{Session, Table};
use crate::plan::sql::{Block, Parameters, Piece, Script, Statement, Step, parse_in_script};
use crate::plan::{Expr, LocalData, Plan, Relation, Slices};
use crate::types::{DataType, StructType};

/// Where a script goes on.
enum Flow {
    On,
    /// After the body with this label.
    Leave(String),
    /// At the head of the loop with this label.
    Iterate(String),
    /// After the block at this depth, whose handler ran.
    Exit(usize),
}

/// A failure that handlers were asked for already, or not yet.
enum Failure {
    New(SparkError),
    Final(SparkError),
}

impl From<SparkError> for Failure {
    fn from(error: SparkError) -> Self {
        Self::New(error)
    }
}

type Step1<'a> = BoxFuture<'a, Result<Flow, Failure>>;

pub(super) struct Running {
    /// The program's, with the scopes of this script.
    pub(super) session: Session,
    pub(super) scopes: Arc<Scopes>,
    parameters: Parameters,
    /// That of the last query.
    result: Option<Table>,
}

impl Session {
    /// Runs a script; its result is that of the last query in it.
    pub(in crate::execution) async fn run_script(&self, script: Script) -> Result<Table> {
        let scopes = Arc::new(Scopes::default());
        let mut running = Running {
            session: Session {
                script: Some(Arc::clone(&scopes)),
                ..self.clone()
            },
            scopes,
            parameters: script.parameters,
            result: None,
        };
        match running.block(&script.body).await {
            Ok(_) => {}
            Err(Failure::New(error) | Failure::Final(error)) => return Err(error),
        }
        match running.result {
            Some(table) => Ok(table),
            None => crate::execution::command::nothing(self),
        }
    }
}

/// Whether a label is this one; labels are in lower case where they are jumped to.
fn is(label: Option<&String>, wanted: &str) -> bool {
    label.is_some_and(|label| label.eq_ignore_ascii_case(wanted))
}

impl Running {
    fn block<'a>(&'a mut self, block: &'a Block) -> Step1<'a> {
        Box::pin(async move {
            let depth = self.scopes.depth();
            self.scopes.enter(Scope::of_block(block));
            let flow = self.steps(&block.steps).await;
            self.scopes.leave();
            Ok(match flow? {
                Flow::Exit(at) if at == depth => Flow::On,
                Flow::Leave(label) if is(block.label.as_ref(), &label) => Flow::On,
                flow => flow,
            })
        })
    }

    fn steps<'a>(&'a mut self, steps: &'a [Step]) -> Step1<'a> {
        Box::pin(async move {
            for step in steps {
                let flow = match self.step(step).await {
                    Err(Failure::New(error)) => self.handled(error).await?,
                    other => other?,
                };
                if !matches!(flow, Flow::On) {
                    return Ok(flow);
                }
            }
            Ok(Flow::On)
        })
    }

    /// Runs the handler of a failure.
    async fn handled(&mut self, error: SparkError) -> Result<Flow, Failure> {
        let Some(Found { depth, handler }) = self.scopes.handler_of(&error) else {
            // That there is no row is no failure, where nobody asks for it.
            if error
                .sql_state()
                .is_some_and(|state| state.starts_with("02"))
            {
                return Ok(Flow::On);
            }
            return Err(Failure::Final(error));
        };
        // It sees its block, and nothing of the blocks within.
        let within = {
            let mut scopes = self.scopes.0.write();
            let within = scopes.split_off(depth + 1);
            scopes[depth].handles = true;
            within
        };
        let flow = self.block(&handler.body).await;
        {
            let mut scopes = self.scopes.0.write();
            scopes[depth].handles = false;
            scopes.extend(within);
        }
        match flow {
            Err(Failure::New(error) | Failure::Final(error)) => Err(Failure::Final(error)),
            Ok(Flow::On) if handler.exits => Ok(Flow::Exit(depth)),
            Ok(flow) => Ok(flow),
        }
    }

    async fn step(&mut self, step: &Step) -> Result<Flow, Failure> {
        match step {
            Step::Statement(piece) => self.statement(piece).await?,
            Step::Block(block) => return self.block(block).await,
            Step::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    if self.is_true(condition).await? {
                        return self.steps(body).await;
                    }
                }
                return self.steps(otherwise).await;
            }
            Step::Case {
                operand,
                branches,
                otherwise,
            } => return self.case(operand.as_ref(), branches, otherwise).await,
            Step::While {
                label,
                condition,
                body,
            } => {
                while self.is_true(condition).await? {
                    let flow = self.steps(body).await?;
                    if let Some(flow) = after_round(flow, label.as_ref()) {
                        return Ok(flow);
                    }
                }
            }
            Step::Repeat { label, body, until } => loop {
                let flow = self.steps(body).await?;
                if let Some(flow) = after_round(flow, label.as_ref()) {
                    return Ok(flow);
                }
                if self.is_true(until).await? {
                    break;
                }
            },
            Step::Loop { label, body } => loop {
                let flow = self.steps(body).await?;
                if let Some(flow) = after_round(flow, label.as_ref()) {
                    return Ok(flow);
                }
            },
            Step::For {
                label,
                variable,
                query,
                body,
            } => {
                return self
                    .each_row(label.as_ref(), variable.as_deref(), query, body)
                    .await;
            }
            Step::Leave(label) => return Ok(Flow::Leave(label.clone())),
            Step::Iterate(label) => return Ok(Flow::Iterate(label.clone())),
            Step::Open { cursor, using } => self.open(cursor, using).await?,
            Step::Fetch { cursor, into } => self.fetch(cursor, into).await?,
            Step::Close { cursor } => self.close(cursor)?,
        }
        Ok(Flow::On)
    }

    pub(super) fn parse(&self, piece: &Piece) -> Result<Statement> {
        self.parse_text(&piece.text)
    }

    fn parse_text(&self, text: &str) -> Result<Statement> {
        parse_in_script(text, &self.session.parse_options()?, &self.parameters)
    }

    /// An expression of a step by itself.
    pub(super) fn expression(&self, piece: &Piece) -> Result<Expr> {
        let text = format!("SELECT {}", piece.text);
        let parsed = self.parse_text(&text)?;
        if let Statement::Query(plan) = parsed
            && let Relation::Project { exprs, .. } = &plan.relation
            && let [expr] = exprs.as_slice()
        {
            return Ok(expr.clone());
        }
        Err(SparkError::not_implemented(format_args!(
            "the value {} of a cursor's query",
            piece.text
        )))
    }

    async fn statement(&mut self, piece: &Piece) -> Result<()> {
        let statement = self.parse(piece)?;
        let is_query = match &statement {
            Statement::Query(_) => true,
            // A text may be that of a query.
            Statement::Variable(statement) => matches!(
                **statement,
                crate::plan::sql::VariableStatement::ExecuteImmediate(_)
            ),
            _ => false,
        };
        let table = self.session.carry_out(statement).await?;
        if is_query && !table.resolved.output.is_empty() {
            self.result = Some(self.computed(table).await?);
        }
        Ok(())
    }

    /// The rows of a query as they are now: what it reads may change before the script ends.
    async fn computed(&self, table: Table) -> Result<Table> {
        let batches = self.session.collect(&table.resolved, None).await?;
        let schema = table.resolved.schema();
        self.session.analyze(Plan::new(Relation::Local(LocalData {
            schema,
            batches: Arc::new(batches),
            slices: Slices::Even,
        })))
    }

    /// Whether a condition holds; null is no yes.
    async fn is_true(&self, condition: &Piece) -> Result<bool> {
        let text = format!("SELECT {}", condition.text);
        let Statement::Query(plan) = self.parse_text(&text)? else {
            return Err(SparkError::internal("a condition is a query"));
        };
        let table = self.session.analyze(plan)?;
        let invalid = || {
            SparkError::new(
                "INVALID_BOOLEAN_STATEMENT",
                &[("invalidStatement", &condition.text.to_uppercase())],
            )
            .with_prefix(&format!("{{LINE:{}}} ", condition.line))
        };
        let [column] = table.resolved.output.as_slice() else {
            return Err(invalid());
        };
        if column.data_type != DataType::Boolean {
            return Err(invalid());
        }
        let rows = self.session.rows(&table.resolved, Some(2)).await?;
        Ok(matches!(
            rows.first().and_then(|row| row.first()),
            Some(ScalarValue::Boolean(Some(true)))
        ))
    }

    async fn case(
        &mut self,
        operand: Option<&Piece>,
        branches: &[(Piece, Vec<Step>)],
        otherwise: &[Step],
    ) -> Result<Flow, Failure> {
        for (value, body) in branches {
            let holds = match operand {
                None => self.is_true(value).await?,
                Some(operand) => {
                    let text = format!("({}) = ({})", operand.text, value.text);
                    let line = operand.line;
                    self.is_true(&Piece { text, line }).await?
                }
            };
            if holds {
                return self.steps(body).await;
            }
        }
        self.steps(otherwise).await
    }

    async fn each_row(
        &mut self,
        label: Option<&String>,
        variable: Option<&str>,
        query: &Piece,
        body: &[Step],
    ) -> Result<Flow, Failure> {
        let Statement::Query(plan) = self.parse(query)? else {
            return Err(SparkError::internal("a loop's statement is a query").into());
        };
        let table = self.session.analyze(plan)?;
        let rows = self.session.rows(&table.resolved, None).await?;
        for row in rows {
            let columns = table.resolved.output.iter().zip(row);
            let columns = columns.map(|(column, value)| {
                let kept = Kept {
                    data_type: column.data_type.clone(),
                    default: None,
                    value,
                };
                (column.name.clone(), kept)
            });
            self.scopes
                .enter(Scope::of_row(variable, columns.collect())?);
            let flow = self.steps(body).await;
            self.scopes.leave();
            if let Some(flow) = after_round(flow?, label) {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }
}

/// Where a loop goes after a round, `None` for the next one.
fn after_round(flow: Flow, label: Option<&String>) -> Option<Flow> {
    match flow {
        Flow::On => None,
        Flow::Iterate(wanted) if is(label, &wanted) => None,
        Flow::Leave(wanted) if is(label, &wanted) => Some(Flow::On),
        flow => Some(flow),
    }
}

/// One row as rows.
pub(super) fn batch_of(schema: &StructType, row: &[ScalarValue]) -> Result<RecordBatch> {
    let columns = row.iter().map(|value| value.to_array());
    let columns = columns.collect::<Result<Vec<_>, _>>();
    let columns = columns.map_err(crate::engine::from_datafusion)?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    RecordBatch::try_new_with_options(Arc::new(schema.to_arrow()), columns, &options)
        .map_err(SparkError::internal)
}
