/** Styles of dashboards and comparisons only. */
export const DASHBOARD_CSS = `.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:40px}
.columns .error{margin:12px 0 16px}
.legend .heat{width:16px;height:12px;border-radius:2px;display:inline-grid;place-items:center;font-style:normal;font-size:9px;font-weight:700}
.heat.far-below{background:var(--heat-far-below)}.heat.below{background:var(--heat-below)}.heat.usual{background:var(--heat-usual)}.heat.above{background:var(--heat-above)}.heat.far-above{background:var(--heat-far-above)}
.heat.failed{background:var(--failed-text);color:var(--paper)}.heat.skipped{border:1px solid var(--rule2)}
.range{position:relative;display:block;height:12px;min-width:160px}
.range i{position:absolute}
td.bars .range i{min-width:0}
td.bars .range .line{height:1px;top:6px;background:var(--ink3)}
td.bars .range .box{height:8px;top:2px;background:var(--completed-soft)}
td.bars .range .mark{width:2px;height:12px;top:0;background:var(--ink)}
.worse{color:var(--lost-text);font-weight:600}
.better{color:var(--link);font-weight:600}
td.zero{color:var(--ink3)}
.interactive .fixed{display:none}
.interactive-chart{width:100%}
.tip{font-size:12.5px;line-height:1.45;color:var(--ink)}
.tip b{display:block}
.badge{display:inline-grid;place-items:center;min-width:18px;height:18px;padding:0 3px;border:1px solid var(--ink);border-radius:3px;font-size:11px;font-weight:600;line-height:1}
.badge.filled{background:var(--ink);color:var(--paper)}
.badge+code{margin-left:4px}
.diverge{position:relative;display:block;height:12px;min-width:220px;border-left:0}
.diverge::before{content:"";position:absolute;left:50%;top:-6px;bottom:-6px;border-left:1px solid var(--rule2)}
td.bars .diverge i{position:absolute;top:2px;height:9px;min-width:1px}
td.bars .diverge .longer{background:var(--heat-far-above)}
td.bars .diverge .shorter{background:var(--heat-far-below)}
.run-title{display:flex;align-items:center;gap:8px;margin:16px 0 4px;font-size:14px;font-weight:600}
.run-title .status.completed{color:var(--completed-text)}.run-title .status.failed{color:var(--failed-text)}.run-title .status.cancelled{color:var(--cancelled-text)}.run-title .status.lost{color:var(--lost-text)}.run-title .status.running{color:var(--running-text)}
.strips{display:grid;grid-template-columns:max-content minmax(0,1fr) max-content;gap:6px 12px;align-items:center;font-size:13px}
.strips .strip{margin-top:0;height:24px}
th .ends{display:flex;justify-content:space-between;gap:12px}
.differences td.bars{width:34%}
@media (max-width:720px){.groups th,.groups td{padding-right:7px}.columns{display:block}.diverge{min-width:72px}.differences th,.differences td{padding-right:6px}.columns th[scope=row]{white-space:normal}.range{min-width:0}}`
