/** Rows with bars at percentages: name, track, duration. On a phone name and duration are above the track. */
export const TIMELINE_CSS = `.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:8px 0 12px;color:var(--ink2);font-size:12.5px;list-style:none}
.legend li{display:flex;align-items:center;gap:8px}
.key{position:relative;display:inline-grid;place-items:center end;width:28px;height:11px;border-radius:2px;color:#fff;font-size:8px;font-style:normal}
.key b{padding-right:3px;line-height:1}
.key.whisker,.key.path{height:0;border-top:1px solid var(--wait);border-radius:0}
.key.whisker::before,.track .whisker::before{content:"";position:absolute;left:0;top:-4px;height:7px;border-left:1px solid var(--wait)}
.key.path{border-top:3px solid var(--ink)}
.key.levels{background:var(--completed-soft);clip-path:polygon(0 60%,18% 60%,18% 25%,36% 25%,36% 0,72% 0,72% 45%,100% 45%,100% 100%,0 100%)}
.key.diamond{width:9px;height:9px}
.completed.key,.bar.completed{background:var(--completed)}
.failed.key,.bar.failed{background:var(--failed)}
.cancelled.key,.bar.cancelled{background:var(--cancelled)}
.running.key,.bar.running{background:linear-gradient(90deg,var(--running) calc(100% - 14px),transparent)}
.lost.key,.bar.lost{border:1px dashed var(--lost);color:var(--lost-text);background:none}
.bar.pending{background:none}
i.diamond{display:inline-block;width:8px;height:8px;border:1px solid var(--skipped);transform:rotate(45deg);background:var(--paper)}
.timeline{--row:28px;--name:248px;--ran:84px;position:relative;font-size:13px}
.axis{position:sticky;top:0;z-index:4;display:flex;height:28px;padding-left:var(--name);background:var(--paper);border-bottom:1px solid var(--rule2);color:var(--ink3)}
.axis .track{position:relative;flex:1;margin-right:var(--ran)}
.axis .ran{position:absolute;right:0;top:4px}
.tick{position:absolute;top:4px;transform:translateX(-50%);white-space:nowrap}
.tick:first-child{transform:none}
.rows{position:relative;overflow-x:clip}
.rows ol{list-style:none}
.grid{position:absolute;inset:0 var(--ran) 0 var(--name)}
.grid .track{position:absolute;inset:0}
.grid i{position:absolute;top:0;bottom:0;border-left:1px solid var(--rule)}
.grid i.end{border-left-color:var(--rule2)}
.grid i.now{border-left:1px dashed var(--running);z-index:2}
.row{position:relative;display:flex;align-items:center;height:var(--row);white-space:nowrap}
.row .name{flex:none;width:var(--name);padding-right:8px;overflow:hidden;text-overflow:clip}
.row.inner .name{padding-left:16px}
.row.group .name{color:var(--ink)}
.row .times{color:var(--ink3)}
.row.on-path .name{font-weight:600}
.row .track{position:relative;flex:1;height:100%}
.row .ran{flex:none;width:var(--ran);text-align:right;color:var(--ink2)}
.row.waiting .name,.row.waiting .ran,.row.group .ran{color:var(--ink3)}
.row:hover{background:color-mix(in srgb,var(--ground) 70%,transparent)}
.tag{margin-left:2px;font-size:11.5px;font-weight:500}
.tag.failed{color:var(--failed-text)}.tag.lost{color:var(--lost-text)}.tag.running{color:var(--running-text)}.tag.cancelled{color:var(--cancelled-text)}.tag.pending{color:var(--skipped-text)}
.row .track>*{position:absolute}
.track .bar{top:50%;height:13px;margin-top:-7px;min-width:3px;border-radius:2px;font-size:9px;font-style:normal;padding:0}
.track .bar{color:#fff}.track .bar.lost{color:var(--lost-text)}
.bar b{position:absolute;right:4px;top:0;line-height:13px}
.track .whisker{top:50%;border-top:1px solid var(--wait)}
.track .pause{top:50%;border-top:1px dotted var(--wait)}
.track .wait-label{top:0;height:100%;display:grid;place-items:center;color:var(--ink3);font-size:11.5px}
.wait-label b{padding:0 6px;font-weight:400;line-height:16px;white-space:nowrap;background:var(--paper)}
.row:hover .wait-label b{background:var(--ground)}
.track .path{bottom:0;z-index:2;border-top:3px solid var(--ink);min-width:3px}
.track .path.waited{border-top-style:dashed;border-top-width:2px;bottom:0;min-width:0}
.link{z-index:2;width:0;border-left:2px solid var(--ink)}
.link.down{bottom:0}
.link.up{top:calc(100% - 3px)}
.track .levels{inset:4px 0 3px;width:100%;height:calc(100% - 7px)}
.track .levels path{fill:var(--completed-soft)}
.skip.before{display:flex;align-items:center;gap:8px}
.track .skip{position:absolute;inset-block:0;display:flex;align-items:center;gap:8px;color:var(--ink3);font-size:11.5px}
.track .skip .words{min-width:0;overflow:hidden;text-overflow:ellipsis}
.track .skip i{flex:none}
.track .skip.before{left:0;justify-content:flex-end;margin-right:-4px}
.track .skip:not(.before){right:0;margin-left:-4px}
.break{display:none}
.cut .break{display:block;position:absolute;top:-24px;bottom:0;z-index:3;border-inline:1px dashed var(--wait);background:repeating-linear-gradient(135deg,transparent 0 4px,color-mix(in srgb,var(--wait) 30%,transparent) 4px 5px);color:var(--ink3);font-size:11px;font-weight:400}
.break span{position:absolute;left:50%;top:2px;transform:translateX(-50%);padding:0 3px;white-space:nowrap;background:var(--paper);z-index:5}
.cut .axis{position:static}
.hide-waiting{margin:0 0 8px;padding:4px 12px;border:1px solid var(--rule2);border-radius:14px;font-size:13px}
.hide-waiting[aria-pressed=true]{background:var(--ink);color:var(--paper)}
@media (max-width:960px){.wait-label b{font-size:11px}}
@media (max-width:720px){.timeline{--row:46px;--name:0px;--ran:0px}.axis{padding-left:0}.axis .track{margin-right:0}.axis .ran,.tick.minor{display:none}
.grid{inset:0}.row{display:block}.row .name{position:absolute;left:0;top:2px;width:calc(100% - 84px);z-index:3}.row.inner .name{padding-left:8px}.row .ran{position:absolute;right:0;top:2px;z-index:3;width:auto;padding-left:4px;background:color-mix(in srgb,var(--paper) 80%,transparent)}
.row .track{position:absolute;left:0;right:0;bottom:0;height:24px}.row .link{z-index:1}
.row .name,.row .wait-label{text-shadow:0 0 3px var(--paper),0 0 3px var(--paper)}}`
