//! Functions of variants: from and to JSON, parts by paths, changes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringBuilder};

use super::kernel::{expand, is_null};
use super::typing::{Want, any_nullable, arity, expect, expect_exactly, mismatch, wrong_count};
use crate::error::{ErrorClass, Result, SparkError};
use crate::functions::{Arg, ArgType, Binding, Kernel, Scalar, Settings};
use crate::plan::Literal;
use crate::types::DataType;
use crate::types::variant::{
    Builder, CastFailure, Change, Column, EditError, Node, Segment, Variant, View, edit, find,
    from_variant, holds, parse_json, parse_path, shape, shape_text, to_nodes,
};

pub static FUNCTIONS: &[Scalar] = &[
    Scalar {
        names: &["parse_json"],
        bind: |n, a, _| parsed(n, a, true),
    },
    Scalar {
        names: &["try_parse_json"],
        bind: |n, a, _| parsed(n, a, false),
    },
    Scalar {
        names: &["is_variant_null"],
        bind: is_variant_null,
    },
    Scalar {
        names: &["is_valid_variant"],
        bind: is_valid_variant,
    },
    Scalar {
        names: &["schema_of_variant"],
        bind: schema_of,
    },
    Scalar {
        names: &["variant_get"],
        bind: |n, a, s| part(n, a, s, CastFailure::Raise),
    },
    Scalar {
        names: &["try_variant_get"],
        bind: |n, a, s| part(n, a, s, CastFailure::Null),
    },
    Scalar {
        names: &["to_variant_object"],
        bind: object_of,
    },
    Scalar {
        names: &["variant_insert", "try_variant_insert"],
        bind: |n, a, s| changed(n, a, s, Kind::Insert),
    },
    Scalar {
        names: &["variant_set", "try_variant_set"],
        bind: |n, a, s| changed(n, a, s, Kind::Set),
    },
    Scalar {
        names: &["variant_array_append", "try_variant_array_append"],
        bind: |n, a, s| changed(n, a, s, Kind::Append),
    },
    Scalar {
        names: &["variant_delete"],
        bind: deleted,
    },
    Scalar {
        names: &["variant_strip_nulls"],
        bind: without_nulls,
    },
];

const VARIANT: DataType = DataType::Variant;

fn one(name: &str, args: &[ArgType], settings: &Settings) -> Result<()> {
    arity(name, args, 1, 1)?;
    expect(name, args, settings, &[Want::Is(VARIANT)]).map(|_| ())
}

/// A kernel that is computed once where all arguments are constants.
fn kernel(compute: impl Fn(&[Arg], usize) -> Result<ArrayRef> + Send + Sync + 'static) -> Kernel {
    Arc::new(move |args, rows| {
        let rows_here = match args.iter().all(|arg| arg.is_scalar) {
            true => rows.min(1),
            false => rows,
        };
        expand(compute(args, rows_here)?, rows)
    })
}

/// Gives each row of the first argument, which holds variants, to a closure.
fn each<T>(
    args: &[Arg],
    rows: usize,
    mut f: impl FnMut(usize, Variant<'_>) -> Result<T>,
) -> Result<Vec<Option<T>>> {
    let column = Column::new(args[0].array.as_ref())?;
    (0..rows)
        .map(|row| match column.at(args[0].at(row))? {
            Some(variant) => f(row, variant).map(Some),
            None => Ok(None),
        })
        .collect()
}

fn gathered(nodes: &[Option<Node>]) -> Result<ArrayRef> {
    let mut out = Builder::default();
    nodes.iter().for_each(|node| out.append(node.as_ref()));
    out.finish()
}

fn parsed(name: &str, args: &[ArgType], raises: bool) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    // Spark casts nothing to a text here but a null.
    expect_exactly(name, args, &[Want::Is(DataType::String)])?;
    Ok(Binding {
        args: vec![DataType::String],
        returns: VARIANT,
        nullable: !raises || args[0].nullable,
        kernel: kernel(move |args, rows| {
            let texts = args[0].array.as_string::<i32>();
            let mut out = Builder::default();
            for row in 0..rows {
                let at = args[0].at(row);
                if texts.is_null(at) {
                    out.append(None);
                    continue;
                }
                let found = parse_json(texts.value(at));
                if found.is_none() && raises {
                    return Err(SparkError::new(
                        "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
                        &[("badRecord", texts.value(at)), ("failFastMode", "FAILFAST")],
                    ));
                }
                out.append(found.as_ref());
            }
            out.finish()
        }),
    })
}

fn is_variant_null(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    one(name, args, settings)?;
    Ok(Binding {
        args: vec![VARIANT],
        returns: DataType::Boolean,
        nullable: false,
        kernel: kernel(|args, rows| {
            let found = each(args, rows, |_, v| Ok(matches!(v.view()?, View::Null)))?;
            let found: BooleanArray = found.into_iter().map(|f| Some(f == Some(true))).collect();
            Ok(Arc::new(found))
        }),
    })
}

fn is_valid_variant(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    one(name, args, settings)?;
    Ok(Binding {
        args: vec![VARIANT],
        returns: DataType::Boolean,
        nullable: args[0].nullable,
        kernel: kernel(|args, rows| {
            let column = Column::new(args[0].array.as_ref())?;
            let valid = |row: usize| match column.at(args[0].at(row)) {
                Ok(Some(variant)) => Some(shape(variant).is_ok()),
                Ok(None) => None,
                Err(_) => Some(false),
            };
            Ok(Arc::new((0..rows).map(valid).collect::<BooleanArray>()))
        }),
    })
}

fn schema_of(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    one(name, args, settings)?;
    Ok(Binding {
        args: vec![VARIANT],
        returns: DataType::String,
        nullable: args[0].nullable,
        kernel: kernel(|args, rows| {
            let mut out = StringBuilder::new();
            for text in each(args, rows, |_, v| Ok(shape_text(&shape(v)?)))? {
                out.append_option(text);
            }
            Ok(Arc::new(out.finish()))
        }),
    })
}

/// How a function reads paths, and what it says of others.
struct Paths {
    function: String,
    condition: &'static str,
    is_root_allowed: bool,
}

impl Paths {
    fn parse(&self, text: &str) -> Result<Vec<(Segment, usize)>> {
        let found = parse_path(text).filter(|path| self.is_root_allowed || !path.is_empty());
        found.ok_or_else(|| {
            SparkError::new(
                self.condition,
                &[
                    ("path", text),
                    ("functionName", &format!("`{}`", self.function)),
                ],
            )
        })
    }
}

fn steps(path: &[(Segment, usize)]) -> Vec<Segment> {
    path.iter().map(|(segment, _)| segment.clone()).collect()
}

fn part(
    name: &str,
    args: &[ArgType],
    settings: &Settings,
    failure: CastFailure,
) -> Result<Binding> {
    arity(name, args, 2, 3)?;
    let text = Want::Is(DataType::String);
    let wants = [Want::Is(VARIANT), text.clone(), text];
    let types = expect(name, args, settings, &wants)?;
    let returns = match args.get(2) {
        None => VARIANT,
        Some(ArgType {
            literal: Some(Literal::String(written)),
            ..
        }) => DataType::from_ddl(written)
            .map_err(|error| error.with_class(ErrorClass::Analysis))?
            .as_nullable(),
        Some(_) => {
            return Err(SparkError::not_implemented(format_args!(
                "{name} to a type that is no literal"
            )));
        }
    };
    if !holds(&returns, true) {
        return Err(mismatch(
            "CAST_WITHOUT_SUGGESTION",
            name,
            args,
            &[
                ("srcType", "\"VARIANT\""),
                ("targetType", &format!("\"{}\"", returns.sql())),
            ],
        ));
    }
    let paths = Paths {
        function: name.to_string(),
        condition: "INVALID_VARIANT_GET_PATH",
        is_root_allowed: true,
    };
    let (target, zone) = (returns.clone(), settings.time_zone);
    Ok(Binding {
        args: types,
        returns,
        nullable: true,
        kernel: kernel(move |args, rows| {
            let column = Column::new(args[0].array.as_ref())?;
            let texts = args[1].array.as_string::<i32>();
            let constant = match args[1].is_scalar && texts.is_valid(0) {
                true => Some(steps(&paths.parse(texts.value(0))?)),
                false => None,
            };
            let mut found = Vec::with_capacity(rows);
            for row in 0..rows {
                let at = args[1].at(row);
                let variant = column.at(args[0].at(row))?;
                found.push(match (variant, &constant) {
                    (Some(variant), Some(path)) => find(variant, path)?,
                    (Some(variant), None) if texts.is_valid(at) => {
                        find(variant, &steps(&paths.parse(texts.value(at))?))?
                    }
                    _ => None,
                });
            }
            from_variant(&found, &target, failure, zone)
        }),
    })
}

/// The error for a value that can be no variant.
fn no_variant(name: &str, args: &[ArgType], data_type: &DataType) -> SparkError {
    mismatch(
        "CAST_WITHOUT_SUGGESTION",
        name,
        args,
        &[
            ("srcType", &format!("\"{}\"", data_type.sql())),
            ("targetType", "\"VARIANT\""),
        ],
    )
}

fn object_of(name: &str, args: &[ArgType], _: &Settings) -> Result<Binding> {
    arity(name, args, 1, 1)?;
    let from = args[0].data_type.clone();
    let has_parts = matches!(
        from,
        DataType::Struct(_) | DataType::Array { .. } | DataType::Map { .. }
    );
    if !has_parts || !holds(&from, true) {
        return Err(no_variant(name, args, &from));
    }
    Ok(Binding {
        args: vec![from.clone()],
        returns: VARIANT,
        nullable: args[0].nullable,
        kernel: kernel(move |args, _| gathered(&to_nodes(args[0].array.as_ref(), &from)?)),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Insert,
    Set,
    Append,
}

/// A change of a variant at a path; the names that begin with `try_` give null where it
/// cannot be made.
fn changed(name: &str, args: &[ArgType], settings: &Settings, kind: Kind) -> Result<Binding> {
    let most = if kind == Kind::Set { 4 } else { 3 };
    if !(3..=most).contains(&args.len()) {
        let expected = if most == 4 { "[3, 4]" } else { "3" };
        return Err(wrong_count(name, expected, args.len()));
    }
    let wants = [
        Want::Is(VARIANT),
        Want::Is(DataType::String),
        Want::Any,
        Want::Is(DataType::Boolean),
    ];
    let types = expect(name, args, settings, &wants)?;
    let from = args[2].data_type.clone();
    if from != DataType::Null && !holds(&from, false) {
        return Err(no_variant(name, args, &from));
    }
    let is_try = name.starts_with("try_");
    let paths = Paths {
        function: name.to_string(),
        condition: "INVALID_VARIANT_PATH",
        is_root_allowed: kind == Kind::Append,
    };
    Ok(Binding {
        args: types,
        returns: VARIANT,
        nullable: is_try || any_nullable(args),
        kernel: kernel(move |args, rows| {
            let column = Column::new(args[0].array.as_ref())?;
            let texts = args[1].array.as_string::<i32>();
            let values = match from {
                DataType::Null => vec![None; args[2].array.len()],
                _ => to_nodes(args[2].array.as_ref(), &from)?,
            };
            let mut out = Builder::default();
            for row in 0..rows {
                let value = &values[args[2].at(row)];
                let variant = column.at(args[0].at(row))?;
                let (Some(value), Some(variant), false) = (value, variant, is_null(args, row))
                else {
                    out.append(None);
                    continue;
                };
                let text = texts.value(args[1].at(row));
                let path = paths.parse(text)?;
                let mut node = Node::of(variant)?;
                let change = match kind {
                    Kind::Insert => Change::Insert(value),
                    Kind::Append => Change::Append(value),
                    Kind::Set => Change::Set {
                        value,
                        create: args
                            .get(3)
                            .is_none_or(|flag| flag.array.as_boolean().value(flag.at(row))),
                    },
                };
                match edit(&mut node, &steps(&path), change) {
                    Ok(()) => out.append(Some(&node)),
                    Err(_) if is_try => out.append(None),
                    Err(error) => return Err(paths.refused(text, &path, error)),
                }
            }
            out.finish()
        }),
    })
}

impl Paths {
    fn refused(&self, text: &str, path: &[(Segment, usize)], error: EditError) -> SparkError {
        match error {
            EditError::DuplicateKey(key) => {
                SparkError::new("VARIANT_DUPLICATE_KEY", &[("key", &key)])
            }
            EditError::Mismatch(depth) => {
                let reached = path.iter().take(depth).map(|(segment, _)| match segment {
                    Segment::Key(name) => format!(".{name}"),
                    Segment::Index(at) => format!("[{at}]"),
                });
                let reached = format!("${}", reached.collect::<String>());
                SparkError::new(
                    "VARIANT_PATH_TYPE_MISMATCH",
                    &[
                        ("path", text),
                        ("failedAt", &reached),
                        ("functionName", &format!("`{}`", self.function)),
                    ],
                )
            }
        }
    }
}

fn deleted(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    if args.len() < 2 {
        return Err(wrong_count(name, "> 1", args.len()));
    }
    let wants = [Want::Is(VARIANT), Want::Is(DataType::String)];
    let types = expect(name, args, settings, &wants)?;
    let paths = Paths {
        function: name.to_string(),
        condition: "INVALID_VARIANT_PATH",
        is_root_allowed: false,
    };
    Ok(Binding {
        args: types,
        returns: VARIANT,
        nullable: args[0].nullable,
        kernel: kernel(move |args, rows| {
            let nodes = each(args, rows, |row, variant| {
                let mut node = Node::of(variant)?;
                for arg in &args[1..] {
                    let texts = arg.array.as_string::<i32>();
                    if texts.is_null(arg.at(row)) {
                        continue;
                    }
                    let text = texts.value(arg.at(row));
                    let path = paths.parse(text)?;
                    edit(&mut node, &steps(&path), Change::Delete)
                        .map_err(|error| paths.refused(text, &path, error))?;
                }
                Ok(node)
            })?;
            gathered(&nodes)
        }),
    })
}

fn without_nulls(name: &str, args: &[ArgType], settings: &Settings) -> Result<Binding> {
    arity(name, args, 1, 2)?;
    let wants = [Want::Is(VARIANT), Want::Is(DataType::Boolean)];
    let types = expect(name, args, settings, &wants)?;
    Ok(Binding {
        args: types,
        returns: VARIANT,
        nullable: any_nullable(args),
        kernel: kernel(|args, rows| {
            let flag = |row: usize| match args.get(1) {
                None => Some(true),
                Some(flag) => {
                    let flags = flag.array.as_boolean();
                    flags
                        .is_valid(flag.at(row))
                        .then(|| flags.value(flag.at(row)))
                }
            };
            let nodes = each(args, rows, |row, variant| {
                let node = Node::of(variant)?;
                Ok(flag(row).map(|arrays| node.without_nulls(arrays)))
            })?;
            let nodes: Vec<_> = nodes.into_iter().map(Option::flatten).collect();
            gathered(&nodes)
        }),
    })
}
