//! Values that name their schema, as Confluent's serialisers write them: a byte 0, the
//! schema's number in a registry in four bytes, then the value.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::decode::Decode;
use super::registry::Registry;
use super::schema::Schema;
use super::value::Planner;
use super::wire::{Cursor, Malformed, Read};
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::formats::growing::Column;

/// Reads such values: those of one schema are read alike.
#[derive(Debug)]
pub struct Framed {
    registry: Registry,
    planner: Planner,
    plans: Mutex<HashMap<i32, Arc<Decode>>>,
}

impl Framed {
    pub fn new(registry: Registry, planner: Planner) -> Self {
        Self {
            registry,
            planner,
            plans: Mutex::default(),
        }
    }

    pub fn value(&self, bytes: &[u8], out: &mut Column) -> Read<()> {
        let (id, value) = parted(bytes)?;
        self.plan(id)?.value(&mut Cursor::new(value), out)
    }

    fn plan(&self, id: i32) -> Read<Arc<Decode>> {
        if let Some(known) = self.plans.lock().get(&id) {
            return Ok(Arc::clone(known));
        }
        // A number that is not there is the value's fault, a registry that is not there
        // is not.
        let schema = self.registry.schema(id).map_err(|error| {
            match error.condition() == "CAUDAL_SCHEMA_REGISTRY.NO_SCHEMA" {
                true => Malformed::Row(error),
                false => Malformed::Refused(error),
            }
        })?;
        let plan = self.planner.plan(&schema);
        let plan = plan.unwrap_or_else(|error| Decode::Fail(error.message().to_string()));
        let plan = Arc::new(plan);
        self.plans.lock().insert(id, Arc::clone(&plan));
        Ok(plan)
    }
}

/// The number of the schema, and the value.
fn parted(bytes: &[u8]) -> Read<(i32, &[u8])> {
    let wrong = |reason: String| {
        Malformed::Row(SparkError::new(
            "CAUDAL_SCHEMA_REGISTRY.NOT_FRAMED",
            &[("reason", &reason)],
        ))
    };
    match bytes {
        [0, a, b, c, d, value @ ..] => Ok((i32::from_be_bytes([*a, *b, *c, *d]), value)),
        [0, ..] | [] => Err(wrong(format!("it has {} bytes", bytes.len()))),
        [first, ..] => Err(wrong(format!("its first byte is {first}"))),
    }
}

/// What stands before a value of a schema; the registry learns the schema.
pub fn frame(registry: &Registry, options: &OptionMap, schema: &Schema) -> Result<Vec<u8>> {
    let Some(subject) = options.get("subject") else {
        return Err(SparkError::new(
            "CAUDAL_SCHEMA_REGISTRY.SETTINGS",
            &[("reason", "to_avro needs the option subject")],
        ));
    };
    let mut bytes = vec![0];
    bytes.extend_from_slice(&registry.number(subject, &schema.text())?.to_be_bytes());
    Ok(bytes)
}
