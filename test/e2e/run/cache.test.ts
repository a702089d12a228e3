import path from "node:path";
import fs from "node:fs";
import { describe, expect, test } from "vitest";
import { artifactOfAll, logOf, millrace, readArtifacts, resultOf, ROOT, runFlow, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { scene } from "../resume/trace.ts";

const ALWAYS = ["fails", "merge"];

/** Runs the flow into one store, and gives which of its bodies ran. */
function cachedFlow(at = scene()) {
  return async (...flags: string[]) => {
    fs.rmSync(at.env.TRACE, { force: true });
    const run = await runFlow("cache.ts", ["run", ...flags], at);
    expect(run.code, run.stderr).toBe(0);
    return { run, ran: at.ran() };
  };
}

/** A small flow whose source the test may change. */
function ownFlow({ cache, body = "1" }: { cache: string; body?: string }): string {
  return `import { appendFileSync } from "node:fs";
import { cache, FlowSpec, main, step } from "millrace";
class OwnFlow extends FlowSpec {
  value!: unknown;
  ${cache}
  @step
  start() {
    appendFileSync(process.env.TRACE!, "start\\n");
    this.value = ${body};
    this.next(this.end);
  }
  @step end() {}
}
main(OwnFlow);
`;
}

describe("@cache", () => {
  test("reuses a split, its items, a join and branches: no body runs and the artifacts are equal", async () => {
    const run = cachedFlow();
    const first = await run();
    const cached = ["collect", "left", "right", "start", "work a", "work b", "work c"];
    expect(first.ran).toEqual([...cached, ...ALWAYS].sort());
    const second = await run();
    expect(second.ran).toEqual(ALWAYS);
    for (const step of ["start", "collect", "left", "right", "merge"]) {
      expect(resultOf(second.run, step).artifacts).toEqual(resultOf(first.run, step).artifacts);
    }
    expect(artifactOfAll(second.run, "work", "scaled")).toEqual(["a=0 (1)", "b=2 (1)", "c=4 (1)"]);
    expect(readArtifacts(second.run, "merge")).toMatchObject({
      sides: ["left", "right"],
      all: ["a=0 (1)", "b=2 (1)", "c=4 (1)"],
    });
    expect(logOf(second.run, "start")).toContain(`taken from the cache: CacheFlow/${first.run.run}/start/1`);
  });

  test("does not keep a failed task, even a caught one", async () => {
    const run = cachedFlow();
    await run();
    const second = await run();
    expect(second.ran).toContain("fails");
    expect(readArtifacts(second.run, "end")).toMatchObject({ flaky: "fine" });
    const third = await run();
    expect(third.ran).toEqual(["merge"]);
    expect(readArtifacts(third.run, "end")).toMatchObject({ flaky: "fine" });
  });

  test.each([
    ["a parameter, whether or not the step reads it", ["--other", "1"]],
    ["a configuration", ["--config-value", "settings", '{"depth":2}']],
  ])("does not reuse after a change of %s", async (_, flags) => {
    const run = cachedFlow();
    const first = await run();
    const changed = await run(...flags);
    expect(changed.ran).toEqual(first.ran);
  });

  test("serves a run with other items from none of the first, and one with the same again from all", async () => {
    const run = cachedFlow();
    await run();
    const other = await run("--items", "a,x");
    expect(other.ran).toEqual(["collect", "fails", "left", "merge", "right", "start", "work a", "work x"]);
    expect(artifactOfAll(other.run, "work", "scaled")).toEqual(["a=0 (1)", "x=2 (1)"]);
    const again = await run("--items", "a,b,c");
    expect(again.ran).toEqual(ALWAYS);
  });

  test("serves tasks that a resume has to run", async () => {
    const at = scene();
    const first = await runFlow("cache.ts", ["run"], { ...at, env: { ...at.env, FAIL_AT: "merge" } });
    expect(first.code).toBe(1);
    const resumed = withRun(await millrace(["resume", path.join(ROOT, "test/e2e/flows/cache.ts"), "left"], { ...at }));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(at.ran().filter((line) => line === "left")).toHaveLength(1);
    expect(readArtifacts(resumed, "merge")).toMatchObject({ sides: ["left", "right"] });
  });

  describe("in a flow whose source changes", () => {
    async function runsOf(...sources: readonly (string | number)[]): Promise<string[]> {
      const at = scene();
      const cwd = makeProject({ "tsconfig.json": STANDARD, "package.json": ESM });
      const values: string[] = [];
      for (const source of sources) {
        if (typeof source === "number") {
          await new Promise((resolve) => setTimeout(resolve, source));
          continue;
        }
        fs.writeFileSync(path.join(cwd, "flow.ts"), source);
        const run = await runFlow("./flow.ts", ["run"], { ...at, cwd });
        expect(run.code, run.stderr).toBe(0);
        values.push(`${String(readArtifacts(run, "end")["value"])} after ${at.ran().length}`);
      }
      return values;
    }

    test("runs again when the code differs, and reuses the old result when it is as before", async () => {
      const one = ownFlow({ cache: "@cache()" });
      const two = ownFlow({ cache: "@cache()", body: "2" });
      expect(await runsOf(one, two, one)).toEqual(["1 after 1", "2 after 2", "1 after 2"]);
    });

    test("a key of its own stands for the code, until it changes", async () => {
      const keyed = (key: string, body: string) => ownFlow({ cache: `@cache({ key: "${key}" })`, body });
      const seen = await runsOf(keyed("v1", "1"), keyed("v1", "2"), keyed("v2", "3"));
      expect(seen).toEqual(["1 after 1", "1 after 1", "3 after 2"]);
    });

    test("a result older than its ttl is not used", async () => {
      // Time that passes is what is tested: two processes have no clock that a test could turn.
      const short = ownFlow({ cache: '@cache({ ttl: "100ms" })' });
      expect(await runsOf(short, 150, short)).toEqual(["1 after 1", "1 after 2"]);
      const long = ownFlow({ cache: '@cache({ ttl: "1h" })' });
      expect(await runsOf(long, 150, long)).toEqual(["1 after 1", "1 after 1"]);
    });
  });

  test("runs again when an input differs, though code and parameters are the same", async () => {
    const source = `import { appendFileSync } from "node:fs";
import { cache, FlowSpec, main, step } from "millrace";
class InputFlow extends FlowSpec {
  value!: string | undefined;
  double!: string;
  @step start() {
    this.value = process.env.VALUE;
    this.next(this.work);
  }
  @cache()
  @step
  work() {
    appendFileSync(process.env.TRACE!, "work\\n");
    this.double = \`\${this.value}\${this.value}\`;
    this.next(this.end);
  }
  @step end() {}
}
main(InputFlow);
`;
    const at = scene();
    const cwd = makeProject({ "flow.ts": source, "tsconfig.json": STANDARD, "package.json": ESM });
    const seen: unknown[] = [];
    for (const VALUE of ["x", "y", "x"]) {
      const run = await runFlow("./flow.ts", ["run"], { ...at, cwd, env: { ...at.env, VALUE } });
      seen.push([readArtifacts(run, "end")["double"], at.ran().length]);
    }
    expect(seen).toEqual([
      ["xx", 1],
      ["yy", 2],
      ["xx", 2],
    ]);
  });
});

test("a cached step is computed again where --with adds a decorator with other options, or with other code", async () => {
  const scaled = (by: string) => `import { decorator } from "millrace";
    export const scaled = decorator({
      name: "scaled",
      options: { factor: 1 },
      after({ flow, options }) { (flow as unknown as { value: number }).value ${by} options.factor; },
    });`;
  const source = `import { cache, FlowSpec, main, step } from "millrace";
    import "./scaled.ts";
    class OnlyFlow extends FlowSpec {
      value = 0;
      @cache() @step({ start: true, end: true }) only() { this.value = 10; }
    }
    main(OnlyFlow);`;
  const value = async (by: string, factor: number) => {
    fs.writeFileSync(path.join(cwd, "scaled.ts"), scaled(by));
    const run = await runFlow("./flow.ts", ["run", "--with", `scaled:factor=${factor}`], at);
    expect(run.code, run.stderr).toBe(0);
    return [readArtifacts(run, "only")["value"], logOf(run, "only").includes("taken from the cache")];
  };
  const cwd = makeProject({ "flow.ts": source, "tsconfig.json": STANDARD, "package.json": ESM });
  const at = { cwd, datastore: path.join(cwd, "store") };
  expect(await value("*=", 2)).toEqual([20, false]);
  expect(await value("*=", 2)).toEqual([20, true]);
  expect(await value("*=", 3)).toEqual([30, false]);
  expect(await value("+=", 3)).toEqual([13, false]);
});
