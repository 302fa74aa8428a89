//! `ANALYZE`: how much a table holds, which `DESCRIBE EXTENDED` tells. Nothing else goes by
//! it: the engine reads what files say of themselves.

use std::path::Path;

use crate::error::{Result, SparkError};
use crate::execution::tables::{Statistics, TableDefinition};
use crate::execution::{Session, files};
use crate::plan::sql::PartitionSpec;

pub async fn analyze(
    session: &Session,
    name: &[String],
    spec: Option<PartitionSpec>,
    counts: bool,
    columns: bool,
) -> Result<()> {
    let table = session.table_for(name, "ANALYZE TABLE")?;
    if spec.is_some() {
        return Err(SparkError::not_implemented("ANALYZE TABLE … PARTITION"));
    }
    if columns {
        return Err(SparkError::not_implemented("ANALYZE TABLE … FOR COLUMNS"));
    }
    keep(session, table, counts).await
}

pub async fn analyze_all(
    session: &Session,
    namespace: Option<Vec<String>>,
    counts: bool,
) -> Result<()> {
    let database = session.namespace(namespace.as_deref())?;
    let warehouse = session.warehouse()?;
    for name in warehouse.names(&database)? {
        if let Some(table) = warehouse.find(&name)?.filter(|table| table.view.is_none()) {
            keep(session, table, counts).await?;
        }
    }
    Ok(())
}

async fn keep(session: &Session, table: TableDefinition, counts: bool) -> Result<()> {
    let rows = match counts {
        true => {
            let all = session.analyze(table.read(false))?;
            u64::try_from(session.count(&all.resolved).await?).ok()
        }
        false => table.statistics.and_then(|before| before.rows),
    };
    let bytes = size(&table.location).map_err(|e| files::failed(&table.location, &e))?;
    session.warehouse()?.keep(&TableDefinition {
        statistics: Some(Statistics { bytes, rows }),
        ..table
    })
}

/// The bytes of all files below a folder that are a table's: no name begins with a dot or
/// an underscore.
fn size(folder: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let hidden = matches!(name.as_encoded_bytes().first(), Some(b'.' | b'_'));
        let is_column = name.as_encoded_bytes().contains(&b'=');
        match entry.file_type()?.is_dir() {
            _ if hidden && !is_column => {}
            true => sum += size(&entry.path())?,
            false => sum += entry.metadata()?.len(),
        }
    }
    Ok(sum)
}
