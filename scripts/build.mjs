// Makes dist/ whole, bundles and type declarations: a package made of half of it would install without a complaint.
// The bundles are few files, as every file that a launcher or a worker loads costs start-up time.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildPage } from "./build-page.mjs";
import { publicDeclarations } from "./public-declarations.mjs";
import { runNode } from "./run-node.mjs";

// By the native compiler, in a sixth of the time; beside the bundles.
const declarations = runNode(["node_modules/typescript-7/bin/tsc", "-p", "tsconfig.build.json"]);
const page = buildPage();

// Used rarely, or not ours to carry: left to be installed beside the package.
const EXTERNAL = [
  "esbuild",
  "get-tsconfig",
  "apache-arrow",
  "hyparquet",
  "@duckdb/node-api",
  "redis",
  "webgpu",
  "zeromq",
];
// Small libraries that every start needs are carried along; their bundles may still call require().
const BANNER =
  'import { createRequire as millraceRequire } from "node:module"; const require = millraceRequire(import.meta.url);';

// What two entries hand out is in one of them: a run is an instance of one class, and so is a runner.
const elsewhere = (filter, file) => ({
  name: `elsewhere-${file}`,
  setup: (one) => one.onResolve({ filter }, () => ({ path: `./${file}`, external: true })),
});
const ONE_CLIENT = elsewhere(/client\/index\.ts$/, "client.js");
const ONE_RUNNER = elsewhere(/testing\/index\.ts$/, "testing.js");

/** For CommonJS the same module, which Node can `require`. */
const AS_COMMONJS = [
  "cards",
  "client",
  "models",
  "serving",
  "events",
  "features",
  "runner",
  "testing",
  "vitest",
  "eslint",
];
/** Those whose one export is the default, which compilers look for by this name. */
const OF_DEFAULT = new Set(["vitest", "eslint"]);

const without = (filter, content) => ({
  name: "without",
  setup(one) {
    const namespace = `none ${filter}`;
    one.onResolve({ filter }, ({ path: asked }) => ({ path: asked, namespace }));
    one.onLoad({ filter: /.*/, namespace }, () => ({ contents: `module.exports = ${content};` }));
  },
});
// gpu.js asks for this native package, which downloads or compiles itself when it is installed; none of its backends is used.
const NO_HEADLESS_GL = without(/^gl$/, "null");
// Of dockerode what builds images and what goes through SSH; these bring native parts and scripts that run when installed.
const NO_BUILDKIT = without(/^(ssh2|protobufjs|@grpc\/.*)$/, "{}");

// Of the client for Kubernetes what reads a kubeconfig: neither the generated client, nor a `fetch` of its own.
const KUBECONFIG_ALONE = [without(/\/gen\/index\.js$/, "{}"), without(/^node-fetch$/, "{ Headers }")];

// Node 24 touches its own stderr when `node:util` or `node:process` is imported, which a worker must not have before it has put
// its own stream in place; imports of Node's modules come before everything else.
const STDERR_LATER = {
  name: "stderr-later",
  setup(one) {
    one.onResolve({ filter: /^(node:)?(util|process)$/ }, ({ path: asked }) => ({
      path: asked.replace(/^node:/, ""),
      namespace: "later",
    }));
    one.onLoad({ filter: /.*/, namespace: "later" }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule("node:${name}");`,
    }));
  },
};

const common = {
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  external: EXTERNAL,
  // Reading alone, in plain JavaScript: the package's main entry looks for a native addon.
  alias: { msgpackr: "./node_modules/msgpackr/unpack.js" },
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

const SCRIPT = {
  format: "cjs",
  // A script that V8 takes from a cache cannot import: `require` is what it has.
  supported: { "dynamic-import": false },
  outExtension: { ".js": ".cjs" },
  // What a module calls `import.meta.url`.
  define: { "import.meta.url": "millraceUrl" },
  banner: { js: 'const millraceUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/** What the SDK will want of Node one day is not the user's to read. */
const QUIET_SDK = { "process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": '"true"' };

const results = await Promise.all([
  // What `own-program.ts` loads: the command line, and what few commands and engines need.
  build({
    ...common,
    ...SCRIPT,
    entryPoints: {
      cli: "runtime/cli/command-line.ts",
      notebook: "runtime/cli/commands/notebook/command.ts",
      configure: "runtime/cli/commands/configure/command.ts",
      ui: "runtime/cli/commands/ui/run.ts",
      scheduler: "runtime/cli/commands/scheduler/run.ts",
      "card-render": "runtime/render/cards/draw-card.ts",
      "config-formats": "runtime/launch/values/config-formats.ts",
      docker: "runtime/engines/docker/client/dockerode.ts",
      kubernetes: "runtime/engines/kubernetes/client/kube-config.ts",
      answering: "runtime/serving/answering.ts",
      "feature-lookup": "sdk/features/feature-lookup.ts",
      // The AWS SDK, several times: each takes other parts of it.
      batch: "runtime/engines/batch/aws/open-aws.ts",
      "aws-production": "runtime/deploy/step-functions/aws/open-production.ts",
      "aws-setup": "runtime/cli/commands/configure/aws-setup/open-aws-setup.ts",
    },
    minifyWhitespace: true,
    define: { ...SCRIPT.define, ...QUIET_SDK },
    plugins: [NO_BUILDKIT, ...KUBECONFIG_ALONE],
  }),
  // Every container unpacks it: only as ES modules do the SDK's packages leave out what is not called.
  build({
    ...common,
    ...SCRIPT,
    entryPoints: { "aws-secrets": "runtime/secrets/aws/open-aws-secrets.ts" },
    minify: true,
    mainFields: ["module", "main"],
    define: { ...SCRIPT.define, ...QUIET_SDK },
  }),
  // One file each: what a flow imports, as loaders such as tsx take milliseconds for every file; and the worker, which is
  // a process of its own. What several copies of the SDK must share, they keep on globalThis.
  build({
    ...common,
    entryPoints: {
      bin: "runtime/cli/bin.ts",
      index: "sdk/index.ts",
      container: "runtime/engines/container/container.ts",
      "scheduler-job": "runtime/cli/commands/drive/scheduler-job.ts",
      "service-worker": "runtime/serving/worker/service-worker.ts",
      "model-watch": "runtime/serving/model/watch-thread.ts",
      "packaged-service": "runtime/serving/packaged/load-packaged-service.ts",
      "notebook-session": "runtime/notebook/session/session.ts",
    },
    format: "esm",
    banner: { js: BANNER },
  }),
  // Every container unpacks it, and few are of deployed runs.
  build({
    ...common,
    entryPoints: { "step-job": "runtime/cli/commands/step/step-job.ts" },
    minifyWhitespace: true,
    minifySyntax: true,
    format: "esm",
    banner: { js: BANNER },
  }),
  build({
    ...common,
    entryPoints: { worker: "runtime/worker/worker.ts" },
    format: "esm",
    banner: { js: BANNER },
    plugins: [STDERR_LATER],
  }),
  // One file as well: shared with the command line, it would break that into more files.
  build({
    ...common,
    entryPoints: { testing: "sdk/testing/index.ts" },
    format: "esm",
    banner: { js: BANNER },
    plugins: [ONE_CLIENT],
  }),
  build({ ...common, entryPoints: { runner: "sdk/runner.ts" }, format: "esm", plugins: [ONE_RUNNER] }),
  build({ ...common, entryPoints: { cards: "sdk/cards/index.ts" }, format: "esm" }),
  build({ ...common, entryPoints: { events: "sdk/events/index.ts" }, format: "esm", banner: { js: BANNER } }),
  build({ ...common, entryPoints: { eslint: "sdk/eslint/index.ts" }, format: "esm", banner: { js: BANNER } }),
  build({ ...common, entryPoints: { vitest: "sdk/vitest/index.ts" }, format: "esm" }),
  build({
    ...common,
    entryPoints: { client: "sdk/client/index.ts" },
    format: "esm",
    banner: { js: BANNER },
    // Its classes are the user's to see.
    keepNames: true,
  }),
  build({
    ...common,
    entryPoints: { models: "sdk/models/index.ts" },
    format: "esm",
    minifyWhitespace: true,
    banner: { js: BANNER },
    keepNames: true,
  }),
  build({
    ...common,
    entryPoints: { serving: "sdk/serving/index.ts" },
    format: "esm",
    banner: { js: BANNER },
    keepNames: true,
  }),
  build({
    ...common,
    entryPoints: { features: "sdk/features/index.ts" },
    format: "esm",
    minifyWhitespace: true,
    banner: { js: BANNER },
    plugins: [ONE_CLIENT],
  }),
  // Kernels: large, and loaded by those flows alone that have some.
  build({
    ...common,
    entryPoints: { gpu: "sdk/gpu/index.ts" },
    minifyWhitespace: true,
    format: "esm",
    banner: { js: BANNER },
    plugins: [NO_HEADLESS_GL],
  }),
  build({
    ...common,
    entryPoints: { gpu: "sdk/gpu/index.ts" },
    ...SCRIPT,
    minifyWhitespace: true,
    plugins: [NO_HEADLESS_GL],
  }),
  // A thread of its own, with the AWS SDK, loaded for s3:// alone.
  build({
    ...common,
    entryPoints: { "s3-thread": "runtime/datastore/s3/s3-thread.ts" },
    format: "esm",
    minify: true,
    banner: { js: BANNER },
  }),
  // A thread that loads the libraries which draw charts of cards, where they are installed.
  build({
    ...common,
    entryPoints: { "card-charts": "runtime/render/cards/charts/chart-thread.ts" },
    format: "esm",
    banner: { js: BANNER },
  }),
  // A thread as well, for runs whose code loads packages.
  build({
    ...common,
    entryPoints: { "packages-thread": "runtime/package/reach/packages-thread.ts" },
    format: "esm",
    banner: { js: BANNER },
  }),
  // What every process of a step with `@env({ packages })` loads first, and what Node before 22.15 runs in a thread of its own.
  build({
    ...common,
    ...SCRIPT,
    entryPoints: { environment: "runtime/package/environment/load-step-packages.ts" },
  }),
  build({
    ...common,
    entryPoints: { "environment-hooks": "runtime/package/environment/resolve.ts" },
    format: "esm",
  }),
  // Goes on the command line of a container, which may not be long.
  build({
    ...common,
    entryPoints: { bootstrap: "runtime/engines/container/bootstrap.ts" },
    sourcemap: false,
    format: "esm",
    minify: true,
  }),
  // Loads apache-arrow, so nothing else may load it.
  build({ ...common, entryPoints: { arrow: "sdk/arrow.ts" }, format: "esm" }),
  // For CommonJS users: the declarations alone. What executes a flow is one ES module for all.
  build({
    ...common,
    ...SCRIPT,
    entryPoints: { index: "sdk/index.ts", arrow: "sdk/arrow.ts" },
  }),
]);

for (const name of AS_COMMONJS) writeFileSync(`dist/${name}.cjs`, asCommonJs(name));
writeRuntime();
removeLeftovers(results);
copyFor("dist/infra", "runtime/engines/infra/millrace.yaml");
copyFor("dist/images", "runtime/engines/images/Dockerfile");
const pageModules = await page;
const exitCode = await declarations;
if (exitCode === 0) {
  publicDeclarations(declaredEntries());
  // Last: what tells that dist/ is whole.
  writeFileSync("dist/THIRD-PARTY-LICENSES.txt", licencesOf(results, pageModules));
}
process.exitCode = exitCode;

/** Millrace itself as containers get it, which the bootstrap lays out again; compressed where it goes over a network. */
function writeRuntime() {
  const entries = [
    "index.js",
    "index.cjs",
    "cards.js",
    "client.js",
    "models.js",
    "serving.js",
    "events.js",
    "features.js",
    "gpu.js",
    "arrow.js",
    "arrow.cjs",
  ];
  const names = [
    "container.js",
    "step-job.js",
    "worker.js",
    "s3-thread.js",
    "environment.cjs",
    "aws-secrets.cjs",
    "answering.cjs",
    "feature-lookup.cjs",
    "card-render.cjs",
    "card-charts.js",
    "environment-hooks.js",
    ...entries,
  ].map((name) => `dist/${name}`);
  const files = ["package.json", ...names].map((file) => ({ file, bytes: readFileSync(file) }));
  // Every container unpacks this: gpu.js twice would be a megabyte more.
  for (const name of ["gpu", "client", "models", "serving", "cards", "events", "features"])
    files.push({ file: `dist/${name}.cjs`, bytes: Buffer.from(asCommonJs(name)) });
  const head = Buffer.from(`${JSON.stringify(files.map(({ file, bytes }) => [file, bytes.length]))}\n`);
  const packed = Buffer.concat([head, ...files.map(({ bytes }) => bytes)]);
  writeFileSync("dist/container-runtime.bin", packed);
  writeFileSync("dist/container-runtime.gz", gzipSync(packed, { level: 9 }));
}

function asCommonJs(name) {
  const exported = `require("./${name}.js")`;
  return OF_DEFAULT.has(name)
    ? `Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = ${exported}.default;\n`
    : `module.exports = ${exported};\n`;
}

function declaredEntries() {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  return Object.values(exports).flatMap((entry) => entry.import?.types ?? []);
}

/** What users take as it is. */
function copyFor(folder, file) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, path.join(folder, path.basename(file)));
}

/** The licence texts of all that was carried along. */
function licencesOf(built, modules) {
  const bundled = built.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)),
  );
  const inputs = [...bundled, ...modules.map((file) => path.relative(".", file).replaceAll("\\", "/"))];
  const packages = new Set(
    inputs.map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean),
  );
  return [...packages].sort().map(licenceOf).join("\n");
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  // Some leave the text to the package that they are part of; ours is the same licence.
  if (file === undefined && license === "Apache-2.0") return `${name} ${version} (${license}, as in LICENSE)\n`;
  // Small ones name their licence without its text.
  if (file === undefined && ["ISC", "MIT"].includes(license)) return `${name} ${version} (${license})\n`;
  if (file === undefined) throw new Error(`${name} carries no licence file`);
  return `${name} ${version} (${license})\n${"-".repeat(72)}\n${readFileSync(path.join(folder, file), "utf8").trim()}\n`;
}

/** Removes what an earlier build left only now: a process that runs meanwhile still finds its files. */
function removeLeftovers(built) {
  const bundles = built.flatMap(({ metafile }) => Object.keys(metafile.outputs));
  const made = new Set(
    [...bundles, ...AS_COMMONJS.map((name) => `dist/${name}.cjs`)].map((file) => path.normalize(file)),
  );
  for (const folder of ["dist", "dist/chunks"].filter((place) => existsSync(place))) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isFile() && /\.(c?js|map)$/.test(file) && !made.has(file)) rmSync(file);
    }
  }
}
