import fs from "node:fs";
import path from "node:path";
import { ROOT, temporaryFolder } from "../../rigs/harness.ts";

const HEAD = 'import { FlowSpec, includeFile, main, parameter, step } from "millrace";\n';

/** A user's project with Millrace installed and these files in it. */
export function flowFolder(files: Readonly<Record<string, string>>, name = "project"): string {
  const folder = path.join(temporaryFolder(), name);
  fs.mkdirSync(path.join(folder, "node_modules"), { recursive: true });
  fs.symlinkSync(ROOT, path.join(folder, "node_modules/millrace"), "dir");
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text);
  return folder;
}

/** A flow file: the body of its one class. */
export function flow(body: string): string {
  return `${HEAD}\nclass SampleFlow extends FlowSpec {\n${body}\n}\n\nmain(SampleFlow);\n`;
}

export const SOUND = flow(`  @parameter({ help: "how many" }) count = 1;
  value!: unknown;
  @step start() {
    console.log("hello from start");
    this.value = this.count;
    this.next(this.end);
  }
  @step end() {}`);
