import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { sourceNames } from "../../runtime/datastore/source-names.ts";
import { millrace, runFlow, tsx, withRun } from "../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../rigs/project.ts";
import { bundleFlow } from "../../runtime/package/bundle.ts";

const FLOW = `import { FlowSpec, main, step } from "millrace";
import { fail } from "HELPER";
class Odd extends FlowSpec {
  @step start() { this.next(this.end); }
  @step end() { fail(); }
}
main(Odd);
`;
const HELPER = `export function fail(): never {
  throw new Error("boom");
}
`;

describe("a file is named as it is", () => {
  test.each([
    ["größe.ts", "./für alle.ts"],
    ["100%25 sicher.ts", "./sub#folder/a%2fb.ts"],
    ['it\'s "quoted" & [x];.ts', "./🚀/日本?.ts"],
  ])(
    "%s, which imports %s",
    async (file, helper) => {
      // A query would begin at the question mark; the loader asks for the file so.
      const specifier = helper.replaceAll("%", "%25").replaceAll("#", "%23").replaceAll("?", "%3f");
      const isUrl = specifier !== helper;
      const cwd = makeProject({
        [file]: FLOW.replace("HELPER", isUrl ? helper : specifier),
        [helper]: HELPER,
        "package.json": ESM,
        "tsconfig.json": STANDARD,
      });
      const run = withRun(await millrace(["run", file], { cwd }));
      const name = path.normalize(helper);
      expect(run.stderr).toContain(`at ${name}:2:9\n`);
      const { error } = run.summary.tasks.find(({ step }) => step === "end")!;
      expect(error).toMatchObject({ file: path.join(cwd, name), line: 2, column: 9 });
      expect(error!.stack).toContain(`${path.join(cwd, name)}:2:9`);
      const { datastore } = run;
      const status = await millrace(["status", file, "--json"], { cwd, datastore });
      const shown = JSON.parse(status.stdout) as { tasks: { step: string; error: { file: string } | null }[] };
      expect(shown.tasks.find(({ step }) => step === "end")?.error?.file).toBe(name);
      const list = await millrace(["package", file, "--json"], { cwd });
      const { code } = JSON.parse(list.stdout) as { code: { sources: { path: string }[] } };
      expect(code.sources.map((one) => one.path).sort()).toEqual([file, name].sort());
    },
    120_000,
  );

  test("also where it asks for its own place", async () => {
    const cwd = makeProject({
      "ordner#1/a?b%.ts": `import { FlowSpec, main } from "millrace";\nexport const here = import.meta.url;\nmain(FlowSpec);\n`,
      "package.json": ESM,
    });
    const { code } = await bundleFlow(path.join(cwd, "ordner#1/a?b%.ts"));
    expect(sourceNames(JSON.parse(code.map))).toEqual(["ordner#1/a?b%.ts"]);
  });

  test("a map of an older store, whose names were written as they are, is still read", () => {
    expect(sourceNames({ sources: ["a%20b.ts", "100%.ts", "größe.ts"] })).toEqual(["a b.ts", "100%.ts", "größe.ts"]);
  });
});

describe("a flow file that is a program of its own", () => {
  const PROGRAM = `#!/usr/bin/env -S npx tsx
import { FlowSpec, main, step } from "millrace";
import { total } from "./total.ts";
class Program extends FlowSpec {
  sum = 0;
  @step start() { this.sum = total; this.next(this.end); }
  @step end() { if (process.env.BOOM) throw new Error("boom"); console.log("total", this.sum); }
}
main(Program);
`;
  const TOTAL = `#!/usr/bin/env node\nexport const total = 42;\n`;

  test.each([
    ["plain", PROGRAM, TOTAL],
    ["with a byte order mark and CRLF", `\uFEFF${PROGRAM}`.replaceAll("\n", "\r\n"), `\uFEFF${TOTAL}`],
    ["that knows its place", PROGRAM.replace("main(Program)", "void import.meta.url;\nmain(Program)"), TOTAL],
  ])(
    "%s, runs and resumes under tsx and millrace",
    async (_, program, total) => {
      const cwd = makeProject({
        "flow.ts": program,
        "total.ts": total,
        "package.json": ESM,
        "tsconfig.json": program === PROGRAM ? LEGACY : STANDARD,
      });
      const file = path.join(cwd, "flow.ts");
      // Node itself takes no byte order mark before the line, and tsx hands it on.
      const isMarked = program.startsWith("\uFEFF");
      const failed = isMarked
        ? withRun(await millrace(["run", "flow.ts"], { cwd, env: { BOOM: "1" } }))
        : await runFlow(file, ["run"], { cwd, env: { BOOM: "1" } });
      expect(failed.stderr).toMatch(/at flow\.ts:7:\d+\n/);
      const { datastore } = failed;
      const resumed = withRun(await millrace(["resume", "flow.ts"], { cwd, datastore }));
      expect(resumed.summary.status).toBe("succeeded");
      expect(resumed.stderr).toContain("total 42");
      if (!isMarked) expect((await tsx(file, ["check"], { cwd })).code).toBe(0);
      expect((await millrace(["package", "flow.ts", "--list"], { cwd })).code).toBe(0);
    },
    120_000,
  );

  test("its findings have their place", async () => {
    const text = `\uFEFF#!/usr/bin/env -S npx tsx\n${PROGRAM.split("\n").slice(1).join("\n")}`;
    const cwd = makeProject({
      "flow.ts": text.replace("this.next(this.end)", "this.next(this.nowhere)"),
      "total.ts": TOTAL,
      "package.json": ESM,
    });
    const { stderr, code } = await millrace(["check", "flow.ts"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/flow\.ts:6:\d+: /);
    expect(fs.existsSync(path.join(cwd, "flow.ts"))).toBe(true);
  }, 60_000);
});
