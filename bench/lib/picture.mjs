// The picture of the report: a bar for each contestant in each scene.

const COLOURS = { ours: '#c2410c', peer: '#3b6fb6', 'peer-memo': '#93b4dd', floor: '#9ca3af' };
const LABELS = { ours: 'ours (Rust)', peer: 'peer (Hono + jose)', 'peer-memo': 'peer with token memory', floor: 'floor (a constant)' };
const [BAR, GAP, TOP, BARS, MARGIN] = [11, 12, 64, 600, 70];
/** A character of the labels is at most this wide on average, in any system font of 12 px. */
const CHARACTER = 6.5;

const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

/** SVG. `figures`: `{scene: {contestant: summary}}`. */
export function picture(figures, scenes) {
  const shown = scenes.filter(({ name }) => figures[name]);
  const names = Object.keys(COLOURS).filter((contestant) => shown.some(({ name }) => figures[name][contestant]));
  const max = Math.max(1, ...shown.flatMap(({ name }) => Object.values(figures[name]).map(({ cpu }) => cpu.median)));
  const left = Math.max(190, Math.ceil(20 + CHARACTER * Math.max(0, ...shown.map(({ title }) => title.length))));
  const width = left + BARS + MARGIN;
  const scale = BARS / max;
  const parts = [];
  let y = TOP;
  for (const { name, title } of shown) {
    parts.push(`<text x="${left - 10}" y="${y + (names.length * BAR) / 2 + 4}" text-anchor="end">${escape(title)}</text>`);
    for (const contestant of names) {
      const value = figures[name][contestant]?.cpu.median;
      if (value !== undefined) {
        parts.push(`<rect x="${left}" y="${y}" width="${(value * scale).toFixed(1)}" height="${BAR - 1}" fill="${COLOURS[contestant]}"/>`);
        parts.push(`<text x="${(left + value * scale + 5).toFixed(1)}" y="${y + BAR - 2}" class="n">${Math.round(value)}</text>`);
      }
      y += BAR;
    }
    y += GAP;
  }
  const legend = names.map((name, n) => {
    const x = left + n * 165;
    return `<rect x="${x}" y="40" width="10" height="10" fill="${COLOURS[name]}"/><text x="${x + 15}" y="49">${LABELS[name]}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="CPU microseconds per request: ${names.join(', ')}">
<style>text{font:12px system-ui,sans-serif;fill:#1f2937}.n{font-size:10px;fill:#4b5563}.t{font-size:14px;font-weight:600}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="10" y="22" class="t">CPU µs per request of the workerd process, D1 stubbed (median, lower is better)</text>
${legend.join('\n')}
${parts.join('\n')}
</svg>
`;
}
