//! Functions over sketches of Apache DataSketches: estimates, sets, quantiles, texts.
//! Arguments left out are filled in before they are typed.

mod kll;
mod tuple;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::datatypes::Int32Type;

use super::kernel::{Bytes, binary, expand, ternary, unary};
use super::typing::{Want, any_nullable, arity, expect_exactly, mismatch, unexpected};
use crate::error::{Result, SparkError};
use crate::functions::sketches::item::Kind;
use crate::functions::sketches::tuple::Mode;
use crate::functions::sketches::{frequent, hll, theta};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;

pub static FAMILIES: &[&[Scalar]] = &[FUNCTIONS, kll::FUNCTIONS, tuple::FUNCTIONS];

static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["hll_sketch_estimate"],
        bind: hll_estimate,
    },
    Scalar {
        names: &["hll_union"],
        bind: hll_union,
    },
    Scalar {
        names: &["theta_sketch_estimate"],
        bind: theta_estimate,
    },
    Scalar {
        names: &["theta_union"],
        bind: theta_union,
    },
    Scalar {
        names: &["theta_intersection"],
        bind: theta_pair,
    },
    Scalar {
        names: &["theta_difference"],
        bind: theta_pair,
    },
    Scalar {
        names: &["approx_top_k_estimate"],
        bind: top_estimate,
    },
];

const BINARY: Want = Want::Is(DataType::Binary);

/// What may be a key of a theta or tuple sketch.
pub fn keyed() -> Want {
    let list = |element: DataType| {
        Want::Is(DataType::Array {
            element: Box::new(element),
            contains_null: true,
        })
    };
    Want::OneOf(vec![
        list(DataType::Integer),
        list(DataType::Long),
        BINARY,
        Want::Is(DataType::Double),
        Want::Is(DataType::Float),
        Want::Is(DataType::Integer),
        Want::Is(DataType::Long),
        Want::Is(DataType::String),
    ])
}

/// A call that fails its own check, with words that say why.
pub fn hint(name: &str, args: &[ArgType], words: &str) -> SparkError {
    let parameters = [("msg", words), ("hint", "")];
    mismatch("TYPE_CHECK_FAILURE_WITH_HINT", name, args, &parameters)
}

/// Fails for a parameter that is not constant (`None`) or is null.
fn given<T>(
    name: &str,
    args: &[ArgType],
    at: usize,
    value: Option<Option<T>>,
    (parameter, kind): (&str, &str),
) -> Result<T> {
    match value {
        Some(Some(value)) => Ok(value),
        Some(None) => Err(mismatch(
            "UNEXPECTED_NULL",
            name,
            args,
            &[("exprName", parameter)],
        )),
        None => Err(mismatch(
            "NON_FOLDABLE_INPUT",
            name,
            args,
            &[
                ("inputName", parameter),
                ("inputType", kind),
                ("inputExpr", &args[at].text),
            ],
        )),
    }
}

/// The logarithm of a tuple sketch's size, which is a constant.
pub fn checked_size(
    name: &str,
    args: &[ArgType],
    at: usize,
    value: Option<Option<i64>>,
) -> Result<u8> {
    let value = given(name, args, at, value, ("lgNomEntries", "int"))?;
    theta::checked_lg(value, name).map_err(|error| match error.condition() {
        "NOT_IMPLEMENTED" => error,
        _ => hint(name, args, error.message()),
    })
}

/// The mode of a tuple sketch, which is a constant.
pub fn checked_mode(
    name: &str,
    args: &[ArgType],
    at: usize,
    value: Option<Option<String>>,
) -> Result<Mode> {
    let value = given(name, args, at, value, ("mode", "string"))?;
    Mode::named(&value, name).map_err(|error| hint(name, args, error.message()))
}

fn literal(args: &[ArgType], at: usize) -> Option<&Literal> {
    args.get(at).and_then(|arg| arg.literal.as_ref())
}

fn size_of_literal(name: &str, args: &[ArgType], at: usize) -> Result<u8> {
    let value = literal(args, at).map(|literal| match literal {
        Literal::Integer(value) => Some(i64::from(*value)),
        Literal::Long(value) => Some(*value),
        _ => None,
    });
    checked_size(name, args, at, value)
}

fn mode_of_literal(name: &str, args: &[ArgType], at: usize) -> Result<Mode> {
    let value = literal(args, at).map(|literal| match literal {
        Literal::String(value) => Some(value.clone()),
        Literal::Integer(value) => Some(value.to_string()),
        _ => None,
    });
    checked_mode(name, args, at, value)
}

fn hll_estimate(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[BINARY])?;
    let function = name.to_string();
    Ok(unary::<Bytes, i64>(
        vec![DataType::Binary],
        DataType::Long,
        args[0].nullable,
        move |bytes| Ok(Some(hll::Hll::read(bytes, &function)?.estimate())),
    ))
}

fn hll_union(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    expect_exactly(name, args, &[BINARY, BINARY, Want::Is(DataType::Boolean)])?;
    let function = name.to_string();
    Ok(ternary::<Bytes, Bytes, bool, Vec<u8>>(
        vec![DataType::Binary, DataType::Binary, DataType::Boolean],
        DataType::Binary,
        any_nullable(args),
        move |left, right, any_size| {
            let left = hll::Hll::read(left, &function)?;
            let right = hll::Hll::read(right, &function)?;
            if !any_size {
                hll::same_size(left.lg_k(), right.lg_k(), &function)?;
            }
            let mut union = hll::Union::new(left.lg_k().min(right.lg_k()))?;
            union.add(&left);
            union.add(&right);
            Ok(Some(union.whole().bytes()))
        },
    ))
}

fn theta_estimate(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    expect_exactly(name, args, &[BINARY])?;
    let function = name.to_string();
    Ok(unary::<Bytes, i64>(
        vec![DataType::Binary],
        DataType::Long,
        args[0].nullable,
        move |bytes| theta::estimate(bytes, &function).map(Some),
    ))
}

fn theta_union(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    expect_exactly(name, args, &[BINARY, BINARY, Want::Is(DataType::Integer)])?;
    let function = name.to_string();
    Ok(ternary::<Bytes, Bytes, i32, Vec<u8>>(
        vec![DataType::Binary, DataType::Binary, DataType::Integer],
        DataType::Binary,
        any_nullable(args),
        move |left, right, lg| {
            let lg = theta::checked_lg(lg.into(), &function)?;
            theta::union(left, right, lg, &function).map(Some)
        },
    ))
}

fn theta_pair(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    expect_exactly(name, args, &[BINARY, BINARY])?;
    let of = match name {
        "theta_intersection" => theta::intersection,
        _ => theta::difference,
    };
    let function = name.to_string();
    Ok(binary::<Bytes, Bytes, Vec<u8>>(
        vec![DataType::Binary; 2],
        DataType::Binary,
        any_nullable(args),
        move |left, right| of(left, right, &function).map(Some),
    ))
}

/// The items' type and kind of a kept sketch of frequent items.
pub fn checked_state(name: &str, args: &[ArgType]) -> Result<(DataType, Kind)> {
    const FIELDS: [(&str, &str); 4] = [
        ("first", "binary"),
        ("second", "int"),
        ("third", "a supported data type"),
        ("fourth", "string"),
    ];
    let empty = crate::types::StructType::new([]);
    let fields = match &args[0].data_type {
        DataType::Struct(fields) => fields,
        DataType::Null => &empty,
        _ => return Err(unexpected(name, args, 0, "\"STRUCT\"")),
    };
    if fields.len() != FIELDS.len() {
        let words = format!(
            "State must be a struct with 4 fields. Expected struct: \
             struct<sketch:binary,maxItemsTracked:int,itemDataType:any,itemDataTypeDDL:string>. \
             Got: {}",
            DataType::Struct(fields.clone()).simple_string()
        );
        return Err(hint(name, args, &words));
    }
    let found: Vec<_> = fields.fields.iter().map(|field| &field.data_type).collect();
    let kind = Kind::of(&found[2].to_arrow());
    let right = [
        *found[0] == DataType::Binary,
        *found[1] == DataType::Integer,
        kind.is_some(),
        *found[3] == DataType::String,
    ];
    for (at, (place, wanted)) in FIELDS.iter().enumerate() {
        if !right[at] {
            let words = format!(
                "State struct must have the {place} field to be {wanted}. Got: {}",
                found[at].simple_string()
            );
            return Err(hint(name, args, &words));
        }
    }
    let none = || SparkError::internal("a kept sketch of items without a kind");
    Ok((found[2].clone(), kind.ok_or_else(none)?))
}

fn bad_top(condition: &str, parameters: &[(&str, String)]) -> SparkError {
    let shown: Vec<_> = parameters.iter().map(|(n, v)| (*n, v.as_str())).collect();
    SparkError::new(condition, &shown)
}

/// A count, which is positive.
pub fn checked_count(value: Option<i64>, name: &str) -> Result<i64> {
    let shown = format!("`{name}`");
    match value {
        None => Err(bad_top("APPROX_TOP_K_NULL_ARG", &[("argName", shown)])),
        Some(value) if value <= 0 => Err(bad_top(
            "APPROX_TOP_K_NON_POSITIVE_ARG",
            &[("argName", shown), ("argValue", value.to_string())],
        )),
        Some(value) => Ok(value),
    }
}

/// Fewer items are kept than asked for.
pub fn less_than(tracked: i64, k: i64) -> SparkError {
    bad_top(
        "APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K",
        &[
            ("maxItemsTracked", tracked.to_string()),
            ("k", k.to_string()),
        ],
    )
}

fn top_estimate(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let (item, kind) = checked_state(name, args)?;
    if !matches!(args[1].data_type, DataType::Null) && !args[1].data_type.is_integral() {
        return Err(unexpected(name, args, 1, "\"INT\""));
    }
    let k = match literal(args, 1) {
        Some(Literal::Integer(k)) => Some(i64::from(*k)),
        Some(Literal::Long(k)) => Some(*k),
        Some(_) => None,
        None => return Err(hint(name, args, "K must be a constant literal")),
    };
    let k = checked_count(k, "k")?;
    let returns = frequent::list_type(&item);
    let storage = returns.to_arrow();
    let kernel = of_one(move |args, rows| {
        let states = args[0].array.as_struct();
        let bytes = states.column(0).as_binary::<i32>();
        let tracked = states.column(1).as_primitive::<Int32Type>();
        let mut tops = Vec::with_capacity(rows);
        let mut valid = Vec::with_capacity(rows);
        for row in 0..rows {
            let at = args[0].at(row);
            valid.push(states.is_valid(at));
            if states.is_null(at) {
                tops.push((frequent::Counted::nothing(kind), 0));
                continue;
            }
            let most = i64::from(tracked.value(at));
            if most < k {
                return Err(less_than(most, k));
            }
            let counted = frequent::Counted::read(kind, bytes.value(at))?;
            tops.push((counted, usize::try_from(k).unwrap_or(usize::MAX)));
        }
        let lists = frequent::lists(&tops, &storage)?;
        let list = lists.as_list::<i32>();
        let (field, offsets, values, _) = list.clone().into_parts();
        let list = ListArray::try_new(field, offsets, values, Some(valid.into()));
        Ok(Arc::new(list.map_err(SparkError::internal)?))
    });
    Ok(Binding {
        args: vec![args[0].data_type.clone(), DataType::Integer],
        returns,
        nullable: args[0].nullable,
        kernel,
    })
}

/// A kernel whose constants are answered once.
fn of_one(kernel: impl Fn(&[Arg], usize) -> Result<ArrayRef> + Send + Sync + 'static) -> Kernel {
    Arc::new(move |args: &[Arg], rows: usize| {
        if rows > 1 && args.iter().all(|arg| arg.is_scalar) {
            return expand(kernel(args, 1)?, rows);
        }
        kernel(args, rows)
    })
}
