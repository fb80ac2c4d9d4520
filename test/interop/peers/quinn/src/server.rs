use crate::{content, hash_of, transport, Failure, PROTOCOL};
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Connection, Endpoint, EndpointConfig, Incoming, RecvStream, SendStream, ServerConfig, TokioRuntime};
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use std::net::UdpSocket;
use std::sync::Arc;

const REQUEST_MAX_OCTETS: usize = 200 << 20;

pub async fn serve(port: u16, retry: bool, large: bool, reset_key: Option<&str>) -> Result<(), Failure> {
    let key = KeyPair::generate()?;
    let mut certificate = CertificateParams::new(vec!["localhost".to_owned()])?;
    if large {
        let extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 32473, 1], content(6000));
        certificate.custom_extensions.push(extension);
    }
    let chain = vec![certificate.self_signed(&key)?.into()];
    let secret = PrivateKeyDer::try_from(key.serialize_der())?;
    let mut security = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    security.alpn_protocols = vec![PROTOCOL.to_vec()];
    let mut settings = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(security)?));
    settings.transport_config(transport());

    let socket = UdpSocket::bind(("127.0.0.1", port))?;
    let listening = socket.local_addr()?.port();
    let endpoint = Endpoint::new(endpoint_config(reset_key)?, Some(settings), socket, Arc::new(TokioRuntime))?;
    println!("listening {listening}");
    while let Some(incoming) = endpoint.accept().await {
        if retry && !incoming.remote_address_validated() {
            incoming.retry().map_err(|_| "a Retry was refused")?;
        } else {
            tokio::spawn(answer_all(incoming));
        }
    }
    Ok(())
}

fn endpoint_config(reset_key: Option<&str>) -> Result<EndpointConfig, Failure> {
    let Some(text) = reset_key else {
        return Ok(EndpointConfig::default());
    };
    let octets: Result<Vec<u8>, _> =
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16)).collect();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &octets?);
    Ok(EndpointConfig::new(Arc::new(key)))
}

async fn answer_all(incoming: Incoming) -> Result<(), Failure> {
    let connection = incoming.await?;
    tokio::spawn(echo(connection.clone()));
    loop {
        let (sending, receiving) = connection.accept_bi().await?;
        tokio::spawn(answer(sending, receiving));
    }
}

async fn echo(connection: Connection) -> Result<(), Failure> {
    loop {
        let octets = connection.read_datagram().await?;
        connection.send_datagram(octets)?;
    }
}

async fn answer(mut sending: SendStream, mut receiving: RecvStream) -> Result<(), Failure> {
    let request = receiving.read_to_end(REQUEST_MAX_OCTETS).await?;
    let end = request.iter().position(|octet| *octet == b'\n').ok_or("a request without a line")?;
    let line = std::str::from_utf8(&request[..end])?;
    let (verb, octets) = line.split_once(' ').ok_or("a request without octets")?;
    if verb == "get" {
        sending.write_all(&content(octets.parse()?)).await?;
    } else {
        sending.write_all(hash_of(&request[end + 1..]).as_bytes()).await?;
    }
    sending.finish()?;
    Ok(())
}
