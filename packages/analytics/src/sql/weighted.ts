/** ClickHouse's quantiles take integer weights: thousandths. */
const PARTS = 1000

/**
 * Returns SQL of the median and the 95th percentile of some rows of `RUN_ROWS`, each weighted by the runs it represents;
 * without a sampler the same as `quantilesExact`. Numbers, empty without rows.
 */
export function weightedQuantiles(value: string, condition: string): string {
  return `if(max(weight) = 1, quantilesExactIf(0.5, 0.95)(${value}, ${condition}), quantilesExactWeightedIf(0.5, 0.95)(${value}, toUInt64(round(weight * ${PARTS})), ${condition}))`
}
