import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fit, probabilities, type SoftmaxModel } from "../../examples/penguins/softmax.ts";
import { millrace, ROOT, tsx } from "../rigs/harness.ts";
import { ESM, link, makeProject, STANDARD } from "../rigs/project.ts";
import { startServiceFile } from "../rigs/serving/started-service.ts";

/** The package as the example's page says to install it, in a project with copies of the examples. */
function onnxProject(): string {
  const folder = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "installed/package.json": "{}" });
  // npm would take away what is only linked.
  const own = path.join(folder, "installed");
  const [command = ""] =
    /npm install .*onnxruntime-node\S*/.exec(fs.readFileSync(path.join(ROOT, "examples/onnx/README.md"), "utf8")) ?? [];
  execFileSync(command, { shell: true, cwd: own, stdio: "pipe" });
  for (const name of ["onnxruntime-node", "onnxruntime-common"])
    link(path.join(own, "node_modules", name), path.join(folder, "node_modules", name));
  link(path.join(ROOT, "node_modules/zod"), path.join(folder, "node_modules/zod"));
  for (const name of ["onnx", "penguins"])
    fs.cpSync(path.join(ROOT, "examples", name), path.join(folder, "examples", name), { recursive: true });
  return folder;
}

type Penguin = Parameters<typeof fit>[0][number];

test(
  "a model as an ONNX file: trained, registered, served and answered as a file by ONNX Runtime",
  { timeout: 600_000 },
  async () => {
    const folder = onnxProject();
    const datastore = path.join(folder, "store");
    const file = (name: string) => path.join(folder, "examples/onnx", name);
    expect(await tsx(file("flow.ts"), ["run"], { datastore })).toMatchObject({ code: 0 });
    const promoted = await millrace(["models", "promote", "penguins-onnx@1", "--alias", "production"], { datastore });
    expect(promoted.code).toBe(0);

    const input = path.join(folder, "examples/penguins/penguins.jsonl");
    const penguins = linesOf<Penguin>(input);
    const model = fit(penguins, { epochs: 200, learningRate: 0.5 });
    const service = await startServiceFile(file("service.ts"), { datastore });
    const answered = (await (await service.post("/tell", penguins.slice(0, 100))).json()) as Guess[];
    expect(answered).toEqual(penguins.slice(0, 100).map((penguin) => likeliest(model, penguin)));
    expect(await service.stop()).toEqual({ code: 0, signal: null });

    const output = path.join(folder, "species.jsonl");
    const predicted = await tsx(file("service.ts"), ["predict", "--input", input, "--output", output], { datastore });
    expect(predicted).toMatchObject({ code: 0 });
    expect(linesOf(output).slice(0, 100)).toEqual(answered);
    expect(linesOf(output)).toHaveLength(penguins.length);
  },
);

interface Guess {
  readonly species: string;
  readonly probability: number;
}

/** As TypeScript computes it, to what numbers of 32 bits can hold. */
function likeliest(model: SoftmaxModel, penguin: Penguin) {
  const scores = probabilities(model, penguin);
  const probability = scores.reduce((a, b) => Math.max(a, b));
  return { species: model.species[scores.indexOf(probability)], probability: expect.closeTo(probability, 4) as number };
}

function linesOf<Row>(file: string): Row[] {
  return fs
    .readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}
