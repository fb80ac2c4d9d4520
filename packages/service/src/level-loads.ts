/** Live weight times this counts as health: a level keeps all flows until 71 % of it live (Envoy's overprovisioning). */
const OVERPROVISION = 1.4;

/**
 * Shares of the flows that each level takes, in thousandths, highest priority first: a level takes what its health
 * allows, and the rest spills to the next. With nothing live anywhere all shares are 0.
 *
 * @param live live weight of each level
 * @param total whole weight of each level
 */
export function levelLoads(live: readonly number[], total: readonly number[]): readonly number[] {
  const health = live.map((weight, level) => Math.min(1, (OVERPROVISION * weight) / (total[level] || 1)));
  let sum = 0;
  for (const one of health) sum += one;
  if (sum === 0) return live.map(() => 0);
  // When all levels together are too weak for everything, each takes more in proportion.
  const scale = Math.max(1, 1 / sum);
  let left = 1000;
  const loads = health.map((one) => {
    const load = Math.min(left, Math.round(1000 * one * scale));
    left -= load;
    return load;
  });
  // Rounding's remainder goes to the first level that lives.
  const first = health.findIndex((one) => one > 0);
  loads[first]! += left;
  return loads;
}
