//! Variables: a name that no column has may be that of one. Its value stands in the plan,
//! so a frame keeps what the variable was worth when the frame was made.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as Physical;

use super::expression::{Resolver, Typed};
use crate::error::Result;
use crate::plan::{Literal, text};
use crate::types::{DataType, Zone};

/// A variable as a query sees it.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its whole name: `system.session.x`, or `x` of a script.
    pub name: Vec<String>,
    pub data_type: DataType,
    pub value: ScalarValue,
}

/// Where variables are looked up.
pub trait Variables: Send + Sync {
    /// The variable that the first of these parts name, and how many of them do.
    fn find(&self, parts: &[String]) -> Option<(Variable, usize)>;

    /// The names of those that were found.
    fn used(&self) -> Vec<String>;
}

/// Where there are none.
pub struct NoVariables;

impl Variables for NoVariables {
    fn find(&self, _: &[String]) -> Option<(Variable, usize)> {
        None
    }

    fn used(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Variable {
    /// The value as a constant of a program, where it is a plain one.
    pub fn literal(&self) -> Option<Literal> {
        plain(&self.value, &self.data_type)
    }

    /// How Spark prints it inside of something larger.
    fn text(&self, zone: Zone) -> String {
        let value = value_text(&self.value, &self.data_type, zone);
        let name: Vec<_> = self.name.iter().map(|part| shown(part)).collect();
        format!("variablereference({}={value})", name.join("."))
    }
}

/// A part of a name, in backticks where it needs them.
fn shown(part: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match part.chars().all(is_plain) && !part.starts_with(|c: char| c.is_ascii_digit()) {
        true => part.to_string(),
        false => crate::error::quoted(&[part]),
    }
}

/// A value as a constant, where it has no parts.
fn plain(value: &ScalarValue, data_type: &DataType) -> Option<Literal> {
    if value.is_null() {
        return Some(Literal::Null(data_type.clone()));
    }
    use ScalarValue as S;
    Some(match (value, data_type) {
        (S::Boolean(Some(value)), _) => Literal::Boolean(*value),
        (S::Int8(Some(value)), _) => Literal::Byte(*value),
        (S::Int16(Some(value)), _) => Literal::Short(*value),
        (S::Int32(Some(value)), _) => Literal::Integer(*value),
        (S::Int64(Some(value)), _) => Literal::Long(*value),
        (S::Float32(Some(value)), _) => Literal::Float(*value),
        (S::Float64(Some(value)), _) => Literal::Double(*value),
        (S::Decimal128(Some(value), precision, scale), _) => {
            Literal::Decimal(*value, *precision, *scale)
        }
        (S::Utf8(Some(value)), DataType::String) => Literal::String(value.clone()),
        (S::Binary(Some(value)), DataType::Binary) => Literal::Binary(value.clone()),
        (S::Date32(Some(days)), _) => Literal::Date(*days),
        (S::TimestampMicrosecond(Some(micros), Some(_)), _) => Literal::Timestamp(*micros),
        (S::TimestampMicrosecond(Some(micros), None), _) => Literal::TimestampNtz(*micros),
        (S::Time64Nanosecond(Some(nanos)), DataType::Time { precision }) => {
            Literal::Time(*nanos, *precision)
        }
        (S::IntervalYearMonth(Some(months)), kind) => Literal::YearMonth(*months, kind.clone()),
        (S::DurationMicrosecond(Some(micros)), kind) => Literal::DayTime(*micros, kind.clone()),
        _ => return None,
    })
}

/// A value as SQL has it.
fn value_text(value: &ScalarValue, data_type: &DataType, zone: Zone) -> String {
    match (plain(value, data_type), data_type) {
        (Some(literal), _) => literal_sql(&literal, zone),
        (None, DataType::Array { element, .. }) => {
            let ScalarValue::List(list) = value else {
                return value.to_string();
            };
            let all = elements(list.value(0).as_ref());
            let all = all.iter().map(|one| value_text(one, element, zone));
            format!("ARRAY({})", all.collect::<Vec<_>>().join(", "))
        }
        (None, DataType::Struct(fields)) => {
            let ScalarValue::Struct(row) = value else {
                return value.to_string();
            };
            let parts = row.columns().iter().zip(fields.fields.iter());
            let parts = parts.map(|(column, field)| {
                let one = ScalarValue::try_from_array(column, 0).unwrap_or(ScalarValue::Null);
                let value = value_text(&one, &field.data_type, zone);
                format!("'{}', {value}", field.name)
            });
            format!("NAMED_STRUCT({})", parts.collect::<Vec<_>>().join(", "))
        }
        (
            None,
            DataType::Map {
                key, value: item, ..
            },
        ) => {
            let ScalarValue::Map(map) = value else {
                return value.to_string();
            };
            let (keys, values) = (elements(map.keys()), elements(map.values()));
            let pairs = keys.iter().zip(&values).map(|(k, v)| {
                let (k, v) = (value_text(k, key, zone), value_text(v, item, zone));
                format!("{k}, {v}")
            });
            format!("MAP({})", pairs.collect::<Vec<_>>().join(", "))
        }
        (None, _) => value.to_string(),
    }
}

fn elements(array: &dyn arrow::array::Array) -> Vec<ScalarValue> {
    let one = |at| ScalarValue::try_from_array(array, at).unwrap_or(ScalarValue::Null);
    (0..array.len()).map(one).collect()
}

fn literal_sql(literal: &Literal, zone: Zone) -> String {
    let plain = text::literal_text(literal, zone);
    match literal {
        Literal::Null(DataType::Null) => "NULL".to_string(),
        Literal::Null(data_type) => format!("CAST(NULL AS {})", data_type.sql()),
        Literal::String(value) => {
            format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        Literal::Byte(_) => format!("{plain}Y"),
        Literal::Short(_) => format!("{plain}S"),
        Literal::Long(_) => format!("{plain}L"),
        Literal::Double(_) => format!("{plain}D"),
        Literal::Float(_) => format!("CAST({plain} AS FLOAT)"),
        Literal::Decimal(..) => format!("{plain}BD"),
        _ => plain,
    }
}

impl Resolver<'_, '_> {
    /// The value of the variable that these parts name, or of a field inside it.
    pub(super) fn variable(&mut self, parts: &[String]) -> Result<Option<Typed>> {
        let Some((variable, taken)) = self.analyzer.context.variables.find(parts) else {
            return Ok(None);
        };
        let text = variable.text(self.settings().time_zone);
        let value = Typed {
            name: parts.get(taken - 1).cloned(),
            literal: variable.literal(),
            ..Typed::new(
                Physical::Literal(variable.value.clone(), None),
                variable.data_type.clone(),
                variable.value.is_null(),
                text,
            )
        };
        self.fields_of(value, &parts[taken..]).map(Some)
    }
}
