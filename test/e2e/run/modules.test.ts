import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { millrace, readArtifacts, runFlow, withRun } from "../../rigs/harness.ts";
import { COMMONJS, ESM, link, makeProject, STANDARD } from "../../rigs/project.ts";

const LOCAL_MODULE = `import os from "node:os";
export const shared: string[] = [];
export function describe(text: string): string {
  return text.toUpperCase() + (os.EOL.length > 0 ? "!" : "");
}
`;

describe("imports", () => {
  const files = {
    "package.json": ESM,
    "tsconfig.json": STANDARD,
    "lib/words.ts": LOCAL_MODULE,
    "lib/late.ts": 'export const place: string = import.meta.url;\nexport default "late";\n',
    "lib/data.json": '{ "answer": 42 }',
    "node_modules/installed/package.json":
      '{ "name": "installed", "version": "1.2.3", "type": "module", "exports": "./index.js" }',
    "node_modules/installed/index.js": 'export const name = "installed"; export default class Installed {}\n',
    "node_modules/older/package.json": '{ "name": "older", "version": "1.0.0", "main": "index.js" }',
    "node_modules/older/index.js": 'exports.greet = (name) => "hi " + name;\n',
    "packages/linked/package.json": '{ "name": "@work/linked", "type": "module", "exports": "./index.ts" }',
    // It has a dependency of its own that the flow has in another version.
    "packages/linked/node_modules/older/package.json": '{ "name": "older", "version": "2.0.0", "main": "index.js" }',
    "packages/linked/node_modules/older/index.js": "exports.greet = (name) => `good day ${name}`;\n",
    "packages/linked/index.ts":
      'import older from "older";\nexport const greeting: string = older.greet("you");\nexport function twice(value: number): number {\n  return value * 2;\n}\n',
    "flows/flow.ts": `import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { FlowSpec, main, step } from "millrace";
import Installed, { name as installedName } from "installed";
import older from "older";
import { greeting, twice } from "@work/linked";
import data from "../lib/data.json" with { type: "json" };
import { describe } from "../lib/words.js";
import type { Stats } from "node:fs";

const top: string = await Promise.resolve("top-level await");

class ImportsFlow extends FlowSpec {
  seen!: Record<string, unknown>;
  stats: Stats | undefined;
  @step async start() {
    const late = await import("../lib/late.js");
    const lazy = await import("installed");
    this.seen = {
      installed: installedName,
      isOneCopy: lazy.default === Installed,
      older: older.greet("you"),
      twice: twice(21),
      greeting,
      answer: data.answer,
      described: describe("local"),
      late: late.default,
      latePlace: late.place,
      url: import.meta.url,
      dirname: import.meta.dirname,
      sibling: fs.readFileSync(new URL("./beside.txt", import.meta.url), "utf8"),
      path: path.basename(fileURLToPath(import.meta.url)),
      top,
    };
    this.next(this.end);
  }
  @step end() {}
}
main(ImportsFlow);
`,
    "flows/beside.txt": "beside",
  };

  test.each(["tsx flow.ts", "millrace run flow.ts"])(
    "static and dynamic ones, packages, JSON, linked packages and import.meta work under %s",
    async (how) => {
      const cwd = makeProject(files);
      link(path.join(cwd, "packages/linked"), path.join(cwd, "node_modules/@work/linked"));
      const run =
        how === "tsx flow.ts"
          ? await runFlow("./flows/flow.ts", ["run"], { cwd })
          : withRun(await millrace(["run", "flows/flow.ts"], { cwd }));
      expect(run.stderr).toContain("succeeded ImportsFlow");
      expect(readArtifacts(run, "start")["seen"]).toEqual({
        installed: "installed",
        isOneCopy: true,
        older: "hi you",
        twice: 42,
        greeting: "good day you",
        answer: 42,
        described: "LOCAL!",
        late: "late",
        latePlace: pathToFileURL(path.join(cwd, "lib/late.ts")).href,
        url: pathToFileURL(path.join(cwd, "flows/flow.ts")).href,
        dirname: path.join(cwd, "flows"),
        sibling: "beside",
        path: "flow.ts",
        top: "top-level await",
      });
    },
  );

  test("a CommonJS flow has __dirname, __filename, require and its own modules", async () => {
    const cwd = makeProject({
      "package.json": COMMONJS,
      "tsconfig.json": STANDARD,
      "lib/words.ts": LOCAL_MODULE,
      "node_modules/older/package.json": '{ "name": "older", "version": "1.0.0", "main": "index.js" }',
      "node_modules/older/index.js": 'exports.greet = (name) => "hi " + name;\n',
      "flow.ts": `import { FlowSpec, main, step } from "millrace";
import { describe, shared } from "./lib/words";
class CommonFlow extends FlowSpec {
  seen!: Record<string, unknown>;
  @step start() {
    shared.push("one");
    this.seen = {
      dirname: __dirname,
      filename: __filename,
      older: require("older").greet("you"),
      words: describe("a"),
      shared,
    };
    this.next(this.end);
  }
  @step end() {
    shared.push("two");
    this.seen = { shared };
  }
}
main(CommonFlow);
`,
    });
    const run = await runFlow("./flow.ts", ["run"], { cwd });
    expect(run.stderr).toContain("succeeded CommonFlow");
    expect(readArtifacts(run, "start")["seen"]).toEqual({
      dirname: cwd,
      filename: path.join(cwd, "flow.ts"),
      older: "hi you",
      words: "A!",
      shared: ["one"],
    });
    expect(readArtifacts(run, "end")["seen"]).toEqual({ shared: ["two"] });
  });

  test("aliases, subpath imports and computed imports of own modules are found", async () => {
    const paths = { "@/*": ["./lib/*"] };
    const cwd = makeProject({
      "package.json": JSON.stringify({ name: "app", type: "module", imports: { "#words": "./lib/words.ts" } }),
      "tsconfig.json": JSON.stringify({ compilerOptions: { target: "ES2022", module: "NodeNext", paths } }),
      "lib/words.ts": LOCAL_MODULE,
      "plugins/a.js": 'export default "plugin a";\n',
      "plugins/b.js": 'export default "plugin b";\n',
      "flow.ts": `import { FlowSpec, main, step } from "millrace";
import { describe } from "@/words";
import { shared } from "#words";
class AliasFlow extends FlowSpec {
  plugin = "b";
  seen!: Record<string, unknown>;
  @step async start() {
    const { default: plugin } = (await import(\`./plugins/\${this.plugin}.js\`)) as { default: string };
    this.seen = { described: describe("x"), shared: shared.length, plugin };
    this.next(this.end);
  }
  @step end() {}
}
main(AliasFlow);
`,
    });
    const run = await runFlow("./flow.ts", ["run"], { cwd });
    expect(run.stderr).toContain("succeeded AliasFlow");
    expect(readArtifacts(run, "start")["seen"]).toEqual({ described: "X!", shared: 0, plugin: "plugin b" });
  });

  test("a linked workspace package gets its own dependencies, not the flow's", async () => {
    const project = makeProject({
      "app/package.json": ESM,
      "app/tsconfig.json": STANDARD,
      "app/node_modules/both/package.json": '{ "name": "both", "version": "2.0.0", "main": "index.js" }',
      "app/node_modules/both/index.js": 'module.exports = "both of app";\n',
      "packages/lib/package.json": '{ "name": "lib", "type": "module", "exports": "./index.js" }',
      "packages/lib/index.js":
        'import own from "own"; import both from "both"; export const words = [own, both, import.meta.url];\n',
      "packages/lib/node_modules/own/package.json": '{ "name": "own", "version": "1.0.0", "main": "index.js" }',
      "packages/lib/node_modules/own/index.js": 'module.exports = "of lib alone";\n',
      "packages/lib/node_modules/both/package.json": '{ "name": "both", "version": "1.0.0", "main": "index.js" }',
      "packages/lib/node_modules/both/index.js": 'module.exports = "both of lib";\n',
      "app/flow.ts": `import { FlowSpec, main, step } from "millrace";
import both from "both";
import { words } from "lib";
class WorkspaceFlow extends FlowSpec {
  seen!: string[];
  @step start() {
    this.seen = [both, ...words];
    this.next(this.end);
  }
  @step end() {}
}
main(WorkspaceFlow);
`,
    });
    const cwd = path.join(project, "app");
    link(path.join(project, "packages/lib"), path.join(cwd, "node_modules/lib"));
    const run = await runFlow("./flow.ts", ["run"], { cwd });
    expect(run.stderr).toContain("succeeded WorkspaceFlow");
    const url = pathToFileURL(path.join(project, "packages/lib/index.js")).href;
    expect(readArtifacts(run, "start")["seen"]).toEqual(["both of app", "of lib alone", "both of lib", url]);
  });
});
