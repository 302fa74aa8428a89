//! What functions of lambdas give: the result's type by those of the arguments and of the
//! bodies, and the kernel that applies the bodies.

use std::sync::Arc;

use super::draws::{Turn, in_turn};
use super::expression::{Resolver, Typed};
use super::lambda_call::{Bound, Captured, VARIABLE};
use crate::engine::kernel_over;
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::Repeated;
use crate::functions::scalar::lambda::{self, Body};
use crate::functions::{Binding, Kernel};
use crate::plan::text;
use crate::types::DataType;

/// What a function gives of its arguments' types and its bodies.
struct Given {
    args: Vec<DataType>,
    returns: DataType,
    nullable: bool,
    kernel: Kernel,
}

impl Resolver<'_, '_> {
    /// The call, its bodies known.
    pub(super) fn applied(
        &self,
        name: &str,
        args: Vec<Typed>,
        bodies: Vec<Bound>,
        captured: Captured,
        turns: Vec<Arc<dyn Turn>>,
    ) -> Result<Typed> {
        let mut texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        texts.extend(bodies.iter().map(|bound| bound.text.clone()));
        if let ("aggregate" | "reduce", [_]) = (name, bodies.as_slice()) {
            texts.push(format!("lambdafunction({VARIABLE}, {VARIABLE})"));
        }
        let text = text::call_text(name, &texts, false);
        let mut given = self.given(name, &args, &bodies, &captured, &text)?;
        if let (false, Some(id)) = (turns.is_empty(), self.row_number) {
            let id = super::column(id);
            let at = captured.exprs.iter().position(|expr| *expr == id);
            let at = at.ok_or_else(|| super::internal("draws without the ids of rows"))?;
            given.kernel = in_turn(given.kernel, turns, args.len() + at);
        }
        let mut inputs = Vec::with_capacity(args.len() + captured.exprs.len());
        for (arg, to) in args.into_iter().zip(&given.args) {
            inputs.push(self.coerce(arg, to)?.expr);
        }
        inputs.extend(captured.exprs);
        let exprs: Vec<_> = bodies.into_iter().map(|bound| bound.expr).collect();
        // Plans name columns by what is printed of a call.
        let printed: Vec<_> = exprs.iter().map(ToString::to_string).collect();
        let shown = format!("{name}[{}]", printed.join("; "));
        let binding = Binding {
            args: given.args,
            returns: given.returns.clone(),
            nullable: given.nullable,
            kernel: given.kernel,
        };
        let expr = kernel_over(&shown, binding, inputs, exprs, self.settings());
        Ok(Typed::new(expr, given.returns, given.nullable, text))
    }

    fn given(
        &self,
        name: &str,
        args: &[Typed],
        bodies: &[Bound],
        captured: &Captured,
        text: &str,
    ) -> Result<Given> {
        let first = &bodies[0];
        let body = first.body(captured);
        let types: Vec<_> = args.iter().map(|arg| arg.data_type.clone()).collect();
        let nullable = args.iter().any(|arg| arg.nullable);
        let array = || DataType::Array {
            element: Box::new(first.data_type.clone()),
            contains_null: first.nullable,
        };
        let given = |returns: DataType, nullable, kernel| Given {
            args: types.clone(),
            returns,
            nullable,
            kernel,
        };
        let same = types[0].clone();
        let stored = same.to_arrow();
        Ok(match name {
            "transform" => given(
                array(),
                nullable,
                lambda::transform(body, array().to_arrow()),
            ),
            "zip_with" => given(
                array(),
                nullable,
                lambda::zip_with(body, array().to_arrow()),
            ),
            "filter" => {
                first.is(&DataType::Boolean, 1, text)?;
                given(same, nullable, lambda::filter(body, stored))
            }
            "exists" | "forall" => {
                first.is(&DataType::Boolean, 1, text)?;
                let kernel = lambda::any_is(body, name == "exists", captured.draws);
                given(DataType::Boolean, nullable || first.nullable, kernel)
            }
            "map_filter" => {
                first.is(&DataType::Boolean, 1, text)?;
                given(same, nullable, lambda::map_filter(body, stored))
            }
            "array_sort" => {
                if first.data_type != DataType::Integer {
                    return Err(SparkError::new(
                        "DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE",
                        &[
                            ("sqlExpr", &format!("\"{text}\"")),
                            ("functionName", "`lambdafunction`"),
                            ("expectedType", "\"INT\""),
                            ("actualType", &format!("\"{}\"", first.data_type.sql())),
                        ],
                    ));
                }
                given(same, nullable, lambda::array_sort(body, stored))
            }
            "transform_keys" | "transform_values" | "map_zip_with" => {
                self.mapped(name, &types, first, body, nullable, text)?
            }
            _ => self.folded(args, bodies, captured, text)?,
        })
    }

    fn mapped(
        &self,
        name: &str,
        types: &[DataType],
        bound: &Bound,
        body: Body,
        nullable: bool,
        text: &str,
    ) -> Result<Given> {
        let DataType::Map {
            key,
            value,
            value_contains_null,
        } = &types[0]
        else {
            return Err(super::internal("a map is a map"));
        };
        let by_key = name == "transform_keys";
        if by_key && matches!(bound.data_type, DataType::Map { .. }) {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("keyType", &format!("\"{}\"", bound.data_type.sql())),
                ],
            ));
        }
        let own = Box::new(bound.data_type.clone());
        let returns = match by_key {
            true => DataType::Map {
                key: own,
                value: value.clone(),
                value_contains_null: *value_contains_null,
            },
            false => DataType::Map {
                key: key.clone(),
                value: own,
                value_contains_null: bound.nullable,
            },
        };
        let stored = returns.to_arrow();
        let kernel = match name {
            "transform_keys" => lambda::transform_keys(body, stored, Repeated::of(self.settings())),
            "transform_values" => lambda::transform_values(body, stored),
            _ => lambda::map_zip_with(body, stored),
        };
        Ok(Given {
            args: types.to_vec(),
            returns,
            nullable,
            kernel,
        })
    }

    /// `aggregate`: what is merged has the type of what it begins with.
    fn folded(
        &self,
        args: &[Typed],
        bodies: &[Bound],
        captured: &Captured,
        text: &str,
    ) -> Result<Given> {
        let zero = args[1].data_type.as_nullable();
        let merge = &bodies[0];
        if merge.data_type.as_nullable() != zero {
            return Err(merge.unlike(&args[1].data_type.sql(), 2, text));
        }
        let finish = bodies.get(1);
        let (returns, may_be_null) = match finish {
            Some(finish) => (finish.data_type.clone(), finish.nullable),
            None => (zero.clone(), true),
        };
        let kernel = lambda::aggregate(
            merge.body(captured),
            finish.map(|f| f.body(captured)),
            captured.draws,
        );
        Ok(Given {
            args: vec![args[0].data_type.clone(), zero],
            returns,
            nullable: args[0].nullable || may_be_null,
            kernel,
        })
    }
}

impl Bound {
    fn is(&self, wanted: &DataType, index: usize, text: &str) -> Result<()> {
        match self.data_type == *wanted || self.data_type == DataType::Null {
            true => Ok(()),
            false => Err(self.unlike(&wanted.sql(), index, text)),
        }
    }

    /// The error for a body of another type.
    fn unlike(&self, wanted: &str, index: usize, text: &str) -> SparkError {
        let place = ["first", "second", "third"][index.min(2)];
        SparkError::new(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            &[
                ("sqlExpr", &format!("\"{text}\"")),
                ("paramIndex", place),
                ("requiredType", &format!("\"{wanted}\"")),
                ("inputSql", &format!("\"{}\"", self.text)),
                ("inputType", &format!("\"{}\"", self.data_type.sql())),
            ],
        )
    }
}

/// Spark's printed form of `array_sort` without a comparator: it writes one out, with its
/// variables as they are called where it is not resolved yet.
fn ascending(array: &str, left: &str, right: &str) -> String {
    let order = format!("(IF(({left} > {right}), 1, 0))");
    let order = format!("(IF(({left} < {right}), -1, {order}))");
    let order = format!("(IF(({left} IS NULL), 1, (IF(({right} IS NULL), -1, {order}))))");
    let both = format!("(({left} IS NULL) AND ({right} IS NULL))");
    format!("array_sort({array}, lambdafunction((IF({both}, 0, {order})), {left}, {right}))")
}

/// The printed form of `array_sort` of one array.
///
/// # Errors
/// For what is no array, or one whose elements have no order.
pub(super) fn ascending_text(array: &Typed) -> Result<String> {
    match &array.data_type {
        DataType::Array { element, .. } if matches!(**element, DataType::Map { .. }) => {
            Err(SparkError::new(
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                &[
                    ("sqlExpr", &format!("\"({VARIABLE} < {VARIABLE})\"")),
                    ("functionName", "`<`"),
                    ("dataType", &format!("\"{}\"", element.sql())),
                ],
            ))
        }
        DataType::Array { .. } => Ok(ascending(&array.text, VARIABLE, VARIABLE)),
        other => Err(SparkError::new(
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            &[
                (
                    "sqlExpr",
                    &format!("\"{}\"", ascending(&array.text, "left", "right")),
                ),
                ("paramIndex", "first"),
                ("requiredType", "\"ARRAY\""),
                ("inputSql", &format!("\"{}\"", array.text)),
                ("inputType", &format!("\"{}\"", other.sql())),
            ],
        )),
    }
}
