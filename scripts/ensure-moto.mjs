// Prints the program that stands in for AWS in tests: a `moto_server` on PATH, else one in a virtual environment that is
// made here once. Where neither is possible: says why on stderr and exits with 1.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const PACKAGE = "moto[server]>=5.2,<6";
const FOLDER = path.join(ROOT, "node_modules/.cache/millrace-moto");
const INSTALLED = path.join(FOLDER, "bin/moto_server");
/** pip may be slow, but not this slow. */
const INSTALL_MS = 600_000;
/** Why it failed last; the next test file need not wait for the same. */
const FAILURE = `${FOLDER}.failure`;
const FAILURE_MS = 300_000;

process.exitCode = await ensureMoto();

async function ensureMoto() {
  const found = onPath("moto_server") ?? (existsSync(INSTALLED) ? INSTALLED : null);
  const failure = found === null ? await withLock(`${FOLDER}.lock`, install, { staleMs: INSTALL_MS }) : null;
  if (failure === null) console.log(found ?? INSTALLED);
  else console.error(failure);
  return failure === null ? 0 : 1;
}

function onPath(name) {
  const files = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, name));
  return files.find(isExecutable) ?? null;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why it failed, in one line; null if it did not. */
function install() {
  if (existsSync(INSTALLED)) return null;
  const failedAt = statSync(FAILURE, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Date.now() - failedAt < FAILURE_MS) return readFileSync(FAILURE, "utf8");
  const failure =
    attempt("python3", ["-m", "venv", FOLDER]) ??
    attempt(path.join(FOLDER, "bin/python"), ["-m", "pip", "install", "--quiet", "--retries", "1", PACKAGE]);
  // Half an environment would be taken for a whole one.
  if (failure === null) return null;
  rmSync(FOLDER, { recursive: true, force: true });
  writeFileSync(FAILURE, failure);
  return failure;
}

function attempt(program, args) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: INSTALL_MS / 2 });
  if (error !== undefined) return `${program} cannot be started: ${error.message}`;
  if (status === 0) return null;
  const said = `${stdout}${stderr}`.trim().split("\n");
  return `${[program, ...args].join(" ")} failed: ${said.find((line) => /error/i.test(line)) ?? said.at(-1)}`;
}
