//! quinn as client and server of the interoperability tests; peers/README.md says what its arguments do.

mod client;
mod server;

use quinn::{IdleTimeout, TransportConfig, VarInt};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

pub const PROTOCOL: &[u8] = b"flor-interop";
pub type Failure = Box<dyn Error + Send + Sync>;

const PERIOD: usize = 65_521;

/// The first octets of what servers answer.
pub fn content(octets: usize) -> Vec<u8> {
    (0..octets)
        .map(|at| at % PERIOD)
        .map(|at| (at * 167 + (at >> 8) * 13) as u8)
        .collect()
}

pub fn hash_of(octets: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, octets);
    digest.as_ref().iter().map(|octet| format!("{octet:02x}")).collect()
}

pub fn transport() -> Arc<TransportConfig> {
    let mut transport = TransportConfig::default();
    transport.max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(100_000))));
    transport.initial_rtt(Duration::from_millis(100));
    transport.stream_receive_window(VarInt::from_u32(8 << 20));
    transport.receive_window(VarInt::from_u32(16 << 20));
    Arc::new(transport)
}

fn option<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    let at = args.iter().position(|arg| arg == name)?;
    args.get(at + 1).map(String::as_str)
}

async fn run(args: &[String]) -> Result<(), Failure> {
    let port = option(args, "--port").unwrap_or("0").parse()?;
    let has = |name: &str| args.iter().any(|arg| arg == name);
    match args.first().map(String::as_str) {
        Some("server") => {
            server::serve(port, has("--retry"), has("--large-certificate"), option(args, "--reset-key")).await
        }
        Some("client") => {
            let rest: Vec<&str> = args[3..].iter().map(String::as_str).collect();
            let amount = rest.get(1).map_or(Ok(0), |text| text.parse())?;
            client::request(port, rest.first().copied().unwrap_or(""), amount).await
        }
        _ => Err("say server or client".into()),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args).await {
        Ok(()) => println!("{{\"ok\":true}}"),
        Err(error) => {
            let text = error.to_string().replace('\\', "/").replace('"', "'").replace('\n', " ");
            println!("{{\"ok\":false,\"error\":\"{text}\"}}");
            std::process::exit(1);
        }
    }
}
