const LINE_FEED = 0x0a;
const QUESTION_MARK = 0x3f;

/** The octets of `text`, one per character; anything but printable ASCII and line feeds becomes `?`. Cut at `maxOctets`. */
export function encodeAscii(text: string, maxOctets: number = text.length): Uint8Array {
  const octets = new Uint8Array(Math.min(text.length, maxOctets));
  for (let at = 0; at < octets.length; at += 1) {
    const code = text.charCodeAt(at);
    octets[at] = isPrintable(code) || code === LINE_FEED ? code : QUESTION_MARK;
  }
  return octets;
}

/** The text of `octets`, written by a peer and read by people: anything but printable ASCII becomes `?`. Cut at `maxOctets`. */
export function decodeAscii(octets: Uint8Array, maxOctets: number): string {
  let text = "";
  for (const octet of octets.subarray(0, maxOctets))
    text += String.fromCharCode(isPrintable(octet) ? octet : QUESTION_MARK);
  return text;
}

function isPrintable(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}
