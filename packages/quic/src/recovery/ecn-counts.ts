/** ECN codepoints, RFC 3168 section 5. */
const ECT_1 = 1;
const ECT_0 = 2;
export const CONGESTION_EXPERIENCED = 3;

/** How many packets of one packet number space arrived with each ECN codepoint, RFC 9000 section 13.4.1. */
export class EcnCounts {
  ect0 = 0;
  ect1 = 0;
  ce = 0;

  /** Whether the path reported any: then ACK frames carry the counts. */
  get isTold(): boolean {
    return this.ect0 + this.ect1 + this.ce > 0;
  }

  /** Counts one packet; `codepoint` is 0 where the path reports none. */
  count(codepoint: number): void {
    if (codepoint === ECT_0) this.ect0 += 1;
    else if (codepoint === ECT_1) this.ect1 += 1;
    else if (codepoint === CONGESTION_EXPERIENCED) this.ce += 1;
  }
}
