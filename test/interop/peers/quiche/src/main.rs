//! quiche as client and server of the interoperability tests; peers/README.md says what its arguments do.

mod client;
mod exchange;
mod server;
mod settings;

use std::error::Error;

pub const PROTOCOL: &[u8] = b"flor-interop";
pub type Failure = Box<dyn Error>;

fn option<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    let at = args.iter().position(|arg| arg == name)?;
    args.get(at + 1).map(String::as_str)
}

fn run(args: &[String]) -> Result<(), Failure> {
    let port = option(args, "--port").unwrap_or("0").parse()?;
    let has = |name: &str| args.iter().any(|arg| arg == name);
    match args.first().map(String::as_str) {
        Some("server") => server::serve(port, has("--retry"), has("--large-certificate"), option(args, "--reset-key")),
        Some("client") => {
            let rest: Vec<&str> = args[3..].iter().map(String::as_str).collect();
            let amount = rest.get(1).map_or(Ok(0), |text| text.parse())?;
            client::request(port, rest.first().copied().unwrap_or(""), amount)
        }
        _ => Err("say server or client".into()),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => println!("{{\"ok\":true}}"),
        Err(error) => {
            let text = error.to_string().replace('\\', "/").replace('"', "'").replace('\n', " ");
            println!("{{\"ok\":false,\"error\":\"{text}\"}}");
            std::process::exit(1);
        }
    }
}
