import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { DAG_PRELUDE } from "../../../runtime/deploy/airflow/dag-prelude.ts";
import { pausesLine, pauseUntil, withPauses } from "../../../runtime/deploy/airflow/pauses-of.ts";
import { describeWith } from "../../rigs/describe-with.ts";

const PYTHON = {
  name: "Python",
  missing: spawnSync("python3", ["--version"]).status === 0 ? null : "python3 cannot be started",
};
const PAUSES = [
  { from: 100, until: 200 },
  { from: 300, until: 400 },
];

test("a pause goes from the move that began it until now, whatever was deployed meanwhile", () => {
  const move = (time: number, isPaused: boolean, action: "deploy" | "pause" | "unpause" | "remove" = "deploy") => ({
    ...{ time, isPaused, action },
  });
  const earlier = [move(1_000, false), move(5_500, true, "pause"), move(9_000, false, "unpause")];
  const pause = { from: 20, until: 50 };
  expect(pauseUntil(50_000, [...earlier, move(20_900, true, "pause"), move(30_000, true)])).toEqual(pause);
  expect(pauseUntil(50_000, [...earlier, move(10_000, true, "remove"), move(20_000, true)])).toEqual(pause);
  expect(pauseUntil(50_000, earlier)).toBeNull();
});

test("a DAG's file says its last hundred pauses", () => {
  const many = Array.from({ length: 130 }, (_, at) => ({ from: at, until: at + 1 }));
  const text = withPauses(`A = 1\n${pausesLine(PAUSES)}B = 2\n`, many);
  expect(text).toMatch(/^A = 1\nPAUSES = \[\(30, 31\), .*, \(129, 130\)\]\nB = 2\n$/);
});

describeWith(PYTHON, "in Airflow", () => {
  test("only instants of a pause are skipped: those before it, between two and after it run", () => {
    const [body = ""] = DAG_PRELUDE.slice(DAG_PRELUDE.indexOf("def is_of_pause(")).split("\n\n\n", 1);
    const script = `
from datetime import datetime, timezone
from types import SimpleNamespace as Run
${pausesLine(PAUSES)}
${body}
seconds = [99, 100, 101, 200, 201, 300, 350, 401]
print([at for at in seconds if is_of_pause(Run(logical_date=datetime.fromtimestamp(at, timezone.utc)))])
print(is_of_pause(Run(logical_date=None)))
`;
    const { stdout, stderr } = spawnSync("python3", ["-c", script], { encoding: "utf8" });
    expect(stdout, stderr).toBe("[101, 200, 350]\nFalse\n");
  });
});
