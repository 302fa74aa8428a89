//! Functions of the user's that give tables, in the `FROM` clause of SQL text.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use arrow::datatypes::Schema;
use datafusion::common::DFSchema;
use datafusion::logical_expr::{LogicalPlan, Projection, lit};

use super::expression::{Resolver, Typed};
use super::foreign_node::BatchMapNode;
use super::groups::produced;
use super::leaf::{local, one_row};
use super::stream_node::extension;
use super::{Analyzer, Attribute, Resolved, column_name, engine, fresh_id, literal};
use crate::error::{Result, SparkError};
use crate::functions::WORDS;
use crate::functions::scalar::typing::wrong_count;
use crate::plan::foreign_function::{BatchMapSpec, TableArgument};
use crate::plan::{Expr, LocalData, Plan, Slices};
use crate::types::{DataType, StructField, StructType};

fn is_keywords(name: &str) -> bool {
    let names = [
        "sql_keywords",
        "builtin.sql_keywords",
        "system.builtin.sql_keywords",
    ];
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The words of the grammar, and whether each is reserved, which none is.
fn keywords() -> Result<LocalData> {
    let schema = StructType::new([
        StructField::new("keyword", DataType::String, false),
        StructField::new("reserved", DataType::Boolean, false),
    ]);
    let words = StringArray::from_iter_values(WORDS);
    let reserved = BooleanArray::from(vec![false; WORDS.len()]);
    let columns: Vec<ArrayRef> = vec![Arc::new(words), Arc::new(reserved)];
    let batch = RecordBatch::try_new(Arc::new(schema.to_arrow()), columns);
    Ok(LocalData {
        schema,
        batches: Arc::new(vec![batch.map_err(super::internal)?]),
        slices: Slices::Even,
    })
}

/// Functions of rows that Spark has and that are not here.
const NOT_YET: [&str; 3] = ["collations", "python_worker_logs", "range"];

impl Analyzer<'_> {
    pub(super) fn table_function(
        &mut self,
        name: &str,
        args: &[(Option<String>, Expr)],
        beside: Option<&Arc<Plan>>,
        alias: Option<&(String, Vec<String>)>,
    ) -> Result<Resolved> {
        let Some(function) = self.context.catalog.table_function(name) else {
            let parts: Vec<_> = name.split('.').map(str::to_string).collect();
            if let Some(made) = self.context.catalog.routine(&parts)? {
                return self.routine_rows(&made, args, beside, alias);
            }
            if is_keywords(name) && beside.is_none() && alias.is_none() {
                if !args.is_empty() {
                    return Err(wrong_count("sql_keywords", "0", args.len()));
                }
                return local(&keywords()?, self.context.options.parallelism);
            }
            let of_spark = crate::functions::is_known_to_spark(name) || NOT_YET.contains(&name);
            return Err(match of_spark {
                true => SparkError::not_implemented(format_args!("the table function {name}(…)")),
                false => SparkError::new(
                    "UNRESOLVABLE_TABLE_VALUED_FUNCTION",
                    &[("name", &crate::error::quoted(&parts))],
                ),
            });
        };
        let child = match beside {
            Some(plan) => (*self.relation(plan)?).clone(),
            None => one_row()?,
        };
        let mut resolver = Resolver::new(self, &child);
        let mut typed = Vec::with_capacity(args.len());
        for (name, arg) in args {
            typed.push((name.clone(), resolver.resolve(arg)?));
        }
        let plan = resolver.into_input(&child)?;
        let told = typed.iter().map(|(name, arg)| argument(name.as_ref(), arg));
        let told = told.collect::<Result<Vec<_>>>()?;
        // A row of constants has a column of its own, or nobody could count it.
        let width = child.output.len().max(1);
        let spec = function.open(&told, width, beside.is_some())?;
        let own = renamed(produced(&spec.output), alias)?;
        let (input, columns, row_type) = self.arguments_beside(plan, &child, typed)?;
        let mut output = match beside {
            Some(_) => child.output.clone(),
            None => Vec::new(),
        };
        output.extend(own);
        let node = BatchMapNode {
            input,
            columns,
            row_type,
            schema: Arc::new(engine(DFSchema::try_from(schema_of(&output)))?),
            spec: BatchMapSpec { ..spec },
            partition: None,
            out: None,
        };
        Ok(Resolved {
            plan: Arc::new(extension(node)),
            output,
            streaming: child.streaming,
        })
    }

    /// The input's columns and the arguments, their names, and what a row of them is.
    fn arguments_beside(
        &self,
        plan: Arc<LogicalPlan>,
        child: &Resolved,
        typed: Vec<(Option<String>, Typed)>,
    ) -> Result<(LogicalPlan, Vec<String>, StructType)> {
        let mut exprs: Vec<_> = child.output.iter().map(Attribute::column).collect();
        let mut names: Vec<_> = child.output.iter().map(|a| column_name(a.id)).collect();
        let mut fields: Vec<_> = child.schema().fields.iter().cloned().collect();
        if exprs.is_empty() {
            let name = column_name(fresh_id());
            exprs.push(lit(true).alias(&name));
            fields.push(StructField::new(
                &name,
                crate::types::DataType::Boolean,
                true,
            ));
            names.push(name);
        }
        for (_, arg) in typed {
            let name = column_name(fresh_id());
            fields.push(StructField::new(&name, arg.data_type, true));
            exprs.push(arg.expr.alias(&name));
            names.push(name);
        }
        let input = LogicalPlan::Projection(engine(Projection::try_new(exprs, plan))?);
        Ok((input, names, StructType::new(fields)))
    }
}

fn argument(name: Option<&String>, arg: &Typed) -> Result<TableArgument> {
    let value = match &arg.literal {
        Some(value) => Some(engine(literal::scalar(value)?.to_array())?),
        None => None,
    };
    Ok(TableArgument {
        name: name.cloned(),
        data_type: arg.data_type.clone(),
        value,
    })
}

fn renamed(
    mut own: Vec<Attribute>,
    alias: Option<&(String, Vec<String>)>,
) -> Result<Vec<Attribute>> {
    let Some((table, columns)) = alias else {
        return Ok(own);
    };
    if !columns.is_empty() && columns.len() != own.len() {
        return Err(SparkError::new(
            "ASSIGNMENT_ARITY_MISMATCH",
            &[
                ("numExpr", &columns.len().to_string()),
                ("numTarget", &own.len().to_string()),
            ],
        ));
    }
    for (at, attribute) in own.iter_mut().enumerate() {
        attribute.qualifier = vec![table.clone()];
        if let Some(name) = columns.get(at) {
            attribute.name.clone_from(name);
        }
    }
    Ok(own)
}

fn schema_of(output: &[Attribute]) -> Schema {
    let field = |a: &Attribute| StructField::new(column_name(a.id), a.data_type.clone(), true);
    StructType::new(output.iter().map(field)).to_arrow()
}
