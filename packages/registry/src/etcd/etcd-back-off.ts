import { BackOff } from "@flor/machine";

const FIRST_MS = 100;
const MAX_MS = 5000;

/** How long to wait before etcd is asked again. */
export function etcdBackOff(): BackOff {
  return new BackOff({ firstMs: FIRST_MS, maxMs: MAX_MS, random: Math.random });
}
