import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const VERSION = "3.13";
const IMAGE = `millrace-test:python-${VERSION}`;
const BUILD_MS = 600_000;

/**
 * A Python 3.13: of this machine, on PATH or pyenv's; else an image of Debian trixie, whose containers share this machine's
 * network, files and engine.
 * @returns `{ program }` or `{ image }`
 */
export function pythonForLocalemu() {
  const program = candidates().find(isIt);
  if (program !== undefined) return { program };
  ensureImage();
  return { image: IMAGE };
}

function candidates() {
  const versions = path.join(process.env.PYENV_ROOT || path.join(os.homedir(), ".pyenv"), "versions");
  const kept = listed(versions).filter((name) => name.startsWith(`${VERSION}.`));
  return [`python${VERSION}`, ...kept.map((name) => path.join(versions, name, "bin/python"))];
}

function listed(folder) {
  try {
    return readdirSync(folder).sort().reverse();
  } catch {
    return [];
  }
}

function isIt(program) {
  const script = "import sys, sqlite3, ssl; print('%d.%d' % sys.version_info[:2])";
  const { stdout } = spawnSync(program, ["-c", script], { encoding: "utf8" });
  return (stdout ?? "").trim() === VERSION;
}

function ensureImage() {
  if (attempt("docker", ["image", "inspect", IMAGE]).status === 0) return;
  const folder = mkdtempSync(path.join(os.tmpdir(), "millrace-python-"));
  try {
    const file = path.join(folder, "trixie.tar");
    const made = attempt("mmdebstrap", ["--variant=apt", "--include=python3,ca-certificates", "trixie", file]);
    if (made.error?.code === "ENOENT")
      throw new Error(
        `there is no Python ${VERSION}, and no mmdebstrap that makes one; Debian's package is mmdebstrap`,
      );
    done(made);
    done(attempt("docker", ["import", file, IMAGE]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function attempt(program, args) {
  return spawnSync(program, args, { encoding: "utf8", timeout: BUILD_MS });
}

function done({ error, status, stderr }) {
  if (status !== 0)
    throw new Error(`Python ${VERSION} cannot be made: ${error?.message ?? stderr.trim().split("\n").at(-1)}`);
}
