/** Charts are drawn once for each width, and the page's width selects one. */
export const CHART_CSS = `.chart svg{display:block;width:100%;height:auto;overflow:visible}
.chart svg text{font-family:inherit}
.chart .medium,.chart .narrow{display:none}
.resource{display:grid;grid-template-columns:160px minmax(0,1fr)}
.resource h3{font-size:14px;font-weight:500;padding-top:4px}
.resource small{display:block;color:var(--ink3);font-size:12.5px;font-weight:400}
.numbers table{max-width:640px;margin-top:8px}
@media (max-width:960px){.chart .wide{display:none}.chart .medium{display:block}}
@media (max-width:720px){.chart .medium{display:none}.chart .narrow{display:block}.resource{display:block;margin-bottom:8px}.resource small{display:inline;margin-left:8px}}`
