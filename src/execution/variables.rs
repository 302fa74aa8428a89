//! Variables: what a session declares, what they are worth, and the statements about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;
use parking_lot::RwLock;

use super::script::Scopes;
use super::session::{Session, Table};
use crate::analysis::{Resolved, Variable, Variables};
use crate::engine::from_datafusion;
use crate::error::{Result, SparkError, quoted};
use crate::functions::scalar::bounded::STORE;
use crate::plan::sql::{Assigned, VariableStatement, VariableValues};
use crate::plan::{CastMode, Expr, Literal, Plan, Relation};
use crate::types::DataType;

/// A variable with what it was declared as.
#[derive(Debug, Clone)]
pub struct Kept {
    pub data_type: DataType,
    /// What it is set to by `DEFAULT`, and its text.
    pub default: Option<(Expr, String)>,
    pub value: ScalarValue,
}

/// The variables of a session, by name in lower case.
#[derive(Default)]
pub struct SessionVariables(RwLock<BTreeMap<String, Kept>>);

/// What a query sees: the variables of the script around it, then the session's.
#[derive(Clone)]
pub struct Visible {
    pub session: Arc<SessionVariables>,
    pub script: Option<Arc<Scopes>>,
    used: Arc<RwLock<Vec<String>>>,
}

impl Visible {
    fn exact(&self, parts: &[String]) -> Option<Variable> {
        if let Some(found) = self.script.as_ref().and_then(|scopes| scopes.find(parts)) {
            return Some(found);
        }
        let name = session_name(parts)?;
        let kept = self.session.0.read().get(&name).cloned()?;
        Some(Variable {
            name: vec!["system".into(), "session".into(), name],
            data_type: kept.data_type.unbounded(),
            value: kept.value,
        })
    }
}

impl Variables for Visible {
    fn find(&self, parts: &[String]) -> Option<(Variable, usize)> {
        let mut lengths = (1..=parts.len().min(3)).rev();
        let found = lengths.find_map(|taken| Some((self.exact(&parts[..taken])?, taken)));
        if let Some((_, taken)) = &found {
            self.used.write().extend(parts.get(taken - 1).cloned());
        }
        found
    }

    fn used(&self) -> Vec<String> {
        self.used.read().clone()
    }
}

/// The name of a variable of the session's, where the qualifier is the session's.
fn session_name(parts: &[String]) -> Option<String> {
    let (last, qualifier) = parts.split_last()?;
    let plain: Vec<_> = qualifier.iter().map(|part| part.to_lowercase()).collect();
    let plain: Vec<_> = plain.iter().map(String::as_str).collect();
    match plain.as_slice() {
        [] | ["session"] | ["system", "session"] => Some(last.to_lowercase()),
        _ => None,
    }
}

/// As Spark shows the whole name of a variable.
fn whole(parts: &[String]) -> String {
    match parts {
        [name] => quoted(&["system", "session", name]),
        [session, name] if session.eq_ignore_ascii_case("session") => {
            quoted(&["system", session, name])
        }
        _ => quoted(parts),
    }
}

/// Where `DECLARE` and `DROP` look for variables.
const OWN_PATH: &str = "[`system`.`session`]";

pub(super) fn holds_query(expr: &Expr) -> bool {
    let mut found = false;
    let looked = expr.rewrite(&mut |part| -> Result<Option<Expr>> {
        found |= matches!(
            part,
            Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery { .. }
        );
        Ok(None)
    });
    found && looked.is_ok()
}

fn check_default(default: &Expr, text: &str, name: &str) -> Result<()> {
    if !holds_query(default) {
        return Ok(());
    }
    Err(SparkError::new(
        "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION",
        &[
            ("statement", "DECLARE VARIABLE"),
            ("colName", name),
            ("defaultValue", text),
        ],
    ))
}

fn unresolved(parts: &[String], path: &str) -> SparkError {
    SparkError::new(
        "UNRESOLVED_VARIABLE",
        &[("variableName", &quoted(parts)), ("searchPath", path)],
    )
}

impl Session {
    /// Carries out a statement about variables.
    pub(super) async fn variable_statement(&self, statement: VariableStatement) -> Result<Table> {
        match statement {
            VariableStatement::Declare {
                names,
                replace,
                data_type,
                default,
            } => self.declare(names, replace, data_type, default).await?,
            VariableStatement::Set(all) => self.set_variables(all).await?,
            VariableStatement::SetRow { targets, plan } => {
                self.set_from_row(&targets, plan).await?;
            }
            VariableStatement::Drop { name, if_exists } => self.drop_variable(&name, if_exists)?,
            VariableStatement::ExecuteImmediate(immediate) => {
                return self.execute_immediate(immediate).await;
            }
        }
        super::command::nothing(self)
    }

    async fn declare(
        &self,
        names: Vec<Vec<String>>,
        replace: bool,
        data_type: Option<DataType>,
        default: Option<(Expr, String)>,
    ) -> Result<()> {
        let mut plain: Vec<String> = Vec::with_capacity(names.len());
        for name in &names {
            let own = match &self.script {
                Some(scopes) => scopes.check_declared(name, replace)?,
                None => session_name(name).ok_or_else(|| unresolved(name, OWN_PATH))?,
            };
            if plain.contains(&own) {
                return Err(SparkError::new(
                    "DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE",
                    &[("variableName", &self.shown(name))],
                ));
            }
            plain.push(own);
        }
        let (value, data_type) = match &default {
            Some((default, text)) => {
                check_default(default, text, &self.shown(&names[0]))?;
                let (value, own) = self.value_of(default.clone(), data_type.as_ref()).await?;
                (value, data_type.unwrap_or(own))
            }
            None => {
                let kind = data_type.unwrap_or(DataType::Null);
                (null_of(&kind)?, kind)
            }
        };
        let kept = Kept {
            data_type,
            default,
            value,
        };
        for (name, own) in names.iter().zip(plain) {
            match &self.script {
                Some(scopes) => scopes.declare(own, kept.clone())?,
                None => {
                    let mut all = self.variables.0.write();
                    if !replace && all.contains_key(&own) {
                        return Err(already_exists(&whole(name)));
                    }
                    all.insert(own, kept.clone());
                }
            }
        }
        Ok(())
    }

    /// The whole name of a variable that is declared here.
    fn shown(&self, name: &[String]) -> String {
        match &self.script {
            Some(scopes) => scopes.whole(name),
            None => whole(name),
        }
    }

    /// A default value that names another variable is worth something once only.
    fn check_still(&self, default: &Expr, text: &str, name: &[String]) -> Result<()> {
        let seen = self.seen_variables();
        let unresolved = || {
            let name = quoted(&name[name.len().saturating_sub(1)..]);
            let parameters = [
                ("statement", "INSERT"),
                ("colName", name.as_str()),
                ("defaultValue", text),
            ];
            SparkError::new("INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION", &parameters)
        };
        let mut look = |part: &Expr| -> Result<Option<Expr>> {
            match part {
                Expr::Attribute(parts) if seen.find(parts).is_some() => Err(unresolved()),
                _ => Ok(None),
            }
        };
        default.rewrite(&mut look).map(|_| ())
    }

    fn drop_variable(&self, name: &[String], if_exists: bool) -> Result<()> {
        if self.script.is_some() {
            let condition = "UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE";
            return Err(SparkError::new(condition, &[]));
        }
        let Some(own) = session_name(name) else {
            return Err(unresolved(name, OWN_PATH));
        };
        if self.variables.0.write().remove(&own).is_none() && !if_exists {
            return Err(SparkError::new(
                "VARIABLE_NOT_FOUND",
                &[("variableName", &whole(name))],
            ));
        }
        Ok(())
    }

    /// What a query sees now.
    pub(super) fn seen_variables(&self) -> Visible {
        Visible {
            session: Arc::clone(&self.variables),
            script: self.script.clone(),
            used: Arc::default(),
        }
    }

    /// The type of a variable and what it is set to by `DEFAULT`.
    pub(super) fn target(&self, parts: &[String]) -> Result<Kept> {
        if let Some(kept) = self.script.as_ref().and_then(|scopes| scopes.kept(parts)) {
            return Ok(kept);
        }
        let path = crate::analysis::search_path(&self.catalog.current());
        let name = session_name(parts).ok_or_else(|| unresolved(parts, &path))?;
        let found = self.variables.0.read().get(&name).cloned();
        found.ok_or_else(|| unresolved(parts, &path))
    }

    fn assign(&self, parts: &[String], value: ScalarValue) -> Result<()> {
        if let Some(scopes) = &self.script
            && scopes.assign(parts, &value)?
        {
            return Ok(());
        }
        let name = session_name(parts).ok_or_else(|| unresolved(parts, OWN_PATH))?;
        match self.variables.0.write().get_mut(&name) {
            Some(kept) => kept.value = value,
            None => return Err(unresolved(parts, OWN_PATH)),
        }
        Ok(())
    }

    async fn set_variables(&self, all: Vec<(Vec<String>, Assigned)>) -> Result<()> {
        let mut targets = Vec::with_capacity(all.len());
        for (name, _) in &all {
            targets.push(self.target(name)?);
        }
        // All values are of before any of them is set.
        let mut values = Vec::with_capacity(all.len());
        for ((name, assigned), target) in all.iter().zip(&targets) {
            let kind = &target.data_type;
            values.push(match (assigned, &target.default) {
                (Assigned::Value(expr), _) => self.value_of(expr.clone(), Some(kind)).await?.0,
                (Assigned::Default, Some((default, text))) => {
                    self.check_still(default, text, name)?;
                    self.value_of(default.clone(), Some(kind)).await?.0
                }
                (Assigned::Default, None) => null_of(kind)?,
            });
        }
        for ((name, _), value) in all.iter().zip(values) {
            self.assign(name, value)?;
        }
        Ok(())
    }

    /// Sets variables to the columns of a query's one row, to null where it has none.
    pub(super) async fn set_from_row(
        &self,
        targets: &[Vec<String>],
        plan: Arc<Plan>,
    ) -> Result<()> {
        let table = self.analyze(plan)?;
        let mut kinds = Vec::with_capacity(targets.len());
        for target in targets {
            kinds.push(self.target(target)?.data_type);
        }
        let found = table.resolved.output.len();
        if found != targets.len() {
            let sql = |n: usize| n.to_string();
            return Err(SparkError::new(
                "ASSIGNMENT_ARITY_MISMATCH",
                &[("numExpr", &sql(found)), ("numTarget", &sql(targets.len()))],
            ));
        }
        let exprs = table.resolved.output.iter().zip(&kinds);
        let exprs = exprs.map(|(column, kind)| cast(Expr::bound(column.id, &column.name), kind));
        let plan = Plan::new(Relation::Select {
            input: Arc::clone(&table.plan),
            exprs: exprs.collect(),
        });
        let cast = self.analyze(plan)?;
        let rows = self.rows(&cast.resolved, Some(2)).await?;
        let values = match rows.as_slice() {
            [] => kinds.iter().map(null_of).collect::<Result<_>>()?,
            [row] => row.clone(),
            _ => return Err(SparkError::new("ROW_SUBQUERY_TOO_MANY_ROWS", &[])),
        };
        for (target, value) in targets.iter().zip(values) {
            self.assign(target, value)?;
        }
        Ok(())
    }

    /// The rows of a query as values.
    pub(super) async fn rows(
        &self,
        resolved: &Resolved,
        limit: Option<usize>,
    ) -> Result<Vec<Vec<ScalarValue>>> {
        let batches = self.collect(resolved, limit).await?;
        let mut rows = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                rows.push(row_of(batch, row)?);
            }
        }
        Ok(rows)
    }

    /// What an expression over no rows is worth, as the type where one is asked for.
    pub(super) async fn value_of(
        &self,
        expr: Expr,
        to: Option<&DataType>,
    ) -> Result<(ScalarValue, DataType)> {
        let expr = match to {
            Some(to) => cast(expr, to),
            None => expr,
        };
        let plan = Plan::new(Relation::Project {
            input: Plan::new(Relation::OneRow),
            exprs: vec![expr],
        });
        let table = self.analyze(plan)?;
        let [column] = table.resolved.output.as_slice() else {
            return Err(SparkError::internal("a value is one column"));
        };
        let data_type = column.data_type.clone();
        let rows = self.rows(&table.resolved, Some(2)).await?;
        match rows.into_iter().next().map(|mut row| row.pop()) {
            Some(Some(value)) => Ok((value, data_type)),
            _ => Err(SparkError::internal("a value is one row")),
        }
    }
}

/// A value in a variable of this type.
fn cast(expr: Expr, to: &DataType) -> Expr {
    let cast = Expr::Cast {
        expr: Box::new(expr),
        to: to.clone(),
        mode: CastMode::Cast,
    };
    match to.is_bounded() {
        // A text of a bounded length is checked and filled up.
        true => Expr::call(STORE, [cast, Expr::Literal(Literal::String(to.sql()))]),
        false => cast,
    }
}

fn null_of(kind: &DataType) -> Result<ScalarValue> {
    ScalarValue::try_from(&kind.to_arrow()).map_err(from_datafusion)
}

pub(super) fn row_of(batch: &RecordBatch, row: usize) -> Result<Vec<ScalarValue>> {
    let value = |column| ScalarValue::try_from_array(column, row).map_err(from_datafusion);
    batch.columns().iter().map(|column| value(column)).collect()
}

pub(super) fn already_exists(name: &str) -> SparkError {
    SparkError::new("VARIABLE_ALREADY_EXISTS", &[("variableName", name)])
}

/// What a text needs of variables before its names are looked up.
pub(super) fn values_of(seen: Visible) -> VariableValues {
    VariableValues(Arc::new(move |parts: &[String]| {
        let (variable, taken) = seen.find(parts)?;
        (taken == parts.len()).then(|| variable.literal()).flatten()
    }))
}
