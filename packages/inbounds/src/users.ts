import type { Credentials } from "./socks5/credentials.ts";
import { CREDENTIAL_MAX_OCTETS } from "./socks5/rfc1929.ts";
import { encodeUtf8 } from "@flor/wire";

/** Users of one listener at most: each login is compared with all of them. */
export const USERS_MAX = 256;

/** One octet of length, then the octets, then zeros: all fields are compared over the same number of octets. */
const FIELD_OCTETS = 1 + CREDENTIAL_MAX_OCTETS;

interface User {
  readonly name: string;
  readonly nameField: Uint8Array;
  readonly passwordField: Uint8Array;
}

/** The users of a listener, made ready for comparison once and shared by its connections. */
export class Users {
  readonly #users: readonly User[];

  /**
   * @param passwords passwords by user name; both 1 to 255 octets as UTF-8, 1 to {@link USERS_MAX} users
   * @throws RangeError outside these bounds; the message never holds a password
   */
  constructor(passwords: ReadonlyMap<string, string>) {
    if (passwords.size === 0) throw new RangeError("no users: name one, or leave users out to let everybody in");
    if (passwords.size > USERS_MAX) throw new RangeError(`${passwords.size} users: at most ${USERS_MAX} are allowed`);
    this.#users = Array.from(passwords, ([name, password]) => ({
      name,
      nameField: fieldOf(encodeUtf8(name), `user name ${JSON.stringify(name)}`),
      passwordField: fieldOf(encodeUtf8(password), `password of user ${JSON.stringify(name)}`),
    }));
  }

  /**
   * The name of the user with these credentials, or `undefined`. Every login is compared with every user over all
   * octets, so that the time tells neither whether a name exists nor how much of a password is right.
   */
  authenticate(credentials: Credentials): string | undefined {
    const nameField = paddedField(credentials.name);
    const passwordField = paddedField(credentials.password);
    let found: string | undefined;
    for (const user of this.#users) {
      const difference = differenceOf(user.nameField, nameField) | differenceOf(user.passwordField, passwordField);
      found = difference === 0 ? user.name : found;
    }
    return found;
  }
}

function fieldOf(octets: Uint8Array, what: string): Uint8Array {
  if (octets.length === 0 || octets.length > CREDENTIAL_MAX_OCTETS)
    throw new RangeError(`${what} has ${octets.length} octets as UTF-8: 1 to ${CREDENTIAL_MAX_OCTETS} are allowed`);
  return paddedField(octets);
}

function paddedField(octets: Uint8Array): Uint8Array {
  const field = new Uint8Array(FIELD_OCTETS);
  field[0] = octets.length;
  field.set(octets, 1);
  return field;
}

function differenceOf(a: Uint8Array, b: Uint8Array): number {
  let difference = 0;
  for (let at = 0; at < FIELD_OCTETS; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference;
}
