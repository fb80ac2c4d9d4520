//! What both ends tell each other, and the server's certificate.

use crate::{Failure, PROTOCOL};
use boring::asn1::Asn1Time;
use boring::bn::BigNum;
use boring::ec::{EcGroup, EcKey};
use boring::hash::MessageDigest;
use boring::nid::Nid;
use boring::pkey::PKey;
use boring::ssl::{SslContextBuilder, SslMethod};
use boring::x509::{X509Name, X509};

pub const ID_OCTETS: usize = 8;
/// What we tell as max_udp_payload_size: less than the tests' engine would send of itself.
pub const DATAGRAM_MAX_OCTETS: usize = 1400;
const SIGNATURES: &str = "ed25519:ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256";
/// A chain of so many is longer than a server may send unasked.
const LARGE_CHAIN: usize = 20;

/// A random connection id.
pub fn random_id() -> Result<[u8; ID_OCTETS], Failure> {
    let mut id = [0; ID_OCTETS];
    boring::rand::rand_bytes(&mut id)?;
    Ok(id)
}

pub fn of_client(version: u32) -> Result<quiche::Config, Failure> {
    // BoringSSL does not ask for Ed25519, which nodes sign with, of itself.
    let mut context = SslContextBuilder::new(SslMethod::tls())?;
    context.set_sigalgs_list(SIGNATURES)?;
    let mut config = quiche::Config::with_boring_ssl_ctx_builder(version, context)?;
    config.verify_peer(false);
    set_transport(&mut config)?;
    Ok(config)
}

pub fn of_server(is_large: bool) -> Result<quiche::Config, Failure> {
    let key = PKey::from_ec_key(EcKey::generate(&*EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?)?)?;
    let mut name = X509Name::builder()?;
    name.append_entry_by_text("CN", "localhost")?;
    let name = name.build();
    let mut certificate = X509::builder()?;
    certificate.set_version(2)?;
    let serial = BigNum::from_u32(1)?.to_asn1_integer()?;
    certificate.set_serial_number(&serial)?;
    certificate.set_subject_name(&name)?;
    certificate.set_issuer_name(&name)?;
    certificate.set_pubkey(&key)?;
    certificate.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    certificate.set_not_after(&*Asn1Time::days_from_now(30)?)?;
    certificate.sign(&key, MessageDigest::sha256())?;
    let certificate = certificate.build();

    let mut context = SslContextBuilder::new(SslMethod::tls())?;
    context.set_certificate(&certificate)?;
    context.set_private_key(&key)?;
    for _ in 1..if is_large { LARGE_CHAIN } else { 1 } {
        context.add_extra_chain_cert(certificate.clone())?;
    }
    let mut config = quiche::Config::with_boring_ssl_ctx_builder(quiche::PROTOCOL_VERSION, context)?;
    set_transport(&mut config)?;
    Ok(config)
}

fn set_transport(config: &mut quiche::Config) -> Result<(), Failure> {
    config.set_application_protos(&[PROTOCOL])?;
    config.set_max_idle_timeout(100_000);
    config.set_max_recv_udp_payload_size(DATAGRAM_MAX_OCTETS);
    config.set_max_send_udp_payload_size(DATAGRAM_MAX_OCTETS);
    config.set_initial_max_data(16 << 20);
    config.set_initial_max_stream_data_bidi_local(8 << 20);
    config.set_initial_max_stream_data_bidi_remote(8 << 20);
    config.set_initial_max_streams_bidi(100);
    config.set_disable_active_migration(true);
    config.enable_dgram(true, 100, 100);
    Ok(())
}
