/** The shape of `services`: what this node publishes, whom it trusts to publish, and where records are kept. */
import { parseAuthority } from "@flor/inbounds";
import { parseWhoPattern, type WhoPattern } from "@flor/route";
import {
  labelsError,
  nameInNetworkError,
  networkNameError,
  parseServiceName,
  PRIORITY_MAX,
  protocolOfName,
  RECORDS_PER_NODE_MAX,
  sizeError,
  TAG_MAX_CHARACTERS,
  TAGS_MAX,
  WEIGHT_DEFAULT,
  WEIGHT_MAX,
} from "@flor/service";
import type { Destination } from "@flor/wire";
import { z } from "zod";
import { closed, hostAndPort, parsed, path } from "./schema-fields.ts";

const RULES_MAX = 1024;
const ENDPOINTS_MAX = 16;
/** Bounds of the times of a check, seconds. */
const CHECK_SECONDS_MAX = 3600;
const CHECK_SECONDS_MIN = 0.1;
/** A backend may have so many times the mean of open flows at most. */
const BOUNDED_LOAD_MIN = 1;
const BOUNDED_LOAD_MAX = 100;
const HTTP_STATUS = { min: 100, max: 599 } as const;

function checkedText(error: (text: string) => string | undefined): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const wrong = error(text);
    if (wrong !== undefined) context.addIssue(wrong);
  });
}

/** What a shape itself, not zod, says of an input that none of several shapes fits: the input is meant to have this one. */
function ownMessage(shape: z.ZodType, input: unknown): string | undefined {
  return shape.safeParse(input).error?.issues.find(({ code }) => code === "custom")?.message;
}

const oneLabel = checkedText((text) => (text.includes(".") ? `${text} has a dot` : labelsError(text)));
const network = checkedText(networkNameError).transform((text) => text.toLowerCase());

/** `db`, `*.prod` for every name under prod, or `*` for every name. */
const namePattern = checkedText((text) =>
  text === "*" ? undefined : labelsError(text.replace(/^\*\./, "")),
).transform((text) => text.toLowerCase());

/** `db`, or `dns/udp`. */
const publishedName = checkedText((text) => labelsError(protocolOfName(text).name)).transform((text) =>
  text.toLowerCase(),
);

/** `db.backup` */
const serviceName = checkedText((text) => {
  const read = parseServiceName(text);
  return "error" in read ? read.error : undefined;
}).transform((text) => text.toLowerCase());

const who = parsed(parseWhoPattern);

const target = hostAndPort("127.0.0.1:5432, unix: PATH or service: NAME.NETWORK");

const seconds = z.number().min(CHECK_SECONDS_MIN).max(CHECK_SECONDS_MAX);
const times = {
  interval: seconds.default(2),
  timeout: seconds.default(1),
  rise: z.int().min(1).max(100).default(2),
  fall: z.int().min(1).max(100).default(3),
};
const status = z.int().min(HTTP_STATUS.min).max(HTTP_STATUS.max);

const check = closed({
  http: z.string().startsWith("/", { error: 'is not the path of a page, such as "/health"' }).optional(),
  status: z.union([status, z.array(status).min(1).max(ENDPOINTS_MAX)]).optional(),
  command: z.array(z.string().min(1)).min(1).optional(),
  ...times,
}).superRefine(({ http, status, command }, context) => {
  if (http !== undefined && command !== undefined)
    context.addIssue("has both http and command; a check is one of them");
  if (http === undefined && status !== undefined) context.addIssue("has a status without http, which would give one");
});

const health = z.union([z.enum(["tcp", "none"]), check], {
  error: ({ input }) =>
    ownMessage(check, input) ??
    'is neither "tcp", "none" nor a check such as { http: /health } or { command: [./check.sh] }',
});

/** One entry of `services.publish`. */
export const publicationSchema: z.ZodType<PublicationShape> = closed({
  target: target.optional(),
  unix: path.optional(),
  service: serviceName.optional(),
  port: z.int().min(1).max(65_535).optional(),
  allow: z.array(who).min(1).max(RULES_MAX),
  deny: z.array(who).max(RULES_MAX).default([]),
  weight: z.int().min(0).max(WEIGHT_MAX).default(WEIGHT_DEFAULT),
  priority: z.int().min(0).max(PRIORITY_MAX).default(0),
  tags: z
    .array(checkedText((text) => (text.length > TAG_MAX_CHARACTERS ? `${text} is too long` : labelsError(text))))
    .max(TAGS_MAX)
    .default([]),
  tableSize: z
    .int()
    .superRefine((size, context) => {
      const wrong = sizeError(size);
      if (wrong !== undefined) context.addIssue(wrong);
    })
    .optional(),
  affinity: z.enum(["flow", "client", "node", "none"]).default("flow"),
  boundedLoad: z.number().min(BOUNDED_LOAD_MIN).max(BOUNDED_LOAD_MAX).optional(),
  health: health.optional(),
  proxyProtocol: z.literal(2).optional(),
}).superRefine(({ target: place, unix, service, proxyProtocol }, context) => {
  const given = [place, unix, service].filter((one) => one !== undefined);
  if (given.length !== 1)
    context.addIssue("needs exactly one of target: HOST:PORT, unix: PATH and service: NAME.NETWORK");
  if (service !== undefined && proxyProtocol !== undefined)
    context.addIssue("has proxyProtocol for a service of another network: set it where that service is published");
});

const etcdEndpoint = checkedText((text) =>
  parseAuthority(text) === undefined
    ? `${JSON.stringify(text)} is not a host and a port; write 10.0.0.1:2379, without http://`
    : undefined,
);

const etcd = closed({
  etcd: z.array(etcdEndpoint).min(1).max(ENDPOINTS_MAX),
  authority: path.optional(),
  certificate: path.optional(),
  key: path.optional(),
  snapshot: path.optional(),
});

const registry = z.union([z.literal("flood"), closed({ file: path }), etcd], {
  error: ({ input }) => ownMessage(etcd, input) ?? 'is neither "flood", { file: PATH } nor { etcd: [HOST:PORT, …] }',
});

const trust = z.record(namePattern, z.array(who).min(1).max(RULES_MAX)).default({});

/** `services` of the file. */
export const servicesSchema: z.ZodType<ServicesShape> = closed({
  network,
  zone: oneLabel.optional(),
  trust,
  others: z.record(network, closed({ trust })).default({}),
  registry: registry.default("flood"),
  publish: z
    .record(publishedName, publicationSchema)
    .default({})
    .superRefine((all, context) => {
      if (Object.keys(all).length > RECORDS_PER_NODE_MAX)
        context.addIssue(`has more than ${RECORDS_PER_NODE_MAX} services; a node publishes no more`);
    }),
}).superRefine(({ others, publish, trust: trusted, network: own }, context) => {
  if (own in others) context.addIssue(`names ${own} among its others, but that is its own network`);
  for (const [name, one] of Object.entries(publish)) {
    const wrong =
      nameInNetworkError(protocolOfName(name).name, own) ??
      publicationError(name, one) ??
      fallbackError(one, Object.keys(others));
    if (wrong !== undefined) context.addIssue({ code: "custom", path: ["publish", name], message: wrong });
  }
  const trusts = [{ of: own, path: ["trust"], names: trusted }].concat(
    Object.entries(others).map(([of, other]) => ({ of, path: ["others", of, "trust"], names: other.trust })),
  );
  for (const { of, path: place, names } of trusts)
    for (const name of Object.keys(names)) {
      const wrong = nameInNetworkError(name, of);
      if (wrong !== undefined) context.addIssue({ code: "custom", path: [...place, name], message: wrong });
    }
});

/** What is wrong with a publication under its name, or `undefined`. @param name `db`, or `dns/udp` */
export function publicationError(name: string, { unix, service, proxyProtocol }: PublicationShape): string | undefined {
  if (protocolOfName(name).protocol === "tcp") return undefined;
  if (unix !== undefined || service !== undefined) return "is a UDP service: its target can only be HOST:PORT";
  return proxyProtocol === undefined ? undefined : "is a UDP service: the PROXY protocol is for TCP";
}

/** Why this node cannot stand in for a service of another network, or `undefined`. @param others networks it knows */
export function fallbackError(
  { service }: Pick<PublicationShape, "service">,
  others: readonly string[],
): string | undefined {
  const network = service?.slice(service.lastIndexOf(".") + 1);
  if (network === undefined || others.includes(network)) return undefined;
  return `passes clients on to ${service}, and this node does not know ${network}: add it to services.others`;
}

/** `services`, its texts parsed and its defaults filled in. */
export interface ServicesShape {
  readonly network: string;
  readonly zone?: string | undefined;
  readonly trust: Readonly<Record<string, readonly WhoPattern[]>>;
  readonly others: Readonly<Record<string, { readonly trust: Readonly<Record<string, readonly WhoPattern[]>> }>>;
  readonly registry:
    | "flood"
    | { readonly file: string }
    | {
        readonly etcd: readonly string[];
        readonly authority?: string | undefined;
        readonly certificate?: string | undefined;
        readonly key?: string | undefined;
        readonly snapshot?: string | undefined;
      };
  readonly publish: Readonly<Record<string, PublicationShape>>;
}

/** One published service. */
export interface PublicationShape {
  readonly target?: Destination | undefined;
  readonly unix?: string | undefined;
  readonly service?: string | undefined;
  readonly port?: number | undefined;
  readonly allow: readonly WhoPattern[];
  readonly deny: readonly WhoPattern[];
  readonly weight: number;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly tableSize?: number | undefined;
  readonly affinity: "flow" | "client" | "node" | "none";
  readonly boundedLoad?: number | undefined;
  readonly health?: "tcp" | "none" | CheckShape | undefined;
  readonly proxyProtocol?: 2 | undefined;
}

/** How a target is checked; with neither `http` nor `command`, by a connection. */
export interface CheckShape {
  readonly http?: string | undefined;
  readonly status?: number | readonly number[] | undefined;
  readonly command?: readonly string[] | undefined;
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
}
