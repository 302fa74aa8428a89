//! Functions that take lambdas: the variables' types, the body resolved among them, and the
//! columns around that it captures, which become arguments of the call.

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::Expr as Physical;

use super::expression::{Resolver, Typed};
use super::function::contains;
use super::{engine, names};
use crate::engine::{computed, kernel_over};
use crate::error::{Result, SparkError};
use crate::functions::scalar::collections::Repeated;
use crate::functions::scalar::lambda::{self, Body};
use crate::functions::scalar::typing::{unexpected, wrong_count};
use crate::functions::{ArgType, Binding, Kernel};
use crate::plan::{Call, Expr, text};
use crate::types::DataType;

/// Spark's printed form of a variable.
const VARIABLE: &str = "namedlambdavariable()";

/// A variable of a lambda around the expression that is being resolved.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    name: String,
    value: Typed,
}

/// A body, its variables bound to the types that the function offers.
struct Bound {
    expr: Physical,
    /// What its variables are called in it.
    columns: Vec<String>,
    data_type: DataType,
    nullable: bool,
    text: String,
}

/// What bodies take from around them: expressions over the input, and the columns under
/// which a body has them.
#[derive(Default)]
struct Captured {
    exprs: Vec<Physical>,
    names: Vec<String>,
}

/// The type of a variable, and whether it may be null.
type Offered = (DataType, bool);

/// An argument that has not the wanted type.
type Unfit = (usize, &'static str);

/// How many lambdas end the arguments, and how many values stand before them.
fn shape(name: &str, count: usize) -> Option<(usize, &'static str)> {
    Some(match name {
        "transform" | "filter" | "exists" | "forall" | "map_filter" | "transform_keys"
        | "transform_values" => (1, "2"),
        "array_sort" if count == 2 => (1, "[1, 2]"),
        "zip_with" | "map_zip_with" => (2, "3"),
        "aggregate" | "reduce" => (2, "[3, 4]"),
        _ => return None,
    })
}

impl Resolver<'_, '_> {
    /// A name that a lambda around gives to one of its variables.
    pub(super) fn lambda_variable(&mut self, parts: &[String]) -> Result<Option<Typed>> {
        let case_sensitive = self.case_sensitive();
        let Some((first, fields)) = parts.split_first() else {
            return Ok(None);
        };
        let mut all = self.lambdas.iter().rev().flatten();
        let Some(found) = all.find(|v| names::same(&v.name, first, case_sensitive)) else {
            return Ok(None);
        };
        let value = found.value.clone();
        self.fields_of(value, fields).map(Some)
    }

    /// The functions of this file; `None` for any other call.
    pub(super) fn lambda_call(&mut self, name: &str, call: &Call) -> Result<Option<Typed>> {
        let Some((values, counts)) = shape(name, call.args.len()) else {
            if call
                .args
                .iter()
                .any(|arg| matches!(arg, Expr::Lambda { .. }))
            {
                return Err(SparkError::new(
                    "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION",
                    &[("class", name)],
                ));
            }
            return Ok(None);
        };
        let most = values
            + if matches!(name, "aggregate" | "reduce") {
                2
            } else {
                1
            };
        if call.args.len() <= values || call.args.len() > most {
            return Err(wrong_count(name, counts, call.args.len()));
        }
        let args = self.resolve_all(&call.args[..values])?;
        let lambdas = &call.args[values..];
        let mut captured = Captured::default();
        let mut bodies = Vec::with_capacity(lambdas.len());
        for (index, lambda) in lambdas.iter().enumerate() {
            let offered = self.offered(name, &args, lambda, index);
            let offered = offered.map_err(|wrong| unfit(name, &args, lambdas, wrong))?;
            bodies.push(self.bound_lambda(lambda, &offered, &mut captured)?);
        }
        self.applied(name, args, bodies, captured).map(Some)
    }

    /// The variables that the function gives to a lambda.
    fn offered(
        &self,
        name: &str,
        args: &[Typed],
        lambda: &Expr,
        index: usize,
    ) -> Result<Vec<Offered>, Unfit> {
        let parameters = match lambda {
            Expr::Lambda { parameters, .. } => parameters.len(),
            _ => 1,
        };
        Ok(match name {
            "map_filter" | "transform_keys" | "transform_values" => {
                let (key, value, nullable) = map_of(args, 0)?;
                vec![(key, false), (value, nullable)]
            }
            "map_zip_with" => {
                let (key, left, _) = map_of(args, 0)?;
                let (_, right, _) = map_of(args, 1)?;
                vec![(key, false), (left, true), (right, true)]
            }
            "zip_with" => {
                let (left, _) = element_of(args, 0)?;
                let (right, _) = element_of(args, 1)?;
                vec![(left, true), (right, true)]
            }
            "aggregate" | "reduce" => {
                let first = (args[1].data_type.clone(), true);
                match index {
                    0 => vec![first, element_of(args, 0)?],
                    _ => vec![first],
                }
            }
            "array_sort" => vec![element_of(args, 0)?; 2],
            "transform" | "filter" if parameters == 2 => {
                vec![element_of(args, 0)?, (DataType::Integer, false)]
            }
            _ => vec![element_of(args, 0)?],
        })
    }

    fn bound_lambda(
        &mut self,
        lambda: &Expr,
        offered: &[Offered],
        captured: &mut Captured,
    ) -> Result<Bound> {
        // What is no lambda is a body without variables.
        let (parameters, body) = match lambda {
            Expr::Lambda { parameters, body } => (parameters.as_slice(), body.as_ref()),
            other => (&[][..], other),
        };
        let is_lambda = matches!(lambda, Expr::Lambda { .. });
        if is_lambda {
            self.check_parameters(parameters, offered)?;
        }
        let depth = self.lambdas.len();
        let own = format!("λ{depth}.");
        let variables = parameters.iter().zip(offered).enumerate();
        let variables = variables.map(|(i, (name, (data_type, nullable)))| Variable {
            name: name.clone(),
            value: Typed {
                name: Some(name.clone()),
                ..Typed::new(
                    Physical::Column(Column::new_unqualified(format!("{own}{i}"))),
                    data_type.clone(),
                    *nullable,
                    VARIABLE.to_string(),
                )
            },
        });
        self.lambdas.push(variables.collect());
        let resolved = self.resolve(body);
        self.lambdas.pop();
        let value = resolved?;
        let columns: Vec<String> = (0..parameters.len()).map(|i| format!("{own}{i}")).collect();
        let expr = captured.taken(value.expr, &own)?;
        let shown = match is_lambda {
            true => vec![VARIABLE; parameters.len()],
            false => vec![VARIABLE; offered.len()],
        };
        let mut texts = vec![value.text.as_str()];
        texts.extend(shown);
        Ok(Bound {
            expr,
            columns,
            text: format!("lambdafunction({})", texts.join(", ")),
            data_type: value.data_type,
            nullable: value.nullable,
        })
    }

    fn check_parameters(&self, parameters: &[String], offered: &[Offered]) -> Result<()> {
        if parameters.len() != offered.len() {
            return Err(SparkError::new(
                "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
                &[
                    ("expectedNumArgs", &parameters.len().to_string()),
                    ("actualNumArgs", &offered.len().to_string()),
                ],
            ));
        }
        let case_sensitive = self.case_sensitive();
        let twice = |(i, name): (usize, &String)| {
            let mut before = parameters[..i].iter();
            before.any(|other| names::same(other, name, case_sensitive))
        };
        if parameters.iter().enumerate().any(twice) {
            let shown: Vec<_> = parameters.iter().map(|p| format!("`{p}`")).collect();
            return Err(SparkError::new(
                "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES",
                &[
                    ("args", &shown.join(", ")),
                    ("caseSensitiveConfig", "\"spark.sql.caseSensitive\""),
                ],
            ));
        }
        Ok(())
    }
}

impl Bound {
    /// The body over its variables and all that the call captures.
    fn body(&self, captured: &Captured) -> Body {
        let mut names = self.columns.clone();
        names.extend(captured.names.iter().cloned());
        Body {
            compute: computed(self.expr.clone(), names),
            storage: self.data_type.to_arrow(),
            variables: self.columns.len(),
        }
    }
}

impl Captured {
    /// The body with what it takes from around it as columns; `own` begins the names of its
    /// variables.
    fn taken(&mut self, body: Physical, own: &str) -> Result<Physical> {
        let mut taken = |e: Physical| {
            let is_own = |e: &Physical| matches!(e, Physical::Column(c) if c.name.starts_with(own));
            let name = match &e {
                Physical::Column(_) if is_own(&e) => return Ok(Transformed::no(e)),
                Physical::Column(column) => column.name.clone(),
                Physical::OuterReferenceColumn(_, column) => format!("outer{}", column.name),
                Physical::AggregateFunction(_)
                | Physical::WindowFunction(_)
                | Physical::ScalarSubquery(_)
                | Physical::InSubquery(_)
                | Physical::Exists(_) => {
                    if contains(&e, is_own) {
                        return Err(crate::engine::to_datafusion(SparkError::not_implemented(
                            "an aggregate, a window or a subquery over the variable of a lambda",
                        )));
                    }
                    format!("captured{}", self.exprs.len())
                }
                _ => return Ok(Transformed::no(e)),
            };
            let known = self.exprs.iter().position(|other| *other == e);
            let at = known.unwrap_or_else(|| {
                self.exprs.push(e);
                self.names.push(name);
                self.names.len() - 1
            });
            let column = Physical::Column(Column::new_unqualified(self.names[at].clone()));
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        };
        Ok(engine(body.transform_down(&mut taken))?.data)
    }
}

/// What a function gives of its arguments' types and its bodies.
struct Given {
    args: Vec<DataType>,
    returns: DataType,
    nullable: bool,
    kernel: Kernel,
}

impl Resolver<'_, '_> {
    /// The call, its bodies known.
    fn applied(
        &self,
        name: &str,
        args: Vec<Typed>,
        bodies: Vec<Bound>,
        captured: Captured,
    ) -> Result<Typed> {
        let mut texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
        texts.extend(bodies.iter().map(|bound| bound.text.clone()));
        if let ("aggregate" | "reduce", [_]) = (name, bodies.as_slice()) {
            texts.push(format!("lambdafunction({VARIABLE}, {VARIABLE})"));
        }
        let text = text::call_text(name, &texts, false);
        let given = self.given(name, &args, &bodies, &captured, &text)?;
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
                let kernel = lambda::any_is(body, name == "exists");
                given(DataType::Boolean, nullable || first.nullable, kernel)
            }
            "map_filter" => {
                first.is(&DataType::Boolean, 1, text)?;
                given(same, nullable, lambda::map_filter(body, stored))
            }
            "array_sort" => {
                first.is(&DataType::Integer, 1, text)?;
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
        if by_key && matches!(bound.data_type, DataType::Map { .. } | DataType::Null) {
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
        let kernel = lambda::aggregate(merge.body(captured), finish.map(|f| f.body(captured)));
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
        match self.data_type == *wanted {
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

/// Spark's printed form of `array_sort` without a comparator: it writes one out.
pub(super) fn ascending_text(array: &str) -> String {
    let null = format!("({VARIABLE} IS NULL)");
    let order = format!("(IF(({VARIABLE} > {VARIABLE}), 1, 0))");
    let order = format!("(IF(({VARIABLE} < {VARIABLE}), -1, {order}))");
    let order = format!("(IF({null}, 1, (IF({null}, -1, {order}))))");
    let body = format!("(IF(({null} AND {null}), 0, {order}))");
    format!("array_sort({array}, lambdafunction({body}, {VARIABLE}, {VARIABLE}))")
}

/// The type of an argument's elements.
fn element_of(args: &[Typed], index: usize) -> Result<Offered, Unfit> {
    match &args[index].data_type {
        DataType::Array {
            element,
            contains_null,
        } => Ok(((**element).clone(), *contains_null)),
        DataType::Null => Ok((DataType::Null, true)),
        _ => Err((index, "\"ARRAY\"")),
    }
}

/// The types of an argument's keys and values, and whether values may be null.
fn map_of(args: &[Typed], index: usize) -> Result<(DataType, DataType, bool), Unfit> {
    match &args[index].data_type {
        DataType::Map {
            key,
            value,
            value_contains_null,
        } => Ok(((**key).clone(), (**value).clone(), *value_contains_null)),
        _ => Err((index, "\"MAP\"")),
    }
}

/// The error for an argument, before the lambdas are looked at.
fn unfit(name: &str, args: &[Typed], lambdas: &[Expr], (index, wanted): Unfit) -> SparkError {
    let mut types: Vec<ArgType> = args.iter().map(Typed::arg_type).collect();
    types.extend(lambdas.iter().map(|lambda| ArgType {
        data_type: DataType::Null,
        nullable: true,
        literal: None,
        text: text::expr_text(lambda),
    }));
    unexpected(name, &types, index, wanted)
}
