import { spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withLock } from "./with-lock.mjs";

/** Installing may be slow, but not this slow. */
const INSTALL_MS = 600_000;
/** The next test file need not wait for the same failure. */
const FAILURE_MS = 300_000;

/**
 * Prints the path of a program: the one that `find` knows, else what `install` puts into `folder`, once. Where neither is
 * possible: says why on stderr and makes the exit code 1.
 *
 * @param find - the program's path, or null
 * @param install - why it failed, in one line; null if it did not
 */
export async function ensureProgram({ folder, find, install }) {
  const failure = find() === null ? await withLock(`${folder}.lock`, attemptOnce, { staleMs: INSTALL_MS }) : null;
  if (failure === null) console.log(find());
  else console.error(failure);
  process.exitCode = failure === null ? 0 : 1;

  function attemptOnce() {
    if (find() !== null) return null;
    const note = `${folder}.failure`;
    const failedAt = statSync(note, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - failedAt < FAILURE_MS) return readFileSync(note, "utf8");
    const why = install() ?? (find() === null ? `nothing in ${folder} is the program` : null);
    if (why === null) return null;
    // Half an installation would be taken for a whole one.
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(note, why);
    return why;
  }
}

/** The first executable file of this name on PATH, or null. */
export function onPath(name) {
  const files = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, name));
  return files.find(isExecutable) ?? null;
}

/** Runs a program to its end. Why it failed, in one line; null if it did not. */
export function attempt(program, args) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: INSTALL_MS / 2 });
  if (error !== undefined) return `${program} cannot be started: ${error.message}`;
  if (status === 0) return null;
  const said = `${stdout}${stderr}`.trim().split("\n");
  return `${[program, ...args].join(" ")} failed: ${said.find((line) => /error/i.test(line)) ?? said.at(-1)}`;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
