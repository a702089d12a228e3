import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { execFileSync } from "node:child_process";
import { temporaryFolder } from "../../rigs/harness.ts";
import { folderOf, npmPack, packageIn, ship } from "./shipped.ts";

const FLOW = {
  "package.json": JSON.stringify({ type: "module" }),
  "flow.ts": 'import "compiled";\nimport "gyp";\nimport "chooser";\nimport "plain";\n',
};

const PACKAGES = {
  ...packageIn(
    "node_modules/compiled",
    { name: "compiled", version: "1.2.3", dependencies: { plain: "1" } },
    {
      "index.js": "",
      "prebuilds/linux-x64/node.node": "linux",
      "prebuilds/darwin-arm64/node.node": "darwin",
      "bin/napi-v3/win32/x64/runtime.dll": "windows",
      "lib/win32.js": "",
      "build/Release/addon.node": "here",
    },
  ),
  ...packageIn("node_modules/gyp", { name: "gyp", version: "2.0.0" }, { "index.js": "", "binding.gyp": "{}" }),
  ...packageIn(
    "node_modules/chooser",
    {
      name: "chooser",
      version: "3.0.0",
      optionalDependencies: { "@chooser/linux-x64": "3.0.0", "@chooser/darwin-arm64": "3.0.0" },
    },
    { "index.js": "" },
  ),
  ...packageIn("node_modules/plain", { name: "plain" }, { "index.js": "" }),
};

function chosen(system: string, cpu: string): Record<string, string> {
  const name = `@chooser/${system}-${cpu}`;
  return packageIn(`node_modules/${name}`, { name, version: "3.0.0", os: [system], cpu: [cpu] }, { "bin/run": "" });
}

test("from Linux native packages go along as they are, without the programs for other systems", async () => {
  const project = folderOf({ ...FLOW, ...PACKAGES, ...chosen("linux", "x64") });
  const shipped = await ship(path.join(project, "flow.ts"), { platform: "linux-x64" });
  expect(shipped.shipment).toMatchObject({
    install: null,
    platform: "linux-x64",
    native: ["@chooser/linux-x64@3.0.0", "compiled@1.2.3", "gyp@2.0.0"],
    packages: ["@chooser/linux-x64@3.0.0", "chooser@3.0.0", "compiled@1.2.3", "gyp@2.0.0", "plain@1.0.0"],
  });
  expect(shipped.names.filter((name) => name.startsWith("node_modules/compiled/"))).toEqual(
    ["build/Release/addon.node", "index.js", "lib/win32.js", "package.json", "prebuilds/linux-x64/node.node"].map(
      (name) => `node_modules/compiled/${name}`,
    ),
  );
});

test("a package that only names the systems it runs on is as good anywhere", async () => {
  const systems = ["aix", "darwin", "freebsd", "linux", "win32"];
  const project = folderOf({
    ...FLOW,
    "flow.ts": 'import "everywhere";\nimport "not-here";\nimport "unix";\n',
    ...packageIn("node_modules/everywhere", { name: "everywhere", os: systems }, { "index.js": "" }),
    ...packageIn("node_modules/not-here", { name: "not-here", os: ["!aix"] }, { "index.js": "" }),
    ...packageIn("node_modules/unix", { name: "unix", os: ["!win32"] }, { "index.js": "" }),
  });
  const { shipment } = await ship(path.join(project, "flow.ts"), { platform: "darwin-arm64" });
  expect(shipment.packages).toEqual(["everywhere@1.0.0", "not-here@1.0.0"]);
  expect(shipment.install!.places).toEqual({ "node_modules/unix": "unix" });
});

test("from elsewhere they are left to npm, in the versions that are installed", async () => {
  const project = folderOf({
    ...FLOW,
    ...PACKAGES,
    ...chosen("darwin", "arm64"),
    ...packageIn("node_modules/plain/node_modules/gyp", { name: "gyp", version: "1.0.0" }, { "binding.gyp": "" }),
    "node_modules/plain/package.json": JSON.stringify({ name: "plain", version: "1.0.0", dependencies: { gyp: "1" } }),
    "package-lock.json": JSON.stringify({
      packages: {
        "node_modules/gyp": { version: "2.0.0", resolved: "https://registry.invalid/gyp.tgz", integrity: "sha512-x" },
        "node_modules/compiled": { version: "0.9.0", resolved: "https://registry.invalid/compiled.tgz" },
      },
    }),
  });
  const { shipment, prepared, names } = await ship(path.join(project, "flow.ts"), { platform: "darwin-arm64" });
  expect(shipment).toMatchObject({ platform: "darwin-arm64", packages: ["plain@1.0.0"], native: [] });
  expect(names).toEqual(["node_modules/plain/index.js", "node_modules/plain/package.json", "package.json"]);
  const { install } = shipment;
  expect(install!.places).toEqual({
    "node_modules/chooser": "chooser",
    "node_modules/compiled": "compiled",
    "node_modules/gyp": "gyp",
    "node_modules/plain/node_modules/gyp": "gyp-1.0.0",
  });
  expect(JSON.parse(install!.manifest)).toMatchObject({
    private: true,
    dependencies: { chooser: "3.0.0", compiled: "1.2.3", gyp: "2.0.0", "gyp-1.0.0": "npm:gyp@1.0.0" },
  });
  const { packages } = JSON.parse(prepared.install!.lock) as { packages: Record<string, unknown> };
  expect(packages).toMatchObject({
    "node_modules/compiled": { name: "compiled", version: "1.2.3", dependencies: { plain: "1" } },
    "node_modules/gyp": { version: "2.0.0", resolved: "https://registry.invalid/gyp.tgz", integrity: "sha512-x" },
    "node_modules/gyp-1.0.0": { name: "gyp", version: "1.0.0" },
    "node_modules/plain": { version: "1.0.0" },
    "node_modules/plain/node_modules/gyp": { version: "1.0.0" },
  });
  expect(packages["node_modules/compiled"]).not.toHaveProperty("resolved");
  expect(Object.keys(packages).filter((place) => place.includes("darwin"))).toEqual([]);
});

test("npm installs what was left to it, where the flow's modules then find it", async () => {
  const other = npmPack({
    "package.json": JSON.stringify({ name: "other", version: "1.5.0" }),
    "index.js": "module.exports = 'other';",
  });
  const native = npmPack({
    "package.json": JSON.stringify({ name: "native", version: "1.0.0", dependencies: { other: `file:${other}` } }),
    "index.js": "module.exports = 'native and ' + require('other');",
    "addon.node": "",
  });
  const project = folderOf({
    "package.json": JSON.stringify({ type: "module", dependencies: { native: `file:${native}` } }),
    "flow.ts": 'import native from "native";\nexport const seen = native;\n',
  });
  npm(project);
  const shipped = await ship(path.join(project, "flow.ts"), { platform: "win32-x64" });
  const { lock, manifest, places } = shipped.prepared.install!;
  const installed = temporaryFolder();
  // Packages of a registry would be named by their versions alone: these have none.
  fs.writeFileSync(path.join(installed, "package.json"), manifest.replace('"1.0.0"}', `"file:${native}"}`));
  fs.writeFileSync(
    path.join(installed, "package-lock.json"),
    lock.replaceAll('"native": "1.0.0"', `"native": "file:${native}"`),
  );
  npm(installed);
  for (const [place, name] of Object.entries(places)) {
    fs.mkdirSync(path.dirname(path.join(shipped.folder, place)), { recursive: true });
    fs.symlinkSync(path.join(installed, "node_modules", name), path.join(shipped.folder, place));
  }
  expect(await shipped.evaluate()).toMatchObject({ seen: "native and other" });
});

function npm(folder: string): void {
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
}
