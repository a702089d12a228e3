import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Finished, node, ROOT } from "../rigs/harness.ts";
import { installedProject, STANDARD } from "../rigs/project.ts";

const CONFIG = `
  import millrace from "millrace/eslint";
  import tseslint from "typescript-eslint";
  export default tseslint.config(
    tseslint.configs.recommendedTypeChecked,
    { languageOptions: { parserOptions: { projectService: true } } },
    ...millrace,
  );
`;

const SOUND = `
import { FlowSpec, main, retry, step } from "millrace";
export class FitFlow extends FlowSpec {
  size: "small" | "large" = "small";
  @step start() { this.next({ small: this.quick, large: this.deep }, { condition: "size" }); }
  @step quick() { this.next(this.end); }
  @retry() @step deep() { this.next(this.end); }
  @step end() { console.log(this.size); }
}
main(FitFlow);
`;

test("this.next may name methods, and unbound-method stays on elsewhere", async () => {
  const cwd = project({ "flow.ts": SOUND, "unbound.ts": `${SOUND}\nconst lost = new FitFlow().quick;\nlost();\n` });
  expect(await lint(cwd, "flow.ts")).toMatchObject({ code: 0, stdout: "" });
  const { code, stdout } = await lint(cwd, "unbound.ts");
  expect(code).toBe(1);
  expect(problems(stdout)).toEqual([expect.stringMatching(/^unbound\.ts:12:14 [^]* millrace\/unbound-method$/)]);
});

test("an abstract base class is no flow yet", async () => {
  const cwd = project({
    "base.ts": `
import { FlowSpec, step } from "millrace";
export abstract class Base extends FlowSpec {
  @step start() { this.next(this.work); }
  abstract work(): void;
}
`,
  });
  expect(await lint(cwd, "base.ts")).toMatchObject({ code: 0, stdout: "" });
});

test("what check says is shown at its place, for the flows of a file and their base classes", async () => {
  const cwd = project({
    "flow.ts": SOUND.replace("@step quick() { this.next(this.end); }", "@step quick() { console.log(1); }"),
    "base.ts": `
import { FlowSpec, step } from "millrace";
class Base extends FlowSpec {
  @step start() { this.next(this.end); }
  helper() { return 1; }
}
export class Derived extends Base {
  static place = [1, 2].map(String);
  @step end() { this.next(this.start); }
}
`,
    "unknown-base.ts": `
import { step } from "millrace";
import { FitFlow } from "./flow.ts";
export class Other extends FitFlow {
  @step start() { this.next(this.nowhere); }
  @step nowhere() { this.next(this.end); }
}
`,
  });
  const flow = await lint(cwd, "flow.ts");
  expect(problems(flow.stdout)).toEqual([expect.stringMatching(/^flow\.ts:6:9 .*quick.*\(missing-next\)\. Fix: /)]);
  const base = await lint(cwd, "base.ts");
  expect(problems(base.stdout)).toEqual([expect.stringMatching(/^base\.ts:9:\d+ .*\(end-calls-next\)/)]);
  // A base class of another file is not read: nothing is said rather than something wrong.
  expect(problems((await lint(cwd, "unknown-base.ts")).stdout)).toEqual([]);
});

describe("what check warns of in the data", () => {
  const FIT = `
import { catchError, FlowSpec, main, step, type Inputs } from "millrace";
const OPTIONS = { as: "failure" } as const;
class Base extends FlowSpec {
  score!: number;
  failure: Error | undefined;
  scale!: (x: number) => number;
  @step start() { this.next(this.fit, this.plot); }
  @step plot() { this.next(this.join); }
}
export class FitFlow extends Base {
  @step fit() {
    this.scale = (x) => 2 * x;
    this.score = 0.71;
    this.next(this.join);
  }
  @step join(inputs: Inputs<FitFlow>) { console.log(inputs.length); this.next(this.end); }
  @step end() {
    console.log(this.score);
  }
}
main(FitFlow);
`;
  const UNTYPED = 'import millrace from "millrace/eslint"; export default millrace;';
  const END = "    console.log(this.score);\n";

  test("is shown as warnings, at the same places, and leaves the exit code at 0", async () => {
    const { code, stdout } = await lint(project({ "eslint.config.mjs": UNTYPED, "flow.ts": FIT }), "flow.ts");
    expect(problems(stdout, { withSeverity: true })).toEqual([
      expect.stringMatching(
        /^flow\.ts:13:5 Cannot store this\.scale of fit .*\(function-field\)\. Fix: .* millrace\/data 1$/,
      ),
      expect.stringMatching(
        /^flow\.ts:19:17 Cannot read this\.score in end .*\(lost-at-join\)\. Fix: .* millrace\/data 1$/,
      ),
    ]);
    expect(code).toBe(0);
  });

  test("is silenced by the comments that silence check, on the line and above it", async () => {
    const cwd = project({
      "eslint.config.mjs": UNTYPED,
      "silent.ts": FIT.replace("2 * x;", "2 * x; // millrace-ignore function-field -- only fit scales").replace(
        END,
        `    // millrace-ignore unknown-field, lost-at-join\n${END}`,
      ),
      "other.ts": FIT.replace("2 * x;", "2 * x; // millrace-ignore lost-at-join"),
    });
    expect(await lint(cwd, "silent.ts")).toMatchObject({ code: 0, stdout: "" });
    expect(problems((await lint(cwd, "other.ts")).stdout)).toHaveLength(2);
  });

  test("is not guessed where the text does not name all fields, or the graph is not sound", async () => {
    const cwd = project({
      "eslint.config.mjs": UNTYPED,
      "caught.ts": FIT.replace("@step fit", "@catchError(OPTIONS) @step fit"),
      "computed.ts": FIT.replace("  score!: number;", "  score!: number;\n  [OPTIONS.as] = 1;"),
      "unsound.ts": FIT.replace("this.next(this.end);", ""),
    });
    const found = problems((await lint(cwd, "caught.ts", "computed.ts", "unsound.ts")).stdout);
    expect(found).toEqual([expect.stringMatching(/^unsound\.ts:.* millrace\/check$/)]);
  });
});

describe("what a decorator of one's own may set", () => {
  const UNTYPED = 'import millrace from "millrace/eslint"; export default millrace;';
  const HOOKS = `
import { decorator } from "millrace";
export const timed = decorator({ name: "timed", before({ flow }) { Object.assign(flow, { startedAt: 1 }); } });
export const hooks = { timed };
export function traced<Method>(method: Method): Method { return method; }
`;
  const flow = ({ imports = "", before = "", onStep = "", onField = "" }) => `
import { decorator, FlowSpec, main, retry, step } from "millrace";
${imports}
${before}
class TimedFlow extends FlowSpec {
  ${onField} declare startedAt: number;
  ${onStep} @step start() { this.next(this.end); }
  @retry() @step end() { console.log(this.startedAt); }
}
main(TimedFlow);
`;
  const OWN = HOOKS.replace('import { decorator } from "millrace";', "").replaceAll("export ", "");
  const IMPORTS = 'import { hooks, timed, traced } from "./hooks.ts";';

  test("is not called unknown, wherever the decorator stands and comes from", async () => {
    const flows = {
      "local-on-step.ts": flow({ imports: OWN, onStep: "@timed" }),
      "local-before-class.ts": flow({ imports: OWN, before: "@timed()" }),
      "imported-on-step.ts": flow({ imports: IMPORTS, onStep: "@timed()" }),
      "imported-before-class.ts": flow({ imports: IMPORTS, before: "@timed" }),
      "member-on-step.ts": flow({ imports: IMPORTS, onStep: "@hooks.timed" }),
      "plain-on-step.ts": flow({ imports: IMPORTS, onStep: "@traced" }),
      "on-field.ts": flow({ imports: IMPORTS, onField: "@traced" }).replace("declare startedAt", "startedAt"),
      "inline.ts": flow({ onStep: '@decorator({ name: "inline", before() {} })' }),
    };
    const cwd = project({ "eslint.config.mjs": UNTYPED, "hooks.ts": HOOKS, ...flows });
    const { code, stdout } = await lint(cwd, ...Object.keys(flows));
    expect([code, problems(stdout)]).toEqual([0, []]);
  });

  test("is unknown where all decorators are Millrace's, and of other steps the rest is still told", async () => {
    const lost = `
import { FlowSpec, main, step, type Inputs } from "millrace";
${IMPORTS}
class TimedFlow extends FlowSpec {
  score!: number;
  @step start() { this.next(this.fit, this.plot); }
  @step fit() { this.score = 0.7; this.next(this.join); }
  @step plot() { this.next(this.join); }
  @step join(inputs: Inputs<TimedFlow>) { console.log(inputs.length); this.next(this.end); }
  @step end() { console.log(this.score); }
}
main(TimedFlow);
`;
    const cwd = project({
      "eslint.config.mjs": UNTYPED,
      "hooks.ts": HOOKS,
      "ours.ts": flow({ imports: IMPORTS, onStep: "@retry()" }),
      "lost.ts": lost,
      "timed.ts": lost.replace("@step start", "@timed @step start"),
    });
    expect(problems((await lint(cwd, "lost.ts", "ours.ts", "timed.ts")).stdout)).toEqual([
      expect.stringMatching(/^lost\.ts:\d+:\d+ .*score.*\(lost-at-join\)/),
      expect.stringMatching(/^ours\.ts:\d+:\d+ .*startedAt.*\(unknown-field\)/),
      expect.stringMatching(/^timed\.ts:\d+:\d+ .*score.*\(lost-at-join\)/),
    ]);
  });
});

test("by itself it reads TypeScript, and without types its rules are silent where they need some", async () => {
  const config = 'import millrace from "millrace/eslint"; export default millrace;';
  const broken = SOUND.replace("this.next(this.end); }\n  @retry", "if (this.size) this.next(this.end); }\n  @retry");
  const cwd = project({
    "eslint.config.mjs": config,
    "flow.ts": SOUND,
    "broken.ts": broken,
    "notes.js": "export {};\n",
  });
  expect(await lint(cwd, "flow.ts", "notes.js")).toMatchObject({ code: 0, stdout: "" });
  expect(problems((await lint(cwd, "broken.ts")).stdout)).toEqual([
    expect.stringMatching(/^broken\.ts:6:.*\(conditional-next\)/),
  ]);
});

test("every example is sound for it", async () => {
  const config = 'import millrace from "millrace/eslint"; export default millrace;';
  const cwd = project({ "eslint.config.mjs": config });
  fs.cpSync(path.join(ROOT, "examples"), path.join(cwd, "examples"), { recursive: true });
  const { code, stdout, stderr } = await lint(cwd, "examples");
  expect([code, problems(stdout), stderr]).toEqual([0, [], ""]);
});

function project(files: Readonly<Record<string, string>>): string {
  const tsconfig = JSON.stringify({
    compilerOptions: { ...JSON.parse(STANDARD).compilerOptions, allowImportingTsExtensions: true, noEmit: true },
  });
  const cwd = installedProject({ "tsconfig.json": tsconfig, "eslint.config.mjs": CONFIG, ...files });
  fs.cpSync(path.join(ROOT, "dist/types"), path.join(cwd, "node_modules/millrace/dist/types"), { recursive: true });
  for (const name of ["eslint", "typescript-eslint", "typescript", "@standard-schema/spec"]) {
    fs.mkdirSync(path.dirname(path.join(cwd, "node_modules", name)), { recursive: true });
    fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(cwd, "node_modules", name), "junction");
  }
  return cwd;
}

function lint(cwd: string, ...files: readonly string[]): Promise<Finished> {
  return node([path.join(ROOT, "node_modules/eslint/bin/eslint.js"), "--format", "json", ...files], { cwd }).then(
    (done) => ({ ...done, stdout: problems(done.stdout).length === 0 ? "" : done.stdout }),
  );
}

/** One line a problem: `file:line:column message (rule)`, and its severity: 1 for a warning, 2 for an error. */
function problems(json: string, { withSeverity = false } = {}): string[] {
  if (json === "") return [];
  const results = JSON.parse(json) as {
    filePath: string;
    messages: { line: number; column: number; message: string; ruleId: string | null; severity: number }[];
  }[];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ line, column, message, ruleId, severity }) =>
        `${path.basename(filePath)}:${line}:${column} ${message} ${ruleId}${withSeverity ? ` ${severity}` : ""}`,
    ),
  );
}
