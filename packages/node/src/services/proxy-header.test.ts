import { expect, it } from "vitest";
import { proxyHeader } from "./proxy-header.ts";

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
const said = { service: "db.team", node: "laptop", user: "", port: 5432 };
const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
const TLVS = [0x02, 0, 7, ...ascii("db.team"), 0xe0, 0, 6, ...ascii("laptop")];

it("of an IPv4 client has its address, its port, and the port that it named (PROXY protocol 2, section 2.2)", () => {
  const client = { address: Uint8Array.of(192, 0, 2, 7), port: 40_000 };
  const addresses = [192, 0, 2, 7, 0, 0, 0, 0, 0x9c, 0x40, 0x15, 0x38];
  const length = addresses.length + TLVS.length;
  expect([...proxyHeader({ ...said, client })]).toEqual([...SIGNATURE, 0x21, 0x11, 0, length, ...addresses, ...TLVS]);
});

it("of an IPv6 client has 36 octets of addresses", () => {
  const address = Uint8Array.from({ length: 16 }, (_, at) => at);
  const header = proxyHeader({ ...said, client: { address, port: 1 } });
  expect([header[13], header[15], ...header.subarray(16, 32)]).toEqual([0x21, 36 + TLVS.length, ...address]);
});

it("of a client without an address has none, and of a user the name", () => {
  const header = proxyHeader({ ...said, client: undefined, user: "ä" });
  const tlvs = [...TLVS, 0xe1, 0, 2, 0xc3, 0xa4];
  expect([...header]).toEqual([...SIGNATURE, 0x21, 0x00, 0, tlvs.length, ...tlvs]);
});
