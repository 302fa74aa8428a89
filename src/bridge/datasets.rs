//! Sample data, which Python makes when a path first names it.

use std::path::PathBuf;

use pyo3::prelude::*;

use super::error::from_python;
use crate::error::Result;
use crate::execution::files::Datasets;

/// A function of Python's that gives the folder of the sample events.
#[derive(Debug)]
pub struct PyDatasets(pub Py<PyAny>);

impl Datasets for PyDatasets {
    fn events(&self) -> Result<PathBuf> {
        Python::attach(|py| {
            let folder = self.0.call0(py).map_err(from_python)?;
            folder.extract(py).map_err(from_python)
        })
    }
}
