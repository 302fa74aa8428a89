//! How a watermark goes up a plan: every operator with state sees the least of those
//! that its inputs give, and says what it gives on.

use std::sync::Arc;

use crate::streaming::operators::StatefulOperator;

/// Where rows get their watermark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upstream {
    /// From `withWatermark`: the query's own.
    Global,
    /// From the operator with this number.
    Operator(usize),
    /// From no watermark at all, which holds back those beside it.
    Nowhere,
    /// The operator with this number is below, under a watermark of its own.
    Under(usize),
}

/// An operator and where its watermark comes from.
pub struct Placed {
    pub operator: Arc<dyn StatefulOperator>,
    pub upstream: Vec<Upstream>,
}

/// The operators from the sink down, each before those below it: Spark's order in
/// progress records.
pub fn from_the_sink(operators: &[Placed]) -> Vec<&Arc<dyn StatefulOperator>> {
    fn visit<'p>(
        number: usize,
        operators: &'p [Placed],
        out: &mut Vec<&'p Arc<dyn StatefulOperator>>,
    ) {
        let Some(placed) = operators.get(number) else {
            return;
        };
        out.push(&placed.operator);
        for upstream in &placed.upstream {
            if let Upstream::Operator(below) | Upstream::Under(below) = upstream {
                visit(*below, operators, out);
            }
        }
    }
    let is_below = |number| {
        let mut upstreams = operators.iter().flat_map(|placed| &placed.upstream);
        upstreams.any(|upstream| {
            [Upstream::Operator(number), Upstream::Under(number)].contains(upstream)
        })
    };
    let mut out = Vec::with_capacity(operators.len());
    for number in (0..operators.len()).filter(|number| !is_below(*number)) {
        visit(number, operators, &mut out);
    }
    out
}

/// Which watermark operators on top of each other go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// Each by what the operators below it can still give.
    FromBelow,
    /// All by the query's own, which also says what is late in the same batch: Spark
    /// without `spark.sql.streaming.statefulOperator.allowMultiple`.
    Single,
}

/// The watermark (epoch milliseconds) that each operator sees when the query's is
/// `global`; 0 where there is none, for no watermark is below that.
pub fn input_watermarks(operators: &[Placed], global: i64, how: Propagation) -> Vec<i64> {
    if how == Propagation::Single {
        return vec![global; operators.len()];
    }
    let mut inputs = Vec::with_capacity(operators.len());
    let mut outputs: Vec<Option<i64>> = Vec::with_capacity(operators.len());
    for placed in operators {
        // The numbers go from the leaves up, so what is below has been visited.
        let given = placed
            .upstream
            .iter()
            .filter_map(|upstream| match upstream {
                Upstream::Global => Some(global),
                Upstream::Operator(number) => outputs.get(*number).copied().flatten(),
                Upstream::Nowhere => Some(0),
                Upstream::Under(_) => None,
            });
        let input = given.min();
        let output = input.and_then(|input| placed.operator.output_watermark(input));
        inputs.push(if global == 0 {
            0
        } else {
            input.unwrap_or(0).max(0)
        });
        outputs.push(output);
    }
    inputs
}
