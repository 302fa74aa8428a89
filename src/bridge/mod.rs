//! The Python module `caudal._native`: thin classes over the core. Converts
//! arguments, releases the GIL, calls, converts results and errors.
//!
//! The only place that knows Python; `python/caudal/_native.pyi` is its contract.

mod batch_functions;
mod clock;
mod datasets;
mod error;
mod exact;
mod expr;
mod foreach;
mod foreach_batch;
mod foreign;
mod frame;
mod functions;
mod groups;
mod hash_order;
mod join_kind;
mod listener;
mod local_rows;
mod memory_stream;
mod nearest;
mod observation;
mod operations;
mod progress;
mod query;
mod repartition;
mod reshape;
mod routines;
mod rows;
mod session;
mod sinks;
mod tables;
mod user_code;
mod values;
mod wait;

use pyo3::prelude::*;

/// The JSON form of a schema or type given as DDL text.
#[pyfunction]
fn parse_ddl(text: &str) -> PyResult<String> {
    use error::OrRaise;
    crate::types::parse_type(text).map(|t| t.json()).or_raise()
}

/// Refuses a trigger that cannot be, at the call that names it.
#[pyfunction]
fn check_trigger(kind: String, value: String) -> PyResult<()> {
    use error::OrRaise;
    crate::streaming::runtime::check_trigger(&(kind, value)).or_raise()
}

/// Refuses a save mode that there is not, at the call that names it.
#[pyfunction]
fn check_save_mode(text: &str) -> PyResult<()> {
    use error::OrRaise;
    crate::execution::SaveMode::parse(text).or_raise()?;
    Ok(())
}

/// The length of an interval such as a trigger's, in microseconds.
#[pyfunction]
fn interval_micros(text: &str) -> PyResult<u64> {
    use error::OrRaise;
    crate::streaming::runtime::interval_micros(text).or_raise()
}

#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    crate::allocator::keep_pages();
    module.add("VERSION", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(parse_ddl, module)?)?;
    module.add_function(wrap_pyfunction!(check_trigger, module)?)?;
    module.add_function(wrap_pyfunction!(check_save_mode, module)?)?;
    module.add_function(wrap_pyfunction!(interval_micros, module)?)?;
    module.add_function(wrap_pyfunction!(user_code::threads_in_user_code, module)?)?;
    module.add_function(wrap_pyfunction!(user_code::setting_at_work, module)?)?;
    module.add_function(wrap_pyfunction!(foreign::data_source_error, module)?)?;
    module.add_function(wrap_pyfunction!(foreign::read_data_source, module)?)?;
    module.add_function(wrap_pyfunction!(query::take_failures, module)?)?;
    module.add_function(wrap_pyfunction!(groups::groups_with_state, module)?)?;
    module.add_function(wrap_pyfunction!(groups::groups_with_processor, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::pivot, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::unpivot, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::kept, module)?)?;
    module.add_function(wrap_pyfunction!(nearest::check_nearest, module)?)?;
    module.add_function(wrap_pyfunction!(nearest::check_ranking, module)?)?;
    module.add_function(wrap_pyfunction!(operations::label_thread, module)?)?;
    module.add_function(wrap_pyfunction!(operations::interrupt, module)?)?;
    module.add_function(wrap_pyfunction!(operations::cancel_jobs, module)?)?;
    module.add_class::<local_rows::PyLocalRows>()?;
    module.add_function(wrap_pyfunction!(local_rows::local_rows, module)?)?;
    module.add_function(wrap_pyfunction!(repartition::repartition, module)?)?;
    module.add_function(wrap_pyfunction!(repartition::partitions, module)?)?;
    module.add_function(wrap_pyfunction!(repartition::collect_partitions, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::sample, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::resample, module)?)?;
    module.add_function(wrap_pyfunction!(reshape::with_uniform, module)?)?;
    module.add_function(wrap_pyfunction!(batch_functions::map_batches, module)?)?;
    module.add_function(wrap_pyfunction!(batch_functions::map_groups, module)?)?;
    module.add_function(wrap_pyfunction!(routines::temporary_routines, module)?)?;
    module.add_function(wrap_pyfunction!(routines::stored_routines, module)?)?;
    module.add_function(wrap_pyfunction!(routines::has_routine, module)?)?;
    module.add_function(wrap_pyfunction!(routines::function_class, module)?)?;
    module.add_class::<functions::PyFunction>()?;
    module.add_class::<expr::PyExpr>()?;
    module.add_class::<session::PySession>()?;
    module.add_class::<frame::PyFrame>()?;
    module.add_class::<groups::PyStateBytes>()?;
    module.add_class::<groups::PyRowCodec>()?;
    module.add_class::<query::PyQuery>()?;
    module.add_class::<memory_stream::PyMemoryStream>()?;
    module.add_class::<clock::PyManualClock>()?;
    module.add_class::<observation::PyObserved>()?;
    module.add_class::<progress::PyProgress>()?;
    Ok(())
}
