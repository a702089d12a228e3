import { expect, test } from "vitest";
import { redactor } from "../../runtime/secrets/redactor.ts";
import type { ProgressReport } from "../../runtime/task/progress-report.ts";
import { textWidth } from "../../runtime/text/text-width.ts";
import { TaskProgress } from "../../runtime/worker/task-progress.ts";

function told(secrets: readonly string[] = []): { progress: TaskProgress; reports: ProgressReport[] } {
  const reports: ProgressReport[] = [];
  const masking = redactor(secrets);
  const progress = new TaskProgress({ send: (report) => void reports.push(report), redactor: () => masking });
  return { progress, reports };
}

test("of many calls the first is sent at once, and the last once the step waits", async () => {
  const { progress, reports } = told();
  for (let at = 0; at < 1000; at += 1) progress.tell(at / 1000, `row ${at}`);
  expect(reports[0]).toEqual({ fraction: 0, note: "row 0" });
  await expect.poll(() => reports.at(-1)).toEqual({ fraction: 0.999, note: "row 999" });
  expect(reports.length).toBeLessThan(20);
});

test("a million calls cost little", () => {
  const { progress, reports } = told();
  const { user } = process.cpuUsage();
  for (let at = 0; at < 1e6; at += 1) progress.tell(at / 1e6, "row");
  const tookMs = (process.cpuUsage().user - user) / 1000;
  expect(tookMs).toBeLessThan(1500);
  expect(reports.length).toBeLessThan(500);
});

test("what a task told last is sent when it is over, and nothing after", async () => {
  const { progress, reports } = told();
  progress.tell(0.1);
  progress.tell(0.2);
  progress.close();
  progress.tell(0.3);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(reports.map(({ fraction }) => fraction)).toEqual([0.1, 0.2]);
});

test.each([[1.5], [-0.1], [NaN], [Infinity], [40], ["0.4"], [null], [undefined]])("%j is no fraction", (seen) => {
  expect(() => told().progress.tell(seen as number)).toThrow(
    `Cannot show current.progress because it takes a fraction from 0 to 1: ${String(seen)}`,
  );
});

test("a sum of fractions may be rounded beyond 1; a note must be a text", () => {
  const { progress, reports } = told();
  progress.tell(0.1 + 0.2 + 0.7000000000000002);
  expect(reports).toEqual([{ fraction: 1, note: "" }]);
  expect(() => progress.tell(0.5, 4 as never)).toThrow("because its second argument is a text: number");
});

test("a note is one short line without secrets", () => {
  const { progress, reports } = told(["sesame-0451-open"]);
  progress.tell(0.5, `key sesame-0451-open\n\u001b[2J${"東京".repeat(100)}`);
  expect(reports[0]!.note).toMatch(/^key \*\*\*\\n\\x1b\[2J東京.*…$/);
  expect(textWidth(reports[0]!.note)).toBeLessThanOrEqual(60);
});
