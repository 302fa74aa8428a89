//! Who handles a failure: the handler of the nearest block that fits best.

use super::scopes::Scopes;
use crate::error::{ErrorClass, SparkError};
use crate::plan::sql::{Handled, Handler};

/// A handler, and the depth of the block whose it is.
pub(super) struct Found {
    pub depth: usize,
    pub handler: Handler,
}

/// How well a handler fits; the least is the best.
fn fits(handled: &Handled, error: &SparkError) -> Option<u8> {
    let state = error.sql_state()?;
    let condition = error.condition();
    match handled {
        Handled::Condition(name) if name.eq_ignore_ascii_case(condition) => Some(0),
        Handled::Condition(name) => {
            let main = condition.split('.').next().unwrap_or_default();
            name.eq_ignore_ascii_case(main).then_some(1)
        }
        Handled::State(wanted) => (wanted == state).then_some(2),
        Handled::NotFound => state.starts_with("02").then_some(3),
        Handled::Exception => (!state.starts_with("02") && !state.starts_with("XX")).then_some(3),
    }
}

impl Scopes {
    /// The handler of a failure; what Caudal lacks, a defect of its own and the end of a
    /// query are nobody's.
    pub(super) fn handler_of(&self, error: &SparkError) -> Option<Found> {
        let is_ours = matches!(
            error.class(),
            ErrorClass::NotImplemented | ErrorClass::Internal
        );
        if is_ours || error.is_stop() {
            return None;
        }
        let scopes = self.0.read();
        let within = scopes.iter().enumerate().rev();
        for (depth, scope) in within {
            // A handler is no part of its block: what fails in it is for those outside.
            if scope.handles {
                continue;
            }
            let best = scope
                .handlers
                .iter()
                .filter_map(|handler| {
                    let all = handler.handled.iter();
                    let best = all.filter_map(|one| fits(one, error)).min()?;
                    Some((best, handler))
                })
                .min_by_key(|(best, _)| *best);
            if let Some((_, handler)) = best {
                let handler = handler.clone();
                return Some(Found { depth, handler });
            }
        }
        None
    }
}
