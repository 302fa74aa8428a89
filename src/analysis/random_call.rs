//! Random functions: `rand`, `randn`, `uniform`, `randstr`, `uuid`, `shuffle`. Their values
//! come one after the other from a seed, to which that of a partition is added. Where every
//! row draws once, a value hangs on the id of its row; in a branch, in a lambda and for
//! `shuffle` on the draws before. A call without a seed draws one when it is analysed.

use std::convert::Infallible;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListArray, StringArray};
use arrow::compute::take;
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::ScalarValue;
use parking_lot::Mutex;

use super::constant::value_of;
use super::draws::{Draws, Sequence};
use super::expression::{Resolver, Typed};
use super::{column, fresh_id};
use crate::engine::guarded::IN_ORDER;
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::list_field;
use crate::functions::scalar::kernel::arrow_error;
use crate::functions::scalar::random::{Twister, Uniform, fresh_seed};
use crate::functions::scalar::typing::{mismatch, unexpected, wrong_count};
use crate::functions::{Arg, ArgType, Binding, Kernel};
use crate::plan::{Call, CastMode, Expr, Literal, text};
use crate::types::DataType;

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

/// A condition in two parts, one asked for the rows that the other keeps: those parts of it
/// that stand before the first that draws, or that one and those behind it. Spark asks them
/// in their order and draws for the rows that come so far.
pub(super) fn split_before_draws(condition: &Expr) -> Option<(Expr, Expr)> {
    let mut parts = Vec::new();
    conjuncts(condition, &mut parts);
    let at = parts.iter().position(|part| draws(part))?.max(1);
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
        let args = self.resolve_all(&call.args)?;
        let types: Vec<ArgType> = args.iter().map(Typed::arg_type).collect();
        let given = match args.get(least) {
            Some(given) => Some(seed_of(name, &types, least, given)?),
            None => None,
        };
        // In a stream Spark draws another one for every batch.
        let seed = given.filter(|_| !self.streaming).unwrap_or_else(fresh_seed);
        let texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        let shown = text::call_text(name, &texts, false);
        match name {
            "uniform" => self.uniform(call, &args, &types, seed, shown),
            "randstr" => self.letters(&args[0], &types, seed, shown),
            "shuffle" => self.shuffled(args, &types, seed, shown),
            "uuid" => self.drawn(name, (seed, Twister::new, Twister::uuid), texts_of, shown),
            _ => {
                let step = if name == "randn" {
                    Uniform::next_gaussian
                } else {
                    Uniform::next_double
                };
                self.drawn(name, (seed, Uniform::new, step), doubles, shown)
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

    /// A call that draws a value for each row, or for each time that it is asked: the seed,
    /// how a generator begins, and its step.
    fn drawn<G, T>(
        &mut self,
        name: &str,
        (seed, begin, step): (i64, fn(i64) -> G, impl Step<G, T>),
        column_of: fn(Vec<T>) -> (ArrayRef, DataType),
        text: String,
    ) -> Result<Typed>
    where
        G: Clone + Send + 'static,
        T: 'static,
    {
        let (_, returns) = column_of(Vec::new());
        let (kernel, mark): (Kernel, _) = if self.streaming {
            let generator = Mutex::new(begin(seed));
            let draw = move |rows| -> Vec<T> {
                let mut generator = generator.lock();
                (0..rows).map(|_| step(&mut generator)).collect()
            };
            (
                Arc::new(move |_, rows| Ok(column_of(draw(rows)).0)),
                IN_ORDER,
            )
        } else if !self.lambdas.is_empty() {
            let sequence = Arc::new(Sequence::new(seed, begin));
            self.turns.push(Arc::clone(&sequence) as _);
            let step = move |g: &mut G, _| step(g);
            let kernel = move |args: &[Arg], rows| Ok(sequence.more(&args[0], rows, &step));
            (
                Arc::new(move |args, rows| Ok(column_of(kernel(args, rows)?).0)),
                IN_ORDER,
            )
        } else if self.branches > 0 {
            let sequence = Sequence::new(seed, begin);
            let step = move |g: &mut G, _| step(g);
            let kernel = move |args: &[Arg], rows| sequence.of(&args[0], rows, &step);
            (
                Arc::new(move |args, rows| Ok(column_of(kernel(args, rows)).0)),
                IN_ORDER,
            )
        } else {
            let draws = Draws::new(seed, begin, step);
            let kernel = move |args: &[Arg], rows| draws.of(&args[0], rows);
            (
                Arc::new(move |args, rows| Ok(column_of(kernel(args, rows)).0)),
                "",
            )
        };
        self.holds_rows |= !mark.is_empty() && !self.streaming;
        let binding = Binding {
            args: vec![DataType::Long],
            returns: returns.clone(),
            nullable: false,
            kernel,
        };
        let id = *self.row_number.get_or_insert_with(fresh_id);
        let function = format!("{name} of {seed}{mark}");
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
        let function = format!("{name} {count}");
        self.drawn(&function, (seed, Uniform::new, step), texts_of, text)
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
        for (arg, input) in args[..2].iter().zip(["`min`", "`max`"]) {
            if crate::engine::constant_value(&arg.expr)?.is_none() {
                let parameters = [
                    ("inputName", input),
                    ("inputType", "integer or floating-point"),
                    ("inputExpr", &*format!("\"{}\"", arg.text)),
                ];
                return Err(mismatch("NON_FOLDABLE_INPUT", name, types, &parameters));
            }
        }
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
        let sequence = Arc::new(Sequence::new(seed, Twister::new as fn(i64) -> Twister));
        let (is_stream, is_in_lambda) = (self.streaming, !self.lambdas.is_empty());
        if is_in_lambda && !is_stream {
            self.turns.push(Arc::clone(&sequence) as _);
        }
        self.holds_rows |= !is_stream;
        let kernel: Kernel = Arc::new(move |args, rows| {
            let lists = args[0].array.as_list::<i32>();
            let order = |twister: &mut Twister, row: usize| {
                let at = args[0].at(row);
                let count = lists.is_valid(at).then(|| lists.value_length(at) as usize);
                count.map(|count| twister.order(count))
            };
            let orders = match is_stream || is_in_lambda {
                true => sequence.more(&args[1], rows, order),
                false => sequence.of(&args[1], rows, order),
            };
            permuted(&storage, &args[0], orders)
        });
        let binding = Binding {
            args: vec![returns.clone(), DataType::Long],
            returns: returns.clone(),
            nullable,
            kernel,
        };
        let id = *self.row_number.get_or_insert_with(fresh_id);
        let function = format!("shuffle of {seed}{IN_ORDER}");
        let inputs = vec![list.expr, column(id)];
        let expr = kernel_expr(&function, binding, inputs, self.settings());
        Ok(Typed::new(expr, returns, nullable, text))
    }
}

/// The lists with their elements in other orders, one for each list that there is.
fn permuted(storage: &ArrowType, arg: &Arg, orders: Vec<Option<Vec<usize>>>) -> Result<ArrayRef> {
    let lists = arg.array.as_list::<i32>();
    let nulls: arrow::buffer::NullBuffer = orders.iter().map(Option::is_some).collect();
    let lengths = orders
        .iter()
        .map(|order| order.as_ref().map_or(0, Vec::len));
    let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths);
    let mut places = Vec::new();
    for (row, order) in orders.into_iter().enumerate() {
        let first = lists.value_offsets()[arg.at(row)] as u64;
        places.extend(
            order
                .into_iter()
                .flatten()
                .map(|place| first + place as u64),
        );
    }
    let places = arrow::array::UInt64Array::from(places);
    let values = take(lists.values(), &places, None).map_err(arrow_error)?;
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    let built = ListArray::try_new(Arc::clone(list_field(storage)?), offsets, values, nulls);
    Ok(Arc::new(built.map_err(arrow_error)?))
}

fn texts_of(values: Vec<String>) -> (ArrayRef, DataType) {
    (
        Arc::new(StringArray::from_iter_values(values)),
        DataType::String,
    )
}

fn doubles(values: Vec<f64>) -> (ArrayRef, DataType) {
    (Arc::new(Float64Array::from(values)), DataType::Double)
}

/// What a generator gives next.
trait Step<G, T>: Fn(&mut G) -> T + Send + Sync + 'static {}

impl<G, T, F: Fn(&mut G) -> T + Send + Sync + 'static> Step<G, T> for F {}

/// The seed that an argument is; null is 0.
fn seed_of(name: &str, types: &[ArgType], index: usize, arg: &Typed) -> Result<i64> {
    let of_long = match name {
        "uuid" => Some("`UUID`"),
        "shuffle" => Some("`shuffle`"),
        _ => None,
    };
    let no_long = |function: &str| {
        let shown = format!("\"{}\"", arg.text);
        let parameters = [
            ("parameter", "`seed`"),
            ("functionName", function),
            ("invalidValue", &shown),
        ];
        SparkError::new("INVALID_PARAMETER_VALUE.LONG", &parameters)
    };
    let value = match arg.data_type {
        DataType::Integer | DataType::Long | DataType::Null => value_of(&arg.expr)?,
        _ => {
            return Err(match of_long {
                Some(function) => no_long(function),
                None => unexpected(name, types, index, "(\"INT\" or \"BIGINT\")"),
            });
        }
    };
    if let (None, Some(function)) = (&value, of_long) {
        return Err(no_long(function));
    }
    match value {
        Some(ScalarValue::Int32(seed)) => Ok(i64::from(seed.unwrap_or(0))),
        Some(ScalarValue::Int64(seed)) => Ok(seed.unwrap_or(0)),
        Some(_) => Ok(0),
        None => Err(SparkError::not_implemented(format_args!(
            "{name} of a seed that is no constant"
        ))),
    }
}
