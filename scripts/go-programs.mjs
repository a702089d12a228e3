import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ROOT } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const BUILD_MS = 45 * 60_000;
/** Nobody debugs these programs, and they need not be fast: a third of the compiler's time is saved. */
const GOFLAGS = '"-gcflags=all=-dwarf=false -l"';

/**
 * The folder with programs that are built of Go's modules, once, and kept outside the checkout, so that every clone of this
 * machine finds them. `of.source` is the folder of their own module, `of.files` what it holds and `of.recipe` the file that
 * says how they are built, where that is more than a call of Go; `of.build` makes the programs in a copy of it and returns
 * their paths. Only with `MILLRACE_REQUIRE_ALL=1` or the variable `of.asked` it is built: else throws.
 */
export async function goPrograms(of) {
  const go = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  const version = go.status === 0 ? go.stdout.trim() : "";
  if (version === "") throw new Error("there is no go on PATH, which builds it; 1.26 or newer");
  const source = path.join(ROOT, of.source);
  const hash = createHash("sha256");
  for (const file of of.files) hash.update(readFileSync(path.join(source, file)));
  if (of.recipe !== undefined) hash.update(readFileSync(of.recipe));
  hash.update(version);
  const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  const cache = process.env.MILLRACE_TEST_CACHE || path.join(caches, "millrace-tests");
  const folder = path.join(cache, `${of.name}-${hash.digest("hex").slice(0, 16)}`);
  const isThere = () => of.programs.every((program) => existsSync(path.join(folder, program)));
  if (isThere()) return folder;
  if (process.env.MILLRACE_REQUIRE_ALL !== "1" && process.env[of.asked] !== "1")
    throw new Error(`its program is not built yet; ${of.asked}=1 builds it, in some ten minutes, once`);
  mkdirSync(folder, { recursive: true });
  await withLock(path.join(folder, "lock"), () => isThere() || build(folder, of), { staleMs: BUILD_MS });
  return folder;
}

function build(folder, of) {
  const startedAt = Date.now();
  const work = mkdtempSync(path.join(os.tmpdir(), `millrace-${of.name}-build-`));
  try {
    for (const file of of.files) cpSync(path.join(ROOT, of.source, file), path.join(work, file));
    for (const made of of.build(work, (args) => runGo(of.name, work, args))) {
      // Whole or not there; the cache may lie on another disk than temporary files.
      const program = path.join(folder, path.basename(made));
      cpSync(made, `${program}.new`, { recursive: true });
      renameSync(`${program}.new`, program);
    }
    console.error(`built ${of.name} in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function runGo(name, cwd, args) {
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS };
  const done = spawnSync("nice", ["-n", "15", "go", ...args], { cwd, env, encoding: "utf8", timeout: BUILD_MS });
  if (done.status === 0) return done.stdout.trim();
  throw new Error(`${name} cannot be built: ${done.error?.message ?? done.stderr.trim().split("\n").at(-1)}`);
}
