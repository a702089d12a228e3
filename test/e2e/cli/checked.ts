import { expect } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { flowFolder } from "./flow-folder.ts";

const HEAD = `import { catchError, FlowSpec, main, parameter, step, type Inputs } from "millrace";\n`;

/** A flow file of one class; types are not checked here, so that a mistake that TypeScript would find can be made too. */
export function flow(body: string, before = ""): string {
  return `${HEAD}${before}\nclass SampleFlow extends FlowSpec {\n${body}\n}\n\nmain(SampleFlow);\n`;
}

interface Told {
  readonly rule: string;
  readonly severity: string;
  readonly field: string | null;
  readonly step: string | null;
  readonly reader: string | null;
  readonly join: string | null;
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

export async function check(text: string): Promise<{ ok: boolean; findings: Told[] }> {
  const cwd = flowFolder({ "flow.ts": text });
  const { code, stdout, stderr } = await millrace(["check", "flow.ts", "--json"], { cwd });
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as { ok: boolean; findings: Told[] };
}

/** The line, from 1, that holds a text. */
export function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split("\n").length;
}

/** Two paths that meet in `join`. */
export function branch(join: string, end: string): string {
  return `
  model!: { name: string };
  failure: Error | undefined;
  @step start() { this.next(this.fit, this.plot); }
  @step fit() {
    this.model = { name: "linear" };
    this.next(this.join);
  }
  @step plot() { this.next(this.join); }
  @step join(inputs: Inputs<SampleFlow>) {
    ${join}
    this.next(this.end);
  }
  @step end() {
    ${end}
  }`;
}
