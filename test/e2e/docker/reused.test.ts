import process from "node:process";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { logOf, readArtifacts, tasksOf } from "../../rigs/harness.ts";
import { containersOf, docker } from "./containers.ts";
import { reusedScene } from "./reused-scene.ts";

const EACH = ["0.0", "1.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0"];

describeWith(DOCKER, "containers that take further tasks of their step", () => {
  test("are as many as there are places, and the artifacts are those of this machine, byte by byte", async () => {
    const { run, ran, containers, hashes, hashesHere, latest, isSound } = reusedScene();
    const there = await run("--max-workers", "2");
    expect(there.code, there.stderr).toBe(0);
    const names = ran().map(({ what }) => what);
    expect(names.sort()).toEqual(EACH);
    expect(containers().size).toBeLessThanOrEqual(2);
    expect(containersOf(latest())).toEqual([]);
    for (const [index, task] of tasksOf(there, "each").entries()) {
      expect(logOf(there, "each", { index })).toContain(`item ${index}, attempt 0`);
      expect(task.attempts).toMatchObject([{ usage: { peakMemory: expect.any(Number) as number } }]);
    }
    expect(hashes()).toEqual(await hashesHere());
    await isSound();
  });

  test("end after as many tasks as they may take", async () => {
    const { start, containers, ran } = reusedScene({ reuse: "reuse:maxTasks=3" });
    const run = start("--max-workers", "1");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
    expect(ran()).toHaveLength(8);
    expect(containers().size).toBe(3);
  });

  test("go on when a task fails or its process dies, and take its next attempt too", async () => {
    const { run, ran, containers, attempts, isSound } = reusedScene();
    const there = await run("--max-workers", "1", "--odd", "fails:1,dies:3", "--with", "retry:times=1");
    expect(there.code, there.stderr).toBe(0);
    expect(readArtifacts(there, "end")).toMatchObject({ total: 140 });
    expect(attempts()).toEqual([1, 2, 1, 2, 1, 1, 1, 1]);
    expect(ran()).toHaveLength(10);
    expect(containers().size).toBe(1);
    await isSound();
  });

  test("go on when a task has used up its own time", async () => {
    const { run, attempts, containers } = reusedScene();
    const limit = ["--with", "timeout:seconds=2", "--with", "retry:times=1"];
    const there = await run("--max-workers", "1", "--odd", "sleeps:2", ...limit);
    expect(there.code, there.stderr).toBe(0);
    expect(attempts()).toEqual([1, 1, 2, 1, 1, 1, 1, 1]);
    expect(containers().size).toBe(1);
  });

  test("that are killed lose the task in hand; those behind it go to another, and count as no failure", async () => {
    const { start, latest, letGo, ran, containers, isSound } = reusedScene();
    const run = start("--max-workers", "1", "--odd", "waits:4", "--with", "retry:times=1");
    await run.said("item 4, attempt 0");
    docker("kill", "--signal", "KILL", ...containersOf(latest(), "each"));
    letGo();
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
    const names = ran().map(({ what }) => what);
    expect(names).toContain("4.1");
    // Those behind it have had one attempt that began, whatever its number.
    expect(names.filter((what) => !what.startsWith("4.")).map((what) => what.split(".")[0])).toEqual(
      expect.arrayContaining(["0", "1", "2", "3", "5", "6", "7"]),
    );
    expect(names).toHaveLength(9);
    expect(
      run.events.filter(({ type, ...event }) => type === "task-failed" && !("isInterruption" in event)),
    ).toHaveLength(1);
    expect(containers().size).toBe(2);
    await isSound();
  });

  test("that somebody stops give back what they have not begun", async () => {
    const { start, latest, letGo, attempts, isSound } = reusedScene();
    const run = start("--max-workers", "1", "--odd", "waits:4", "--with", "retry:times=1");
    await run.said("item 4, attempt 0");
    docker("stop", ...containersOf(latest(), "each"));
    letGo();
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
    expect(attempts()).toEqual([1, 1, 1, 1, 2, 1, 1, 1]);
    await isSound();
  });

  test("that somebody stops let the task in hand end, if it does so in time", async () => {
    const { start, latest, letGo, attempts, isSound } = reusedScene();
    const run = start("--max-workers", "1", "--odd", "waits:4");
    await run.said("item 4, attempt 0");
    docker("kill", "--signal", "TERM", ...containersOf(latest(), "each"));
    letGo();
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
    expect(attempts()).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    await isSound();
  });

  test("of a killed scheduler are removed by resume, which runs nothing again that was finished", async () => {
    const { start, resume, latest, letGo, ran, isSound } = reusedScene();
    const run = start("--max-workers", "1", "--odd", "waits:4");
    await run.said("item 4, attempt 0");
    process.kill(run.pid, "SIGKILL");
    await run.exit();
    const before = latest();
    letGo();
    const resumed = await resume("--max-workers", "1");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ total: 140 });
    expect(containersOf(before)).toEqual([]);
    const finished = ["0.0", "1.0", "2.0", "3.0"];
    expect(
      ran()
        .map(({ what }) => what)
        .filter((what) => finished.includes(what))
        .sort(),
    ).toEqual(finished);
    await isSound();
  });

  test("end with their run, also by Ctrl-C", async () => {
    const { start, latest, isSound } = reusedScene();
    const run = start("--max-workers", "1", "--odd", "waits:4");
    await run.said("item 4, attempt 0");
    process.kill(run.pid, "SIGINT");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 130 });
    expect(containersOf(latest())).toEqual([]);
    await isSound();
  });

  test("keep the tasks in processes of their own with --isolation process", async () => {
    const { run, hashes, hashesHere, containers } = reusedScene();
    const there = await run("--max-workers", "1", "--isolation", "process", "--count", "3");
    expect(there.code, there.stderr).toBe(0);
    expect(containers().size).toBe(1);
    expect(hashes()).toEqual(await hashesHere("--count", "3"));
  });
});
