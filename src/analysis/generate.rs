//! Generators in a select list (`explode`, `posexplode`, `inline`, `stack`, `json_tuple`):
//! several rows for one. The input gets the elements of a list as one more column, repeated
//! for its other columns; where a generator gives several columns they are structs.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType as ArrowType, Field};
use datafusion::common::{Column, ScalarValue, UnnestOptions};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, Projection, Unnest};

use super::expression::{Resolver, Typed};
use super::{Analyzer, Resolved, column, column_name, engine, fresh_id};
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::{Arg, Binding, Settings};
use crate::plan::{Call, Expr, ExprId, text};
use crate::types::DataType;

/// A list of the input whose elements become rows.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    pub list: Physical,
    pub id: ExprId,
    /// Whether a row without an element stays, with a null.
    pub outer: bool,
}

/// What a generator makes of its arguments.
pub(super) struct Generated {
    pub list: Physical,
    pub element: DataType,
    /// Whether an element may be null.
    pub may_be_null: bool,
    /// The names of its columns; a single one without fields stands for the element.
    pub columns: Vec<String>,
    pub is_struct: bool,
}

/// Whether a function gives rows.
pub(super) fn is_generator(name: &str) -> bool {
    matches!(
        name.strip_suffix("_outer").unwrap_or(name),
        "explode" | "posexplode" | "inline"
    ) || matches!(name, "stack" | "json_tuple")
}

/// Whether a function gives rows as a table, if not in a select list.
pub(super) fn is_table_generator(name: &str) -> bool {
    is_generator(name) || matches!(name, "variant_explode" | "variant_explode_outer")
}

/// The call of a generator, and the names that an item of a select list gives it.
pub(super) fn generator_of(item: &Expr) -> Option<(&Call, Option<Vec<String>>)> {
    let (inner, names) = match item {
        Expr::Alias { expr, name, .. } => (expr.as_ref(), Some(vec![name.clone()])),
        Expr::Aliases { expr, names } => (expr.as_ref(), Some(names.clone())),
        other => (other, None),
    };
    match inner {
        Expr::Call(call) if is_generator(&call.name.to_ascii_lowercase()) => Some((call, names)),
        _ => None,
    }
}

impl Resolver<'_, '_> {
    /// One item of a select list: a value, or the columns of a generator.
    pub fn select_item(&mut self, item: &Expr) -> Result<Vec<Typed>> {
        if let Some((call, names)) = generator_of(item) {
            return self.generate(call, names, false);
        }
        if let Expr::Aliases { expr, names } = item {
            return Err(SparkError::new(
                "MULTI_ALIAS_WITHOUT_GENERATOR",
                &[
                    ("expr", &format!("\"{}\"", self.resolve(expr)?.text)),
                    ("names", &names.join(", ")),
                ],
            ));
        }
        refuse_nested(item)?;
        Ok(vec![self.resolve(item)?])
    }

    /// The columns of a generator, which the input is to give.
    pub(super) fn generate(
        &mut self,
        call: &Call,
        names: Option<Vec<String>>,
        outer: bool,
    ) -> Result<Vec<Typed>> {
        let name = call.name.to_ascii_lowercase();
        let outer = outer || name.ends_with("_outer");
        let args = self.resolve_all(&call.args)?;
        let made = self.generated(name.strip_suffix("_outer").unwrap_or(&name), &name, &args)?;
        if let Some(names) = &names
            && names.len() != made.columns.len()
        {
            return Err(SparkError::new(
                "UDTF_ALIAS_NUMBER_MISMATCH",
                &[
                    ("aliasesSize", &made.columns.len().to_string()),
                    ("aliasesNames", &names.join(",")),
                ],
            ));
        }
        let list = match outer {
            true => without_empty(made.list, &made.element, self.settings()),
            false => made.list,
        };
        let id = fresh_id();
        self.generators.push(Generator { list, id, outer });
        let may_be_null = made.may_be_null || outer;
        let value = Typed::new(column(id), made.element, may_be_null, "col".into());
        let names = names.unwrap_or_else(|| made.columns.clone());
        if !made.is_struct {
            let name = names.into_iter().next();
            return Ok(vec![Typed { name, ..value }]);
        }
        let fields = made.columns.iter().zip(names).enumerate();
        fields
            .map(|(index, (_, name))| self.field_at(&value, index, name))
            .collect()
    }

    /// A field by its place: two may have one name.
    fn field_at(&mut self, value: &Typed, index: usize, name: String) -> Result<Typed> {
        let DataType::Struct(fields) = &value.data_type else {
            return Err(super::internal("what a generator gives is a struct"));
        };
        let field = &fields.fields[index];
        let (returns, nullable) = (field.data_type.clone(), field.nullable || value.nullable);
        let returns_null = returns == DataType::Null;
        let kernel = move |args: &[Arg], rows: usize| -> Result<ArrayRef> {
            let whole = args[0].array.as_struct();
            let part = whole.column(index);
            let nulls = NullBuffer::union(whole.nulls(), part.logical_nulls().as_ref());
            if returns_null {
                return crate::functions::scalar::kernel::expand(Arc::clone(part), rows);
            }
            let data = part.to_data().into_builder().nulls(nulls).build();
            let part = arrow::array::make_array(data.map_err(SparkError::internal)?);
            crate::functions::scalar::kernel::expand(part, rows)
        };
        let binding = Binding {
            args: vec![value.data_type.clone()],
            returns: returns.clone(),
            nullable,
            kernel: Arc::new(kernel),
        };
        let inputs = vec![value.expr.clone()];
        let function = format!("field_{index}");
        let expr = kernel_expr(&function, binding, inputs, self.settings());
        Ok(Typed {
            name: Some(name.clone()),
            ..Typed::new(expr, returns, nullable, name)
        })
    }
}

impl Analyzer<'_> {
    /// A select list with generators over aggregates: these are computed below, and the
    /// generators over their columns. `None` where no generator is over one.
    pub(super) fn generated_above(
        &mut self,
        exprs: &[Expr],
        below: &mut dyn FnMut(&mut Self, &[Expr]) -> Result<Resolved>,
    ) -> Result<Option<Resolved>> {
        if !exprs.iter().any(|item| generator_of(item).is_some()) {
            return Ok(None);
        }
        let mut inner = Vec::new();
        for item in exprs {
            match generator_of(item) {
                None => inner.push(item.clone()),
                Some((call, _)) => {
                    inner.extend(call.args.iter().map(|arg| arg.clone().alias("_in")))
                }
            }
        }
        let child = below(self, &inner)?;
        let mut resolver = Resolver::new(self, &child);
        let (mut typed, mut columns) = (Vec::new(), child.output.iter());
        for item in exprs {
            let Some((call, names)) = generator_of(item) else {
                typed.extend(columns.next().map(Typed::of));
                continue;
            };
            let args = columns.by_ref().take(call.args.len());
            let args = args.map(|column| Expr::bound(column.id, column.name.clone()));
            let call = Call {
                args: args.collect(),
                ..call.clone()
            };
            typed.extend(resolver.generate(&call, names, false)?);
        }
        let plan = resolver.into_input(&child)?;
        let visible = typed.len();
        let above = super::project::emit(plan, typed, visible, None, child.streaming)?;
        Ok(Some(above.resolved()))
    }
}

/// A generator within an expression has no rows to give.
fn refuse_nested(item: &Expr) -> Result<()> {
    let inner = match item {
        Expr::Alias { expr, .. } => expr.as_ref(),
        other => other,
    };
    let mut is_nested = false;
    let mut look = |e: &Expr| -> Result<Option<Expr>> {
        if let Expr::Call(call) = e {
            is_nested |= is_generator(&call.name.to_ascii_lowercase());
        }
        Ok(None)
    };
    inner.rewrite(&mut look)?;
    match is_nested {
        false => Ok(()),
        true => Err(SparkError::new(
            "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
            &[("expression", &format!("\"{}\"", text::expr_text(inner)))],
        )),
    }
}

/// Refuses a generator in a step that is no select list, shown as `plan` makes it of the
/// expression's text.
pub(super) fn outside_select(
    exprs: &[&Expr],
    input: &[super::Attribute],
    plan: impl Fn(&[String]) -> String,
) -> Result<()> {
    let mut found = false;
    let mut texts = Vec::with_capacity(exprs.len());
    for expr in exprs {
        let mut look = |e: &Expr| -> Result<Option<Expr>> {
            Ok(match e {
                Expr::Call(call) => {
                    found |= is_generator(&call.name.to_ascii_lowercase());
                    None
                }
                // Spark shows a column of a plan with its number.
                Expr::Attribute(parts) => {
                    let last = parts.last().map_or("", String::as_str);
                    let own = input.iter().find(|a| a.name.eq_ignore_ascii_case(last));
                    own.map(|a| Expr::name(format!("{}{}", a.name, super::column_name(a.id))))
                }
                _ => None,
            })
        };
        texts.push(text::expr_text(&expr.rewrite(&mut look)?));
    }
    match found {
        true => Err(SparkError::new(
            "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
            &[("plan", &plan(&texts))],
        )),
        false => Ok(()),
    }
}

impl Generator {
    /// The input with a row for each element.
    pub fn attach(&self, input: Arc<LogicalPlan>) -> Result<Arc<LogicalPlan>> {
        let mut exprs: Vec<Physical> = input
            .schema()
            .columns()
            .into_iter()
            .map(Physical::Column)
            .collect();
        exprs.push(self.list.clone().alias(column_name(self.id)));
        let projection = engine(Projection::try_new(exprs, input))?;
        let unnest = Unnest::try_new(
            Arc::new(LogicalPlan::Projection(projection)),
            vec![Column::new_unqualified(column_name(self.id))],
            UnnestOptions::new().with_preserve_nulls(self.outer),
        );
        Ok(Arc::new(LogicalPlan::Unnest(engine(unnest)?)))
    }
}

/// Each row of the input once for each of the numbers, with the number beside it.
pub(super) fn repeated(
    input: Arc<LogicalPlan>,
    numbers: Vec<i64>,
    id: ExprId,
) -> Result<Arc<LogicalPlan>> {
    let numbers = Arc::new(Int64Array::from(numbers));
    let field = Arc::new(Field::new_list_field(ArrowType::Int64, false));
    let offsets = OffsetBuffer::from_lengths([numbers.len()]);
    let list = ListArray::try_new(field, offsets, numbers, None).map_err(SparkError::internal)?;
    let list = Physical::Literal(ScalarValue::List(Arc::new(list)), None);
    let generator = Generator {
        list,
        id,
        outer: false,
    };
    generator.attach(input)
}

/// A list with null in place of one without an element, which would give no row.
fn without_empty(list: Physical, element: &DataType, settings: &Settings) -> Physical {
    let returns = DataType::Array {
        element: Box::new(element.clone()),
        contains_null: true,
    };
    let storage = returns.to_arrow();
    let kernel = move |args: &[Arg], _: usize| -> Result<ArrayRef> {
        let lists = args[0].array.as_list::<i32>();
        let filled = (0..lists.len()).map(|i| lists.is_valid(i) && lists.value_length(i) > 0);
        let nulls: NullBuffer = filled.collect::<Vec<bool>>().into();
        let ArrowType::List(field) = lists.data_type() else {
            return Err(SparkError::internal("a list is a list"));
        };
        let list = ListArray::try_new(
            Arc::clone(field),
            lists.offsets().clone(),
            Arc::clone(lists.values()),
            Some(nulls),
        );
        let list: ArrayRef = Arc::new(list.map_err(SparkError::internal)?);
        arrow::compute::cast(&list, &storage).map_err(SparkError::internal)
    };
    let binding = Binding {
        args: vec![returns.clone()],
        returns,
        nullable: true,
        kernel: Arc::new(kernel),
    };
    kernel_expr("null_for_empty", binding, vec![list], settings)
}
