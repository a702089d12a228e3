// Prints the path of a program that is all of Kubernetes, for tests: etcd, API server, controllers, scheduler, kubelet and
// kubectl in one. Where the cache lacks it, it is built from Go's modules: ten minutes of CPU, once, and 4 GB of disk for
// Go's caches. Only with `MILLRACE_REQUIRE_ALL=1` or `MILLRACE_BUILD_KUBERNETES=1`: else says on stderr what is missing, and exits with 1.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ROOT } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const SOURCE = path.join(ROOT, "scripts/kubernetes");
const FILES = ["go.mod", "go.sum", "main.go"];
const VERSION = "v1.36.3";
const BUILD_MS = 45 * 60_000;

try {
  console.log(await kubernetesProgram());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function kubernetesProgram() {
  const go = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  const version = go.status === 0 ? go.stdout.trim() : "";
  if (version === "") throw new Error("there is no go on PATH, which builds it; 1.26 or newer");
  const hash = createHash("sha256");
  for (const file of FILES) hash.update(readFileSync(path.join(SOURCE, file)));
  hash.update(version);
  // Outside the checkout, so that every clone of this machine finds it.
  const caches = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  const cache = process.env.MILLRACE_TEST_CACHE || path.join(caches, "millrace-tests");
  const folder = path.join(cache, `kubernetes-${hash.digest("hex").slice(0, 16)}`);
  const program = path.join(folder, "kubeall");
  if (existsSync(program)) return program;
  if (process.env.MILLRACE_REQUIRE_ALL !== "1" && process.env.MILLRACE_BUILD_KUBERNETES !== "1")
    throw new Error("its program is not built yet; MILLRACE_BUILD_KUBERNETES=1 builds it, in some ten minutes, once");
  mkdirSync(folder, { recursive: true });
  await withLock(path.join(folder, "lock"), () => existsSync(program) || build(program), { staleMs: BUILD_MS });
  return program;
}

function build(program) {
  const startedAt = Date.now();
  const work = mkdtempSync(path.join(os.tmpdir(), "millrace-kubernetes-build-"));
  try {
    for (const file of FILES) cpSync(path.join(SOURCE, file), path.join(work, file));
    const names = { gitVersion: VERSION, gitMajor: "1", gitMinor: VERSION.split(".")[1] };
    const flags = Object.entries(names).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
    const args = ["build", "-p", "2", "-trimpath", "-ldflags", ["-s -w", ...flags].join(" "), "-o", "kubeall", "."];
    const built = spawnSync("nice", ["-n", "15", "go", ...args], {
      cwd: work,
      env: { ...process.env, CGO_ENABLED: "0" },
      encoding: "utf8",
      timeout: BUILD_MS,
    });
    if (built.status !== 0)
      throw new Error(`Kubernetes cannot be built: ${built.error?.message ?? built.stderr.trim().split("\n").at(-1)}`);
    // Whole or not there; the cache may lie on another disk than temporary files.
    cpSync(path.join(work, "kubeall"), `${program}.new`);
    renameSync(`${program}.new`, program);
    console.error(`built Kubernetes ${VERSION} in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
