/** Options of a chart as the charts of this folder make them. */
export type ChartOption = Readonly<Record<string, unknown>>
