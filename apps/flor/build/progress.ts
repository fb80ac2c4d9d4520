/** Silence after which a line says that the work goes on. */
const SILENCE_MS = 4000;

/** Says on standard error what is done, and every few seconds for how long it has been. */
export async function withProgress<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const since = performance.now();
  process.stderr.write(`${what}\n`);
  const timer = setInterval(() => {
    process.stderr.write(`… ${Math.round((performance.now() - since) / 1000)} s\n`);
  }, SILENCE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
