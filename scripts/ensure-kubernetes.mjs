// `ensure-kubernetes.mjs FOLDER` starts a real Kubernetes cluster of two nodes on this machine, if the folder does not hold
// one yet, and prints as JSON how to reach it. `--down FOLDER` ends it and removes all that it left; `--sweep` does so for those whose owner is dead. Ports, token, networks and
// names are its own, so that several clusters can stand side by side. Where one cannot run, says why on stderr and exits with 1.
import { spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { ROOT } from "./run-node.mjs";
import { isAlive, withLock } from "./with-lock.mjs";

const SCRIPTS = path.join(ROOT, "scripts/kubernetes");
const PROGRAMS = ["containerd", "ctr", "runc", "iptables", "openssl", "curl", "ip", "docker"];
const BUSYBOX = "/bin/busybox";
const BRIDGE = "/usr/lib/cni/bridge";
const PAUSE = "millrace-test:pause";
const START_MS = 240_000;
/** Where clusters of tests lie; one whose owner has died is swept away. */
const NAME = "millrace-kubernetes-";

const [first = "", second = ""] = process.argv.slice(2);
try {
  if (first === "--down") down(second);
  else if (first === "--sweep") sweep();
  else console.log(JSON.stringify(await ensure(path.resolve(first))));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** What takes longest is built before the lock is taken: both have locks of their own. */
async function ensure(folder) {
  const found = known(folder);
  if (found !== null) return found;
  const parts = partsOf();
  return withLock(`${folder}.lock`, async () => known(folder) ?? (await start(folder, parts)), {
    staleMs: 2 * START_MS,
  });
}

function known(folder) {
  const file = path.join(folder, "cluster.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

function partsOf() {
  const lacking = whatLacks();
  if (lacking !== null) throw new Error(lacking);
  const program = run(process.execPath, [path.join(ROOT, "scripts/build-kubernetes.mjs")]).trim();
  const [image] = run(process.execPath, [path.join(ROOT, "scripts/ensure-docker.mjs")])
    .trim()
    .split("\n");
  return { program, image };
}

async function start(folder, { program, image }) {
  sweep();
  const startedAt = Date.now();
  // Its files hold tokens and keys.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const settings = await freeSettings();
  const lines = Object.entries({ KUBEALL: program, ...settings }).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(path.join(folder, "settings"), lines.join(""), { mode: 0o600 });
  writeFileSync(path.join(folder, "owner"), String(process.env.MILLRACE_KUBERNETES_OWNER ?? process.ppid));
  const images = path.join(folder, "images.tar");
  try {
    ensurePause();
    run("docker", ["save", "--output", images, image, PAUSE]);
    run(path.join(SCRIPTS, "up.sh"), [folder, images]);
    rmSync(images);
  } catch (error) {
    if (process.env.MILLRACE_KEEP_KUBERNETES !== "1") down(folder);
    throw error;
  }
  const seconds = (Date.now() - startedAt) / 1000;
  const cluster = {
    kubeconfig: path.join(folder, "admin.conf"),
    kubectl: path.join(folder, "run/kubectl"),
    server: `https://127.0.0.1:${settings.API_PORT}`,
    serviceAddress: settings.SERVICE_IP,
    folder,
    image,
    seconds,
  };
  writeFileSync(path.join(folder, "cluster.json"), JSON.stringify(cluster));
  console.error(`started Kubernetes with two nodes in ${seconds.toFixed(1)} s`);
  return cluster;
}

function down(folder) {
  if (existsSync(path.join(folder, "settings")))
    spawnSync(path.join(SCRIPTS, "down.sh"), [folder], { stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
}

/** What tests left that were killed. */
function sweep() {
  for (const name of readdirSync(os.tmpdir()).filter((one) => one.startsWith(NAME) && !one.endsWith(".lock"))) {
    const folder = path.join(os.tmpdir(), name);
    const owner = path.join(folder, "owner");
    // Anyone may make a folder here; what it says is followed as root.
    const { uid } = lstatSync(folder, { throwIfNoEntry: false }) ?? {};
    if (uid === 0 && existsSync(owner) && !isAlive(Number(readFileSync(owner, "utf8")))) down(folder);
  }
}

function whatLacks() {
  if (process.platform !== "linux" || process.getuid() !== 0) return "its nodes need Linux and root";
  const missing = PROGRAMS.filter((name) => spawnSync("which", [name]).status !== 0);
  if (missing.length > 0)
    return `there is no ${missing.join(", ")} on PATH; Debian's packages are docker.io, containerd, runc, iptables, openssl, curl and iproute2`;
  if (!existsSync(BRIDGE)) return `there is no ${BRIDGE}; Debian's package is containernetworking-plugins`;
  return existsSync(BUSYBOX) ? null : `there is no ${BUSYBOX}; Debian's package is busybox-static`;
}

/** What holds a pod's namespaces: a program that sleeps. */
function ensurePause() {
  if (spawnSync("docker", ["image", "inspect", PAUSE]).status === 0) return;
  const work = mkdtempSync(path.join(os.tmpdir(), "millrace-pause-"));
  try {
    run("cp", ["-L", BUSYBOX, path.join(work, "sleep")]);
    run("tar", ["--owner=0", "--group=0", "-C", work, "-cf", path.join(work, "pause.tar"), "sleep"]);
    run("docker", ["import", "-c", 'CMD ["/sleep","2147483647"]', path.join(work, "pause.tar"), PAUSE]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function freeSettings() {
  const names = ["ETCD", "PEER", "API", "MANAGER", "SCHEDULER", "KUBELET_1", "KUBELET_2"];
  const ports = await freePorts(names.length);
  const routes = run("ip", ["-4", "route", "show"]);
  // Two networks of their own among 10.64 to 10.191, which nothing of this machine leads to.
  const numbers = Array.from({ length: 128 }, (_, index) => index + 64).filter(
    (number) => !routes.includes(`10.${number}.`),
  );
  const [pods, services] = [take(numbers), take(numbers)];
  const address = /inet ([\d.]+)/.exec(run("ip", ["-4", "-oneline", "address", "show", "scope", "global"]))?.[1];
  if (address === undefined) throw new Error("this machine has no address that its nodes could have");
  return {
    ...Object.fromEntries(names.map((name, index) => [name.replace(/(_\d)?$/, "_PORT$1"), ports[index]])),
    IP: address,
    TOKEN: randomBytes(24).toString("hex"),
    PREFIX: `mr${randomBytes(3).toString("hex")}n`,
    POD_NETWORK: `10.${pods}`,
    SERVICE_NETWORK: `10.${services}.0.0/16`,
    SERVICE_IP: `10.${services}.0.1`,
  };
}

function take(numbers) {
  if (numbers.length === 0) throw new Error("no network among 10.64 to 10.191 is free");
  return numbers.splice(randomInt(numbers.length), 1)[0];
}

/** Held all together before any is let go, so that they differ. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const server = net.createServer().listen(0, () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function run(program, args) {
  const done = spawnSync(program, args, { encoding: "utf8", timeout: 60 * 60_000, maxBuffer: 2 ** 26 });
  if (done.status === 0) return done.stdout;
  const said = done.error?.message ?? (done.stderr.trim().split("\n").at(-1) || `exit code ${done.status}`);
  throw new Error(said);
}
