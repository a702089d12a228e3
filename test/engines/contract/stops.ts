import { expect, test } from "vitest";
import type { UnderTest } from "./backend-contract.ts";

const TOO_LONG = { name: "TimeoutError", message: "it took too long", code: "MILLRACE_TIMEOUT" } as const;
const UNWANTED = { name: "AbortError", message: "nobody wants it" } as const;

export function stops(under: () => UnderTest): void {
  test("two tasks run at once, and each ends for the reason that it is given", async () => {
    const { trial, first } = under();
    const [one, other] = [trial.start("waits", { inputs: [first] }), trial.start("waits", { inputs: [first] })];
    await trial.until(() => [one, other].every((task) => trial.linesOf(task).includes("waiting")));
    trial.backend.stop(one, TOO_LONG);
    trial.backend.stop(other, UNWANTED);
    expect(await trial.endOf(one)).toMatchObject({ status: "failed", error: TOO_LONG });
    expect(await trial.endOf(other)).toMatchObject({ status: "failed", error: UNWANTED });
  });

  test("a task that is stopped at once ends with the reason, however far it has come", async () => {
    const { trial, first } = under();
    const tasks = Array.from({ length: 3 }, () => trial.start("waits", { inputs: [first] }));
    for (const task of tasks) trial.backend.stop(task, UNWANTED);
    for (const task of tasks) expect(await trial.endOf(task)).toMatchObject({ status: "failed", error: UNWANTED });
  });

  test("a task that does not listen is ended all the same, and for that reason", async () => {
    const { trial, first } = under();
    const task = trial.start("spins", { inputs: [first] });
    await trial.until(() => trial.linesOf(task).includes("spinning"));
    trial.backend.stop(task, UNWANTED);
    expect(await trial.endOf(task)).toMatchObject({ status: "failed", error: UNWANTED });
  });

  test("a stop of a task that is over, or never was, changes nothing", async () => {
    const { trial, first } = under();
    const task = trial.start("fans", { inputs: [first] });
    await trial.endOf(task);
    const before = trial.events.length;
    trial.backend.stop(task, UNWANTED);
    trial.backend.stop(1_000_000, UNWANTED);
    expect(await trial.run("fans", { inputs: [first] })).toMatchObject({ status: "succeeded" });
    expect(trial.events.slice(before).filter((event) => event.task === task)).toEqual([]);
  });

  test("closing ends what runs and what waits; nothing is reported afterwards", async () => {
    const { stage, first } = under();
    const trial = await stage.open();
    const running = trial.start("waits", { inputs: [first] });
    await trial.until(() => trial.linesOf(running).includes("waiting"));
    const tasks = [running, ...Array.from({ length: 3 }, () => trial.start("waits", { inputs: [first] }))];
    await trial.backend.close();
    for (const task of tasks) {
      const ended = trial.of(task).filter(({ type }) => type === "ended");
      expect(ended).toEqual([expect.objectContaining({ outcome: expect.objectContaining({ status: "failed" }) })]);
    }
    const count = trial.events.length;
    // Whatever another backend of the run still has to tell comes in this time, too.
    await under().trial.run("fans", { inputs: [first] });
    expect(trial.events.length).toBe(count);
  });

  test("whoever closes it again waits for the same end", async () => {
    const trial = await under().stage.open();
    const task = trial.start("waits", { inputs: [under().first] });
    await trial.until(() => trial.linesOf(task).includes("waiting"));
    await Promise.all([trial.backend.close(), trial.backend.close()]);
    expect(trial.of(task).at(-1)?.type).toBe("ended");
  });

  test("a backend that nothing was started on closes", async () => {
    const trial = await under().stage.open();
    await trial.backend.close();
    expect(trial.events).toEqual([]);
  });
}
