import type { Impairments } from "@flor/impairment";

/** What is tested, and how its instances are configured. Templates have the places of `template.ts`. */
export interface LinkUnderTest {
  readonly command: readonly [string, ...string[]];
  /** Template of the configuration. */
  readonly config: unknown;
  /** Template of the address by which the near instance reaches the far one. */
  readonly address: string;
  /** The far one's configuration. @default config */
  readonly peerConfig?: unknown;
  /** By which the far instance reaches the near one; empty: it waits to be reached. @default address */
  readonly peerAddress?: string;
  /** Found in what the other instance prints; its first group is the place {said}. @default none */
  readonly said?: RegExp;
}

/** How it is tested. */
export interface KitOptions {
  readonly link: LinkUnderTest;
  /** Whether the two instances are joined through a UDP relay of the kit's, or directly. */
  readonly isRelayed: boolean;
  /** What the relay does. @default nothing */
  readonly impairments?: Impairments;
  /** Repeats what the kit chooses at random. */
  readonly seed: number;
  /** Factor by which every time limit of the kit is multiplied, for slow or busy machines. @default 1 */
  readonly patience?: number;
  /** Folder for captures and logs; absent: none are kept. */
  readonly out?: string;
}
