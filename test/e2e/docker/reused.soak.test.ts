import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { containersOf, docker } from "./containers.ts";
import { reusedScene } from "./reused-scene.ts";

describeWith(DOCKER, "a container that takes further tasks", () => {
  test(
    "and is frozen beyond the deadline of the one in hand is ended; all go on in another",
    { timeout: 240_000 },
    async () => {
      const { start, latest, letGo, attempts, ran, isSound } = reusedScene();
      const limit = ["--with", "timeout:seconds=5", "--with", "retry:times=1"];
      const run = start("--max-workers", "1", "--odd", "waits:4", ...limit);
      await run.said("item 4, attempt 0");
      docker("pause", ...containersOf(latest(), "each"));
      letGo();
      expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
      expect(attempts().slice(0, 4)).toEqual([1, 1, 1, 1]);
      // In the moment between its thaw and its end the one in hand may come to its end, and those behind it may begin.
      expect(
        attempts()
          .slice(4)
          .every((count) => count <= 2),
      ).toBe(true);
      expect(new Set(ran().map(({ what }) => what.split(".")[0])).size).toBe(attempts().length);
      expect(containersOf(latest())).toEqual([]);
      await isSound();
    },
  );
});
