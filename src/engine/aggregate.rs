//! The aggregate functions: how Spark types them and what computes them.

use std::sync::Arc;

use datafusion::functions_aggregate as library;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::{AggregateUDF, AggregateUDFImpl, Expr};

use super::checked_sum::CheckedSum;
use super::distinct_values::DistinctValues;
use super::kernel_expr;
use super::moments::{Moments, Shape};
use super::picked::{Pick, Picked};
use crate::error::{Result, SparkError};
use crate::functions::{Arg, ArgType, Binding, Settings};
use crate::types::DataType;

/// An aggregate function fixed on its argument types.
pub struct AggregateBinding {
    /// Types that the arguments are cast to.
    pub args: Vec<DataType>,
    pub returns: DataType,
    pub nullable: bool,
    function: Arc<AggregateUDF>,
    null_treatment: Option<NullTreatment>,
    finish: Finish,
}

/// What is left to do with the engine's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finish {
    Nothing,
    /// A list of nothing is an empty list, not null.
    EmptyList,
    /// A sum with more digits than a decimal can have is an overflow.
    DecimalSum,
}

impl AggregateBinding {
    /// The call over arguments that already have the binding's types; and, apart,
    /// what turns the engine's result into Spark's.
    pub fn call(&self, args: Vec<Expr>, distinct: bool, filter: Option<Expr>) -> Expr {
        Expr::AggregateFunction(AggregateFunction::new_udf(
            Arc::clone(&self.function),
            args,
            distinct,
            filter.map(Box::new),
            vec![],
            self.null_treatment,
        ))
    }

    /// Whether [`Self::finish`] changes anything.
    pub fn needs_finish(&self) -> bool {
        self.finish != Finish::Nothing
    }

    pub fn function(&self) -> &Arc<AggregateUDF> {
        &self.function
    }

    pub fn null_treatment(&self) -> Option<NullTreatment> {
        self.null_treatment
    }

    /// Turns the engine's result into Spark's.
    pub fn finish(&self, result: Expr, settings: &Settings) -> Expr {
        let returns = self.returns.clone();
        let (name, kernel, nullable): (_, crate::functions::Kernel, _) = match self.finish {
            Finish::Nothing => return result,
            Finish::EmptyList => {
                let storage = returns.to_arrow();
                let kernel = move |args: &[Arg], rows: usize| fill_with_empty(args, rows, &storage);
                ("empty_list_for_null", Arc::new(kernel), false)
            }
            Finish::DecimalSum => {
                let ansi = settings.ansi;
                let kernel = move |args: &[Arg], rows: usize| within_digits(args, rows, ansi);
                ("checked_decimal_sum", Arc::new(kernel), true)
            }
        };
        let binding = Binding {
            args: vec![returns.clone()],
            returns,
            nullable,
            kernel,
        };
        kernel_expr(name, binding, vec![result], settings)
    }
}

/// Decimal sums that fit into 38 digits; any other is an error, or null without ANSI.
fn within_digits(args: &[Arg], rows: usize, ansi: bool) -> Result<arrow::array::ArrayRef> {
    use arrow::array::{Array, AsArray, Decimal128Array};
    use arrow::datatypes::Decimal128Type;
    const LIMIT: u128 = 10_u128.pow(38);
    let sums = args[0].array.as_primitive::<Decimal128Type>();
    let mut fitting = Vec::with_capacity(rows);
    for row in 0..rows {
        let at = args[0].at(row);
        let value = sums.is_valid(at).then(|| sums.value(at));
        match value {
            Some(value) if value.unsigned_abs() >= LIMIT && ansi => {
                return Err(SparkError::new(
                    "ARITHMETIC_OVERFLOW",
                    &[
                        ("message", "Overflow in sum of decimals"),
                        (
                            "alternative",
                            " Use 'try_sum' to tolerate overflow and return NULL instead.",
                        ),
                        ("config", "\"spark.sql.ansi.enabled\""),
                    ],
                ));
            }
            value => fitting.push(value.filter(|v| v.unsigned_abs() < LIMIT)),
        }
    }
    let fitting = Decimal128Array::from(fitting);
    Ok(Arc::new(fitting.with_data_type(sums.data_type().clone())))
}

fn fill_with_empty(
    args: &[Arg],
    rows: usize,
    storage: &arrow::datatypes::DataType,
) -> Result<arrow::array::ArrayRef> {
    use arrow::array::{Array, AsArray, ListArray};
    let arrow::datatypes::DataType::List(field) = storage else {
        return Err(SparkError::internal("a collected value is not a list"));
    };
    let lists = args[0].array.as_list::<i32>();
    let lengths = (0..rows).map(|row| {
        let at = args[0].at(row);
        if lists.is_valid(at) {
            lists.value_length(at) as usize
        } else {
            0
        }
    });
    let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths);
    // Nulls take no values, so the values of the others are already in order
    // unless the array was sliced or repeated: then copy.
    let chosen: Vec<u32> = (0..rows)
        .filter(|row| lists.is_valid(args[0].at(*row)))
        .flat_map(|row| {
            let at = args[0].at(row);
            let (start, end) = (lists.value_offsets()[at], lists.value_offsets()[at + 1]);
            (start..end).map(|i| i as u32)
        })
        .collect();
    let indices = arrow::array::UInt32Array::from(chosen);
    let values =
        arrow::compute::take(lists.values(), &indices, None).map_err(SparkError::internal)?;
    let list = ListArray::try_new(Arc::clone(field), offsets, values, None)
        .map_err(SparkError::internal)?;
    Ok(Arc::new(list))
}

/// Whether the name is an aggregate function's.
pub fn is_aggregate(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str())
}

/// Whether the function has no form over distinct values here.
pub fn ignores_distinct(name: &str) -> bool {
    matches!(
        name,
        "corr"
            | "covar_pop"
            | "covar_samp"
            | "kurtosis"
            | "max_by"
            | "min_by"
            | "mode"
            | "percentile"
            | "skewness"
    )
}

pub const NAMES: &[&str] = &[
    "any",
    "any_value",
    "approx_count_distinct",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "collect_list",
    "collect_set",
    "corr",
    "count",
    "count_if",
    "covar_pop",
    "covar_samp",
    "every",
    "first",
    "first_value",
    "kurtosis",
    "last",
    "last_value",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "percentile",
    "skewness",
    "some",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
    "array_agg",
];

/// Types an aggregate function by Spark's rules.
pub fn bind(name: &str, args: &[ArgType], settings: &Settings) -> Result<AggregateBinding> {
    match name {
        "count" => return count(args),
        "approx_count_distinct" => return approximate_count(args),
        "max_by" | "min_by" => return beside_extreme(name, args),
        "percentile" => return percentile(args),
        "collect_list" | "array_agg" | "collect_set" => return collect(name, args),
        "corr" | "covar_pop" | "covar_samp" => return two_doubles(name, args),
        "first" | "first_value" | "last" | "last_value" | "any_value" => {
            return positional(name, args);
        }
        _ => {}
    }
    let [arg] = args else {
        return Err(wrong_count(name, "1", args.len()));
    };
    match name {
        "sum" => sum(arg, settings),
        "avg" | "mean" => average(arg),
        "min" | "max" => extreme(name, arg),
        "median" => over_double(name, arg, library::median::median_udaf()),
        "var_samp" | "variance" => over_double(name, arg, library::variance::var_samp_udaf()),
        "var_pop" => over_double(name, arg, library::variance::var_pop_udaf()),
        "stddev" | "std" | "stddev_samp" => over_double(name, arg, library::stddev::stddev_udaf()),
        "stddev_pop" => over_double(name, arg, library::stddev::stddev_pop_udaf()),
        "skewness" => over_double(name, arg, shared(Moments::new(Shape::Skewness))),
        "kurtosis" => over_double(name, arg, shared(Moments::new(Shape::Kurtosis))),
        "bit_and" | "bit_or" | "bit_xor" => bits(name, arg),
        "mode" => {
            let types = vec![arg.data_type.clone()];
            Ok(simple(
                types,
                arg.data_type.clone(),
                shared(Picked::new(Pick::Mode)),
            ))
        }
        "bool_and" | "every" => over_boolean(name, arg, library::bool_and_or::bool_and_udaf()),
        "bool_or" | "some" | "any" => over_boolean(name, arg, library::bool_and_or::bool_or_udaf()),
        _ => Err(SparkError::not_implemented(format_args!(
            "the aggregate function {name}"
        ))),
    }
}

fn simple(args: Vec<DataType>, returns: DataType, function: Arc<AggregateUDF>) -> AggregateBinding {
    AggregateBinding {
        args,
        returns,
        nullable: true,
        function,
        null_treatment: None,
        finish: Finish::Nothing,
    }
}

fn shared(function: impl AggregateUDFImpl + 'static) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::new_from_impl(function))
}

fn count(args: &[ArgType]) -> Result<AggregateBinding> {
    if args.is_empty() {
        return Err(SparkError::new(
            "WRONG_NUM_ARGS.WITH_SUGGESTION",
            &[
                ("functionName", "`count`"),
                ("expectedNum", " >= 1"),
                ("actualNum", "0"),
                ("legacyNum", "0"),
                (
                    "legacyConfKey",
                    "\"spark.sql.legacy.allowParameterlessCount\"",
                ),
                ("legacyConfValue", "\"true\""),
            ],
        ));
    }
    let types = args.iter().map(|a| a.data_type.clone()).collect();
    let binding = simple(types, DataType::Long, library::count::count_udaf());
    Ok(AggregateBinding {
        nullable: false,
        ..binding
    })
}

/// The count of distinct values; exact, which is within every error that may be
/// asked for.
fn approximate_count(args: &[ArgType]) -> Result<AggregateBinding> {
    let exact = |args: &[ArgType]| {
        let binding = count(args)?;
        let function = DistinctValues::of("approx_count_distinct", binding.function.clone());
        Ok(AggregateBinding {
            function: shared(function),
            ..binding
        })
    };
    match args {
        [_] => exact(args),
        [arg, error] if error.literal.is_some() && error.data_type.is_numeric() => {
            exact(std::slice::from_ref(arg))
        }
        [_, _] => Err(SparkError::not_implemented(
            "approx_count_distinct with this error bound",
        )),
        _ => Err(wrong_count("approx_count_distinct", "[1, 2]", args.len())),
    }
}

/// `max_by(value, key)` and `min_by(value, key)`.
fn beside_extreme(name: &str, args: &[ArgType]) -> Result<AggregateBinding> {
    let [value, key] = args else {
        return Err(wrong_count(name, "2", args.len()));
    };
    if matches!(
        key.data_type,
        DataType::Map { .. } | DataType::CalendarInterval
    ) {
        return Err(SparkError::not_implemented(format_args!(
            "{name} ordered by {}",
            key.data_type
        )));
    }
    let pick = if name == "max_by" {
        Pick::MaxBy
    } else {
        Pick::MinBy
    };
    let types = vec![value.data_type.clone(), key.data_type.clone()];
    Ok(simple(
        types,
        value.data_type.clone(),
        shared(Picked::new(pick)),
    ))
}

fn percentile(args: &[ArgType]) -> Result<AggregateBinding> {
    let [arg, fraction] = args else {
        return Err(SparkError::not_implemented("percentile with a frequency"));
    };
    if fraction.literal.is_none() || !fraction.data_type.is_numeric() {
        return Err(SparkError::not_implemented(
            "percentile of several or computed fractions",
        ));
    }
    let binding = over_double(
        "percentile",
        arg,
        library::percentile_cont::percentile_cont_udaf(),
    )?;
    Ok(AggregateBinding {
        args: vec![DataType::Double; 2],
        ..binding
    })
}

fn bits(name: &str, arg: &ArgType) -> Result<AggregateBinding> {
    if !arg.data_type.is_integral() {
        return Err(mismatch(name, arg, "\"INTEGRAL\""));
    }
    let function = match name {
        "bit_and" => library::bit_and_or_xor::bit_and_udaf(),
        "bit_or" => library::bit_and_or_xor::bit_or_udaf(),
        _ => library::bit_and_or_xor::bit_xor_udaf(),
    };
    Ok(simple(
        vec![arg.data_type.clone()],
        arg.data_type.clone(),
        function,
    ))
}

fn sum(arg: &ArgType, settings: &Settings) -> Result<AggregateBinding> {
    use DataType as T;
    match &arg.data_type {
        t if t.is_integral() => {
            let function = AggregateUDF::new_from_impl(CheckedSum::new(settings.ansi));
            Ok(simple(vec![T::Long], T::Long, Arc::new(function)))
        }
        T::Float | T::Double | T::String | T::Null => {
            Ok(simple(vec![T::Double], T::Double, library::sum::sum_udaf()))
        }
        T::Decimal { precision, scale } => {
            let returns = T::Decimal {
                precision: (precision + 10).min(38),
                scale: *scale,
            };
            let finish = match precision + 10 {
                ..=38 => Finish::Nothing,
                _ => Finish::DecimalSum,
            };
            Ok(AggregateBinding {
                finish,
                ..simple(
                    vec![arg.data_type.clone()],
                    returns,
                    library::sum::sum_udaf(),
                )
            })
        }
        T::DayTimeInterval { .. } | T::YearMonthInterval { .. } => {
            Err(SparkError::not_implemented("sum of intervals"))
        }
        _ => Err(mismatch("sum", arg, "\"NUMERIC\" or \"ANSI INTERVAL\"")),
    }
}

fn average(arg: &ArgType) -> Result<AggregateBinding> {
    use DataType as T;
    match &arg.data_type {
        T::Decimal { precision, scale } => {
            let returns = T::Decimal {
                precision: (precision + 4).min(38),
                scale: (scale + 4).min(38),
            };
            Ok(simple(
                vec![arg.data_type.clone()],
                returns,
                library::average::avg_udaf(),
            ))
        }
        t if t.is_numeric() || matches!(t, T::String | T::Null) => Ok(simple(
            vec![T::Double],
            T::Double,
            library::average::avg_udaf(),
        )),
        T::DayTimeInterval { .. } | T::YearMonthInterval { .. } => {
            Err(SparkError::not_implemented("avg of intervals"))
        }
        _ => Err(mismatch("avg", arg, "\"NUMERIC\" or \"ANSI INTERVAL\"")),
    }
}

fn extreme(name: &str, arg: &ArgType) -> Result<AggregateBinding> {
    if matches!(
        arg.data_type,
        DataType::Map { .. } | DataType::CalendarInterval
    ) {
        return Err(SparkError::new(
            "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
            &[
                ("sqlExpr", &format!("\"{name}({})\"", arg.text)),
                ("functionName", &format!("`{name}`")),
                ("dataType", &format!("\"{}\"", arg.data_type.sql())),
            ],
        ));
    }
    let function = match name {
        "min" => library::min_max::min_udaf(),
        _ => library::min_max::max_udaf(),
    };
    Ok(simple(
        vec![arg.data_type.clone()],
        arg.data_type.clone(),
        function,
    ))
}

fn over_double(name: &str, arg: &ArgType, function: Arc<AggregateUDF>) -> Result<AggregateBinding> {
    let fits =
        arg.data_type.is_numeric() || matches!(arg.data_type, DataType::String | DataType::Null);
    if !fits {
        return Err(mismatch(name, arg, "\"DOUBLE\""));
    }
    Ok(simple(vec![DataType::Double], DataType::Double, function))
}

fn over_boolean(
    name: &str,
    arg: &ArgType,
    function: Arc<AggregateUDF>,
) -> Result<AggregateBinding> {
    if !matches!(arg.data_type, DataType::Boolean | DataType::Null) {
        return Err(mismatch(name, arg, "\"BOOLEAN\""));
    }
    Ok(simple(vec![DataType::Boolean], DataType::Boolean, function))
}

fn two_doubles(name: &str, args: &[ArgType]) -> Result<AggregateBinding> {
    if args.len() != 2 {
        return Err(wrong_count(name, "2", args.len()));
    }
    if let Some(arg) = args.iter().find(|a| !a.data_type.is_numeric()) {
        return Err(mismatch(name, arg, "\"DOUBLE\""));
    }
    let function = match name {
        "corr" => library::correlation::corr_udaf(),
        "covar_pop" => library::covariance::covar_pop_udaf(),
        _ => library::covariance::covar_samp_udaf(),
    };
    Ok(simple(
        vec![DataType::Double; 2],
        DataType::Double,
        function,
    ))
}

fn collect(name: &str, args: &[ArgType]) -> Result<AggregateBinding> {
    let [arg] = args else {
        return Err(wrong_count(name, "1", args.len()));
    };
    let returns = DataType::Array {
        element: Box::new(arg.data_type.clone()),
        contains_null: false,
    };
    let list = library::array_agg::array_agg_udaf();
    let function = match name {
        "collect_set" => shared(DistinctValues::of("collect_set", list)),
        _ => list,
    };
    Ok(AggregateBinding {
        nullable: false,
        null_treatment: Some(NullTreatment::IgnoreNulls),
        finish: Finish::EmptyList,
        ..simple(vec![arg.data_type.clone()], returns, function)
    })
}

/// `first(x)`, `first(x, ignoreNulls)` and their kin.
fn positional(name: &str, args: &[ArgType]) -> Result<AggregateBinding> {
    use crate::plan::Literal;
    let (arg, ignore_nulls) = match args {
        [arg] => (arg, false),
        [
            arg,
            ArgType {
                literal: Some(Literal::Boolean(flag)),
                ..
            },
        ] => (arg, *flag),
        _ => return Err(wrong_count(name, "[1, 2]", args.len())),
    };
    let function = match name {
        "last" | "last_value" => library::first_last::last_value_udaf(),
        _ => library::first_last::first_value_udaf(),
    };
    let treatment = if ignore_nulls {
        NullTreatment::IgnoreNulls
    } else {
        NullTreatment::RespectNulls
    };
    Ok(AggregateBinding {
        null_treatment: Some(treatment),
        ..simple(vec![arg.data_type.clone()], arg.data_type.clone(), function)
    })
}

fn wrong_count(name: &str, expected: &str, actual: usize) -> SparkError {
    SparkError::new(
        "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
        &[
            ("functionName", &format!("`{name}`")),
            ("expectedNum", expected),
            ("actualNum", &actual.to_string()),
            ("docroot", "https://spark.apache.org/docs/latest"),
        ],
    )
}

fn mismatch(name: &str, arg: &ArgType, required: &str) -> SparkError {
    SparkError::new(
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        &[
            ("sqlExpr", &format!("\"{name}({})\"", arg.text)),
            ("paramIndex", "first"),
            ("requiredType", required),
            ("inputSql", &format!("\"{}\"", arg.text)),
            ("inputType", &format!("\"{}\"", arg.data_type.sql())),
        ],
    )
}
