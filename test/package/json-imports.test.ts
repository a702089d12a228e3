import path from "node:path";
import { expect, test } from "vitest";
import { bundleFlow } from "../../runtime/package/bundle.ts";
import type { ModuleExports } from "../../runtime/package/code-package.ts";
import { loadPackage } from "../../runtime/package/load-package.ts";
import { ESM } from "../rigs/project.ts";
import { folderOf, packageIn } from "./ship/shipped.ts";

async function evaluated(specifier: string): Promise<ModuleExports> {
  const files = {
    "index.mjs": 'import data from "./d.json";\nexport default data;\n',
    "d.json": '{ "rate": 3 }',
  };
  const exports = { ".": "./index.mjs", "./d.json": "./d.json", "./data": "./d.json" };
  const root = folderOf({
    "package.json": ESM,
    ...packageIn("node_modules/readings", { name: "readings", exports }, files),
    "flow.ts": `export const found = await import("${specifier}");\n`,
  });
  const { code } = await bundleFlow(path.join(root, "flow.ts"));
  const load = { root, scriptName: "flow.js", own: {}, home: null, environment: null };
  return (await loadPackage(code, load))();
}

test.each(["readings/d.json", "readings/data"])("JSON of a package needs no attribute: %s", async (specifier) => {
  expect(await evaluated(specifier)).toMatchObject({ found: { rate: 3, default: { rate: 3 } } });
});

test("a package that imports JSON of its own without the attribute says so itself", async () => {
  await expect(evaluated("readings")).rejects.toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/^ERR_IMPORT_A(SSERTION_TYPE|TTRIBUTE)_MISSING$/) as string,
      message: expect.stringContaining("d.json") as string,
    }) as Error,
  );
});
