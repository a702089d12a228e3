import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { kernel, pipeline } from "../../sdk/gpu/index.ts";
import { PLAN } from "../../sdk/gpu/kernel.ts";
import { host, type TaskHost } from "../../sdk/base/host.ts";
import { shelf } from "../../sdk/gpu/shelf.ts";

process.env["MILLRACE_GPU_BACKEND"] = "webasm";

/** As a flow's module does each time that it is evaluated. */
function scaled(by: number) {
  return kernel(
    function (values: number[]) {
      return values[this.thread.x]! * this.constants.by;
    },
    { output: [4], constants: { by } },
  );
}

test("a kernel made anew from the same source and constants is the one that is compiled already", async () => {
  const backend = await shelf().open();
  const compiled = (one: ReturnType<typeof scaled>) => shelf().compiled(one[PLAN], backend);
  expect(compiled(scaled(2))).toBe(compiled(scaled(2)));
  expect(compiled(scaled(2))).not.toBe(compiled(scaled(3)));
  expect((await scaled(3)([1, 2, 3, 4])).data).toEqual(Float32Array.of(3, 6, 9, 12));
});

test("of many kernels only the latest stay compiled, and the others work again", async () => {
  const kernels = Array.from({ length: 100 }, (_, by) => scaled(by));
  for (let round = 0; round < 2; round++)
    for (const [by, one] of kernels.entries()) expect((await one([1, 1, 1, 1])).data[0]).toBe(by);
});

test("a pipeline of a task that is over gives way, and works again if it is called after all", async () => {
  const twice = kernel(
    function (values: number[]) {
      return 2 * values[this.thread.x]!;
    },
    { output: [5000] },
  );
  const eight = () => pipeline({ twice }, (kernels, values) => kernels.twice(kernels.twice(kernels.twice(values))));
  const values = new Float32Array(5000).fill(1);
  const ofTasks = [eight(), eight(), eight()];
  try {
    for (const one of [...ofTasks, ...ofTasks]) {
      host().task = {} as TaskHost;
      expect((await one(values)).data[4999]).toBe(8);
      expect((await one(values)).data[0]).toBe(8);
    }
  } finally {
    host().task = undefined;
  }
});

test("millrace/gpu exports these names and no others, to both kinds of modules", async () => {
  const names = ["gpu", "grid", "kernel", "pipeline", "shapeOf"];
  expect(Object.keys(await import("millrace/gpu")).sort()).toEqual(names);
  const required = Object.keys(createRequire(import.meta.url)("millrace/gpu") as object);
  expect(required.filter((name) => name !== "__esModule").sort()).toEqual(names);
});
