//! Functions that were made in SQL: a call is the body, its parameters replaced by what
//! the arguments are.
//!
//! The body is resolved by itself, over its parameters and nothing else, under the settings
//! and names of when the function was made. Where to look functions up, a
//! [`Catalog`](super::Catalog) knows.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, Subquery};

use super::expression::{Resolver, Typed};
use super::leaf::one_row;
use super::project::emit;
use super::subquery::outer_column;
use super::{
    Analyzer, Attribute, Catalog, Context, Options, Resolved, column_name, engine, fresh_id,
};
use crate::error::{Result, SparkError, quoted};
use crate::functions::Settings;
use crate::plan::sql::{Body, ParseOptions, parse_body};
use crate::plan::{Call, CastMode, Expr, ExprId, JoinKind, Plan, Returns, Routine};
use crate::plan::{RoutineParameter, text};
use crate::types::{DataType, StructField, StructType, cast};

/// How deep functions may call each other: one that was replaced may call itself.
const DEPTH: usize = 50;

/// A function with all that its body hangs on.
pub struct DefinedRoutine {
    /// Its whole name; that alone of a temporary one.
    pub name: Vec<String>,
    pub routine: Routine,
    pub settings: Settings,
    pub options: Options,
    pub parse: ParseOptions,
    /// Where the names in it are looked up first.
    pub database: String,
    pub catalog: Arc<dyn Catalog>,
}

/// Arguments of a call, each with its name where it was given by one.
type Given = Vec<(Option<String>, Expr)>;

/// A parameter, and the value that stands for it.
type Bound = (Attribute, Physical);

impl DefinedRoutine {
    fn shown(&self) -> String {
        self.name.join(".")
    }

    fn context(&self, around: &Context) -> Result<Context> {
        if around.depth >= DEPTH {
            return Err(SparkError::not_implemented(format_args!(
                "functions that call each other more than {DEPTH} deep ({})",
                self.shown()
            )));
        }
        Ok(Context {
            settings: self.settings.clone(),
            options: self.options.clone(),
            catalog: Arc::clone(&self.catalog),
            database: self.database.clone(),
            depth: around.depth + 1,
            ..around.clone()
        })
    }

    fn wrong_count(&self, actual: usize) -> SparkError {
        SparkError::new(
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            &[
                ("functionName", &quoted(&self.name)),
                ("expectedNum", &self.routine.parameters.len().to_string()),
                ("actualNum", &actual.to_string()),
                ("docroot", "https://spark.apache.org/docs/latest"),
            ],
        )
    }

    /// One argument a parameter, `None` for its default.
    fn arranged(&self, given: &Given) -> Result<Vec<Option<Expr>>> {
        let parameters = &self.routine.parameters;
        if given.len() > parameters.len() {
            return Err(self.wrong_count(given.len()));
        }
        let mut all: Vec<Option<Expr>> = vec![None; parameters.len()];
        let routine = quoted(&self.name);
        for (index, (name, value)) in given.iter().enumerate() {
            let at = match name {
                None => index,
                Some(name) => {
                    let same = |p: &RoutineParameter| p.name.eq_ignore_ascii_case(name);
                    let Some(at) = parameters.iter().position(same) else {
                        let known: Vec<_> = parameters.iter().map(|p| quoted(&[&p.name])).collect();
                        return Err(SparkError::new(
                            "UNRECOGNIZED_PARAMETER_NAME",
                            &[
                                ("routineName", &routine),
                                ("argumentName", &quoted(&[name])),
                                ("proposal", &known.join(" ")),
                            ],
                        ));
                    };
                    at
                }
            };
            if all[at].is_some() {
                let by_name = |(name, _): &&(Option<String>, Expr)| {
                    name.as_deref()
                        .is_some_and(|n| n.eq_ignore_ascii_case(&parameters[at].name))
                };
                let condition = match given.iter().filter(by_name).count() > 1 {
                    true => "DOUBLE_NAMED_ARGUMENT_REFERENCE",
                    false => "BOTH_POSITIONAL_AND_NAMED",
                };
                return Err(SparkError::new(
                    &format!("DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.{condition}"),
                    &[
                        ("routineName", &routine),
                        ("parameterName", &quoted(&[&parameters[at].name])),
                    ],
                ));
            }
            all[at] = Some(value.clone());
        }
        let missing =
            |(value, p): (&Option<Expr>, &RoutineParameter)| value.is_none() && p.default.is_none();
        match all.iter().zip(parameters).any(missing) {
            true => Err(self.wrong_count(given.len())),
            false => Ok(all),
        }
    }
}

impl Resolver<'_, '_> {
    /// A call of a function that gives a value.
    pub(super) fn routine_call(&mut self, made: &DefinedRoutine, call: &Call) -> Result<Typed> {
        if matches!(made.routine.returns, Returns::Table(_)) {
            return Err(SparkError::new(
                "NOT_A_SCALAR_FUNCTION",
                &[("functionName", &quoted(&made.name))],
            ));
        }
        if call.distinct || call.filter.is_some() {
            return Err(SparkError::not_implemented(format_args!(
                "DISTINCT and FILTER of the function {}",
                made.shown()
            )));
        }
        let given: Given = call.args.iter().cloned().map(by_name).collect();
        let (bound, texts) = self.bound_arguments(made, &given)?;
        let text = text::call_text(&made.shown(), &texts, false);
        let context = made.context(self.analyzer.context)?;
        let body = value_of(made, &context, &bound, self.streaming)?;
        let expr = self.filled_in(body.expr, &bound)?;
        Ok(Typed::new(expr, body.data_type, body.nullable, text))
    }

    /// The parameters with their values, and the texts of the arguments.
    fn bound_arguments(
        &mut self,
        made: &DefinedRoutine,
        given: &Given,
    ) -> Result<(Vec<Bound>, Vec<String>)> {
        let named = given.iter().any(|(name, _)| name.is_some());
        let mut bound = Vec::with_capacity(made.routine.parameters.len());
        let mut texts = Vec::new();
        let arranged = made.arranged(given)?;
        for (value, parameter) in arranged.into_iter().zip(&made.routine.parameters) {
            let value = match (&value, &parameter.default) {
                (Some(value), _) => {
                    let value = self.resolve(value)?;
                    texts.push(value.text.clone());
                    self.argument(value, &parameter.data_type)?
                }
                (None, Some(default)) => {
                    let Body::Expression(default) = parse_body(default, &made.parse)? else {
                        return Err(SparkError::not_implemented("a query as a default value"));
                    };
                    let context = made.context(self.analyzer.context)?;
                    let mut inner = apart(&context);
                    let value = Resolver::new(&mut inner, &one_row()?).resolve(&default)?;
                    if named {
                        texts.push(value.text.clone());
                    }
                    self.argument(value, &parameter.data_type)?
                }
                (None, None) => return Err(made.wrong_count(given.len())),
            };
            let attribute = parameter_column(made, parameter, value.nullable);
            bound.push((attribute, value.expr));
        }
        Ok((bound, texts))
    }

    fn argument(&self, value: Typed, to: &DataType) -> Result<Typed> {
        if !cast::can_cast(&value.data_type, to, self.settings().ansi) {
            let text = value.text.clone();
            return Err(self.bad_cast(&value, to, &text));
        }
        self.coerce_as(value, to, &CastMode::Cast)
    }

    /// The expression with values in the place of parameters, in its subqueries, too.
    fn filled_in(&self, body: Physical, bound: &[Bound]) -> Result<Physical> {
        let outer = bound
            .iter()
            .map(|(parameter, value)| Ok((parameter.id, self.seen_from_inside(value)?)))
            .collect::<Result<Vec<_>>>()?;
        let changed = body.transform(|node| {
            Ok(match node {
                Physical::Column(column) => match value_for(bound, &column.name) {
                    Some(value) => Transformed::yes(value.clone()),
                    None => Transformed::no(Physical::Column(column)),
                },
                Physical::ScalarSubquery(query) => {
                    Transformed::yes(Physical::ScalarSubquery(under(&query, &outer)?))
                }
                Physical::InSubquery(mut query) => {
                    query.subquery = under(&query.subquery, &outer)?;
                    Transformed::yes(Physical::InSubquery(query))
                }
                Physical::Exists(mut query) => {
                    query.subquery = under(&query.subquery, &outer)?;
                    Transformed::yes(Physical::Exists(query))
                }
                other => Transformed::no(other),
            })
        });
        Ok(engine(changed)?.data)
    }

    /// The value as a query inside of this one sees it.
    fn seen_from_inside(&self, value: &Physical) -> Result<Physical> {
        let changed = value.clone().transform(|node| {
            Ok(match &node {
                Physical::Column(column) => {
                    let own = |a: &&Attribute| column_name(a.id) == column.name;
                    match self.input.iter().find(own) {
                        Some(attribute) => Transformed::yes(outer_column(attribute)),
                        None => Transformed::no(node),
                    }
                }
                _ => Transformed::no(node),
            })
        });
        Ok(engine(changed)?.data)
    }
}

fn by_name(arg: Expr) -> (Option<String>, Expr) {
    match arg {
        Expr::Named { name, value } => (Some(name), *value),
        arg => (None, arg),
    }
}

fn apart(context: &Context) -> Analyzer<'_> {
    Analyzer {
        context,
        outer: Vec::new(),
        definitions: Vec::new(),
        inside: Vec::new(),
        behind: Vec::new(),
    }
}

fn parameter_column(
    made: &DefinedRoutine,
    parameter: &RoutineParameter,
    nullable: bool,
) -> Attribute {
    Attribute {
        id: fresh_id(),
        name: parameter.name.clone(),
        data_type: parameter.data_type.clone(),
        nullable,
        qualifier: made.name.last().cloned().into_iter().collect(),
        metadata: serde_json::Map::new(),
    }
}

fn value_for<'b>(bound: &'b [Bound], column: &str) -> Option<&'b Physical> {
    let (_, value) = bound.iter().find(|(p, _)| column_name(p.id) == column)?;
    Some(value)
}

/// The body's value over its parameters, as the type that the function gives.
fn value_of(
    made: &DefinedRoutine,
    context: &Context,
    bound: &[Bound],
    streaming: bool,
) -> Result<Typed> {
    let body = match parse_body(&made.routine.body, &made.parse)? {
        Body::Expression(body) => body,
        Body::Query(plan) => Expr::ScalarSubquery(plan),
    };
    let parameters = Resolved {
        output: bound
            .iter()
            .map(|(attribute, _)| attribute.clone())
            .collect(),
        streaming,
        ..one_row()?
    };
    let mut inner = apart(context);
    let mut resolver = Resolver::new(&mut inner, &parameters);
    let value = resolver.resolve(&body)?;
    let is_complex = value.expr_contains_aggregate() || value.expr_contains_window();
    let needs_rows = !resolver.windows.is_empty()
        || !resolver.sessions.is_empty()
        || !resolver.generators.is_empty()
        || resolver.row_number.is_some();
    if is_complex || needs_rows {
        return Err(SparkError::new(
            "USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS",
            &[("queryText", &made.routine.body)],
        ));
    }
    let Returns::Scalar(Some(to)) = &made.routine.returns else {
        return Ok(value);
    };
    resolver.argument(value, to)
}

/// The subquery with values for the parameters that it refers to.
fn under(query: &Subquery, values: &[(ExprId, Physical)]) -> datafusion::error::Result<Subquery> {
    let plan = plan_under(&query.subquery, values)?;
    Ok(Subquery {
        outer_ref_columns: plan.all_out_ref_exprs(),
        subquery: plan,
        spans: query.spans.clone(),
    })
}

fn plan_under(
    plan: &Arc<LogicalPlan>,
    values: &[(ExprId, Physical)],
) -> datafusion::error::Result<Arc<LogicalPlan>> {
    let changed = (**plan).clone().transform_up_with_subqueries(|node| {
        let changed = node.map_expressions(|expr| {
            expr.transform(|part| {
                Ok(match &part {
                    Physical::OuterReferenceColumn(_, column) => {
                        let own = |(id, _): &&(ExprId, Physical)| column_name(*id) == column.name;
                        match values.iter().find(own) {
                            Some((_, value)) => Transformed::yes(value.clone()),
                            None => Transformed::no(part),
                        }
                    }
                    _ => Transformed::no(part),
                })
            })
        })?;
        changed.map_data(LogicalPlan::recompute_schema)
    })?;
    Ok(Arc::new(changed.data))
}

impl Analyzer<'_> {
    /// A call of a function that gives rows, of constants or beside the rows of `left`.
    pub(super) fn routine_rows(
        &mut self,
        made: &DefinedRoutine,
        args: &[(Option<String>, Expr)],
        beside: Option<&Arc<Plan>>,
        alias: Option<&(String, Vec<String>)>,
    ) -> Result<Resolved> {
        let Returns::Table(columns) = &made.routine.returns else {
            return Err(SparkError::new(
                "NOT_A_TABLE_FUNCTION",
                &[("functionName", &quoted(&made.name))],
            ));
        };
        let left = beside.map(|plan| self.relation(plan)).transpose()?;
        let child = match &left {
            Some(left) => (**left).clone(),
            None => one_row()?,
        };
        let context = made.context(self.context)?;
        let mut resolver = Resolver::new(self, &child);
        let (bound, _) = resolver.bound_arguments(made, &args.to_vec())?;
        let values = bound
            .iter()
            .map(|(parameter, value)| Ok((parameter.id, resolver.seen_from_inside(value)?)))
            .collect::<Result<Vec<_>>>()?;
        let rows = rows_of(made, &context, &bound, columns.as_ref())?;
        let mut rows = Resolved {
            plan: engine(plan_under(&rows.plan, &values))?,
            ..rows
        };
        if let Some((name, columns)) = alias {
            for (at, attribute) in rows.output.iter_mut().enumerate() {
                attribute.qualifier = vec![name.clone()];
                if let Some(name) = columns.get(at) {
                    attribute.name.clone_from(name);
                }
            }
        }
        match left {
            Some(left) => self.lateral_of((*left).clone(), rows, JoinKind::Inner, None),
            None => Ok(rows),
        }
    }
}

/// The rows of the body over its parameters, as the columns that the function gives.
fn rows_of(
    made: &DefinedRoutine,
    context: &Context,
    bound: &[Bound],
    columns: Option<&StructType>,
) -> Result<Resolved> {
    let Body::Query(plan) = parse_body(&made.routine.body, &made.parse)? else {
        return Err(SparkError::not_implemented(
            "a function of rows whose body is no query",
        ));
    };
    let mut inner = apart(context);
    inner.outer.push(
        bound
            .iter()
            .map(|(parameter, _)| parameter.clone())
            .collect(),
    );
    let found = inner.relation(&plan)?;
    let Some(columns) = columns else {
        return Ok((*found).clone());
    };
    if columns.len() != found.output.len() {
        return Err(SparkError::new(
            "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH",
            &[
                ("outputSize", &found.output.len().to_string()),
                ("returnParamSize", &columns.len().to_string()),
                ("name", &made.shown()),
            ],
        ));
    }
    let resolver = Resolver::new(&mut inner, &found);
    let mut values = Vec::with_capacity(columns.len());
    for (attribute, field) in found.output.iter().zip(columns.fields.iter()) {
        let value = resolver.argument(Typed::of(attribute), &field.data_type)?;
        values.push(Typed {
            name: Some(field.name.clone()),
            attribute: None,
            metadata: field.metadata.clone(),
            ..value
        });
    }
    let width = values.len();
    let plan = Arc::clone(&found.plan);
    Ok(emit(plan, values, width, None, found.streaming)?.resolved())
}

/// Checks a function that is being made, and says what it gives.
///
/// # Errors
/// What its body is refused for.
pub fn checked_routine(made: &DefinedRoutine, context: &Context) -> Result<Returns> {
    let context = made.context(context)?;
    let bound: Vec<Bound> = made
        .routine
        .parameters
        .iter()
        .map(|parameter| {
            let attribute = parameter_column(made, parameter, true);
            let value = attribute.column();
            (attribute, value)
        })
        .collect();
    Ok(match &made.routine.returns {
        Returns::Scalar(_) => {
            let value = value_of(made, &context, &bound, false)?;
            Returns::Scalar(Some(value.data_type))
        }
        Returns::Table(columns) => {
            let found = rows_of(made, &context, &bound, columns.as_ref())?;
            let fields = found.output.into_iter().map(|a| StructField {
                nullable: true,
                ..StructField::new(a.name, a.data_type, true)
            });
            let own = columns.clone();
            Returns::Table(Some(own.unwrap_or_else(|| StructType::new(fields))))
        }
    })
}
