/**
 * How this machine looks names up, as its C library would read it from resolv.conf(5) and nsswitch.conf(5): the domains
 * that a short name is tried in, and whether anything but files and DNS knows names here.
 */
import { hostname } from "node:os";
import { WatchedText } from "./watched-text.ts";

/** How names are looked up. */
export interface NameServices {
  /** Domains in lower case, without the dot of the root, in order. */
  readonly search: readonly string[];
  /** A name with this many dots is tried as it is before it is searched for. */
  readonly ndots: number;
  /** Something that only the C library can ask: mDNS, systemd, NIS, a directory. */
  readonly hasOthers: boolean;
}

/** Where the settings stand. */
export interface NameServiceFiles {
  /** @default /etc/resolv.conf */
  readonly resolvConf?: string;
  /** @default /etc/nsswitch.conf */
  readonly nsswitchConf?: string;
}

const FILE_MAX_OCTETS = 65_536;
/** More than these are not tried: each costs two queries. */
const SEARCH_DOMAINS_MAX = 32;
const NDOTS_MAX = 15;
const ASKED_HERE = new Set(["files", "dns"]);

/** The settings of this machine, read again when they change. */
export class MachineNameServices {
  readonly #resolvConf: WatchedText<Omit<NameServices, "hasOthers">>;
  readonly #nsswitchConf: WatchedText<boolean>;

  constructor(files: NameServiceFiles = {}) {
    const { resolvConf = "/etc/resolv.conf", nsswitchConf = "/etc/nsswitch.conf" } = files;
    this.#resolvConf = new WatchedText(resolvConf, FILE_MAX_OCTETS, (text) => parseResolvConf(text, process.env));
    this.#nsswitchConf = new WatchedText(nsswitchConf, FILE_MAX_OCTETS, hasOtherServices);
  }

  /** The settings at `now`. Never rejects. */
  async at(now: number): Promise<NameServices> {
    const [{ search, ndots }, hasOthers] = await Promise.all([this.#resolvConf.at(now), this.#nsswitchConf.at(now)]);
    // Other systems keep no such file: their library knows.
    return { search, ndots, hasOthers: hasOthers || process.platform !== "linux" };
  }
}

/**
 * The names to ask for in turn for one that a client gave, as resolv.conf(5) says: in the search domains first when it
 * has fewer dots than `ndots`, else as it is first; with a dot at its end only as it is.
 *
 * @param name in lower case
 */
export function candidatesOf(name: string, { search, ndots }: Pick<NameServices, "search" | "ndots">): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain}`);
  return name.split(".").length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

/** What resolv.conf and the environment say of searching. Unknown lines are skipped. */
export function parseResolvConf(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Pick<NameServices, "search" | "ndots"> {
  let search = [domainOfHost()];
  let options: string[] = [];
  for (const line of text.split("\n")) {
    const [key, ...words] = line.split(/[#;]/, 1)[0]!.trim().split(/\s+/);
    // The last of these lines counts.
    if (key === "search") search = words;
    else if (key === "domain") search = words.slice(0, 1);
    else if (key === "options") options = [...options, ...words];
  }
  const { LOCALDOMAIN, RES_OPTIONS } = environment;
  if (LOCALDOMAIN !== undefined) search = LOCALDOMAIN.trim().split(/\s+/);
  options = [...options, ...(RES_OPTIONS ?? "").split(/\s+/)];
  const domains = search.map((domain) => domain.toLowerCase().replace(/\.$/, "")).filter((domain) => domain !== "");
  return { search: domains.slice(0, SEARCH_DOMAINS_MAX), ndots: ndotsOf(options) };
}

/** Whether the `hosts` line of nsswitch.conf names more than files and DNS. */
export function hasOtherServices(text: string): boolean {
  const line = text.split("\n").find((one) => /^\s*hosts\s*:/.test(one));
  const services = (line?.split("#", 1)[0] ?? "").replace(/^\s*hosts\s*:/, "").replaceAll(/\[[^\]]*\]/g, " ");
  return services.split(/\s+/).some((service) => service !== "" && !ASKED_HERE.has(service));
}

function ndotsOf(options: readonly string[]): number {
  const said = options.flatMap((option) => /^ndots:(\d+)$/.exec(option)?.[1] ?? []).at(-1);
  return said === undefined ? 1 : Math.min(Number(said), NDOTS_MAX);
}

/** Without a `search` line the domain in this machine's own name is searched. */
function domainOfHost(): string {
  const [, ...labels] = hostname().split(".");
  return labels.join(".");
}
