import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { link } from "../../rigs/project.ts";
import { millrace, ROOT, temporaryFolder, tsx } from "../../rigs/harness.ts";
import { filesBelow, folderOf, packageIn } from "./shipped.ts";

const PROJECT = {
  "package.json": JSON.stringify({ name: "project", type: "module" }),
  "tsconfig.json": JSON.stringify({ compilerOptions: { target: "ES2022", module: "NodeNext" } }),
  "millrace.config.json": JSON.stringify({ include: ["data/*"] }),
  "words.ts": 'export const words: string = "words";\n',
  "flow.ts": `import { FlowSpec, main, secrets, step } from "millrace";
import { plain } from "plain";
import "compiled";
import { words } from "./words.js";
export const table = new URL("./table ü.csv", import.meta.url);
class PackagedFlow extends FlowSpec {
  @secrets({ sources: [{ type: "env-file", path: "data/tokens" }] })
  @step start() { console.log(plain, words); this.next(this.end); }
  @step end() {}
}
main(PackagedFlow);
`,
  "table ü.csv": "1,2,3",
  "data/a.txt": "a",
  "data/tokens": "TOKEN=1",
  "data/.env": "TOKEN=1",
  ...packageIn("node_modules/plain", { name: "plain", version: "1.2.0" }, { "index.js": 'exports.plain = "plain";' }),
  ...packageIn("node_modules/compiled", { name: "compiled" }, { "index.js": "", "addon.node": "0123456789" }),
};

function project(): string {
  const folder = folderOf(PROJECT);
  link(ROOT, path.join(folder, "node_modules/millrace"));
  return folder;
}

test("package lists code, files and packages with their sizes, and warns on stderr", async () => {
  const cwd = project();
  const { code, stdout, stderr } = await tsx("./flow.ts", ["package", "--list"], { cwd });
  expect(stderr.trim().split("\n").sort()).toEqual([
    "warning: data/.env is not shipped: files that hold secrets never are; use @secrets",
    "warning: data/tokens is not shipped: files that hold secrets never are; use @secrets",
  ]);
  expect(stdout.replace(/[0-9a-f]{16}  [\d.]+ kB/, "HASH  SIZE").replace(/[\d.]+ kB in all/, "SIZE in all")).toBe(
    `code package HASH  SIZE
  423 B  flow.ts
   38 B  words.ts
3 files  40 B
   1 B  data/a.txt
  34 B  package.json
   5 B  table ü.csv
2 packages  105 B
  47 B  compiled@1.0.0  3 files, native
  58 B  plain@1.2.0     2 files
SIZE in all, before compression; native parts are for ${process.platform}-${process.arch}
`,
  );
  expect(code).toBe(0);
});

test("--json lists the same for programs", async () => {
  const cwd = project();
  const { stdout, code } = await millrace(["package", "flow.ts", "--json"], { cwd });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    platform: `${process.platform}-${process.arch}`,
    code: {
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: expect.any(Number),
      sources: [
        { path: "flow.ts", bytes: Buffer.byteLength(PROJECT["flow.ts"]) },
        { path: "words.ts", bytes: 38 },
      ],
    },
    files: [
      { path: "data/a.txt", bytes: 1, link: null },
      { path: "package.json", bytes: 34, link: null },
      { path: "table ü.csv", bytes: 5, link: null },
    ],
    packages: [
      {
        name: "compiled",
        version: "1.0.0",
        path: "node_modules/compiled",
        files: 3,
        bytes: 47,
        native: true,
        shipped: true,
      },
      {
        name: "plain",
        version: "1.2.0",
        path: "node_modules/plain",
        files: 2,
        bytes: 58,
        native: false,
        shipped: true,
      },
    ],
    bytes: expect.any(Number),
    warnings: [
      "data/.env is not shipped: files that hold secrets never are; use @secrets",
      "data/tokens is not shipped: files that hold secrets never are; use @secrets",
    ],
    output: null,
  });
});

test("--output writes what a container gets, into a new folder alone", async () => {
  const cwd = project();
  const folder = path.join(temporaryFolder(), "as in a container");
  const env = { MILLRACE_CACHE: temporaryFolder() };
  const written = await tsx("./flow.ts", ["package", "--output", folder], { cwd, env });
  expect(written).toMatchObject({ code: 0, stdout: "" });
  expect(written.stderr).toContain(`written to ${folder}`);
  expect(filesBelow(folder)).toEqual([
    "data/a.txt",
    "node_modules/compiled/addon.node",
    "node_modules/compiled/index.js",
    "node_modules/compiled/package.json",
    "node_modules/plain/index.js",
    "node_modules/plain/package.json",
    "package.json",
    "table ü.csv",
  ]);
  const again = await tsx("./flow.ts", ["package", "--output", folder], { cwd, env });
  expect(again.code).toBe(2);
  expect(again.stderr).toContain(`Cannot write the package because the folder is not empty: ${folder}`);
});

test("an include that is no list of patterns is refused", async () => {
  const cwd = project();
  fs.writeFileSync(path.join(cwd, "millrace.config.json"), '{ "include": "data/*" }');
  const { code, stderr } = await tsx("./flow.ts", ["package"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('include: "data/*"; wanted: patterns of files, as in ["data/**/*.csv"]');
});
