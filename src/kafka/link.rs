//! One client of the brokers: made of settings, remembers what went wrong on its
//! connections, and gets tokens.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use parking_lot::Mutex;
use rdkafka::TopicPartitionList;
use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};

use super::names::ClientSettings;
use super::token::TokenSource;
use super::trouble::{exception, failed, is_denial, is_timeout, passes, passes_by, unmade};
use crate::error::{Result, SparkError};
use crate::time::Clock;

/// Set from elsewhere when what waits should give up.
pub type Stop = Arc<AtomicBool>;
/// Called when there may be something new.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

pub type Consumer = BaseConsumer<Notes>;

/// A wait is cut into pieces of this length, so that it ends when it should.
pub const PIECE: Duration = Duration::from_millis(200);
/// A question that is not answered in this time is asked again on a thread of its own,
/// where it may take longer.
const AT_ONCE: Duration = Duration::from_secs(1);
/// One request may take so long, as Java's `request.timeout.ms` has it.
const REQUEST: Duration = Duration::from_secs(30);
/// Between two attempts that were refused at once.
const PAUSE: Duration = Duration::from_millis(20);

/// What the library tells of its connections, and what it asks for.
pub struct Notes {
    last: Mutex<Option<String>>,
    /// Of who may not do this or is not known; nothing that passes.
    denied: Mutex<Option<(RDKafkaErrorCode, String)>>,
    /// Answers to commits of offsets.
    committed: AtomicU64,
    token: Option<TokenSource>,
    has_token: AtomicBool,
    /// A token came after another, so that connections authenticate anew.
    is_renewed: AtomicBool,
    /// When the last token ends, in epoch milliseconds.
    token_ends: AtomicI64,
    clock: Arc<dyn Clock>,
}

impl Notes {
    pub fn new(token: Option<TokenSource>, clock: Arc<dyn Clock>) -> Self {
        Self {
            last: Mutex::default(),
            denied: Mutex::default(),
            committed: AtomicU64::new(0),
            token,
            has_token: AtomicBool::new(false),
            is_renewed: AtomicBool::new(false),
            token_ends: AtomicI64::new(0),
            clock,
        }
    }

    /// A token that has ended is refused, and its successor is on its way.
    fn is_of_an_old_token(&self) -> bool {
        self.token.is_some() && self.clock.now_millis() >= self.token_ends.load(Ordering::Acquire)
    }

    /// A connection that renews its credentials while the broker ends their time is told
    /// that this is not the moment; the connection after it begins with the new ones.
    fn is_renewal_at_odds(&self, reason: &str) -> bool {
        self.is_renewed.load(Ordering::Acquire) && reason.contains("current SASL state")
    }

    /// The last trouble, for a message.
    pub fn last(&self) -> Option<String> {
        self.last.lock().clone()
    }

    /// How many commits of offsets the brokers have answered.
    pub fn committed(&self) -> u64 {
        self.committed.load(Ordering::Relaxed)
    }

    pub fn is_denied(&self) -> bool {
        self.denied.lock().is_some()
    }

    /// The error that waiting does not mend.
    pub fn denied(&self) -> Option<SparkError> {
        let (code, reason) = self.denied.lock().take()?;
        Some(failed(format_args!("{}: {reason}", exception(code))))
    }
}

impl ClientContext for Notes {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn log(&self, level: RDKafkaLogLevel, _: &str, text: &str) {
        if matches!(level, RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning) {
            *self.last.lock() = Some(text.to_string());
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let code = error.rdkafka_error_code();
        let passes = self.is_of_an_old_token() || self.is_renewal_at_odds(reason);
        if let Some(code) = code.filter(|code| is_denial(*code) && !passes) {
            *self.denied.lock() = Some((code, reason.to_string()));
        }
        // That all are down says less than why one is.
        if code != Some(RDKafkaErrorCode::AllBrokersDown) || self.last.lock().is_none() {
            *self.last.lock() = Some(reason.to_string());
        }
    }

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        let Some(source) = &self.token else {
            return Err("nothing says where tokens come from".into());
        };
        let token = source.token(self.clock.now_millis());
        let token = token.map_err(|error| {
            *self.last.lock() = Some(error.why.clone());
            if error.is_refused {
                let refused = (
                    RDKafkaErrorCode::SaslAuthenticationFailed,
                    error.why.clone(),
                );
                *self.denied.lock() = Some(refused);
            }
            error.why
        })?;
        self.token_ends.store(token.expires, Ordering::Release);
        if self.has_token.swap(true, Ordering::AcqRel) {
            self.is_renewed.store(true, Ordering::Release);
        }
        Ok(OAuthToken {
            token: token.text,
            principal_name: token.principal,
            lifetime_ms: token.expires,
        })
    }
}

impl ConsumerContext for Notes {
    fn commit_callback(&self, result: KafkaResult<()>, _: &TopicPartitionList) {
        self.committed.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = result {
            *self.last.lock() = Some(error.to_string());
            if let Some(code) = error.rdkafka_error_code().filter(|code| !passes_by(*code)) {
                *self.denied.lock() = Some((code, format!("commit of offsets: {error}")));
            }
        }
    }
}

/// A consumer, and how long its questions may take.
pub struct Link {
    pub consumer: Arc<Consumer>,
    pub settings: ClientSettings,
    pub group: String,
    pub stop: Stop,
    pub clock: Arc<dyn Clock>,
    /// Asking once more would not help.
    is_hopeless: AtomicBool,
}

impl Link {
    /// Connects when it is first asked something. `group` names the consumer group, which
    /// no offsets are committed to.
    pub fn open(
        settings: ClientSettings,
        group: &str,
        stop: Stop,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        let mut config = client_config(&settings)?;
        if config.get("group.id").is_none() {
            config.set("group.id", group);
        }
        let group = config.get("group.id").unwrap_or(group).to_string();
        // Java's default; the library's own is the other one.
        if config.get("isolation.level").is_none() {
            config.set("isolation.level", "read_uncommitted");
        }
        for (name, value) in FETCHING {
            if config.get(name).is_none() {
                config.set(*name, *value);
            }
        }
        config.set("enable.auto.commit", "false");
        config.set("enable.auto.offset.store", "false");
        // The end of what there is tells that a range is read whose last offsets are not
        // records. From an offset that is no more the library goes to the first that is:
        // what is missing then is seen by who reads.
        config.set("enable.partition.eof", "true");
        config.set("auto.offset.reset", "earliest");
        let notes = Notes::new(settings.token.clone(), Arc::clone(clock));
        let consumer: Consumer = config.create_with_context(notes).map_err(unmade)?;
        let link = Self {
            consumer: Arc::new(consumer),
            settings,
            group,
            stop,
            clock: Arc::clone(clock),
            is_hopeless: AtomicBool::new(false),
        };
        link.get_token()?;
        Ok(link)
    }

    /// Waits for the first token, which all else needs.
    fn get_token(&self) -> Result<()> {
        if self.settings.token.is_none() {
            return Ok(());
        }
        let notes = self.consumer.context();
        let end = self.clock.monotonic() + self.settings.api_timeout;
        while !notes.has_token.load(Ordering::Acquire) {
            let _ = self.consumer.poll(PIECE);
            if self.is_stopped() {
                return Err(SparkError::stopped());
            }
            self.serve()?;
            if self.clock.monotonic() >= end {
                let why = notes.last().unwrap_or_else(|| "no token came".into());
                return Err(failed(format_args!(
                    "org.apache.kafka.common.errors.SaslAuthenticationException: {why}"
                )));
            }
        }
        Ok(())
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether the last question was refused for good, or had all the time there is.
    pub fn is_hopeless(&self) -> bool {
        self.is_hopeless.load(Ordering::Relaxed)
    }

    /// Serves what the library wants done and sees what it complains of.
    pub fn serve(&self) -> Result<()> {
        self.hear_events();
        self.consumer.context().denied().map_or(Ok(()), Err)
    }

    /// Asks the brokers until there is an answer or the time for it is over. The question
    /// is told how long it may take. One that takes long goes on beside, since nothing can
    /// end it before its time: who asks may be stopped.
    pub fn ask<T, Q>(&self, what: &str, question: Q) -> Result<T>
    where
        T: Send + 'static,
        Q: Fn(&Consumer, Duration) -> Result<T, KafkaError> + Send + Sync + 'static,
    {
        let question = Arc::new(question);
        let mut is_slow = false;
        self.insist(what, |left| {
            if !is_slow {
                let answer = question(&self.consumer, left.min(AT_ONCE));
                is_slow = answer.as_ref().is_err_and(is_timeout) && left > AT_ONCE;
                return answer;
            }
            self.ask_beside(&question, left.min(REQUEST))
        })
    }

    fn ask_beside<T, Q>(&self, question: &Arc<Q>, time: Duration) -> Result<T, KafkaError>
    where
        T: Send + 'static,
        Q: Fn(&Consumer, Duration) -> Result<T, KafkaError> + Send + Sync + 'static,
    {
        let (tell, hear) = std::sync::mpsc::sync_channel(1);
        let (asked, consumer) = (Arc::clone(question), Arc::clone(&self.consumer));
        let beside = std::thread::Builder::new().name("caudal-kafka-question".into());
        let begun = beside.spawn(move || {
            // Nobody hears the answer to one who was stopped.
            let _ = tell.send(asked(&consumer, time));
        });
        if begun.is_err() {
            return question(&self.consumer, time.min(AT_ONCE));
        }
        loop {
            match hear.recv_timeout(PIECE) {
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout)
                    if !self.is_stopped() && !self.consumer.context().is_denied() =>
                {
                    self.hear_events();
                }
                Err(_) => {
                    return Err(KafkaError::MetadataFetch(
                        RDKafkaErrorCode::OperationTimedOut,
                    ));
                }
            }
        }
    }

    fn hear_events(&self) {
        while let Some(event) = self.consumer.poll(Duration::ZERO) {
            drop(event);
        }
    }

    /// Lets some time go by; who is stopped does not.
    pub fn rest(&self, time: Duration) -> Result<()> {
        let end = self.clock.monotonic() + time;
        loop {
            let left = end.saturating_sub(self.clock.monotonic());
            if left.is_zero() {
                return Ok(());
            }
            let _ = self.consumer.poll(left.min(PIECE));
            if self.is_stopped() {
                return Err(SparkError::stopped());
            }
        }
    }

    /// Repeats what ends in its time or goes on when it is called again, until it is done
    /// or the time for it is over.
    pub fn insist<T>(
        &self,
        what: &str,
        mut attempt: impl FnMut(Duration) -> Result<T, KafkaError>,
    ) -> Result<T> {
        let limit = self.settings.api_timeout;
        let began = self.clock.monotonic();
        let done = loop {
            let left = limit.saturating_sub(self.clock.monotonic().saturating_sub(began));
            let error = match attempt(left) {
                Ok(answer) => return Ok(answer),
                Err(error) if !passes(&error) => return Err(self.failure(what, &error)),
                Err(error) => error,
            };
            if self.is_stopped() {
                return Err(SparkError::stopped());
            }
            if let Err(denied) = self.serve() {
                break denied;
            }
            if self.clock.monotonic().saturating_sub(began) >= limit {
                break self.timeout(what, &error);
            }
            // Some refusals come at once: no storm of questions then.
            let _ = self.consumer.poll(PAUSE);
        };
        self.is_hopeless.store(true, Ordering::Relaxed);
        Err(done)
    }

    pub fn failure(&self, what: &str, error: &KafkaError) -> SparkError {
        let code = error.rdkafka_error_code();
        let name = code.map_or("org.apache.kafka.common.KafkaException", exception);
        failed(format_args!("{name}: {what}: {error}"))
    }

    /// With the addresses and the last that was heard: who reads it looks for these.
    fn timeout(&self, what: &str, error: &KafkaError) -> SparkError {
        let servers = self.settings.settings.get("bootstrap.servers");
        let servers = servers.map_or("", String::as_str);
        let why = self.consumer.context().last();
        let why = why.unwrap_or_else(|| error.to_string());
        let millis = self.settings.api_timeout.as_millis();
        failed(format_args!(
            "org.apache.kafka.common.errors.TimeoutException: {what}: no answer from the brokers at {servers} within {millis} ms (kafka.default.api.timeout.ms). Last trouble: {why}"
        ))
    }
}

/// How far ahead of its reader a client fetches. A partition whose queue was full is
/// fetched again after the pause, and not before a request for others, which a broker
/// holds for as long as they have nothing, is answered: the library's own times, a second
/// and half a second, would be felt.
const FETCHING: &[(&str, &str)] = &[
    ("fetch.queue.backoff.ms", "10"),
    ("fetch.wait.max.ms", "100"),
    ("queued.max.messages.kbytes", "16384"),
    ("queued.min.messages", "1000000"),
];

/// Java's defaults: a broker that comes back is found again within a second, where the
/// library would let ten go by.
const RECONNECTION: &[(&str, &str)] = &[
    ("reconnect.backoff.ms", "50"),
    ("reconnect.backoff.max.ms", "1000"),
];

/// The library's configuration; addresses are looked at first, since it would ask for
/// those that cannot be until its time is over.
pub fn client_config(settings: &ClientSettings) -> Result<ClientConfig> {
    let servers = settings.settings.get("bootstrap.servers");
    let servers = servers.into_iter().flat_map(|servers| servers.split(','));
    let mut servers = servers.map(str::trim).filter(|server| !server.is_empty());
    let has_port = |server: &str| {
        let port = server.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
        matches!(port, Some(Ok(_)))
    };
    let mut count = 0;
    if let Some(server) = servers.find(|server| {
        count += 1;
        !has_port(server)
    }) {
        return Err(no_client(&format!(
            "Invalid url in bootstrap.servers: {server}"
        )));
    }
    if count == 0 {
        return Err(no_client(
            "No resolvable bootstrap urls given in bootstrap.servers",
        ));
    }
    let mut config = ClientConfig::new();
    for (name, value) in &settings.settings {
        config.set(name, value);
    }
    if RECONNECTION
        .iter()
        .all(|(name, _)| config.get(name).is_none())
    {
        for (name, value) in RECONNECTION {
            config.set(*name, *value);
        }
    }
    config.set_log_level(RDKafkaLogLevel::Warning);
    Ok(config)
}

fn no_client(why: &str) -> SparkError {
    failed(format_args!(
        "Failed to create new KafkaAdminClient\norg.apache.kafka.common.config.ConfigException: {why}"
    ))
}
