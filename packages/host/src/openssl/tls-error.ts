import { clearErrors, reasonOfError, takeError } from "./library.ts";

/** More errors than these say the same again. */
const ERRORS_MAX = 4;

/** What OpenSSL says about the last failure, oldest first, such as "unsupported protocol"; takes it off its queue. */
export function takeReasons(): string {
  const reasons: string[] = [];
  for (let error = takeError(); error !== 0 && reasons.length < ERRORS_MAX; error = takeError()) {
    const reason = reasonOfError(error) ?? `error ${error}`;
    if (!reasons.includes(reason)) reasons.push(reason);
  }
  clearErrors();
  return reasons.join("; ");
}
