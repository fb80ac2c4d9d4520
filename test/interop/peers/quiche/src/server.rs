use crate::client::{is_over, too_long};
use crate::exchange::{Content, Exchange};
use crate::settings::{of_server, random_id, DATAGRAM_MAX_OCTETS, ID_OCTETS};
use crate::Failure;
use boring::hash::hmac_sha256;
use quiche::{Connection, ConnectionId, Header, RecvInfo, Type};
use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

const RETRY_WORD: &[u8] = b"flor";
const RESET_OCTETS: usize = 43;
const TOKEN_OCTETS: usize = 16;
const IDLE_WAIT: Duration = Duration::from_secs(1);
const LEAST_WAIT: Duration = Duration::from_micros(100);

struct Served {
    connection: Connection,
    exchange: Exchange,
}

struct Server {
    socket: UdpSocket,
    local: SocketAddr,
    config: quiche::Config,
    retries: bool,
    reset_key: Option<Vec<u8>>,
    served: Vec<Served>,
    /// By our id, and by the one that the client chose first.
    ids: HashMap<Vec<u8>, usize>,
    content: Content,
}

pub fn serve(port: u16, retries: bool, is_large: bool, reset_key: Option<&str>) -> Result<(), Failure> {
    let socket = UdpSocket::bind(("127.0.0.1", port))?;
    let local = socket.local_addr()?;
    let octet = |text: &str, at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16);
    let reset_key = match reset_key {
        Some(text) => Some((0..text.len() / 2).map(|at| octet(text, at)).collect::<Result<Vec<u8>, _>>()?),
        None => None,
    };
    println!("listening {}", local.port());
    let config = of_server(is_large)?;
    let (served, ids, content) = (Vec::new(), HashMap::new(), Content::new());
    let mut server = Server { socket, local, config, retries, reset_key, served, ids, content };
    let mut datagram = vec![0; 65_535];
    loop {
        server.turn(&mut datagram)?;
    }
}

impl Server {
    /// Waits for a datagram or a timer, takes all that came, and sends what is due.
    fn turn(&mut self, datagram: &mut [u8]) -> Result<(), Failure> {
        let next = self.served.iter().filter_map(|each| each.connection.timeout()).min().unwrap_or(IDLE_WAIT);
        self.socket.set_read_timeout(Some(next.clamp(LEAST_WAIT, IDLE_WAIT)))?;
        if self.receive(datagram)? {
            self.socket.set_nonblocking(true)?;
            while self.receive(datagram)? {}
            self.socket.set_nonblocking(false)?;
        }
        for Served { connection, exchange } in &mut self.served {
            if connection.is_closed() {
                continue;
            }
            connection.on_timeout();
            if connection.is_established() {
                exchange.progress(connection, &self.content);
            }
            let mut out = [0; DATAGRAM_MAX_OCTETS];
            while let Ok((length, info)) = connection.send(&mut out) {
                // What the system refuses is lost, as on any path.
                let _ = self.socket.send_to(&out[..length], info.to);
            }
        }
        Ok(())
    }

    fn receive(&mut self, datagram: &mut [u8]) -> Result<bool, Failure> {
        let (length, from) = match self.socket.recv_from(datagram) {
            Ok(received) => received,
            Err(error) if is_over(error.kind()) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        if length > DATAGRAM_MAX_OCTETS {
            return Err(too_long(length));
        }
        let octets = &mut datagram[..length];
        let Ok(header) = Header::from_slice(octets, ID_OCTETS) else {
            return Ok(true);
        };
        if let Some(at) = self.find(&header, length, from)? {
            let connection = &mut self.served[at].connection;
            // Of an error it tells its peer. One that began with a damaged packet would never take a whole one.
            let is_taken = connection.recv(octets, RecvInfo { from, to: self.local }).is_ok();
            if !is_taken && connection.stats().recv == 0 {
                self.ids.retain(|_, each| *each != at);
            }
        }
        Ok(true)
    }

    fn find(&mut self, header: &Header, length: usize, from: SocketAddr) -> Result<Option<usize>, Failure> {
        if let Some(at) = self.ids.get(header.dcid.as_ref()) {
            return Ok(Some(*at));
        }
        if header.ty == Type::Short {
            self.reset(header.dcid.as_ref(), length, from)?;
        }
        if header.ty != Type::Initial || length < 1200 {
            return Ok(None);
        }
        let mut out = [0; DATAGRAM_MAX_OCTETS];
        if !quiche::version_is_supported(header.version) {
            let length = quiche::negotiate_version(&header.scid, &header.dcid, &mut out)?;
            self.socket.send_to(&out[..length], from)?;
            return Ok(None);
        }
        let id = random_id()?;
        let token = header.token.as_deref().unwrap_or(&[]);
        if !self.retries {
            return self.accept(&id, None, header, from).map(Some);
        }
        if let Some(original) = token.strip_prefix(RETRY_WORD) {
            let original = original.to_vec();
            return self.accept(header.dcid.as_ref(), Some(&original), header, from).map(Some);
        }
        let token = [RETRY_WORD, header.dcid.as_ref()].concat();
        let source = ConnectionId::from_ref(&id);
        let length = quiche::retry(&header.scid, &header.dcid, &source, &token, header.version, &mut out)?;
        self.socket.send_to(&out[..length], from)?;
        Ok(None)
    }

    fn accept(
        &mut self,
        id: &[u8],
        original: Option<&[u8]>,
        header: &Header,
        from: SocketAddr,
    ) -> Result<usize, Failure> {
        if let Some(token) = self.reset_token(id)? {
            self.config.set_stateless_reset_token(Some(u128::from_be_bytes(token)));
        }
        let original = original.map(ConnectionId::from_ref);
        let id = ConnectionId::from_ref(id);
        let connection = quiche::accept(&id, original.as_ref(), self.local, from, &mut self.config)?;
        let at = self.served.len();
        self.served.push(Served { connection, exchange: Exchange::new(true) });
        self.ids.insert(id.as_ref().to_vec(), at);
        self.ids.insert(header.dcid.as_ref().to_vec(), at);
        Ok(at)
    }

    /// quiche leaves stateless resets to its application.
    fn reset(&self, id: &[u8], length: usize, to: SocketAddr) -> Result<(), Failure> {
        let Some(token) = self.reset_token(id)?.filter(|_| length > RESET_OCTETS) else {
            return Ok(());
        };
        let mut octets = [0; RESET_OCTETS];
        boring::rand::rand_bytes(&mut octets)?;
        octets[0] = 0x40 | (octets[0] & 0x3f);
        octets[RESET_OCTETS - TOKEN_OCTETS..].copy_from_slice(&token);
        self.socket.send_to(&octets, to)?;
        Ok(())
    }

    fn reset_token(&self, id: &[u8]) -> Result<Option<[u8; TOKEN_OCTETS]>, Failure> {
        let Some(key) = &self.reset_key else {
            return Ok(None);
        };
        let mac = hmac_sha256(key, id)?;
        Ok(Some(mac[..TOKEN_OCTETS].try_into()?))
    }
}
