//! Aggregates that answer with values of the group: lists, sets, joined texts, the
//! first and the last value.

use datafusion::common::ScalarValue;
use datafusion::functions_aggregate as library;
use datafusion::logical_expr::expr::NullTreatment;

use super::ranks::not_foldable;
use super::{AggregateBinding, Asked, Finish, simple};
use crate::engine::fold::{Gathering, Joined, Set, Union, VariantShape, aggregate_of};
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::{Want, arity, expect, mismatch};
use crate::types::DataType;

pub fn collect(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let element = asked.args[0].data_type.clone();
    let with_null = asked.ignore_nulls == Some(false);
    let returns = DataType::Array {
        element: Box::new(element.clone()),
        contains_null: with_null,
    };
    if asked.name == "collect_set" {
        if holds_map(&element) {
            let parameters = [
                ("functionName", "`collect_set`"),
                ("dataType", "\"MAP\" or \"COLLATED STRING\""),
            ];
            return Err(mismatch(
                "UNSUPPORTED_INPUT_TYPE",
                asked.name,
                asked.args,
                &parameters,
            ));
        }
        let function = aggregate_of(Gathering(Set { with_null }));
        return Ok(AggregateBinding {
            nullable: false,
            ..simple(vec![element], returns, function)
        });
    }
    Ok(AggregateBinding {
        nullable: false,
        null_treatment: Some(treatment(!with_null)),
        finish: Finish::EmptyList,
        ..simple(vec![element], returns, library::array_agg::array_agg_udaf())
    })
}

fn holds_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map { .. } => true,
        DataType::Array { element, .. } => holds_map(element),
        DataType::Struct(fields) => fields.fields.iter().any(|f| holds_map(&f.data_type)),
        _ => false,
    }
}

/// `collect_union`: the elements of arrays, each once.
pub fn union(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let types = expect(asked.name, asked.args, asked.settings, &[Want::Array])?;
    let returns = match &types[0] {
        DataType::Array { element, .. } => DataType::Array {
            element: element.clone(),
            contains_null: false,
        },
        other => other.clone(),
    };
    Ok(AggregateBinding {
        nullable: false,
        ..simple(types, returns, aggregate_of(Gathering(Union)))
    })
}

/// `listagg(value, delimiter)`, sorted by the keys after those two.
pub fn joined(asked: &Asked<'_>) -> Result<AggregateBinding> {
    let keys = asked.order.len();
    let given = asked.args.len() - keys;
    let (args, order_args) = asked.args.split_at(given);
    arity(asked.name, args, 1, 2)?;
    let call = Asked { args, ..*asked };
    let binary = args[0].data_type == DataType::Binary;
    let text = if binary {
        DataType::Binary
    } else {
        DataType::String
    };
    let either = Want::OneOf(vec![Want::Is(DataType::String), Want::Is(DataType::Binary)]);
    expect("listagg", args, asked.settings, &[either])?;
    if let Some(delimiter) = args.get(1)
        && (delimiter.data_type == DataType::Binary) != binary
        && delimiter.data_type != DataType::Null
    {
        return Err(mismatch(
            "DATA_DIFF_TYPES",
            "listagg",
            args,
            &[
                ("functionName", "`listagg`"),
                ("dataType", "(\"STRING\" or \"BINARY\")"),
            ],
        ));
    }
    let delimiter = match args.get(1) {
        None => Vec::new(),
        Some(_) => match &asked.constants[1] {
            None => return Err(not_foldable(&call, 1, "delimiter", &text.sql())),
            Some(value) => bytes(value),
        },
    };
    if asked.distinct {
        sorted_by_value(asked, &args[0].text, order_args)?;
    }
    let mut types = vec![text.clone()];
    types.extend(order_args.iter().map(|a| a.data_type.clone()));
    let recipe = Joined {
        delimiter,
        order: asked.order.to_vec(),
    };
    Ok(AggregateBinding {
        takes: std::iter::once(0).chain(given..given + keys).collect(),
        args: types,
        ..simple(vec![], text, aggregate_of(Gathering(recipe)))
    })
}

/// Distinct values can be sorted by themselves only.
fn sorted_by_value(
    asked: &Asked<'_>,
    value: &str,
    keys: &[crate::functions::ArgType],
) -> Result<()> {
    if keys.is_empty() || (keys.len() == 1 && keys[0].text == value) {
        return Ok(());
    }
    let shown: Vec<_> = keys.iter().map(|k| format!("\"{}\"", k.text)).collect();
    Err(SparkError::new(
        "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT",
        &[
            ("funcName", &format!("`{}`", asked.name)),
            ("funcArg", &format!("\"{value}\"")),
            ("orderingExpr", &shown.join(", ")),
        ],
    ))
}

fn bytes(value: &ScalarValue) -> Vec<u8> {
    match value {
        ScalarValue::Utf8(Some(text)) => text.as_bytes().to_vec(),
        ScalarValue::Binary(Some(bytes)) => bytes.clone(),
        _ => Vec::new(),
    }
}

/// `first(x)`, `first(x, ignoreNulls)` and their kin.
pub fn positional(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 2)?;
    let flag = match (asked.args.get(1), asked.constants.get(1)) {
        (None, _) => false,
        (Some(_), Some(Some(ScalarValue::Boolean(Some(flag))))) => *flag,
        _ => {
            return Err(SparkError::new(
                "_LEGACY_ERROR_TEMP_1210",
                &[("funcName", asked.name)],
            ));
        }
    };
    let function = match asked.name {
        "last" | "last_value" => library::first_last::last_value_udaf(),
        _ => library::first_last::first_value_udaf(),
    };
    let value = asked.args[0].data_type.clone();
    Ok(AggregateBinding {
        takes: vec![0],
        null_treatment: Some(treatment(asked.ignore_nulls.unwrap_or(flag))),
        ..simple(vec![value.clone()], value, function)
    })
}

fn treatment(ignored: bool) -> NullTreatment {
    match ignored {
        true => NullTreatment::IgnoreNulls,
        false => NullTreatment::RespectNulls,
    }
}

/// The one type of all variants.
pub fn variant_shape(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let variant = [Want::Is(DataType::Variant)];
    let types = expect(asked.name, asked.args, asked.settings, &variant)?;
    Ok(AggregateBinding {
        nullable: false,
        ..simple(types, DataType::String, aggregate_of(VariantShape))
    })
}
