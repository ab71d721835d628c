/** Options of a chart, in the form that the charts of this folder use. */
export type ChartOption = Readonly<Record<string, unknown>>
