//! Errors as Spark reports them: a condition name, a message, a SQLSTATE and the
//! Python class that a user catches.
//!
//! One table (`conditions.rs`) holds every condition that Caudal can raise. This
//! module knows nothing of Python: `bridge` turns a [`SparkError`] into an
//! exception, using [`ErrorClass::python_name`].

mod conditions;

use std::fmt;
use std::sync::Arc;

pub use conditions::{Condition, TABLES};

/// The exception class that PySpark raises for a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    Analysis,
    Parse,
    IllegalArgument,
    Arithmetic,
    NumberFormat,
    DateTime,
    ArrayIndexOutOfBounds,
    UnsupportedOperation,
    SparkRuntime,
    SparkUpgrade,
    StreamingQuery,
    QueryExecution,
    NoSuchElement,
    /// Code of the user's failed where rows are made or taken.
    UserCode,
    /// Something Spark has and Caudal does not have yet.
    NotImplemented,
    /// A defect in Caudal itself.
    Internal,
}

impl ErrorClass {
    /// Name of the class in `caudal.errors`.
    pub fn python_name(self) -> &'static str {
        match self {
            Self::Analysis => "AnalysisException",
            Self::Parse => "ParseException",
            Self::IllegalArgument => "IllegalArgumentException",
            Self::Arithmetic => "ArithmeticException",
            Self::NumberFormat => "NumberFormatException",
            Self::DateTime => "DateTimeException",
            Self::ArrayIndexOutOfBounds => "ArrayIndexOutOfBoundsException",
            Self::UnsupportedOperation => "UnsupportedOperationException",
            Self::SparkRuntime => "SparkRuntimeException",
            Self::SparkUpgrade => "SparkUpgradeException",
            Self::StreamingQuery => "StreamingQueryException",
            Self::QueryExecution => "QueryExecutionException",
            Self::NoSuchElement => "SparkNoSuchElementException",
            Self::UserCode => "PythonException",
            Self::NotImplemented => "PySparkNotImplementedError",
            Self::Internal => "SparkRuntimeException",
        }
    }
}

/// An error with Spark's condition, parameters and SQLSTATE.
#[derive(Debug, Clone)]
pub struct SparkError(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    class: ErrorClass,
    condition: String,
    sql_state: Option<&'static str>,
    message: String,
    parameters: Vec<(String, String)>,
    cause: Option<SparkError>,
    /// An opaque payload that an upper layer attached (the Python exception of
    /// user code); this module only carries it.
    payload: Option<Arc<dyn std::any::Any + Send + Sync>>,
}

const STOPPED: &str = "CAUDAL_STOPPED";

pub type Result<T, E = SparkError> = std::result::Result<T, E>;

impl SparkError {
    /// An error of the table. Parameters fill the template's `<name>` places.
    ///
    /// # Panics
    /// In debug builds, when `condition` is not in the table.
    pub fn new(condition: &str, parameters: &[(&str, &str)]) -> Self {
        let of_kafka = conditions::find_of_kafka(condition);
        let Some(found) = of_kafka.or_else(|| conditions::find(condition)) else {
            debug_assert!(false, "condition {condition} is not in the table");
            return Self::internal(format!("unknown error condition {condition}"));
        };
        let mut text = found.template.to_string();
        for (name, value) in parameters {
            text = text.replace(&format!("<{name}>"), value);
        }
        let message = match found.sql_state {
            _ if of_kafka.is_some() => text,
            None if condition.starts_with("_LEGACY_ERROR_TEMP_") => text,
            Some(state) => format!("[{condition}] {text} SQLSTATE: {state}"),
            None => format!("[{condition}] {text}"),
        };
        Self::build(found.class, condition, found.sql_state, message, parameters)
    }

    /// The error for what Spark has and Caudal does not have yet; names it.
    pub fn not_implemented(feature: impl fmt::Display) -> Self {
        Self::new("NOT_IMPLEMENTED", &[("feature", &feature.to_string())])
    }

    /// A defect of Caudal: something that should not have happened.
    pub fn internal(message: impl fmt::Display) -> Self {
        let text = format!("[INTERNAL_ERROR] {message} SQLSTATE: XX000");
        let parameters = [("message", message.to_string())];
        let borrowed: Vec<_> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Self::build(
            ErrorClass::Internal,
            "INTERNAL_ERROR",
            Some("XX000"),
            text,
            &borrowed,
        )
    }

    /// What ends the work of a query that was told to stop; nobody is shown it.
    pub fn stopped() -> Self {
        let text = "the query was stopped";
        Self::build(ErrorClass::Internal, STOPPED, None, text.into(), &[])
    }

    pub fn is_stop(&self) -> bool {
        self.condition() == STOPPED
    }

    /// An error that in Spark has a class and a message, but no condition.
    pub fn plain(class: ErrorClass, message: impl fmt::Display) -> Self {
        Self::build(class, "", None, message.to_string(), &[])
    }

    fn build(
        class: ErrorClass,
        condition: &str,
        sql_state: Option<&'static str>,
        message: String,
        parameters: &[(&str, &str)],
    ) -> Self {
        let parameters = parameters
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        Self(Arc::new(Inner {
            class,
            condition: condition.to_string(),
            sql_state,
            message,
            parameters,
            cause: None,
            payload: None,
        }))
    }

    fn rebuilt(&self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Inner {
            class: self.0.class,
            condition: self.0.condition.clone(),
            sql_state: self.0.sql_state,
            message: self.0.message.clone(),
            parameters: self.0.parameters.clone(),
            cause: self.0.cause.clone(),
            payload: self.0.payload.clone(),
        };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    #[must_use]
    pub fn with_cause(&self, cause: SparkError) -> Self {
        self.rebuilt(|inner| inner.cause = Some(cause))
    }

    #[must_use]
    pub fn with_payload(&self, payload: Arc<dyn std::any::Any + Send + Sync>) -> Self {
        self.rebuilt(|inner| inner.payload = Some(payload))
    }

    /// The same condition under another exception class: Spark raises some of them
    /// as one or another, by the case.
    #[must_use]
    pub fn with_class(&self, class: ErrorClass) -> Self {
        self.rebuilt(|inner| inner.class = class)
    }

    /// What another error says: Spark renames some of its errors without changing their
    /// text.
    #[must_use]
    pub fn with_message_of(&self, other: &SparkError) -> Self {
        self.rebuilt(|inner| inner.message.clone_from(&other.0.message))
    }

    /// Puts the place before the message, as Spark does in scripts.
    #[must_use]
    pub fn with_prefix(&self, prefix: &str) -> Self {
        self.rebuilt(|inner| inner.message.insert_str(0, prefix))
    }

    /// Appends lines to the message (query context, hints), as Spark does.
    #[must_use]
    pub fn with_context(&self, lines: &str) -> Self {
        self.rebuilt(|inner| inner.message.push_str(lines))
    }

    pub fn class(&self) -> ErrorClass {
        self.0.class
    }
    /// The condition's name, empty where Spark has none.
    pub fn condition(&self) -> &str {
        &self.0.condition
    }
    pub fn sql_state(&self) -> Option<&'static str> {
        self.0.sql_state
    }
    pub fn message(&self) -> &str {
        &self.0.message
    }
    pub fn parameters(&self) -> &[(String, String)] {
        &self.0.parameters
    }
    pub fn cause(&self) -> Option<&SparkError> {
        self.0.cause.as_ref()
    }
    pub fn payload(&self) -> Option<&Arc<dyn std::any::Any + Send + Sync>> {
        self.0.payload.as_ref()
    }
}

impl fmt::Display for SparkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for SparkError {}

/// Whether some error can have this condition, or one below it.
pub fn is_condition(name: &str) -> bool {
    conditions::is_known(name)
}

/// An identifier as Spark prints it in messages: each part in backticks.
pub fn quoted(parts: &[impl AsRef<str>]) -> String {
    parts
        .iter()
        .map(|part| format!("`{}`", part.as_ref().replace('`', "``")))
        .collect::<Vec<_>>()
        .join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_condition_template_and_state() {
        let error = SparkError::new("PATH_NOT_FOUND", &[("path", "file:/nowhere")]);
        assert_eq!(
            error.message(),
            "[PATH_NOT_FOUND] Path does not exist: file:/nowhere. SQLSTATE: 42K03"
        );
    }

    #[test]
    fn conditions_are_sorted_and_unique() {
        let names: Vec<_> = TABLES
            .iter()
            .flat_map(|table| table.iter())
            .map(|c| c.name)
            .collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
    }
}
