//! The blocks around the current step of a script, with their variables and cursors.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use parking_lot::RwLock;

use super::cursors::CursorState;
use crate::analysis::Variable;
use crate::error::{Result, SparkError, quoted};
use crate::execution::variables::{Kept, already_exists};
use crate::plan::sql::{Block, Handler};

/// What a block has declared.
pub struct Scope {
    /// One that nobody can write where the block has none.
    label: String,
    variables: BTreeMap<String, Kept>,
    pub(super) cursors: BTreeMap<String, CursorState>,
    pub(super) handlers: Arc<Vec<Handler>>,
    /// Whether one of its handlers runs: none of them is for what fails in it.
    pub(super) handles: bool,
}

impl Scope {
    pub(super) fn of_block(block: &Block) -> Self {
        Self {
            label: label_of(block.label.as_deref()),
            variables: BTreeMap::new(),
            cursors: block
                .cursors
                .iter()
                .map(|cursor| (cursor.name.to_lowercase(), CursorState::new(cursor)))
                .collect(),
            handlers: Arc::new(block.handlers.clone()),
            handles: false,
        }
    }

    pub(super) fn has_label(&self, label: Option<&str>) -> bool {
        label == Some(&self.label)
    }

    /// Of a row, by the name that the loop gives to rows.
    ///
    /// # Errors
    /// `VARIABLE_ALREADY_EXISTS` for two columns of one name.
    pub(super) fn of_row(label: Option<&str>, columns: Vec<(String, Kept)>) -> Result<Self> {
        let label = label_of(label);
        let mut variables = BTreeMap::new();
        for (name, kept) in columns {
            let name = name.to_lowercase();
            if variables.contains_key(&name) {
                return Err(already_exists(&quoted(&[&label, &name])));
            }
            variables.insert(name, kept);
        }
        Ok(Self {
            label,
            variables,
            cursors: BTreeMap::new(),
            handlers: Arc::default(),
            handles: false,
        })
    }
}

fn label_of(label: Option<&str>) -> String {
    match label {
        Some(label) => label.to_lowercase(),
        None => crate::execution::new_id().to_string(),
    }
}

/// From the outermost block to the nearest.
#[derive(Default)]
pub struct Scopes(pub(super) RwLock<Vec<Scope>>);

/// The scope and the name in it that the parts mean.
fn place(scopes: &[Scope], parts: &[String]) -> Option<(usize, String)> {
    let (label, name) = match parts {
        [name] => (None, name),
        [label, name] => (Some(label.to_lowercase()), name),
        _ => return None,
    };
    let name = name.to_lowercase();
    let fits = |scope: &Scope| {
        label.as_ref().is_none_or(|label| *label == scope.label)
            && scope.variables.contains_key(&name)
    };
    scopes.iter().rposition(fits).map(|at| (at, name))
}

impl Scopes {
    /// How many blocks are around.
    pub(super) fn depth(&self) -> usize {
        self.0.read().len()
    }

    pub(super) fn enter(&self, scope: Scope) {
        self.0.write().push(scope);
    }

    pub(super) fn leave(&self) {
        self.0.write().pop();
    }

    pub fn find(&self, parts: &[String]) -> Option<Variable> {
        let scopes = self.0.read();
        let (at, name) = place(&scopes, parts)?;
        let kept = scopes[at].variables.get(&name)?;
        Some(Variable {
            name: vec!["local".into(), scopes[at].label.clone(), name],
            data_type: kept.data_type.unbounded(),
            value: kept.value.clone(),
        })
    }

    pub fn kept(&self, parts: &[String]) -> Option<Kept> {
        let scopes = self.0.read();
        let (at, name) = place(&scopes, parts)?;
        scopes[at].variables.get(&name).cloned()
    }

    /// Sets a variable; false where there is none of that name.
    pub fn assign(&self, parts: &[String], value: &ScalarValue) -> Result<bool> {
        let mut scopes = self.0.write();
        let Some((at, name)) = place(&scopes, parts) else {
            return Ok(false);
        };
        let scope = &mut scopes[at];
        if let Some(kept) = scope.variables.get_mut(&name) {
            kept.value = value.clone();
        }
        Ok(true)
    }

    /// The whole name of a variable of the nearest block.
    pub fn whole(&self, name: &[String]) -> String {
        let scopes = self.0.read();
        let label = scopes.last().map(|scope| scope.label.clone());
        let parts: Vec<String> = label.into_iter().chain(name.last().cloned()).collect();
        quoted(&parts)
    }

    /// The name of a variable that is declared in a block.
    pub fn check_declared(&self, name: &[String], replace: bool) -> Result<String> {
        let refused = |reason: &str| {
            let condition = format!("INVALID_VARIABLE_DECLARATION.{reason}");
            SparkError::new(&condition, &[("varName", &quoted(name))])
        };
        let [own] = name else {
            return Err(refused("QUALIFIED_LOCAL_VARIABLE"));
        };
        if replace {
            return Err(refused("REPLACE_LOCAL_VARIABLE"));
        }
        Ok(own.to_lowercase())
    }

    pub fn declare(&self, name: String, kept: Kept) -> Result<()> {
        let mut scopes = self.0.write();
        let Some(scope) = scopes.last_mut() else {
            return Err(SparkError::internal("a declaration outside of blocks"));
        };
        if scope.variables.contains_key(&name) {
            return Err(already_exists(&quoted(&[&scope.label, &name])));
        }
        scope.variables.insert(name, kept);
        Ok(())
    }
}
