import type { ExpositionFormat } from "./exposition.ts";

const OPENMETRICS = "application/openmetrics-text";
/** Ranges that the plain text is of. */
const PLAIN = ["text/plain", "text/*", "*/*"];

/** What a client wants by its Accept header (RFC 9110 section 12.5.1): OpenMetrics only where it names it and likes it best. */
export function wantedFormat(accept: string | undefined): ExpositionFormat {
  let [openmetrics, plain] = [0, 0];
  for (const range of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const quality = qualityOf(parameters);
    if (type === OPENMETRICS) openmetrics = Math.max(openmetrics, quality);
    else if (PLAIN.includes(type)) plain = Math.max(plain, quality);
  }
  return openmetrics > 0 && openmetrics >= plain ? "openmetrics" : "prometheus";
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith("q="));
  if (given === undefined) return 1;
  const quality = Number(given.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
