//! Joining strings, binaries and arrays.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, StringBuilder};

use crate::error::{Result, SparkError};
use crate::functions::scalar::coercion::common_type_of;
use crate::functions::scalar::kernel::is_null;
use crate::functions::scalar::typing::{
    any_nullable, arity, different_types, unexpected, wrong_count,
};
use crate::functions::{ArgType, Binding, Kernel, Scalar, Settings};
use crate::types::DataType;

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["concat", "||"],
        bind: concat,
    },
    Scalar {
        names: &["concat_ws"],
        bind: concat_ws,
    },
];

const TEXT: DataType = DataType::String;

fn is_nested(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_)
    )
}

/// The arguments as Spark reports them: what can be text beside a list is text.
fn texts_for_values(args: &[ArgType]) -> Vec<ArgType> {
    let as_text = |arg: &ArgType| match is_nested(&arg.data_type) {
        true => arg.clone(),
        false => ArgType {
            data_type: DataType::String,
            ..arg.clone()
        },
    };
    args.iter().map(as_text).collect()
}

fn concat(_: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    let name = "concat";
    let nullable = any_nullable(args);
    if args
        .iter()
        .any(|a| matches!(a.data_type, DataType::Array { .. }))
    {
        let common = common_type_of(args.iter().map(|a| &a.data_type), settings.ansi);
        let Some(common @ DataType::Array { .. }) = common else {
            return Err(different_types(name, &texts_for_values(args)));
        };
        return Ok(crate::functions::scalar::collections::concat_arrays(
            common,
            args.len(),
            nullable,
        ));
    }
    if let Some(index) = args.iter().position(|a| is_nested(&a.data_type)) {
        return Err(unexpected(
            name,
            args,
            index,
            "(\"STRING\" or \"BINARY\" or \"ARRAY\")",
        ));
    }
    let binary = !args.is_empty() && args.iter().all(|a| a.data_type == DataType::Binary);
    let (returns, kernel): (DataType, Kernel) = if binary {
        (
            DataType::Binary,
            Arc::new(|args, rows| {
                let parts: Vec<_> = args.iter().map(|a| a.array.as_binary::<i32>()).collect();
                let mut out = BinaryBuilder::new();
                for row in 0..rows {
                    if is_null(args, row) {
                        out.append_null();
                        continue;
                    }
                    let bytes: Vec<u8> = parts
                        .iter()
                        .zip(args)
                        .flat_map(|(p, a)| p.value(a.at(row)).to_vec())
                        .collect();
                    out.append_value(bytes);
                }
                Ok(Arc::new(out.finish()) as ArrayRef)
            }),
        )
    } else {
        (
            TEXT,
            Arc::new(|args, rows| {
                let parts: Vec<_> = args.iter().map(|a| a.array.as_string::<i32>()).collect();
                let mut out = StringBuilder::with_capacity(rows, rows * 16);
                let mut text = String::new();
                for row in 0..rows {
                    if is_null(args, row) {
                        out.append_null();
                        continue;
                    }
                    text.clear();
                    for (part, arg) in parts.iter().zip(args) {
                        text.push_str(part.value(arg.at(row)));
                    }
                    out.append_value(&text);
                }
                Ok(Arc::new(out.finish()) as ArrayRef)
            }),
        )
    };
    Ok(Binding {
        args: vec![returns.clone(); args.len()],
        returns,
        nullable,
        kernel,
    })
}

/// Nulls are left out; arrays give their elements.
fn concat_ws(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    if args.is_empty() {
        return Err(wrong_count(name, "> 0", 0));
    }
    arity(name, args, 1, usize::MAX)?;
    let list = DataType::Array {
        element: Box::new(TEXT),
        contains_null: true,
    };
    let mut types = vec![TEXT];
    for (index, arg) in args.iter().enumerate().skip(1) {
        types.push(match &arg.data_type {
            DataType::Array { element, .. } if !is_nested(element) => list.clone(),
            other if is_nested(other) => {
                return Err(unexpected(
                    name,
                    args,
                    index,
                    "(\"ARRAY<STRING>\" or \"STRING\")",
                ));
            }
            _ => TEXT,
        });
    }
    if args[0].data_type != TEXT && is_nested(&args[0].data_type) {
        return Err(unexpected(name, args, 0, "\"STRING\""));
    }
    let kernel: Kernel = Arc::new(|args, rows| {
        let mut out = StringBuilder::with_capacity(rows, rows * 16);
        let (separators, rest) = args
            .split_first()
            .ok_or_else(|| SparkError::internal("concat_ws"))?;
        let separator = separators.array.as_string::<i32>();
        for row in 0..rows {
            if separator.is_null(separators.at(row)) {
                out.append_null();
                continue;
            }
            let mut parts: Vec<String> = Vec::new();
            for arg in rest.iter().filter(|a| !a.array.is_null(a.at(row))) {
                if let Some(text) = arg.array.as_string_opt::<i32>() {
                    parts.push(text.value(arg.at(row)).to_string());
                } else if let Some(lists) = arg.array.as_list_opt::<i32>() {
                    let values = lists.value(arg.at(row));
                    parts.extend(
                        values
                            .as_string::<i32>()
                            .iter()
                            .flatten()
                            .map(str::to_string),
                    );
                }
            }
            out.append_value(parts.join(separator.value(separators.at(row))));
        }
        Ok(Arc::new(out.finish()) as ArrayRef)
    });
    Ok(Binding {
        args: types,
        returns: TEXT,
        nullable: args[0].nullable,
        kernel,
    })
}
