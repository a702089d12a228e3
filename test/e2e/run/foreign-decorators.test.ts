import { describe, expect, test } from "vitest";
import { type CommandOptions, logOf, millrace, readArtifacts, runFlow, tasksOf, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

/** As packages have them: each puts a function of its own in the place of the method. */
const STANDARD_WRAPPERS = `
export function logged(method: any, context: ClassMethodDecoratorContext): any {
  return function (this: any, ...args: any[]) {
    console.log("enter", String(context.name), args.length);
    return method.apply(this, args);
  };
}
export function memoize(method: any, _: ClassMethodDecoratorContext): any {
  const known = new Map<unknown, unknown>();
  return function (this: any) {
    const key = arguments[0];
    if (!known.has(key)) known.set(key, method.apply(this, arguments));
    return known.get(key);
  };
}
`;
const LEGACY_WRAPPERS = `
export function logged(_: any, name: string, descriptor: any): any {
  const method = descriptor.value;
  descriptor.value = function (this: any, ...args: any[]) {
    console.log("enter", name, args.length);
    return method.apply(this, args);
  };
  return descriptor;
}
export function memoize(_: any, name: string, descriptor: any): any {
  const method = descriptor.value;
  const known = new Map<unknown, unknown>();
  return { ...descriptor, value: function (this: any) {
    const key = arguments[0];
    if (!known.has(key)) known.set(key, method.apply(this, arguments));
    return known.get(key);
  } };
}
export function autobind(_: any, name: string, descriptor: any): any {
  return { configurable: true, get(this: any) { return descriptor.value.bind(this); } };
}
`;

const FLOW = `import { env, FlowSpec, main, retry, step, timeout, type Inputs } from "millrace";
import { logged, memoize } from "./wrappers.ts";

class WrappedFlow extends FlowSpec {
  items = ["a", "b"];
  seen: string[] = [];
  tries = 0;

  @logged @step async start() {
    await Promise.resolve();
    this.next(this.each, { foreach: "items" });
  }
  @retry({ times: 1 }) @memoize @logged @env({ vars: { WHO: "each" } }) @step each(item: string) {
    this.seen = [item, process.env.WHO ?? ""];
    this.next(this.gather);
  }
  @step @logged gather(inputs: Inputs<WrappedFlow>) {
    this.seen = inputs.flatMap(({ seen }) => seen);
    this.next(this.last);
  }
  @timeout({ minutes: 1 }) @step @memoize @retry({ times: 2 }) @logged last() {
    this.next(this.end);
  }
  @logged @step @memoize end() {
    this.seen.push("end");
  }
}
main(WrappedFlow);
`;

const DIALECTS = [
  ["standard decorators", STANDARD, STANDARD_WRAPPERS],
  ["experimentalDecorators", LEGACY, LEGACY_WRAPPERS],
] as const;

function inProject(source: string, { tsconfig, wrappers }: { tsconfig: string; wrappers: string }): CommandOptions {
  return {
    cwd: makeProject({ "flow.ts": source, "wrappers.ts": wrappers, "tsconfig.json": tsconfig, "package.json": ESM }),
  };
}

describe.each(DIALECTS)("decorators that wrap a step, under %s", (_, tsconfig, wrappers) => {
  test("are followed, on either side of @step: the graph is the method's own, and the wrappers run", async () => {
    const run = await runFlow("./flow.ts", ["run"], inProject(FLOW, { tsconfig, wrappers }));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")["seen"]).toEqual(["a", "each", "b", "each", "end"]);
    for (const [step, count] of [
      ["start", 0],
      ["each", 1],
      ["gather", 1],
    ] as const)
      expect(logOf(run, step)).toContain(`enter ${step} ${count}`);
    for (const step of ["last", "end"]) expect(logOf(run, step)).toContain(`enter ${step} 0`);
    expect(tasksOf(run, "each")).toHaveLength(2);
    const nodes = Object.fromEntries(run.summary.document.graph.steps.map((node) => [node.name, node]));
    expect(nodes["each"]).toMatchObject({
      isJoin: false,
      settings: { retry: { times: 1 }, env: { vars: { WHO: "each" } } },
    });
    expect(nodes["gather"]).toMatchObject({ isJoin: true });
    expect(nodes["last"]).toMatchObject({ isJoin: false, settings: { retry: { times: 2 }, timeoutMs: 60_000 } });
    expect(nodes["end"]).toMatchObject({ isJoin: false, transition: { kind: "end" } });
  });

  test("are followed by millrace, and a mistake in a wrapped step is found", async () => {
    const options = inProject(FLOW, { tsconfig, wrappers });
    const shown = await millrace(["show", "flow.ts"], options);
    expect(shown.stdout, shown.stderr).toContain("=> each, for each of items, joined in gather");
    const wrong = inProject(FLOW.replace("this.next(this.last);", ""), { tsconfig, wrappers });
    const { code, stderr, stdout } = await tsx("./flow.ts", ["check"], wrong);
    expect(code).toBe(2);
    expect(stderr + stdout).toContain("Cannot tell what follows gather because it never calls this.next");
  });
});

test("a getter in the place of a step is refused, and the decorator named", async () => {
  const source = `import { FlowSpec, main, step } from "millrace";
    import { autobind } from "./wrappers.ts";
    class BoundFlow extends FlowSpec {
      @autobind @step start() { this.next(this.end); }
      @step end() {}
    }
    main(BoundFlow);`;
  const above = inProject(source, { tsconfig: LEGACY, wrappers: LEGACY_WRAPPERS });
  const refused = await tsx("./flow.ts", ["run"], above);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "Cannot use start as a step because @autobind put a getter in the place of its method",
  );
  expect(refused.stderr).toContain("flow.ts:4:");
  const swapped = source.replace("@autobind @step", "@step @autobind");
  const below = await tsx("./flow.ts", ["run"], inProject(swapped, { tsconfig: LEGACY, wrappers: LEGACY_WRAPPERS }));
  expect(below.code).toBe(2);
  expect(below.stderr).toContain("Cannot apply @step to getter start");
  expect(below.stderr).toContain("without a decorator that makes it a getter");
});
