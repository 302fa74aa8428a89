//! Functions that were made in SQL, for the catalog's calls; and what rows of Python may not
//! be declared as.

use pyo3::prelude::*;

use super::error::OrRaise;
use super::session::PySession;
use crate::analysis::Catalog;
use crate::error::SparkError;
use crate::types::StructType;

/// The names of the session's functions that were made in SQL.
#[pyfunction]
pub fn temporary_routines(session: &PySession) -> Vec<String> {
    session.0.session.catalog.temporary_routine_names()
}

/// A database and the names of its functions.
#[pyfunction]
pub fn stored_routines(
    session: &PySession,
    database: Option<String>,
) -> PyResult<(String, Vec<String>)> {
    let session = &session.0.session;
    let wanted = database.map(|name| name.split('.').map(str::to_string).collect::<Vec<_>>());
    let database = session.namespace(wanted.as_deref()).or_raise()?;
    let names = session.warehouse().or_raise()?.routine_names(&database);
    Ok((database, names))
}

/// Whether a function that was made in SQL has the name.
#[pyfunction]
pub fn has_routine(session: &PySession, name: Vec<String>) -> PyResult<bool> {
    let found = session.0.session.catalog.routine(&name).or_raise()?;
    Ok(found.is_some())
}

/// The class that a function of Spark's own is there; none of another name.
#[pyfunction]
pub fn function_class(name: &str) -> Option<&'static str> {
    crate::functions::class_of(&name.to_lowercase())
}

/// Rows that are no table's have texts without bounds; Spark says so as of its own plan.
pub fn refuse_bounded(schema: &StructType) -> PyResult<()> {
    if !schema.is_bounded() {
        return Ok(());
    }
    let columns = schema.fields.iter().enumerate();
    let columns: Vec<_> = columns.map(|(at, f)| format!("{}#{at}", f.name)).collect();
    let columns = columns.join(", ");
    Err(SparkError::internal(format_args!(
        "Logical plan should not have output of char/varchar type when \
         spark.sql.preserveCharVarcharTypeInfo is false: LogicalRDD [{columns}], false\n"
    )))
    .or_raise()
}
