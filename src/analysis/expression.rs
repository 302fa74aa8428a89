//! Resolving one expression against the columns in scope: names, types, casts, and
//! the text that Spark would call it by.

use std::sync::Arc;

use datafusion::logical_expr::{Expr as Physical, LogicalPlan};

use super::session_window::SessionWindow;
use super::time_window::TimeWindow;
use super::{Analyzer, Attribute, Resolved, internal, literal, names};
use crate::engine::cast_expr;
use crate::error::{Result, SparkError};
use crate::functions::{ArgType, Settings};
use crate::plan::text;
use crate::plan::{Call, CastMode, Expr, ExprId, Literal, SortOrder};
use crate::types::DataType;

/// A resolved expression.
#[derive(Debug, Clone)]
pub struct Typed {
    pub expr: Physical,
    pub data_type: DataType,
    pub nullable: bool,
    /// Spark's printed form.
    pub text: String,
    /// Name as a column, where it is not the printed form.
    pub name: Option<String>,
    /// Identity, where this is a column unchanged.
    pub attribute: Option<ExprId>,
    pub literal: Option<Literal>,
    pub qualifier: Vec<String>,
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

impl Typed {
    pub fn new(expr: Physical, data_type: DataType, nullable: bool, text: String) -> Self {
        Self {
            expr,
            data_type,
            nullable,
            text,
            name: None,
            attribute: None,
            literal: None,
            qualifier: Vec::new(),
            metadata: serde_json::Map::new(),
        }
    }

    pub fn of(attribute: &Attribute) -> Self {
        Self {
            name: Some(attribute.name.clone()),
            attribute: Some(attribute.id),
            qualifier: attribute.qualifier.clone(),
            metadata: attribute.metadata.clone(),
            ..Self::new(
                attribute.column(),
                attribute.data_type.clone(),
                attribute.nullable,
                attribute.name.clone(),
            )
        }
    }

    pub fn constant(value: Literal) -> Result<Self> {
        Self::constant_in(value, crate::types::Zone::UTC)
    }

    /// A constant whose printed form is in a time zone.
    pub fn constant_in(value: Literal, zone: crate::types::Zone) -> Result<Self> {
        let nullable = matches!(value, Literal::Null(_));
        let text = text::literal_text(&value, zone);
        let expr = Physical::Literal(literal::scalar(&value)?, None);
        Ok(Self {
            literal: Some(value.clone()),
            ..Self::new(expr, value.data_type(), nullable, text)
        })
    }

    pub fn column_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.text.clone())
    }

    /// The same value as part of a larger expression: no longer a named column.
    pub fn arg_type(&self) -> ArgType {
        ArgType {
            data_type: self.data_type.clone(),
            nullable: self.nullable,
            literal: self.literal.clone(),
            text: self.text.clone(),
        }
    }
}

/// Resolves expressions over one input. Time windows that it meets are collected:
/// the input has to compute them first ([`Resolver::into_input`]).
pub(crate) struct Resolver<'r, 'a> {
    pub analyzer: &'r mut Analyzer<'a>,
    pub input: Vec<Attribute>,
    pub windows: Vec<TimeWindow>,
    pub sessions: Vec<SessionWindow>,
    /// Names of columns defined earlier in the same select list.
    pub laterals: Vec<(String, Typed)>,
    pub streaming: bool,
    /// The input's plan, with the hidden columns of files that were asked for.
    pub(super) plan: Arc<LogicalPlan>,
    pub(super) exposed: super::file_columns::Exposed,
    /// Columns beside the input's own, which only their identity reaches.
    pub(super) behind: Vec<Attribute>,
    /// The generators of a select list, whose rows the input has to give.
    pub generators: Vec<super::generate::Generator>,
    /// The column with the id of a row, where an expression asks for it.
    pub row_number: Option<ExprId>,
    /// Whether an expression gives the id itself, which a stream refuses.
    pub(super) shows_ids: bool,
    /// The column with the number of a row's partition, where an expression asks for it.
    pub partition: Option<String>,
    /// The grouping sets around, for `grouping` and `grouping_id`.
    pub groupings: Option<super::grouping_sets::Groupings>,
    /// Subqueries that were resolved: one that is asked for twice is the same.
    pub(super) subqueries: Vec<(Arc<crate::plan::Plan>, Typed)>,
    /// The variables of the lambdas around, the nearest last.
    pub(super) lambdas: Vec<Vec<super::lambda_call::Variable>>,
    /// What draws random values in the outermost lambda around.
    pub(super) turns: Vec<Arc<dyn super::draws::Turn>>,
    /// How many choices are around that not every row may come to.
    pub(super) branches: usize,
    /// Whether a value hangs on all rows before: no condition above may leave them out below.
    pub(super) holds_rows: bool,
}

impl<'r, 'a> Resolver<'r, 'a> {
    pub fn new(analyzer: &'r mut Analyzer<'a>, input: &Resolved) -> Self {
        let (plan, behind) = analyzer.with_behind(input);
        Self {
            analyzer,
            input: input.output.clone(),
            plan,
            behind,
            exposed: super::file_columns::Exposed::default(),
            windows: Vec::new(),
            sessions: Vec::new(),
            laterals: Vec::new(),
            streaming: input.streaming,
            generators: Vec::new(),
            row_number: None,
            shows_ids: false,
            partition: None,
            groupings: None,
            subqueries: Vec::new(),
            lambdas: Vec::new(),
            turns: Vec::new(),
            branches: 0,
            holds_rows: false,
        }
    }

    pub fn settings(&self) -> &Settings {
        &self.analyzer.context.settings
    }

    pub fn case_sensitive(&self) -> bool {
        self.analyzer.context.options.case_sensitive
    }

    /// The windows that were met, as columns of the input that computes them.
    pub fn window_columns(&self) -> Vec<Typed> {
        let windows = self.windows.iter().map(|w| w.value(self.settings()));
        let sessions = self.sessions.iter().map(|s| s.value(self.settings()));
        windows.chain(sessions).collect()
    }

    /// The input's plan, with the time windows that were met computed in it.
    pub fn into_input(self, input: &Resolved) -> Result<Arc<LogicalPlan>> {
        let settings = self.settings().clone();
        let mut plan = Arc::clone(&self.plan);
        if let (Some(id), true) = (self.row_number, input.streaming && !self.shows_ids) {
            plan = super::row_number::attach_in_batches(plan, id)?;
        } else if let Some(id) = self.row_number {
            plan = super::row_number::attach(plan, id, input.streaming, self.analyzer.context)?;
        }
        if let Some(name) = &self.partition {
            let parallelism = self.analyzer.context.options.parallelism;
            plan = Arc::new(super::partitions::numbered(
                &plan,
                name,
                parallelism,
                &settings,
            )?);
        }
        for window in &self.windows {
            plan = window.attach(plan, &settings)?;
        }
        for session in &self.sessions {
            plan = session.attach(plan, &settings)?;
        }
        for generator in &self.generators {
            plan = generator.attach(plan)?;
        }
        Ok(plan)
    }

    pub fn resolve_all(&mut self, exprs: &[Expr]) -> Result<Vec<Typed>> {
        exprs.iter().map(|e| self.resolve(e)).collect()
    }

    /// An expression that is computed for some rows only, where `is_choice` says so.
    pub(super) fn resolve_where(&mut self, is_choice: bool, expr: &Expr) -> Result<Typed> {
        self.branches += usize::from(is_choice);
        let found = self.resolve(expr);
        self.branches -= usize::from(is_choice);
        found
    }

    /// The arguments of a function; behind one that may be null, or that decides, the others
    /// may not be asked for.
    pub(super) fn resolve_args(&mut self, name: &str, exprs: &[Expr]) -> Result<Vec<Typed>> {
        let mut args: Vec<Typed> = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let decides = matches!(
                name,
                "if" | "coalesce" | "nvl" | "ifnull" | "nvl2" | "nullif"
            );
            let is_choice = args.iter().any(|arg| decides || arg.nullable);
            args.push(self.resolve_where(is_choice, expr)?);
        }
        Ok(args)
    }

    pub fn resolve(&mut self, expr: &Expr) -> Result<Typed> {
        match expr {
            Expr::Attribute(parts) => self.attribute(parts),
            Expr::Bound { id, name, .. } => self.bound(*id, name),
            Expr::Sql(text) => Err(internal(format_args!("SQL text was not parsed: {text}"))),
            Expr::Literal(value) => Typed::constant_in(value.clone(), self.settings().time_zone),
            Expr::Alias {
                expr,
                name,
                metadata,
            } => self.alias(expr, name, metadata.as_ref()),
            Expr::Aliases { expr, names } => Err(SparkError::new(
                "MULTI_ALIAS_WITHOUT_GENERATOR",
                &[
                    ("expr", &format!("\"{}\"", text::expr_text(expr))),
                    ("names", &names.join(", ")),
                ],
            )),
            Expr::Call(call) => self.call(call),
            Expr::Cast { expr, to, mode } => self.cast(expr, to, mode),
            Expr::Extract { expr, key } => self.extract(expr, key),
            Expr::Case {
                branches,
                otherwise,
            } => self.case(branches, otherwise.as_deref()),
            Expr::In { expr, list } => self.in_list(expr, list),
            Expr::InSubquery { expr, plan } => self.in_subquery(expr, plan),
            Expr::Exists(plan) => self.exists(plan),
            Expr::Outer(expr) => self.outer(expr),
            Expr::ScalarSubquery(plan) => self.scalar_subquery(plan),
            Expr::Over { function, spec } => match function.as_ref() {
                Expr::Call(call) if super::counter_diff::is_called(call) => {
                    self.counter_diff(call, spec)
                }
                _ => self.over(function, spec),
            },
            Expr::Sort(order) => Err(internal(format_args!(
                "a sort order is not a value: {}",
                text::expr_text(&order.expr)
            ))),
            Expr::Star { .. } | Expr::StarExcept { .. } => Err(SparkError::new(
                "INVALID_USAGE_OF_STAR_OR_REGEX",
                &[("elem", "'*'"), ("prettyName", "expression")],
            )),
            Expr::Named { name, .. } => Err(SparkError::not_implemented(format_args!(
                "the named argument {name} here"
            ))),
            Expr::Foreign { function, args } => self.foreign(function, args),
            Expr::Lambda { .. } => Err(SparkError::not_implemented("lambda functions")),
        }
    }

    fn attribute(&mut self, parts: &[String]) -> Result<Typed> {
        let case_sensitive = self.case_sensitive();
        if let Some(value) = self.lambda_variable(parts)? {
            return Ok(value);
        }
        if let Some(found) = names::find(parts, &self.input, case_sensitive)? {
            let mut value = Typed::of(found.attribute);
            // The column is called as it was written here.
            let written = &parts[parts.len() - found.fields.len() - 1];
            value.name = Some(written.clone());
            value.text.clone_from(written);
            let fields = found.fields.to_vec();
            return self.fields_of(value, &fields);
        }
        if let [name] = parts {
            let earlier = self
                .laterals
                .iter()
                .find(|(n, _)| names::same(n, name, case_sensitive));
            if let Some((_, value)) = earlier {
                return Ok(Typed {
                    text: format!("lateralAliasReference({name})"),
                    ..value.clone()
                });
            }
        }
        if let Some((first, fields)) = parts.split_first()
            && let Some(window) = self
                .window_column(first)
                .or_else(|| self.session_column(first))
        {
            return self.fields_of(window, fields);
        }
        // As in Spark, a query sees the one around it and none further out.
        if let Some(scope) = self.analyzer.outer.last()
            && let Some(found) = names::find(parts, scope, case_sensitive)?
        {
            let mut value = Typed::of(found.attribute);
            value.expr = super::subquery::outer_column(found.attribute);
            value.text = format!(
                "outer({})",
                super::subquery_limits::whole_name(found.attribute)
            );
            let fields = found.fields.to_vec();
            return self.fields_of(value, &fields);
        }
        if let ([name], Some(_)) = (parts, &self.groupings)
            && name.eq_ignore_ascii_case("grouping__id")
        {
            let value = self.resolve(&Expr::call("grouping_id", []))?;
            return Ok(Typed {
                name: Some(name.clone()),
                ..value
            });
        }
        if let Some((first, fields)) = parts.split_first()
            && let Some(column) = self.file_metadata(first)?
        {
            return self.fields_of(column, fields);
        }
        if let [name] = parts
            && let Some(function) = super::circumstance::bare_call(name)
        {
            return self.resolve(&Expr::call(function, []));
        }
        let found = self.variable(parts)?;
        found.ok_or_else(|| names::unresolved(parts, &self.input))
    }

    /// `a.b.c`: fields inside a column; the last one names the result.
    pub(super) fn fields_of(&mut self, value: Typed, fields: &[String]) -> Result<Typed> {
        let mut value = value;
        for field in fields {
            let key = Typed::constant(Literal::String(field.clone()))?;
            value = self.extract_typed(value, key)?;
            value.name = Some(field.clone());
        }
        Ok(value)
    }

    fn bound(&mut self, id: ExprId, name: &str) -> Result<Typed> {
        let mut known = self.analyzer.behind.iter();
        let own = known.find(|(asked, _)| *asked == id);
        let id = own.map_or(id, |(_, own)| own.id);
        if let Some(attribute) = self.input.iter().find(|a| a.id == id) {
            return Ok(Typed::of(attribute));
        }
        for scope in self.analyzer.outer.iter().rev() {
            if let Some(attribute) = scope.iter().find(|a| a.id == id) {
                let mut value = Typed::of(attribute);
                value.expr = super::subquery::outer_column(attribute);
                return Ok(value);
            }
        }
        if let Some(attribute) = self.behind.iter().find(|a| a.id == id) {
            return Ok(Typed::of(attribute));
        }
        Err(super::of_frames::missing(name, &self.input))
    }

    fn alias(
        &mut self,
        expr: &Expr,
        name: &str,
        metadata: Option<&serde_json::Value>,
    ) -> Result<Typed> {
        let mut value = self.resolve(expr)?;
        // As a part of something larger it is printed whole.
        value.text = format!("{} AS {name}", value.text);
        value.name = Some(name.to_string());
        value.attribute = None;
        value.qualifier = Vec::new();
        if let Some(serde_json::Value::Object(fields)) = metadata {
            value.metadata = fields.clone();
        }
        Ok(value)
    }

    fn cast(&mut self, expr: &Expr, to: &DataType, mode: &CastMode) -> Result<Typed> {
        // Only a column of a table has a bound.
        let to = &to.unbounded();
        let value = self.resolve(expr)?;
        self.check_time_type(to)?;
        let has_parts = matches!(
            to,
            DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_)
        );
        // Spark does not print a cast to what has parts.
        let text = match has_parts && *mode == CastMode::Cast {
            true => value.text.clone(),
            false => text::cast_text(&value.text, to, mode),
        };
        if !crate::types::cast::can_cast(&value.data_type, to, self.settings().ansi) {
            return Err(self.bad_cast(&value, to, &text));
        }
        let name = value.name.clone();
        let mut result = match (&value.data_type, to) {
            (DataType::Time { .. }, DataType::Timestamp | DataType::TimestampNtz) => {
                self.time_of_today(expr, to)?
            }
            _ => self.coerce_as(value, to, mode)?,
        };
        // A cast column keeps the name of a bare column inside it.
        result.name = match expr {
            Expr::Attribute(_) | Expr::Bound { .. } => name,
            // So does a part of a variant: `v:a::int`.
            Expr::Call(call) if call.name == ":" => name,
            _ => None,
        };
        result.text = text;
        result.metadata.clear();
        Ok(result)
    }

    /// A time of day as a moment of the day on which the query runs.
    fn time_of_today(&mut self, time: &Expr, to: &DataType) -> Result<Typed> {
        let make = match to {
            DataType::Timestamp => "make_timestamp",
            _ => "make_timestamp_ntz",
        };
        let today = Expr::call("current_date", []);
        self.resolve(&Expr::call(make, [today, time.clone()]))
    }

    pub(super) fn bad_cast(&self, value: &Typed, to: &DataType, text: &str) -> SparkError {
        let (source, target) = (
            format!("\"{}\"", value.data_type.sql()),
            format!("\"{}\"", to.sql()),
        );
        let expr = format!("\"{text}\"");
        let parameters = [
            ("sqlExpr", expr.as_str()),
            ("srcType", &source),
            ("targetType", &target),
        ];
        if let Some(functions) = crate::types::cast::instead_of_cast(&value.data_type, to) {
            let mut all = parameters.to_vec();
            all.push(("functionNames", functions));
            return SparkError::new("DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", &all);
        }
        if self.settings().ansi && crate::types::cast::can_cast(&value.data_type, to, false) {
            let mut all = parameters.to_vec();
            all.extend([
                ("config", "\"spark.sql.ansi.enabled\""),
                ("configVal", "'false'"),
            ]);
            return SparkError::new("DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION", &all);
        }
        SparkError::new("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", &parameters)
    }

    /// The value as `to`, its text and name unchanged: an implicit cast.
    pub fn coerce(&self, value: Typed, to: &DataType) -> Result<Typed> {
        self.coerce_as(value, to, &CastMode::Cast)
    }

    pub(super) fn coerce_as(&self, value: Typed, to: &DataType, mode: &CastMode) -> Result<Typed> {
        if value.data_type == *to {
            return Ok(Typed {
                attribute: None,
                ..value
            });
        }
        if value.data_type != DataType::Null {
            self.check_time_type(to)?;
        }
        let settings = self.settings();
        let expr = cast_expr(
            value.expr,
            &value.data_type,
            to,
            value.nullable,
            mode,
            settings,
        )?;
        let nullable = value.nullable
            || *mode == CastMode::Try
            || crate::engine::may_be_null(&value.data_type, to);
        let literal = match value.literal {
            Some(Literal::Null(_)) => Some(Literal::Null(to.clone())),
            _ => None,
        };
        Ok(Typed {
            expr,
            data_type: to.clone(),
            nullable,
            literal,
            attribute: None,
            ..value
        })
    }

    fn extract(&mut self, expr: &Expr, key: &Expr) -> Result<Typed> {
        let value = self.resolve(expr)?;
        let key = self.resolve(key)?;
        self.extract_typed(value, key)
    }

    pub fn sort_key(&mut self, order: &SortOrder) -> Result<(Typed, String)> {
        let value = self.resolve(&order.expr)?;
        let text = text::sort_text(&value.text, order);
        if value.data_type == DataType::Variant {
            return Err(SparkError::new(
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                &[
                    ("sqlExpr", &format!("\"{text}\"")),
                    ("functionName", "`sortorder`"),
                    ("dataType", "\"VARIANT\""),
                ],
            ));
        }
        Ok((value, text))
    }

    fn call(&mut self, call: &Call) -> Result<Typed> {
        if call.name == "not"
            && let [Expr::InSubquery { expr, plan }] = call.args.as_slice()
            && let Some(values) = super::subquery::row_values(expr)
        {
            return self.row_in_subquery(values, plan, true);
        }
        if call.name == "not"
            && let [arg] = call.args.as_slice()
            && let Some(denied) = super::subquery::denied_rows(arg)
        {
            let text = self.resolve(arg)?.text;
            let mut value = self.resolve(&denied)?;
            value.text = format!("(NOT {text})");
            return Ok(value);
        }
        if let Some(result) = self.operator(call)? {
            return Ok(result);
        }
        self.function(call)
    }
}
