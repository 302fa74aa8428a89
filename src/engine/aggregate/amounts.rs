//! Aggregates of numbers: sums, means, spreads, statistics of pairs, bits.

use datafusion::functions_aggregate as library;

use super::{AggregateBinding, Asked, simple};
use crate::engine::checked_sum::CheckedSum;
use crate::engine::fold::{
    Moments, OnOverflow, PairStatistic, Pairs, Product, Shape, Total, Unit, aggregate_of,
};
use crate::error::Result;
use crate::functions::scalar::typing::{
    DAY_TIME, Want, YEAR_MONTH, arity, expect, unexpected, wrong_count,
};
use crate::types::DataType;

/// `sum`, `avg`, their `try_` forms and `product`.
pub fn amount(asked: &Asked<'_>) -> Result<AggregateBinding> {
    use DataType as T;
    if asked.args.len() != 1 {
        // Spark counts a hidden parameter of the tolerant forms.
        let tolerant = asked.name.starts_with("try_");
        let expected = if tolerant { "[1, 2]" } else { "1" };
        return Err(wrong_count(asked.name, expected, asked.args.len()));
    }
    let arg = &asked.args[0].data_type;
    let mean = matches!(asked.name, "avg" | "mean" | "try_avg");
    match arg {
        _ if asked.name == "product" => {
            let types = expect(
                asked.name,
                asked.args,
                asked.settings,
                &[Want::Is(T::Double)],
            )?;
            Ok(simple(types, T::Double, aggregate_of(Product)))
        }
        T::Decimal { precision, scale } => Ok(decimals(asked, mean, *precision, *scale)),
        T::YearMonthInterval { .. } => {
            let returns = if mean { YEAR_MONTH } else { arg.clone() };
            Ok(total(asked, Unit::Months, mean, returns))
        }
        T::DayTimeInterval { .. } => {
            let returns = if mean { DAY_TIME } else { arg.clone() };
            Ok(total(asked, Unit::Micros, mean, returns))
        }
        t if t.is_integral() && !mean => Ok(match asked.name {
            "try_sum" => {
                let mut binding = total(asked, Unit::Long, false, T::Long);
                binding.args = vec![T::Long];
                binding
            }
            _ => {
                let function = aggregate_of_sum(asked.settings.ansi);
                simple(vec![T::Long], T::Long, function)
            }
        }),
        t if t.is_numeric() || matches!(t, T::String | T::Null | T::Timestamp) => {
            let function = match mean {
                true => library::average::avg_udaf(),
                false => library::sum::sum_udaf(),
            };
            Ok(simple(vec![T::Double], T::Double, function))
        }
        _ => {
            let required = "\"NUMERIC\" or \"ANSI INTERVAL\"";
            Err(unexpected(asked.name, asked.args, 0, required))
        }
    }
}

fn aggregate_of_sum(ansi: bool) -> std::sync::Arc<datafusion::logical_expr::AggregateUDF> {
    std::sync::Arc::new(datafusion::logical_expr::AggregateUDF::new_from_impl(
        CheckedSum::new(ansi),
    ))
}

fn decimals(asked: &Asked<'_>, mean: bool, precision: u8, scale: i8) -> AggregateBinding {
    let returns = match mean {
        true => DataType::Decimal {
            precision: (precision + 4).min(38),
            scale: (scale + 4).min(38),
        },
        false => DataType::Decimal {
            precision: (precision + 10).min(38),
            scale,
        },
    };
    if !mean && precision + 10 <= 38 {
        // Ten more digits are more rows than there can be.
        let types = vec![asked.args[0].data_type.clone()];
        return simple(types, returns, library::sum::sum_udaf());
    }
    total(asked, Unit::Decimal { scale }, mean, returns)
}

fn total(asked: &Asked<'_>, unit: Unit, mean: bool, returns: DataType) -> AggregateBinding {
    let tolerant = asked.name.starts_with("try_");
    // Intervals have no mode without errors.
    let strict = asked.settings.ansi || matches!(unit, Unit::Months | Unit::Micros);
    let recipe = Total {
        name: match (tolerant, mean) {
            (true, true) => "try_avg",
            (true, false) => "try_sum",
            (false, true) => "avg",
            (false, false) => "sum",
        },
        unit,
        mean,
        on_overflow: match strict && !tolerant {
            true => OnOverflow::Fail,
            false => OnOverflow::Null,
        },
        returns: returns.to_arrow(),
    };
    let types = vec![asked.args[0].data_type.clone()];
    simple(types, returns, aggregate_of(recipe))
}

pub fn spread(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let double = [Want::Is(DataType::Double)];
    let types = expect(asked.name, asked.args, asked.settings, &double)?;
    let shape = match asked.name {
        "skewness" => Shape::Skewness,
        "kurtosis" => Shape::Kurtosis,
        "var_pop" => Shape::PopulationVariance,
        "stddev_pop" => Shape::PopulationDeviation,
        "var_samp" | "variance" => Shape::SampleVariance,
        _ => Shape::SampleDeviation,
    };
    // The engine's own are faster; over distinct values they are not there.
    let function = match shape {
        _ if asked.distinct => aggregate_of(Moments(shape)),
        Shape::PopulationVariance => library::variance::var_pop_udaf(),
        Shape::SampleVariance => library::variance::var_samp_udaf(),
        Shape::PopulationDeviation => library::stddev::stddev_pop_udaf(),
        Shape::SampleDeviation => library::stddev::stddev_udaf(),
        Shape::Skewness | Shape::Kurtosis => aggregate_of(Moments(shape)),
    };
    Ok(simple(types, DataType::Double, function))
}

pub fn pairs(asked: &Asked<'_>) -> Result<AggregateBinding> {
    use PairStatistic as S;
    arity(asked.name, asked.args, 2, 2)?;
    // The means are typed as the mean of numbers is.
    let shown = match asked.name {
        "regr_avgx" | "regr_avgy" => Want::Numeric,
        _ => Want::Is(DataType::Double),
    };
    expect(asked.name, asked.args, asked.settings, &[shown])?;
    let types = vec![DataType::Double; 2];
    let (name, statistic) = match asked.name {
        "corr" => ("corr", S::Correlation),
        "covar_pop" => ("covar_pop", S::PopulationCovariance),
        "covar_samp" => ("covar_samp", S::SampleCovariance),
        "regr_avgx" => ("regr_avgx", S::MeanX),
        "regr_avgy" => ("regr_avgy", S::MeanY),
        "regr_intercept" => ("regr_intercept", S::Intercept),
        "regr_r2" => ("regr_r2", S::Determination),
        "regr_slope" => ("regr_slope", S::Slope),
        "regr_sxx" => ("regr_sxx", S::SumXx),
        "regr_sxy" => ("regr_sxy", S::SumXy),
        _ => ("regr_syy", S::SumYy),
    };
    let function = aggregate_of(Pairs { name, statistic });
    Ok(simple(types, DataType::Double, function))
}

pub fn bits(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let types = expect(asked.name, asked.args, asked.settings, &[Want::Integral])?;
    let function = match asked.name {
        "bit_and" => library::bit_and_or_xor::bit_and_udaf(),
        "bit_or" => library::bit_and_or_xor::bit_or_udaf(),
        _ => library::bit_and_or_xor::bit_xor_udaf(),
    };
    Ok(simple(types.clone(), types[0].clone(), function))
}
