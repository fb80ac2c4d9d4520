/** Why a connection is closed before it became a flow; for logs and counters. */
export type Socks5CloseReason =
  /** The first octet is no version of SOCKS. */
  | "version-unsupported"
  /** SOCKS4 or 4a: the client has to be set to SOCKS5. */
  | "socks4-client"
  /** An HTTP request: the client took this port for an HTTP proxy or a web server. */
  | "http-client"
  /** A TLS handshake: the client took this port for an HTTPS proxy or server. */
  | "tls-client"
  /** The client offers no method that this listener takes. */
  | "method-not-acceptable"
  /** Something else than RFC 1929 credentials came where they were due, a request sent early included. */
  | "authentication-malformed"
  /** Unknown user or wrong password; which of the two is not told. */
  | "authentication-failed"
  /** The request does not begin with 05; credentials sent after NO AUTHENTICATION was chosen look like this. */
  | "request-version-unsupported"
  /** BIND, UDP ASSOCIATE over a Unix socket, or none of the RFC's. */
  | "command-not-supported"
  | "address-type-not-supported"
  | "domain-empty"
  /** The domain holds a control character, a space or a non-ASCII octet. */
  | "domain-malformed"
  | "port-zero";
