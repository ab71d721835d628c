/** Weights are whole numbers to ClickHouse's quantiles: thousandths. */
const PARTS = 1000

/**
 * Returns SQL of the median and the 95th percentile of some rows of `RUN_ROWS`, each as many times as it stands for; as `quantilesExact` picks
 * them where no run was left out. Numbers, empty where there are no rows.
 */
export function weightedQuantiles(value: string, condition: string): string {
  return `if(max(weight) = 1, quantilesExactIf(0.5, 0.95)(${value}, ${condition}), quantilesExactWeightedIf(0.5, 0.95)(${value}, toUInt64(round(weight * ${PARTS})), ${condition}))`
}
