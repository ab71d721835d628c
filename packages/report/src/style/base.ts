import { MONO, SANS } from '../theme/tokens.ts'

/** Page, type, verdict, figures, errors, footer. Space 4 8 12 16 24 40; one breakpoint at 720 px. */
export const BASE_CSS: string = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:1200px;padding:16px 40px 40px;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;font:400 15px/1.5 ${SANS};font-variant-numeric:tabular-nums}
code,pre{font-family:${MONO};font-size:.9em}
code{overflow-wrap:anywhere}
h1,h2,h3,p,dl,dd,figure,ul,ol{margin:0;padding:0}
a{color:var(--link);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
[hidden]{display:none!important}
strong,b{font-weight:600}
a.skip,.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
a.skip:focus{position:fixed;left:16px;top:8px;z-index:9;width:auto;height:auto;clip-path:none;padding:8px 12px;background:var(--paper);border:1px solid var(--rule2)}
.quiet{color:var(--ink3);font-weight:400}
.bar{display:flex;justify-content:space-between;gap:16px;color:var(--ink3);font-size:13px}
.bar strong{color:var(--ink)}
.brand{white-space:nowrap}
.mark{fill:var(--ink);margin-right:8px;vertical-align:-2px}
.mark .second{fill:var(--completed)}
main{display:block;margin-top:40px}
.crumb{color:var(--ink2);font-size:14px;overflow-wrap:anywhere}
.crumb strong{color:var(--ink)}
h1{display:flex;align-items:center;gap:14px;margin:4px 0 16px;font-size:32px;font-weight:650;line-height:1.2;letter-spacing:-.012em;text-wrap:balance}
h1>span:last-child{min-width:0}
.disc{flex:none;display:grid;place-items:center;width:40px;height:40px;border-radius:50%;font-size:18px;font-weight:700;line-height:1;color:var(--paper);background:var(--skipped-text)}
.completed .disc{background:var(--completed-text)}
.failed .disc{background:var(--failed-text)}
.running .disc,.pending .disc{background:var(--running-text)}
.cancelled .disc{background:var(--cancelled-text)}
.lost .disc,.slower .disc,.flaky .disc{background:var(--lost-text)}
.facts{font-size:16px}
.facts>div{display:grid;grid-template-columns:184px minmax(0,76ch);padding:6px 0}
.facts dt{color:var(--ink3);font-size:13.5px;padding-top:2px}
.facts dd{overflow-wrap:anywhere}
.spark{margin:6px 0 2px}
.spark svg{display:block;max-width:100%}
.spark rect{fill:var(--completed-soft)}
.spark rect.this{fill:var(--completed-text)}
.spark rect.failed,.spark rect.lost{fill:var(--failed);opacity:.6}
.spark rect.failed.this{fill:var(--failed-text);opacity:1}
.spark rect.cancelled{fill:var(--cancelled)}
.spark rect.running{fill:var(--running)}
.spark text{font-size:8px;fill:var(--failed-text);font-weight:700}
.spark figcaption{color:var(--ink3);font-size:12.5px;margin-top:2px}
.figures{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));margin:24px 0 40px;padding:16px 0;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.figures>div{padding:0 16px;border-left:1px solid var(--rule)}
.figures>div:first-child{padding-left:0;border-left:0}
.figures dt,.figures small{display:block;color:var(--ink3);font-size:13px;line-height:1.35}
.figures small{font-size:12.5px}
.figures b{display:block;font-size:21px;line-height:1.35}
section{margin:0 0 40px;scroll-margin-top:8px}
h2{font-size:18px;font-weight:600;line-height:1.3;margin-bottom:4px}
h3{font-size:15px;font-weight:600}
.lead{max-width:78ch;color:var(--ink3);font-size:13.5px;margin-bottom:12px}
.empty{max-width:672px;margin-top:12px;padding:16px 20px;border:1px dashed var(--rule2);border-radius:4px;color:var(--ink2)}
.empty strong{color:var(--ink)}
.scroll{overflow-x:auto;margin:0 -4px;padding:0 4px}
.error{margin:16px 0 24px;padding:2px 0 2px 16px;border-left:3px solid var(--failed)}
.error.recovered{border-left-color:var(--lost)}
.error .message{overflow-wrap:anywhere;white-space:pre-line}
.error .where{color:var(--ink3);font-size:13px}
summary{width:max-content;max-width:100%;margin-top:4px;color:var(--link);font-size:13.5px;cursor:pointer}
.stack{margin:8px 0 0;padding:16px 20px;background:var(--ground);border-radius:4px;font-size:12.5px;line-height:1.6;overflow:auto;max-height:420px}
dl.about{font-size:13.5px}
dl.about>div{display:grid;grid-template-columns:120px minmax(0,1fr);gap:12px;padding:3px 0}
dl.about dt{color:var(--ink3);overflow-wrap:anywhere}
dl.about dd{overflow-wrap:anywhere}
footer{max-width:84ch;color:var(--ink3);font-size:12.5px}
button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
.controls{margin-top:8px}
.controls button{color:var(--link);font-size:13.5px;min-height:28px}
.controls .none{color:var(--ink3);font-size:13.5px}
@media (max-width:960px){.figures{grid-template-columns:repeat(3,minmax(0,1fr));row-gap:16px}.figures>div:nth-child(3n+1){padding-left:0;border-left:0}}
@media (max-width:720px){body{padding:12px 16px 32px}.bar p:last-child{display:none}main{margin-top:24px}h1{font-size:24px;gap:12px}.disc{width:32px;height:32px;font-size:15px}
.facts>div{display:block;padding:8px 0}.facts dt{padding:0}.facts{font-size:15.5px}
.figures{grid-template-columns:repeat(2,minmax(0,1fr))}.figures>div:nth-child(n){padding:0 16px;border-left:1px solid var(--rule)}
dl.about>div{grid-template-columns:96px minmax(0,1fr)}}
@media print{body{padding:0;max-width:none;font-size:12px}a.skip,.chips,.controls{display:none!important}tr[hidden]{display:table-row!important}section,.error,.row{break-inside:avoid}#tasks,#timeline{break-inside:auto}.stack{max-height:none;white-space:pre-wrap}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}.scroll{overflow:visible}}`
