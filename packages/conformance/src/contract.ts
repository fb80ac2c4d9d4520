/** The page that findings cite. */
export const CONTRACT = "proto/flor-io.md";

/** Where the contract says so: headings of {@link CONTRACT}. */
export const Section = {
  process: "1. The process",
  datagrams: "2. Datagrams",
  handshake: "3. Handshake",
  control: "4. Control messages",
  credit: "5. Credit",
  ports: "6. Ports and neighbours",
  liveness: "7. Liveness",
  end: "8. The end",
  against: "10. Against whom",
} as const;

/** A heading of the contract. */
export type Section = (typeof Section)[keyof typeof Section];
