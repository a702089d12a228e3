import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { link } from "../../rigs/project.ts";
import { folderOf, packageIn, ship } from "./shipped.ts";

const ESM = { type: "module" };

test("a package that is found through links, as pnpm lays them out, is found through the same links", async () => {
  const project = folderOf({
    "package.json": JSON.stringify(ESM),
    "flow.ts": 'import { b, place } from "a";\nexport const seen = { b, place };\n',
    ...packageIn(
      "node_modules/.pnpm/a@1.0.0/node_modules/a",
      { name: "a", ...ESM, dependencies: { b: "1" } },
      {
        "index.js":
          'export { b } from "b"; export const place = import.meta.url.split("/node_modules/").slice(1).join("|");',
      },
    ),
    ...packageIn("node_modules/.pnpm/b@1.0.0/node_modules/b", { name: "b" }, { "index.js": 'exports.b = "b";' }),
    ...packageIn("node_modules/.pnpm/c@1.0.0/node_modules/c", { name: "c" }),
  });
  const inside = path.join(project, "node_modules");
  link("./.pnpm/a@1.0.0/node_modules/a", path.join(inside, "a"));
  link("../../b@1.0.0/node_modules/b", path.join(inside, ".pnpm/a@1.0.0/node_modules/b"));
  const shipped = await ship(path.join(project, "flow.ts"));
  expect(shipped.names).toEqual([
    "node_modules/.pnpm/a@1.0.0/node_modules/a/index.js",
    "node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
    "node_modules/.pnpm/a@1.0.0/node_modules/b",
    "node_modules/.pnpm/b@1.0.0/node_modules/b/index.js",
    "node_modules/.pnpm/b@1.0.0/node_modules/b/package.json",
    "node_modules/a",
    "package.json",
  ]);
  expect(fs.readlinkSync(path.join(shipped.folder, "node_modules/a"))).toBe(".pnpm/a@1.0.0/node_modules/a");
  expect(await shipped.evaluate()).toMatchObject({
    seen: { b: "b", place: ".pnpm/a@1.0.0|a/index.js" },
  });
});

test("a node_modules folder may be a link itself", async () => {
  const place = folderOf({
    ...packageIn(
      "shared/node_modules/a",
      { name: "a", main: "a.js", dependencies: { b: "1" } },
      { "a.js": 'exports.a = require("b");' },
    ),
    ...packageIn("shared/node_modules/b", { name: "b" }, { "index.js": 'module.exports = "b";' }),
    "project/package.json": JSON.stringify(ESM),
    "project/flow.ts": 'import { a } from "a";\nexport const seen = a;\n',
  });
  link(path.join(place, "shared/node_modules"), path.join(place, "project/node_modules"));
  const shipped = await ship(path.join(place, "project/flow.ts"));
  expect(shipped.shipment.root).toBe("project");
  expect(shipped.names).toContain("shared/node_modules/a/a.js");
  expect(await shipped.evaluate()).toMatchObject({ seen: "b" });
});

test("in a workspace packages lie above the project, and linked packages bring what they import", async () => {
  const workspace = folderOf({
    ...packageIn(
      "packages/app",
      { name: "app", ...ESM },
      {
        "flow.ts": `import { shared } from "shared";\nimport { twice } from "lib";\nexport const seen = { shared, twice: twice(shared) };\n`,
      },
    ),
    ...packageIn(
      "packages/lib",
      { name: "lib", ...ESM, exports: "./src/index.ts", dependencies: { own: "1" } },
      {
        "src/index.ts": `import { own } from "own";\nimport fs from "node:fs";\nexport const twice = (text: string) => [text, text, own, fs.readFileSync(new URL("../words.txt", import.meta.url), "utf8")];\n`,
        "words.txt": "words",
      },
    ),
    ...packageIn("packages/lib/node_modules/own", { name: "own" }, { "index.js": 'exports.own = "own";' }),
    ...packageIn("packages/app/node_modules/unused", { name: "unused" }),
    ...packageIn("node_modules/shared", { name: "shared" }, { "index.js": 'exports.shared = "shared";' }),
  });
  link(path.join(workspace, "packages/lib"), path.join(workspace, "node_modules/lib"));
  const shipped = await ship(path.join(workspace, "packages/app/flow.ts"), { cwd: workspace });
  expect(shipped.shipment).toMatchObject({ root: "packages/app", cwd: "", packages: ["own@1.0.0", "shared@1.0.0"] });
  expect(shipped.names).toEqual([
    "node_modules/shared/index.js",
    "node_modules/shared/package.json",
    "packages/app/package.json",
    "packages/lib/node_modules/own/index.js",
    "packages/lib/node_modules/own/package.json",
    "packages/lib/package.json",
    "packages/lib/words.txt",
  ]);
  fs.rmSync(path.join(workspace, "packages/lib"), { recursive: true });
  expect(await shipped.evaluate()).toMatchObject({
    seen: { shared: "shared", twice: ["shared", "shared", "own", "words"] },
  });
});
