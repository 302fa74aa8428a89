//! Conditions of Protobuf's functions. Sorted by name.

use super::super::ErrorClass;
use super::{Condition, row};

#[rustfmt::skip]
pub static CONDITIONS: &[Condition] = &[
    row("CANNOT_CONVERT_SQL_TYPE_TO_PROTOBUF_FIELD_TYPE", ErrorClass::Analysis, "42846",
        "Cannot convert SQL <sqlColumn> to Protobuf <protobufColumn> because schema is incompatible (protobufType = <protobufType>, sqlType = <sqlType>)."),
    row("CANNOT_CONVERT_SQL_VALUE_TO_PROTOBUF_ENUM_TYPE", ErrorClass::Analysis, "42846",
        "Cannot convert SQL <sqlColumn> to Protobuf <protobufColumn> because <data> is not in defined values for enum: <enumString>."),
    row("CANNOT_LOAD_PROTOBUF_CLASS", ErrorClass::Analysis, "42K03",
        "Could not load Protobuf class with name <protobufClassName>. <explanation>."),
    row("CANNOT_PARSE_PROTOBUF_DESCRIPTOR", ErrorClass::Analysis, "22018",
        "Error parsing descriptor bytes into Protobuf FileDescriptorSet."),
    row("DATATYPE_MISMATCH.NON_STRUCT_TYPE", ErrorClass::Analysis, "42K09",
        "Cannot resolve <sqlExpr> due to data type mismatch: the input <inputName> should be a struct expression; however, got <inputType>."),
    row("MALFORMED_PROTOBUF_MESSAGE", ErrorClass::SparkRuntime, "XX000",
        "Malformed Protobuf messages are detected in message deserialization. Parse Mode: <failFastMode>. To process malformed protobuf message as null result, try setting the option 'mode' as 'PERMISSIVE'."),
    row("NO_SQL_TYPE_IN_PROTOBUF_SCHEMA", ErrorClass::Analysis, "42S22",
        "Cannot find <catalystFieldPath> in Protobuf schema."),
    row("PROTOBUF_DEPENDENCY_NOT_FOUND", ErrorClass::Analysis, "42K0G",
        "Could not find dependency: <dependencyName>."),
    row("PROTOBUF_DESCRIPTOR_FILE_NOT_FOUND", ErrorClass::Analysis, "42K0G",
        "Error reading Protobuf descriptor file at path: <filePath>."),
    row("PROTOBUF_FIELD_MISSING", ErrorClass::Analysis, "42K0G",
        "Searching for <field> in Protobuf schema at <protobufSchema> gave <matchSize> matches. Candidates: <matches>."),
    row("PROTOBUF_FIELD_MISSING_IN_SQL_SCHEMA", ErrorClass::Analysis, "42K0G",
        "Found <field> in Protobuf schema but there is no match in the SQL schema."),
    row("PROTOBUF_MESSAGE_NOT_FOUND", ErrorClass::Analysis, "42K0G",
        "Unable to locate Message <messageName> in Descriptor."),
    row("RECURSIVE_PROTOBUF_SCHEMA", ErrorClass::Analysis, "42K0G",
        "Found recursive reference in Protobuf schema, which can not be processed by Spark by default: <fieldDescriptor>. try setting the option `recursive.fields.max.depth` 1 to 10. Going beyond 10 levels of recursion is not allowed."),
    row("UNABLE_TO_CONVERT_TO_PROTOBUF_MESSAGE_TYPE", ErrorClass::Analysis, "42K0G",
        "Unable to convert SQL type <toType> to Protobuf type <protobufType>."),
];
