/** Tables, chips, the critical path's strip. */
export const TABLE_CSS = `table{width:100%;border-collapse:collapse;font-size:13.5px}
th,td{padding:7px 12px 7px 0;text-align:right;font-weight:400;white-space:nowrap;vertical-align:middle}
th:last-child,td:last-child{padding-right:0}
th:first-child,td:first-child,th.text,td.text,th.bars,td.bars{text-align:left}
thead th{color:var(--ink3);font-size:12.5px;border-bottom:1px solid var(--rule2)}
tbody tr,tfoot tr{border-bottom:1px solid var(--rule)}
tbody tr:hover{background:var(--ground)}
tfoot tr{border-bottom:0}
tfoot th,tfoot td{font-weight:600}
thead button{min-height:24px;color:inherit}
thead button:hover{color:var(--ink)}
th[aria-sort]{color:var(--ink);font-weight:600}
th[aria-sort=descending]>*::after{content:" ↓"}
th[aria-sort=ascending]>*::after{content:" ↑"}
th.bars,td.bars{padding-left:8px}
td.bars{width:28%}
td.bars i{display:block;height:8px;min-width:2px}
td.bars i.completed,.share .ran{background:var(--completed-text)}
td.bars i.failed,.share .ran.failed{background:var(--failed)}
.share .ran.running{background:var(--running)}
.share .ran.lost{background:none;border:1px dashed var(--lost)}
td.bars i.cancelled{background:var(--cancelled)}
td.bars i.running{background:var(--running)}
td.bars i.lost{border:1px dashed var(--lost)}
td.bars i.skipped,td.bars i.pending{min-width:0;width:0}
.share{display:flex;height:8px}
td .share i{display:block;min-width:0}
.path-table td.bars{width:46%}
.waited{background:repeating-linear-gradient(135deg,transparent 0 3px,color-mix(in srgb,var(--wait) 75%,transparent) 3px 4px)}
td.completed{color:var(--completed-text)}td.failed{color:var(--failed-text);font-weight:600}td.running{color:var(--running-text)}td.cancelled{color:var(--cancelled-text)}td.lost{color:var(--lost-text)}td.skipped,td.pending{color:var(--skipped-text)}
td .glyph{display:inline-block;width:1.15em;text-align:center}
.tasks .on-path{color:var(--ink3)}
.tasks th[scope=row]{max-width:440px;overflow:hidden}
.chips{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0 12px}
.chips button,.chips input{min-height:28px;padding:3px 12px;border:1px solid var(--rule2);border-radius:14px;font-size:13px}
.chips button:hover{border-color:var(--ink3)}
.chips button[aria-pressed=true]{background:var(--ink);border-color:var(--ink);color:var(--paper)}
.chips input{width:190px;border-radius:4px;background:var(--paper);color:var(--ink);font:inherit;font-size:13px}
.chips input::placeholder{color:var(--ink3);opacity:1}
.strip{position:relative;height:34px;margin-top:12px;border-radius:3px;overflow:hidden;background:var(--ground)}
.strip span{position:absolute;top:0;bottom:0;overflow:hidden;display:flex;align-items:center;font-size:12px}
.strip .ran{background:var(--completed-text);min-width:2px;border-right:1px solid var(--paper);color:var(--paper)}
.strip .ran.failed{background:var(--failed-text)}
.strip .ran.cancelled{background:var(--cancelled)}
.strip .ran.running{background:linear-gradient(90deg,var(--running) 92%,transparent)}
.strip .ran.lost{background:none;border:1px dashed var(--lost)}
.strip b{padding:1px 6px;margin-left:8px;white-space:nowrap;font-weight:600}
.strip .ran b{margin-left:2px;overflow:hidden;text-overflow:ellipsis}
.strip .waited b{background:color-mix(in srgb,var(--ground) 88%,transparent);border-radius:2px}
.strip-axis{display:flex;justify-content:space-between;margin:4px 0 12px;color:var(--ink3);font-size:12.5px}
@media (max-width:720px){.wide-only{display:none}th,td{padding-right:10px}.tasks th[scope=row]{max-width:150px;white-space:normal;overflow-wrap:anywhere}}
@media (max-width:720px){.strip b{margin-left:2px;padding:1px 3px}}`
