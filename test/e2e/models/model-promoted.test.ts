import { expect, test } from "vitest";
import { Run } from "../../../sdk/client/index.ts";
import { StartedScheduler } from "../../deploy/local/started-scheduler.ts";
import { millrace, temporaryFolder, tsx } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const TRAIN = `import { current, FlowSpec, main, step } from "millrace";
class TrainFlow extends FlowSpec {
  model = { weights: [1, 2] };
  @step start() {
    this.model = { weights: [3, 4] };
    current.registerModel("churn", { artifact: "model" });
    this.next(this.end);
  }
  @step end() {}
}
main(TrainFlow);
`;

const SCORE = `import { FlowSpec, main, parameter, step, trigger } from "millrace";
@trigger({ event: "model-promoted:churn", parameters: { to: "number" } })
class ScoreFlow extends FlowSpec {
  @parameter model = "models:churn@production" as never as { number: number; load(): Promise<{ weights: number[] }> };
  @parameter number = 0;
  scored = "";
  @step async start() {
    const { weights } = await this.model.load();
    this.scored = [this.number, this.model.number, ...weights].join(" ");
    this.next(this.end);
  }
  @step end() {}
}
main(ScoreFlow);
`;

test("a promotion runs the flow that waits for it, with the version that the alias has then", async () => {
  const cwd = makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "train.ts": TRAIN, "score.ts": SCORE });
  const at = { cwd, datastore: temporaryFolder(), env: { MILLRACE_USER: "ada" } };
  const models = async (...args: string[]) => {
    const done = await millrace(["models", ...args], at);
    expect(done.code, done.stderr).toBe(0);
  };
  for (let time = 0; time < 2; time += 1) expect((await tsx("./train.ts", ["run"], at)).code).toBe(0);
  // A model that is not there yet is told when the flow is deployed.
  const early = await tsx("./score.ts", ["deploy", "local"], at);
  expect([early.code, early.stderr]).toEqual([2, expect.stringMatching(/parameter model.*no alias production/s)]);
  await models("promote", "churn@1", "--alias", "production");
  const deployed = await tsx("./score.ts", ["deploy", "local"], at);
  expect(deployed.code, deployed.stderr).toBe(0);
  const scheduler = new StartedScheduler({ datastore: at.datastore, cwd });
  await models("promote", "churn@2", "--alias", "production", "--reason", "newer");
  await scheduler.count("ended", 1);
  await models("rollback", "churn@production");
  await scheduler.count("ended", 2);
  const runs = scheduler.of("ended").map(async ({ run }) => Run.get(`ScoreFlow/${run}`, { datastore: at.datastore }));
  const scored = runs.map(async (run) => ((await run).data as unknown as { scored: Promise<string> }).scored);
  expect(await Promise.all(scored)).toEqual(["2 2 3 4", "1 1 3 4"]);
}, 300_000);
