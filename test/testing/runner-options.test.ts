import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Runner, type RunnerOptions } from "millrace/runner";
import { ESM, makeProject, STANDARD } from "../rigs/project.ts";

const FLOW = `
  import { FlowSpec, batch, config, current, main, parameter, project, step } from "millrace";
  @project({ name: "prices" })
  class PriceFlow extends FlowSpec {
    @parameter() days = 3;
    @config() market = { name: "none" };
    place = {};
    range: number[] = [];
    @step start() {
      this.place = { branch: current.branchName, isProduction: current.isProduction, market: this.market.name };
      this.range = Array.from({ length: this.days }, (_, day) => day);
      this.next(this.price, { foreach: "range" });
    }
    @batch() @step price() { this.next(this.join); }
    @step join(inputs: unknown[]) { this.mergeArtifacts(inputs, { include: ["place"] }); this.next(this.end); }
    @step end() {}
  }
  main(PriceFlow);
`;

function project(): string {
  return makeProject({
    "package.json": ESM,
    "tsconfig.json": STANDARD,
    "flow.ts": FLOW,
    "market.json": '{ "name": "spot" }',
  });
}

test("branch, production, a configuration's file and a file for the id are given as options", async () => {
  const folder = project();
  const more: RunnerOptions = {
    datastore: path.join(folder, "store"),
    branch: "spring",
    production: true,
    tags: ["nightly"],
    with: ["retry:times=1"],
    configFiles: { market: path.join(folder, "market.json") },
    runIdFile: path.join(folder, "run-id.txt"),
  };
  const { run, status } = await new Runner(path.join(folder, "flow.ts"), more).run({ days: 2 });
  expect([status, run.tags]).toEqual(["succeeded", ["nightly", "project:prices", "project_branch:prod.spring"]]);
  expect(await run.data["place"]).toEqual({ branch: "prod.spring", isProduction: true, market: "spot" });
  expect(fs.readFileSync(path.join(folder, "run-id.txt"), "utf8")).toBe(run.id);
});

test("remote asks the engines that decorators name, and maxNumSplits limits a split", async () => {
  const folder = project();
  const file = path.join(folder, "flow.ts");
  const datastore = path.join(folder, "store");
  await expect(new Runner(file, { datastore, remote: true }).run()).rejects.toThrow(/@batch|AWS Batch/);
  const { status, failure } = await new Runner(file, { datastore, maxNumSplits: 2 }).run({ days: 3 });
  expect(status).toBe("failed");
  expect(failure?.error.message).toContain("because it has more than 2 items");
});

test("each option is checked when the runner is made", () => {
  const make = (options: object) => () => new Runner("flow.ts", options as RunnerOptions);
  expect(make({ remote: "yes" })).toThrow(
    "Cannot make a Runner with the option remote because it must be true or false",
  );
  expect(make({ tags: "nightly" })).toThrow("Cannot use the tags because they are not an array of strings: nightly");
  expect(make({ brnch: "spring" })).toThrow("did you mean branch?");
  expect(make({ config: [] })).toThrow("an object, by the name of the field");
  expect(make({ maxNumSplits: 0.5 })).toThrow("a whole number, 1 or more");
});
