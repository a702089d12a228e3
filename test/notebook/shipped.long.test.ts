import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { millrace, ROOT, temporaryFolder } from "../rigs/harness.ts";
import { DOCKER, IMAGE } from "../rigs/docker/engine.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { executeNotebook, JUPYTER } from "./jupyter.ts";

const FOLDER = path.join(ROOT, "notebooks");
const NAMES = fs.readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"));
/** It runs its flow there. */
const IN_CONTAINERS = "a-flow-in-containers.ipynb";
const HERE = NAMES.filter((name) => name !== IN_CONTAINERS);

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Cell {
  readonly cell_type: string;
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

/** Of each code cell: what kinds of output it has, streams counted once. */
function kindsOf(file: string): string[][] {
  const { cells } = JSON.parse(fs.readFileSync(file, "utf8")) as { cells: Cell[] };
  return cells
    .filter(({ cell_type }) => cell_type === "code")
    .map(({ outputs = [] }) => [...new Set(outputs.map(kindOf))]);
}

/** Short results that are the same in every run. */
function plainValuesOf(file: string): string[] {
  const { cells } = JSON.parse(fs.readFileSync(file, "utf8")) as { cells: Cell[] };
  const texts = cells.flatMap(({ outputs = [] }) => outputs.map(({ data }) => [data?.["text/plain"]].flat().join("")));
  return texts.filter((text) => /^(true|false|'\w+'|-?\d+(\.\d+)?)$/.test(text));
}

function kindOf({ output_type, data }: Output): string {
  return data === undefined ? output_type : `${output_type} ${Object.keys(data).sort().join(" ")}`;
}

test("there are at least four, saved with the outputs of every cell in order", () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(4);
  for (const name of NAMES) {
    const { cells } = JSON.parse(fs.readFileSync(path.join(FOLDER, name), "utf8")) as { cells: Cell[] };
    const counts = cells.filter(({ cell_type }) => cell_type === "code").map((cell) => cell.execution_count);
    expect(counts, name).toEqual(counts.map((_, index) => index + 1));
    const kinds = kindsOf(path.join(FOLDER, name));
    expect(kinds.flat().filter((kind) => kind === "error")).toEqual([]);
    expect(kinds.flat().length, name).toBeGreaterThan(2);
  }
});

test("a model that is taken from a run is an instance of the notebook's own class", () => {
  const file = path.join(FOLDER, "predicting-with-a-model.ipynb");
  const { cells } = JSON.parse(fs.readFileSync(file, "utf8")) as { cells: Cell[] };
  const [first] = cells.filter(({ cell_type }) => cell_type === "code");
  expect(first?.outputs?.[0]?.data?.["text/plain"]).toEqual(["true"]);
});

describe("millrace notebook run", () => {
  test.each(HERE)("gives %s the outputs with which it is saved", givesWhatIsSaved);
});

describeWith(DOCKER, "millrace notebook run, with an engine for containers", () => {
  test("gives a flow in containers the outputs with which it is saved", () => givesWhatIsSaved(IN_CONTAINERS));
});

async function givesWhatIsSaved(name: string): Promise<void> {
  const out = path.join(temporaryFolder(), "done.ipynb");
  const { code, stderr } = await millrace(["notebook", "run", path.join(FOLDER, name), "--out", out], {
    env: { MILLRACE_DATASTORE: temporaryFolder(), MILLRACE_IMAGE: IMAGE },
  });
  expect(code, stderr).toBe(0);
  expect(kindsOf(out)).toEqual(kindsOf(path.join(FOLDER, name)));
  expect(plainValuesOf(out)).toEqual(plainValuesOf(path.join(FOLDER, name)));
}

describeWith(JUPYTER, "jupyter nbconvert with the kernel", () => {
  test.each(DOCKER.missing === null ? NAMES : HERE)(
    "gives %s the outputs with which it is saved",
    (name) => {
      const folder = temporaryFolder();
      const env = { MILLRACE_IMAGE: IMAGE, MILLRACE_DATASTORE: path.join(folder, "store") };
      const { status, stderr } = executeNotebook(path.join(FOLDER, name), { home: folder, env });
      expect(status, stderr).toBe(0);
      expect(kindsOf(path.join(folder, "done.ipynb"))).toEqual(kindsOf(path.join(FOLDER, name)));
    },
    120_000,
  );
});
