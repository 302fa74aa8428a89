//! The aggregates of Apache DataSketches: HLL, theta, tuple and KLL sketches, and those
//! of frequent items. Arguments left out are filled in before they are typed.

use datafusion::common::ScalarValue;

use super::ranks::whole;
use super::{AggregateBinding, Asked, NAMES, simple};
use crate::engine::fold::{Carried, Form, Sketched, aggregate_of};
use crate::error::{Result, SparkError};
use crate::functions::ArgType;
use crate::functions::scalar::sketches::{
    checked_count, checked_mode, checked_size, checked_state, hint, keyed, less_than,
};
use crate::functions::scalar::typing::{Want, arity, expect, expect_exactly, mismatch};
use crate::functions::sketches::item::Kind;
use crate::functions::sketches::{frequent, hll, kll, theta};
use crate::types::DataType;

pub fn bind(asked: &Asked<'_>) -> Result<AggregateBinding> {
    match asked.name {
        "hll_sketch_agg" => hll_values(asked),
        "hll_union_agg" => hll_union(asked),
        "theta_sketch_agg" => theta_values(asked),
        "theta_union_agg" => theta_union(asked),
        "theta_intersection_agg" => {
            arity(asked.name, asked.args, 1, 1)?;
            expect_exactly(asked.name, asked.args, &[Want::Is(DataType::Binary)])?;
            sketch(asked, vec![DataType::Binary], Form::ThetaIntersection)
        }
        "approx_top_k" => top(asked),
        "approx_top_k_accumulate" => top_kept(asked),
        "approx_top_k_combine" => top_combined(asked),
        name => match name.rsplit_once('_') {
            Some(("kll_sketch_agg", of)) => kll_values(asked, carried(of)),
            Some(("kll_merge_agg", of)) => kll_merge(asked, carried(of)),
            Some(("tuple_sketch_agg", of)) => tuple_values(asked, carried(of)),
            Some(("tuple_union_agg", of)) => tuple_union(asked, carried(of)),
            Some(("tuple_intersection_agg", of)) => tuple_intersection(asked, carried(of)),
            _ => Err(SparkError::not_implemented(format_args!(
                "the aggregate function {name}"
            ))),
        },
    }
}

fn carried(of: &str) -> Carried {
    match of {
        "bigint" => Carried::Long,
        "integer" => Carried::Integer,
        "float" => Carried::Float,
        _ => Carried::Double,
    }
}

/// An aggregate whose first arguments have these types; the others are part of its form.
fn sketch(asked: &Asked<'_>, types: Vec<DataType>, form: Form) -> Result<AggregateBinding> {
    of_type(asked, types, form, DataType::Binary)
}

fn of_type(
    asked: &Asked<'_>,
    types: Vec<DataType>,
    form: Form,
    returns: DataType,
) -> Result<AggregateBinding> {
    let known = NAMES.iter().find(|name| **name == asked.name);
    let recipe = Sketched {
        name: known.copied().unwrap_or("sketch"),
        form,
        returns: returns.to_arrow(),
    };
    Ok(AggregateBinding {
        nullable: false,
        ..simple(types, returns, aggregate_of(recipe))
    })
}

/// The type of the first argument, of which a bare null has another one.
fn first_type(asked: &Asked<'_>, of_null: DataType) -> DataType {
    match &asked.args[0].data_type {
        DataType::Null => of_null,
        other => other.clone(),
    }
}

/// The constant of an argument; `None` where it is none.
fn constant<'a>(asked: &'a Asked<'_>, at: usize) -> Option<&'a ScalarValue> {
    asked.constants.get(at).and_then(Option::as_ref)
}

fn must_be_constant(condition: &str, asked: &Asked<'_>) -> SparkError {
    SparkError::new(condition, &[("function", &format!("`{}`", asked.name))])
}

fn hll_values(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let value = Want::OneOf(vec![
        Want::Is(DataType::Integer),
        Want::Is(DataType::Long),
        Want::Is(DataType::String),
        Want::Is(DataType::Binary),
    ]);
    expect_exactly(
        asked.name,
        asked.args,
        &[value, Want::Is(DataType::Integer)],
    )?;
    let Some(found) = constant(asked, 1) else {
        return Err(must_be_constant("HLL_K_MUST_BE_CONSTANT", asked));
    };
    let value = whole(found).unwrap_or(0);
    let lg_k = u8::try_from(value).ok();
    let range = hll::LEAST_LG_K..=hll::MOST_LG_K;
    let Some(lg_k) = lg_k.filter(|_| range.contains(&value)) else {
        return Err(SparkError::new(
            "HLL_INVALID_LG_K",
            &[
                ("function", &format!("`{}`", asked.name)),
                ("min", &hll::LEAST_LG_K.to_string()),
                ("max", &hll::MOST_LG_K.to_string()),
                ("value", &value.to_string()),
            ],
        ));
    };
    let types = vec![first_type(asked, DataType::Integer)];
    sketch(asked, types, Form::Hll { lg_k })
}

fn hll_union(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let wants = [Want::Is(DataType::Binary), Want::Is(DataType::Boolean)];
    expect_exactly(asked.name, asked.args, &wants)?;
    let any_size = match constant(asked, 1) {
        Some(ScalarValue::Boolean(Some(flag))) => *flag,
        Some(_) => false,
        None => {
            return Err(SparkError::not_implemented(
                "allowDifferentLgConfigK that is no constant",
            ));
        }
    };
    sketch(asked, vec![DataType::Binary], Form::HllUnion { any_size })
}

/// The logarithm of a theta sketch's size.
fn theta_size(asked: &Asked<'_>) -> Result<u8> {
    let Some(found) = constant(asked, 1) else {
        return Err(must_be_constant(
            "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT",
            asked,
        ));
    };
    theta::checked_lg(whole(found).unwrap_or(0), asked.name)
}

fn theta_values(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let args: Vec<_> = asked.args.iter().map(with_nulls).collect();
    let wants = [keyed(), Want::Is(DataType::Integer)];
    expect_exactly(asked.name, &args, &wants)?;
    let lg = theta_size(asked)?;
    let types = vec![first_type(asked, DataType::Integer)];
    sketch(asked, types, Form::Theta { lg })
}

/// A list with nulls takes one without them.
fn with_nulls(arg: &ArgType) -> ArgType {
    let mut arg = arg.clone();
    if let DataType::Array { contains_null, .. } = &mut arg.data_type {
        *contains_null = true;
    }
    arg
}

fn theta_union(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let wants = [Want::Is(DataType::Binary), Want::Is(DataType::Integer)];
    expect_exactly(asked.name, asked.args, &wants)?;
    let lg = theta_size(asked)?;
    sketch(asked, vec![DataType::Binary], Form::ThetaUnion { lg })
}

/// A parameter that the call does not give.
fn required(asked: &Asked<'_>, names: &[&str]) -> Result<()> {
    let Some(missing) = names.get(asked.args.len()) else {
        return Ok(());
    };
    Err(SparkError::new(
        "REQUIRED_PARAMETER_NOT_FOUND",
        &[
            ("routineName", &format!("`{}`", asked.name)),
            ("parameterName", &format!("`{missing}`")),
            ("index", "0"),
        ],
    ))
}

fn tuple_values(asked: &Asked<'_>, of: Carried) -> Result<AggregateBinding> {
    required(asked, &["key", "summary"])?;
    arity(asked.name, asked.args, 4, 4)?;
    let carried = match of {
        Carried::Integer => DataType::Integer,
        _ => DataType::Double,
    };
    let wants = [
        keyed(),
        Want::Is(carried),
        Want::Is(DataType::Integer),
        Want::Is(DataType::String),
    ];
    let args: Vec<_> = asked.args.iter().map(with_nulls).collect();
    let mut types = expect(asked.name, &args, asked.settings, &wants)?;
    let lg = checked_size(asked.name, asked.args, 2, constant(asked, 2).map(whole))?;
    let mode = checked_mode(asked.name, asked.args, 3, text(asked, 3))?;
    types.truncate(2);
    sketch(asked, types, Form::Tuple { of, lg, mode })
}

fn text(asked: &Asked<'_>, at: usize) -> Option<Option<String>> {
    constant(asked, at).map(|value| {
        let text = value.cast_to(&arrow::datatypes::DataType::Utf8);
        match text {
            Ok(ScalarValue::Utf8(text)) => text,
            _ => None,
        }
    })
}

fn tuple_union(asked: &Asked<'_>, of: Carried) -> Result<AggregateBinding> {
    required(asked, &["child"])?;
    arity(asked.name, asked.args, 3, 3)?;
    let wants = [
        Want::Is(DataType::Binary),
        Want::Is(DataType::Integer),
        Want::Is(DataType::String),
    ];
    expect(asked.name, asked.args, asked.settings, &wants)?;
    let lg = checked_size(asked.name, asked.args, 1, constant(asked, 1).map(whole))?;
    let mode = checked_mode(asked.name, asked.args, 2, text(asked, 2))?;
    let form = Form::TupleUnion { of, lg, mode };
    sketch(asked, vec![DataType::Binary], form)
}

fn tuple_intersection(asked: &Asked<'_>, of: Carried) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 2, 2)?;
    let wants = [Want::Is(DataType::Binary), Want::Is(DataType::String)];
    expect(asked.name, asked.args, asked.settings, &wants)?;
    let mode = checked_mode(asked.name, asked.args, 1, text(asked, 1))?;
    let form = Form::TupleIntersection { of, mode };
    sketch(asked, vec![DataType::Binary], form)
}

/// The size of a KLL sketch, where one is given.
fn kll_size(asked: &Asked<'_>) -> Result<Option<u16>> {
    if asked.args.len() < 2 {
        return Ok(None);
    }
    let Some(found) = constant(asked, 1) else {
        let parameters = [
            ("inputName", "k"),
            ("inputType", "int"),
            ("inputExpr", asked.args[1].text.as_str()),
        ];
        return Err(mismatch(
            "NON_FOLDABLE_INPUT",
            asked.name,
            asked.args,
            &parameters,
        ));
    };
    let Some(value) = whole(found) else {
        let parameters = [("exprName", "k")];
        return Err(mismatch(
            "UNEXPECTED_NULL",
            asked.name,
            asked.args,
            &parameters,
        ));
    };
    match kll::checked_k(value, asked.name) {
        Ok(k) => Ok(Some(k)),
        Err(error) => Err(hint(asked.name, asked.args, error.message())),
    }
}

fn kll_values(asked: &Asked<'_>, of: Carried) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let is = |data_type: DataType| Want::Is(data_type);
    let (value, held) = match of {
        Carried::Float => (is(DataType::Float), DataType::Float),
        Carried::Double => (
            Want::OneOf(vec![is(DataType::Float), is(DataType::Double)]),
            DataType::Double,
        ),
        _ => (
            Want::OneOf(vec![
                is(DataType::Byte),
                is(DataType::Integer),
                is(DataType::Long),
                is(DataType::Short),
            ]),
            DataType::Long,
        ),
    };
    expect_exactly(asked.name, asked.args, &[value, is(DataType::Integer)])?;
    let k = kll_size(asked)?.unwrap_or(kll::USUAL_K);
    sketch(asked, vec![held], Form::Kll { of, k })
}

fn kll_merge(asked: &Asked<'_>, of: Carried) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let wants = [Want::Is(DataType::Binary), Want::Is(DataType::Integer)];
    expect_exactly(asked.name, asked.args, &wants)?;
    let k = kll_size(asked)?;
    sketch(asked, vec![DataType::Binary], Form::KllMerge { of, k })
}

const TRACKED: &str = "maxItemsTracked";

/// A count that is given as a constant.
fn counted(asked: &Asked<'_>, at: usize, name: &str, wanted: &str) -> Result<i64> {
    let Some(found) = constant(asked, at) else {
        let words = format!("{wanted} must be a constant literal");
        return Err(hint(asked.name, asked.args, &words));
    };
    checked_count(whole(found), name)
}

fn tracked(asked: &Asked<'_>, at: usize) -> Result<i64> {
    let tracked = counted(asked, at, TRACKED, "Number of items tracked")?;
    if tracked > frequent::MOST_TRACKED {
        return Err(SparkError::new(
            "APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT",
            &[
                (TRACKED, &tracked.to_string()),
                ("limit", &frequent::MOST_TRACKED.to_string()),
            ],
        ));
    }
    Ok(tracked)
}

/// The type of the items and their kind.
fn items(asked: &Asked<'_>) -> Result<(DataType, Kind)> {
    let item = asked.args[0].data_type.clone();
    let plain = !matches!(
        item,
        DataType::YearMonthInterval { .. } | DataType::DayTimeInterval { .. }
    );
    let kind = Kind::of(&item.to_arrow()).filter(|_| plain);
    let Some(kind) = kind else {
        let words = format!("{} columns are not supported", type_name(&item));
        return Err(hint(asked.name, asked.args, &words));
    };
    Ok((item, kind))
}

/// Spark's name of a type, without what it is of.
fn type_name(data_type: &DataType) -> String {
    let whole = data_type.simple_string();
    match whole.split_once('<') {
        Some((name, _)) => name.to_string(),
        None => whole,
    }
}

fn top(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 3)?;
    let integer = || Want::Is(DataType::Integer);
    let wants = [Want::Any, integer(), integer()];
    expect(asked.name, asked.args, asked.settings, &wants)?;
    let (item, kind) = items(asked)?;
    let k = counted(asked, 1, "k", "K")?;
    let tracked = tracked(asked, 2)?;
    if tracked < k {
        return Err(less_than(tracked, k));
    }
    let form = Form::Top {
        kind,
        k: usize::try_from(k).unwrap_or(usize::MAX),
        tracked,
    };
    let returns = frequent::list_type(&item);
    of_type(asked, vec![item], form, returns)
}

fn top_kept(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let wants = [Want::Any, Want::Is(DataType::Integer)];
    expect(asked.name, asked.args, asked.settings, &wants)?;
    let (item, kind) = items(asked)?;
    let form = Form::TopKept {
        kind,
        tracked: tracked(asked, 1)?,
        ddl: frequent::ddl_of(&item),
    };
    let returns = frequent::kept_type(&item);
    of_type(asked, vec![item], form, returns)
}

fn top_combined(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let (item, kind) = checked_state(asked.name, asked.args)?;
    let unset = constant(asked, 1).and_then(whole) == Some(-1);
    let form = Form::TopCombined {
        kind,
        tracked: if unset {
            None
        } else {
            Some(tracked(asked, 1)?)
        },
    };
    let types = vec![asked.args[0].data_type.clone()];
    of_type(asked, types, form, frequent::kept_type(&item))
}
