import { expect, test, vi } from "vitest";
import { image, lineChart, log, markdown, progressBar, row, table } from "../../sdk/cards/index.ts";
import { cardBench, dangersIn, ONE, pageOf, PLACE, textOf } from "./drawn-card.ts";
import { readCards } from "../../runtime/datastore/reader/read-cards.ts";
import { cardsOf } from "../../runtime/render/cards/cards-of.ts";

const PNG = Buffer.from("89504e470d0a1a0a", "hex");

interface StoredLine {
  readonly changes: readonly Readonly<Record<string, unknown>>[];
}

test("a component is stored when it is put on a card, and what is pushed alone afterwards", async () => {
  const { card, cards, lines } = cardBench();
  const chart = lineChart({ x: "epoch", y: "loss", points: [{ epoch: 0, loss: 3 }] });
  card.append(chart);
  chart.push({ epoch: 1, loss: 2 }, { epoch: 2, loss: 1 });
  cards.close();
  const changes = lines().flatMap((line) => (JSON.parse(line) as StoredLine).changes);
  expect(changes.filter((one) => "put" in one)).toHaveLength(1);
  expect(changes.flatMap((one) => (one["items"] as unknown[] | undefined) ?? [])).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

test("10,000 updates are a few lines, and the last of them is stored once the task waits", async () => {
  const { card, store, lines } = cardBench();
  const bar = progressBar({ label: "rows", max: 10_000 });
  const chart = lineChart({ x: "row", y: "loss" });
  card.append(bar, chart);
  for (let at = 1; at <= 10_000; at += 1) {
    bar.update(at);
    chart.push({ row: at, loss: 1 / at });
  }
  const now = () => readCards(store.storage, PLACE).components;
  await expect.poll(() => now().get(1)?.data, { timeout: 30_000 }).toMatchObject({ value: 10_000 });
  expect(now().get(2)?.items).toHaveLength(10_000);
  expect(lines().length).toBeLessThan(1000);
});

test("a point that the step goes on to change is stored as it was", async () => {
  const { card, cards, store } = cardBench();
  const chart = lineChart({ x: "x", y: "y" });
  card.append(chart);
  const point = { x: 0, y: 0 };
  for (; point.x < 3; point.x += 1) chart.push(point);
  cards.close();
  const component = readCards(store.storage, PLACE).components.get(1);
  expect([...((component?.data as { points: unknown[] }).points ?? []), ...(component?.items ?? [])]).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ]);
});

test("a table that is replaced forgets what was pushed before", async () => {
  const { card, cards, page } = cardBench();
  const scores = table([{ model: "svd" }]);
  card.append(scores);
  scores.push({ model: "knn" });
  scores.update([{ model: "als" }]);
  scores.push({ model: "bpr" });
  cards.close();
  expect(textOf(await page())).toBe("shown model als bpr");
});

test("a card that is cleared holds what comes after, and a component can stand on two cards", async () => {
  const settings = [...ONE, { id: "other", title: "Other", type: null }];
  const { card, cards, page } = cardBench({ settings });
  const shared = log(["shared"]);
  card.append(markdown("before"), shared);
  card.get("other").append(shared);
  card.refresh();
  card.clear();
  card.append(markdown("after"));
  shared.push("line");
  cards.close();
  expect(textOf(await page())).toBe("shown after");
  expect(textOf(await page("other"))).toBe("Other shared line");
});

test("what is added to a row later is shown in it", async () => {
  const { card, cards, page } = cardBench();
  const beside = row(log(["one"]));
  card.append(beside);
  card.refresh();
  beside.append(log(["two"]));
  cards.close();
  expect(textOf(await page())).toBe("shown one two");
});

test("nothing is stored of a card that nothing was put on, and of changes once the attempt is over", () => {
  const idle = cardBench();
  idle.cards.close();
  expect([...idle.store.storage.walk("flows")]).toEqual([]);
  const { card, cards, lines } = cardBench();
  const bar = progressBar({ label: "x", max: 2 });
  card.append(bar);
  cards.close();
  const before = lines();
  bar.update(2);
  card.append(markdown("late"));
  card.refresh();
  expect(lines()).toEqual(before);
});

test("a picture is stored once, however often it is shown", () => {
  const { card, cards, store, lines } = cardBench();
  for (let at = 0; at < 50; at += 1) card.append(image(PNG));
  cards.close();
  expect([...store.storage.walk("blobs")]).toHaveLength(1);
  expect(lines().join("").length).toBeLessThan(50 * 300);
});

test("secrets are masked wherever they stand", async () => {
  const { card, cards, page, store } = cardBench({ secrets: ["hunter2-hunter2"] });
  const notes = log();
  card.append(markdown("it is hunter2-hunter2"), table([{ "hunter2-hunter2": "hunter2-hunter2" }]), notes);
  card.refresh();
  notes.push("pushed hunter2-hunter2");
  card.append(markdown(7 as never), { ...markdown("x") });
  cards.close();
  expect(await page()).not.toContain("hunter2-hunter2");
  expect(store.storage.end("flows/F/r/cards/fit/1-0.jsonl", 1e9)?.bytes.toString()).not.toContain("hunter2");
  expect(textOf(await page())).toContain("it is ***");
});

test("a fault is a warning, said once", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const { card, cards } = cardBench();
    for (let at = 0; at < 3; at += 1) card.append("text" as never);
    for (let at = 0; at < 3; at += 1) card.get("nope").append(markdown("x"));
    cards.close();
    const said = write.mock.calls.map(([text]) => String(text));
    expect(said).toEqual([
      "warning: a part of a card cannot be shown: append: append takes components of millrace/cards: string\n",
      'warning: the step has no card "nope", only shown: write @card({ id: "nope" })\n',
    ]);
  } finally {
    write.mockRestore();
  }
});

test("a store that is full is a warning, and the step goes on", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const { card, cards, store } = cardBench();
    vi.spyOn(store.storage, "append").mockImplementation(() => {
      throw new Error("ENOSPC: no space left");
    });
    card.append(markdown("x"));
    card.append(markdown("y"));
    cards.close();
    const said = write.mock.calls.map(([text]) => String(text));
    expect(said).toEqual(["warning: what is put on cards is not stored from here on: ENOSPC: no space left\n"]);
  } finally {
    write.mockRestore();
  }
});

test("a thousand cards with a table take less than 5 kB each beyond their data", () => {
  const rows = Array.from({ length: 20 }, (_, id) => ({ id, movie: `movie ${id}`, rating: id % 5 }));
  let bytes = 0;
  for (let task = 0; task < 1000; task += 1) {
    const { card, cards, lines } = cardBench();
    card.append(markdown("# Ratings"), table(rows));
    cards.close();
    bytes += lines().join("\n").length;
  }
  expect(bytes / 1000 - JSON.stringify(rows.map((one) => Object.values(one))).length).toBeLessThan(500);
  expect(bytes).toBeLessThan(5_000_000);
});

test("of a bar that moved for hours only the last is kept once the attempt is over, and all else with it", async () => {
  const { card, cards, lines, page } = cardBench({ settings: [...ONE, { id: "empty", title: null, type: null }] });
  const bar = progressBar({ label: "epochs", max: 1000 });
  const notes = log(["first"]);
  card.append(bar, notes, row(image(Buffer.from("no picture"))));
  for (let at = 1; at <= 1000; at += 1) {
    bar.update(at);
    if (at % 100 === 0) notes.push(`at ${at}`);
    card.refresh();
  }
  const before = await page();
  expect(lines().length).toBeGreaterThan(900);
  cards.close();
  expect(lines()).toHaveLength(1);
  expect(lines().join("").length).toBeLessThan(1000);
  expect(await page()).toBe(before);
  expect(textOf(before)).toContain("epochs 1000 of 1000 first at 100");
});

test("a card's version changes with what is on it", () => {
  const { card, source } = cardBench();
  const version = () => cardsOf(source)[0]?.version;
  const before = version();
  card.append(markdown("x"));
  card.refresh();
  const after = version();
  expect(after).not.toBe(before);
  expect(version()).toBe(after);
});

test("a page asks the network for nothing and holds no script", async () => {
  const page = await pageOf(
    markdown("# x"),
    lineChart({ x: "x", y: "y", points: [{ x: 1, y: 2 }] }),
    table([{ a: 1 }]),
  );
  expect(dangersIn(page)).toEqual([]);
  expect(page).toContain("default-src &#39;none&#39;");
  expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
});
