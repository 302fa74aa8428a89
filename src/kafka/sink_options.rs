//! What a writer to Kafka was told, and which columns its rows have, checked as Spark
//! checks them.

use super::limits::refused;
use super::schema::headers_type;
use super::source_options::client_options;
use crate::error::{Result, SparkError};
use crate::formats::OptionMap;
use crate::types::{DataType, StructType};

/// Ours: each batch is a transaction, and none is written twice.
pub const TRANSACTIONAL: &str = "caudal.transactional";

#[derive(Debug, Clone)]
pub struct SinkOptions {
    /// For all rows, whatever their `topic` says.
    pub topic: Option<String>,
    /// `kafka.…`, without that, in lower case.
    pub client: Vec<(String, String)>,
    pub transactional: bool,
}

impl SinkOptions {
    pub fn parse(given: &[(String, String)]) -> Result<Self> {
        let options = OptionMap::new(given);
        let client = client_options(given);
        let has = |name: &str| client.iter().any(|(given, _)| given == name);
        for (name, verb) in [
            ("key.serializer", "keys are"),
            ("value.serializer", "value are"),
        ] {
            if has(name) {
                return Err(refused(format!(
                    "Kafka option '{name}' is not supported as {verb} serialized with ByteArraySerializer."
                )));
            }
        }
        let transactional = options.flag(TRANSACTIONAL, false)?;
        if has("transactional.id") && !transactional {
            return Err(refused(format!(
                "Kafka option 'transactional.id' is not supported without the option {TRANSACTIONAL}"
            )));
        }
        if transactional {
            check_transactional(&client)?;
        }
        if !has("bootstrap.servers") {
            let option = ("option", "bootstrap.servers");
            return Err(SparkError::new("MISSING_KAFKA_OPTION", &[option]));
        }
        Ok(Self {
            topic: options.get("topic").map(|topic| topic.trim().to_string()),
            client,
            transactional,
        })
    }
}

/// Records of a transaction must be acknowledged by all, and be known when they are sent
/// again.
fn check_transactional(client: &[(String, String)]) -> Result<()> {
    for (name, value) in client {
        let is_fit = match name.as_str() {
            "acks" => matches!(value.trim(), "all" | "-1"),
            "enable.idempotence" => value.trim().eq_ignore_ascii_case("true"),
            _ => true,
        };
        if !is_fit {
            return Err(refused(format!(
                "Kafka option 'kafka.{name}' is not supported with the value {value} where batches are transactions ({TRANSACTIONAL})"
            )));
        }
    }
    Ok(())
}

/// The positions of the columns that make a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordColumns {
    pub topic: Option<usize>,
    pub key: Option<usize>,
    pub value: usize,
    pub headers: Option<usize>,
    pub partition: Option<usize>,
}

impl RecordColumns {
    /// `topic` is the option, which goes before a column.
    pub fn of(schema: &StructType, topic: Option<&str>) -> Result<Self> {
        let text = [DataType::String];
        let bytes = [DataType::String, DataType::Binary];
        let topic = match topic {
            Some(_) => None,
            None => Some(find(schema, "topic", &text)?.ok_or_else(|| {
                no_query(
                    "topic option required when no 'topic' attribute is present. Use the topic option for setting a topic.".into(),
                )
            })?),
        };
        Ok(Self {
            topic,
            key: find(schema, "key", &bytes)?,
            value: find(schema, "value", &bytes)?
                .ok_or_else(|| no_query("Required attribute 'value' not found".into()))?,
            headers: find(schema, "headers", &[headers_type()])?,
            partition: find(schema, "partition", &[DataType::Integer])?,
        })
    }
}

fn find(schema: &StructType, name: &str, types: &[DataType]) -> Result<Option<usize>> {
    let Some(at) = schema.fields.iter().position(|field| field.name == name) else {
        return Ok(None);
    };
    let is = schema.fields[at].data_type.as_nullable();
    if types.iter().any(|known| known.as_nullable() == is) {
        return Ok(Some(at));
    }
    let types: Vec<_> = types.iter().map(DataType::simple_string).collect();
    Err(no_query(format!(
        "{name} attribute unsupported type {}. {name} must be a(n) {}",
        is.simple_string(),
        types.join(" or ")
    )))
}

fn no_query(message: String) -> SparkError {
    SparkError::new("_LEGACY_ERROR_TEMP_3080", &[("msg", &message)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::StructField;

    fn schema(columns: &[(&str, DataType)]) -> StructType {
        let fields = columns
            .iter()
            .map(|(n, t)| StructField::new(*n, t.clone(), true));
        StructType::new(fields)
    }

    #[test]
    fn columns_are_found_by_name_and_checked_by_type() {
        let rows = schema(&[
            ("value", DataType::String),
            ("partition", DataType::Integer),
            ("topic", DataType::String),
        ]);
        let found = RecordColumns::of(&rows, None).unwrap();
        assert_eq!(
            (found.topic, found.value, found.partition),
            (Some(2), 0, Some(1))
        );
        assert_eq!(RecordColumns::of(&rows, Some("t")).unwrap().topic, None);
        let rows = schema(&[("value", DataType::Long)]);
        let error = RecordColumns::of(&rows, Some("t")).unwrap_err();
        assert_eq!(
            error.message(),
            "value attribute unsupported type bigint. value must be a(n) string or binary"
        );
    }
}
