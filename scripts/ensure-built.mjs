// Builds dist/ if it is missing or older than the sources; `--types`: the type declarations as well.
import { readdirSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { ROOT, runNode } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const SOURCES = ["sdk", "runtime", "scripts/build.mjs", "package.json", "tsconfig.json", "tsconfig.build.json"];
const LOCK = path.join(ROOT, ".cache", "build.lock");

// Tests, checks and the demo may start at once; only one of them builds, the others find it done.
process.exitCode = await withLock(LOCK, () => ensureBuilt({ types: process.argv.includes("--types") }));

async function ensureBuilt({ types }) {
  const script = await buildIfOlder("dist/index.js", ["scripts/build.mjs"]);
  if (script !== 0 || !types) return script;
  return buildIfOlder("dist/types/sdk/index.d.ts", ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
}

async function buildIfOlder(output, command) {
  const file = path.join(ROOT, output);
  if (modifiedMs(file) >= Math.max(...SOURCES.map((source) => newestMs(path.join(ROOT, source))))) return 0;
  const startedMs = Date.now();
  const code = await runNode(command);
  // Stamped with the start: what is saved while the build runs counts as newer.
  if (code === 0) utimesSync(file, startedMs / 1000, startedMs / 1000);
  return code;
}

/** Folders count too: removing a file changes nothing else. */
function newestMs(place) {
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  const inside = readdirSync(place).map((name) => newestMs(path.join(place, name)));
  return Math.max(stats.mtimeMs, ...inside);
}

function modifiedMs(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
