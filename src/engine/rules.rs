//! The rules by which a physical plan is made better: the engine's own, some of them in a
//! form of ours. What each of those does, its own file says.

use std::sync::Arc;

use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;

use super::columns_down::{self, ColumnsDown};
use super::held_side::{self, HeldSide};
use super::narrowing::{self, Narrowing};

type Rule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// The engine's rules with ours in place of its own.
pub fn physical_rules() -> Vec<Rule> {
    let rules = PhysicalOptimizer::new().rules.into_iter();
    let replaced = rules.map(|rule| -> Rule {
        match rule.name() {
            columns_down::NAME => Arc::new(ColumnsDown),
            narrowing::NAME => Arc::new(Narrowing { rule }),
            held_side::NAME => Arc::new(HeldSide { rule }),
            _ => rule,
        }
    });
    replaced.collect()
}
