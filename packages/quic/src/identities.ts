/** Ids, keys and certificates without the engine: for whoever has to do with identities, and not with QUIC. */
export { createDelegatedCertificate, type DelegatedCertificateOptions } from "./delegated-certificate.ts";
export { createIdentity, type Identity } from "./identity.ts";
export { parseNodeId } from "./node-id.ts";
