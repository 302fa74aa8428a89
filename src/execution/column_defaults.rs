//! Default values of columns: what a definition may say, what `INSERT` takes for them, and
//! what rows of older files have. Their texts are in the columns' metadata, as in Spark:
//! `CURRENT_DEFAULT` is for new rows, `EXISTS_DEFAULT` for those from before the column.

use std::sync::Arc;

use arrow::array::ArrayRef;

use super::conf::{self, Conf};
use super::session::analysis_options;
use super::table_columns::{may_be_stored, stored_as};
use super::tables::TableDefinition;
use super::{Session, databases};
use crate::analysis::{DefaultContext, NoDefault, default_value};
use crate::error::{Result, SparkError, quoted};
use crate::formats::{EXISTS_DEFAULT, Fills};
use crate::plan::sql::{self, CURRENT_DEFAULT, ParseOptions};
use crate::plan::{Expr, Literal, Plan, Relation};
use crate::time::{Clock, SystemClock};
use crate::types::{DataType, StructField, StructType, literal_text};

const NULLS: &str = "spark.sql.defaultColumn.useNullsForMissingDefaultValues";

/// The text of a column's default value.
pub fn text_of(field: &StructField) -> Option<&str> {
    field.metadata.get(CURRENT_DEFAULT)?.as_str()
}

fn around(conf: &Conf, database: String) -> Result<DefaultContext> {
    Ok(DefaultContext {
        settings: conf.settings()?,
        options: analysis_options(conf)?,
        database,
        user: conf::user(),
        now_micros: SystemClock.now_micros(),
    })
}

/// The columns with what each default value is worth now, for rows that are there already.
///
/// # Errors
/// `INVALID_DEFAULT_VALUE.…`, and `DEFAULT_UNSUPPORTED` for a format without them.
pub fn checked(
    session: &Session,
    schema: &StructType,
    (statement, format): (&str, &str),
) -> Result<StructType> {
    let mut fields = schema.fields.to_vec();
    for field in &mut fields {
        let Some(text) = text_of(field).map(str::to_string) else {
            continue;
        };
        if !matches!(format, "csv" | "json" | "orc" | "parquet") {
            return Err(SparkError::new(
                "DEFAULT_UNSUPPORTED",
                &[("statementType", statement), ("dataSource", format)],
            ));
        }
        let value = value(session, field, &text, statement)?;
        let zone = session.conf.zone()?;
        let shown = literal_text(&value, 0, &field.data_type, zone);
        field.metadata.insert(EXISTS_DEFAULT.into(), shown.into());
    }
    Ok(StructType::new(fields))
}

/// What a default value is worth, or why it is none.
pub fn value(
    session: &Session,
    field: &StructField,
    text: &str,
    statement: &str,
) -> Result<ArrayRef> {
    let shown = quoted(&[&field.name]);
    let refused = |reason: &str, more: &[(&str, &str)]| {
        let condition = format!("INVALID_DEFAULT_VALUE.{reason}");
        let mut all = vec![
            ("statement", statement),
            ("colName", shown.as_str()),
            ("defaultValue", text),
        ];
        all.extend_from_slice(more);
        SparkError::new(&condition, &all)
    };
    let expr = sql::parse_expression(text, &session.parse_options()?)?;
    let around = around(&session.conf, session.catalog.current())?;
    let to = (field.name.as_str(), &field.data_type);
    default_value(&expr, to, may_be_default, &around)?.map_err(|reason| match reason {
        NoDefault::Subquery => refused("SUBQUERY_EXPRESSION", &[]),
        NoDefault::Unresolved => refused("UNRESOLVED_EXPRESSION", &[]),
        NoDefault::NonDeterministic => refused("NON_DETERMINISTIC", &[]),
        NoDefault::NotConstant => refused("NOT_CONSTANT", &[]),
        NoDefault::Type(actual) => {
            let kind = |t: &crate::types::DataType| format!("\"{}\"", t.sql());
            let (expected, actual) = (kind(&field.data_type), kind(&actual));
            refused(
                "DATA_TYPE",
                &[("expectedType", &expected), ("actualType", &actual)],
            )
        }
    })
}

/// Whether a value of one type may be the default of another: nothing is lost by it, or it is
/// an integer, of which the value decides.
fn may_be_default(from: &DataType, to: &DataType) -> bool {
    use DataType as D;
    let is_integral = |t: &D| matches!(t, D::Byte | D::Short | D::Integer | D::Long);
    match (from, to) {
        _ if from == to => true,
        (D::Double, D::Float) => false,
        (D::Float | D::Double | D::Decimal { .. }, to) if is_integral(to) => false,
        (
            D::Decimal { precision, scale },
            D::Decimal {
                precision: wider,
                scale: finer,
            },
        ) => {
            let whole = |precision: u8, scale: i8| i16::from(precision) - i16::from(scale);
            scale <= finer && whole(*precision, *scale) <= whole(*wider, *finer)
        }
        (D::Float | D::Double, D::Decimal { .. }) => false,
        (from, to) if from.is_numeric() && to.is_numeric() => true,
        (D::Timestamp | D::TimestampNtz, D::Date) => false,
        _ => may_be_stored(from, to),
    }
}

/// What rows have in columns that came to their table after their file was written.
pub fn fills(schema: &StructType, conf: &Conf) -> Result<Fills> {
    let mut found = Vec::new();
    for field in schema.fields.iter() {
        let text = field.metadata.get(EXISTS_DEFAULT);
        let Some(text) = text.and_then(|text| text.as_str()) else {
            continue;
        };
        let options = ParseOptions {
            time_zone: conf.zone()?,
            ..ParseOptions::default()
        };
        let expr = sql::parse_expression(text, &options)?;
        let to = (field.name.as_str(), &field.data_type);
        let around = around(conf, databases::DATABASE.to_string())?;
        match default_value(&expr, to, |_, _| true, &around)? {
            Ok(value) => found.push((field.name.clone(), value)),
            Err(_) => {
                let what = format!("the EXISTS_DEFAULT {text} of the column {}", field.name);
                return Err(SparkError::not_implemented(what));
            }
        }
    }
    Ok(Fills::new(found))
}

/// What the columns of a table are worth in new rows that do not say it.
pub struct Defaults {
    /// As errors name it.
    table: String,
    values: Vec<(String, Expr)>,
    nulls: bool,
}

impl Defaults {
    pub fn of(session: &Session, table: &TableDefinition) -> Result<Self> {
        let options = session.parse_options()?;
        let mut values = Vec::new();
        for field in table.schema.fields.iter() {
            if let Some(text) = text_of(field) {
                let value = sql::parse_expression(text, &options)?;
                values.push((field.name.clone(), value));
            }
        }
        let nulls = session.conf.find(NULLS).as_deref() != Some("false");
        Ok(Self {
            table: table.whole_name(),
            values,
            nulls,
        })
    }

    /// The value of a column, under its name: null where it has none.
    ///
    /// # Errors
    /// `INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA` where the session wants no nulls for it.
    pub fn missing(&self, field: &StructField) -> Result<Expr> {
        let found = self.values.iter().find(|(name, _)| *name == field.name);
        match found {
            Some((_, value)) => Ok(stored_as(value.clone(), field)),
            None if self.nulls => Ok(stored_as(null(field), field)),
            None => Err(SparkError::new(
                "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_FIND_DATA",
                &[
                    ("tableName", &self.table),
                    ("colName", &quoted(&[&field.name])),
                ],
            )),
        }
    }

    /// The value of a column as it is written, without its type; null where it has none.
    fn bare(&self, field: &StructField) -> Expr {
        let found = self.values.iter().find(|(name, _)| *name == field.name);
        found.map_or_else(|| null(field), |(_, value)| value.clone())
    }

    /// The rows with the values in the places that say `DEFAULT`; the columns are for
    /// `targets`, in order.
    ///
    /// # Errors
    /// `DEFAULT_PLACEMENT_INVALID` where it is a part of something else.
    pub fn put_into(&self, plan: &Arc<Plan>, targets: &[&StructField]) -> Result<Arc<Plan>> {
        let again = |input: &Arc<Plan>| self.put_into(input, targets);
        let relation = match &plan.relation {
            Relation::Values { rows } => {
                let rows = rows.iter().map(|row| self.row(row, targets));
                Relation::Values {
                    rows: rows.collect::<Result<_>>()?,
                }
            }
            Relation::Project { input, exprs } => Relation::Project {
                input: Arc::clone(input),
                exprs: self.row(exprs, targets)?,
            },
            Relation::Alias {
                input,
                name,
                columns,
            } => Relation::Alias {
                input: again(input)?,
                name: name.clone(),
                columns: columns.clone(),
            },
            Relation::Named { input, names } => Relation::Named {
                input: again(input)?,
                names: names.clone(),
            },
            _ => return Ok(Arc::clone(plan)),
        };
        match relation == plan.relation {
            true => Ok(Arc::clone(plan)),
            false => Ok(Plan::new(relation)),
        }
    }

    fn row(&self, exprs: &[Expr], targets: &[&StructField]) -> Result<Vec<Expr>> {
        let pairs = exprs.iter().enumerate();
        pairs
            .map(|(at, expr)| match (says_default(expr), targets.get(at)) {
                (true, Some(field)) => Ok(self.bare(field).alias(field.name.clone())),
                _ => {
                    refuse_within(expr)?;
                    Ok(expr.clone())
                }
            })
            .collect()
    }
}

fn null(field: &StructField) -> Expr {
    Expr::Literal(Literal::Null(field.data_type.clone()))
}

fn says_default(expr: &Expr) -> bool {
    match expr {
        Expr::Attribute(name) => {
            matches!(name.as_slice(), [only] if only.eq_ignore_ascii_case("default"))
        }
        Expr::Alias { expr, .. } => says_default(expr),
        _ => false,
    }
}

fn refuse_within(expr: &Expr) -> Result<()> {
    if says_default(expr) {
        return Ok(());
    }
    expr.rewrite(&mut |part: &Expr| match says_default(part) {
        true => Err(SparkError::new("DEFAULT_PLACEMENT_INVALID", &[])),
        false => Ok(None),
    })?;
    Ok(())
}
