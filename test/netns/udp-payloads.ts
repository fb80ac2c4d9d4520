/** Octets of the header in front of IP, by the capture's link-layer type: Ethernet, and Linux' own two for "any" device. */
const LINK_HEADER_OCTETS: Readonly<Record<number, number>> = { 1: 14, 113: 16, 276: 20 };
const LINK_TYPE_AT = 20;
const FILE_HEADER_OCTETS = 24;
const RECORD_HEADER_OCTETS = 16;
const RECORD_LENGTH_AT = 8;
const IPV4_AND_UDP_OCTETS = 28;

/** What the UDP datagrams of a capture carry; it holds nothing but UDP over IPv4 without options. */
export function udpPayloads(pcap: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(pcap.buffer, pcap.byteOffset, pcap.byteLength);
  const linkType = view.getUint32(LINK_TYPE_AT, true);
  const headers = LINK_HEADER_OCTETS[linkType];
  if (headers === undefined) throw new Error(`link-layer type ${linkType} is not known here: add it`);
  const payloads: Uint8Array[] = [];
  for (let at = FILE_HEADER_OCTETS; at < pcap.length;) {
    const from = at + RECORD_HEADER_OCTETS;
    const end = from + view.getUint32(at + RECORD_LENGTH_AT, true);
    payloads.push(pcap.subarray(from + headers + IPV4_AND_UDP_OCTETS, end));
    at = end;
  }
  return payloads;
}
