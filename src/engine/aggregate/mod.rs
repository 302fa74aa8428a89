//! The aggregate functions: how Spark types them and what computes them.

mod amounts;
mod collected;
mod ranks;
mod sketched;
mod sketches;

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::functions_aggregate as library;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::{AggregateUDF, Expr};

use super::fold::{Replayed, Vectors, aggregate_of};
use super::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::{Want, arity, expect, unexpected};
use crate::functions::scalar::vectors::is_vector;
use crate::functions::{Arg, ArgType, Binding, Settings};
use crate::types::DataType;

/// An aggregate function fixed on its argument types.
pub struct AggregateBinding {
    /// Which arguments it takes, by position; the others are constants that it knows.
    pub takes: Vec<usize>,
    /// Types that those are cast to.
    pub args: Vec<DataType>,
    pub returns: DataType,
    pub nullable: bool,
    function: Arc<AggregateUDF>,
    null_treatment: Option<NullTreatment>,
    finish: Finish,
}

/// A call as the user wrote it, its arguments typed.
pub struct Asked<'a> {
    pub name: &'a str,
    /// The arguments; after them, as many as `order` has, the keys of a `WITHIN GROUP`.
    pub args: &'a [ArgType],
    /// Values of those that are constant.
    pub constants: &'a [Option<ScalarValue>],
    /// For each key whether it is descending, and whether nulls are first.
    pub order: &'a [(bool, bool)],
    pub distinct: bool,
    /// `IGNORE NULLS` or `RESPECT NULLS` after the call.
    pub ignore_nulls: Option<bool>,
    pub settings: &'a Settings,
}

/// What is left to do with the engine's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finish {
    Nothing,
    /// A list of nothing is an empty list, not null.
    EmptyList,
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

    /// The function for windows, which may move.
    pub fn over_window(&self) -> Arc<AggregateUDF> {
        let exact = self
            .args
            .first()
            .is_none_or(|t| !matches!(t, DataType::Float | DataType::Double));
        match self.function.name() {
            "count" | "min" | "max" => Arc::clone(&self.function),
            "sum" if exact && self.returns == DataType::Long => Arc::clone(&self.function),
            _ => Replayed::of(Arc::clone(&self.function)),
        }
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

#[rustfmt::skip]
pub const NAMES: &[&str] = &[
    "any", "any_value", "approx_count_distinct", "approx_percentile", "approx_top_k",
    "approx_top_k_accumulate", "approx_top_k_combine", "array_agg", "avg",
    "bit_and", "bit_or", "bit_xor", "bitmap_and_agg", "bitmap_construct_agg", "bitmap_or_agg",
    "bool_and", "bool_or", "collect_list", "collect_set", "collect_union", "corr", "count",
    "count_if", "count_min_sketch", "covar_pop", "covar_samp", "every", "first", "first_value",
    "histogram_numeric", "hll_sketch_agg", "hll_union_agg", "kll_merge_agg_bigint",
    "kll_merge_agg_double", "kll_merge_agg_float", "kll_sketch_agg_bigint",
    "kll_sketch_agg_double", "kll_sketch_agg_float", "kurtosis", "last", "last_value", "listagg", "max", "max_by", "mean",
    "median", "min", "min_by", "mode", "percentile", "percentile_approx", "percentile_cont",
    "percentile_disc", "product", "regr_avgx", "regr_avgy", "regr_count", "regr_intercept",
    "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "schema_of_variant_agg",
    "skewness", "some", "std", "stddev", "stddev_pop", "stddev_samp", "string_agg", "sum",
    "theta_intersection_agg", "theta_sketch_agg", "theta_union_agg", "try_avg", "try_sum",
    "tuple_intersection_agg_double", "tuple_intersection_agg_integer", "tuple_sketch_agg_double",
    "tuple_sketch_agg_integer", "tuple_union_agg_double", "tuple_union_agg_integer", "var_pop",
    "var_samp", "variance", "vector_avg", "vector_sum",
];

/// Functions that sort by the keys of a `WITHIN GROUP`.
pub fn takes_order(name: &str) -> bool {
    matches!(
        name,
        "listagg" | "string_agg" | "mode" | "percentile_cont" | "percentile_disc"
    )
}

/// Functions that may be told to leave nulls out.
pub fn takes_null_treatment(name: &str) -> bool {
    matches!(
        name,
        "first"
            | "first_value"
            | "last"
            | "last_value"
            | "any_value"
            | "nth_value"
            | "lag"
            | "lead"
            | "collect_list"
            | "collect_set"
            | "array_agg"
    )
}

/// Types an aggregate function by Spark's rules.
pub fn bind(asked: &Asked<'_>) -> Result<AggregateBinding> {
    let Asked { name, args, .. } = *asked;
    match name {
        "count" => count(args),
        "count_if" => count_if(asked),
        "regr_count" => {
            arity(name, args, 2, 2)?;
            let types = expect(name, args, asked.settings, &[Want::Numeric])?;
            Ok(AggregateBinding {
                args: types,
                ..count(args)?
            })
        }
        "sum" | "avg" | "mean" | "try_sum" | "try_avg" | "product" => amounts::amount(asked),
        "var_samp" | "variance" | "var_pop" | "stddev" | "std" | "stddev_samp" | "stddev_pop"
        | "skewness" | "kurtosis" => amounts::spread(asked),
        "bit_and" | "bit_or" | "bit_xor" => amounts::bits(asked),
        "corr" | "covar_pop" | "covar_samp" | "regr_avgx" | "regr_avgy" | "regr_intercept"
        | "regr_r2" | "regr_slope" | "regr_sxx" | "regr_sxy" | "regr_syy" => amounts::pairs(asked),
        "min" | "max" => ranks::extreme(asked),
        "max_by" | "min_by" => ranks::beside_extreme(asked),
        "median" | "percentile" | "percentile_cont" | "percentile_disc" => ranks::percentile(asked),
        "mode" => ranks::mode(asked),
        "collect_list" | "array_agg" | "collect_set" => collected::collect(asked),
        "collect_union" => collected::union(asked),
        "listagg" | "string_agg" => collected::joined(asked),
        "first" | "first_value" | "last" | "last_value" | "any_value" => {
            collected::positional(asked)
        }
        "approx_count_distinct" => sketches::distinct_count(asked),
        "approx_percentile" | "percentile_approx" => sketches::quantiles(asked),
        "histogram_numeric" => sketches::histogram(asked),
        "count_min_sketch" => sketches::count_min(asked),
        "bitmap_construct_agg" | "bitmap_or_agg" | "bitmap_and_agg" => sketches::bitmap(asked),
        "schema_of_variant_agg" => collected::variant_shape(asked),
        "vector_sum" | "vector_avg" => vectors(asked),
        "bool_and" | "every" | "bool_or" | "some" | "any" => over_booleans(asked),
        _ => sketched::bind(asked),
    }
}

/// A function over all of its arguments.
fn simple(args: Vec<DataType>, returns: DataType, function: Arc<AggregateUDF>) -> AggregateBinding {
    AggregateBinding {
        takes: (0..args.len()).collect(),
        args,
        returns,
        nullable: true,
        function,
        null_treatment: None,
        finish: Finish::Nothing,
    }
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

/// The count of rows for which the argument, which becomes a filter, is true.
fn count_if(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let boolean = [Want::Is(DataType::Boolean)];
    let types = expect(asked.name, asked.args, asked.settings, &boolean)?;
    let binding = simple(types, DataType::Long, library::count::count_udaf());
    Ok(AggregateBinding {
        nullable: false,
        ..binding
    })
}

/// The sum or the mean of vectors.
fn vectors(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    if !is_vector(&asked.args[0].data_type) {
        let required = "\"ARRAY<FLOAT>\"";
        return Err(unexpected(asked.name, asked.args, 0, required));
    }
    let returns = DataType::Array {
        element: Box::new(DataType::Float),
        contains_null: false,
    };
    let recipe = Vectors {
        is_mean: asked.name == "vector_avg",
        returns: returns.to_arrow(),
    };
    let types = vec![asked.args[0].data_type.clone()];
    Ok(simple(types, returns, aggregate_of(recipe)))
}

fn over_booleans(asked: &Asked<'_>) -> Result<AggregateBinding> {
    arity(asked.name, asked.args, 1, 1)?;
    let boolean = [Want::Is(DataType::Boolean)];
    let types = expect(asked.name, asked.args, asked.settings, &boolean)?;
    let function = match asked.name {
        "bool_and" | "every" => library::bool_and_or::bool_and_udaf(),
        _ => library::bool_and_or::bool_or_udaf(),
    };
    Ok(simple(types, DataType::Boolean, function))
}
