import type { Config } from "@flor/config";
import type { DatagramRules } from "@flor/host";
import type { EgressPolicy, Who } from "@flor/route";
import { datagramRulesOf, egressPolicyOf } from "./node-settings.ts";
import { atOnce, type LivePart } from "./parts/live-part.ts";

/** The rules of a running node that are looked up with each flow, as they are now. */
export class LiveRules {
  /** The configuration whose routes count. */
  config: Config;
  /** What the node lets out by TCP. */
  policy: EgressPolicy;
  /** What the node lets out by UDP; `undefined`: nothing. */
  datagrams: DatagramRules | undefined;
  readonly #whoOf: (peer: string) => Who;

  constructor(config: Config, whoOf: (peer: string) => Who) {
    this.#whoOf = whoOf;
    this.config = config;
    this.policy = egressPolicyOf(config);
    this.datagrams = datagramRulesOf(config, whoOf);
  }

  /** How they follow the configuration. */
  get parts(): Readonly<Record<"routes" | "outbounds", LivePart>> {
    return {
      routes: atOnce((wanted) => void (this.config = wanted)),
      outbounds: atOnce((wanted) => {
        this.policy = egressPolicyOf(wanted);
        this.datagrams = datagramRulesOf(wanted, this.#whoOf);
      }),
    };
  }
}
