// Sees that LocalEmu is installed, which answers like AWS and runs state machines, schedules and Batch's jobs: from PyPI, for
// Python 3.13, in a folder outside the checkout; some two minutes and 600 MB, once. Only `MILLRACE_REQUIRE_ALL=1` or
// `MILLRACE_INSTALL_LOCALEMU=1` installs it: else says on stderr what is missing, and exits with 1.
// With `--serve` it runs one on a free port, prints its address once it answers, and ends, with all that it started, when
// its stdin does: a killed test leaves nothing behind.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PATCHES } from "./localemu/patches.mjs";
import { pythonForLocalemu } from "./localemu/python-for-localemu.mjs";
import { ROOT } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const REQUIREMENTS = path.join(ROOT, "scripts/localemu/requirements.txt");
const INSTALL_MS = 600_000;
const START_MS = 180_000;
const MAIN = "from localemu.cli.main import main; main()";

try {
  const site = await ensureInstalled();
  if (process.argv[2] === "--serve") await serve(site);
  else console.log(site);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The folder with its modules. */
async function ensureInstalled() {
  if (process.platform !== "linux" || process.arch !== "x64") throw new Error("its lock is for Linux on x86-64");
  const docker = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], { encoding: "utf8" });
  if (docker.status !== 0) throw new Error("no Docker engine answers, in whose containers jobs run");
  const hash = createHash("sha256").update(readFileSync(REQUIREMENTS)).update(JSON.stringify(PATCHES));
  // Outside the checkout, so that every clone of this machine finds it.
  const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  const cache = process.env.MILLRACE_TEST_CACHE || path.join(caches, "millrace-tests");
  const site = path.join(cache, `localemu-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(site)) return site;
  if (process.env.MILLRACE_REQUIRE_ALL !== "1" && process.env.MILLRACE_INSTALL_LOCALEMU !== "1")
    throw new Error("it is not installed yet; MILLRACE_INSTALL_LOCALEMU=1 installs it, in some two minutes, once");
  mkdirSync(cache, { recursive: true });
  await withLock(`${site}.lock`, () => existsSync(site) || install(site), { staleMs: INSTALL_MS });
  return site;
}

/** By a pip of any Python: what it installs is for Python 3.13. */
function install(site) {
  const work = mkdtempSync(path.join(path.dirname(site), "localemu-new-"));
  try {
    run("python3", ["-m", "venv", path.join(work, "pip")]);
    const pip = [path.join(work, "pip/bin/python"), "-m", "pip", "--quiet", "--disable-pip-version-check"];
    const lines = readFileSync(REQUIREMENTS, "utf8").split("\n");
    const wheels = path.join(work, "wheels");
    // A few are published as sources alone: plain Python, of which any pip makes what all can use.
    const sources = lines.filter((line) => /^(airspeed[_-]ext|crontab|jsonpath-rw)==/.test(line));
    const others = lines.filter((line) => /^\S+==/.test(line) && !sources.includes(line));
    writeFileSync(path.join(work, "sources.txt"), sources.join("\n"));
    writeFileSync(path.join(work, "others.txt"), others.join("\n"));
    const locked = ["--no-deps", "--require-hashes"];
    run(...split([...pip, "wheel", ...locked, "-r", path.join(work, "sources.txt"), "-w", wheels]));
    const target = ["--only-binary=:all:", "--python-version", "3.13", "--implementation", "cp", "--abi", "cp313"];
    const abis = ["--abi", "abi3", "--abi", "none"];
    const platforms = ["34", "28", "27", "17", "12", "5"].flatMap((minor) => [
      "--platform",
      `manylinux_2_${minor}_x86_64`,
    ]);
    const older = ["manylinux2014", "manylinux2010", "manylinux1"].flatMap((name) => ["--platform", `${name}_x86_64`]);
    // The Python that `install` asks about is its own, whatever it installs for.
    const all = [
      "--ignore-requires-python",
      "--no-compile",
      ...target,
      ...abis,
      ...platforms,
      ...older,
      "--target",
      path.join(work, "site"),
    ];
    run(...split([...pip, "install", ...locked, ...all, "-r", path.join(work, "others.txt")]));
    const made = [
      "--no-deps",
      "--no-compile",
      "--no-index",
      "--find-links",
      wheels,
      "--upgrade",
      "--target",
      path.join(work, "site"),
    ];
    run(...split([...pip, "install", ...made, ...sources.map((line) => line.split(" ")[0])]));
    for (const { file, from, to } of PATCHES) patch(path.join(work, "site/localemu", file), { from, to });
    // Whole or not there.
    renameSync(path.join(work, "site"), site);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function patch(file, { from, to }) {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`LocalEmu has changed: ${file} lacks ${from.trim()}`);
  writeFileSync(
    file,
    text.replace(from, () => to),
  );
}

function split([program, ...args]) {
  return [program, args];
}

function run(program, args) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: INSTALL_MS });
  if (status === 0) return;
  const said = `${stdout ?? ""}${stderr ?? ""}`.trim().split("\n");
  const why = error?.message ?? said.find((line) => /error/i.test(line)) ?? said.at(-1);
  throw new Error(`LocalEmu cannot be installed: ${why}`);
}

async function serve(site) {
  const python = pythonForLocalemu();
  const folder = mkdtempSync(path.join(os.tmpdir(), "millrace-localemu-"));
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  process.stdin.on("end", end).on("error", end).resume();
  const port = await freePort();
  const server = start(python, { site, folder, port });
  let said = "";
  server.on("exit", () => (isOver = true));
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (piece) => (said = `${said}${piece}`.slice(-20_000)));
  const url = `http://127.0.0.1:${port}`;
  const isUp = await answers(url, () => isOver);
  if (isUp) console.log(url);
  else console.error(`LocalEmu does not answer: ${said.trim().split("\n").at(-1)}`);
  while (isUp && !isOver) await sleep(50);
  if (process.env.MILLRACE_LOCALEMU_LOG) writeFileSync(process.env.MILLRACE_LOCALEMU_LOG, said);
  stop(server, { python, port });
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(isUp ? 0 : 1);
}

function start(python, { site, folder, port }) {
  const own = {
    ...{ PYTHONPATH: site, LOCALEMU_FOLDER: path.join(folder, "files"), TMPDIR: folder },
    // Compiled once, by the Python that runs it.
    PYTHONPYCACHEPREFIX: `${site}.compiled`,
    // Containers of jobs share this machine's network, and so reach the server where the tests do.
    ...{ DISABLE_EVENTS: "1", MOTO_DOCKER_NETWORK_MODE: "host", MOTO_PORT: String(port) },
  };
  const args = ["-c", MAIN, "start", "--host", "127.0.0.1", "--port", String(port)];
  const stdio = ["ignore", "pipe", "pipe"];
  if (python.program !== undefined)
    return spawn(python.program, args, { cwd: folder, env: { ...process.env, ...own }, stdio, detached: true });
  const socket = /^unix:\/\/(.*)$/.exec(process.env.DOCKER_HOST ?? "")?.[1] ?? "/var/run/docker.sock";
  const volumes = [
    `${path.dirname(site)}:${path.dirname(site)}`,
    `${folder}:${folder}`,
    `${socket}:/var/run/docker.sock`,
  ];
  const env = Object.entries(own).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const options = ["--rm", "--init", "--network", "host", "--name", nameOf(port), "--workdir", folder];
  const mounts = volumes.flatMap((volume) => ["--volume", volume]);
  return spawn("docker", ["run", ...options, ...env, ...mounts, python.image, "python3", ...args], { stdio });
}

/** It starts threads and processes of its own, and does not end the containers of its jobs. */
function stop(server, { python, port }) {
  if (python.image !== undefined) docker("rm", "--force", nameOf(port));
  else
    try {
      process.kill(-server.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  const ids = docker("ps", "--all", "--quiet").split("\n").filter(Boolean);
  if (ids.length === 0) return;
  const format = "{{.Id}}{{range .Config.Env}} {{.}}{{end}}";
  const jobs = docker("inspect", "--format", format, ...ids)
    .split("\n")
    .filter((line) => line.split(" ").includes(`MOTO_PORT=${port}`));
  if (jobs.length > 0) docker("rm", "--force", ...jobs.map((line) => line.split(" ")[0]));
}

function nameOf(port) {
  return `millrace-localemu-${port}`;
}

function docker(...args) {
  return spawnSync("docker", args, { encoding: "utf8" }).stdout ?? "";
}

async function answers(url, isOver) {
  for (const from = Date.now(); Date.now() - from < START_MS && !isOver(); await sleep(100)) {
    const answer = await fetch(`${url}/_localemu/health`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (answer?.ok === true) return true;
  }
  return false;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
