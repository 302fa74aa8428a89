//! Taking values out: `a.b`, `a[0]`, `m['k']`, `get`, `element_at`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::take;

use crate::error::{Result, SparkError, quoted};
use crate::functions::scalar::coercion::{common_type, implicit_cast};
use crate::functions::scalar::conditional::comparator;
use crate::functions::scalar::kernel::{arrow_error, expand};
use crate::functions::scalar::typing::{arity, mismatch, unexpected};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::{DataType, StructType};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["get"],
        bind: get,
    },
    Scalar {
        names: &["element_at"],
        bind: |n, a, s| element_at(n, a, s, false),
    },
    Scalar {
        names: &["try_element_at"],
        bind: |n, a, s| element_at(n, a, s, true),
    },
];

/// `child.key`, `child[key]`: a struct's field, an array's element (of index from
/// zero), a map's entry, or the field of every struct in an array. The binding takes
/// the child and the key; a field's name is a constant that it does not look at.
pub fn extract_binding(child: &ArgType, key: &ArgType, settings: &Settings) -> Result<Binding> {
    match (&child.data_type, &key.literal) {
        (DataType::Struct(fields), Some(Literal::String(name))) => {
            let (index, field) = find_field(fields, name)?;
            let nullable = child.nullable || fields.fields[index].nullable;
            let kernel: Kernel =
                Arc::new(move |args, rows| expand(struct_field(&args[0].array, index)?, rows));
            Ok(binding(child, key, field, nullable, kernel))
        }
        (
            DataType::Array {
                element,
                contains_null,
            },
            Some(Literal::String(name)),
        ) if matches!(**element, DataType::Struct(_)) => {
            let DataType::Struct(fields) = &**element else {
                return Err(SparkError::internal("an array of structs"));
            };
            let (index, field) = find_field(fields, name)?;
            let contains_null = *contains_null || fields.fields[index].nullable;
            let returns = DataType::Array {
                element: Box::new(field),
                contains_null,
            };
            let storage = returns.to_arrow();
            let kernel: Kernel = Arc::new(move |args, rows| {
                let found = field_of_elements(&args[0].array, index, &storage)?;
                expand(found, rows)
            });
            Ok(binding(child, key, returns, child.nullable, kernel))
        }
        (DataType::Array { .. }, _) => array_element(child, key, settings),
        (DataType::Map { .. }, _) => map_entry(child, key, settings),
        (DataType::Struct(_), _) => Err(SparkError::new(
            "INVALID_EXTRACT_FIELD_TYPE",
            &[("extraction", &format!("\"{}\"", key.text))],
        )),
        (other, _) => Err(SparkError::new(
            "INVALID_EXTRACT_BASE_FIELD_TYPE",
            &[
                ("base", &format!("\"{}\"", child.text)),
                ("other", &format!("\"{}\"", other.sql())),
            ],
        )),
    }
}

fn binding(
    child: &ArgType,
    key: &ArgType,
    returns: DataType,
    nullable: bool,
    kernel: Kernel,
) -> Binding {
    let args = vec![child.data_type.clone(), key.data_type.clone()];
    Binding {
        args,
        returns,
        nullable,
        kernel,
    }
}

/// The field of a name without regard to case.
pub fn find_field(fields: &StructType, name: &str) -> Result<(usize, DataType)> {
    let mut found = fields.fields.iter().enumerate().filter(|(_, f)| {
        f.name.eq_ignore_ascii_case(name) || f.name.to_lowercase() == name.to_lowercase()
    });
    let Some((index, field)) = found.next() else {
        let names: Vec<_> = fields.fields.iter().map(|f| quoted(&[&f.name])).collect();
        return Err(SparkError::new(
            "FIELD_NOT_FOUND",
            &[
                ("fieldName", &quoted(&[name])),
                ("fields", &names.join(", ")),
            ],
        ));
    };
    match found.count() {
        0 => Ok((index, field.data_type.clone())),
        more => Err(SparkError::new(
            "AMBIGUOUS_REFERENCE_TO_FIELDS",
            &[
                ("field", &quoted(&[name])),
                ("count", &(more + 1).to_string()),
            ],
        )),
    }
}

/// A field's column, null where the struct is null.
fn struct_field(array: &ArrayRef, index: usize) -> Result<ArrayRef> {
    let rows = array.as_struct();
    let field = rows.column(index);
    let Some(outer) = rows.nulls() else {
        return Ok(Arc::clone(field));
    };
    if field.data_type().is_null() {
        return Ok(Arc::clone(field));
    }
    let nulls = NullBuffer::union(Some(outer), field.nulls());
    let data = field
        .to_data()
        .into_builder()
        .nulls(nulls)
        .build()
        .map_err(arrow_error)?;
    Ok(arrow::array::make_array(data))
}

fn field_of_elements(
    array: &ArrayRef,
    index: usize,
    storage: &arrow::datatypes::DataType,
) -> Result<ArrayRef> {
    let arrow::datatypes::DataType::List(field) = storage else {
        return Err(SparkError::internal("an array is stored as a list"));
    };
    let lists = array.as_list::<i32>();
    let values = struct_field(lists.values(), index)?;
    let built = ListArray::try_new(
        Arc::clone(field),
        lists.offsets().clone(),
        values,
        lists.nulls().cloned(),
    );
    Ok(Arc::new(built.map_err(arrow_error)?))
}

/// Gathers one element a row; `place` gives the index among a row's elements.
fn elements(
    lists: &Arg,
    rows: usize,
    mut place: impl FnMut(usize, usize) -> Result<Option<usize>>,
) -> Result<ArrayRef> {
    let array = lists.array.as_list::<i32>();
    let offsets = array.value_offsets();
    let mut places: Vec<Option<u64>> = Vec::with_capacity(rows);
    for row in 0..rows {
        let at = lists.at(row);
        if array.is_null(at) {
            places.push(None);
            continue;
        }
        let (start, end) = (offsets[at] as usize, offsets[at + 1] as usize);
        places.push(place(row, end - start)?.map(|i| (start + i) as u64));
    }
    take(array.values(), &UInt64Array::from(places), None).map_err(arrow_error)
}

fn index_at(arg: &Arg, row: usize) -> Option<i64> {
    let at = arg.at(row);
    let values = arg
        .array
        .as_primitive_opt::<arrow::datatypes::Int64Type>()?;
    (!values.is_null(at)).then(|| values.value(at))
}

fn element_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Array { element, .. } => (**element).clone(),
        other => other.clone(),
    }
}

fn array_element(child: &ArgType, key: &ArgType, settings: &Settings) -> Result<Binding> {
    let ansi = settings.ansi;
    if !key.data_type.is_integral() && key.data_type != DataType::Null {
        // Spark prints the brackets that were written.
        let text = format!("\"{}[{}]\"", child.text, key.text);
        let kind = format!("\"{}\"", key.data_type.sql());
        return Err(SparkError::new(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            &[
                ("sqlExpr", &text),
                ("paramIndex", "second"),
                ("requiredType", "\"INTEGRAL\""),
                ("inputSql", &format!("\"{}\"", key.text)),
                ("inputType", &kind),
            ],
        ));
    }
    let kernel: Kernel = Arc::new(move |args, rows| {
        elements(&args[0], rows, |row, size| match index_at(&args[1], row) {
            None => Ok(None),
            Some(at) if at >= 0 && (at as usize) < size => Ok(Some(at as usize)),
            Some(at) if ansi => Err(SparkError::new(
                "INVALID_ARRAY_INDEX",
                &[
                    ("indexValue", &at.to_string()),
                    ("arraySize", &size.to_string()),
                ],
            )),
            Some(_) => Ok(None),
        })
    });
    let args = vec![child.data_type.clone(), DataType::Long];
    Ok(Binding {
        args,
        returns: element_type(&child.data_type),
        nullable: true,
        kernel,
    })
}

fn get(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    if !matches!(args[0].data_type, DataType::Array { .. }) {
        return Err(unexpected(name, args, 0, "\"ARRAY\""));
    }
    let quiet = Settings {
        ansi: false,
        ..settings.clone()
    };
    array_element(&args[0], &args[1], &quiet)
}

fn map_entry(child: &ArgType, key: &ArgType, settings: &Settings) -> Result<Binding> {
    let DataType::Map {
        key: wanted, value, ..
    } = &child.data_type
    else {
        return Err(SparkError::internal("a map"));
    };
    if !implicit_cast(&key.data_type, wanted, settings.ansi) {
        let args = [child.clone(), key.clone()];
        return Err(unexpected(
            "element_at",
            &args,
            1,
            &format!("\"{}\"", wanted.sql()),
        ));
    }
    let kernel: Kernel = Arc::new(|args, rows| {
        let maps = args[0].array.as_map();
        let compare = comparator(maps.keys(), &args[1].array)?;
        let offsets = maps.value_offsets();
        let places: UInt64Array = (0..rows)
            .map(|row| {
                let (at, key) = (args[0].at(row), args[1].at(row));
                if maps.is_null(at) || args[1].array.is_null(key) {
                    return None;
                }
                let mut entries = offsets[at] as usize..offsets[at + 1] as usize;
                entries.find(|e| compare(*e, key).is_eq()).map(|e| e as u64)
            })
            .collect();
        take(maps.values(), &places, None).map_err(arrow_error)
    });
    let args = vec![child.data_type.clone(), (**wanted).clone()];
    Ok(Binding {
        args,
        returns: (**value).clone(),
        nullable: true,
        kernel,
    })
}

fn element_at(name: &str, args: &[ArgType], settings: &Settings, quiet: bool) -> Result<Binding> {
    arity(name, args, 2, 2)?;
    match &args[0].data_type {
        DataType::Map { key, .. } => {
            if common_type(key, &args[1].data_type, settings.ansi).is_none() {
                let types = format!(
                    "[\"{}\", \"{}\"]",
                    args[0].data_type.sql(),
                    args[1].data_type.sql()
                );
                let name = format!("`{name}`");
                return Err(mismatch(
                    "MAP_FUNCTION_DIFF_TYPES",
                    &name,
                    args,
                    &[
                        ("functionName", &name),
                        ("dataType", "\"MAP\""),
                        ("leftType", &types),
                        ("rightType", &types),
                    ],
                ));
            }
            map_entry(&args[0], &args[1], settings)
        }
        DataType::Array { .. } => {
            use DataType as T;
            if !matches!(args[1].data_type, T::Byte | T::Short | T::Integer) {
                return Err(unexpected(name, args, 1, "\"INT\""));
            }
            let ansi = settings.ansi && !quiet;
            let kernel: Kernel = Arc::new(move |args, rows| {
                elements(&args[0], rows, |row, size| {
                    let Some(at) = index_at(&args[1], row) else {
                        return Ok(None);
                    };
                    if at == 0 {
                        return Err(SparkError::new("INVALID_INDEX_OF_ZERO", &[]));
                    }
                    let place = if at > 0 { at - 1 } else { size as i64 + at };
                    match usize::try_from(place).ok().filter(|p| *p < size) {
                        None if ansi => Err(SparkError::new(
                            "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
                            &[
                                ("indexValue", &at.to_string()),
                                ("arraySize", &size.to_string()),
                            ],
                        )),
                        found => Ok(found),
                    }
                })
            });
            let types = vec![args[0].data_type.clone(), T::Long];
            Ok(Binding {
                args: types,
                returns: element_type(&args[0].data_type),
                nullable: true,
                kernel,
            })
        }
        _ => Err(unexpected(name, args, 0, "(\"ARRAY\" or \"MAP\")")),
    }
}
