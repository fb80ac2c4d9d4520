/**
 * OpenSSL's functions inside the Node binary, or in the library that a distribution's Node is linked with. Import this
 * file lazily: it loads koffi, and the import fails with an {@link OpensslUnusable} where a function is missing.
 *
 * Pointers cross as numbers: a user-space address has 48 bits, and a BigInt a call would be garbage in the data path.
 */
import koffi, { type LibraryHandle } from "koffi";

/** This Node cannot do QUIC; the message says what to do. */
export class OpensslUnusable extends Error {
  readonly code = "OPENSSL_UNUSABLE";

  constructor(symbol: string, version: string | undefined) {
    super(
      `this Node's OpenSSL ${version ?? "(none)"} lacks ${symbol}: flor needs OpenSSL 3.5 or later inside Node; ` +
        `use a Node for which "node -p process.versions.openssl" says so, such as Node 26 as nodejs.org builds it`,
    );
    this.name = "OpensslUnusable";
  }
}

/** Finds C functions by their declaration. */
export type Bind = (declaration: string) => ReturnType<LibraryHandle["func"]>;

/** A {@link Bind} that throws {@link OpensslUnusable} for what `path` lacks; `null` is this process. */
export function bindFrom(path: string | null): Bind {
  const library = koffi.load(path);
  return (declaration) => {
    try {
      return library.func(declaration);
    } catch {
      const symbol = /(\w+)\(/.exec(declaration)?.[1] ?? declaration;
      throw new OpensslUnusable(symbol, process.versions.openssl);
    }
  };
}

const bind = bindFrom(null);

/** An address, or 0 for NULL. */
export type Pointer = number;

// First, because OpenSSL has it from 3.5 on: what is missing is named by what it is for.
/** SSL_set_quic_tls_cbs(3): 1, or 0. */
export const setQuicCallbacks: (ssl: Pointer, dispatch: Pointer, argument: Pointer) => number = bind(
  "int SSL_set_quic_tls_cbs(uintptr_t, uintptr_t, uintptr_t)",
);
/** SSL_set_quic_tls_transport_params(3): 1, or 0; the octets must stay where they are. */
export const setTransportParameters: (ssl: Pointer, octets: Pointer, length: number) => number = bind(
  "int SSL_set_quic_tls_transport_params(uintptr_t, uintptr_t, size_t)",
);

/** EVP_CIPHER_fetch(3): a cipher that is never freed, or 0. */
export const fetchCipher: (context: Pointer, name: string, properties: null) => Pointer = bind(
  "uintptr_t EVP_CIPHER_fetch(uintptr_t, const char*, const char*)",
);
export const newCipherContext: () => Pointer = bind("uintptr_t EVP_CIPHER_CTX_new()");
export const freeCipherContext: (context: Pointer) => void = bind("void EVP_CIPHER_CTX_free(uintptr_t)");
/** EVP_CipherInit_ex(3); `encrypt` is 1, 0, or -1 to leave it. */
export const initCipher: (
  context: Pointer,
  cipher: Pointer,
  engine: Pointer,
  key: Pointer,
  nonce: Pointer,
  encrypt: number,
) => number = bind("int EVP_CipherInit_ex(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, int)");
/** EVP_CipherUpdate(3). */
export const updateCipher: (
  context: Pointer,
  into: Pointer,
  intoLength: Pointer,
  from: Pointer,
  length: number,
) => number = bind("int EVP_CipherUpdate(uintptr_t, uintptr_t, uintptr_t, uintptr_t, int)");
/** EVP_CipherFinal_ex(3): 1, or 0 when the tag is wrong. */
export const finishCipher: (context: Pointer, into: Pointer, intoLength: Pointer) => number = bind(
  "int EVP_CipherFinal_ex(uintptr_t, uintptr_t, uintptr_t)",
);
/** EVP_CIPHER_CTX_ctrl(3). */
export const controlCipher: (context: Pointer, command: number, length: number, octets: Pointer) => number = bind(
  "int EVP_CIPHER_CTX_ctrl(uintptr_t, int, int, uintptr_t)",
);
export const setPadding: (context: Pointer, padding: number) => number = bind(
  "int EVP_CIPHER_CTX_set_padding(uintptr_t, int)",
);
/** EVP_CIPHER_CTX_ctrl's commands, openssl/evp.h. */
export const AEAD_GET_TAG = 0x10;
export const AEAD_SET_TAG = 0x11;

export const clientMethod: () => Pointer = bind("uintptr_t TLS_client_method()");
export const serverMethod: () => Pointer = bind("uintptr_t TLS_server_method()");
export const newTlsContext: (method: Pointer) => Pointer = bind("uintptr_t SSL_CTX_new(uintptr_t)");
export const freeTlsContext: (context: Pointer) => void = bind("void SSL_CTX_free(uintptr_t)");
/** SSL_CTX_ctrl(3). */
export const controlTlsContext: (context: Pointer, command: number, value: number, octets: Pointer) => number = bind(
  "long SSL_CTX_ctrl(uintptr_t, int, long, uintptr_t)",
);
/** SSL_CTX_set_options(3): all that are set by now. */
export const setTlsOptions: (context: Pointer, options: number) => number = bind(
  "uint64_t SSL_CTX_set_options(uintptr_t, uint64_t)",
);
/** SSL_CTX_ctrl(3) with a string. */
export const controlTlsContextText: (context: Pointer, command: number, value: number, text: string) => number = bind(
  "long SSL_CTX_ctrl(uintptr_t, int, long, const char*)",
);
export const setCiphersuites: (context: Pointer, names: string) => number = bind(
  "int SSL_CTX_set_ciphersuites(uintptr_t, const char*)",
);
export const setTicketCount: (context: Pointer, count: number) => number = bind(
  "int SSL_CTX_set_num_tickets(uintptr_t, size_t)",
);
export const useCertificate: (context: Pointer, length: number, der: Pointer) => number = bind(
  "int SSL_CTX_use_certificate_ASN1(uintptr_t, int, uintptr_t)",
);
export const usePrivateKey: (context: Pointer, key: Pointer) => number = bind(
  "int SSL_CTX_use_PrivateKey(uintptr_t, uintptr_t)",
);
/** d2i_AutoPrivateKey(3): a key, or 0. */
export const parsePrivateKey: (into: Pointer, der: Pointer, length: number) => Pointer = bind(
  "uintptr_t d2i_AutoPrivateKey(uintptr_t, uintptr_t, long)",
);
export const freePrivateKey: (key: Pointer) => void = bind("void EVP_PKEY_free(uintptr_t)");
/** d2i_X509(3): a certificate, or 0. */
export const parseCertificate: (into: Pointer, der: Pointer, length: number) => Pointer = bind(
  "uintptr_t d2i_X509(uintptr_t, uintptr_t, long)",
);
export const setVerify: (context: Pointer, mode: number, callback: Pointer) => void = bind(
  "void SSL_CTX_set_verify(uintptr_t, int, uintptr_t)",
);
export const setVerifyCallback: (context: Pointer, callback: Pointer, argument: Pointer) => void = bind(
  "void SSL_CTX_set_cert_verify_callback(uintptr_t, uintptr_t, uintptr_t)",
);
export const setProtocolChoice: (context: Pointer, callback: Pointer, argument: Pointer) => void = bind(
  "void SSL_CTX_set_alpn_select_cb(uintptr_t, uintptr_t, uintptr_t)",
);

export const newTls: (context: Pointer) => Pointer = bind("uintptr_t SSL_new(uintptr_t)");
export const freeTls: (ssl: Pointer) => void = bind("void SSL_free(uintptr_t)");
export const setConnectState: (ssl: Pointer) => void = bind("void SSL_set_connect_state(uintptr_t)");
export const setAcceptState: (ssl: Pointer) => void = bind("void SSL_set_accept_state(uintptr_t)");
/** SSL_set_alpn_protos(3): 0 is success here. */
export const offerProtocols: (ssl: Pointer, octets: Pointer, length: number) => number = bind(
  "int SSL_set_alpn_protos(uintptr_t, uintptr_t, unsigned int)",
);
/** SSL_ctrl(3) with a string. */
export const controlTlsText: (ssl: Pointer, command: number, value: number, text: string) => number = bind(
  "long SSL_ctrl(uintptr_t, int, long, const char*)",
);
export const doHandshake: (ssl: Pointer) => number = bind("int SSL_do_handshake(uintptr_t)");
export const readTls: (ssl: Pointer, into: Pointer, length: number) => number = bind(
  "int SSL_read(uintptr_t, uintptr_t, int)",
);
export const tlsError: (ssl: Pointer, result: number) => number = bind("int SSL_get_error(uintptr_t, int)");
export const pendingCipher: (ssl: Pointer) => Pointer = bind("uintptr_t SSL_get_pending_cipher(uintptr_t)");
export const currentCipher: (ssl: Pointer) => Pointer = bind("uintptr_t SSL_get_current_cipher(uintptr_t)");
/** SSL_CIPHER_get_protocol_id(3): the number of RFC 8446 appendix B.4. */
export const cipherNumber: (cipher: Pointer) => number = bind("uint16_t SSL_CIPHER_get_protocol_id(uintptr_t)");
export const chosenProtocol: (ssl: Pointer, octets: Pointer, length: Pointer) => void = bind(
  "void SSL_get0_alpn_selected(uintptr_t, uintptr_t, uintptr_t)",
);
export const peerCertificate: (ssl: Pointer) => Pointer = bind("uintptr_t SSL_get0_peer_certificate(uintptr_t)");
/** i2d_X509(3): the octets written, or needed when `into` is 0. */
export const encodeCertificate: (certificate: Pointer, into: Pointer) => number = bind(
  "int i2d_X509(uintptr_t, uintptr_t)",
);
export const freeCertificate: (certificate: Pointer) => void = bind("void X509_free(uintptr_t)");

/** ERR_get_error(3): takes the oldest error, or 0. */
export const takeError: () => number = bind("unsigned long ERR_get_error()");
export const clearErrors: () => void = bind("void ERR_clear_error()");
/** ERR_reason_error_string(3): text, or null. */
export const reasonOfError: (error: number) => string | null = bind(
  "const char* ERR_reason_error_string(unsigned long)",
);

/** A C function that calls back; lives as long as the process. `name` must be new. */
export function callbackPointer(
  name: string,
  parameters: string,
  callback: (...values: readonly never[]) => number,
): Pointer {
  const prototype = koffi.proto(`int ${name}(${parameters})`);
  return Number(koffi.register(callback, koffi.pointer(prototype)));
}

/** memcpy(3), of the C library. */
const copy: (into: Pointer, from: Pointer, length: number) => Pointer = bind(
  "uintptr_t memcpy(uintptr_t, uintptr_t, size_t)",
);

/** Copies `length` octets from an address that C gave. `koffi.decode` would do, but loses 16 octets of memory a call. */
export function copyFrom(address: Pointer, length: number): Uint8Array {
  const buffer = new ArrayBuffer(length);
  if (length > 0) copy(addressOfBuffer(buffer), address, length);
  return new Uint8Array(buffer);
}

/** Writes a pointer or size_t to an address that C gave. */
export function writeWord(address: Pointer, value: number): void {
  koffi.encode(address, koffi.types.uint64, value);
}

/** Writes one octet to an address that C gave. */
export function writeOctet(address: Pointer, value: number): void {
  koffi.encode(address, koffi.types.uint8, value);
}

/** Where a buffer begins. It does not move while it is reachable and neither transferred nor resized. */
export function addressOfBuffer(buffer: ArrayBufferLike): Pointer {
  return Number(koffi.address(new Uint8Array(buffer)));
}
