//! `arrays_zip`: arrays side by side as one of structs. Its fields are called by names that
//! only the analysis knows.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, ListArray, StructArray, UInt64Array};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::DataType as ArrowType;

use super::arrays::{list_field, span};
use crate::error::{Result, SparkError};
use crate::functions::scalar::kernel::{arrow_error, is_null};
use crate::functions::scalar::typing::{Want, any_nullable, expect};
use crate::functions::{Arg, ArgType, Binding, Kernel, Settings};
use crate::types::{DataType, StructField, StructType};

/// Arrays side by side as structs of these names, as long as the longest.
pub fn zipped(
    name: &str,
    names: &[String],
    args: &[ArgType],
    settings: &Settings,
) -> Result<Binding> {
    let types = expect(name, args, settings, &[Want::Array])?;
    let fields = names.iter().zip(&types).map(|(name, array)| {
        let element = match array {
            DataType::Array { element, .. } => (**element).clone(),
            other => other.clone(),
        };
        StructField::new(name.clone(), element, true)
    });
    let structs = DataType::Struct(StructType::new(fields));
    let returns = DataType::Array {
        element: Box::new(structs),
        contains_null: false,
    };
    let storage = returns.to_arrow();
    let kernel: Kernel = Arc::new(move |args, rows| zip(&storage, args, rows));
    Ok(Binding {
        args: types,
        returns,
        nullable: any_nullable(args),
        kernel,
    })
}

fn zip(storage: &ArrowType, args: &[Arg], rows: usize) -> Result<ArrayRef> {
    let field = list_field(storage)?;
    let ArrowType::Struct(fields) = field.data_type() else {
        return Err(SparkError::internal("what is zipped is a struct"));
    };
    let mut places: Vec<Vec<Option<u64>>> = vec![Vec::new(); args.len()];
    let (mut lengths, mut valid) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    for row in 0..rows {
        let is_valid = !is_null(args, row);
        let spans: Vec<_> = args
            .iter()
            .map(|arg| span(arg.array.as_list::<i32>(), arg.at(row)))
            .collect();
        let longest = spans.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        let longest = if is_valid { longest } else { 0 };
        for (places, span) in places.iter_mut().zip(spans) {
            places
                .extend((0..longest).map(|i| (i < span.len()).then_some((span.start + i) as u64)));
        }
        lengths.push(longest);
        valid.push(is_valid);
    }
    let total: usize = lengths.iter().sum();
    let columns = args.iter().zip(places).map(|(arg, places)| {
        let values = arg.array.as_list::<i32>().values();
        take(values, &UInt64Array::from(places), None).map_err(arrow_error)
    });
    let columns: Vec<_> = columns.collect::<Result<_>>()?;
    let structs = match columns.is_empty() {
        true => StructArray::new_empty_fields(total, None),
        false => StructArray::try_new(fields.clone(), columns, None).map_err(arrow_error)?,
    };
    let nulls = NullBuffer::new(BooleanBuffer::from(valid));
    let nulls = (nulls.null_count() > 0).then_some(nulls);
    let offsets = OffsetBuffer::from_lengths(lengths);
    let built = ListArray::try_new(Arc::clone(field), offsets, Arc::new(structs), nulls);
    Ok(Arc::new(built.map_err(arrow_error)?))
}
