import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../rigs/harness.ts";
import { link } from "../../rigs/project.ts";
import { filesBelow, folderOf, ship, writeFiles } from "./shipped.ts";

const MANIFEST = { "package.json": JSON.stringify({ type: "module" }) };

test("files that the source names relative to its own place come along, and are found there", async () => {
  const project = folderOf({
    ...MANIFEST,
    "src/flow.ts": `import fs from "node:fs";
import path, { join } from "node:path";
import { fileURLToPath } from "node:url";
import { words } from "../lib/words.js";
const here = path.dirname(fileURLToPath(import.meta.url));
const read = (file: string | URL) => fs.readFileSync(file, "utf8");
export const seen = (name: string) => [
  read(new URL("./by url.csv", import.meta.url)),
  read(join(here, "..", "data", "joined.txt")),
  read(path.resolve(import.meta.dirname, "tables", \`\${name}.csv\`)),
  read(\`\${here}/in-template.txt\`),
  read(here + "/added.txt"),
  read(new URL(\`../models/\${name}/weights ü.bin\`, import.meta.url)),
  words(),
];
`,
    "lib/words.ts": `import fs from "node:fs";
const FILE = "words.txt";
export const words = () => fs.readFileSync(new URL(FILE, import.meta.url), "utf8");
`,
    "lib/words.txt": "words",
    "lib/not-named.txt": "",
    "src/by url.csv": "url",
    "src/not-named.csv": "",
    "data/joined.txt": "joined",
    "data/not-named.txt": "",
    "src/tables/first.csv": "first",
    "src/tables/second.csv": "second",
    "src/in-template.txt": "template",
    "src/added.txt": "added",
    "models/first/weights ü.bin": "weights",
  });
  const shipped = await ship(path.join(project, "src/flow.ts"));
  expect(shipped.names).toEqual([
    "data/joined.txt",
    "lib/words.txt",
    "models/first/weights ü.bin",
    "package.json",
    "src/added.txt",
    "src/by url.csv",
    "src/in-template.txt",
    "src/tables/first.csv",
    "src/tables/second.csv",
  ]);
  const { seen } = (await shipped.evaluate()) as { seen(name: string): unknown };
  expect(seen("first")).toEqual(["url", "joined", "first", "template", "added", "weights", "words"]);
});

test("a CommonJS module names files by __dirname", async () => {
  const project = folderOf({
    "package.json": "{}",
    "flow.js": `const fs = require("node:fs"), path = require("node:path");
exports.seen = fs.readFileSync(path.join(__dirname, "data", "x.txt"), "utf8");
`,
    "data/x.txt": "x",
    "data/y.txt": "y",
  });
  const shipped = await ship(path.join(project, "flow.js"));
  expect(shipped.names).toEqual(["data/x.txt", "package.json"]);
  expect(await shipped.evaluate()).toMatchObject({ seen: "x" });
});

test.each(["flow.mjs", "flow.js", "flow.jsx", "flow.tsx", "flow.mts"])(
  "%s may have decorators and what else its kind allows",
  async (name) => {
    const jsx = name.endsWith("x") ? "export const view = (createElement) => <div title='x' />;" : "";
    const project = folderOf({
      ...MANIFEST,
      [name]: `import fs from "node:fs";
/** @jsx createElement */
const mark = (...args) => undefined;
class Marked { @mark field = 1; @mark method() {} }
${jsx}
export const seen = fs.readFileSync(new URL("./x.txt", import.meta.url), "utf8");
`,
      "x.txt": "x",
    });
    expect((await ship(path.join(project, name))).names).toEqual(["package.json", "x.txt"]);
  },
);

test("a module that names its own folder, or one above it, does not name all that lies there", async () => {
  const project = folderOf({
    ...MANIFEST,
    "flow.ts": `import path from "node:path";
export const seen = [import.meta.dirname, path.join(import.meta.dirname, ".."), new URL(".", import.meta.url).href, "./flow.ts", ""];
`,
    "other.txt": "",
  });
  expect((await ship(path.join(project, "flow.ts"))).names).toEqual(["package.json"]);
});

test("include takes files by pattern, without those after an exclamation mark; a pattern without a match is told", async () => {
  const project = folderOf({
    ...MANIFEST,
    "flow.ts": "export {};\n",
    "data/a.csv": "",
    "data/deep/b.csv": "",
    "data/deep/c.txt": "",
    "data/raw/huge.csv": "",
    "assets/.hidden": "",
    "node_modules/x/a.csv": "",
    ".git/a.csv": "",
  });
  const include = ["data/**/*.csv", "!data/raw/**", "assets", "absent/*.txt", "**/node_modules/**"];
  const shipped = await ship(path.join(project, "flow.ts"), { include });
  expect(shipped.names).toEqual(["assets/.hidden", "data/a.csv", "data/deep/b.csv", "package.json"]);
  expect(shipped.prepared.warnings).toEqual([
    `include: "absent/*.txt" matches no file in ${project}`,
    `include: "**/node_modules/**" matches no file in ${project}`,
  ]);
});

const SECRETS = [
  ".env",
  ".env.production",
  "key.pem",
  "id_rsa",
  "id_rsa.pub",
  ".npmrc",
  ".netrc",
  "aws/credentials",
  "tokens.txt",
  "deep/.ENV.local",
];

test("secrets never go along, even if patterns and the source name them, and a warning says so", async () => {
  const files = Object.fromEntries(SECRETS.map((name) => [`config/${name}`, "secret"]));
  const project = folderOf({
    ...MANIFEST,
    ...files,
    "config/settings.json": "{}",
    "config/.git/config": "secret",
    "config/.millrace/x": "secret",
    "config/node_modules/x/index.js": "secret",
    "flow.ts":
      'export const seen = [new URL("./config/.env", import.meta.url), new URL("./config", import.meta.url)];\n',
  });
  link("settings.json", path.join(project, "config/alias.json"));
  link(".env", path.join(project, "config/disguise.txt"));
  const shipped = await ship(path.join(project, "flow.ts"), {
    include: ["**/*", "config/.env"],
    secretFiles: [path.join(project, "config/tokens.txt")],
  });
  expect(shipped.names).toEqual(["config/alias.json", "config/settings.json", "flow.ts", "package.json"]);
  expect(shipped.prepared.warnings.toSorted()).toEqual(
    SECRETS.map((name) => `config/${name} is not shipped: files that hold secrets never are; use @secrets`).sort(),
  );
});

test("a project below a folder with such a name is nobody's secret", async () => {
  const folder = folderOf({
    "credentials/project/package.json": "{}",
    "credentials/project/flow.ts": 'export const seen = new URL("./x.txt", import.meta.url);\n',
    "credentials/project/x.txt": "",
  });
  expect((await ship(path.join(folder, "credentials/project/flow.ts"))).names).toEqual(["package.json", "x.txt"]);
});

test("links stay links where they lead to what goes along", async () => {
  const project = folderOf({
    ...MANIFEST,
    "flow.ts": 'export const seen = new URL("./data", import.meta.url);\n',
    "data/versions/2/x.txt": "2",
  });
  link("versions/2", path.join(project, "data/latest"));
  link("..", path.join(project, "data/versions/around"));
  link("absent", path.join(project, "data/broken"));
  const shipped = await ship(path.join(project, "flow.ts"));
  expect(shipped.names).toEqual(["data/latest", "data/versions/2/x.txt", "data/versions/around", "package.json"]);
  expect(shipped.text("data/latest/x.txt")).toBe("2");
});

test("a link that leads out of the project is refused", async () => {
  const outside = folderOf({ "x.txt": "x" });
  const project = folderOf({
    ...MANIFEST,
    "flow.ts": 'export const seen = new URL("./data", import.meta.url);\n',
    "data/y.txt": "y",
  });
  link(outside, path.join(project, "data/elsewhere"));
  await expect(ship(path.join(project, "flow.ts"))).rejects.toMatchObject({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot ship ${path.join(project, "data/elsewhere")} because the link leads out of the project: to ${outside}`,
  });
});

/** Takes no room on the disk. */
function sparse(file: string, bytes: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "");
  fs.truncateSync(file, bytes);
}

test("large folders are told, and too large ones are refused with the largest named", async () => {
  const project = folderOf({
    ...MANIFEST,
    "flow.ts": 'export const seen = [new URL("./large", import.meta.url), new URL("./small", import.meta.url)];\n',
    "small/x.txt": "x",
  });
  sparse(path.join(project, "large/a.bin"), 60e6);
  sparse(path.join(project, "large/b.bin"), 60e6);
  const shipped = await ship(path.join(project, "flow.ts"));
  expect(shipped.prepared.warnings).toEqual(["large is large: the run ships 120 MB"]);
  expect(fs.statSync(path.join(shipped.folder, "large/a.bin")).size).toBe(60e6);
  sparse(path.join(project, "large/b.bin"), 2e9);
  const cacheFolder = temporaryFolder();
  await expect(ship(path.join(project, "flow.ts"), { cacheFolder })).rejects.toMatchObject({
    code: "MILLRACE_PACKAGE",
    headline: "Cannot ship the flow's files because they are more than 2000 MB: 2060 MB",
    details: [
      `2060 MB  ${path.join(project, "large")}`,
      `0 MB  ${path.join(project, "package.json")}`,
      `0 MB  ${path.join(project, "small")}`,
    ],
  });
  expect(filesBelow(cacheFolder)).toEqual([]);
});

test("a file that is written anew is sent anew", async () => {
  const project = folderOf({
    ...MANIFEST,
    "flow.ts": 'export const seen = new URL("./x.txt", import.meta.url);\n',
    "x.txt": "one",
  });
  const cacheFolder = temporaryFolder();
  expect((await ship(path.join(project, "flow.ts"), { cacheFolder })).text("x.txt")).toBe("one");
  const { atime, mtime } = fs.statSync(path.join(project, "x.txt"));
  writeFiles(project, { "x.txt": "two" });
  // As package managers do, which give all files one time.
  fs.utimesSync(path.join(project, "x.txt"), atime, mtime);
  expect((await ship(path.join(project, "flow.ts"), { cacheFolder })).text("x.txt")).toBe("two");
});
