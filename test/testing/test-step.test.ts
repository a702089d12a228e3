import { expect, test, vi } from "vitest";
import { progressBar } from "../../sdk/cards/index.ts";
import { card, current, env, FlowSpec, type Inputs, secrets, step } from "../../sdk/index.ts";
import { testStep } from "../../sdk/testing/index.ts";
import { FailingFlow, Model, OtherFlow, ShapesFlow } from "./flow.ts";

test("a step gives its artifacts, where it goes and what it printed", async () => {
  const { artifacts, next, logs } = await testStep(ShapesFlow, "start", { parameters: { factors: 8 } });
  expect(artifacts).toEqual({ shards: ["a", "b"], shared: 1 });
  expect(next).toEqual({ kind: "branch", targets: ["fitA", "fitB"] });
  expect(logs).toEqual({ stdout: "factors 8\n", stderr: "", both: "factors 8\n" });
});

test("artifacts go in and come out as copies, registered classes too", async () => {
  const shards = ["x"];
  const { artifacts } = await testStep(ShapesFlow, "fitA", { artifacts: { shared: 5, shards, extra: new Model([1]) } });
  expect(artifacts).toEqual({ shared: 5, shards: ["x"], extra: new Model([1]), model: new Model([2, 5]), score: 2 });
  expect(artifacts.shards).not.toBe(shards);
  expect(artifacts.model).toBeInstanceOf(Model);
});

test("current.trigger is what the test says, each task's own copy, and null without one", async () => {
  class TriggeredFlow extends FlowSpec {
    seen: unknown;
    @step start() {
      this.seen = current.trigger;
      this.next(this.end);
    }
    @step end() {}
  }
  const at = new Date("2026-03-14T06:00:00Z");
  const data = { date: "2026-03-13" };
  const given = { events: [{ name: "rates-arrived", data, publishedAt: at }], scheduledAt: at };
  expect((await testStep(TriggeredFlow, "start", { trigger: given })).artifacts.seen).toEqual({
    events: [{ id: "test", name: "rates-arrived", data, publishedAt: at }],
    runs: [],
    scheduledAt: at,
  });
  expect((await testStep(TriggeredFlow, "start")).artifacts.seen).toBeNull();
  const wrong = testStep(TriggeredFlow, "start", { trigger: { runs: ["EtlFlow"] } });
  await expect(wrong).rejects.toMatchObject({ code: "MILLRACE_USAGE" });
});

test("cards take what a step puts on them, and a step without one warns", async () => {
  class CardFlow extends FlowSpec {
    @card({ id: "training" })
    @step
    start() {
      const bar = progressBar({ label: "epochs", max: 2 });
      current.card.append(bar);
      bar.update(2);
      current.card.get("training").refresh();
      this.next(this.end);
    }
    @step end() {
      current.card.append(progressBar({ label: "x", max: 1 }));
      current.card.get("none").clear();
    }
  }
  expect((await testStep(CardFlow, "start")).logs.both).toBe("");
  expect((await testStep(CardFlow, "end")).logs.stderr).toBe(
    "warning: step end has no card, so nothing of it is shown: write @card() before it\n",
  );
});

test("a value that could not be stored fails the test as it would fail the run", async () => {
  const artifacts = { model: new WeakMap() as unknown as Model };
  await expect(testStep(ShapesFlow, "end", { artifacts })).rejects.toThrow(/model.*WeakMap/s);
});

test("what the step throws arrives as it is, whatever would retry it", async () => {
  await expect(testStep(ShapesFlow, "fitB")).rejects.toBeInstanceOf(RangeError);
  await expect(testStep(FailingFlow, "fragile")).rejects.toThrow(new TypeError("broken as asked"));
  const { artifacts } = await testStep(ShapesFlow, "fitB", { attempt: 1 });
  expect(artifacts.score).toBe(4);
});

test("a join takes its inputs by the names of steps", async () => {
  const inputs = { fitA: { score: 1, shared: 1 }, fitB: { score: 3, shared: 1 } };
  const { artifacts, next } = await testStep(ShapesFlow, "ensemble", { inputs });
  expect([artifacts.score, artifacts.shared]).toEqual([2, 1]);
  expect(next).toEqual({ kind: "linear", targets: ["split"] });
  const conflict = { fitA: { score: 1, shared: 1 }, fitB: { score: 3, shared: 2 } };
  await expect(testStep(ShapesFlow, "ensemble", { inputs: conflict })).rejects.toThrow("the inputs differ on shared");
});

test("a join takes its inputs as an array, and goes on by a switch", async () => {
  const inputs = ["A", "B"].map((part) => ({ part, score: 4 }));
  const { artifacts, next } = await testStep(ShapesFlow, "collect", { inputs, parameters: { size: "large" } });
  expect([artifacts.parts, artifacts.score]).toEqual([["A", "B"], 4]);
  expect(next).toEqual({ kind: "switch", targets: ["deep"], case: "large" });
});

test("a split gives the items that its children would get", async () => {
  const { next } = await testStep(ShapesFlow, "split", { artifacts: { shards: ["p", "q", "r"] } });
  expect(next).toEqual({ kind: "foreach", targets: ["work"], items: ["p", "q", "r"] });
});

test("a step of a foreach gets its item, index and stack", async () => {
  const first = await testStep(ShapesFlow, "work", { input: "a", index: 3 });
  const stack = [{ step: "split", index: 3, size: 4, input: "a" }];
  expect(first.artifacts).toMatchObject({ part: "A", seen: { input: "a", index: 3, stack } });
  const second = await testStep(ShapesFlow, "work", { foreachStack: [{ input: "b", index: 1, size: 9 }] });
  expect(second.artifacts.seen).toMatchObject({ index: 1, stack: [{ size: 9 }] });
});

test("foreaches around the innermost one may be left out or given", async () => {
  class NestedFlow extends FlowSpec {
    rows = [[1, 2]];
    row!: number[];
    seen!: unknown;
    @step start() {
      this.next(this.outer, { foreach: "rows" });
    }
    @step outer(row: number[]) {
      this.row = row;
      this.next(this.inner, { foreach: "row" });
    }
    @step inner() {
      this.seen = this.foreachStack().map((frame) => [frame.step, frame.input]);
      this.next(this.joinInner);
    }
    @step joinInner(inputs: Inputs<NestedFlow>) {
      this.mergeArtifacts(inputs, { exclude: ["seen"] });
      this.next(this.joinOuter);
    }
    @step joinOuter(inputs: Inputs<NestedFlow>) {
      this.seen = inputs.length;
      this.next(this.end);
    }
    @step end() {}
  }
  const inner = await testStep(NestedFlow, "inner", { input: 2 });
  expect(inner.artifacts.seen).toEqual([
    ["start", undefined],
    ["outer", 2],
  ]);
  const both = await testStep(NestedFlow, "inner", { foreachStack: [{ input: [1, 2] }, { input: 1 }] });
  expect(both.artifacts.seen).toEqual([
    ["start", [1, 2]],
    ["outer", 1],
  ]);
  expect((await testStep(NestedFlow, "joinInner", { inputs: [], input: [3] })).next.targets).toEqual(["joinOuter"]);
});

test("both streams are captured, and given back afterwards", async () => {
  const { logs } = await testStep(ShapesFlow, "quick");
  expect(logs).toEqual({ stdout: "quick\n", stderr: "careful\n", both: "quick\ncareful\n" });
  expect(Object.hasOwn(process.stdout, "write")).toBe(false);
});

test("the environment is the step's alone", async () => {
  const { artifacts } = await testStep(OtherFlow, "start", { env: { TOKEN: "abc" } });
  expect([artifacts.token, process.env["TOKEN"]]).toEqual(["abc", undefined]);
});

test("several calls wait for each other", async () => {
  const all = await Promise.all(["1", "2", "3"].map((TOKEN) => testStep(OtherFlow, "start", { env: { TOKEN } })));
  expect(all.map(({ artifacts }) => artifacts.token)).toEqual(["1", "2", "3"]);
});

test("configuration and included files are there, the end goes nowhere", async () => {
  const { logs, next } = await testStep(ShapesFlow, "end", {
    artifacts: { score: 1.5 },
    config: { limits: { most: 3 } },
  });
  expect(logs.stdout).toBe("1.5 three little words 3\n");
  expect(next).toEqual({ kind: "end", targets: [] });
});

test("current works inside and is gone outside", async () => {
  class CurrentFlow extends FlowSpec {
    seen!: unknown[];
    @step start() {
      this.seen = [current.flowName, current.stepName, current.attempt, current.parameters, current.signal.aborted];
      this.next(this.end);
    }
    @step end() {}
  }
  const { artifacts } = await testStep(CurrentFlow, "start", { attempt: 2 });
  expect(artifacts.seen).toEqual(["CurrentFlow", "start", 2, {}, false]);
  expect(current.isRunning).toBe(false);
});

test("a gang's node knows its place", async () => {
  class GangFlow extends FlowSpec {
    rank!: number;
    nodes!: number;
    @step start() {
      this.next(this.train, { numParallel: 4 });
    }
    @step train() {
      this.rank = current.parallel.nodeIndex;
      this.nodes = current.parallel.numNodes;
      this.next(this.gather);
    }
    @step gather(inputs: Inputs<GangFlow>) {
      this.nodes = inputs.length;
      this.next(this.end);
    }
    @step end() {}
  }
  expect((await testStep(GangFlow, "start")).next).toEqual({ kind: "gang", targets: ["train"], size: 4 });
  expect((await testStep(GangFlow, "train", { index: 2 })).artifacts).toEqual({ rank: 2, nodes: 4 });
});

test("a transition that cannot be taken is refused as in a run", async () => {
  const artifacts = { shards: 5 as never };
  await expect(testStep(ShapesFlow, "split", { artifacts })).rejects.toThrow("cannot be iterated");
  const size = { inputs: [{}], parameters: { size: "small" as const } };
  expect((await testStep(ShapesFlow, "collect", size).catch(String)) as unknown).toContain(
    "no input has such an artifact",
  );
});

test("a foreach over a field that nothing set says which one was meant, or what to do", async () => {
  class AirportsFlow extends FlowSpec {
    airports = ["VIE", "GRZ"];
    @step start() {
      this.next(this.fit, { foreach: "airprots" as "airports" });
    }
    @step fit(_airport: string) {
      this.next(this.predict, { foreach: "weather" as "airports" });
    }
    @step predict(_hour: string) {
      this.next(this.gather);
    }
    @step gather(_inputs: Inputs<AirportsFlow>) {
      this.next(this.collect);
    }
    @step collect(_inputs: Inputs<AirportsFlow>) {
      this.next(this.end);
    }
    @step end() {}
  }
  await expect(testStep(AirportsFlow, "start")).rejects.toMatchObject({
    code: "MILLRACE_NEXT",
    hint: "did you mean airports?",
  });
  await expect(testStep(AirportsFlow, "fit", { input: "VIE" })).rejects.toMatchObject({
    hint: "set this.weather to an array before this.next",
  });
});

test("a step that asks for packages of its own gets those of the project, and a warning that says so once", async () => {
  class PackagesFlow extends FlowSpec {
    @env({ packages: { "ml-matrix": "6.10.4" } })
    @step
    start() {
      console.error("works");
      this.next(this.end);
    }
    @step end() {}
  }
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const { logs } = await testStep(PackagesFlow, "start");
    await testStep(PackagesFlow, "start");
    await testStep(PackagesFlow, "end");
    expect(logs.stderr).toBe("works\n");
    expect(write.mock.calls.map(([text]) => text)).toEqual([
      "warning: PackagesFlow.start asks for ml-matrix@6.10.4, but testStep uses the packages of the project; Runner uses those of @env\n",
    ]);
  } finally {
    write.mockRestore();
  }
});

test("an unknown step, a flow without steps and misfits are told", async () => {
  class Bare extends FlowSpec {}
  await expect(testStep(ShapesFlow, "fitC" as "fitA")).rejects.toThrow("did you mean fitA?");
  await expect(testStep(Bare, "start" as never)).rejects.toThrow("Cannot use Bare because its graph is not sound");
  await expect(testStep(undefined as unknown as typeof Bare, "start" as never)).rejects.toThrow(
    "the first argument is not a class",
  );
  await expect(testStep(ShapesFlow, "ensemble")).rejects.toThrow("it is a join and gets no inputs");
  await expect(testStep(ShapesFlow, "work")).rejects.toThrow("it takes the item of a foreach");
  await expect(testStep(ShapesFlow, "start", { input: 1 })).rejects.toThrow("it is not inside a foreach");
  await expect(testStep(ShapesFlow, "start", { inputs: [] })).rejects.toThrow("it is not a join");
  const inputs = { fitA: {}, fitX: {} };
  await expect(testStep(ShapesFlow, "ensemble", { inputs })).rejects.toThrow("did you mean fitA?");
  await expect(testStep(ShapesFlow, "start", { parameters: { factrs: 1 } as never })).rejects.toThrow("factors?");
});

class SecretFlow extends FlowSpec {
  greeting!: string;

  @secrets({ sources: [{ type: "inline", vars: { API_KEY: "key-of-a-test-5150" } }] })
  @step
  start() {
    this.greeting = `hello ${process.env["API_KEY"]}`;
    console.log(this.greeting, btoa(this.greeting));
    this.next(this.end);
  }

  @step end() {}
}

test("a step's secrets are masked in its logs as in a run, and an artifact that holds one is told of", async () => {
  const { artifacts, logs } = await testStep(SecretFlow, "start");
  expect(artifacts.greeting).toBe("hello key-of-a-test-5150");
  expect(logs.stdout).toBe("hello *** aGVsbG8g***\n");
  expect(logs.stderr).toContain("the artifact greeting of step start holds a secret");
});
