/**
 * The key of a running node, and how another one takes its place: when its networks know the key in `KEY.new` as the node's
 * next, that moves into the place of the key file, and the node has it from that moment on. The key before is kept in
 * `KEY.old`, and peers may come in by it for as long as it is a member's.
 */
import { type Config, readKeyFile, replaceKeyFile } from "@flor/config";
import { agree, createSigner, type Log, verifySignature } from "@flor/host";
import type { createOpensslProvider } from "@flor/host/openssl";
import { hexOf } from "@flor/membership";
import type { FlorNode, NodeKey } from "@flor/node";
import { createCredentials, type Identity } from "@flor/quic";
import { engineMaker } from "@flor/quic/engine";
import type { NetworkKeeper } from "./networks/network-keeper.ts";

/** A key of a node, and what signs and encrypts with it. */
interface OwnKey extends NodeKey {
  readonly signatures: NonNullable<NodeKey["signatures"]>;
}

/** Options of {@link OwnKeys}. */
export interface OwnKeysOptions {
  readonly config: Pick<Config, "keyFile" | "identity">;
  readonly createProvider: typeof createOpensslProvider;
  readonly node: Pick<FlorNode, "takeKey" | "acceptKey" | "dropKey">;
  readonly keeper: Pick<
    NetworkKeeper,
    "keyDue" | "takeKey" | "keepFormer" | "takeEndedKeys" | "onMembersChanged" | "onInvitesChanged"
  >;
  readonly log: Pick<Log, "write">;
  readonly now: () => number;
}

/** See the head of this file. */
export class OwnKeys {
  /** The node has another key. */
  onTaken: (identity: Identity) => void = () => {};
  readonly #options: OwnKeysOptions;
  #current: OwnKey;
  #isStopped = false;
  /** The last problem that was told. */
  #problem = "";

  constructor(options: OwnKeysOptions) {
    this.#options = options;
    const { config, createProvider, node, keeper } = options;
    this.#current = ownKeyOf(config.identity, createProvider);
    const former = readKeyFile(`${config.keyFile}.old`);
    if ("identity" in former && keeper.keepFormer(former.identity))
      node.acceptKey(ownKeyOf(former.identity, createProvider));
  }

  sign(octets: Uint8Array): Uint8Array {
    return this.#current.signatures.sign(octets);
  }

  /** The node stops: what is due is taken at its next start. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Takes the key that is due, and leaves those that are over. */
  review(): void {
    if (this.#isStopped) return;
    const { keeper, node, now } = this.#options;
    const due = keeper.keyDue();
    const identity = due === undefined ? undefined : this.#moveIn(due);
    if (identity !== undefined) this.#take(identity);
    for (const ended of keeper.takeEndedKeys()) node.dropKey(ended, now());
  }

  #take(identity: Identity): void {
    const { createProvider, keeper, node, now } = this.#options;
    this.#current = ownKeyOf(identity, createProvider);
    keeper.takeKey(identity);
    node.takeKey(this.#current, now());
    this.onTaken(identity);
    // The key before is a member yet, and no peer.
    keeper.onMembersChanged();
    keeper.onInvitesChanged();
  }

  /** Puts the key that is due into the place of the node's on the disk; `undefined`: it is not there, or cannot be. */
  #moveIn(due: string): Identity | undefined {
    const { keyFile } = this.#options.config;
    const fresh = readKeyFile(`${keyFile}.new`);
    try {
      if ("identity" in fresh && hexOf(fresh.identity.publicKey) === due) {
        replaceKeyFile(keyFile);
        return fresh.identity;
      }
      // Somebody else moved it.
      const moved = readKeyFile(keyFile);
      if ("identity" in moved && hexOf(moved.identity.publicKey) === due) return moved.identity;
      this.#tell(`its networks know this node by another key, but ${keyFile}.new does not hold it: put it there`);
    } catch (error) {
      this.#tell(`${(error as Error).message}: make the folder of ${keyFile} writable for this user`);
    }
    return undefined;
  }

  #tell(problem: string): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#options.log.write("error", "key-not-taken", { problem });
  }
}

/** Makes what signs and encrypts with a key. */
export function ownKeyOf(identity: Identity, createProvider: typeof createOpensslProvider): OwnKey {
  const sign = createSigner(identity);
  const crypto = createProvider({ credentials: createCredentials(identity, sign) });
  return { identity, engines: engineMaker({ crypto }), signatures: { sign, verify: verifySignature }, agree };
}
