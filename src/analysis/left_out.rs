//! Arguments that a call leaves out and that Spark puts in as constants, so that they are
//! printed with it: `hll_sketch_agg(a)` is `hll_sketch_agg(a, 12)`.

use crate::functions::sketches::{frequent, hll, theta};
use crate::plan::{Expr, Literal};

/// The arguments with those that were left out; `None` where nothing was.
pub(super) fn filled(name: &str, args: &[Expr]) -> Option<Vec<Expr>> {
    let integer = |value: i64| Literal::Integer(value as i32);
    let no = || Literal::Boolean(false);
    let sum = || Literal::String("sum".to_string());
    let size = || Literal::Integer(theta::USUAL_LG);
    let tracked = || integer(frequent::USUAL_TRACKED);
    let (needed, usual) = match name {
        "hll_sketch_agg" => (1, vec![integer(hll::USUAL_LG_K.into())]),
        "hll_union_agg" => (1, vec![no()]),
        "hll_union" => (2, vec![no()]),
        "theta_sketch_agg" | "theta_union_agg" => (1, vec![size()]),
        "theta_union" => (2, vec![size()]),
        "vector_norm" | "vector_normalize" => (1, vec![Literal::Float(2.0)]),
        "approx_top_k" => (1, vec![integer(frequent::USUAL_K), tracked()]),
        "approx_top_k_accumulate" => (1, vec![tracked()]),
        "approx_top_k_combine" => (1, vec![integer(-1)]),
        "approx_top_k_estimate" => (1, vec![integer(frequent::USUAL_K)]),
        "st_geomfromwkb" => (1, vec![integer(0)]),
        "st_asbinary" => (1, vec![Literal::String("NDR".to_string())]),
        _ => match name.rsplit_once('_')?.0 {
            "tuple_sketch_agg" | "tuple_union" | "tuple_union_theta" => (2, vec![size(), sum()]),
            "tuple_union_agg" => (1, vec![size(), sum()]),
            "tuple_intersection_agg" | "tuple_sketch_summary" => (1, vec![sum()]),
            "tuple_intersection" | "tuple_intersection_theta" => (2, vec![sum()]),
            _ => return None,
        },
    };
    let given = args.len().checked_sub(needed)?;
    let missing = usual.get(given..).filter(|missing| !missing.is_empty())?;
    let missing = missing.iter().cloned().map(Expr::Literal);
    Some(args.iter().cloned().chain(missing).collect())
}
