import { afterEach, expect, test, vi } from "vitest";
import { host, type CurrentTask, type TaskHost } from "../../sdk/base/host.ts";
import type { FileSource } from "../../sdk/files/file-content.ts";
import { current, FlowSpec } from "../../sdk/index.ts";

class Fixture extends FlowSpec {}

afterEach(() => {
  host().task = undefined;
});

test("outside a task everything of FlowSpec and current says so", () => {
  const flow = new Fixture() as FlowSpec & { next: () => void };
  expect(Object.keys(flow)).toEqual([]);
  expect(current.isRunning).toBe(false);
  expect(() => flow.next()).toThrow("Cannot use this.next because no task is running");
  expect(() => flow.input).toThrow("Cannot use this.input because no task is running");
  expect(() => flow.foreachStack()).toThrow("Cannot use this.foreachStack");
  expect(() => flow.mergeArtifacts([])).toThrow("Cannot use this.mergeArtifacts");
  expect(() => current.runId).toThrow("Cannot use current.runId because no task is running");
  expect(() => current.parallel).toThrow("Cannot use current.parallel because no task is running");
});

test("inside a task FlowSpec and current reach the host", () => {
  const flow = new Fixture();
  const facts = { runId: "7", stepName: "train", parallel: null };
  const task: TaskHost = {
    flow,
    next: vi.fn(),
    input: "item",
    index: 2,
    foreachStack: () => [{ step: "start", index: 2, size: 3, input: "item", label: "item" }],
    mergeArtifacts: vi.fn(),
    files: { file: vi.fn(), directory: vi.fn(), source: {} as FileSource },
    current: facts as unknown as CurrentTask,
  };
  host().task = task;
  const target = () => {};
  flow.next(target, { numParallel: 2 });
  expect(task.next).toHaveBeenCalledWith([target, { numParallel: 2 }]);
  expect([flow.input, flow.index, flow.foreachStack().length]).toEqual(["item", 2, 1]);
  flow.mergeArtifacts([], { include: [] });
  expect(task.mergeArtifacts).toHaveBeenCalledWith([], { include: [] });
  expect([current.isRunning, current.runId]).toEqual([true, "7"]);
  expect(() => current.parallel).toThrow("step train is not part of a gang");
});
