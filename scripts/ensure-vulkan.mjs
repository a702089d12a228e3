// Prints the tag of an image whose processor answers as a GPU, through Mesa's software Vulkan: the Dockerfile that Millrace
// ships, on a Debian trixie made from packages with this process's Node. Builds it where it is not there, which takes a
// minute. Where that is not possible: says why on stderr and exits with 1.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const TAG = "millrace-test:vulkan";
const LABEL = "millrace.test-image";
const DOCKERFILE = path.join(ROOT, "runtime/engines/images/Dockerfile");
const LOCK = path.join(ROOT, "node_modules/.cache/millrace-vulkan.lock");
const BUILD_MS = 600_000;

process.exitCode = await ensureVulkan();

async function ensureVulkan() {
  try {
    await withLock(LOCK, build, { staleMs: 3 * BUILD_MS });
    console.log(TAG);
    return 0;
  } catch (error) {
    console.error(error.message);
    return 1;
  }
}

function build() {
  const made = [readFileSync(DOCKERFILE), readFileSync(fileURLToPath(import.meta.url)), process.version, process.arch];
  const hash = createHash("sha256").update(made.join("\n")).digest("hex").slice(0, 16);
  const engine = attempt("docker", ["version", "--format", "{{.Server.Version}}"]);
  if (engine.status !== 0) throw new Error(`no Docker engine answers: ${saidBy(engine)}`);
  const found = attempt("docker", ["image", "inspect", "--format", `{{.Id}} {{index .Config.Labels "${LABEL}"}}`, TAG]);
  const [id, label] = found.stdout.trim().split(" ");
  if (label === hash) return;
  const folder = mkdtempSync(path.join(os.tmpdir(), "millrace-vulkan-"));
  try {
    const base = importDebian(folder);
    const context = path.join(folder, "context");
    mkdirSync(context);
    // The network of this machine: apt has to find its mirror as it does here.
    const options = ["--network", "host", "--label", `${LABEL}=${hash}`, "--tag", TAG, "--file", DOCKERFILE];
    const args = [`BASE=${base}`, "VULKAN=software"].flatMap((arg) => ["--build-arg", arg]);
    done(attempt("docker", ["build", "--quiet", ...options, ...args, context]));
    // The one that had the tag before; a container may still need it.
    if (id !== "") attempt("docker", ["image", "rm", id]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The id of the image. */
function importDebian(folder) {
  const file = path.join(folder, "trixie.tar");
  const node = path.join(folder, "node");
  copyFileSync(process.execPath, node);
  const hooks = [`--customize-hook=copy-in ${node} /usr/bin`];
  const debian = attempt("mmdebstrap", [
    "--variant=apt",
    "--include=ca-certificates,libstdc++6",
    ...hooks,
    "trixie",
    file,
  ]);
  if (debian.error?.code === "ENOENT")
    throw new Error("there is no mmdebstrap on PATH; Debian's package is mmdebstrap");
  done(debian);
  return done(attempt("docker", ["import", file])).stdout.trim();
}

function attempt(program, args) {
  return spawnSync(program, args, { encoding: "utf8", timeout: BUILD_MS });
}

function done(run) {
  if (run.status !== 0) throw new Error(`the image with software Vulkan cannot be built: ${saidBy(run)}`);
  return run;
}

/** The last line, which says what went wrong. */
function saidBy({ error, status, stderr }) {
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `exit code ${status}`);
}
