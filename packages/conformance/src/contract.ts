/** The headings of proto/flor-io.md that findings cite. */
export const CONTRACT = "proto/flor-io.md";

/** Where the contract says so: a heading of {@link CONTRACT}. */
export const Section = {
  start: "Start",
  output: "Output and exit codes",
  end: "End",
  datagram: "Datagram",
  frame: "Frame",
  handshake: "Handshake",
  mac: "MAC",
  control: "Control messages",
  state: "State",
  ports: "Ports and neighbours",
  credit: "Credit",
  liveness: "Liveness",
  mtu: "MTU",
  security: "Who may speak",
} as const;

/** A heading of the contract. */
export type Section = (typeof Section)[keyof typeof Section];
