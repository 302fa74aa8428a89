//! Random functions: `rand`, `randn`, `uniform`, `randstr`, `uuid`, `shuffle`. Their values
//! come one after the other from a seed, to which that of a partition is added, so that a
//! value hangs on the id of its row. A call without a seed draws one when it is analysed.

use std::convert::Infallible;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray, StringArray};
use arrow::compute::take;
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::ScalarValue;
use parking_lot::Mutex;

use super::constant::value_of;
use super::expression::{Resolver, Typed};
use super::{column, fresh_id};
use crate::engine::kernel_expr;
use crate::engine::row_ids::BITS_OF_ROW;
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::list_field;
use crate::functions::scalar::kernel::arrow_error;
use crate::functions::scalar::random::{Twister, Uniform, fresh_seed};
use crate::functions::scalar::typing::{mismatch, unexpected, wrong_count};
use crate::functions::{Arg, ArgType, Binding, Kernel};
use crate::plan::{Call, CastMode, Expr, Literal, text};
use crate::types::DataType;

/// Values of rows by their ids. What comes next is remembered; an id that lies before it, or
/// in another partition, begins anew, as another run of the query does.
pub(super) struct Draws<G, T> {
    seed: i64,
    begin: Box<dyn Fn(i64) -> G + Send + Sync>,
    step: Box<dyn Fn(&mut G) -> T + Send + Sync>,
    at: Mutex<(i64, G)>,
}

impl<G, T> Draws<G, T> {
    pub(super) fn new(
        seed: i64,
        begin: impl Fn(i64) -> G + Send + Sync + 'static,
        step: impl Fn(&mut G) -> T + Send + Sync + 'static,
    ) -> Self {
        let first = begin(seed);
        Self {
            seed,
            begin: Box::new(begin),
            step: Box::new(step),
            at: Mutex::new((0, first)),
        }
    }

    pub(super) fn of(&self, ids: &Arg, rows: usize) -> Vec<T> {
        let wanted: &Int64Array = ids.array.as_primitive();
        let mut at = self.at.lock();
        let draw = |row: usize| {
            let number = wanted.value(ids.at(row));
            if number < at.0 || partition(number) != partition(at.0) {
                let seed = self.seed.wrapping_add(partition(number));
                *at = (first_of(partition(number)), (self.begin)(seed));
            }
            while at.0 < number {
                (self.step)(&mut at.1);
                at.0 += 1;
            }
            at.0 += 1;
            (self.step)(&mut at.1)
        };
        (0..rows).map(draw).collect()
    }
}

/// The partition that the id of a row is of.
fn partition(id: i64) -> i64 {
    id >> BITS_OF_ROW
}

/// The id of the first row of a partition.
fn first_of(partition: i64) -> i64 {
    partition << BITS_OF_ROW
}

/// Calls whose value hangs on where a row is, or on how many there were before.
const DRAWS: [&str; 9] = [
    "rand",
    "random",
    "randn",
    "uuid",
    "randstr",
    "shuffle",
    "uniform",
    "monotonically_increasing_id",
    "spark_partition_id",
];

/// A condition in two parts, where its first parts draw nothing and a later one does: Spark
/// draws for the rows that the first parts keep.
pub(super) fn split_before_draws(condition: &Expr) -> Option<(Expr, Expr)> {
    let mut parts = Vec::new();
    conjuncts(condition, &mut parts);
    let at = parts.iter().position(|part| draws(part))?;
    let all = |parts: &[&Expr]| {
        let parts = parts.iter().map(|part| (*part).clone());
        parts.reduce(|left, right| Expr::call("and", [left, right]))
    };
    Some((all(&parts[..at])?, all(&parts[at..])?))
}

fn conjuncts<'e>(condition: &'e Expr, parts: &mut Vec<&'e Expr>) {
    match condition {
        Expr::Call(call) if call.name.eq_ignore_ascii_case("and") => {
            call.args.iter().for_each(|arg| conjuncts(arg, parts));
        }
        part => parts.push(part),
    }
}

/// Whether an expression has such a call.
pub(super) fn draws(expr: &Expr) -> bool {
    let mut found = false;
    let looked = expr.rewrite::<Infallible>(&mut |e| {
        if let Expr::Call(call) = e {
            found |= DRAWS
                .iter()
                .any(|name| call.name.eq_ignore_ascii_case(name));
        }
        Ok(None)
    });
    looked.is_ok() && found
}

impl Resolver<'_, '_> {
    /// The functions of this file; `None` for any other call.
    pub(super) fn random_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        if matches!(name, "reflect" | "java_method" | "try_reflect") {
            return self.reflected_uuid(name, call);
        }
        let (least, counts) = match name {
            "rand" | "random" | "randn" | "uuid" => (0, "[0, 1]"),
            "randstr" | "shuffle" => (1, "[1, 2]"),
            "uniform" => (2, "[2, 3]"),
            _ => return Ok(None),
        };
        let count = call.args.len();
        if count < least || count > least + 1 {
            return Err(wrong_count(name, counts, count));
        }
        // Spark draws anew for every element; here a draw belongs to a row.
        if !self.lambdas.is_empty() {
            return Err(SparkError::not_implemented(format_args!(
                "the function {name} inside a lambda"
            )));
        }
        let args = self.resolve_all(&call.args)?;
        if self.streaming {
            return Err(SparkError::not_implemented(format_args!(
                "the function {name} on a stream"
            )));
        }
        let types: Vec<ArgType> = args.iter().map(Typed::arg_type).collect();
        let seed = match args.get(least) {
            Some(given) => seed_of(name, &types, least, given)?,
            None => fresh_seed(),
        };
        let texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        let shown = text::call_text(name, &texts, false);
        match name {
            "uniform" => self.uniform(call, &args, &types, seed, shown),
            "randstr" => self.letters(&args[0], &types, seed, shown),
            "shuffle" => self.shuffled(args, &types, seed, shown),
            "uuid" => {
                let draws = Draws::new(seed, Twister::new, Twister::uuid);
                self.drawn(name, seed, DataType::String, shown, move |numbers, rows| {
                    Arc::new(StringArray::from_iter_values(draws.of(numbers, rows)))
                })
            }
            _ => {
                let step = if name == "randn" {
                    Uniform::next_gaussian
                } else {
                    Uniform::next_double
                };
                let draws = Draws::new(seed, Uniform::new, step);
                self.drawn(name, seed, DataType::Double, shown, move |numbers, rows| {
                    Arc::new(Float64Array::from(draws.of(numbers, rows)))
                })
            }
        }
        .map(Some)
    }

    /// Java's random UUID, which differs from row to row; `None` for its other methods.
    fn reflected_uuid(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let args = self.resolve_all(&call.args)?;
        let types: Vec<ArgType> = args.iter().map(Typed::arg_type).collect();
        if !crate::functions::scalar::reflected::is_random(&types) {
            return Ok(None);
        }
        let texts: Vec<_> = args.into_iter().map(|arg| arg.text).collect();
        let drawn = self.resolve(&Expr::call("uuid", []))?;
        Ok(Some(Typed {
            text: text::call_text(name, &texts, false),
            nullable: true,
            ..drawn
        }))
    }

    fn drawn(
        &mut self,
        name: &str,
        seed: i64,
        returns: DataType,
        text: String,
        values: impl Fn(&Arg, usize) -> ArrayRef + Send + Sync + 'static,
    ) -> Result<Typed> {
        let kernel: Kernel = Arc::new(move |args, rows| Ok(values(&args[0], rows)));
        let binding = Binding {
            args: vec![DataType::Long],
            returns: returns.clone(),
            nullable: false,
            kernel,
        };
        let id = *self.row_number.get_or_insert_with(fresh_id);
        let function = format!("{name} of {seed}");
        let expr = kernel_expr(&function, binding, vec![column(id)], self.settings());
        Ok(Typed::new(expr, returns, false, text))
    }

    fn letters(
        &mut self,
        length: &Typed,
        types: &[ArgType],
        seed: i64,
        text: String,
    ) -> Result<Typed> {
        let name = "randstr";
        let value = self.coerce(length.clone(), &DataType::Integer)?;
        let Some(ScalarValue::Int32(length)) = value_of(&value.expr)? else {
            return Err(SparkError::not_implemented(
                "randstr of a length that is no constant",
            ));
        };
        let length = length.unwrap_or(0);
        let count = usize::try_from(length).map_err(|_| {
            mismatch(
                "VALUE_OUT_OF_RANGE",
                name,
                types,
                &[
                    ("exprName", "`length`"),
                    ("valueRange", "[0, 2147483647]"),
                    ("currentValue", &length.to_string()),
                ],
            )
        })?;
        let step = move |uniform: &mut Uniform| -> String {
            (0..count).map(|_| uniform.next_letter()).collect()
        };
        let draws = Draws::new(seed, Uniform::new, step);
        let function = format!("{name} {count}");
        self.drawn(
            &function,
            seed,
            DataType::String,
            text,
            move |numbers, rows| Arc::new(StringArray::from_iter_values(draws.of(numbers, rows))),
        )
    }

    /// A random number between two, as a calculation with `rand`.
    fn uniform(
        &mut self,
        call: &Call,
        args: &[Typed],
        types: &[ArgType],
        seed: i64,
        text: String,
    ) -> Result<Typed> {
        let name = "uniform";
        for (index, arg) in args[..2].iter().enumerate() {
            if !arg.data_type.is_numeric() && arg.data_type != DataType::Null {
                return Err(unexpected(name, types, index, "\"NUMERIC\""));
            }
        }
        let (low, high) = (&args[0].data_type, &args[1].data_type);
        if *low == DataType::Null || *high == DataType::Null {
            let null = Typed::constant(Literal::Null(DataType::Double))?;
            return Ok(Typed {
                text,
                literal: None,
                ..null
            });
        }
        let is = |wanted: &DataType| low == wanted || high == wanted;
        let common = || crate::functions::scalar::coercion::common_type(low, high, true);
        let returns = match (low, high) {
            _ if is(&DataType::Double) => DataType::Double,
            _ if is(&DataType::Float) => DataType::Float,
            (DataType::Decimal { .. }, integer) if integer.is_integral() => low.clone(),
            (integer, DataType::Decimal { .. }) if integer.is_integral() => high.clone(),
            _ => common().unwrap_or(DataType::Double),
        };
        let double = |expr: &Expr| Expr::Cast {
            expr: Box::new(expr.clone()),
            to: DataType::Double,
            mode: CastMode::Cast,
        };
        let (low, high) = (double(&call.args[0]), double(&call.args[1]));
        let rand = Expr::call("rand", [Expr::Literal(Literal::Long(seed))]);
        let width = Expr::call("-", [high, low.clone()]);
        let number = Expr::call("+", [low, Expr::call("*", [rand, width])]);
        let value = self.resolve(&number)?;
        let mut value = self.coerce(value, &returns)?;
        (value.text, value.name, value.literal, value.nullable) = (text, None, None, false);
        Ok(value)
    }

    fn shuffled(
        &mut self,
        args: Vec<Typed>,
        types: &[ArgType],
        seed: i64,
        text: String,
    ) -> Result<Typed> {
        let list = args
            .into_iter()
            .next()
            .ok_or_else(|| super::internal("an array"))?;
        if !matches!(list.data_type, DataType::Array { .. }) {
            return Err(unexpected("shuffle", &types[..1], 0, "\"ARRAY\""));
        }
        let (returns, nullable) = (list.data_type.clone(), list.nullable);
        let storage = returns.to_arrow();
        let state = Mutex::new((0, Twister::new(seed)));
        let kernel: Kernel = Arc::new(move |args, rows| {
            let ids: &Int64Array = args[1].array.as_primitive();
            let mut state = state.lock();
            let order = |row: usize, count: usize| {
                let id = ids.value(args[1].at(row));
                if id < state.0 || partition(id) != partition(state.0) {
                    let seed = seed.wrapping_add(partition(id));
                    *state = (first_of(partition(id)), Twister::new(seed));
                }
                state.0 = id + 1;
                state.1.order(count)
            };
            permuted(&storage, &args[0], rows, order)
        });
        let binding = Binding {
            args: vec![returns.clone(), DataType::Long],
            returns: returns.clone(),
            nullable,
            kernel,
        };
        let id = *self.row_number.get_or_insert_with(fresh_id);
        let function = format!("shuffle of {seed}");
        let inputs = vec![list.expr, column(id)];
        let expr = kernel_expr(&function, binding, inputs, self.settings());
        Ok(Typed::new(expr, returns, nullable, text))
    }
}

fn permuted(
    storage: &ArrowType,
    arg: &Arg,
    rows: usize,
    mut order: impl FnMut(usize, usize) -> Vec<usize>,
) -> Result<ArrayRef> {
    let lists = arg.array.as_list::<i32>();
    let (mut places, mut lengths, mut valid) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        let at = arg.at(row);
        valid.push(lists.is_valid(at));
        if lists.is_null(at) {
            lengths.push(0);
            continue;
        }
        let (first, count) = (
            lists.value_offsets()[at] as u64,
            lists.value_length(at) as usize,
        );
        places.extend(
            order(row, count)
                .into_iter()
                .map(|place| first + place as u64),
        );
        lengths.push(count);
    }
    let places = arrow::array::UInt64Array::from(places);
    let values = take(lists.values(), &places, None).map_err(arrow_error)?;
    let nulls = arrow::buffer::NullBuffer::from(valid);
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths);
    let built = ListArray::try_new(Arc::clone(list_field(storage)?), offsets, values, nulls);
    Ok(Arc::new(built.map_err(arrow_error)?))
}

/// The seed that an argument is; null is 0.
fn seed_of(name: &str, types: &[ArgType], index: usize, arg: &Typed) -> Result<i64> {
    let of_long = match name {
        "uuid" => Some("`UUID`"),
        "shuffle" => Some("`shuffle`"),
        _ => None,
    };
    let value = match arg.data_type {
        DataType::Integer | DataType::Long | DataType::Null => value_of(&arg.expr)?,
        _ => {
            return Err(match of_long {
                Some(function) => SparkError::new(
                    "INVALID_PARAMETER_VALUE.LONG",
                    &[
                        ("parameter", "`seed`"),
                        ("functionName", function),
                        ("invalidValue", &format!("\"{}\"", arg.text)),
                    ],
                ),
                None => unexpected(name, types, index, "(\"INT\" or \"BIGINT\")"),
            });
        }
    };
    match value {
        Some(ScalarValue::Int32(seed)) => Ok(i64::from(seed.unwrap_or(0))),
        Some(ScalarValue::Int64(seed)) => Ok(seed.unwrap_or(0)),
        Some(_) => Ok(0),
        None => Err(SparkError::not_implemented(format_args!(
            "{name} of a seed that is no constant"
        ))),
    }
}
