/** The shapes of links that carry frames over programs and protocols which know nothing of flor. */
import { z } from "zod";
import { type Endpoint } from "./endpoint.ts";
import { closed, credential, endpoint, hello, name, path } from "./schema-fields.ts";

/** Octets of the longest frame on a stream: at least what a node asks of a port, at most what a bundle holds. */
const FRAME_MIN = 1280;
const FRAME_MAX = 61_432;

/** Keys whose values are addresses and ports. */
export const ENDPOINT_KEYS: readonly string[] = ["listen", "socks5"];
/** Keys whose values are paths. */
export const PATH_KEYS: readonly string[] = ["passwordFile", "certificate", "certificateKey"];

export type CarrierLinkShape = TcpLinkShape | ExecLinkShape | PtLinkShape | WebtransportLinkShape;

export interface TcpLinkShape {
  readonly kind: "tcp";
  readonly name: string;
  readonly hello?: number | undefined;
  readonly listen?: Endpoint | undefined;
  readonly socks5?: Endpoint | undefined;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly mtu: number;
}

export interface ExecLinkShape {
  readonly kind: "exec";
  readonly name: string;
  readonly hello?: number | undefined;
  readonly command?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly serve: boolean;
  readonly mtu: number;
}

export interface PtLinkShape {
  readonly kind: "pt";
  readonly name: string;
  readonly hello?: number | undefined;
  readonly command: readonly string[];
  readonly transport: string;
  readonly listen?: Endpoint | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly mtu: number;
}

export interface WebtransportLinkShape {
  readonly kind: "webtransport";
  readonly name: string;
  readonly hello?: number | undefined;
  readonly listen?: Endpoint | undefined;
  readonly path: string;
  readonly certificate?: string | undefined;
  readonly certificateKey?: string | undefined;
  readonly mtu: number;
}

const mtu = z.int().min(FRAME_MIN).max(FRAME_MAX).default(16_384);
const command = z.array(z.string().min(1)).min(1);
const texts = z.record(z.string(), z.string()).default({});

const tcp = closed({
  kind: z.literal("tcp"),
  name,
  hello,
  listen: endpoint.optional(),
  socks5: endpoint.optional(),
  user: credential().optional(),
  passwordFile: path.optional(),
  mtu,
})
  .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
    path: ["user"],
    error: "user and passwordFile belong together",
  })
  .refine(({ user, socks5 }) => user === undefined || socks5 !== undefined, {
    path: ["user"],
    error: "is for a proxy; name it by socks5",
  });

const exec = closed({
  kind: z.literal("exec"),
  name,
  hello,
  command: command.optional(),
  env: texts,
  serve: z.boolean().default(false),
  mtu,
}).refine(({ command: words, serve }) => words !== undefined || serve, {
  path: ["command"],
  error: "is missing; give a command, or serve: true for those who come by flor link serve",
});

/** A C identifier, as the specification of pluggable transports says. */
const transport = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "is not the name of a transport, e.g. obfs4" });

const pt = closed({
  kind: z.literal("pt"),
  name,
  hello,
  command,
  transport,
  listen: endpoint.optional(),
  options: texts,
  mtu,
});

const webtransport = closed({
  kind: z.literal("webtransport"),
  name,
  hello,
  listen: endpoint.optional(),
  path: z.string().startsWith("/", { error: 'must begin with "/"' }).default("/flor"),
  certificate: path.optional(),
  certificateKey: path.optional(),
  mtu,
}).refine(({ certificate, certificateKey }) => (certificate === undefined) === (certificateKey === undefined), {
  path: ["certificate"],
  error: "certificate and certificateKey belong together",
});

/** A schema that is told from others by its literal `kind`. */
type OfKind<Shape> = z.ZodType<Shape> & z.core.$ZodTypeDiscriminable;

/** One for each kind. */
export const carrierLinks: readonly [
  OfKind<TcpLinkShape>,
  OfKind<ExecLinkShape>,
  OfKind<PtLinkShape>,
  OfKind<WebtransportLinkShape>,
] = [tcp, exec, pt, webtransport];
