import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addField, markStep, type AnyClass } from "../../sdk/base/metadata.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";
import { locateFindings } from "../../runtime/graph/locate-findings.ts";

const SOURCE = `import { FlowSpec, parameter, step } from "millrace";

interface Unused {
  start(): void;
}

class Other extends FlowSpec {
  @step start() { this.next(this.end); }
}

export class Located extends FlowSpec {
  @parameter() _bad: number = 1;

  @step async start(): Promise<void> {
    const value: Unused | null = null;
    if (value) {
      this.next(this.a);
    } else {
      this.next(this.end);
    }
  }

  @step
  a() {
    setTimeout(() => this.next(this.end), 5);
  }

  @step b() {}
}
`;

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "millrace-locate-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

function located(file: string | null): AnyClass {
  class Located {
    start(): void {
      const self = this as never as { next(...a: unknown[]): void } & Record<string, unknown>;
      if (self.x) self.next(self.a);
      else self.next(self.end);
    }
    a(): void {
      const self = this as never as { next(...a: unknown[]): void } & Record<string, unknown>;
      setTimeout(() => self.next(self.end), 5);
    }
    b(): void {}
  }
  for (const name of ["start", "a", "b"] as const)
    markStep(Located.prototype[name], { start: false, end: false, file });
  addField(Located.prototype, { kind: "parameter", name: "_bad", options: {} });
  return Located;
}

async function places(Flow: AnyClass): Promise<unknown[]> {
  const found = await locateFindings(Flow, readFlow(Flow).findings);
  return found.map(({ rule, step, line, column }) => [rule, step, line, column]);
}

test("findings point at the class, the step, the field or the call in the original source", async () => {
  const file = join(folder, "located.ts");
  await writeFile(file, SOURCE);
  const Flow = located(file);
  expect(await places(Flow)).toEqual([
    ["missing-end", null, 11, 8],
    ["reserved-name", null, 12, 16],
    ["missing-next", "b", 28, 9],
    ["several-nexts", "start", 19, 7],
    ["nested-next", "a", 25, 22],
  ]);
  expect(readFlow(Flow).findings.every((found) => found.file === file)).toBe(true);
});

test("a file that is gone, cannot be parsed or is no program leaves the line open", async () => {
  const broken = join(folder, "broken.ts");
  await writeFile(broken, "class {{{");
  for (const file of [join(folder, "gone.ts"), broken, join(folder, "cell.ipynb"), null]) {
    const lines = (await places(located(file))).map((place) => (place as unknown[])[2]);
    expect(new Set(lines)).toEqual(new Set([null]));
  }
});
