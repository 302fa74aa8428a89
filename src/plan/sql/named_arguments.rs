//! Arguments of functions by name, `mask(str => 'a', digitChar => '#')`: put into the order
//! in which the function takes them, those left out replaced by their defaults.

use crate::error::{Result, SparkError, quoted};
use crate::plan::{Expr, Literal};
use crate::types::DataType;

/// A parameter: its name and what it is where it is not given.
pub(super) type Parameter = (&'static str, Default);

#[derive(Clone, Copy)]
pub(super) enum Default {
    Required,
    Text(&'static str),
    Integer(i32),
    Null,
}

/// The functions that Spark lets be called so, by their parameters.
const SIGNATURES: &[(&str, &[Parameter])] = &[
    (
        "mask",
        &[
            ("str", Default::Required),
            ("upperChar", Default::Text("X")),
            ("lowerChar", Default::Text("x")),
            ("digitChar", Default::Text("n")),
            ("otherChar", Default::Null),
        ],
    ),
    (
        "count_min_sketch",
        &[
            ("column", Default::Required),
            ("epsilon", Default::Required),
            ("confidence", Default::Required),
            ("seed", Default::Required),
        ],
    ),
];

/// Those of tuple sketches, each of doubles and of integers.
const OF_TUPLES: &[(&str, &[Parameter])] = &[
    (
        "tuple_sketch_agg",
        &[
            ("key", Default::Required),
            ("summary", Default::Required),
            ("lgNomEntries", Default::Integer(12)),
            ("mode", Default::Text("sum")),
        ],
    ),
    (
        "tuple_union_agg",
        &[
            ("child", Default::Required),
            ("lgNomEntries", Default::Integer(12)),
            ("mode", Default::Text("sum")),
        ],
    ),
    (
        "tuple_union",
        &[
            ("first", Default::Required),
            ("second", Default::Required),
            ("lgNomEntries", Default::Integer(12)),
            ("mode", Default::Text("sum")),
        ],
    ),
    (
        "tuple_union_theta",
        &[
            ("first", Default::Required),
            ("second", Default::Required),
            ("lgNomEntries", Default::Integer(12)),
            ("mode", Default::Text("sum")),
        ],
    ),
];

/// The parameters of a function that takes names.
pub(super) fn signature(name: &str) -> Option<&'static [Parameter]> {
    let of = |list: &'static [(&str, &[Parameter])], name: &str| {
        let mut known = list.iter();
        let found = known.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, parameters)| *parameters)
    };
    let of_tuples = || match name.rsplit_once('_') {
        Some((family, kind))
            if kind.eq_ignore_ascii_case("double") || kind.eq_ignore_ascii_case("integer") =>
        {
            of(OF_TUPLES, family)
        }
        _ => None,
    };
    of(SIGNATURES, name).or_else(of_tuples)
}

/// The arguments in the order of the parameters.
pub(super) fn ordered(
    function: &str,
    parameters: &[Parameter],
    args: Vec<(Option<String>, Expr)>,
) -> Result<Vec<Expr>> {
    let wrong = |condition: &str, parameter: &str| {
        let (routine, parameter) = (quoted(&[function]), quoted(&[parameter]));
        let shown = [
            ("routineName", routine.as_str()),
            ("parameterName", &parameter),
        ];
        SparkError::new(condition, &shown)
    };
    let mut given: Vec<Option<Expr>> = vec![None; parameters.len()];
    let (mut positional, mut first_named): (usize, Option<String>) = (0, None);
    for (at, (name, value)) in args.into_iter().enumerate() {
        let Some(name) = name else {
            if let Some(named) = &first_named {
                return Err(wrong("UNEXPECTED_POSITIONAL_ARGUMENT", named));
            }
            match given.get_mut(at) {
                Some(place) => *place = Some(value),
                // Too many: the function says so itself.
                None => given.push(Some(value)),
            }
            positional = at + 1;
            continue;
        };
        let found = parameters
            .iter()
            .position(|(known, _)| known.eq_ignore_ascii_case(&name));
        let Some(place) = found else {
            let names: Vec<_> = parameters
                .iter()
                .map(|(known, _)| quoted(&[*known]))
                .collect();
            return Err(SparkError::new(
                "UNRECOGNIZED_PARAMETER_NAME",
                &[
                    ("routineName", &quoted(&[function])),
                    ("argumentName", &quoted(&[&name])),
                    ("proposal", &names.join(" ")),
                ],
            ));
        };
        if given[place].is_some() {
            return Err(wrong(
                match place < positional {
                    true => "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED",
                    false => {
                        "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE"
                    }
                },
                &name,
            ));
        }
        given[place] = Some(value);
        first_named.get_or_insert(name);
    }
    let all = given.into_iter().enumerate().map(|(at, value)| {
        let Some((name, default)) = parameters.get(at) else {
            return Ok(value.unwrap_or(Expr::Literal(Literal::Null(DataType::Null))));
        };
        match (value, default) {
            (Some(value), _) => Ok(value),
            (None, Default::Text(text)) => Ok(Expr::Literal(Literal::String((*text).into()))),
            (None, Default::Integer(value)) => Ok(Expr::Literal(Literal::Integer(*value))),
            (None, Default::Null) => Ok(Expr::Literal(Literal::Null(DataType::Null))),
            (None, Default::Required) => Err(SparkError::new(
                "REQUIRED_PARAMETER_NOT_FOUND",
                &[
                    ("routineName", &quoted(&[function])),
                    ("parameterName", &quoted(&[*name])),
                    ("index", &at.saturating_sub(positional).to_string()),
                ],
            )),
        }
    });
    all.collect()
}
