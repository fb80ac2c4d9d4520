/**
 * Where microsocks 1.0.3 does otherwise than the cases ask, by the name of the case, and why. That the suite sees
 * them shows that the suite can fail.
 */
export const microsocksDifferences: Readonly<Record<string, string>> = {
  "1: a greeting of version 0 is closed without an answer": "answers 05 FF to every version",
  "1: a greeting of version 6 is closed without an answer": "answers 05 FF to every version",
  "6: every split of a conversation makes the same flow": "takes each read for a whole message",
  "27: greeting and request in one segment": "throws away what follows a message in the same read",
  "28: greeting, credentials, request and 1 octets of payload in one segment: the payload arrives intact":
    "throws away what follows a message in the same read",
  "28: greeting, credentials, request and 1000 octets of payload in one segment: the payload arrives intact":
    "throws away what follows a message in the same read",
  "28: greeting, credentials, request and 60000 octets of payload in one segment: the payload arrives intact":
    "throws away what follows a message in the same read",
  "29: request and payload in one segment, after the negotiation":
    "throws away what follows a message in the same read",
  "31: 10 MB of payload that does not wait for the reply arrive intact":
    "throws away what follows a message in the same read",
  "15: a reserved octet other than 00 is not looked at": "answers 01",
  "23: the IPv6 literal [::1] inside a domain is reached": "hands names to getaddrinfo as they are",
  "23, 58: the spelling 127.1 of an address reaches nothing": "hands names to getaddrinfo as they are",
  "23, 58: the spelling 2130706433 of an address reaches nothing": "hands names to getaddrinfo as they are",
  "23, 58: the spelling 0x7f000001 of an address reaches nothing": "hands names to getaddrinfo as they are",
  "23, 58: the spelling 0177.0.0.1 of an address reaches nothing": "hands names to getaddrinfo as they are",
  "23, 58: the spelling 0 of an address reaches nothing": "hands names to getaddrinfo as they are",
  "35: a name that does not exist is 04, then closed": "answers 01",
  "39: after the client's FIN the target still sends 10 MB": "closes both directions when one ends",
  "40: after the target's FIN the client still sends 10 MB": "closes both directions when one ends",
  "40: a FIN that comes with the request ends the target's direction, after the payload":
    "throws away what follows a message in the same read",
  "41: a client's RST is a RST at the target": "closes with FIN",
  "41: a target's RST is a RST at the client": "closes with FIN",
  "41: a target's RST after the client's FIN is a RST at the client": "closes with FIN",
};

/** Where microsocks passes or not, as it happens. */
export const microsocksRaces: readonly string[] = [
  // It takes each read for a whole message: when it comes late to each, it is.
  "6: octets one by one make the same flow",
  // It closes both directions when it sees the first end, with RST when octets of the other direction wait.
  "39: 10 MB in each direction at once arrive intact",
  "42: both sides that end at once both see FIN",
];
