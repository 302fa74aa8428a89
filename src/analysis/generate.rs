//! `explode` in a select list: the rows of a list or a map, one below the other. The
//! input gets the elements as one more column, repeated for its other columns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType as ArrowType, Field};
use datafusion::common::{Column, ScalarValue, UnnestOptions};
use datafusion::logical_expr::{Expr as Physical, LogicalPlan, Projection, Unnest};

use super::expression::{Resolver, Typed};
use super::{column, column_name, engine, fresh_id};
use crate::engine::kernel_expr;
use crate::error::{Result, SparkError};
use crate::functions::scalar::typing::{unexpected, wrong_count};
use crate::functions::{Arg, Binding, Settings};
use crate::plan::{Call, Expr, ExprId, Literal};
use crate::types::{DataType, StructField, StructType};

/// A list of the input whose elements become rows.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    list: Physical,
    id: ExprId,
    /// Whether a row without an element stays, with a null.
    outer: bool,
}

impl Resolver<'_, '_> {
    /// One item of a select list: a value, or the columns of a generator.
    pub fn select_item(&mut self, item: &Expr) -> Result<Vec<Typed>> {
        let (inner, alias) = match item {
            Expr::Alias { expr, name, .. } => (expr.as_ref(), Some(name.as_str())),
            other => (other, None),
        };
        match inner {
            Expr::Call(call) => match call.name.to_ascii_lowercase().as_str() {
                name @ ("explode" | "explode_outer") => self.generate(name, call, alias),
                _ => Ok(vec![self.resolve(item)?]),
            },
            _ => Ok(vec![self.resolve(item)?]),
        }
    }

    fn generate(&mut self, name: &str, call: &Call, alias: Option<&str>) -> Result<Vec<Typed>> {
        if self.generator.is_some() {
            return Err(SparkError::not_implemented(
                "two generators in one select list",
            ));
        }
        let args = self.resolve_all(&call.args)?;
        let [arg] = args.as_slice() else {
            return Err(wrong_count(name, "1", args.len()));
        };
        let outer = name == "explode_outer";
        let id = fresh_id();
        let (list, element, may_be_null) = match &arg.data_type {
            DataType::Array {
                element,
                contains_null,
            } => (arg.expr.clone(), (**element).clone(), *contains_null),
            DataType::Map {
                key,
                value,
                value_contains_null,
            } => {
                let entry = entry_type(key, value, *value_contains_null);
                (entries(arg, &entry, self.settings()), entry, false)
            }
            _ => {
                return Err(unexpected(
                    name,
                    &[arg.arg_type()],
                    0,
                    "(\"ARRAY\" or \"MAP\")",
                ));
            }
        };
        let list = if outer {
            without_empty(list, &element, self.settings())
        } else {
            list
        };
        self.generator = Some(Generator { list, id, outer });
        let value = Typed::new(column(id), element, may_be_null || outer, "col".into());
        if !matches!(arg.data_type, DataType::Map { .. }) {
            let name = alias.unwrap_or("col").to_string();
            return Ok(vec![Typed {
                name: Some(name),
                ..value
            }]);
        }
        if alias.is_some() {
            return Err(SparkError::not_implemented(
                "one name for the two columns of a map",
            ));
        }
        ["key", "value"]
            .into_iter()
            .map(|field| self.entry_field(&value, field))
            .collect()
    }

    fn entry_field(&mut self, entry: &Typed, field: &str) -> Result<Typed> {
        let key = Typed::constant(Literal::String(field.to_string()))?;
        let value = self.extract_typed(entry.clone(), key)?;
        Ok(Typed {
            name: Some(field.to_string()),
            ..value
        })
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

fn entry_type(key: &DataType, value: &DataType, nullable: bool) -> DataType {
    DataType::Struct(StructType::new([
        StructField::new("key", key.clone(), false),
        StructField::new("value", value.clone(), nullable),
    ]))
}

/// A map as the list of its entries.
fn entries(map: &Typed, entry: &DataType, settings: &Settings) -> Physical {
    let returns = DataType::Array {
        element: Box::new(entry.clone()),
        contains_null: false,
    };
    let storage = returns.to_arrow();
    let kernel = move |args: &[Arg], _: usize| -> Result<ArrayRef> {
        let ArrowType::List(field) = &storage else {
            return Err(SparkError::internal("entries are a list"));
        };
        let ArrowType::Struct(fields) = field.data_type() else {
            return Err(SparkError::internal("an entry is a struct"));
        };
        let maps = args[0].array.as_map();
        let columns = vec![Arc::clone(maps.keys()), Arc::clone(maps.values())];
        let entries =
            StructArray::try_new(fields.clone(), columns, None).map_err(SparkError::internal)?;
        let list = ListArray::try_new(
            Arc::clone(field),
            maps.offsets().clone(),
            Arc::new(entries),
            maps.nulls().cloned(),
        );
        Ok(Arc::new(list.map_err(SparkError::internal)?))
    };
    let binding = Binding {
        args: vec![map.data_type.clone()],
        returns,
        nullable: map.nullable,
        kernel: Arc::new(kernel),
    };
    kernel_expr("map_entries", binding, vec![map.expr.clone()], settings)
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
