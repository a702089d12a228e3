import fs from "node:fs";
import path from "node:path";
import { freshFolder } from "../fresh-folder.ts";
import { timeCommand } from "../command.ts";
import { storeCommand } from "../millrace.ts";
import type { BenchCase } from "../bench-case.ts";

const STEPS = 100;
const PACKAGE = path.join(import.meta.dirname, "../../..");

export const deploy: BenchCase = {
  name: "deploy",
  measures: `deploy local of a flow of ${STEPS} steps, as its first version`,
  runs: 5,
  target: { firstAtMostMs: 3000 },
  prepare: ({ folder }) => {
    const file = flowFile(freshFolder(folder));
    const timed = () =>
      storeCommand(["deploy", file, "local", "--datastore", freshFolder(folder)], {
        exitCode: 0,
        prints: /deployed StepsFlow, version 1, to local/,
      });
    return Promise.resolve({ first: { label: "deploy", measure: () => timeCommand(timed()) }, second: null });
  },
};

/** A project of its own, with a flow of steps in a row. */
function flowFile(project: string): string {
  fs.mkdirSync(path.join(project, "node_modules"), { recursive: true });
  fs.symlinkSync(PACKAGE, path.join(project, "node_modules/millrace"), "junction");
  const names = ["start", ...Array.from({ length: STEPS - 2 }, (_, at) => `step${at + 1}`), "end"];
  const steps = names.map((name, at) => {
    const next = names[at + 1];
    return `  @step ${name}() {${next === undefined ? "" : ` this.next(this.${next}); `}}`;
  });
  const head = 'import { FlowSpec, main, schedule, step } from "millrace";\n@schedule({ daily: true })\n';
  const file = path.join(project, "flow.ts");
  fs.writeFileSync(file, `${head}class StepsFlow extends FlowSpec {\n${steps.join("\n")}\n}\nmain(StepsFlow);\n`);
  return file;
}
