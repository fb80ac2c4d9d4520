/** What this package uses of `@matrixai/quic` 2.0.9's `native/quiche.js`. Methods throw quiche's errors by name. */
declare const quiche: {
  Config: {
    withBoringSslCtx(
      verifyPeer: boolean,
      verifyAllowFail: boolean,
      ca: Uint8Array | null,
      key: Uint8Array[] | null,
      certificate: Uint8Array[] | null,
      signatureAlgorithms: string | null,
    ): Config;
  };
  Connection: {
    connect(name: string | null, source: Uint8Array, local: HostPort, remote: HostPort, config: Config): Connection;
    accept(
      source: Uint8Array,
      original: Uint8Array | undefined,
      local: HostPort,
      remote: HostPort,
      config: Config,
    ): Connection;
  };
  CongestionControlAlgorithm: { readonly BBR: number };
  Shutdown: { readonly Read: number; readonly Write: number };
  retry(
    source: Uint8Array,
    destination: Uint8Array,
    newSource: Uint8Array,
    token: Uint8Array,
    version: number,
    out: Uint8Array,
  ): number;
};
export default quiche;

export interface Config {
  grease(grease: boolean): void;
  setApplicationProtosWireFormat(protocols: Uint8Array): void;
  setMaxIdleTimeout(milliseconds: number): void;
  setMaxRecvUdpPayloadSize(octets: number): void;
  setMaxSendUdpPayloadSize(octets: number): void;
  setInitialMaxData(octets: number): void;
  setInitialMaxStreamDataBidiLocal(octets: number): void;
  setInitialMaxStreamDataBidiRemote(octets: number): void;
  setInitialMaxStreamsBidi(streams: number): void;
  setInitialMaxStreamsUni(streams: number): void;
  setMaxConnectionWindow(octets: number): void;
  setMaxStreamWindow(octets: number): void;
  setDisableActiveMigration(disabled: boolean): void;
  setCcAlgorithm(algorithm: number): void;
  enablePacing(enabled: boolean): void;
}

export interface Connection {
  recv(packet: Uint8Array, info: ReceiveInfo): number;
  /** `null`: nothing to send. */
  send(into: Uint8Array): [octets: number, info: object] | null;
  /** `null`: nothing to read. */
  streamRecv(stream: number, into: Uint8Array): [octets: number, fin: boolean] | null;
  /** `null`: blocked. */
  streamSend(stream: number, octets: Uint8Array, fin: boolean): number | null;
  streamShutdown(stream: number, direction: number, code: number): void;
  peerStreamsLeftBidi(): number;
  readable(): Iterable<number>;
  isReadable(): boolean;
  timeout(): number | null;
  onTimeout(): void;
  close(application: boolean, code: number, reason: Uint8Array): void;
  peerCertChain(): Uint8Array[] | null;
  isEstablished(): boolean;
  isDraining(): boolean;
  isClosed(): boolean;
  isTimedOut(): boolean;
  peerError(): ConnectionError | null;
  localError(): ConnectionError | null;
  pathStats(): PathStats[];
  sendAckEliciting(): void;
}

export interface HostPort {
  host: string;
  port: number;
}

export interface ReceiveInfo {
  from: HostPort;
  to: HostPort;
}

export interface ConnectionError {
  isApp: boolean;
  errorCode: number;
  reason: Uint8Array;
}

export interface PathStats {
  /** Milliseconds, whole; smoothed. */
  rtt: number;
  /** Octets. */
  cwnd: number;
  /** Octets a second, of the last acknowledgement. */
  deliveryRate: number;
  recv: number;
  sent: number;
  lost: number;
  sentBytes: number;
  recvBytes: number;
}
