/** Parameters of control methods about networks, as clients of the control socket send them. */
import type { InviteParams } from "./network-control.ts";

type Params = Readonly<Record<string, unknown>>;

/** @throws Error that names what is missing */
export function inviteParams(params: Params): InviteParams {
  return {
    ...networkOf(params),
    name: textOf(params, "name"),
    roles: textsOf(params, "roles"),
    expiresMs: numberOf(params, "expiresMs"),
    days: numberOf(params, "days"),
    addresses: textsOf(params, "addresses"),
  };
}

/** @throws Error that names what is missing */
export function revokeParams(params: Params): { network?: string; member: string; reason: string } {
  return { ...networkOf(params), member: textOf(params, "member"), reason: textOf(params, "reason") };
}

/** @throws Error that names what is missing */
export function addParams(params: Params): { network?: string; records: readonly string[] } {
  return { ...networkOf(params), records: textsOf(params, "records") };
}

function networkOf(params: Params): { network?: string } {
  return params["network"] === undefined ? {} : { network: textOf(params, "network") };
}

function textOf(params: Params, key: string): string {
  const value = params[key];
  if (typeof value !== "string") throw new Error(`${key} is missing, or not a string`);
  return value;
}

function textsOf(params: Params, key: string): readonly string[] {
  const value = params[key];
  if (!Array.isArray(value) || value.some((one) => typeof one !== "string"))
    throw new Error(`${key} is missing, or not a list of strings`);
  return value as readonly string[];
}

function numberOf(params: Params, key: string): number {
  const value = params[key];
  if (typeof value !== "number" || !(value > 0)) throw new Error(`${key} is missing, or not a positive number`);
  return value;
}
