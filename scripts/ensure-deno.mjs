// Prints the path of a `deno`, whose kernel runs a notebook in a test: one on PATH that is new enough, else one that is
// installed here once. Where neither is possible: says why on stderr and exits with 1.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { attempt, ensureProgram, onPath } from "./ensure-program.mjs";
import { ROOT } from "./run-node.mjs";

const PACKAGE = "deno@2.9.6";
/** The kernel of 2.8.2 and 2.8.3 shows no values; older ones were not tried. */
const NEW_ENOUGH = /^deno (2\.(9|\d\d+)|[3-9]|\d\d+)\./;
const FOLDER = path.join(ROOT, "node_modules/.cache/millrace-deno");

await ensureProgram({
  folder: FOLDER,
  find: () => newEnough(onPath("deno")) ?? installed(),
  install: () =>
    attempt("npm", ["install", "--prefix", FOLDER, "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE]),
});

/** The bare program of this platform; the package `deno` would need an install script. */
function installed() {
  const packages = path.join(FOLDER, "node_modules/@deno");
  const platforms = existsSync(packages) ? readdirSync(packages) : [];
  const programs = platforms.map((platform) => path.join(packages, platform, "deno"));
  return programs.find(versionOf) ?? null;
}

function newEnough(program) {
  return program !== null && NEW_ENOUGH.test(versionOf(program)) ? program : null;
}

/** What `--version` says; nothing if it does not start. */
function versionOf(program) {
  // Where COMPLETE is set, Deno prints completions for a shell and does nothing else.
  const env = { ...process.env, COMPLETE: undefined, NO_COLOR: "1" };
  return spawnSync(program, ["--version"], { encoding: "utf8", env }).stdout ?? "";
}
