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
}

/// Where there are none.
pub struct NoVariables;

impl Variables for NoVariables {
    fn find(&self, _: &[String]) -> Option<(Variable, usize)> {
        None
    }
}

impl Variable {
    /// The value as a constant of a program, where it is a plain one.
    pub fn literal(&self) -> Option<Literal> {
        if self.value.is_null() {
            return Some(Literal::Null(self.data_type.clone()));
        }
        use ScalarValue as S;
        Some(match (&self.value, &self.data_type) {
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
            (S::IntervalYearMonth(Some(months)), kind) => {
                Literal::YearMonth(*months, kind.clone())
            }
            (S::DurationMicrosecond(Some(micros)), kind) => {
                Literal::DayTime(*micros, kind.clone())
            }
            _ => return None,
        })
    }

    /// How Spark prints it inside of something larger.
    fn text(&self, zone: Zone) -> String {
        let value = match self.literal() {
            Some(Literal::Null(DataType::Null)) => "NULL".to_string(),
            Some(Literal::Null(data_type)) => {
                format!("CAST(NULL AS {})", data_type.sql())
            }
            Some(Literal::String(value)) => {
                format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
            }
            Some(Literal::Byte(value)) => format!("{value}Y"),
            Some(Literal::Short(value)) => format!("{value}S"),
            Some(Literal::Long(value)) => format!("{value}L"),
            Some(Literal::Double(value)) => {
                format!("{}D", text::literal_text(&Literal::Double(value), zone))
            }
            Some(Literal::Decimal(..)) => {
                let literal = self.literal().unwrap_or(Literal::Null(DataType::Null));
                format!("{}BD", text::literal_text(&literal, zone))
            }
            Some(literal) => text::literal_text(&literal, zone),
            None => self.value.to_string(),
        };
        format!("variablereference({}={value})", self.name.join("."))
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
                true,
                text,
            )
        };
        self.fields_of(value, &parts[taken..]).map(Some)
    }
}
