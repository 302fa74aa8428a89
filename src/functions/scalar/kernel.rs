//! Row-by-row kernels from plain Rust closures: how values are read from Arrow
//! arguments and how results are gathered.
//!
//! A null in any argument makes the result null; kernels that see nulls are
//! written against [`Arg`] directly.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BooleanArray, BooleanBuilder,
    ListArray, PrimitiveArray, StringArray, StringBuilder, UInt64Array, make_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::{
    ArrowNativeType, ArrowPrimitiveType, DataType as ArrowType, Decimal128Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType,
};

use crate::error::{Result, SparkError};
use crate::functions::{Arg, Binding, Kernel};
use crate::types::DataType;

pub fn arrow_error(error: arrow::error::ArrowError) -> SparkError {
    SparkError::internal(error)
}

/// A kind of value that a closure takes.
pub trait Input: 'static {
    type Item<'a>;
    type View<'a>;
    fn view(array: &dyn Array) -> Result<Self::View<'_>>;
    fn value<'a>(view: &Self::View<'a>, index: usize) -> Self::Item<'a>;
}

/// A kind of value that a closure gives.
pub trait Output: Sized + 'static {
    fn collect(
        rows: usize,
        returns: &ArrowType,
        next: impl FnMut(usize) -> Result<Option<Self>>,
    ) -> Result<ArrayRef>;
}

/// The values of an array whatever its logical type, if its storage is `N`.
pub fn native_values<N: ArrowNativeType>(array: &dyn Array) -> Result<&[N]> {
    use arrow::datatypes as t;
    macro_rules! stored {
        ($($kind:ident),*) => {
            $(if let Some(found) = array.as_primitive_opt::<t::$kind>() {
                let values: &dyn std::any::Any = found.values();
                if let Some(values) = values.downcast_ref::<ScalarBuffer<N>>() {
                    return Ok(&values[..]);
                }
            })*
        };
    }
    stored!(
        Int32Type,
        Int64Type,
        Float64Type,
        TimestampMicrosecondType,
        Date32Type,
        Time64NanosecondType,
        Int8Type,
        Int16Type,
        Float32Type,
        Decimal128Type,
        DurationMicrosecondType,
        IntervalYearMonthType,
        IntervalMonthDayNanoType
    );
    Err(SparkError::internal(format!(
        "a kernel cannot read {}",
        array.data_type()
    )))
}

/// Gives an array of plain numbers the logical type of the same storage.
pub fn retyped(array: ArrayRef, to: &ArrowType) -> Result<ArrayRef> {
    if array.data_type() == to {
        return Ok(array);
    }
    let data = array.to_data();
    let built = ArrayData::try_new(
        to.clone(),
        data.len(),
        data.nulls().map(|n| n.buffer().clone()),
        data.offset(),
        data.buffers().to_vec(),
        data.child_data().to_vec(),
    );
    Ok(make_array(built.map_err(arrow_error)?))
}

macro_rules! native {
    ($($rust:ty => $arrow:ty),*) => {$(
        impl Input for $rust {
            type Item<'a> = $rust;
            type View<'a> = &'a [$rust];
            fn view(array: &dyn Array) -> Result<Self::View<'_>> {
                native_values::<$rust>(array)
            }
            #[inline(always)]
            fn value<'a>(view: &Self::View<'a>, index: usize) -> Self::Item<'a> {
                view[index]
            }
        }
        impl Output for $rust {
            fn collect(
                rows: usize,
                returns: &ArrowType,
                next: impl FnMut(usize) -> Result<Option<Self>>,
            ) -> Result<ArrayRef> {
                collect_native::<$arrow>(rows, returns, next)
            }
        }
    )*};
}

native!(
    i8 => Int8Type, i16 => Int16Type, i32 => Int32Type, i64 => Int64Type, f32 => Float32Type,
    f64 => Float64Type, i128 => Decimal128Type,
    IntervalMonthDayNano => IntervalMonthDayNanoType
);

fn collect_native<T: ArrowPrimitiveType>(
    rows: usize,
    returns: &ArrowType,
    mut next: impl FnMut(usize) -> Result<Option<T::Native>>,
) -> Result<ArrayRef> {
    let mut values = Vec::with_capacity(rows);
    let mut valid: Option<Vec<bool>> = None;
    for row in 0..rows {
        match next(row)? {
            Some(value) => values.push(value),
            None => {
                values.push(T::Native::default());
                valid.get_or_insert_with(|| vec![true; rows])[row] = false;
            }
        }
    }
    let nulls = valid.map(|v| NullBuffer::new(BooleanBuffer::from(v)));
    retyped(
        Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), nulls)),
        returns,
    )
}

/// `string` arguments.
pub struct Str;
/// `binary` arguments.
pub struct Bytes;
/// `array` arguments, each value as an array.
pub struct List;

impl Input for Str {
    type Item<'a> = &'a str;
    type View<'a> = &'a StringArray;
    fn view(array: &dyn Array) -> Result<Self::View<'_>> {
        array
            .as_string_opt()
            .ok_or_else(|| SparkError::internal("a kernel wants a string"))
    }
    fn value<'a>(view: &Self::View<'a>, index: usize) -> &'a str {
        view.value(index)
    }
}

impl Input for Bytes {
    type Item<'a> = &'a [u8];
    type View<'a> = &'a BinaryArray;
    fn view(array: &dyn Array) -> Result<Self::View<'_>> {
        array
            .as_binary_opt()
            .ok_or_else(|| SparkError::internal("a kernel wants a binary"))
    }
    fn value<'a>(view: &Self::View<'a>, index: usize) -> &'a [u8] {
        view.value(index)
    }
}

impl Input for bool {
    type Item<'a> = bool;
    type View<'a> = &'a BooleanArray;
    fn view(array: &dyn Array) -> Result<Self::View<'_>> {
        array
            .as_boolean_opt()
            .ok_or_else(|| SparkError::internal("a kernel wants a boolean"))
    }
    fn value<'a>(view: &Self::View<'a>, index: usize) -> Self::Item<'a> {
        view.value(index)
    }
}

impl Input for List {
    type Item<'a> = ArrayRef;
    type View<'a> = &'a ListArray;
    fn view(array: &dyn Array) -> Result<Self::View<'_>> {
        array
            .as_list_opt()
            .ok_or_else(|| SparkError::internal("a kernel wants an array"))
    }
    fn value<'a>(view: &Self::View<'a>, index: usize) -> Self::Item<'a> {
        view.value(index)
    }
}

impl Output for String {
    fn collect(
        rows: usize,
        _: &ArrowType,
        mut next: impl FnMut(usize) -> Result<Option<Self>>,
    ) -> Result<ArrayRef> {
        let mut out = StringBuilder::with_capacity(rows, rows * 8);
        for row in 0..rows {
            out.append_option(next(row)?);
        }
        Ok(Arc::new(out.finish()))
    }
}

impl Output for Vec<u8> {
    fn collect(
        rows: usize,
        _: &ArrowType,
        mut next: impl FnMut(usize) -> Result<Option<Self>>,
    ) -> Result<ArrayRef> {
        let mut out = BinaryBuilder::with_capacity(rows, rows * 8);
        for row in 0..rows {
            out.append_option(next(row)?);
        }
        Ok(Arc::new(out.finish()))
    }
}

impl Output for bool {
    fn collect(
        rows: usize,
        _: &ArrowType,
        mut next: impl FnMut(usize) -> Result<Option<Self>>,
    ) -> Result<ArrayRef> {
        let mut out = BooleanBuilder::with_capacity(rows);
        for row in 0..rows {
            out.append_option(next(row)?);
        }
        Ok(Arc::new(out.finish()))
    }
}

/// Arrays of strings.
impl Output for Vec<String> {
    fn collect(
        rows: usize,
        returns: &ArrowType,
        mut next: impl FnMut(usize) -> Result<Option<Self>>,
    ) -> Result<ArrayRef> {
        let mut out = arrow::array::ListBuilder::new(StringBuilder::new());
        if let ArrowType::List(field) = returns {
            out = out.with_field(Arc::clone(field));
        }
        for row in 0..rows {
            match next(row)? {
                Some(values) => out.append_value(values.into_iter().map(Some)),
                None => out.append_null(),
            }
        }
        Ok(Arc::new(out.finish()))
    }
}

/// Repeats the only value of an array.
pub fn expand(array: ArrayRef, rows: usize) -> Result<ArrayRef> {
    if array.len() == rows {
        return Ok(array);
    }
    let zeros = UInt64Array::from(vec![0; rows]);
    arrow::compute::take(&array, &zeros, None).map_err(arrow_error)
}

/// Computes once where every argument is one value for all rows.
fn folded(
    args: &[Arg],
    rows: usize,
    compute: impl Fn(usize) -> Result<ArrayRef>,
) -> Result<ArrayRef> {
    if rows > 1 && args.iter().all(|a| a.is_scalar) {
        expand(compute(1)?, rows)
    } else {
        compute(rows)
    }
}

pub fn is_null(args: &[Arg], row: usize) -> bool {
    args.iter().any(|arg| arg.array.is_null(arg.at(row)))
}

fn bound(args: Vec<DataType>, returns: DataType, nullable: bool, kernel: Kernel) -> Binding {
    Binding {
        args,
        returns,
        nullable,
        kernel,
    }
}

macro_rules! kernels {
    ($($(#[$doc:meta])* $name:ident: $($kind:ident $index:tt),*;)*) => {$(
        $(#[$doc])*
        pub fn $name<$($kind: Input,)* O: Output>(
            args: Vec<DataType>,
            returns: DataType,
            nullable: bool,
            f: impl for<'a> Fn($($kind::Item<'a>),*) -> Result<Option<O>> + Send + Sync + 'static,
        ) -> Binding {
            let storage = returns.to_arrow();
            let kernel: Kernel = Arc::new(move |args, rows| {
                let views = ($($kind::view(args[$index].array.as_ref())?,)*);
                let nullable = args.iter().any(|arg| arg.array.null_count() > 0);
                folded(args, rows, |rows| {
                    O::collect(rows, &storage, |row| {
                        if nullable && is_null(args, row) {
                            return Ok(None);
                        }
                        f($($kind::value(&views.$index, args[$index].at(row))),*)
                    })
                })
            });
            bound(args, returns, nullable, kernel)
        }
    )*};
}

kernels! {
    /// A function of one argument.
    unary: A 0;
    /// A function of two arguments.
    binary: A 0, B 1;
    /// A function of three arguments.
    ternary: A 0, B 1, C 2;
    /// A function of four arguments.
    quaternary: A 0, B 1, C 2, D 3;
}

/// A function of numbers that cannot fail, over whole buffers.
pub fn pure<A: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    arg: DataType,
    returns: DataType,
    nullable: bool,
    f: impl Fn(A::Native) -> O::Native + Send + Sync + 'static,
) -> Binding {
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let array = &args[0].array;
        let values: Vec<O::Native> = native_values::<A::Native>(array.as_ref())?
            .iter()
            .map(|v| f(*v))
            .collect();
        let out = PrimitiveArray::<O>::new(values.into(), array.nulls().cloned());
        expand(retyped(Arc::new(out), &storage)?, rows)
    });
    bound(vec![arg], returns, nullable, kernel)
}

/// A function of two numbers that cannot fail, over whole buffers.
pub fn pure2<T: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    args: Vec<DataType>,
    returns: DataType,
    nullable: bool,
    f: impl Fn(T::Native, T::Native) -> O::Native + Send + Sync + 'static,
) -> Binding {
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| {
        let (l, r) = (&args[0], &args[1]);
        let (a, b) = (
            native_values::<T::Native>(l.array.as_ref())?,
            native_values::<T::Native>(r.array.as_ref())?,
        );
        if (l.is_scalar && l.array.is_null(0)) || (r.is_scalar && r.array.is_null(0)) {
            return Ok(arrow::array::new_null_array(&storage, rows));
        }
        let values: Vec<O::Native> = match (l.is_scalar, r.is_scalar) {
            (false, false) => a.iter().zip(b).map(|(a, b)| f(*a, *b)).collect(),
            (false, true) => a.iter().map(|a| f(*a, b[0])).collect(),
            (true, false) => b.iter().map(|b| f(a[0], *b)).collect(),
            (true, true) => vec![f(a[0], b[0]); rows],
        };
        let nulls = column_nulls(args);
        retyped(
            Arc::new(PrimitiveArray::<O>::new(values.into(), nulls)),
            &storage,
        )
    });
    bound(args, returns, nullable, kernel)
}

/// Rows where a column argument is null.
pub fn column_nulls(args: &[Arg]) -> Option<NullBuffer> {
    args.iter()
        .filter(|a| !a.is_scalar)
        .fold(None, |nulls, arg| {
            NullBuffer::union(nulls.as_ref(), arg.array.nulls())
        })
}
