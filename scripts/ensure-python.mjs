// `ensure-python.mjs NAME` prints the folder of a virtual environment that has what `python/NAME.txt` lists: orchestrators on
// which tests run deployed flows. uv makes it once, in the cache that the clones of a machine share. Only with
// `MILLRACE_REQUIRE_ALL=1` or `MILLRACE_BUILD_PYTHON=1`: else says on stderr what is missing, and exits with 1.
// `python/NAME.txt` is made by `uv pip compile --no-annotate --no-header --python-version 3.11 NAME.in -o NAME.txt`.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ROOT } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const UV = "0.13.9";
/** Debian 12's. */
const PYTHON = "3.11";
/** A registry may be slow, but not this slow. */
const INSTALL_MS = 600_000;

try {
  console.log(await environment(process.argv[2] ?? ""));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function environment(name) {
  const list = path.join(ROOT, "scripts/python", `${name}.txt`);
  const python = `python${PYTHON}`;
  const hash = createHash("sha256").update(readFileSync(list)).update(python);
  // Outside the checkout, so that every clone of this machine finds it.
  const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  const cache = process.env.MILLRACE_TEST_CACHE || path.join(caches, "millrace-tests");
  const folder = path.join(cache, `python-${name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  if (process.env.MILLRACE_REQUIRE_ALL !== "1" && process.env.MILLRACE_BUILD_PYTHON !== "1")
    throw new Error(`its Python packages are not installed yet; MILLRACE_BUILD_PYTHON=1 installs them, once`);
  await withLock(`${folder}.lock`, () => existsSync(folder) || install({ folder, list, python, cache }), {
    staleMs: INSTALL_MS,
  });
  return folder;
}

/** Whole or not there. */
async function install({ folder, list, python, cache }) {
  const uv = await uvOf(cache, python);
  const made = `${folder}.new`;
  rmSync(made, { recursive: true, force: true });
  // The environment's own scripts would name the folder in which it was made.
  run(uv, ["venv", "--quiet", "--relocatable", "--python", python, made], cache);
  run(uv, ["pip", "install", "--quiet", "--python", path.join(made, "bin/python"), "-r", list], cache);
  renameSync(made, folder);
}

/** What is on PATH may be of any version. */
async function uvOf(cache, python) {
  const folder = path.join(cache, `uv-${UV}`);
  const uv = path.join(folder, "bin/uv");
  if (existsSync(uv)) return uv;
  await withLock(`${folder}.lock`, () => {
    if (existsSync(uv)) return;
    const made = `${folder}.new`;
    rmSync(made, { recursive: true, force: true });
    run(python, ["-m", "venv", made], cache);
    run(path.join(made, "bin/python"), ["-m", "pip", "install", "--quiet", `uv==${UV}`], cache);
    renameSync(made, folder);
  });
  return uv;
}

function run(program, args, cache) {
  const env = { ...process.env, UV_CACHE_DIR: path.join(cache, "uv"), UV_LINK_MODE: "hardlink" };
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    env,
    encoding: "utf8",
    timeout: INSTALL_MS / 2,
  });
  if (error !== undefined) throw new Error(`${program} cannot be started: ${error.message}`);
  if (status === 0) return;
  const said = `${stdout}${stderr}`.trim().split("\n");
  throw new Error(
    `${path.basename(program)} ${args.join(" ")} failed: ${said.find((line) => /error/i.test(line)) ?? said.at(-1)}`,
  );
}
