/** QUIC's cryptography by the OpenSSL inside Node. Import it lazily: the import loads koffi, and fails without OpenSSL 3.5. */
export { createOpensslProvider, type OpensslProviderOptions } from "./provider.ts";
