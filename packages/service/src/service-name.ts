/** Names of services: `db.team` is the service `db` of the network `team` (RFC 1123 labels, folded to lower case). */

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DIGITS = /^\d+$/;
/** Maximum length of a whole name, characters, RFC 1035 section 2.3.4. */
const NAME_MAX = 253;

/** Networks with these names would hide names that programs expect elsewhere: RFC 6761, RFC 9476, and common practice. */
const RESERVED =
  "alt arpa example home internal invalid lan local localhost onion test com dev edu gov info int io mil net org app".split(
    " ",
  );

/** A name in its parts. */
export interface ServiceName {
  /** `db`, or `db.prod`. */
  readonly service: string;
  readonly network: string;
}

/** Why a name is refused. */
export type ServiceNameError = { readonly error: string };

/** Reads `db.team`. */
export function parseServiceName(text: string): ServiceName | ServiceNameError {
  const name = text.toLowerCase();
  const cut = name.lastIndexOf(".");
  if (cut <= 0) return { error: `${text} names no network: write SERVICE.NETWORK, such as db.team` };
  const service = name.slice(0, cut);
  const network = name.slice(cut + 1);
  const error = labelsError(service) ?? labelsError(network);
  if (error !== undefined) return { error };
  if (DIGITS.test(network)) return { error: `${text} looks like an address: a network's name is not of digits alone` };
  return name.length > NAME_MAX ? { error: `${text} is longer than ${NAME_MAX} characters` } : { service, network };
}

/** Why a network should not be called `network`, or `undefined`. */
export function networkNameError(network: string): string | undefined {
  const error = network.includes(".") ? `${network} has a dot: a network's name is one label` : labelsError(network);
  if (error !== undefined) return error;
  if (DIGITS.test(network))
    return `${network} is of digits alone: its names would look like addresses. Take another, such as team`;
  if (!RESERVED.includes(network.toLowerCase())) return undefined;
  return `${network} is a public or reserved top-level domain: programs would no longer reach its names. Take another, such as team`;
}

/** Why a service of `network` is not written so, or `undefined`: `db.team` in `team` is written `db`. */
export function nameInNetworkError(service: string, network: string): string | undefined {
  const own = `.${network}`;
  if (!service.endsWith(own)) return undefined;
  return `${service} ends with the name of its network, which is added by itself: write ${service.slice(0, -own.length)}`;
}

/** Why `labels`, joined by dots, are not a valid name, or `undefined`. */
export function labelsError(labels: string): string | undefined {
  const bad = labels
    .toLowerCase()
    .split(".")
    .find((label) => !LABEL.test(label));
  if (bad === undefined) return undefined;
  if (bad === "") return `${labels || "the name"} has an empty label`;
  if (/[^\u0020-\u007e]/.test(bad)) return `${bad} is not ASCII: write it as xn--… (Punycode)`;
  return `${bad} is no label: letters, digits and hyphens inside, 63 at most`;
}
