// Prints the tags of two images for tests, with and without Node, and builds them where they lack. Without an engine that
// runs containers, or what the images are made of: says why on stderr and exits with 1.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { ROOT } from "./run-node.mjs";
import { withLock } from "./with-lock.mjs";

const BUILDER = path.join(ROOT, "runtime/engines/images/build-local.sh");
const LOCK = path.join(ROOT, "node_modules/.cache/millrace-docker.lock");
const ANSWER_MS = 60_000;
const BUILD_MS = 120_000;

process.exitCode = await ensureDocker();

async function ensureDocker() {
  const engine = spawnSync("docker", ["version", "--format", "{{.Server.Version}}"], {
    encoding: "utf8",
    timeout: ANSWER_MS,
  });
  if (engine.status !== 0) return because(whyNoEngine(engine));
  const env = { ...process.env, NODE: process.execPath };
  const builds = await withLock(
    LOCK,
    () =>
      [[], ["--without-node"]].map((args) => spawnSync(BUILDER, args, { encoding: "utf8", env, timeout: BUILD_MS })),
    { staleMs: 2 * BUILD_MS },
  );
  const failed = builds.find(({ status }) => status !== 0);
  if (failed !== undefined) return because(`the image for tests cannot be built: ${saidBy(failed)}`);
  for (const { stdout } of builds) process.stdout.write(stdout);
  return 0;
}

function whyNoEngine(engine) {
  if (engine.error?.code === "ENOENT") return "there is no docker on PATH; Debian's package is docker.io";
  if (engine.error?.code === "ETIMEDOUT") return `the Docker engine did not answer within ${ANSWER_MS / 1000} s`;
  return `no Docker engine answers: ${saidBy(engine)}; start dockerd, or set DOCKER_HOST`;
}

/** The last line, which says what went wrong. */
function saidBy({ error, status, stderr }) {
  return error?.message ?? (stderr.trim().split("\n").at(-1) || `exit code ${status}`);
}

function because(reason) {
  console.error(reason);
  return 1;
}
