// Which test files a stage of `.ci/run` gives Vitest: `node-dependent`, the files and folders where Node itself could do
// otherwise; `but-for RESULT`, options that leave out what passed whole in an earlier run, but for those.
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";

/** Loading code, processes and their output, what is stored. */
const NODE_DEPENDENT = [
  ...["worker", "testing", "gpu/flow", "own-program", "settings", "datastore/codec"],
  ...["e2e/hostile", "e2e/resume/resume", "engines/contract/local", "notebook/cells", "notebook/kernel"],
  ...[
    "dialects",
    "modules",
    "forked-files",
    "output",
    "isolation",
    "environments",
    "last-words",
    "own-decorators",
    "which-flow",
  ].map((name) => `e2e/run/${name}`),
  ...["environment", "json-imports", "odd-files", "reach"].map((name) => `package/${name}`),
].map((name) => `test/${name}`);

/** Where `.ci/newcomer` clones: what follows is a path in the project. */
const CLONE = "/millrace/";

const [wanted, file] = process.argv.slice(2);
console.log((wanted === "node-dependent" ? NODE_DEPENDENT : optionsFor(file)).join("\n"));

function optionsFor(resultFile) {
  if (!existsSync(resultFile)) return [];
  return JSON.parse(readFileSync(resultFile, "utf8"))
    .testResults.filter(passedWhole)
    .map(({ name }) => name.slice(name.indexOf(CLONE) + CLONE.length))
    .filter((name) => !NODE_DEPENDENT.some((dependent) => name.startsWith(dependent)))
    .map((name) => `--exclude=${name}`);
}

/** No test of it was skipped for want of something. */
function passedWhole({ status, assertionResults }) {
  return (
    status === "passed" && assertionResults.length > 0 && assertionResults.every((test) => test.status === "passed")
  );
}
