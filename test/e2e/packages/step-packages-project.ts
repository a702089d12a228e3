import path from "node:path";
import { COMMONJS, ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";
import { npmPack, packageIn } from "../../package/ship/shipped.ts";

/** A project whose steps `older` and `newer` load version 1 and 2 of a package in every way that there is. */
export interface StepPackagesOptions {
  readonly kind: "esm" | "commonjs";
  readonly dialect: "standard" | "legacy";
  /** Version 0.1.0 lies beside the flow, and the flow imports it at its top as well. */
  readonly isInstalled: boolean;
}

/** Where the project's flow file lies. */
export function stepPackagesProject({ kind, dialect, isInstalled }: StepPackagesOptions): string {
  const [older, newer] = [archives("1.0.0"), archives("2.0.0")];
  const folder = makeProject({
    "package.json": kind === "esm" ? ESM : COMMONJS,
    "tsconfig.json": dialect === "standard" ? STANDARD : LEGACY,
    "millrace.config.json": JSON.stringify({ include: ["load/**"] }),
    ...(isInstalled
      ? packageIn("node_modules/scaler", { name: "scaler", ...scaler("0.1.0").manifest }, scaler("0.1.0").files)
      : {}),
    ...(isInstalled
      ? packageIn(
          "node_modules/units",
          { name: "units", version: "0.1.0" },
          { "index.js": 'exports.version = "0.1.0";' },
        )
      : {}),
    ...(isInstalled
      ? packageIn(
          "node_modules/inner",
          { name: "inner", version: "0.1.0" },
          { "index.js": 'exports.version = "0.1.0";' },
        )
      : {}),
    // One that works on the step's own copy, and one that has a copy of its own.
    ...packageIn(
      "node_modules/plotter",
      { name: "plotter", peerDependencies: { scaler: "*" } },
      { "index.js": 'exports.scaler = require("scaler").version;' },
    ),
    ...packageIn(
      "node_modules/loner",
      { name: "loner", dependencies: { scaler: "*" } },
      { "index.js": 'exports.scaler = require("scaler").version;' },
    ),
    ...packageIn(
      "node_modules/loner/node_modules/scaler",
      { name: "scaler", version: "9.0.0" },
      { "index.js": 'exports.version = "9.0.0";' },
    ),
    "load/child.mjs": CHILD,
    "load/child.cjs": CHILD_CJS,
    "load/beside.cjs": BESIDE,
    "flow.ts": flowText({ kind, isInstalled, older, newer }),
  });
  return path.join(folder, "flow.ts");
}

/** Version 1 and 2 of a package with a dependency, a peer, subpaths and a program; its peer. */
function archives(version: string): Readonly<Record<string, string>> {
  const inner = npmPack({
    "package.json": JSON.stringify({ name: "inner", version }),
    "index.js": `exports.version = "${version}";`,
  });
  const { manifest, files } = scaler(version);
  const dependencies = { inner: `file:${inner}` };
  return {
    scaler: `file:${npmPack({ "package.json": JSON.stringify({ name: "scaler", ...manifest, dependencies }), ...files })}`,
    units: `file:${npmPack({ "package.json": JSON.stringify({ name: "units", version }), "index.js": `exports.version = "${version}";` })}`,
  };
}

function scaler(version: string): { manifest: Record<string, unknown>; files: Record<string, string> } {
  const commonjs = `const inner = require("inner").version, units = require("units").version; module.exports = { version: "${version}", kind: "require", inner, units };`;
  return {
    manifest: {
      version,
      peerDependencies: { units: "*" },
      bin: { "scaler-cli": "cli.js" },
      exports: {
        ".": { import: "./index.mjs", require: "./index.cjs" },
        "./modern": { import: "./modern.mjs" },
        "./sub": "./sub.cjs",
        "./package.json": "./package.json",
      },
    },
    files: {
      "index.mjs": `import inner from "inner";\nimport units from "units";\nexport const version = "${version}", kind = "import", own = { inner: inner.version, units: units.version };\n`,
      "index.cjs": commonjs,
      "modern.mjs": `export const version = "${version}";\n`,
      "sub.cjs": `exports.version = "${version}";\n`,
      "cli.js": `#!/usr/bin/env node\nconsole.log("${version}");\n`,
    },
  };
}

const VERSION_OF = `function versionOf(file) {
  let folder = path.dirname(file.startsWith("file:") ? url.fileURLToPath(file) : file);
  while (!fs.existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")).version;
}
`;

/** What a process or thread of the step's loads; it says so on stdout, or to whoever started it. */
const CHILD = `import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import url from "node:url";
import { parentPort } from "node:worker_threads";
import { version, own } from "scaler";
import beside from "./beside.cjs";

${VERSION_OF}
const found = {
  import: version,
  inner: own.inner,
  units: own.units,
  dynamic: (await import("scaler/sub")).version,
  resolve: versionOf(import.meta.resolve("scaler")),
  modern: versionOf(import.meta.resolve("scaler/modern")),
  createRequire: createRequire(import.meta.url)("scaler").version,
  beside,
};
if (parentPort !== null) parentPort.postMessage(found);
else if (process.send !== undefined) process.send(found);
else console.log(JSON.stringify(found));
`;

const BESIDE = `module.exports = require("scaler").version;\n`;

const CHILD_CJS = `const fs = require("node:fs");
const path = require("node:path");
const url = require("node:url");
const { parentPort } = require("node:worker_threads");
${VERSION_OF}
(async () => {
  const found = {
    require: require("scaler").version,
    inner: require("scaler").inner,
    units: require("scaler").units,
    sub: require("scaler/sub").version,
    manifest: require("scaler/package.json").version,
    resolve: versionOf(require.resolve("scaler")),
    paths: versionOf(require.resolve("scaler", { paths: [__dirname] })),
    import: (await import("scaler")).version,
  };
  if (parentPort !== null) parentPort.postMessage(found);
  else if (process.send !== undefined) process.send(found);
  else console.log(JSON.stringify(found));
})();
`;

function flowText({
  kind,
  isInstalled,
  older,
  newer,
}: Pick<StepPackagesOptions, "kind" | "isInstalled"> & Record<"older" | "newer", object>): string {
  const isEsm = kind === "esm";
  const here = isEsm ? "import.meta.dirname" : "__dirname";
  return `import { execFileSync, fork } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import url from "node:url";
import { Worker } from "node:worker_threads";
import { env, FlowSpec, type Inputs, main, step } from "millrace";
${isInstalled ? 'import { version as atTop } from "scaler";\nimport * as all from "scaler/sub";\nimport manifestAtTop from "scaler/package.json" with { type: "json" };' : ""}

${VERSION_OF.replace("(file)", "(file: string): string")}
const HERE = ${here};
const name: string = ["sca", "ler"].join("");
const message = (from: any) => new Promise<any>((resolve, reject) => { from.once("message", resolve); from.once("error", reject); from.once("exit", (code: number) => reject(new Error("exit " + code))); });
const program = (command: string, args: string[], options: object = {}) => execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...options }).trim();
const node = (...args: string[]) => program(process.execPath, args);

const WAYS: Record<string, () => unknown> = {
${isInstalled ? "  static: () => atTop,\n  staticNamespace: () => all.version,\n  staticManifest: () => manifestAtTop.version," : ""}
  dynamic: async () => (await import("scaler")).version,
  dynamicKind: async () => ((await import("scaler")).kind === ${isInstalled && !isEsm ? '"import"' : '"import"'} ? (await import("scaler")).version : "wrong kind"),
  computed: async () => (await import(name)).version,
  subpath: async () => (await import("scaler/sub")).version,
  modern: async () => (await import("scaler/modern")).version,
  manifest: async () => (await import("scaler/package.json", { with: { type: "json" } })).default.version,
  inner: async () => (await import("scaler")).own.inner,
  peer: async () => (await import("scaler")).own.units,
  pluginOfProject: async () => (await import("plotter")).scaler,
  createRequire: () => createRequire(path.join(HERE, "flow.ts"))("scaler").version,
  createRequireSub: () => createRequire(path.join(HERE, "flow.ts"))("scaler/sub").version,
  createRequireManifest: () => createRequire(path.join(HERE, "flow.ts"))("scaler/package.json").version,
  createRequireResolve: () => versionOf(createRequire(path.join(HERE, "flow.ts")).resolve("scaler")),
  helperOfProject: async () => (await import(url.pathToFileURL(path.join(HERE, "load/beside.cjs")).href)).default,
${
  isEsm
    ? `  metaResolve: () => versionOf(import.meta.resolve("scaler")),
  metaResolveKind: () => (import.meta.resolve("scaler").endsWith("index.mjs") ? versionOf(import.meta.resolve("scaler")) : import.meta.resolve("scaler")),
  metaResolveModern: () => versionOf(import.meta.resolve("scaler/modern")),
  metaResolveManifest: () => versionOf(import.meta.resolve("scaler/package.json")),
  ownCreateRequire: () => createRequire(import.meta.url)("scaler").version,`
    : `  require: () => require("scaler").version,
  requireKind: () => (require("scaler").kind === "require" ? require("scaler").version : "wrong kind"),
  requireComputed: () => require(name).version,
  requireSub: () => require("scaler/sub").version,
  requireManifest: () => require("scaler/package.json").version,
  requireInner: () => require("scaler").inner,
  requirePeer: () => require("scaler").units,
  requireResolve: () => versionOf(require.resolve("scaler")),
  requireResolvePaths: () => versionOf(require.resolve("scaler", { paths: [__dirname] })),
  requireResolveComputed: () => versionOf(require.resolve(name)),
  ownCreateRequire: () => createRequire(__filename)("scaler").version,`
}
  worker: () => message(new Worker(path.join(HERE, "load/child.mjs"))),
  workerCjs: () => message(new Worker(path.join(HERE, "load/child.cjs"))),
  workerWithOptions: () => message(new Worker(path.join(HERE, "load/child.mjs"), { execArgv: ["--no-warnings"], env: { ...process.env, A: "1" } })),
  workerEval: () => message(new Worker('require("worker_threads").parentPort.postMessage(require("scaler").version)', { eval: true })),
  fork: () => message(fork(path.join(HERE, "load/child.mjs"))),
  forkCjs: () => message(fork(path.join(HERE, "load/child.cjs"))),
  forkCleanEnv: () => message(fork(path.join(HERE, "load/child.mjs"), { env: {} })),
  spawn: () => JSON.parse(node(path.join(HERE, "load/child.mjs"))),
  spawnCjs: () => JSON.parse(node(path.join(HERE, "load/child.cjs"))),
  spawnElsewhere: () => JSON.parse(program(process.execPath, [path.join(HERE, "load/child.cjs")], { cwd: os.tmpdir() })),
  spawnEval: () => node("-p", "require('scaler').version"),
  spawnEvalModule: () => node("--input-type=module", "-e", "import { version } from 'scaler'; console.log(version)"),
  grandchild: () => JSON.parse(node("-e", "require('child_process').execFileSync(process.execPath, [process.argv[1]], { stdio: 'inherit' })", path.join(HERE, "load/child.mjs"))),
  program: () => program("scaler-cli", []),
  shell: () => program("sh", ["-c", "scaler-cli"]),
  ...(process.env["WITHOUT_NPX"] === undefined ? {
    npx: () => program("npx", ["scaler-cli"]),
    npxYes: () => program("npx", ["--yes", "scaler-cli"]),
    npxOther: () => (program("npx", ["--version"]).match(/^\\d+/) ? versionOf(createRequire(path.join(HERE, "flow.ts")).resolve("scaler")) : "no npx"),
  } : {}),
};

class WaysFlow extends FlowSpec {
  found!: Record<string, unknown>;
  loner!: string;
  before!: Record<string, string>;
  after!: Record<string, string>;

  @step start() {
    this.next(this.older, this.newer, this.plain);
  }

  @env({ packages: ${JSON.stringify(older)} })
  @step
  async older() {
    await this.look();
    this.next(this.join);
  }

  @env({ packages: ${JSON.stringify(newer)}, vars: { NODE_OPTIONS: "--no-warnings", PATH: process.env["PATH"] ?? "" } })
  @step
  async newer() {
    await this.look();
    this.next(this.join);
  }

  @step async plain() {
    try {
      this.found = { dynamic: (await import("scaler")).version };
    } catch (error) {
      this.found = { dynamic: (error as { code: string }).code };
    }
    this.next(this.join);
  }

  @step join(inputs: Inputs<WaysFlow>) {
    this.found = Object.fromEntries(["older", "newer", "plain"].map((step, index) => [step, inputs[index]!.found]));
    this.next(this.end);
  }

  @step end() {}

  async look() {
    this.loner = ((await import("loner")) as any).scaler;
    this.found = {};
    for (const [way, load] of Object.entries(WAYS)) {
      try {
        this.found[way] = await load();
      } catch (error) {
        this.found[way] = String((error as Error).message).split("\\n").slice(0, 3).join(" | ");
      }
    }
  }
}

main(WaysFlow);
`;
}
