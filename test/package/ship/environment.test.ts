import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { bundleFlow } from "../../../runtime/package/bundle.ts";
import { installEnvironment } from "../../../runtime/package/install-environment.ts";
import { loadPackage } from "../../../runtime/package/load-package.ts";
import { prepareShipment, shipEnvironment } from "../../../runtime/package/ship/prepare-shipment.ts";
import { storeShipment } from "../../../runtime/package/ship/store-shipment.ts";
import { unpackArchive } from "../../../runtime/package/ship/unpack-archive.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { filesBelow, folderOf, npmPack, packageIn } from "./shipped.ts";

test("what @env installed goes along by itself, and the step's code resolves to it", async () => {
  const inner = npmPack({
    "package.json": JSON.stringify({ name: "inner", version: "4.0.0" }),
    "index.js": "module.exports = 4;",
  });
  const outer = npmPack({
    "package.json": JSON.stringify({ name: "outer", version: "2.0.0", dependencies: { inner: `file:${inner}` } }),
    "index.js": 'exports.version = 2 + require("inner");',
    "README.md": "",
  });
  const cacheFolder = temporaryFolder();
  const environment = await installEnvironment(
    { outer: `file:${outer}` },
    { cacheFolder, step: "fit", onInstall: () => undefined },
  );
  const prepared = await shipEnvironment(environment, { cacheFolder });
  const store = openDatastore(path.join(temporaryFolder(), "store"));
  prepareDatastore(store);
  const shipment = storeShipment(store.blobs, prepared);
  store.blobs.settle();
  expect(shipment).toMatchObject({ root: "", cwd: "", packages: ["inner@4.0.0", "outer@2.0.0"] });
  const folder = temporaryFolder();
  for (const { blob } of shipment.archives) await unpackArchive(store.blobs, blob, folder);
  expect(filesBelow(folder)).toEqual([
    "node_modules/inner/index.js",
    "node_modules/inner/package.json",
    "node_modules/outer/index.js",
    "node_modules/outer/package.json",
  ]);
  fs.rmSync(environment.folder, { recursive: true });

  const project = folderOf({
    "package.json": JSON.stringify({ type: "module" }),
    "flow.ts": 'import { version } from "outer";\nexport { version };\n',
    ...packageIn("node_modules/outer", { name: "outer" }, { "index.js": "exports.version = 1;" }),
  });
  const { code } = await bundleFlow(path.join(project, "flow.ts"));
  const load = { root: project, scriptName: "environment.js", own: {}, home: null };
  const evaluate = await loadPackage(code, { ...load, environment: { folder, packages: ["outer"] } });
  expect(await evaluate()).toMatchObject({ version: 6 });
});

test("a working directory outside of what goes along is the project's root there", async () => {
  const workspace = folderOf({ "packages/app/package.json": "{}", "packages/app/flow.ts": "export {};\n" });
  const bundle = await bundleFlow(path.join(workspace, "packages/app/flow.ts"));
  const at = async (cwd: string) => {
    const prepared = await prepareShipment(bundle, { cwd, include: [], cacheFolder: temporaryFolder() });
    return [prepared.root, prepared.cwd];
  };
  expect(await at(path.join(workspace, "packages/app"))).toEqual(["", ""]);
  expect(await at(workspace)).toEqual(["", ""]);
  expect(await at(path.join(workspace, "packages/app/absent"))).toEqual(["", "absent"]);
});
