//! `explain()`: the plans of a query as text.

use datafusion::physical_plan::displayable;

use super::run::runtime;
use super::session::Session;
use crate::analysis::Resolved;
use crate::error::{Result, SparkError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Simple,
    Extended,
    Formatted,
}

impl Mode {
    pub fn parse(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "simple" => Ok(Self::Simple),
            "extended" => Ok(Self::Extended),
            "formatted" => Ok(Self::Formatted),
            "codegen" | "cost" => Err(SparkError::not_implemented(format_args!(
                "explain in the mode {text}"
            ))),
            _ => Err(SparkError::plain(
                crate::error::ErrorClass::IllegalArgument,
                format!(
                    "Unknown explain mode: {text}. Accepted explain modes are 'simple', 'extended', 'codegen', 'cost', 'formatted'."
                ),
            )),
        }
    }
}

/// The engine's plans under Spark's headings.
pub fn explain(session: &Session, resolved: &Resolved, mode: Mode) -> Result<String> {
    let mut out = String::new();
    let physical = if resolved.streaming {
        // A stream's leaves get their sources when a query starts.
        format!("{}\n", resolved.plan.display_indent())
    } else {
        let plan = runtime()?.block_on(async {
            let plan = session
                .cache
                .apply(resolved.plan.clone(), &session.runner)
                .await?;
            session.runner.physical(&plan).await
        })?;
        displayable(plan.as_ref()).indent(false).to_string()
    };
    if mode == Mode::Extended {
        out.push_str("== Parsed Logical Plan ==\n");
        out.push_str(&format!("{}\n\n", resolved.plan.display_indent()));
        out.push_str("== Analyzed Logical Plan ==\n");
        out.push_str(&format!("{}\n", resolved.plan.display_indent()));
        out.push_str("\n== Optimized Logical Plan ==\n");
        let optimized = session.runner.optimized(&resolved.plan)?;
        out.push_str(&format!("{}\n\n", optimized.display_indent()));
    }
    out.push_str("== Physical Plan ==\n");
    out.push_str(&physical);
    Ok(out)
}
