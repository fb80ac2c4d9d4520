use crate::exchange::{Content, Exchange, Received};
use crate::settings::{of_client, random_id, DATAGRAM_MAX_OCTETS};
use crate::Failure;
use quiche::{Connection, ConnectionId, RecvInfo};
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// A version that nobody speaks, RFC 9000 section 15.
const RESERVED_VERSION: u32 = 0xbaba_baba;
const DATAGRAM_ANSWER: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);
const NEVER: Duration = Duration::from_secs(3600);
/// quiche does not say when a stream is open to it again but by trying.
const STREAM_STEP: u64 = 4;

pub fn request(port: u16, action: &str, amount: usize) -> Result<(), Failure> {
    let connections = if action == "connections" { amount } else { 1 };
    let version = if action == "reserved-version" { RESERVED_VERSION } else { quiche::PROTOCOL_VERSION };
    for _ in 0..connections {
        let mut client = Client::open(port, version)?;
        client.act(action, amount)?;
        client.close()?;
    }
    Ok(())
}

struct Client {
    socket: UdpSocket,
    local: SocketAddr,
    connection: Connection,
    exchange: Exchange,
    content: Content,
    next_stream: u64,
    datagram: Vec<u8>,
}

impl Client {
    fn open(port: u16, version: u32) -> Result<Client, Failure> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        let local = socket.local_addr()?;
        let id = random_id()?;
        let peer = SocketAddr::from(([127, 0, 0, 1], port));
        let mut config = of_client(version)?;
        let connection = quiche::connect(Some("localhost"), &ConnectionId::from_ref(&id), local, peer, &mut config)?;
        let exchange = Exchange::new(false);
        let datagram = vec![0; 65_535];
        Ok(Client { socket, local, connection, exchange, content: Content::new(), next_stream: 0, datagram })
    }

    fn act(&mut self, action: &str, amount: usize) -> Result<(), Failure> {
        match action {
            "connections" | "reserved-version" => self.get(32),
            "get" => self.get(amount),
            "put" => self.put(amount),
            "streams" => self.streams(amount),
            "datagrams" => self.datagrams(amount),
            "until-reset" => self.until_reset(),
            _ => Err(format!("quiche has no action {action}").into()),
        }
    }

    fn get(&mut self, octets: usize) -> Result<(), Failure> {
        let answer = self.ask(format!("get {octets}\n"), 0)?;
        self.check(&answer, octets)
    }

    fn check(&self, answer: &Received, octets: usize) -> Result<(), Failure> {
        if answer.octets != octets || answer.hash != self.content.hash(octets) {
            return Err(format!("got {} octets that are not the first {octets} of the content", answer.octets).into());
        }
        Ok(())
    }

    fn put(&mut self, octets: usize) -> Result<(), Failure> {
        let answer = self.ask(format!("put {octets}\n"), octets)?;
        if answer.first != self.content.hash(octets).as_bytes() {
            return Err("the server hashed other octets".into());
        }
        Ok(())
    }

    fn streams(&mut self, count: usize) -> Result<(), Failure> {
        let mut opened = 0;
        let mut answered = 0;
        while answered < count {
            while opened < count && self.connection.is_established() && self.connection.peer_streams_left_bidi() > 0 {
                self.begin("get 32\n".to_owned(), 0)?;
                opened += 1;
            }
            self.step(NEVER)?;
            let answers: Vec<Received> = self.exchange.answers.drain().map(|(_, answer)| answer).collect();
            for answer in answers {
                self.check(&answer, 32)?;
                answered += 1;
            }
        }
        Ok(())
    }

    fn datagrams(&mut self, count: usize) -> Result<(), Failure> {
        self.establish()?;
        for number in 0..count {
            let mut sent = format!("datagram {number} ").into_bytes();
            sent.resize(1000, b'.');
            self.connection.dgram_send(&sent)?;
            let until = Instant::now() + DATAGRAM_ANSWER;
            let mut answer = vec![0; 2000];
            let length = loop {
                match self.connection.dgram_recv(&mut answer) {
                    Ok(length) => break length,
                    Err(_) if Instant::now() > until => return Err(format!("datagram {number} was lost").into()),
                    Err(_) => self.step(DATAGRAM_ANSWER)?,
                }
            };
            if answer[..length] != sent {
                return Err(format!("datagram {number} came back changed").into());
            }
        }
        Ok(())
    }

    fn until_reset(&mut self) -> Result<(), Failure> {
        loop {
            if let Err(error) = self.get(32).and_then(|()| self.pause()) {
                let is_silent = self.connection.peer_error().is_none() && self.connection.local_error().is_none();
                let is_reset = self.connection.is_closed() && !self.connection.is_timed_out() && is_silent;
                return if is_reset { Ok(()) } else { Err(format!("ended otherwise: {error}").into()) };
            }
        }
    }

    fn pause(&mut self) -> Result<(), Failure> {
        let until = Instant::now() + PAUSE;
        while Instant::now() < until {
            self.step(PAUSE)?;
        }
        Ok(())
    }

    fn establish(&mut self) -> Result<(), Failure> {
        while !self.connection.is_established() {
            self.step(NEVER)?;
        }
        Ok(())
    }

    fn begin(&mut self, line: String, content: usize) -> Result<u64, Failure> {
        let stream = self.next_stream;
        self.next_stream += STREAM_STEP;
        self.exchange.send(stream, line.into_bytes(), content);
        Ok(stream)
    }

    fn ask(&mut self, line: String, content: usize) -> Result<Received, Failure> {
        self.establish()?;
        let stream = self.begin(line, content)?;
        loop {
            if let Some(answer) = self.exchange.answers.remove(&stream) {
                return Ok(answer);
            }
            self.step(NEVER)?;
        }
    }

    /// Sends what is due, waits for a datagram or a timer, and takes what came.
    fn step(&mut self, longest: Duration) -> Result<(), Failure> {
        if self.connection.is_established() {
            self.exchange.progress(&mut self.connection, &self.content);
        }
        self.transmit()?;
        if self.connection.is_closed() {
            return Err(self.end().into());
        }
        let wait = self.connection.timeout().unwrap_or(NEVER).min(longest).max(Duration::from_micros(100));
        self.socket.set_read_timeout(Some(wait))?;
        if self.receive()? {
            self.socket.set_nonblocking(true)?;
            while self.receive()? {}
            self.socket.set_nonblocking(false)?;
        }
        self.connection.on_timeout();
        if self.connection.is_established() {
            self.exchange.progress(&mut self.connection, &self.content);
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<bool, Failure> {
        match self.socket.recv_from(&mut self.datagram) {
            Ok((length, _)) if length > DATAGRAM_MAX_OCTETS => Err(too_long(length)),
            Ok((length, from)) => {
                // Of an error it tells its peer.
                let _ = self.connection.recv(&mut self.datagram[..length], RecvInfo { from, to: self.local });
                Ok(true)
            }
            Err(error) if is_over(error.kind()) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Says goodbye in one datagram: while the handshake is not confirmed, a quiche that closes has no last one.
    fn close(&mut self) -> Result<(), Failure> {
        self.connection.close(true, 0, b"done").ok();
        let mut datagram = [0; DATAGRAM_MAX_OCTETS];
        if let Ok((length, info)) = self.connection.send(&mut datagram) {
            let _ = self.socket.send_to(&datagram[..length], info.to);
        }
        Ok(())
    }

    fn transmit(&mut self) -> Result<(), Failure> {
        let mut datagram = [0; DATAGRAM_MAX_OCTETS];
        while let Ok((length, info)) = self.connection.send(&mut datagram) {
            // What the system refuses is lost, as on any path.
            let _ = self.socket.send_to(&datagram[..length], info.to);
        }
        Ok(())
    }

    fn end(&self) -> String {
        let timed_out = if self.connection.is_timed_out() { ", timed out" } else { "" };
        format!(
            "the connection ended: peer {:?}, local {:?}{timed_out}",
            self.connection.peer_error(),
            self.connection.local_error()
        )
    }
}

/// Whether nothing is there to be read, or nobody listens for the moment.
pub fn is_over(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::ConnectionRefused | ErrorKind::Interrupted)
}

pub fn too_long(octets: usize) -> Failure {
    format!("a datagram of {octets} octets came, beyond our max_udp_payload_size of {DATAGRAM_MAX_OCTETS}").into()
}
