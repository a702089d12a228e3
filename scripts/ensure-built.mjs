// Builds dist/ if it is missing or older than the sources.
import { readdirSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { ROOT, runNode } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const SOURCES = ["sdk", "runtime", "scripts/build.mjs", "package.json", "tsconfig.json", "tsconfig.build.json"];
/** What the build writes last. */
const STAMP = path.join(ROOT, "dist/THIRD-PARTY-LICENSES.txt");
const LOCK = path.join(ROOT, ".cache", "build.lock");

// Tests, checks and the demo may start at once; only one of them builds, the others find it done.
process.exitCode = await withLock(LOCK, ensureBuilt);

async function ensureBuilt() {
  if (modifiedMs(STAMP) >= Math.max(...SOURCES.map((source) => newestMs(path.join(ROOT, source))))) return 0;
  const startedMs = Date.now();
  const code = await runNode(["scripts/build.mjs"]);
  // Stamped with the start: what is saved while the build runs counts as newer.
  if (code === 0) utimesSync(STAMP, startedMs / 1000, startedMs / 1000);
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
