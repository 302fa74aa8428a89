//! Lines of text from a TCP connection, for lessons: what was sent before a restart is
//! gone.
//!
//! A place is the number of the last line, -1 before the first. The connection is made
//! when the first batch is read. A thread takes lines in; it waits when so many lie there
//! that no batch has taken, so that a fast writer is held back and memory stays bounded.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::SchemaRef;
use parking_lot::{Condvar, Mutex};

use super::{Reader, Source, SourceContext};
use crate::engine::scan::{Batches, project};
use crate::error::{ErrorClass, Result, SparkError};
use crate::execution::stream_leaf::StreamRows;
use crate::execution::stream_read::{SocketOptions, socket_options};
use crate::time::Clock;

/// Bytes of lines that wait for a batch; the writer waits when there are more.
const MOST_WAITING: usize = 64 << 20;
const READ_BYTES: usize = 64 << 10;

pub struct SocketSource {
    options: SocketOptions,
    schema: SchemaRef,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
    connection: Option<TcpStream>,
    last: Option<i64>,
}

#[derive(Default)]
struct Shared {
    lines: Mutex<Lines>,
    /// Lines were committed, or the source is gone.
    room: Condvar,
}

#[derive(Default)]
struct Lines {
    /// Those after the last commit.
    waiting: VecDeque<Line>,
    bytes: usize,
    /// The number of the last line that came, and of the last that was committed.
    last: i64,
    committed: i64,
    closed: bool,
}

struct Line {
    text: String,
    micros: i64,
}

impl SocketSource {
    pub fn open(rows: &StreamRows, context: SourceContext<'_>) -> Result<Self> {
        let shared = Shared::default();
        {
            let mut lines = shared.lines.lock();
            (lines.last, lines.committed) = (-1, -1);
        }
        Ok(Self {
            options: socket_options(&rows.spec)?,
            schema: Arc::new(rows.schema.to_arrow()),
            clock: context.clock,
            shared: Arc::new(shared),
            connection: None,
            last: None,
        })
    }

    fn connect(&mut self) -> Result<()> {
        if self.connection.is_some() {
            return Ok(());
        }
        let SocketOptions { host, port, .. } = &self.options;
        let failed = |error: io::Error| {
            let text = match error.kind() {
                io::ErrorKind::ConnectionRefused => "Connection refused".to_string(),
                _ => error.to_string(),
            };
            SparkError::plain(
                ErrorClass::SparkRuntime,
                format!(
                    "{text}: no server answers at {host}:{port}. A socket source needs one that is there first: `caudal feed {port}` or `nc -lk {port}`."
                ),
            )
        };
        let stream = TcpStream::connect((host.as_str(), *port)).map_err(failed)?;
        let reader = stream.try_clone().map_err(failed)?;
        let (shared, clock) = (Arc::clone(&self.shared), Arc::clone(&self.clock));
        std::thread::Builder::new()
            .name("caudal-socket".into())
            .spawn(move || take_lines(reader, &shared, clock.as_ref()))
            .map_err(failed)?;
        self.connection = Some(stream);
        Ok(())
    }
}

impl Drop for SocketSource {
    fn drop(&mut self) {
        self.shared.lines.lock().closed = true;
        self.shared.room.notify_all();
        if let Some(stream) = &self.connection {
            // It may be closed already; then there is nothing to end.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Reads until the input ends, fails or the source is gone. A broken connection ends the
/// input, and no query.
fn take_lines(mut stream: TcpStream, shared: &Shared, clock: &dyn Clock) {
    let mut splitter = Splitter::default();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        let mut texts = Vec::new();
        match count {
            0 => texts.extend(splitter.rest()),
            _ => splitter.push(&buffer[..count], &mut texts),
        }
        let micros = clock.now_millis() * 1000;
        let mut lines = shared.lines.lock();
        for text in texts {
            lines.bytes += text.len();
            lines.last += 1;
            lines.waiting.push_back(Line { text, micros });
        }
        while lines.bytes > MOST_WAITING && !lines.closed {
            shared.room.wait(&mut lines);
        }
        if count == 0 || lines.closed {
            return;
        }
    }
}

/// Cuts bytes into lines, which end in a line feed, a carriage return, or both.
#[derive(Default)]
struct Splitter {
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed next belongs to it.
    returned: bool,
}

impl Splitter {
    fn push(&mut self, bytes: &[u8], lines: &mut Vec<String>) {
        let mut from = 0;
        if self.returned && bytes.first() == Some(&b'\n') {
            from = 1;
        }
        self.returned = false;
        let mut rest = &bytes[from..];
        while let Some(end) = memchr::memchr2(b'\n', b'\r', rest) {
            self.line.extend_from_slice(&rest[..end]);
            lines.push(text_of(&std::mem::take(&mut self.line)));
            let mut next = end + 1;
            if rest[end] == b'\r' {
                match rest.get(next) {
                    Some(b'\n') => next += 1,
                    Some(_) => {}
                    None => self.returned = true,
                }
            }
            rest = &rest[next..];
        }
        self.line.extend_from_slice(rest);
    }

    /// What came after the last end of a line, when the input ends.
    fn rest(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        (!line.is_empty()).then(|| text_of(&line))
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn place(text: &str) -> Result<i64> {
    text.trim()
        .parse()
        .map_err(|_| SparkError::internal(format_args!("the socket offset {text} is no number")))
}

impl Source for SocketSource {
    fn description(&self) -> String {
        let SocketOptions { host, port, .. } = &self.options;
        format!("TextSocketV2[host: {host}, port: {port}]")
    }

    fn latest_offset(&mut self, start: Option<&str>, _: bool) -> Result<Option<String>> {
        let last = self.last.unwrap_or_else(|| self.shared.lines.lock().last);
        if let Some(start) = start.map(place).transpose()?
            && last < start
        {
            // A restart: what was read before is gone, and cannot be counted on from.
            self.connect()?;
            return Err(SparkError::plain(
                ErrorClass::SparkRuntime,
                format!(
                    "Offsets committed out of order: {start} followed by {last}\nA query over a socket cannot go on from its checkpoint: start it with another one."
                ),
            ));
        }
        Ok(Some(last.to_string()))
    }

    fn freeze(&mut self) -> Result<()> {
        self.last = Some(self.shared.lines.lock().last);
        Ok(())
    }

    fn read(&mut self, start: Option<&str>, end: &str) -> Result<Arc<dyn Reader>> {
        self.connect()?;
        let from = start.map_or(Ok(-1), place)?;
        let to = place(end)?;
        let lines = self.shared.lines.lock();
        let skipped = (from - lines.committed).max(0) as usize;
        let count = (to - from).max(0) as usize;
        let taken = lines.waiting.iter().skip(skipped).take(count);
        let times = TimestampMicrosecondArray::from_iter_values(taken.clone().map(|l| l.micros));
        let values = StringArray::from_iter_values(taken.map(|line| line.text.as_str()));
        let mut columns: Vec<ArrayRef> = vec![Arc::new(values)];
        if let Some(field) = self.schema.fields().get(1) {
            columns.push(Arc::new(times.with_data_type(field.data_type().clone())));
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        Ok(Arc::new(Taken(batch.map_err(SparkError::internal)?)))
    }

    fn commit(&mut self, end: &str) -> Result<()> {
        let end = place(end)?;
        let mut lines = self.shared.lines.lock();
        let over = (end - lines.committed).max(0) as usize;
        let over = over.min(lines.waiting.len());
        let bytes: usize = lines
            .waiting
            .drain(..over)
            .map(|line| line.text.len())
            .sum();
        lines.bytes -= bytes;
        lines.committed = end;
        self.shared.room.notify_all();
        Ok(())
    }
}

struct Taken(RecordBatch);

impl Reader for Taken {
    fn open(&self, columns: &[usize]) -> Result<Batches> {
        Ok(Box::new(std::iter::once(project(&self.0, columns))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&[u8]]) -> (Vec<String>, Option<String>) {
        let (mut splitter, mut lines) = (Splitter::default(), Vec::new());
        for piece in pieces {
            splitter.push(piece, &mut lines);
        }
        let rest = splitter.rest();
        (lines, rest)
    }

    #[test]
    fn lines_end_in_any_of_three_ways_wherever_the_input_is_cut() {
        let whole = b"a\r\nb\rc\n\nd";
        let expected = ["a", "b", "c", ""].map(String::from).to_vec();
        for at in 0..=whole.len() {
            let (lines, rest) = cut(&[&whole[..at], &whole[at..]]);
            assert_eq!(lines, expected, "cut at {at}");
            assert_eq!(rest.as_deref(), Some("d"));
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_marked() {
        let (lines, rest) = cut(&["ñ".as_bytes(), b"\xff\n"]);
        assert_eq!(lines, ["ñ\u{fffd}"]);
        assert_eq!(rest, None);
    }
}
