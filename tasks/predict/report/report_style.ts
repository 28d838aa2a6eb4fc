/** The style of the report, for bright and dark screens and for paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --line: #8884; --mark: #d55e00; }
body { margin: 0; font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; }
main { max-width: 84rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.75rem; }
h3 { font-size: 0.9rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
article { border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; break-inside: avoid; }
article.flagged { border: 2px solid var(--mark); }
article img { display: block; width: 100%; height: auto; background: white; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0 0.75rem; margin: 0.5rem 0 0; font-size: 0.8rem; }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
article ul { margin: 0.5rem 0 0; padding-left: 1.1rem; font-size: 0.8rem; }
.failures li { overflow-wrap: anywhere; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; }
figure svg { display: block; max-width: 100%; height: auto; border-radius: 6px; }
`;
