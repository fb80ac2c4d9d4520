import type { WireSocket } from "@flor/host/datagram";
import type { Instant } from "@flor/machine";
import { viewOf } from "@flor/wire";
import type { PortTable } from "./port-table.ts";
import { ECHO, PROBE, PROBE_OCTETS, segmentField, writeProbe } from "./segment.ts";
import type { UdpPort } from "./udp-port.ts";

const DATAGRAM_MAX_OCTETS = 65_507;

/** Sends the probes of all ports, and answers those of neighbours, not of strangers, with an echo that is never longer. */
export class Probing {
  readonly #socket: WireSocket;
  readonly #ports: PortTable;
  readonly #octets = new Uint8Array(DATAGRAM_MAX_OCTETS);
  readonly #view = viewOf(this.#octets);

  constructor(socket: WireSocket, ports: PortTable) {
    this.#socket = socket;
    this.#ports = ports;
  }

  /** Takes the probe or echo at `at` of a neighbour's datagram. */
  handleProbe(port: UdpPort, view: DataView, at: number, end: number, now: Instant): void {
    if (end - at < PROBE_OCTETS || port.endpoint === undefined || port.isProvisional) return;
    const kind = view.getUint16(at + segmentField.offset);
    const nonce = view.getUint32(at + segmentField.slice);
    if (kind === PROBE) this.#send(port, ECHO, nonce, PROBE_OCTETS);
    else if (kind === ECHO && port.path.handleEcho(nonce, now)) this.#ports.announce(port);
  }

  /** Asks whether the neighbour is there: its echo is heard like all that it sends, and tells nothing of its path. */
  ask(port: UdpPort): void {
    this.#send(port, PROBE, 0, PROBE_OCTETS);
  }

  /** Sends what is due. */
  handleTimeout(now: Instant): void {
    for (const port of this.#ports.all) {
      if (port.endpoint === undefined || port.isProvisional) continue;
      if (port.path.handleTimeout(now)) this.#ports.announce(port);
      for (let probe = port.path.pollTransmit(); probe !== undefined; probe = port.path.pollTransmit())
        this.#send(port, PROBE, probe.nonce, probe.octets);
    }
  }

  #send({ endpoint, local }: UdpPort, kind: typeof PROBE | typeof ECHO, nonce: number, octets: number): void {
    if (endpoint === undefined) return;
    writeProbe(this.#view, kind, nonce, octets);
    this.#socket.gather(this.#octets, 0, octets);
    this.#socket.send(endpoint, octets, local);
  }
}
