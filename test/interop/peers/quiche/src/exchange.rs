//! Requests and answers on the streams of one connection.

use boring::sha::Sha256;
use quiche::{Connection, Error};
use std::collections::HashMap;

const PERIOD: usize = 65_521;
const PIECE_OCTETS: usize = 65_536;
const LINE_MAX_OCTETS: usize = 32;

/// The content from its beginning, a period and a piece of it.
pub struct Content(Vec<u8>);

impl Content {
    pub fn new() -> Content {
        let octet = |at: usize| (at * 167 + (at >> 8) * 13) as u8;
        Content((0..PERIOD + PIECE_OCTETS).map(|at| octet(at % PERIOD)).collect())
    }

    fn piece(&self, offset: usize, octets: usize) -> &[u8] {
        let start = offset % PERIOD;
        &self.0[start..start + octets.min(PIECE_OCTETS)]
    }

    /// SHA-256 of its first octets, hexadecimal.
    pub fn hash(&self, octets: usize) -> String {
        let mut hash = Sha256::new();
        let mut at = 0;
        while at < octets {
            let piece = self.piece(at, octets - at);
            hash.update(piece);
            at += piece.len();
        }
        hex(&hash.finish())
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A line or a hash, then content, then the end.
struct Sending {
    text: Vec<u8>,
    content: usize,
    sent: usize,
}

/// What came behind a request's line, or all of an answer.
struct Receiving {
    line: Option<Vec<u8>>,
    first: Vec<u8>,
    octets: usize,
    hash: Sha256,
}

/// What came on a stream, whole.
pub struct Received {
    pub octets: usize,
    pub hash: String,
    /// Its first octets.
    pub first: Vec<u8>,
}

pub struct Exchange {
    is_server: bool,
    sending: HashMap<u64, Sending>,
    receiving: HashMap<u64, Receiving>,
    /// Answers that a client has whole.
    pub answers: HashMap<u64, Received>,
    buffer: Vec<u8>,
}

impl Exchange {
    pub fn new(is_server: bool) -> Exchange {
        let buffer = vec![0; PIECE_OCTETS];
        Exchange { is_server, sending: HashMap::new(), receiving: HashMap::new(), answers: HashMap::new(), buffer }
    }

    /// Begins to send a text and behind it so many octets of the content.
    pub fn send(&mut self, stream: u64, text: Vec<u8>, content: usize) {
        self.sending.insert(stream, Sending { text, content, sent: 0 });
    }

    /// Reads what came, answers it, and writes what there is room for.
    pub fn progress(&mut self, connection: &mut Connection, content: &Content) {
        let readable: Vec<u64> = connection.readable().collect();
        for stream in readable {
            self.read(connection, stream);
        }
        self.sending.retain(|stream, sending| !write(connection, *stream, sending, content));
        if self.is_server {
            while let Ok(length) = connection.dgram_recv(&mut self.buffer) {
                let _ = connection.dgram_send(&self.buffer[..length]);
            }
        }
    }

    fn read(&mut self, connection: &mut Connection, stream: u64) {
        let is_server = self.is_server;
        let receiving = self.receiving.entry(stream).or_insert_with(|| Receiving {
            line: is_server.then(Vec::new),
            first: Vec::new(),
            octets: 0,
            hash: Sha256::new(),
        });
        while let Ok((length, is_end)) = connection.stream_recv(stream, &mut self.buffer) {
            receiving.take(&self.buffer[..length]);
            if is_end {
                let whole = self.receiving.remove(&stream).expect("it was there");
                return self.finish(stream, whole);
            }
        }
    }

    fn finish(&mut self, stream: u64, whole: Receiving) {
        let hash = hex(&whole.hash.finish());
        let Some(line) = whole.line else {
            self.answers.insert(stream, Received { octets: whole.octets, hash, first: whole.first });
            return;
        };
        let line = String::from_utf8_lossy(&line).into_owned();
        match line.trim_end().split_once(' ') {
            Some(("get", octets)) => self.send(stream, Vec::new(), octets.parse().unwrap_or(0)),
            _ => self.send(stream, hash.into_bytes(), 0),
        }
    }
}

impl Receiving {
    fn take(&mut self, octets: &[u8]) {
        let mut rest = octets;
        if let Some(line) = self.line.as_mut().filter(|line| line.last() != Some(&b'\n')) {
            let end = rest.iter().position(|octet| *octet == b'\n').map_or(rest.len(), |at| at + 1);
            line.extend_from_slice(&rest[..end.min(LINE_MAX_OCTETS)]);
            rest = &rest[end..];
        }
        if self.first.len() < 64 {
            self.first.extend_from_slice(&rest[..rest.len().min(64)]);
        }
        self.octets += rest.len();
        self.hash.update(rest);
    }
}

/// Writes what there is room for; true when nothing is left to send.
fn write(connection: &mut Connection, stream: u64, sending: &mut Sending, content: &Content) -> bool {
    loop {
        let text = sending.text.len();
        let whole = text + sending.content;
        let piece = match sending.sent < text {
            true => &sending.text[sending.sent..],
            false => content.piece(sending.sent - text, whole - sending.sent),
        };
        let is_last = sending.sent + piece.len() == whole;
        match connection.stream_send(stream, piece, is_last) {
            Ok(written) if written == piece.len() && is_last => return true,
            Ok(written) if written < piece.len() => {
                sending.sent += written;
                return false;
            }
            Ok(written) => sending.sent += written,
            Err(Error::Done | Error::StreamLimit) => return false,
            Err(_) => return true,
        }
    }
}
