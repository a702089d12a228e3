import fs from "node:fs";
import path from "node:path";
import { ESM, makeProject } from "../../rigs/project.ts";

const FILES = ["1", "2", "3"];

/** Two views, each of three files. Each file that is read is noted, and the second of `slow` is only read once it may. */
const FEATURES = `
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { entity, featureView, jsonl, sum } from "millrace/features";

const here = FOLDER;
const customer = entity("customer", { keys: { id: "string" } });

function watched(name) {
  const { spec } = jsonl(path.join(here, name, "*.jsonl"), { event: "at" });
  const read = async (columns, files) => {
    const file = path.basename(files[0], ".jsonl");
    fs.appendFileSync(path.join(here, "read"), \`\${name}/\${file}\\n\`);
    if (name === "slow" && file === "2" && !fs.existsSync(path.join(here, "go"))) {
      console.log(\`waits in process \${process.pid}\`);
      for (;;) await pause(1000);
    }
    return spec.read(columns, files);
  };
  return { spec: { ...spec, read } };
}

const viewOf = (name) =>
  featureView(name, { entity: customer, source: watched(name), features: { spent: sum("amount"WINDOW) } });
export const quick = viewOf("quick");
export const slow = viewOf("slow");
`;

export interface WatchedProject {
  readonly folder: string;
  readonly file: string;
  /** Files that were read, in any order. */
  read(): readonly string[];
  /** From now on nothing waits. */
  letGo(): void;
  /** Has the views sum what happened within a day. */
  change(): void;
}

export function watchedProject(): WatchedProject {
  const folder = makeProject({ "package.json": ESM });
  const file = path.join(folder, "features.ts");
  const text = FEATURES.replace("FOLDER", JSON.stringify(folder));
  fs.writeFileSync(file, text.replace("WINDOW", ""));
  for (const view of ["quick", "slow"]) {
    fs.mkdirSync(path.join(folder, view));
    for (const name of FILES) {
      const row = { id: `c${name}`, at: Date.UTC(2026, 1, Number(name)), amount: Number(name) };
      fs.writeFileSync(path.join(folder, view, `${name}.jsonl`), JSON.stringify(row));
    }
  }
  const log = path.join(folder, "read");
  return {
    ...{ folder, file },
    read: () => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n").sort() : []),
    letGo: () => fs.writeFileSync(path.join(folder, "go"), ""),
    change: () =>
      fs.writeFileSync(file, text.replace("WINDOW", ', { window: "1d" }').replace("*.jsonl", "[1-3].jsonl")),
  };
}
