import { expect, test } from "vitest";
import { rig } from "./rig.ts";

test("places that an engine has behind running tasks are for the step that it names alone", () => {
  const flow = `start() { this.next(this.ones, this.others) }
    ones() { this.next(this.one, { foreach: "xs" }) } one() { this.next(this.afterOnes) } afterOnes(inputs) { this.next(this.join) }
    others() { this.next(this.other, { foreach: "xs" }) } other() { this.next(this.afterOthers) } afterOthers(inputs) { this.next(this.join) }
    join(inputs) { this.next(this.end) } end() {}`;
  for (const [step, running] of [
    ["one", 4],
    ["other", 2],
  ] as const) {
    const run = rig(flow, { sizes: { ones: 9, others: 9 }, limit: 2 });
    run.backend.room.set(step, 2);
    run.succeed("start");
    run.succeed("ones");
    run.succeed("one");
    expect(run.running().filter((name) => name === "one").length, step).toBeLessThanOrEqual(running);
    expect(run.running().length, step).toBe(running);
  }
});
