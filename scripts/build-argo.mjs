// Prints the folder that holds Argo Workflows, for tests: its controller, the program that it puts into pods, its linter, and its
// custom resources. Where the cache lacks them, they are built from Go's modules: some eight minutes of CPU, once. Only with
// `MILLRACE_REQUIRE_ALL=1` or `MILLRACE_BUILD_ARGO=1`: else says on stderr what is missing, and exits with 1.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { goPrograms } from "./go-programs.mjs";

const MODULE = "github.com/argoproj/argo-workflows/v4";

try {
  const folder = await goPrograms({
    name: "argo",
    recipe: fileURLToPath(import.meta.url),
    source: "scripts/argo",
    files: ["go.mod", "go.sum", "lint/main.go"],
    programs: ["workflow-controller", "argoexec", "lint", "crds"],
    asked: "MILLRACE_BUILD_ARGO",
    build,
  });
  console.log(folder);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function build(work, go) {
  go(["mod", "download", MODULE]);
  const module = go(["list", "-m", "-f", "{{.Dir}}", MODULE]);
  const source = path.join(work, "source");
  cpSync(module, source, { recursive: true });
  spawnSync("chmod", ["-R", "u+w", source]);
  complete(source);
  go(["mod", "edit", "-replace", `${MODULE}=./source`]);
  const programs = ["workflow-controller", "argoexec"].map((name) => `${MODULE}/cmd/${name}`);
  mkdirSync(path.join(work, "bin"));
  go(["build", "-p", "2", "-trimpath", "-ldflags", "-s -w", "-o", "bin/", ...programs, "./lint"]);
  const crds = path.join(work, "crds");
  cpSync(path.join(source, "manifests/base/crds/minimal"), crds, {
    recursive: true,
    filter: (name) => !name.endsWith("kustomization.yaml") && !name.endsWith(".md"),
  });
  return [...["workflow-controller", "argoexec", "lint"].map((name) => path.join(work, "bin", name)), crds];
}

/** The published module lacks a file for Linux, which differs from the one for macOS in nothing but a pause. */
function complete(source) {
  const folder = path.join(source, "workflow/executor/osspecific");
  const text = readFileSync(path.join(folder, "signal_darwin.go"), "utf8");
  writeFileSync(
    path.join(folder, "signal_linux.go"),
    text.replace("time.Sleep(time.Second)", "time.Sleep(50 * time.Millisecond)"),
  );
}
