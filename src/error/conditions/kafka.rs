//! Conditions of Spark's Kafka connector, which keeps a table of its own: their messages
//! stand alone, without name and state. Sorted by name.

use super::super::ErrorClass;
use super::Condition;

const fn row(
    name: &'static str,
    sql_state: Option<&'static str>,
    template: &'static str,
) -> Condition {
    Condition {
        name,
        // Those that tell of options; others are Java's illegal states.
        class: match name.as_bytes() {
            b"UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET"
            | b"MISMATCHED_TOPIC_PARTITIONS_BETWEEN_START_OFFSET_AND_END_OFFSET" => {
                ErrorClass::IllegalArgument
            }
            _ => ErrorClass::SparkRuntime,
        },
        sql_state,
        template,
    }
}

#[rustfmt::skip]
pub static CONDITIONS: &[Condition] = &[
    row("KAFKA_DATA_LOSS.ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO", Some("22000"),
        "Some data may have been lost because they are not available in Kafka any more;\neither the data was aged out by Kafka or the topic may have been deleted before all the data in the\ntopic was processed.\nIf you don't want your streaming query to fail on such cases, set the source option failOnDataLoss to false.\nReason: Added partition <topicPartition> starts from <startOffset> instead of 0."),
    row("KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE", Some("22000"),
        "Some data may have been lost because they are not available in Kafka any more;\neither the data was aged out by Kafka or the topic may have been deleted before all the data in the\ntopic was processed.\nIf you don't want your streaming query to fail on such cases, set the source option failOnDataLoss to false.\nReason: Could not read records in offset [<startOffset>, <endOffset>) for topic partition <topicPartition>\nwith consumer group <groupId>."),
    row("KAFKA_DATA_LOSS.INITIAL_OFFSET_NOT_FOUND_FOR_PARTITIONS", Some("22000"),
        "Some data may have been lost because they are not available in Kafka any more;\neither the data was aged out by Kafka or the topic may have been deleted before all the data in the\ntopic was processed.\nIf you don't want your streaming query to fail on such cases, set the source option failOnDataLoss to false.\nReason: Cannot find initial offsets for partitions <partitions>. They may have been deleted."),
    row("KAFKA_DATA_LOSS.PARTITIONS_DELETED", Some("22000"),
        "Some data may have been lost because they are not available in Kafka any more;\neither the data was aged out by Kafka or the topic may have been deleted before all the data in the\ntopic was processed.\nIf you don't want your streaming query to fail on such cases, set the source option failOnDataLoss to false.\nReason: Partitions <partitions> have been deleted."),
    row("KAFKA_DATA_LOSS.PARTITIONS_DELETED_AND_GROUP_ID_CONFIG_PRESENT", Some("22000"),
        "Some data may have been lost because they are not available in Kafka any more;\neither the data was aged out by Kafka or the topic may have been deleted before all the data in the\ntopic was processed.\nIf you don't want your streaming query to fail on such cases, set the source option failOnDataLoss to false.\nReason: Partitions <partitions> have been deleted.\nKafka option 'kafka.<groupIdConfig>' has been set on this query, it is\nnot recommended to set this option. This option is unsafe to use since multiple concurrent\nqueries or sources using the same group id will interfere with each other as they are part\nof the same consumer group. Restarted queries may also suffer interference from the\nprevious run having the same group id. The user should have only one query per group id,\nand/or set the option 'kafka.session.timeout.ms' to be very small so that the Kafka\nconsumers from the previous query are marked dead by the Kafka group coordinator before the\nrestarted query starts running."),
    row("KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED", Some("22000"),
        "Some data may have been lost because they are not available in Kafka any more;\neither the data was aged out by Kafka or the topic may have been deleted before all the data in the\ntopic was processed.\nIf you don't want your streaming query to fail on such cases, set the source option failOnDataLoss to false.\nReason: Partition <topicPartition> offset was changed from <prevOffset> to <newOffset>.\nThis could be either 1) a user error that the start offset is set beyond available offset when starting query, or 2) the kafka topic-partition is deleted and re-created."),
    row("KAFKA_MALFORMED_RECORD_TIMESTAMP", Some("22008"),
        "Record at topic <topic> partition <partition> offset <offset> has timestamp value <timestamp> that overflows when converting to Spark's microsecond-precision TimestampType.\nKafka record timestamps must be in milliseconds since epoch per the Kafka protocol. The provided value suggests the producer may be writing timestamps in microseconds or nanoseconds instead.\nEnsure the Kafka producer sets the ProducerRecord timestamp in milliseconds."),
    row("KAFKA_NULL_TOPIC_IN_DATA", None,
        "The Kafka message data sent to the producer contains a null topic. Use the `topic` option for setting a default topic."),
    row("KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED", None,
        "Partitions specified for Kafka start offsets don't match what are assigned. Maybe topic partitions are created \nor deleted while the query is running. Use -1 for latest, -2 for earliest.\nSpecified: <specifiedPartitions> Assigned: <assignedPartitions>"),
    row("KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED", None,
        "Partitions specified for Kafka timestamp based <position> offsets don't match what are assigned. Maybe topic partitions are created \nor deleted while the query is running, or you didn't specify all the partitions.\nSpecified: <specifiedPartitions> Assigned: <assignedPartitions>"),
    row("LOST_TOPIC_PARTITIONS_IN_END_OFFSET_WITH_TRIGGER_AVAILABLENOW", None,
        "Some of partitions in Kafka topic(s) have been lost during running query with Trigger.AvailableNow. The error could be transient - restart your query, and report if you still see the same issue.\ntopic-partitions for latest offset: <tpsForLatestOffset>, topic-partitions for end offset: <tpsForEndOffset>"),
    row("MISMATCHED_TOPIC_PARTITIONS_BETWEEN_START_OFFSET_AND_END_OFFSET", None,
        "The specified start offset and end offset should have the same topic-partitions.\nTopic-partitions for start offset: <tpsForStartOffset>, topic-partitions for end offset: <tpsForEndOffset>."),
    row("MISSING_KAFKA_OPTION", None,
        "Kafka option <option> is not set. Please make sure it is set and retry."),
    row("RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET", None,
        "The resolved start offset <startOffset> is greater than the resolved end offset <endOffset> for topic <topic> partition <partition>.\nPlease investigate in this order:\n1. Check whether start offset is set beyond the end offset or the latest available offset after resolution. Possible inputs are:\n  (a) Start offset is set to a timestamp, and the end offset is set to an index of offset.\n  (b) Start offset is set to an index of offset, and the end offset is set to a timestamp.\n  (c) Start offset is set, and the end offset is set to latest.\n2. Check whether the Kafka topic-partition is deleted and re-created."),
    row("UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET", None,
        "The specified start <offsetType> <startOffset> is greater than the end <offsetType> <endOffset> for topic <topic> partition <partition>."),
];
