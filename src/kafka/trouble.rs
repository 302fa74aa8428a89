//! What the library's errors mean: which pass by, which waiting does not mend, and what
//! Java's client calls them.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::limits::refused;
use crate::error::{ErrorClass, SparkError};

/// Whether asking again does not help.
pub fn is_denial(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::Authentication
            | RDKafkaErrorCode::SaslAuthenticationFailed
            | RDKafkaErrorCode::TopicAuthorizationFailed
            | RDKafkaErrorCode::ClusterAuthorizationFailed
            | RDKafkaErrorCode::GroupAuthorizationFailed
            | RDKafkaErrorCode::TransactionalIdAuthorizationFailed
            | RDKafkaErrorCode::UnsupportedSASLMechanism
    )
}

/// Whether the same question may be answered later.
pub fn passes(error: &KafkaError) -> bool {
    error.rdkafka_error_code().is_some_and(passes_by)
}

pub fn is_timeout(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let code = error.rdkafka_error_code();
    matches!(
        code,
        Some(Code::OperationTimedOut | Code::RequestTimedOut | Code::BrokerTransportFailure)
    )
}

/// Whether it is trouble of a connection or of a broker that changes its place.
pub fn passes_by(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::OperationTimedOut
            | Code::RequestTimedOut
            | Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::NotLeaderForPartition
            | Code::LeaderNotAvailable
            | Code::CoordinatorNotAvailable
            | Code::NotCoordinator
            | Code::NetworkException
            | Code::BrokerNotAvailable
            | Code::ReplicaNotAvailable
            | Code::OffsetNotAvailable
            | Code::FencedLeaderEpoch
            | Code::UnknownLeaderEpoch
            | Code::WaitingForCoordinator
            | Code::InProgress
            | Code::PreviousInProgress
            | Code::Resolve
            | Code::State
    )
}

/// A broker that has just come back may not know yet what it has.
pub fn is_unknown(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition
    )
}

/// The client refuses names and values that it does not know.
pub fn unmade(error: KafkaError) -> SparkError {
    match error {
        KafkaError::ClientConfig(_, why, name, value) => refused(format!(
            "Kafka option 'kafka.{name}' is not supported with the value {value}: {why}"
        )),
        other => refused(format!("Failed to construct kafka client: {other}")),
    }
}

pub fn failed(message: std::fmt::Arguments<'_>) -> SparkError {
    SparkError::plain(ErrorClass::SparkRuntime, message)
}

/// The exception of Java's client that stands for the same.
pub fn exception(code: RDKafkaErrorCode) -> &'static str {
    use RDKafkaErrorCode as Code;
    match code {
        Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition => {
            "org.apache.kafka.common.errors.UnknownTopicOrPartitionException"
        }
        Code::InvalidTopic => "org.apache.kafka.common.errors.InvalidTopicException",
        Code::TopicAuthorizationFailed => {
            "org.apache.kafka.common.errors.TopicAuthorizationException"
        }
        Code::ClusterAuthorizationFailed => {
            "org.apache.kafka.common.errors.ClusterAuthorizationException"
        }
        Code::GroupAuthorizationFailed => {
            "org.apache.kafka.common.errors.GroupAuthorizationException"
        }
        Code::TransactionalIdAuthorizationFailed => {
            "org.apache.kafka.common.errors.TransactionalIdAuthorizationException"
        }
        Code::Authentication | Code::SaslAuthenticationFailed => {
            "org.apache.kafka.common.errors.SaslAuthenticationException"
        }
        Code::UnsupportedSASLMechanism => {
            "org.apache.kafka.common.errors.UnsupportedSaslMechanismException"
        }
        Code::MessageTimedOut | Code::OperationTimedOut | Code::RequestTimedOut => {
            "org.apache.kafka.common.errors.TimeoutException"
        }
        Code::MessageSizeTooLarge => "org.apache.kafka.common.errors.RecordTooLargeException",
        Code::OffsetOutOfRange | Code::AutoOffsetReset => {
            "org.apache.kafka.clients.consumer.OffsetOutOfRangeException"
        }
        Code::NotEnoughReplicas | Code::NotEnoughReplicasAfterAppend => {
            "org.apache.kafka.common.errors.NotEnoughReplicasException"
        }
        Code::ProducerFenced | Code::Fenced | Code::InvalidProducerEpoch => {
            "org.apache.kafka.common.errors.ProducerFencedException"
        }
        _ => "org.apache.kafka.common.KafkaException",
    }
}
