import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { gpu, grid, kernel, pipeline } from "../../sdk/gpu/index.ts";

process.env["MILLRACE_GPU_BACKEND"] = "webasm";
const FILE = fileURLToPath(import.meta.url);
const N = 5;

function outside(x: number): number {
  return x + N;
}

// Each has its fault on the line that names it.
const FAULTY: readonly [fault: string, message: RegExp, fn: (this: any, ...args: any[]) => any][] = [
  [
    "a value from outside",
    /uses N, which is outside the kernel/,
    function (v: number[]) {
      return v[this.thread.x]! * N; // a value from outside
    },
  ],
  [
    "a function from outside",
    /calls outside, which is outside the kernel/,
    function (v: number[]) {
      return outside(v[this.thread.x]!); // a function from outside
    },
  ],
  [
    "for…of",
    /loops with for…of/,
    function (v: number[]) {
      let sum = 0;
      for (const value of v) sum += value; // for…of
      return sum;
    },
  ],
  [
    "an arrow function",
    /an arrow function inside/,
    function (v: number[]) {
      const twice = (x: number) => 2 * x; // an arrow function
      return twice(v[0]!);
    },
  ],
  [
    "try",
    /catches errors/,
    function (v: number[]) {
      // below: try
      try {
        return v[0];
      } catch {
        return 1;
      }
    },
  ],
  [
    "new",
    /creates an object with new/,
    function () {
      const map = new Map(); // new
      return map.size;
    },
  ],
  [
    "an object",
    /creates an object/,
    function () {
      const point = { x: 1 }; // an object
      return point.x;
    },
  ],
  [
    "a length",
    /asks for a length/,
    function (v: number[]) {
      return v.length; // a length
    },
  ],
  [
    "text",
    /uses text: "x"/,
    function () {
      return "x" === "x" ? 1 : 0; // text
    },
  ],
  [
    "a function that Math has not",
    /no Math\.hypot in a kernel/,
    function (v: number[]) {
      return Math.hypot(v[0]!, v[1]!); // a function that Math has not
    },
  ],
  [
    "a constant that is not given",
    /no constant missing/,
    function () {
      return this.constants.missing; // a constant that is not given
    },
  ],
  [
    "five numbers",
    /makes an array of 5/,
    function () {
      const five = [1, 2, 3, 4, 5]; // five numbers
      return five[2];
    },
  ],
  [
    "spread",
    /spreads values/,
    function (v: number[]) {
      return Math.max(...v); // spread
    },
  ],
  [
    "nothing returned",
    /returns nothing/,
    // below: nothing returned
    function (v: number[]) {
      v[0]! + 1;
    },
  ],
];

describe("a kernel that cannot be compiled", () => {
  test.each(FAULTY)("names %s and its line", async (fault, message, fn) => {
    const faulty = kernel<number[][]>(fn as any, { output: [4] });
    const error = await faulty(...Array.from({ length: fn.length }, () => [1, 2, 3, 4])).then(
      () => null,
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toMatchObject({ code: "MILLRACE_KERNEL", headline: expect.stringMatching(message) });
    const line =
      readFileSync(FILE, "utf8")
        .split("\n")
        .findIndex((text, at, all) => text.endsWith(`// ${fault}`) || all[at - 1]?.endsWith(`// below: ${fault}`)) + 1;
    expect(error!.message).toContain(`at ${FILE}:${line}:`);
    expect(error!.stack!.split("\n").find((text) => /^ {4}at /.test(text))).toContain(`${FILE}:${line}:`);
  });

  test("is told apart by what its functions do, too", async () => {
    function sloppy(x: number): any {
      return x > 0 ? `${x}` : 1;
    }
    const faulty = kernel(
      function (v: number[]) {
        return sloppy(v[0]!);
      },
      { output: [4], functions: [sloppy] },
    );
    await expect(faulty([1])).rejects.toThrow(/builds text/);
  });

  test("a function without source, an async one and a generator are refused at once", () => {
    expect(() => kernel(Math.sin, { output: [1] })).toThrow(/its source cannot be read/);
    expect(() => kernel((async () => 1) as any, { output: [1] })).toThrow(/it is async/);
    expect(() => kernel(function* () {} as any, { output: [1] })).toThrow(/it is a generator/);
  });
});

describe("a call that cannot work", () => {
  const add = kernel(
    function add(a: number[][], b: number) {
      return a[this.thread.y]![this.thread.x]! + b;
    },
    { output: [2, 2] },
  );

  test("says what was given instead of what, all at once", async () => {
    await expect((add as any)([[1, 2], [3]], "x")).rejects.toThrow(
      /Cannot call the kernel add because of its arguments: a is an array whose rows differ in length.*\n.*b is a string/,
    );
    await expect((add as any)([[1, 2]])).rejects.toThrow(/it takes 2 \(a, b\), and was given 1/);
    await expect((add as any)([], 1)).rejects.toThrow(/a is an empty array/);
  });

  test("wrong options are listed", () => {
    expect(() => kernel(() => 1, { output: [0], precision: "double", size: 3 } as any)).toThrow(
      /there is no option size\n.*output is \[ 0 \]\n.*precision is 'double'/,
    );
    expect(() => kernel(() => 1, {} as any)).toThrow(/output is missing/);
  });

  test("an output function that gives no size is named", async () => {
    const odd = kernel(() => 1, { output: () => [2.5] as never });
    await expect(odd()).rejects.toThrow(/output is \[ 2\.5 \]/);
  });

  test("a shape that does not fit is refused", () => {
    expect(() => grid([1, 2, 3], [2, 2])).toThrow(/its shape does not fit its data: \[2, 2\] for 3 numbers/);
  });
});

describe("without a GPU", () => {
  test("gpu.info() says in one line why", async () => {
    const { backend, adapter, reason } = await gpu.info();
    expect({ backend, adapter }).toEqual({ backend: "webasm", adapter: null });
    expect(reason).toMatch(/^[^\n]+$/);
  });

  test("requireGpu makes it an error, for kernels and pipelines", async () => {
    const needy = kernel(() => 1, { output: [1], requireGpu: true });
    await expect(needy()).rejects.toMatchObject({ code: "MILLRACE_NO_GPU" });
    await expect(pipeline({ needy }, (kernels) => kernels.needy())()).rejects.toMatchObject({
      code: "MILLRACE_NO_GPU",
    });
  });

  test("a pipeline that reads a result says that it cannot", async () => {
    const one = kernel(() => 1, { output: [4] });
    const curious = pipeline({ one }, (kernels) => {
      const value = kernels.one();
      return Number(value) > 0 ? value : kernels.one();
    });
    await expect(curious()).rejects.toThrow(/cannot be used in arithmetic or conditions/);
  });
});
