//! Errors across the border: ours travel through DataFusion as external errors and
//! come out again unchanged.

use datafusion::error::DataFusionError;

use crate::error::{ErrorClass, SparkError};

pub fn to_datafusion(error: SparkError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// Our own error where one is inside, and otherwise a defect report: by the time
/// DataFusion sees a plan, everything a user can get wrong has been checked.
pub fn from_datafusion(error: DataFusionError) -> SparkError {
    match find(&error) {
        Some(found) => found,
        None => match error.find_root() {
            DataFusionError::NotImplemented(what) => SparkError::not_implemented(what),
            DataFusionError::Execution(text) if text.contains("more than one row") => {
                SparkError::new("SCALAR_SUBQUERY_TOO_MANY_ROWS", &[])
            }
            DataFusionError::Plan(text) if text.contains("Correlated scalar subquery must") => {
                SparkError::not_implemented("correlated scalar subqueries without an aggregate")
            }
            DataFusionError::Execution(text) => SparkError::plain(ErrorClass::SparkRuntime, text),
            other => SparkError::internal(other),
        },
    }
}

fn find(error: &(dyn std::error::Error + 'static)) -> Option<SparkError> {
    if let Some(found) = error.downcast_ref::<SparkError>() {
        return Some(found.clone());
    }
    if let Some(DataFusionError::External(inner)) = error.downcast_ref::<DataFusionError>() {
        return find(inner.as_ref());
    }
    if let Some(DataFusionError::Shared(inner)) = error.downcast_ref::<DataFusionError>() {
        return find(inner.as_ref());
    }
    if let Some(arrow::error::ArrowError::ExternalError(inner)) =
        error.downcast_ref::<arrow::error::ArrowError>()
    {
        return find(inner.as_ref());
    }
    if let Some(DataFusionError::ArrowError(inner, _)) = error.downcast_ref::<DataFusionError>() {
        return find(inner.as_ref());
    }
    if let Some(DataFusionError::Context(_, inner)) = error.downcast_ref::<DataFusionError>() {
        return find(inner.as_ref());
    }
    error.source().and_then(find)
}
