/** Ids, keys and certificates, for callers that need identities but not QUIC. */
export { createDelegatedCertificate, type DelegatedCertificateOptions } from "./delegated-certificate.ts";
export { createIdentity, type Identity, sign, type Verifier, verify } from "./identity.ts";
export { encodeNodeId, parseNodeId } from "./node-id.ts";
