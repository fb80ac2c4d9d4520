/** Ids, keys and certificates without the engine: for whoever has to do with identities, and not with QUIC. */
export { createDelegatedCertificate, type DelegatedCertificateOptions } from "./delegated-certificate.ts";
export { createIdentity, type Identity, sign, type Verifier, verify } from "./identity.ts";
export { encodeNodeId, parseNodeId } from "./node-id.ts";
