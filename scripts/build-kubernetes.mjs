// Prints the path of a program that is all of Kubernetes, for tests: etcd, API server, controllers, scheduler, kubelet and
// kubectl in one. Where the cache lacks it, it is built from Go's modules: ten minutes of CPU, once, and 4 GB of disk for
// Go's caches. Only with `MILLRACE_REQUIRE_ALL=1` or `MILLRACE_BUILD_KUBERNETES=1`: else says on stderr what is missing, and exits with 1.
import path from "node:path";
import { goPrograms } from "./go-programs.mjs";

const VERSION = "v1.36.3";
const PROGRAM = "kubeall";

try {
  const folder = await goPrograms({
    name: "kubernetes",
    source: "scripts/kubernetes",
    files: ["go.mod", "go.sum", "main.go"],
    programs: [PROGRAM],
    asked: "MILLRACE_BUILD_KUBERNETES",
    build,
  });
  console.log(path.join(folder, PROGRAM));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function build(work, go) {
  const names = { gitVersion: VERSION, gitMajor: "1", gitMinor: VERSION.split(".")[1] };
  const flags = Object.entries(names).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  go(["build", "-p", "2", "-trimpath", "-ldflags", ["-s -w", ...flags].join(" "), "-o", PROGRAM, "."]);
  return [path.join(work, PROGRAM)];
}
