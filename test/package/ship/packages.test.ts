import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow, folderOf, npmInstall, npmPack, packageIn, ship, writeFiles } from "./shipped.ts";

const ESM = { type: "module" };

describe("packages that npm installed", () => {
  test("each importer gets its own version, and everything behaves as at home", async () => {
    const left = (version: string) =>
      npmPack({
        "package.json": JSON.stringify({ name: "left", version, main: "lib/index.js" }),
        "lib/index.js": `exports.version = "${version}"; exports.place = __dirname.split("node_modules").length - 1;
exports.table = () => require("fs").readFileSync(__dirname + "/../data/table 1 ü.txt", "utf8");
exports.late = (name) => require("./" + name + ".js");`,
        "lib/late one.js": "module.exports = 'late';",
        "data/table 1 ü.txt": `table of ${version}`,
      });
    const scoped = npmPack({
      "package.json": JSON.stringify({
        name: "@scope/user",
        version: "3.1.0",
        type: "module",
        exports: { ".": "./index.js", "./deep": { import: "./deep.mjs" } },
        dependencies: { left: `file:${left("1.0.0")}` },
      }),
      "index.js":
        'import { version } from "left"; export const leftVersion = version; export const url = import.meta.url;',
      "deep.mjs": 'export default "deep";',
      "index.d.ts": "export declare const leftVersion: string;",
      "README.md": "# read me",
      "LICENSE.md": "licence",
      "index.js.map": "{}",
    });
    const unused = npmPack({ "package.json": JSON.stringify({ name: "unused", version: "1.0.0" }), "index.js": "" });
    const project = folderOf({
      "package.json": JSON.stringify({
        ...ESM,
        dependencies: { left: `file:${left("2.0.0")}`, "@scope/user": `file:${scoped}`, unused: `file:${unused}` },
      }),
      "src/flow.ts": `import left, { version } from "left";
import { leftVersion, url } from "@scope/user";
export const seen = async () => ({
  version, leftVersion, isModule: url.endsWith("/node_modules/@scope/user/index.js"),
  deep: (await import("@scope/user/deep")).default,
  table: left.table(), late: left.late("late one"),
});
`,
    });
    npmInstall(project);
    const shipped = await ship(path.join(project, "src/flow.ts"));
    expect(shipped.names).toEqual([
      "node_modules/@scope/user/LICENSE.md",
      "node_modules/@scope/user/deep.mjs",
      "node_modules/@scope/user/index.js",
      "node_modules/@scope/user/node_modules/left/data/table 1 ü.txt",
      "node_modules/@scope/user/node_modules/left/lib/index.js",
      "node_modules/@scope/user/node_modules/left/lib/late one.js",
      "node_modules/@scope/user/node_modules/left/package.json",
      "node_modules/@scope/user/package.json",
      "node_modules/left/data/table 1 ü.txt",
      "node_modules/left/lib/index.js",
      "node_modules/left/lib/late one.js",
      "node_modules/left/package.json",
      "package.json",
    ]);
    expect(shipped.shipment).toMatchObject({
      format: 1,
      root: "",
      cwd: "src",
      install: null,
      packages: ["@scope/user@3.1.0", "left@1.0.0", "left@2.0.0"],
      native: [],
      platform: `${process.platform}-${process.arch}`,
    });
    for (const name of shipped.names)
      expect(shipped.text(name)).toBe(fs.readFileSync(path.join(project, name), "utf8"));
    const { seen } = (await shipped.evaluate()) as { seen(): Promise<unknown> };
    expect(await seen()).toEqual({
      version: "2.0.0",
      leftVersion: "1.0.0",
      isModule: true,
      deep: "deep",
      table: "table of 2.0.0",
      late: "late",
    });
  });
});

test("what is imported late, by require, through #imports, as a peer or under a computed name comes along", async () => {
  const names = [
    "late",
    "required",
    "resolved",
    "mapped",
    "other-mapped",
    "peer",
    "computed",
    "optional",
    "unused",
    "typescript",
  ];
  const project = folderOf({
    "package.json": JSON.stringify({
      ...ESM,
      imports: { "#mapped": { node: "mapped", default: "other-mapped" } },
      dependencies: { computed: "1", unused: "1" },
    }),
    "flow.ts": `import { createRequire } from "node:module";
import host from "host";
import mapped from "#mapped";
const require = createRequire(import.meta.url);
export const seen = async () => [
  (await import("late")).default, require("required"), require.resolve("resolved").length > 0, mapped, host,
  await Promise.all(["computed"].map(async (name) => (await import(name)).default)),
];
`,
    ...packageIn(
      "node_modules/host",
      {
        name: "host",
        peerDependencies: { peer: "*", typescript: "*", absent: "*" },
        peerDependenciesMeta: { typescript: { optional: true } },
        optionalDependencies: { optional: "1", "absent-too": "1" },
        dependencies: { "@types/node": "1", millrace: "1" },
      },
      { "index.js": 'module.exports = require("peer") + require("optional");' },
    ),
    ...packageIn("node_modules/@types/node", { name: "@types/node" }, { "index.js": "" }),
    ...packageIn("node_modules/millrace", { name: "millrace" }),
    ...Object.assign(
      {},
      ...names.map((name) =>
        packageIn(`node_modules/${name}`, { name }, { "index.js": `module.exports = "${name}";` }),
      ),
    ),
  });
  const shipped = await ship(path.join(project, "flow.ts"));
  expect(shipped.shipment.packages.map((one) => one.split("@")[0])).toEqual([
    "computed",
    "host",
    "late",
    "mapped",
    "optional",
    "other-mapped",
    "peer",
    "required",
    "resolved",
  ]);
  const { seen } = (await shipped.evaluate()) as { seen(): Promise<unknown> };
  expect(await seen()).toEqual(["late", "required", true, "mapped", "peeroptional", ["computed"]]);
});

test("a package comes along of which the code names the files by a number or a name", async () => {
  const scoped = "@data/names";
  const project = folderOf({
    "package.json": JSON.stringify(ESM),
    "flow.ts": `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const which = (text: string) => text.toLowerCase();
export const seen = async () => [
  require(\`digits/\${1}.json\`), require("letters/" + which("A") + ".json"),
  (await import(\`@data/names/\${which("ADA")}.mjs\`)).default,
];
export const neverAsked = (name: string) => [require(\`\${name}/index.js\`), require("pre" + name)];
`,
    ...packageIn("node_modules/digits", { name: "digits" }, { "1.json": "1" }),
    ...packageIn("node_modules/letters", { name: "letters" }, { "a.json": '"a"' }),
    ...packageIn(`node_modules/${scoped}`, { name: scoped }, { "ada.mjs": 'export default "Ada";' }),
    ...packageIn("node_modules/pre", { name: "pre" }),
  });
  const shipped = await ship(path.join(project, "flow.ts"));
  expect(shipped.shipment.packages.map((one) => one.replace(/@[^@]*$/, ""))).toEqual([scoped, "digits", "letters"]);
  expect(await ((await shipped.evaluate()) as { seen(): Promise<unknown> }).seen()).toEqual([1, "a", "Ada"]);
});

test("only the files of a package go along: no types, maps, manuals, tools' own files or packages below it", async () => {
  const project = folderOf({
    "package.json": JSON.stringify(ESM),
    "flow.ts": 'import "one";\n',
    ...packageIn(
      "node_modules/one",
      { name: "one" },
      {
        "index.js": "",
        "index.d.ts": "",
        "index.d.mts": "",
        "index.js.map": "",
        "CHANGELOG.md": "",
        LICENSE: "",
        "Licence.md": "",
        NOTICE: "",
        "certificate.pem": "public",
        ".env": "SECRET=1",
        ".npmrc": "//registry:_authToken=1",
        ".git/HEAD": "",
        "node_modules/unused/index.js": "",
        "dist/node_modules/inlined/index.js": "",
        "bin/run": "#!/bin/sh\n",
      },
    ),
    ...packageIn("node_modules/.bin", {}, { one: "" }),
  });
  fs.chmodSync(path.join(project, "node_modules/one/bin/run"), 0o755);
  const shipped = await ship(path.join(project, "flow.ts"));
  const own = shipped.names
    .filter((name) => name.startsWith("node_modules/"))
    .map((name) => name.slice("node_modules/one/".length));
  expect(own).toEqual([
    "LICENSE",
    "Licence.md",
    "NOTICE",
    "bin/run",
    "certificate.pem",
    "dist/node_modules/inlined/index.js",
    "index.js",
    "package.json",
  ]);
  expect(fs.statSync(path.join(shipped.folder, "node_modules/one/bin/run")).mode & 0o111).not.toBe(0);
  expect(fs.statSync(path.join(shipped.folder, "node_modules/one/index.js")).mode & 0o111).toBe(0);
});

test("a project without packages sends none", async () => {
  const project = folderOf({ "flow.ts": "export const seen = 1;\n" });
  const shipped = await ship(path.join(project, "flow.ts"));
  expect(shipped.shipment).toMatchObject({ archives: [], packages: [] });
  expect(await shipped.evaluate()).toMatchObject({ seen: 1 });
});

test("packages that Yarn keeps in archives are refused, with the setting that makes folders of them", async () => {
  const project = folderOf({ ".pnp.cjs": "", "package.json": JSON.stringify(ESM), "flow.ts": 'import "one";\n' });
  writeFiles(project, packageIn("node_modules/one", { name: "one" }, { "index.js": "" }));
  const { bundleFlow } = await import("../../../runtime/package/bundle.ts");
  const { prepareShipment } = await import("../../../runtime/package/ship/prepare-shipment.ts");
  const bundle = await bundleFlow(path.join(project, "flow.ts"));
  fs.rmSync(path.join(project, "node_modules"), { recursive: true });
  await expect(
    prepareShipment(bundle, { cwd: project, include: [], cacheFolder: path.join(project, "cache") }),
  ).rejects.toMatchObject({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot ship the package one because no node_modules folder has it: searched from ${project}`,
    hint: expect.stringContaining("nodeLinker: node-modules"),
  });
  expect(filesBelow(project)).not.toContain("cache");
});
