// `ensure-argo.mjs FOLDER` starts Argo Workflows on the cluster that `ensure-kubernetes.mjs FOLDER` started, if it does not run
// there yet: its custom resources, the rights of pods in the namespace `default`, and its controller as a process of this machine,
// which ends with the cluster. Prints as JSON what it has; where it cannot run, says why on stderr and exits with 1.
// `--lint` alone prints the path of Argo's own linter, which needs no cluster.
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "./run-node.mjs";
import { isAlive, withLock } from "./with-lock.mjs";

const NODES = ["n1", "n2"];
const READY_MS = 60_000;
const OBJECTS = [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "workflow-controller-configmap" },
    data: { config: "metricsConfig:\n  enabled: false\n" },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "argo-pods" },
    rules: [{ apiGroups: ["argoproj.io"], resources: ["workflowtaskresults"], verbs: ["create", "patch"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "argo-pods" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "argo-pods" },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
  },
];

const [argument = ""] = process.argv.slice(2);
try {
  const programs = run(process.execPath, [path.join(ROOT, "scripts/build-argo.mjs")]).trim();
  if (argument === "--lint") console.log(path.join(programs, "lint"));
  else console.log(JSON.stringify(await ensure(path.resolve(argument), programs)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function ensure(folder, programs) {
  return withLock(path.join(folder, "argo.lock"), async () => {
    const pidFile = path.join(folder, "run/argo.pid");
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
    const running = pid > 0 && isAlive(pid) ? programOf(pid) : "";
    if (running !== path.join(programs, "workflow-controller")) {
      // Of an earlier build; a pid may also have become another program's.
      if (path.basename(running) === "workflow-controller") await end(pid);
      await start(folder, { programs, pidFile });
    }
    return { lint: path.join(programs, "lint"), log: path.join(folder, "log/argo.log") };
  });
}

async function start(folder, { programs, pidFile }) {
  const image = importImage(folder, programs);
  const kubectl = (args, input) =>
    run(path.join(folder, "run/kubectl"), ["--kubeconfig", path.join(folder, "admin.conf"), ...args], { input });
  const crds = readdirSync(path.join(programs, "crds")).flatMap((name) => ["-f", path.join(programs, "crds", name)]);
  kubectl(["apply", "--server-side", ...crds]);
  kubectl(["wait", "--for=condition=established", "--timeout=60s", ...crds]);
  const list = { apiVersion: "v1", kind: "List", items: OBJECTS };
  kubectl(["apply", "--namespace", "default", "-f", "-"], JSON.stringify(list));
  // Called from the cluster's folder, by which `down.sh` knows it as its own.
  const program = path.join(folder, "run/workflow-controller");
  rmSync(program, { force: true });
  symlinkSync(path.join(programs, "workflow-controller"), program);
  // What one before it said does not count.
  const log = openSync(path.join(folder, "log/argo.log"), "w");
  const args = [
    ...[
      "--kubeconfig",
      path.join(folder, "admin.conf"),
      "--namespaced",
      "--managed-namespace",
      "default",
      "-n",
      "default",
    ],
    ...["--executor-image", image, "--executor-image-pull-policy", "IfNotPresent"],
  ];
  const env = { ...process.env, LEADER_ELECTION_DISABLE: "true", DEFAULT_REQUEUE_TIME: "1s" };
  const controller = spawn(program, args, { cwd: folder, env, detached: true, stdio: ["ignore", log, log] });
  controller.unref();
  writeFileSync(pidFile, String(controller.pid));
  await answering(path.join(folder, "log/argo.log"), controller.pid);
}

async function answering(log, pid) {
  for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(100)) {
    if (!isAlive(pid)) break;
    if (/Starting CronWorkflow controller/.test(readFileSync(log, "utf8"))) return;
  }
  throw new Error(`Argo's controller does not start: ${readFileSync(log, "utf8").trim().split("\n").at(-1)}`);
}

/** The file that a process executes; empty where that cannot be known. */
function programOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}

/** It takes no notice of SIGTERM, and two of them do not run beside each other. */
async function end(pid) {
  process.kill(pid, "SIGKILL");
  while (isAlive(pid)) await sleep(50);
}

/**
 * What Argo puts into each pod beside the step: one program. Its image is named after the build, so that none is taken for
 * another.
 * @returns its name
 */
function importImage(folder, programs) {
  const image = `millrace-test:argoexec-${path.basename(programs).replace("argo-", "")}`;
  const archive = path.join(folder, "argoexec.tar");
  const work = mkdtempSync(path.join(os.tmpdir(), "millrace-argoexec-"));
  try {
    if (spawnSync("docker", ["image", "inspect", image]).status !== 0) {
      for (const name of ["root/bin", "root/etc", "root/tmp"]) mkdirSync(path.join(work, name), { recursive: true });
      copyFileSync(path.join(programs, "argoexec"), path.join(work, "root/bin/argoexec"));
      writeFileSync(path.join(work, "root/etc/passwd"), "root:x:0:0:root:/:/bin/false\n");
      run("tar", ["--owner=0", "--group=0", "-C", path.join(work, "root"), "-cf", path.join(work, "root.tar"), "."]);
      run("docker", ["import", "-c", "ENV PATH=/bin", path.join(work, "root.tar"), image]);
    }
    run("docker", ["save", "--output", archive, image]);
    for (const node of NODES)
      run("ctr", ["-a", path.join(folder, node, "containerd.sock"), "-n", "k8s.io", "images", "import", archive]);
    return image;
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(archive, { force: true });
  }
}

function run(program, args, { input } = {}) {
  const done = spawnSync(program, args, { encoding: "utf8", input, timeout: 60 * 60_000, maxBuffer: 2 ** 26 });
  if (done.status === 0) return done.stdout;
  throw new Error(done.error?.message ?? (done.stderr.trim().split("\n").at(-1) || `exit code ${done.status}`));
}
