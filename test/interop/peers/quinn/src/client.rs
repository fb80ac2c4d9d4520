use crate::{content, hash_of, transport, Failure, PROTOCOL};
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ClientConfig, Connection, ConnectionError, Endpoint};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature, CryptoProvider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use std::sync::Arc;
use std::time::Duration;

const ANSWER_MAX_OCTETS: usize = 200 << 20;

pub async fn request(port: u16, action: &str, amount: usize) -> Result<(), Failure> {
    let connections = if action == "connections" { amount } else { 1 };
    for _ in 0..connections {
        let mut endpoint = Endpoint::client("127.0.0.1:0".parse()?)?;
        endpoint.set_default_client_config(settings()?);
        let connection = endpoint.connect(([127, 0, 0, 1], port).into(), "localhost")?.await?;
        act(&connection, action, amount).await?;
        connection.close(0u32.into(), b"done");
        // Lets the close go out, and does not wait for the end of draining.
        let _ = tokio::time::timeout(Duration::from_millis(5), endpoint.wait_idle()).await;
    }
    Ok(())
}

fn settings() -> Result<ClientConfig, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut security = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    security.alpn_protocols = vec![PROTOCOL.to_vec()];
    let mut settings = ClientConfig::new(Arc::new(QuicClientConfig::try_from(security)?));
    settings.transport_config(transport());
    Ok(settings)
}

async fn act(connection: &Connection, action: &str, amount: usize) -> Result<(), Failure> {
    match action {
        "connections" => get(connection, 32).await,
        "get" => get(connection, amount).await,
        "put" => put(connection, amount).await,
        "streams" => streams(connection, amount).await,
        "key-update" => {
            for _ in 0..5 {
                get(connection, 32).await?;
                connection.force_key_update();
                get(connection, 32).await?;
            }
            Ok(())
        }
        "datagrams" => datagrams(connection, amount).await,
        "until-reset" => until_reset(connection).await,
        _ => Err(format!("quinn has no action {action}").into()),
    }
}

async fn ask(connection: &Connection, line: String, octets: &[u8]) -> Result<Vec<u8>, Failure> {
    let (mut sending, mut receiving) = connection.open_bi().await?;
    sending.write_all(line.as_bytes()).await?;
    sending.write_all(octets).await?;
    sending.finish()?;
    Ok(receiving.read_to_end(ANSWER_MAX_OCTETS).await?)
}

async fn get(connection: &Connection, octets: usize) -> Result<(), Failure> {
    let answer = ask(connection, format!("get {octets}\n"), &[]).await?;
    if answer != content(octets) {
        return Err(format!("got {} octets that are not the first {octets} of the content", answer.len()).into());
    }
    Ok(())
}

async fn put(connection: &Connection, octets: usize) -> Result<(), Failure> {
    let sent = content(octets);
    let answer = ask(connection, format!("put {octets}\n"), &sent).await?;
    if answer != hash_of(&sent).as_bytes() {
        return Err("the server hashed other octets".into());
    }
    Ok(())
}

async fn streams(connection: &Connection, count: usize) -> Result<(), Failure> {
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..count {
        let connection = connection.clone();
        requests.spawn(async move { get(&connection, 32).await });
    }
    while let Some(done) = requests.join_next().await {
        done??;
    }
    Ok(())
}

async fn datagrams(connection: &Connection, count: usize) -> Result<(), Failure> {
    for number in 0..count {
        let mut sent = format!("datagram {number} ").into_bytes();
        sent.resize(1000, b'.');
        connection.send_datagram(sent.clone().into())?;
        let answer = tokio::time::timeout(Duration::from_secs(5), connection.read_datagram()).await??;
        if answer != sent {
            return Err(format!("datagram {number} came back changed").into());
        }
    }
    Ok(())
}

async fn until_reset(connection: &Connection) -> Result<(), Failure> {
    loop {
        if let Err(error) = get(connection, 32).await {
            return match connection.close_reason() {
                Some(ConnectionError::Reset) => Ok(()),
                _ => Err(format!("ended otherwise: {error}").into()),
            };
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Takes any certificate whose owner signs the handshake.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
