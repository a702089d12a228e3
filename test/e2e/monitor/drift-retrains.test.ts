import { expect, test } from "vitest";
import { Run } from "../../../sdk/client/index.ts";
import { StartedScheduler } from "../../deploy/local/started-scheduler.ts";
import { millrace, temporaryFolder, tsx } from "../../rigs/harness.ts";
import { churnProject, serveHours } from "./project.ts";

const RETRAIN = `import { FlowSpec, main, parameter, step, trigger } from "millrace";
@trigger({ event: "drift:churn", parameters: { number: "drifted" } })
class RetrainFlow extends FlowSpec {
  @parameter drifted = 0;
  @step start() { this.next(this.end); }
  @step end() {}
}
main(RetrainFlow);
`;

test("a drift that monitor finds starts the flow that waits for it, with the version that drifted, once", async () => {
  const cwd = churnProject({ "retrain.ts": RETRAIN });
  const at = { cwd, datastore: temporaryFolder(), env: { MILLRACE_USER: "ada" } };
  expect((await tsx("./train.ts", ["run"], at)).code).toBe(0);
  const deployed = await tsx("./retrain.ts", ["deploy", "local"], at);
  expect(deployed.code, deployed.stderr).toBe(0);
  const scheduler = new StartedScheduler({ datastore: at.datastore, cwd });
  await serveHours(at.datastore, { older: 60 });
  const monitor = async () => {
    const { stdout, stderr } = await millrace(["monitor", "churn", "--window", "1h", "--json"], at);
    const { told } = JSON.parse(stdout);
    expect(told, stderr).toMatchObject({ event: "drift:churn" });
    return told;
  };
  const [first, again] = [await monitor(), await monitor()];
  expect(first.isNew).toBe(true);
  // Another hour may have ended between the two.
  expect(again.isNew).toBe(again.window.to !== first.window.to);
  const [ended] = await scheduler.count("ended", 1);
  const run = await Run.get(`RetrainFlow/${ended!.run}`, { datastore: at.datastore });
  expect(await (run.data as unknown as { drifted: Promise<number> }).drifted).toBe(1);
}, 400_000);
