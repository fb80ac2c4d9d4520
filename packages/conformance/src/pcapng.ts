/**
 * A capture of Flor IO datagrams for Wireshark: pcapng (draft-ietf-opsawg-pcapng section 4), little-endian, link type
 * USER0, one interface for each link process.
 */

/** LINKTYPE_USER0, reserved for private use. */
const LINK_TYPE = 147;
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 0x00000001;
const ENHANCED_PACKET = 0x00000006;
const OPTION_NAME = 2;
const OPTION_FLAGS = 2;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** epb_flags, bits 0 and 1. */
const DIRECTION = { in: 1, out: 2 } as const;

/** The header of a capture with interfaces of these names. */
export function captureHeader(interfaces: readonly string[]): Uint8Array {
  // Version 1.0; the length of the section is not known.
  const section = words([BYTE_ORDER_MAGIC, 0x0000_0001, 0xffffffff, 0xffffffff]);
  return join([block(SECTION_HEADER, section), ...interfaces.map(interfaceBlock)]);
}

/**
 * One datagram.
 *
 * @param direction "in": to the node
 * @param atMs wall-clock time in milliseconds
 */
export function packetBlock(
  interfaceId: number,
  direction: "in" | "out",
  atMs: number,
  datagram: Uint8Array,
): Uint8Array {
  const microseconds = BigInt(Math.round(atMs * 1000));
  const head = words([
    interfaceId,
    Number(microseconds >> 32n),
    Number(microseconds & 0xffffffffn),
    datagram.length,
    datagram.length,
  ]);
  const flags = option(OPTION_FLAGS, words([DIRECTION[direction]]));
  return block(ENHANCED_PACKET, join([head, padded(datagram), flags, endOfOptions()]));
}

function interfaceBlock(name: string): Uint8Array {
  const head = words([LINK_TYPE, 0]);
  return block(
    INTERFACE_DESCRIPTION,
    join([head, option(OPTION_NAME, new TextEncoder().encode(name)), endOfOptions()]),
  );
}

function block(type: number, body: Uint8Array): Uint8Array {
  const length = body.length + 12;
  return join([words([type, length]), body, words([length])]);
}

function option(code: number, value: Uint8Array): Uint8Array {
  return join([words([code | (value.length << 16)]), padded(value)]);
}

function endOfOptions(): Uint8Array {
  return words([0]);
}

function padded(octets: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(octets.length / 4) * 4);
  whole.set(octets);
  return whole;
}

function words(values: readonly number[]): Uint8Array {
  const octets = new Uint8Array(values.length * 4);
  const view = new DataView(octets.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return octets;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
