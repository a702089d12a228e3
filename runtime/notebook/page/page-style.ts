/** Readable on a screen of any size, on paper, and in the dark. */
export const PAGE_STYLE = `:root { --ink: #1c2024; --dim: #6b7280; --line: #dfe3e8; --code: #f6f8fa; --error: #fff1f0; --page: #ffffff;
  --keyword: #a626a4; --string: #3c7a2a; --number: #986801; --comment: #8a8f98; --title: #2f5fd0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #d9dde3; --dim: #8b93a0; --line: #343a43; --code: #1d2127; --error: #38201f; --page: #14171b;
    --keyword: #d08ad8; --string: #98c379; --number: #d9a866; --comment: #7b838f; --title: #7aa7f7; }
}
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
section { margin: 0 0 1.25rem; }
.code { display: grid; grid-template-columns: 3.25rem minmax(0, 1fr); }
.count { color: var(--dim); font: 13px/1.5 ui-monospace, monospace; padding-top: .6rem; }
pre { font: 13px/1.5 ui-monospace, monospace; margin: 0; padding: .5rem .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.source { background: var(--code); border: 1px solid var(--line); border-radius: 6px; white-space: pre; }
.body > :not(.source) { margin-top: .4rem; }
.stderr { border-left: 3px solid #d97706; }
.error { background: var(--error); border-left: 3px solid #dc2626; }
.output { overflow-x: auto; padding: .2rem .8rem; }
.output, .markdown { contain: paint; }
.output > pre { padding: .3rem 0; }
.output img, .markdown img { max-width: 100%; }
.markdown pre { margin: .8rem 0; }
.markdown code { font-size: .9em; }
table { border-collapse: collapse; font-size: 14px; }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; }
h1, h2, h3 { line-height: 1.25; margin: 1.6em 0 .6em; } h1:first-child { margin-top: 0; }
a { color: var(--title); }
.hljs-keyword, .hljs-literal { color: var(--keyword); } .hljs-string, .hljs-regexp { color: var(--string); }
.hljs-number { color: var(--number); } .hljs-comment { color: var(--comment); } .hljs-title, .hljs-built_in { color: var(--title); }
@media print { pre.source { white-space: pre-wrap; } }
`;
