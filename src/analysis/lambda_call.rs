//! Functions that take lambdas: the variables' types, the body resolved among them, and the
//! columns around that it captures, which become arguments of the call.

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::Expr as Physical;

use super::expression::{Resolver, Typed};
use super::function::contains;
use super::{engine, names};
use crate::engine::computed;
use crate::error::{Result, SparkError};
use crate::functions::ArgType;
use crate::functions::scalar::coercion::common_type;
use crate::functions::scalar::lambda::Body;
use crate::functions::scalar::typing::{unexpected, wrong_count};
use crate::plan::{Call, Expr, text};
use crate::types::DataType;

/// Spark's printed form of a variable.
pub(super) const VARIABLE: &str = "namedlambdavariable()";

/// A variable of a lambda around the expression that is being resolved.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    name: String,
    value: Typed,
}

/// A body, its variables bound to the types that the function offers.
pub(super) struct Bound {
    pub(super) expr: Physical,
    /// What its variables are called in it.
    pub(super) columns: Vec<String>,
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
    pub(super) text: String,
}

/// What bodies take from around them: expressions over the input, and the columns under
/// which a body has them.
#[derive(Default)]
pub(super) struct Captured {
    pub(super) exprs: Vec<Physical>,
    pub(super) names: Vec<String>,
    /// Whether random values are drawn in one of the bodies.
    pub(super) draws: bool,
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
                    &[("class", &class_of(name))],
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
        if call.args[..values]
            .iter()
            .any(|arg| matches!(arg, Expr::Lambda { .. }))
        {
            let condition =
                "INVALID_LAMBDA_FUNCTION_CALL.PARAMETER_DOES_NOT_ACCEPT_LAMBDA_FUNCTION";
            return Err(SparkError::new(condition, &[]));
        }
        let mut args = self.resolve_all(&call.args[..values])?;
        if name == "map_zip_with" {
            args = self.of_one_key(args, &call.args[values..])?;
        }
        let lambdas = &call.args[values..];
        let mut captured = Captured::default();
        let drawn_before = self.turns.len();
        let mut bodies = Vec::with_capacity(lambdas.len());
        for (index, lambda) in lambdas.iter().enumerate() {
            let offered = self.offered(name, &args, lambda, index);
            let offered = offered.map_err(|wrong| unfit(name, &args, lambdas, wrong))?;
            let mut bound = self.bound_lambda(lambda, &offered, &mut captured)?;
            let is_condition = matches!(name, "filter" | "exists" | "forall" | "map_filter");
            if is_condition && bound.data_type == DataType::Null {
                bound.expr =
                    datafusion::logical_expr::cast(bound.expr, arrow::datatypes::DataType::Boolean);
                bound.data_type = DataType::Boolean;
            }
            bodies.push(bound);
        }
        captured.draws = self.turns.len() > drawn_before;
        if captured.draws && name == "array_sort" {
            return Err(SparkError::not_implemented(
                "random values in the order of array_sort",
            ));
        }
        let turns = match self.lambdas.is_empty() {
            true => std::mem::take(&mut self.turns),
            false => Vec::new(),
        };
        self.applied(name, args, bodies, captured, turns).map(Some)
    }

    /// Two maps whose keys are of one type.
    fn of_one_key(&self, args: Vec<Typed>, lambdas: &[Expr]) -> Result<Vec<Typed>> {
        let key = |index: usize| {
            let found = map_of(&args, index);
            found.map_err(|wrong| unfit("map_zip_with", &args, lambdas, wrong))
        };
        let (left, right) = (key(0)?.0, key(1)?.0);
        let strings = (left == DataType::String) != (right == DataType::String);
        let void = left == DataType::Null || right == DataType::Null;
        let common = common_type(&left, &right, self.settings().ansi);
        let Some(common) = common.filter(|_| !strings || void) else {
            let mut texts: Vec<_> = args.iter().map(|arg| arg.text.clone()).collect();
            texts.extend(lambdas.iter().map(text::expr_text));
            let call = text::call_text("map_zip_with", &texts, false);
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES",
                &[
                    ("sqlExpr", &format!("\"{call}\"")),
                    ("functionName", "`map_zip_with`"),
                    ("leftType", &format!("\"{}\"", left.sql())),
                    ("rightType", &format!("\"{}\"", right.sql())),
                ],
            ));
        };
        let same = |arg: Typed| match arg.data_type.clone() {
            DataType::Map {
                value,
                value_contains_null,
                ..
            } => {
                let map = DataType::Map {
                    key: Box::new(common.clone()),
                    value,
                    value_contains_null,
                };
                self.coerce(arg, &map)
            }
            _ => Ok(arg),
        };
        args.into_iter().map(same).collect()
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
                let first = (args[1].data_type.as_nullable(), true);
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
    pub(super) fn body(&self, captured: &Captured) -> Body {
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
                Physical::ScalarSubquery(_) | Physical::InSubquery(_) | Physical::Exists(_) => {
                    let condition =
                        "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION";
                    return Err(crate::engine::to_datafusion(SparkError::new(
                        condition,
                        &[],
                    )));
                }
                Physical::OuterReferenceColumn(_, column) => format!("outer{}", column.name),
                Physical::AggregateFunction(_) | Physical::WindowFunction(_) => {
                    if contains(&e, is_own) {
                        return Err(crate::engine::to_datafusion(SparkError::not_implemented(
                            "an aggregate or a window over the variable of a lambda",
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

/// The class that Spark names a function by.
fn class_of(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    let name: String = words.collect();
    format!("org.apache.spark.sql.catalyst.expressions.{name}")
}

/// The type of an argument's elements.
fn element_of(args: &[Typed], index: usize) -> Result<Offered, Unfit> {
    match &args[index].data_type {
        DataType::Array {
            element,
            contains_null,
        } => Ok(((**element).clone(), *contains_null)),
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
    if let ("aggregate" | "reduce", [_]) = (name, lambdas) {
        types.push(ArgType {
            data_type: DataType::Null,
            nullable: true,
            literal: None,
            text: "lambdafunction(id, id)".into(),
        });
    }
    unexpected(name, &types, index, wanted)
}
