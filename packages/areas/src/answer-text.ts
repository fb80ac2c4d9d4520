/** Why something about a crossing was refused, as it travels: a cause and a text for people. */
import { type AreaMessage, Cause, causeOfNumber } from "@flor/wire";

/** Characters of a text for people at most. */
const TEXT_MAX_CHARACTERS = 200;

/** A refusal, or an end. */
export interface Refusal {
  readonly cause: Cause;
  readonly text: string;
}

/** What shows a revocation to those who know the network's root alone. */
export interface Proof {
  /** Root key, 32 octets. */
  readonly network: Uint8Array;
  readonly records: Uint8Array;
}

export function answerOf(id: number, { cause, text }: Refusal): AreaMessage {
  return { id, answer: { cause, text: text.slice(0, TEXT_MAX_CHARACTERS) } };
}

export function goneOf(id: number, { cause, text }: Refusal, proof?: Proof): AreaMessage {
  return { id, gone: { cause, text: text.slice(0, TEXT_MAX_CHARACTERS), ...proof } };
}

/** A peer's words: their cause is none that says yes. */
export function refusalOf(said: { cause?: number | null; text?: string | null }, by: string): Refusal {
  const cause = causeOfNumber(said.cause ?? 0);
  const text = printable(said.text ?? "").slice(0, TEXT_MAX_CHARACTERS);
  return {
    cause: cause === Cause.OK ? Cause.GENERAL_FAILURE : cause,
    text: text === "" ? `${by} gives no reason` : text,
  };
}

/** Others write it, and people read it on terminals. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, "?");
}
