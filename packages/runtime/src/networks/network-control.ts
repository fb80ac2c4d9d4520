/** What the command line asks of a node's networks, of one that runs or, while none does, of its files. */
import { interfaceAddresses } from "@flor/host";
import type { Config } from "@flor/config";
import { INVITE_ADDRESSES_MAX, type InviteAddress, octetsOfHex, parseInviteAddress } from "@flor/membership";
import type { LinkStatus } from "@flor/node";
import { networkNamed } from "./kept-network.ts";
import type { InviteWish, Revoked } from "./network-issuer.ts";
import type { NetworkMembers } from "./network-members.ts";
import type { NetworkKeeper } from "./network-keeper.ts";

/** An invite, as the command line wants it. */
export interface InviteParams extends Omit<InviteWish, "addresses"> {
  /** `HOST:PORT` or `tcp:HOST:PORT`; none: those that the configuration says, or that the machine has. */
  readonly addresses: readonly string[];
}

/** An invite that was made. */
export interface MadeInvite {
  /** Secret. */
  readonly line: string;
  readonly network: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly addresses: readonly string[];
  /** The invite that was open for that name is void now. */
  readonly replaces: boolean;
  /** Why nobody can join now: no link listens at the addresses. */
  readonly trouble?: string;
}

/** What a link says of itself. */
export type InvitingLink = Pick<LinkStatus, "name" | "kind" | "state" | "lastError">;

/** See the head of this file. */
export interface NetworkControl {
  members(): readonly NetworkMembers[];
  invite(params: InviteParams): MadeInvite;
  revoke(params: { network?: string; member: string; reason: string }): Revoked;
  /** @param records hexadecimal digits each */
  add(params: { network?: string; records: readonly string[] }): void;
}

/** What a node that runs knows besides. */
interface RunningSight {
  /** By node key. */
  readonly isReachable: (key: string) => boolean;
  readonly links: () => readonly InvitingLink[];
}

/** The networks of a keeper. @param sight absent: the node does not run */
export function networkControlOf(
  keeper: NetworkKeeper,
  config: () => Pick<Config, "links" | "networks">,
  sight?: RunningSight,
): NetworkControl {
  return {
    members: () => keeper.members(sight?.isReachable),
    invite: ({ addresses: wanted, ...wish }) => {
      const { addresses: configured } = networkNamed(keeper.networks, wish.network).config;
      const addresses =
        wanted.length > 0
          ? wanted.map(addressOf)
          : (configured ?? ownAddresses(config().links).slice(0, INVITE_ADDRESSES_MAX));
      const issued = keeper.issuer.invite({ ...wish, addresses });
      const trouble = sight && troubleOf(addresses, sight.links());
      return { ...issued, addresses: addresses.map(addressText), ...(trouble !== undefined && { trouble }) };
    },
    revoke: (params) => keeper.issuer.revoke(params),
    add: ({ network, records }) => keeper.issuer.add(network, records.map(octetsOfHex)),
  };
}

/** Why none of the addresses leads to this node now, as far as its links tell; `undefined`: one may. */
export function troubleOf(addresses: readonly InviteAddress[], links: readonly InvitingLink[]): string | undefined {
  const doors = addresses.map(({ kind }) => links.filter((link) => link.kind === kind));
  // Where there is no such link, something else may take what comes there.
  if (doors.some((some) => some.length === 0 || some.some(({ state }) => state === "ready"))) return undefined;
  const texts = doors
    .flat()
    .map(({ name, lastError }) => `link ${name} does not listen${lastError ? `: ${lastError}` : ""}`);
  return [...new Set(texts)].join("; ");
}

function addressOf(text: string): InviteAddress {
  const address = parseInviteAddress(text);
  if ("problem" in address) throw new Error(address.problem);
  return address;
}

function addressText({ kind, address }: InviteAddress): string {
  return kind === "udp" ? address : `${kind}:${address}`;
}

/** Where links listen, as far as that says where this machine is reached. */
function ownAddresses(links: Config["links"]): readonly InviteAddress[] {
  return links.flatMap((link): readonly InviteAddress[] => {
    const listen = link.kind === "udp" || link.kind === "tcp" ? link.settings["listen"] : undefined;
    if (typeof listen !== "string") return [];
    const at = listen.lastIndexOf(":");
    const [host, port] = [listen.slice(0, at), listen.slice(at + 1)];
    const kind = link.kind === "tcp" ? "tcp" : "udp";
    if (port === "0") return [];
    if (host !== "0.0.0.0" && host !== "[::]") return [{ kind, address: listen }];
    return outerAddresses().map((address) => ({ kind, address: `${address}:${port}` }));
  });
}

/** IPv4 first: most people have it. @throws Error when the system does not tell */
function outerAddresses(): readonly string[] {
  const all = interfaceAddresses();
  if ("code" in all)
    throw new Error(`the addresses of this machine cannot be read (${all.code}): name one with --address`);
  const outer = all.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0);
  const texts = outer.map(({ family, address }) => (family === "IPv6" ? `[${address}]` : address));
  return texts.toSorted((a, b) => Number(a.startsWith("[")) - Number(b.startsWith("[")));
}
