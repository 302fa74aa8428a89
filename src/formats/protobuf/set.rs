//! Descriptors from the bytes of a set, as a compiler of `.proto` files writes it, and those
//! of the messages that every Protobuf has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use prost_reflect::prost::Message as _;
use prost_reflect::prost_types::{DescriptorProto, FileDescriptorSet};
use prost_reflect::{DescriptorPool, MessageDescriptor};

use super::schema::{Id, Schema};
use crate::error::{ErrorClass, Result, SparkError};

/// Where Spark's connector keeps the classes of Protobuf's own messages.
const CLASSES: &str = "org.sparkproject.spark_protobuf.protobuf.";

/// Its classes of more than one message, or of none that bytes are read by.
const OWN: [&str; 27] = [
    "Any",
    "Api",
    "BoolValue",
    "BytesValue",
    "DoubleValue",
    "Duration",
    "Empty",
    "Enum",
    "EnumValue",
    "Field",
    "FieldMask",
    "FloatValue",
    "Int32Value",
    "Int64Value",
    "ListValue",
    "Method",
    "Mixin",
    "Option",
    "SourceContext",
    "StringValue",
    "Struct",
    "Timestamp",
    "Type",
    "UInt32Value",
    "UInt64Value",
    "Value",
    "NullValue",
];

/// The messages of a set, and the one of them that a name means: among those at the top of
/// a file the first that has it, with or without its package.
pub fn named(bytes: &[u8], name: &str) -> Result<(Arc<Schema>, Id)> {
    let mut set = FileDescriptorSet::decode(bytes)
        .map_err(|_| SparkError::new("CANNOT_PARSE_PROTOBUF_DESCRIPTOR", &[]))?;
    let there: HashSet<&str> = set.file.iter().map(|file| file.name()).collect();
    for file in &set.file {
        let absent = file
            .dependency
            .iter()
            .find(|one| !there.contains(one.as_str()));
        if let Some(absent) = absent {
            return Err(SparkError::new(
                "PROTOBUF_DEPENDENCY_NOT_FOUND",
                &[("dependencyName", absent)],
            ));
        }
        if file.syntax() == "editions" {
            return Err(SparkError::not_implemented(format_args!(
                "a Protobuf file of an edition ({})",
                file.name()
            )));
        }
    }
    let names: Vec<String> = set
        .file
        .iter()
        .map(|file| file.name().to_string())
        .collect();
    let names_of = told_apart(&mut set);
    let pool = DescriptorPool::from_file_descriptor_set(set)
        .map_err(|error| SparkError::plain(ErrorClass::Analysis, error))?;
    let is_it = |one: &MessageDescriptor| one.name() == name || one.full_name() == name;
    let found = names
        .iter()
        .filter_map(|file| pool.get_file_by_name(file))
        .find_map(|file| file.messages().find(is_it));
    match found {
        Some(message) => of_pool(&pool, message.full_name(), &names_of),
        None => Err(SparkError::new(
            "PROTOBUF_MESSAGE_NOT_FOUND",
            &[("messageName", name)],
        )),
    }
}

/// The message of a Java class, of which there are Protobuf's own alone.
pub fn of_class(name: &str) -> Result<(Arc<Schema>, Id)> {
    let known = name.strip_prefix(CLASSES).filter(|own| OWN.contains(own));
    if let Some(own) = known {
        let pool = DescriptorPool::global();
        let full = format!("google.protobuf.{own}");
        if pool.get_message_by_name(&full).is_some() {
            return of_pool(&pool, &full, &Names::new());
        }
    }
    let explanation = match name.contains('.') {
        true => "Ensure the class include in the jar",
        false => "Ensure the class name includes package prefix",
    };
    Err(SparkError::new(
        "CANNOT_LOAD_PROTOBUF_CLASS",
        &[("protobufClassName", name), ("explanation", explanation)],
    ))
}

fn of_pool(pool: &DescriptorPool, full: &str, names: &Names) -> Result<(Arc<Schema>, Id)> {
    let schema = Schema::of(pool, names)?;
    match schema.find(full) {
        Some(id) => Ok((Arc::new(schema), id)),
        None => Err(SparkError::internal(format_args!("no message {full}"))),
    }
}

/// The names that fields had, by message and number.
pub type Names = HashMap<(String, i32), String>;

/// Gives a name of its own to each field that differs from another one in the case of its
/// letters alone: Protobuf takes such, the crate does not.
fn told_apart(set: &mut FileDescriptorSet) -> Names {
    let mut names = Names::new();
    for file in &mut set.file {
        let package = file.package().to_string();
        for message in &mut file.message_type {
            tell_apart(message, &package, &mut names);
        }
    }
    names
}

fn tell_apart(message: &mut DescriptorProto, around: &str, names: &mut Names) {
    let full = match around {
        "" => message.name().to_string(),
        around => format!("{around}.{}", message.name()),
    };
    let mut taken = HashSet::new();
    for field in &mut message.field {
        let plain = field.name().replace('_', "").to_lowercase();
        if !taken.insert(plain) {
            let (name, number) = (field.name().to_string(), field.number());
            field.name = Some(format!("{name}_number_{number}"));
            field.json_name = None;
            names.insert((full.clone(), number), name);
        }
    }
    for inner in &mut message.nested_type {
        tell_apart(inner, &full, names);
    }
}
