import { describe, expect, test } from "vitest";
import { type CommandOptions, readArtifacts, runFlow, tasksOf, tsx, millrace } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const DIALECTS = [
  ["standard decorators", STANDARD],
  ["experimentalDecorators", LEGACY],
] as const;

const FLOW = `import { current, env, FlowSpec, main, resources, retry, secrets, step, timeout } from "millrace";

let tries = 0;
const onlyFlaky = (error: unknown) => String(error).includes("flaky");

@env({ vars: { TZ: "UTC", REGION: "base" } })
@retry({ times: 3, on: onlyFlaky })
@secrets({ sources: [{ type: "inline", vars: { TOKEN: "from-the-base" } }] })
class BaseFlow extends FlowSpec {
  seen: Record<string, unknown> = {};
  note() {
    return { TZ: process.env.TZ, REGION: process.env.REGION, SEED: process.env.SEED, attempt: current.attempt };
  }
  @step start() {
    if (current.attempt < 2) throw new Error("flaky");
    if (process.env.TOKEN !== "from-the-base") throw new Error("no token");
    this.seen = { start: this.note() };
    this.next((this as unknown as TrainFlow).train);
  }
  @retry({ times: 0 })
  @step end() {}
}

@env({ vars: { REGION: "eu" } })
@resources({ cpu: 2, memory: 8000 })
@timeout({ minutes: 5 })
class TrainFlow extends BaseFlow {
  @env({ vars: { SEED: "7" } })
  @resources({ memory: 1000 })
  @timeout({ seconds: 30 })
  @step train() {
    this.seen = { ...this.seen, train: this.note() };
    this.next(this.end);
  }
}

main(TrainFlow);
`;

function inProject(source: string, tsconfig: string = STANDARD): CommandOptions & { cwd: string } {
  return { cwd: makeProject({ "flow.ts": source, "tsconfig.json": tsconfig, "package.json": ESM }) };
}

describe.each(DIALECTS)("decorators before the class, under %s", (_, tsconfig) => {
  test("hold for every step, inherited ones too; a step's own win, and --with wins over neither", async () => {
    const args = ["run", "--with", "retry:times=9", "--with", "timeout:hours=1", "--with", "checkpoint"];
    const run = await runFlow("./flow.ts", args, inProject(FLOW, tsconfig));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")["seen"]).toEqual({
      start: { TZ: "UTC", REGION: "eu", SEED: undefined, attempt: 2 },
      train: { TZ: "UTC", REGION: "eu", SEED: "7", attempt: 0 },
    });
    const settings = Object.fromEntries(run.summary.document.graph.steps.map((step) => [step.name, step.settings]));
    expect(settings["start"]).toMatchObject({
      retry: { times: 3, hasFilter: true },
      timeoutMs: 300_000,
      hasSecrets: true,
      hasCheckpoint: true,
      resources: { cpu: 2, memoryMb: 8000 },
    });
    expect(settings["train"]).toMatchObject({ timeoutMs: 30_000, resources: { cpu: 2, memoryMb: 1000 } });
    expect(settings["end"]).toMatchObject({ retry: { times: 0, hasFilter: false }, timeoutMs: 300_000 });
  });

  test("filter what is tried again", async () => {
    const run = await runFlow("./flow.ts", ["run"], inProject(FLOW.replace("flaky", "lasting"), tsconfig));
    expect(run.code).toBe(1);
    expect(tasksOf(run, "start")[0]?.attempt).toBe(0);
  });

  test.each([
    ["@retry", "Cannot apply @retry to a class without () because it marks the method of a step", "write @retry()"],
    ["@onExit", "Cannot apply @onExit to a class without () because it marks the class of a flow", "write @onExit("],
    ["@catchError()", "Cannot apply @catchError to class WrongFlow because it marks the method of a step", "put it on"],
    ["@step", "Cannot apply @step to class WrongFlow because it marks the method of a step", "put it on a method"],
  ])("%s has no place there: exit 2", async (decorator, headline, hint) => {
    const name = decorator.replace(/\W/g, "");
    const source = `import { ${[...new Set([name, "FlowSpec", "main", "step"])].join(", ")} } from "millrace";
      ${decorator} class WrongFlow extends FlowSpec { @step({ start: true, end: true }) only() {} }
      main(WrongFlow);`;
    const options = inProject(source, tsconfig);
    for (const run of [tsx("./flow.ts", ["run"], options), millrace(["check", "flow.ts"], options)]) {
      const { code, stderr, stdout } = await run;
      expect(code, stderr).toBe(2);
      expect(stderr + stdout).toContain(headline);
      expect(stderr + stdout).toContain(hint);
    }
  });
});

test("show and graph list them as the step's settings", async () => {
  const options = inProject(FLOW);
  const shown = await tsx("./flow.ts", ["show"], options);
  expect(shown.stdout).toContain(
    "cpu 2, gpu 0, memory 1000 MB | retry 3x | timeout 30 s | secrets | vars TZ, REGION, SEED",
  );
  const graph = await tsx("./flow.ts", ["graph", "--format", "json"], options);
  expect(graph.stdout).toContain('"timeoutMs":300000');
});

test("a wrong option before the class is told once, with the class it stands before", async () => {
  const options = inProject(FLOW.replace("@retry({ times: 3,", "@retry({ tims: 3,"));
  const { code, stdout } = await tsx("./flow.ts", ["check", "--json"], options);
  expect(code).toBe(2);
  const { findings } = JSON.parse(stdout.split("\n")[0] ?? "") as {
    findings: { step: string | null; message: string; hint: string }[];
  };
  expect(findings).toMatchObject([
    {
      step: null,
      message: "Cannot use @retry because it has no option tims; before class BaseFlow, for every step",
      hint: "did you mean times?",
    },
  ]);
});

test("of two engines the step's own counts, whatever its class says; two before one class contradict each other", async () => {
  const source = `import { batch, docker, FlowSpec, main, step } from "millrace";
    @batch({ gpu: 4, memory: 64_000 }) class EngineFlow extends FlowSpec {
      @docker({ memory: 512 }) @step({ start: true, end: true }) only() {}
    }
    main(EngineFlow);`;
  const shown = await tsx("./flow.ts", ["graph", "--format", "json"], inProject(source));
  const { steps } = JSON.parse(shown.stdout) as { steps: { settings: object }[] };
  expect(steps[0]?.settings).toMatchObject({ engine: { name: "docker" }, resources: { gpu: 0, memoryMb: 512 } });
  const both = source.replace("class EngineFlow", "@docker() class EngineFlow").replace("@docker({ memory: 512 })", "");
  const refused = await tsx("./flow.ts", ["run"], inProject(both));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("Cannot run step only because it names two engines: batch and docker");
});
