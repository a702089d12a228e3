import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Run, type Task } from "../../../sdk/client/index.ts";
import { dangersIn, textOf } from "../../cards/drawn-card.ts";
import { millrace, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, cache, card, catchError, current, main, parameter, retry, secrets, step, type Inputs } from "millrace";
import { artifact, json, lineChart, log, markdown, progressBar, registerCard, table } from "millrace/cards";

registerCard("names", ({ data, step, error }) => {
  if (data["how"] === "render") throw new Error("no such template");
  return [markdown("# Names of " + step), json(Object.keys(data).sort()), markdown((error as Error | null)?.message ?? "no error")];
});

class FitFlow extends FlowSpec {
  @parameter() how = "well";
  rates = [1, 2, 3];
  problem: Error | undefined;
  scores!: { rate: number; loss: number }[];

  @step start() { this.next(this.fit, { foreach: "rates" }); }

  @card()
  @card({ id: "training", title: "Training" })
  @card({ id: "names", type: "names" })
  @retry({ times: 1, delay: "0s" })
  @step async fit(rate: number) {
    const bar = progressBar({ label: "epochs", max: 20 });
    const loss = lineChart({ x: "epoch", y: "loss" });
    current.card.append(markdown("rate " + rate), bar);
    current.card.get("training").append(loss);
    for (let epoch = 0; epoch < 20; epoch += 1) { bar.update(epoch + 1); loss.push({ epoch, loss: 1 / (epoch + 1) }); current.log({ loss: 1 / (epoch + 1) }); }
    console.log("fitted " + rate);
    if (this.index === 1 && current.attempt === 0) throw new Error("diverged");
    const block = () => { const until = Date.now() + 1000; while (Date.now() < until); };
    if (this.how === "killed") { block(); process.kill(process.pid, "SIGKILL"); block(); }
    if (this.how === "exits") process.exit(3);
    this.next(this.collect);
  }

  @card({ id: "scores" })
  @cache()
  @step collect(inputs: Inputs<FitFlow>) {
    this.scores = inputs.map(({ rates }, at) => ({ rate: rates[at] ?? 0, loss: at }));
    current.card.append(table(this.scores), artifact("scores"));
    this.next(this.risks);
  }

  @card()
  @catchError({ as: "problem" })
  @step risks() {
    current.card.append(markdown("before the fall"), "no component" as never, json({ get x() { throw new Error("bad getter"); } }));
    throw new Error("no luck");
    this.next(this.end);
  }

  @step end() { current.card.append(log(["nowhere"])); }
}
main(FitFlow);
`;

function project(tsconfig = LEGACY) {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": tsconfig });
  const datastore = path.join(cwd, "store");
  return {
    ...{ cwd, datastore },
    run: (...args: string[]) => tsx("./flow.ts", args, { cwd, datastore }),
    card: (...args: string[]) => millrace(["card", ...args], { cwd, datastore }),
  };
}

async function pageOf(task: Task, id: string, attempt?: number): Promise<string> {
  const cards = await task.cards({ attempt });
  return (await cards.find((card) => card.id === id)?.html()) ?? "";
}

test.each([
  ["legacy", LEGACY],
  ["standard", STANDARD],
])(
  "cards of a run, of its failed attempts, its caught task and its cached task are read, under %s decorators",
  async (_, tsconfig) => {
    const { datastore, run, card, cwd } = project(tsconfig);
    const first = await run("run");
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr + first.stdout).toContain("warning: step end has no card");
    expect(first.stderr + first.stdout).toContain("warning: a part of a card cannot be shown: json: bad getter");

    const flow = await Run.get("FitFlow/latest", { datastore });
    const [, second] = await flow.step("fit").tasks().toArray();
    expect((await second!.cards()).map(({ id, title }) => [id, title])).toEqual([
      ["default", "fit"],
      ["training", "Training"],
      ["names", "names"],
    ]);
    // Both attempts drew, and what is appended without a name is on the first card that has an id.
    for (const attempt of [0, undefined]) {
      const training = await pageOf(second!, "training", attempt);
      expect(textOf(training)).toContain("rate 2 epochs 20 of 20");
      expect(training).toMatch(/<title>loss<\/title><path d="M/);
    }
    expect(textOf(await pageOf(second!, "names", 0))).toContain("diverged");
    expect(textOf(await pageOf(second!, "names"))).toMatch(/Names of fit .*rates.* no error/);
    const shown = await pageOf(second!, "default");
    for (const text of ["FitFlow/", "succeeded", "diverged", "rates", "fitted 2", "place in the flow", "peak memory"])
      expect(textOf(shown)).toContain(text);
    expect(shown).toMatch(/<title>loss<\/title><path d="M/);
    expect(dangersIn(shown)).toEqual([]);
    const [, , named] = await second!.cards();
    const show = (named as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
      Symbol.for("Jupyter.display")
    ];
    expect(await show?.call(named)).toMatchObject({
      "text/html": expect.stringContaining("Names of fit") as string,
      "text/plain": "Card names  names",
    });
    await expect(second!.cards({ attempt: 7 })).rejects.toThrow("Cannot read the cards of attempt 7 of");
    expect(await (await flow.step("start").task()).cards()).toEqual([]);

    const caught = textOf(await pageOf(await flow.step("risks").task(), "default"));
    expect(caught).toContain("before the fall");
    expect(caught).toContain("append takes components of millrace/cards: string");
    expect(caught).toContain("no luck");

    const collected = await flow.step("collect").task();
    expect(textOf(await pageOf(collected, "scores"))).toContain("rate loss 1 0 2 1 3 2 scores Array(3)");

    const again = await run("run");
    expect(again.stderr + again.stdout).toContain("taken from the cache");
    const cached = await (await Run.get("FitFlow/latest", { datastore })).step("collect").task();
    expect(textOf(await pageOf(cached, "scores"))).toContain("rate loss 1 0 2 1 3 2 scores");

    const listed = await card("list", "FitFlow/latest/collect", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject({ flow: "FitFlow", cards: [{ step: "collect", id: "scores" }] });
    const table = await card("list", "FitFlow/latest");
    expect(table.stdout).toMatch(/^TASK|^task/);
    expect(table.stdout.trim().split("\n")).toHaveLength(1 + 3 * 3 + 1 + 1);
    const out = path.join(cwd, "card.html");
    expect((await card("get", "FitFlow/latest/collect", "--out", out)).stderr).toContain(`wrote ${out}`);
    const file = fs.readFileSync(out, "utf8");
    expect(dangersIn(file)).toEqual([]);
    expect(file.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
    expect((await card("get", "FitFlow/latest/collect")).stdout).toBe(file);
    const viewed = await card("view", "FitFlow/latest/collect");
    expect(fs.readFileSync(viewed.stdout.trim(), "utf8")).toBe(file);
    fs.rmSync(path.dirname(viewed.stdout.trim()), { recursive: true });

    const fsck = await millrace(["fsck", "--datastore", datastore]);
    expect(fsck.code, fsck.stdout).toBe(0);
  },
);

test("which card is meant is said where it is not clear", async () => {
  const { run, card } = project();
  expect((await run("run")).code).toBe(0);
  const says: readonly (readonly [string[], RegExp])[] = [
    [["FitFlow/latest/fit"], /3 tasks of FitFlow\/\S+\/fit have cards: \S+\/fit\/2, /],
    [["FitFlow/latest/fit/2"], /fit\/2 has 3 cards: default, training, names/],
    [["FitFlow/latest/fit/2", "--id", "trainin"], /did you mean training\?/],
    [["FitFlow/latest/fit/2", "--id", "names", "--attempt", "9"], /there is no attempt 9 of fit\/2/],
    [["FitFlow/latest/start"], /no task of FitFlow\/\S+\/start has one\n.*write @card\(\) before the step/],
  ];
  for (const [args, said] of says) {
    const { code, stderr } = await card("get", ...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  }
});

test("nothing is lost to a kill a second later or an exit, and a resumed run shows the cards of what it reuses", async () => {
  const { datastore, run } = project();
  for (const how of ["killed", "exits"]) {
    expect((await run("run", "--how", how, "--max-workers", "1")).code).toBe(1);
    const [task] = await (await Run.get("FitFlow/latest", { datastore })).step("fit").tasks().toArray();
    const training = await pageOf(task!, "training", 0);
    expect(textOf(training)).toContain("epochs 20 of 20");
    const [, path = ""] = /<title>loss<\/title><path d="([^"]*)"/.exec(training) ?? [];
    expect(path.match(/[ML]/g)).toHaveLength(20);
  }
  const bad = await run("run", "--how", "render");
  expect(bad.code, bad.stderr).toBe(0);
  expect(bad.stderr + bad.stdout).toContain("warning: card names of type names: no such template");
  const resumed = await run("resume", "collect");
  expect(resumed.code, resumed.stderr).toBe(0);
  const [reused] = await (await Run.get("FitFlow/latest", { datastore })).step("fit").tasks().toArray();
  expect(reused!.isReused).toBe(true);
  expect(textOf(await pageOf(reused!, "training"))).toContain("epochs 20 of 20");
  expect(textOf(await pageOf(reused!, "names"))).toContain("no such template");
});

test("--with card gives every step the default card", async () => {
  const { run, datastore } = project();
  const first = await run("run", "--with", "card");
  expect(first.code, first.stderr).toBe(0);
  const start = await (await Run.get("FitFlow/latest", { datastore })).step("start").task();
  expect((await start.cards()).map(({ id }) => id)).toEqual(["default"]);
  expect(textOf(await pageOf(start, "default"))).toContain("rates Array(3)");
});
