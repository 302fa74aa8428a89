//! `query.status`: what the query is doing now, in Spark's words.

use std::fmt;

use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusMessage {
    Initializing,
    InitializingSources,
    /// With the source's description.
    GettingOffsets(String),
    WritingOffsets,
    ProcessingNewData,
    /// A batch without rows, for what a watermark that moved can release.
    CleaningUpState,
    WaitingForData,
    WaitingForTrigger,
    /// Of a continuous query: rows go through, no epoch has ended.
    Running,
    /// Of a continuous query, with the number of the last epoch that has ended.
    CommittingEpoch(u64),
    Stopped,
    /// With the message of the exception.
    Failed(String),
}

impl fmt::Display for StatusMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Initializing => f.write_str("Initializing StreamExecution"),
            Self::InitializingSources => f.write_str("Initializing sources"),
            Self::GettingOffsets(source) => write!(f, "Getting offsets from {source}"),
            Self::WritingOffsets => f.write_str("Writing offsets to log"),
            Self::ProcessingNewData => f.write_str("Processing new data"),
            Self::CleaningUpState => f.write_str("No new data but cleaning up state"),
            Self::WaitingForData => f.write_str("Waiting for data to arrive"),
            Self::WaitingForTrigger => f.write_str("Waiting for next trigger"),
            Self::Running => f.write_str("Running"),
            Self::CommittingEpoch(epoch) => write!(f, "Committing epoch {epoch}"),
            Self::Stopped => f.write_str("Stopped"),
            Self::Failed(message) => write!(f, "Terminated with exception: {message}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryStatus {
    pub message: StatusMessage,
    pub is_data_available: bool,
    pub is_trigger_active: bool,
}

impl Default for QueryStatus {
    fn default() -> Self {
        Self {
            message: StatusMessage::Initializing,
            is_data_available: false,
            is_trigger_active: false,
        }
    }
}

impl QueryStatus {
    pub fn to_json(&self) -> Value {
        json!({
            "message": self.message.to_string(),
            "isDataAvailable": self.is_data_available,
            "isTriggerActive": self.is_trigger_active,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_sparks_keys_and_words() {
        let status = QueryStatus {
            message: StatusMessage::GettingOffsets("FileStreamSource[file:/data]".into()),
            is_data_available: false,
            is_trigger_active: true,
        };
        assert_eq!(
            status.to_json().to_string(),
            r#"{"message":"Getting offsets from FileStreamSource[file:/data]","isDataAvailable":false,"isTriggerActive":true}"#
        );
    }
}
