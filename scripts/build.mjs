// Bundles the package into a few files: every file a launcher loads costs start-up time.
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const common = {
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning",
  metafile: true,
};

const results = await Promise.all([
  build({
    ...common,
    entryPoints: {
      index: "sdk/index.ts",
      bin: "runtime/cli/bin.ts",
      cli: "runtime/cli/cli.ts",
      worker: "runtime/worker/worker.ts",
    },
    splitting: true,
    format: "esm",
    chunkNames: "chunks/[name]-[hash]",
  }),
  // For CommonJS users: the declarations alone. What executes a flow is one ES module for all.
  build({
    ...common,
    entryPoints: { index: "sdk/index.ts" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    plugins: [
      {
        name: "one-cli",
        setup: (one) => one.onResolve({ filter: /cli\/cli\.ts$/ }, () => ({ path: "./cli.js", external: true })),
      },
    ],
  }),
]);

// What an earlier build left is removed afterwards: a process that runs meanwhile still finds its files.
const made = new Set(
  results.flatMap(({ metafile }) => Object.keys(metafile.outputs).map((file) => path.normalize(file))),
);
for (const folder of ["dist", "dist/chunks"]) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isFile() && !made.has(file) && !file.endsWith(".tsbuildinfo")) rmSync(file);
  }
}
