import { describe, expect, test } from "vitest";
import {
  artifact,
  code,
  column,
  diff,
  error,
  html,
  image,
  json,
  lineChart,
  log,
  markdown,
  plot,
  progressBar,
  row,
  table,
  tabs,
  timeline,
  valueBox,
  vegaChart,
} from "../../sdk/cards/index.ts";
import type { CardComponent } from "../../sdk/base/card-component.ts";
import { cardBench, dangersIn, pageOf, textOf } from "./drawn-card.ts";

const EVIL = `</pre></style><script>window.hit=1</script><img src=x onerror=hit()>"'><svg onload=hit()>`;
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Each component with a text wherever it takes one. */
const ALL: Readonly<Record<string, (text: string) => CardComponent>> = {
  artifact: (text) => artifact(text),
  code: (text) => code(text, { language: text }),
  column: (text) => column(markdown(text)),
  diff: (text) => diff("same", text),
  error: (text) => error(Object.assign(new Error(text), { stack: text })),
  html: (text) => html(text),
  image: (text) => image(PNG, { label: text }),
  json: (text) => json({ [text]: [text] }),
  lineChart: (text) => lineChart({ x: text, y: [text], title: text, points: [{ [text]: 1 }] }),
  log: (text) => log([text]),
  markdown: (text) =>
    markdown(`${text}\n\n- ${text}\n\n[${text}](javascript:hit()) ![${text}](https://example.com/x.png)`),
  plot: (text) =>
    plot({
      marks: [{ mark: "text", data: [{ x: 1, y: 1, t: text }], options: { x: "x", y: "y", text: "t" } }],
      x: { label: text },
    }),
  progressBar: (text) => progressBar({ label: text, max: 1 }),
  row: (text) => row(log([text])),
  table: (text) => table([{ [text]: text }]),
  tabs: (text) => tabs({ [text]: log([text]) }),
  timeline: (text) =>
    timeline([
      { label: text, start: 0, end: 5 },
      { label: text, start: 3 },
    ]),
  valueBox: (text) => valueBox({ label: text, value: text, change: 1 }),
  vegaChart: (text) => vegaChart({ title: text, mark: "bar" }),
};

describe.each(Object.entries(ALL))("%s", (kind, make) => {
  test("shows the text that it was given", async () => {
    const page = await pageOf(make("ratings of movies"));
    expect(page).toContain("ratings of movies");
    expect(textOf(page)).not.toContain("cannot be shown");
  });

  test("shows a hostile text as text, and nothing of it runs", async () => {
    const page = await pageOf(make(EVIL));
    expect(dangersIn(page)).toEqual([]);
    // Only an HTML component brings scripts, and they stand in the frame's attribute.
    expect(page.includes("script-src")).toBe(kind === "html");
  });

  test("shows data that no component wrote as a fault, and the rest of the card", async () => {
    const { card, cards, store, page, lines } = cardBench();
    card.append(make("x"), kind === "log" ? markdown("the rest") : log(["the rest"]));
    cards.close();
    const [line = ""] = lines();
    const record = JSON.parse(line) as { changes: { kind?: string; data?: unknown; holds?: unknown }[] };
    for (const change of record.changes) if (change.kind === kind) Object.assign(change, { data: 7, bytes: undefined });
    store.storage.remove(["flows/F/r/cards/fit/1-0.jsonl"]);
    const appender = store.storage.append("flows/F/r/cards/fit/1-0.jsonl");
    void appender.append(`${JSON.stringify(record)}\n`);
    appender.close();
    const text = textOf(await page());
    expect(text).toContain(`${kind} cannot be shown`);
    expect(text).toContain("the rest");
  });
});

test("markdown is drawn, its links lead to the web, and HTML in it is text", async () => {
  const page = await pageOf(
    markdown(
      "# Fit\n\n**bold** `code` <b>raw</b> [site](https://example.com/?a=1&b=2) [mail](mailto:a@b.c) [bad](data:text/html,x)\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n1. one\n2. two",
    ),
  );
  expect(page).toContain("<h1>Fit</h1>");
  expect(page).toContain("<strong>bold</strong>");
  expect(page).toContain("&lt;b&gt;raw&lt;/b&gt;");
  expect(page).toContain('<a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer">site</a>');
  expect(page).toContain('<a href="mailto:a@b.c"');
  expect(page).not.toContain("data:text/html");
  expect(page).toMatch(/<ol>\s*<li>one<\/li>/);
  expect(page).toMatch(/<td align="right">2<\/td>/);
});

test("an HTML component stands in a frame of no origin, with a policy that lets nothing load", async () => {
  const page = await pageOf(html("<h1>Report</h1>", { height: 120 }));
  const [frame = ""] = /<iframe[^>]*>/.exec(page) ?? [];
  expect(frame).toContain('sandbox="allow-scripts"');
  expect(frame).toContain('height="120"');
  expect(frame).toContain("default-src &#39;none&#39;");
  expect(frame).toContain("&lt;h1&gt;Report&lt;/h1&gt;");
});

test("a chart draws a line for each name, and ends a line where a number is missing", async () => {
  const chart = lineChart({ x: "epoch", y: ["loss", "accuracy"] });
  for (let epoch = 0; epoch < 10; epoch += 1)
    chart.push({ epoch, loss: epoch === 5 ? undefined : 1 / (epoch + 1), accuracy: NaN });
  const page = await pageOf(chart);
  const [, path = ""] = /<title>loss<\/title><path d="([^"]*)"/.exec(page) ?? [];
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path.match(/[ML]/g)).toHaveLength(9);
  expect(page).toMatch(/<title>accuracy<\/title><path d=""/);
  expect(page).not.toContain("NaN");
});

test("a chart of 100,000 points is small, and its spike is seen", async () => {
  const points = Array.from({ length: 100_000 }, (_, x) => ({ x, y: x === 54_321 ? 1000 : Math.sin(x / 1000) }));
  const page = await pageOf(lineChart({ x: "x", y: "y", points }));
  expect(page.length).toBeLessThan(60_000);
  expect(page).toContain(">1000</text>");
  const [, path = ""] = /<title>y<\/title><path d="([^"]*)"/.exec(page) ?? [];
  const heights = [...path.matchAll(/[ML]\S+ (\S+?)(?=[ML]|$)/g)].map(([, y]) => Number(y));
  expect(Math.min(...heights)).toBe(10);
});

test("rows that are pushed to an empty table make its columns", async () => {
  const scores = table([]);
  scores.push({ model: "svd", error: 0.91 }, { model: "knn", error: 0.98, other: 1 });
  const page = await pageOf(scores);
  expect(textOf(page)).toContain("model error svd 0.91 knn 0.98");
});

test("a table of more than 10 MB is sampled and says so; one of many rows shows the first thousand", async () => {
  const wide = "x".repeat(1000);
  const large = Array.from({ length: 20_000 }, (_, id) => ({ id, wide }));
  const { card, cards, page, store, lines } = cardBench();
  card.append(table(large));
  cards.close();
  const text = textOf(await page());
  expect(text).toMatch(/a sample: 9\d\d\d of 20000 rows, as the whole table has more than 10 MB/);
  expect(text).toMatch(/the first 1000 of 9\d\d\d rows/);
  // In a blob, not in the line.
  expect(lines().join("").length).toBeLessThan(1000);
  const [blob] = [...store.storage.walk("blobs")];
  expect(blob?.size).toBeLessThan(10_500_000);
});

test("tabs are radio buttons, the first of them chosen, and named apart from other tabs", async () => {
  const page = await pageOf(tabs({ a: log(["one"]), b: log(["two"]) }), tabs({ c: log(["three"]) }));
  expect(page.match(/type="radio"/g)).toHaveLength(3);
  expect(page.match(/ checked /g)).toHaveLength(2);
  expect(new Set([...page.matchAll(/radio" name="(\S+)"/g)].map(([, name]) => name)).size).toBe(2);
});

test("a page holds only the looks of what is on it", async () => {
  const plain = await pageOf(log(["one"]));
  expect(plain).not.toContain(".tabs");
  expect(plain.length).toBeLessThan(6000);
  expect(await pageOf(tabs({ a: log([]) }))).toContain(".tabs");
});

test("a plot is drawn by Observable Plot and holds nothing that runs or loads", async () => {
  const bars = plot({
    marks: [
      { mark: "barY", data: [{ model: "svd", error: 0.9 }], options: { x: "model", y: "error", href: "model" } },
      {
        mark: "image",
        data: [{ x: "svd", y: 1, at: "https://example.com/a.png" }],
        options: { x: "x", y: "y", src: "at" },
      },
    ],
    style: "background: url(https://example.com/b.png)",
  });
  const page = await pageOf(bars);
  expect(page).toMatch(/<svg[^>]*viewBox/);
  expect(page).toContain("<rect");
  expect(page).toContain(">svd</text>");
  expect(page).not.toContain("example.com");
  expect(dangersIn(page)).toEqual([]);
});

test("a plot that cannot be drawn shows why and its specification", async () => {
  const page = await pageOf(plot({ marks: [{ mark: "constructor" }] }));
  expect(textOf(page)).toContain("Observable Plot has no mark constructor");
  expect(page).toContain("&quot;constructor&quot;");
});

test("a chart of Vega-Lite shows what to install where it is not, and its specification", async () => {
  const page = await pageOf(vegaChart({ mark: "bar", title: "errors" }));
  expect(textOf(page)).toContain(
    "it needs the package vega, which is not installed: npm install vega vega-lite vega-interpreter",
  );
  expect(page).toContain("&quot;errors&quot;");
});

test("what cannot be shown is a fault in its place", async () => {
  const bad: readonly (readonly [CardComponent, string])[] = [
    [markdown(7 as never), "markdown cannot be shown: the text is not a string: 7"],
    [table("rows" as never), "table cannot be shown: a table is a list of objects: 'rows'"],
    [image("a.png" as never), "image cannot be shown: a picture is bytes: 'a.png'"],
    [image(Buffer.from("text")), "image cannot be shown: the bytes are not a PNG, JPEG, GIF, WebP or SVG"],
    [lineChart({ x: "x", y: [] as never }), "lineChart cannot be shown: y is not the name of a line"],
    [progressBar({ label: "x", max: 0 }), "progressBar cannot be shown: max is not a number above 0: 0"],
    [progressBar(undefined as never), "progressBar cannot be shown: "],
    [row("x" as never), "row cannot be shown: not a component of millrace/cards: 'x'"],
    ["x" as never, "append cannot be shown: append takes components of millrace/cards: string"],
  ];
  const text = textOf(await pageOf(...bad.map(([component]) => component)));
  for (const [, said] of bad) expect(text).toContain(said);
});

test("values that JSON lacks are shown", async () => {
  const loop: Record<string, unknown> = {
    big: 2n ** 70n,
    nan: NaN,
    at: new Date(0),
    map: new Map([["k", new Set([1])]]),
  };
  loop["self"] = loop;
  const text = textOf(await pageOf(json(loop)));
  for (const shown of ["1180591620717411303424", "NaN", "1970-01-01T00:00:00.000Z", "k", "[Circular]"])
    expect(text).toContain(shown);
});

test("a row within itself is drawn a few times, and the rest of the card", async () => {
  const within = row();
  within.append(within);
  const text = textOf(await pageOf(within, markdown("the rest")));
  expect(text).toContain("it is more than 12 levels deep");
  expect(text).toContain("the rest");
});
