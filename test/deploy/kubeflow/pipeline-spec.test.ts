import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { kubeflowRefusals } from "../../../runtime/deploy/kubeflow/kubeflow-refusals.ts";
import { pipelineSpec } from "../../../runtime/deploy/kubeflow/pipeline-spec.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { pythonEnvironment } from "../../rigs/python/python-environment.ts";
import { graphOf, graphOfShape } from "../graph-of.ts";
import { planOf } from "../plan-of.ts";
import { danglingReferences } from "./dangling-references.ts";

const KUBEFLOW = pythonEnvironment("kubeflow");
const SCRIPT = path.join(import.meta.dirname, "parse-pipelines.py");
const ON = {
  engine: "kubernetes",
  env: { MILLRACE_IMAGE: "node:20", AWS_REGION: "us-east-1" },
  datastore: "s3://bucket/store",
};
const EXPRESSIBLE = SHAPES.filter(({ name }) => !/loop|gang/.test(name));

test("of all shapes, Kubeflow refuses loops and gangs, and names the step", () => {
  const refused = SHAPES.flatMap((shape) =>
    kubeflowRefusals(planOf(graphOfShape(shape), ON)).map(({ step }) => `${shape.name}: ${step}`),
  );
  expect(refused).toEqual([
    ...["gang: muster1", "loop: round1", "loop in foreach: round1", "foreach in loop: round1"],
    ...["loop in loop: round2", "loop in loop: round1", "gang in foreach: muster1"],
  ]);
});

test("a datastore in a folder, and what only Kubeflow's server starts, are refused", () => {
  const schedules = [{ cron: "0 6 * * *", timezone: "UTC", catchUp: "last", overlap: "skip" }] as const;
  const plan = planOf(graphOf("this.end", ""), {
    ...{ ...ON, datastore: temporaryFolder() },
    version: { triggers: { schedules, events: [], finishes: [{ flow: "Etl" }] } },
  });
  expect(kubeflowRefusals(plan).map(({ reason }) => reason)).toEqual([
    expect.stringContaining("@schedule"),
    expect.stringContaining("@triggerOnFinish"),
    expect.stringContaining("s3://"),
  ]);
});

test.each(EXPRESSIBLE)("nothing in the pipeline of $name refers to what is not there", (shape) => {
  expect(danglingReferences(pipelineSpec(planOf(graphOfShape(shape), ON)))).toEqual([]);
});

test("a step that two cases of a switch lead to stands in both of them", () => {
  const body = `n() { this.next({ u: this.a, v: this.k }, { condition: 'c' }) } a() { this.next(this.m) }
    m() { this.next(this.end) } k() { this.next(this.end) }`;
  const spec = pipelineSpec(planOf(graphOf("{ p: this.m, q: this.n }, { condition: 'c' }", body), ON));
  expect(danglingReferences(spec)).toEqual([]);
  const dags = Object.values(spec.components).flatMap(({ dag }) => (dag === undefined ? [] : [Object.keys(dag.tasks)]));
  expect(dags).toEqual([
    ["m"],
    ["a", "m"],
    ["k"],
    ["to-a", "to-k"],
    ["n", "n-ways"],
    ["to-m", "to-n"],
    expect.any(Array),
  ]);
});

test("a step that is caught is told that its attempt after the last concludes; Kubeflow cannot say which it starts", () => {
  const graph = graphOf("this.end", "");
  const steps = graph.steps.map((node) =>
    node.name === "start" ? { ...node, settings: { ...node.settings, catchAs: "problem" } } : node,
  );
  const { executors } = pipelineSpec(planOf({ ...graph, steps }, ON)).deploymentSpec;
  const words = (name: string) => executors[`exec-${name}`]!.container.command;
  expect(words("start")).toContain("MILLRACE_CONCLUDE=beyond");
  expect(words("end").join(" ")).not.toContain("CONCLUDE=");
});

describeWith(KUBEFLOW, "Kubeflow's own protobuf", () => {
  test("takes the pipelines of all shapes", () => {
    const folder = temporaryFolder();
    const files = EXPRESSIBLE.map((shape) => {
      const file = path.join(folder, `${shape.name.replaceAll(" ", "-")}.yaml`);
      fs.writeFileSync(file, JSON.stringify(pipelineSpec(planOf(graphOfShape(shape), ON))));
      return file;
    });
    const { stdout, stderr } = spawnSync(KUBEFLOW.program("python"), [SCRIPT, ...files], { encoding: "utf8" });
    expect(stdout.trim().split("\n").length, stderr).toBe(files.length);
  });
});
