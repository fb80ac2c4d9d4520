import { encodeEnvelope, type Envelope } from "@flor/wire";

/** Field 99: varint 5. Field 1000: the octets "later". */
const UNKNOWN_FIELDS = [0x98, 0x06, 0x05, 0xc2, 0x3e, 0x05, 0x6c, 0x61, 0x74, 0x65, 0x72];
/** Below it are the delivery fields of an Envelope, from it on the messages. */
const FIRST_MESSAGE_FIELD = 10;
const LENGTH_DELIMITED = 2;

/** Encodes a message as a later version might: with fields that nobody knows yet, outside and inside. */
export function encodeWithUnknownFields(message: Envelope): Uint8Array {
  const octets = encodeEnvelope(message);
  const out: number[] = [];
  for (let at = 0; at < octets.length;) {
    const tag = readVarint(octets, at);
    const value = readVarint(octets, tag.end);
    const isNested = (tag.value & 7) === LENGTH_DELIMITED;
    const end = isNested ? value.end + value.value : value.end;
    if (isNested && tag.value >>> 3 >= FIRST_MESSAGE_FIELD) {
      const body = [...octets.subarray(value.end, end), ...UNKNOWN_FIELDS];
      out.push(...octets.subarray(at, tag.end), ...varint(body.length), ...body);
    } else out.push(...octets.subarray(at, end));
    at = end;
  }
  return Uint8Array.from([...out, ...UNKNOWN_FIELDS]);
}

function readVarint(octets: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, scale = 1; ; at += 1, scale *= 128) {
    const octet = octets[at] ?? 0;
    value += (octet & 0x7f) * scale;
    if (octet < 0x80) return { value, end: at + 1 };
  }
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))];
}
