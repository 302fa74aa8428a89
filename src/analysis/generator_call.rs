//! What each generator makes of its arguments: a list of elements, or of structs whose
//! fields are its columns; and generators as relations of their own (`LATERAL VIEW`).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, ListArray, StringBuilder, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::DataType as ArrowType;
use datafusion::logical_expr::Expr as Physical;

use super::expression::{Resolver, Typed};
use super::generate::{Generated, is_table_generator};
use super::project::emit;
use super::{Analyzer, Resolved};
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::{entry_type, list_field};
use crate::functions::scalar::kernel::{arrow_error, expand};
use crate::functions::scalar::typing::{mismatch, unexpected, wrong_count};
use crate::functions::{Arg, ArgType, Binding, Settings, find_scalar};
use crate::plan::{Call, Expr, Literal, Plan, text};
use crate::types::variant::{Builder, Column, View};
use crate::types::{DataType, StructField, StructType};

impl Resolver<'_, '_> {
    /// `name` as it is called in messages; `kind` without `_outer`.
    pub(super) fn generated(
        &mut self,
        kind: &str,
        name: &str,
        args: &[Typed],
    ) -> Result<Generated> {
        let types: Vec<ArgType> = args.iter().map(Typed::arg_type).collect();
        match kind {
            "stack" => self.stacked(args, &types),
            "json_tuple" => self.json_fields(args, &types),
            _ => {
                let [arg] = args else {
                    return Err(wrong_count(name, "1", args.len()));
                };
                match kind {
                    "inline" => inlined(name, arg, &types),
                    "variant_explode" => self.variant_parts(name, arg, &types),
                    _ => self.exploded(name, kind == "posexplode", arg, &types),
                }
            }
        }
    }

    fn exploded(
        &self,
        name: &str,
        is_numbered: bool,
        arg: &Typed,
        types: &[ArgType],
    ) -> Result<Generated> {
        let (mut columns, mut fields) = (Vec::new(), Vec::new());
        let (element, contains_null) = match &arg.data_type {
            DataType::Array {
                element,
                contains_null,
            } => {
                columns.push("col".to_string());
                fields.push(StructField::new("col", (**element).clone(), *contains_null));
                ((**element).clone(), *contains_null)
            }
            DataType::Map {
                key,
                value,
                value_contains_null,
            } => {
                columns.extend(["key".to_string(), "value".to_string()]);
                fields.push(StructField::new("key", (**key).clone(), false));
                fields.push(StructField::new(
                    "value",
                    (**value).clone(),
                    *value_contains_null,
                ));
                (entry_type(key, value, *value_contains_null), false)
            }
            _ => return Err(unexpected(name, types, 0, "(\"ARRAY\" or \"MAP\")")),
        };
        let is_struct = is_numbered || matches!(arg.data_type, DataType::Map { .. });
        if !is_struct {
            return Ok(Generated {
                list: arg.expr.clone(),
                element,
                may_be_null: contains_null,
                columns,
                is_struct,
            });
        }
        if is_numbered {
            columns.insert(0, "pos".into());
            fields.insert(0, StructField::new("pos", DataType::Integer, false));
        }
        let element = DataType::Struct(StructType::new(fields));
        Ok(Generated {
            list: structs(arg, &element, is_numbered, self.settings()),
            element,
            may_be_null: false,
            columns,
            is_struct,
        })
    }

    /// The fields of an object or the elements of an array.
    fn variant_parts(&self, name: &str, arg: &Typed, types: &[ArgType]) -> Result<Generated> {
        if !matches!(arg.data_type, DataType::Variant | DataType::Null) {
            return Err(unexpected(name, types, 0, "\"VARIANT\""));
        }
        let arg = self.coerce(arg.clone(), &DataType::Variant)?;
        let fields = [
            StructField::new("pos", DataType::Integer, false),
            StructField::new("key", DataType::String, true),
            StructField::new("value", DataType::Variant, false),
        ];
        let columns = fields.iter().map(|field| field.name.clone()).collect();
        let element = DataType::Struct(StructType::new(fields));
        let returns = DataType::Array {
            element: Box::new(element.clone()),
            contains_null: false,
        };
        let storage = returns.to_arrow();
        let kernel = move |args: &[Arg], rows: usize| {
            let list = exploded_variants(args[0].array.as_ref(), &storage)?;
            expand(list, rows)
        };
        let binding = Binding {
            args: vec![DataType::Variant],
            returns,
            nullable: arg.nullable,
            kernel: Arc::new(kernel),
        };
        Ok(Generated {
            list: kernel_expr("variant_parts", binding, vec![arg.expr], self.settings()),
            element,
            may_be_null: false,
            columns,
            is_struct: true,
        })
    }

    /// `stack(n, …)`: the values in `n` rows, the last one filled up with nulls.
    fn stacked(&mut self, args: &[Typed], types: &[ArgType]) -> Result<Generated> {
        let name = "stack";
        let Some((first, values)) = args.split_first().filter(|(_, values)| !values.is_empty())
        else {
            return Err(wrong_count(name, "> 1", args.len()));
        };
        let rows = row_count(first, types)?;
        let width = values.len().div_ceil(rows);
        let mut fields = Vec::with_capacity(width);
        for column in 0..width {
            let data_type = column_type(values, width, column, types)?;
            fields.push(StructField::new(format!("col{column}"), data_type, true));
        }
        let columns: Vec<_> = fields.iter().map(|field| field.name.clone()).collect();
        let mut each = Vec::with_capacity(rows);
        for row in 0..rows {
            let mut parts = Vec::with_capacity(width * 2);
            for (column, field) in fields.iter().enumerate() {
                parts.push(Typed::constant(Literal::String(field.name.clone()))?);
                let null = Typed::constant(Literal::Null(field.data_type.clone()));
                let value = values.get(row * width + column).cloned().map_or(null, Ok)?;
                let mut value = self.coerce(value, &field.data_type)?;
                value.nullable = true;
                parts.push(value);
            }
            each.push(self.built("named_struct", parts)?);
        }
        let list = self.built("array", each)?;
        Ok(Generated {
            list: list.expr,
            element: DataType::Struct(StructType::new(fields)),
            may_be_null: false,
            columns,
            is_struct: true,
        })
    }

    /// A list of the one row with the fields of a JSON text.
    fn json_fields(&mut self, args: &[Typed], types: &[ArgType]) -> Result<Generated> {
        let name = "json_tuple";
        if args.len() < 2 {
            return Err(wrong_count(name, "> 1", args.len()));
        }
        if args.iter().any(|arg| arg.data_type != DataType::String) {
            let function = format!("`{name}`");
            return Err(mismatch(
                "NON_STRING_TYPE",
                name,
                types,
                &[("funcName", &function)],
            ));
        }
        let columns: Vec<_> = (0..args.len() - 1).map(|i| format!("c{i}")).collect();
        let fields = columns
            .iter()
            .map(|name| StructField::new(name.clone(), DataType::String, true));
        let element = DataType::Struct(StructType::new(fields));
        let binding = super::json_parts::tuple(&element, args.len());
        let row = self.bound_call(name, binding, args.to_vec(), String::new())?;
        Ok(Generated {
            list: self.built("array", vec![row])?.expr,
            element,
            may_be_null: false,
            columns,
            is_struct: true,
        })
    }

    /// The call of a function of the library, whose text nobody sees.
    fn built(&self, name: &str, args: Vec<Typed>) -> Result<Typed> {
        let Some(scalar) = find_scalar(name) else {
            return Err(super::internal(name));
        };
        let types: Vec<_> = args.iter().map(Typed::arg_type).collect();
        let binding = scalar.resolve(name, &types, self.settings())?;
        self.bound_call(name, binding, args, String::new())
    }
}

/// The parts of each variant as structs of position, name and value; what has no parts
/// gives none.
fn exploded_variants(array: &dyn Array, storage: &ArrowType) -> Result<ArrayRef> {
    let column = Column::new(array)?;
    let (mut lengths, mut positions) = (Vec::with_capacity(array.len()), Vec::new());
    let (mut names, mut values) = (StringBuilder::new(), Builder::default());
    for row in 0..array.len() {
        let parts = match column.at(row)?.map(|variant| variant.view()).transpose()? {
            Some(View::Object(parts)) => Some((parts, true)),
            Some(View::Array(parts)) => Some((parts, false)),
            _ => None,
        };
        let Some((parts, is_object)) = parts else {
            lengths.push(0);
            continue;
        };
        lengths.push(parts.len);
        for at in 0..parts.len {
            positions.push(at as i32);
            names.append_option(is_object.then(|| parts.name(at)).transpose()?);
            let part = parts.get(at)?;
            values.append_bytes(part.value()?, part.metadata());
        }
    }
    let field = list_field(storage)?;
    let ArrowType::Struct(fields) = field.data_type() else {
        return Err(SparkError::internal("an element is a struct"));
    };
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int32Array::from(positions)),
        Arc::new(names.finish()),
        values.finish()?,
    ];
    let each = StructArray::try_new(fields.clone(), columns, None).map_err(arrow_error)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    let list = ListArray::try_new(Arc::clone(field), offsets, Arc::new(each), None);
    Ok(Arc::new(list.map_err(arrow_error)?))
}

fn inlined(name: &str, arg: &Typed, types: &[ArgType]) -> Result<Generated> {
    if let DataType::Array {
        element,
        contains_null,
    } = &arg.data_type
        && let DataType::Struct(fields) = element.as_ref()
    {
        return Ok(Generated {
            list: arg.expr.clone(),
            element: (**element).clone(),
            may_be_null: *contains_null,
            columns: fields
                .fields
                .iter()
                .map(|field| field.name.clone())
                .collect(),
            is_struct: true,
        });
    }
    Err(unexpected(name, types, 0, "\"ARRAY<STRUCT>\""))
}

/// How many rows a `stack` has.
fn row_count(count: &Typed, types: &[ArgType]) -> Result<usize> {
    let name = "stack";
    if !matches!(
        count.data_type,
        DataType::Byte | DataType::Short | DataType::Integer
    ) {
        return Err(unexpected(name, types, 0, "\"INT\""));
    }
    let value = super::constant::value_of(&count.expr)?;
    let number = match value.map(|value| value.cast_to(&ArrowType::Int32)) {
        Some(Ok(datafusion::common::ScalarValue::Int32(Some(number)))) => number,
        _ => {
            let shown = format!("\"{}\"", count.text);
            return Err(mismatch(
                "NON_FOLDABLE_INPUT",
                name,
                types,
                &[
                    ("inputName", "`n`"),
                    ("inputType", "\"INT\""),
                    ("inputExpr", &shown),
                ],
            ));
        }
    };
    usize::try_from(number)
        .ok()
        .filter(|n| *n > 0)
        .ok_or_else(|| {
            mismatch(
                "VALUE_OUT_OF_RANGE",
                name,
                types,
                &[
                    ("exprName", "`n`"),
                    ("valueRange", "(0, 2147483647]"),
                    ("currentValue", &number.to_string()),
                ],
            )
        })
}

/// The one type of a column of a `stack`.
fn column_type(
    values: &[Typed],
    width: usize,
    column: usize,
    types: &[ArgType],
) -> Result<DataType> {
    let mut places = (column..values.len()).step_by(width);
    let first = places.find(|place| values[*place].data_type != DataType::Null);
    let Some(first) = first else {
        return Ok(DataType::Null);
    };
    for place in places {
        let (left, right) = (&values[first].data_type, &values[place].data_type);
        if *right != DataType::Null && left.as_nullable() != right.as_nullable() {
            return Err(mismatch(
                "STACK_COLUMN_DIFF_TYPES",
                "stack",
                types,
                &[
                    ("columnIndex", &column.to_string()),
                    ("leftParamIndex", &(first + 1).to_string()),
                    ("leftType", &format!("\"{}\"", left.sql())),
                    ("rightParamIndex", &(place + 1).to_string()),
                    ("rightType", &format!("\"{}\"", right.sql())),
                ],
            ));
        }
    }
    Ok(values[first].data_type.as_nullable())
}

/// The elements of an array or the entries of a map as structs, numbered from 0 if asked.
fn structs(arg: &Typed, element: &DataType, is_numbered: bool, settings: &Settings) -> Physical {
    let returns = DataType::Array {
        element: Box::new(element.clone()),
        contains_null: false,
    };
    let storage = returns.to_arrow();
    let kernel = move |args: &[Arg], rows: usize| -> Result<ArrayRef> {
        let field = list_field(&storage)?;
        let ArrowType::Struct(fields) = field.data_type() else {
            return Err(SparkError::internal("an element is a struct"));
        };
        let (mut columns, offsets) = match args[0].array.as_map_opt() {
            Some(maps) => {
                let sides = vec![Arc::clone(maps.keys()), Arc::clone(maps.values())];
                (sides, maps.offsets().clone())
            }
            None => {
                let lists = args[0].array.as_list::<i32>();
                (vec![Arc::clone(lists.values())], lists.offsets().clone())
            }
        };
        if is_numbered {
            columns.insert(0, positions(&offsets, columns[0].len()));
        }
        let each = StructArray::try_new(fields.clone(), columns, None).map_err(arrow_error)?;
        let nulls = args[0].array.nulls().cloned();
        let list = ListArray::try_new(Arc::clone(field), offsets, Arc::new(each), nulls);
        expand(Arc::new(list.map_err(arrow_error)?), rows)
    };
    let binding = Binding {
        args: vec![arg.data_type.clone()],
        returns,
        nullable: arg.nullable,
        kernel: Arc::new(kernel),
    };
    let name = if is_numbered {
        "numbered_elements"
    } else {
        "elements"
    };
    kernel_expr(name, binding, vec![arg.expr.clone()], settings)
}

fn positions(offsets: &OffsetBuffer<i32>, count: usize) -> ArrayRef {
    let mut numbers = vec![0; count];
    for span in offsets.windows(2) {
        let places = numbers[span[0] as usize..span[1] as usize].iter_mut();
        places
            .enumerate()
            .for_each(|(i, number)| *number = i as i32);
    }
    Arc::new(Int32Array::from(numbers))
}

impl Analyzer<'_> {
    /// The rows of the input with the columns of a generator beside them.
    pub(super) fn lateral_view(
        &mut self,
        input: &Arc<Plan>,
        call: &Call,
        outer: bool,
        alias: Option<(&str, &[String])>,
    ) -> Result<Resolved> {
        let child = self.relation(input)?;
        let name = call.name.to_ascii_lowercase();
        let mut resolver = Resolver::new(self, &child);
        if !is_table_generator(&name) {
            // A function that there is not is said to be none.
            resolver.resolve(&Expr::Call(call.clone()))?;
            return Err(SparkError::not_implemented(format_args!(
                "LATERAL VIEW {}, which is no generator",
                text::expr_text(&Expr::Call(call.clone()))
            )));
        }
        let names = alias
            .map(|(_, names)| names.to_vec())
            .filter(|names| !names.is_empty());
        let columns = resolver.generate(call, names, outer)?;
        let plan = resolver.into_input(&child)?;
        let mut all: Vec<Typed> = child.output.iter().map(Typed::of).collect();
        all.extend(columns.into_iter().map(|column| {
            Typed {
                qualifier: alias
                    .map(|(view, _)| vec![view.to_string()])
                    .unwrap_or_default(),
                ..column
            }
        }));
        let visible = all.len();
        Ok(emit(plan, all, visible, None, child.streaming)?.resolved())
    }
}
