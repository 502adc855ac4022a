"""How the page of a judgement looks: warm paper and ink, by day, by night and printed."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbf6ec; --lift: #fffdf8; --sink: #f3eadb; --ink: #221c15; --soft: #5f5446;
  --line: #e2d6c2; --edge: #87785f; --orange: #e06c0a; --deep: #a8430b; --wash: #fce8d0;
  --love: #c25a05; --hate: #4f6d8f;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, P052, Georgia, "Songti SC",
    "Noto Serif CJK SC", serif;
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue",
    "Liberation Sans", Arial, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #1a1612; --lift: #241f19; --sink: #13100d; --ink: #f3eadb; --soft: #bfb19c;
    --line: #3b3329; --edge: #8f8069; --orange: #f3923a; --deep: #ffab5e; --wash: #3a2714;
    --love: #f3923a; --hate: #8fb0d6;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 var(--sans); font-variant-numeric: tabular-nums;
}
main { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.75rem, 1.4rem + 1.6vw, 2.375rem); margin: .25rem 0 .75rem; }
h2 { font-size: 1.3125rem; margin: 2.75rem 0 .5rem; }
h3 { font-size: 1.0625rem; margin: 1.5rem 0 .25rem; }
p { margin: 0 0 .75rem; max-width: 62ch; }
h1, p, li, bdi { overflow-wrap: anywhere; }
td, thead th { white-space: nowrap; }
tbody th { overflow-wrap: anywhere; }
.over, .soft, .key { color: var(--soft); }
.over { margin: 0; font-size: .9375rem; }
.lead { font-size: 1.125rem; }
.soft, .key { font-size: .9375rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; }

.order { list-style: none; margin: 1rem 0; padding: 0; }
.order li {
  display: grid; grid-template-columns: 2rem minmax(6rem, 15rem) 1fr 3.25rem; gap: 0 .75rem;
  align-items: center; padding: .3rem 0; border-bottom: 1px solid var(--line);
}
.order .rank { color: var(--soft); text-align: right; }
.order .num { text-align: right; font-weight: 600; }
.order .first bdi { font-weight: 700; }
.order .bar { height: 1.25rem; }
.order .bar svg { height: 100%; }
.tag {
  display: inline-block; margin-inline-start: .4rem; padding: 0 .4rem; border-radius: .375rem;
  background: var(--wash); color: var(--ink); font-size: .8125rem; white-space: nowrap;
}
.axis {
  display: grid; grid-template-columns: 2rem minmax(6rem, 15rem) 1fr 3.25rem; gap: 0 .75rem;
  max-width: none; margin: -.75rem 0 1rem; color: var(--soft); font-size: .8125rem;
}
.axis .scale { grid-column: 3; position: relative; height: 1.25rem; }
.axis .scale span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.line { stroke: var(--edge); stroke-width: 3; vector-effect: non-scaling-stroke; }
.first .line { stroke: var(--orange); }
.dot { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
.grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.love { background: var(--love); } .hate { background: var(--hate); }

.checks { list-style: none; margin: 1rem 0; padding: 0; }
.checks li {
  display: grid; grid-template-columns: 1.75rem 1fr; gap: .5rem; padding: .6rem .75rem;
  background: var(--lift); border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0;
}
.checks .mark { font-weight: 700; color: var(--soft); }
.checks .no .mark { color: var(--deep); }
.checks b { font-weight: 600; }
.checks p { margin: 0; }

.pull { margin: 1rem 0; padding: 0; list-style: none; }
.pull li {
  display: grid; grid-template-columns: minmax(6rem, 15rem) 1fr 1fr; gap: 0 .25rem;
  align-items: center; padding: .3rem 0; border-bottom: 1px solid var(--line);
}
.pull .left, .pull .right { display: flex; align-items: center; gap: .4rem; font-size: .9375rem; }
.pull .left { flex-direction: row-reverse; }
.pull .head { column-gap: 1.5rem; }
.pull i { display: block; height: .8rem; border-radius: .2rem; min-width: 1px; flex: none; }
.pull .head, .order .head { color: var(--soft); font-size: .9375rem; }

.wide { overflow-x: auto; margin: 1rem 0; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; background: var(--lift); font-size: .9375rem; }
caption { text-align: start; padding: .5rem .6rem; color: var(--soft); }
th, td { padding: .35rem .6rem; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: start; min-width: 8rem; }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody tr:last-child > * { border-bottom: 0; }
td.lead { font-size: inherit; font-weight: 700; background: var(--wash); }
summary { cursor: pointer; padding: .4rem 0; color: var(--deep); font-weight: 600; }
a { color: var(--deep); }
:focus-visible { outline: 3px solid var(--orange); outline-offset: 2px; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; }

@media (max-width: 34rem) {
  .order li { grid-template-columns: 1.5rem 1fr 3.25rem; }
  .axis { grid-template-columns: 1.5rem 1fr; }
  .axis .scale { grid-column: 2; }
  .order .bar { grid-column: 2 / -1; grid-row: 2; }
  .pull li { grid-template-columns: 1fr 1fr; }
  .pull li > :first-child { grid-column: 1 / -1; }
}
@media print {
  :root {
    --paper: #fff; --lift: #fff; --sink: #fff; --ink: #000; --soft: #444; --line: #ccc;
    --edge: #666; --deep: #000; --wash: #eee; --love: #c25a05; --hate: #4f6d8f;
  }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  li, tr, h2 { break-inside: avoid; }
  h2 { break-after: avoid; }
  .wide { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
