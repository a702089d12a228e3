import path from "node:path";
import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { accuracy as accuracyOf, loadDigits, part, PIXELS } from "../../examples/mnist/digits.ts";
import { purity } from "../../examples/kernels/k-means.ts";
import { png } from "../../examples/kernels/png.ts";
import { logOf, readArtifacts, resultOf, ROOT, runFlow, tasksOf } from "../rigs/harness.ts";
import { startServiceFile } from "../rigs/serving/started-service.ts";

const SLOW = 300_000;

describe("digits", () => {
  test("all 10,000 are there, in an order that the seed decides", () => {
    const digits = loadDigits({ seed: 1 });
    expect(digits.images.length).toBe(10_000 * PIXELS);
    expect(digits.labels.filter((label) => label === 3)).toHaveLength(1032);
    expect(loadDigits({ seed: 2 }).labels).not.toEqual(digits.labels);
    expect(part(digits, 5, 7).images).toEqual(digits.images.slice(5 * PIXELS, 7 * PIXELS));
  });

  test("purity counts what most of a cluster are", () => {
    const digits = { images: new Float32Array(), labels: Uint8Array.of(1, 1, 2, 3, 3, 3) };
    expect(purity(digits, Uint8Array.of(0, 0, 0, 1, 1, 0))).toBe(4 / 6);
  });
});

test("a PNG holds the pixels row by row, unfiltered", () => {
  const file = png(Uint8Array.of(1, 2, 3, 4, 5, 6), { width: 1, height: 2 });
  expect(file.subarray(1, 4).toString()).toBe("PNG");
  const data = file.subarray(file.indexOf("IDAT") + 4, file.indexOf("IEND") - 8);
  expect([...inflateSync(data)]).toEqual([0, 1, 2, 3, 0, 4, 5, 6]);
});

test(
  "kernels multiplies, draws and sorts, and its results agree with plain JavaScript",
  async () => {
    const settings = ["--size", "96", "--width", "120", "--rounds", "100", "--digits", "600", "--clusters", "12"];
    const run = await runFlow(path.join(ROOT, "examples/kernels/flow.ts"), ["run", ...settings]);
    expect(run.code).toBe(0);
    const { product, picture, sorted } = readArtifacts(run, "end") as {
      product: { largestDifference: number };
      picture: Buffer;
      sorted: { purity: number; clusters: Uint8Array };
    };
    expect(product.largestDifference).toBeLessThan(1e-4);
    expect(picture.readUInt32BE(16)).toBe(120);
    // Inside of the set it is black, and around it nothing is.
    expect(inflateSync(picture.subarray(picture.indexOf("IDAT") + 4, picture.indexOf("IEND") - 8)).length).toBe(
      361 * 80,
    );
    expect(sorted.clusters).toHaveLength(600);
    expect(sorted.purity).toBeGreaterThan(0.45);
    for (const step of ["multiply", "draw", "sort"]) expect(resultOf(run, step).gpu!.calls).toBeGreaterThan(0);
  },
  SLOW,
);

test(
  "mnist learns to read digits that it never saw, and its kernels answer the requests of a server",
  async () => {
    const settings = ["--epochs", "2", "--train-count", "3000", "--hidden", "24", "--learning-rates", "0.2,0.00001"];
    const run = await runFlow(path.join(ROOT, "examples/mnist/flow.ts"), ["run", ...settings]);
    expect(run.code).toBe(0);
    expect(tasksOf(run, "train")).toHaveLength(2);
    const { accuracy, setting, tried } = readArtifacts(run, "end") as {
      accuracy: number;
      setting: { learningRate: number };
      tried: { accuracy: number }[];
    };
    expect(accuracy).toBeGreaterThan(0.8);
    expect(setting.learningRate).toBe(0.2);
    expect(tried[0]!.accuracy).toBeGreaterThan(tried[1]!.accuracy + 0.3);
    expect(logOf(run, "end")).toMatch(/Accuracy on 3500 digits never seen: \d\d\.\d %/);

    const { datastore } = run;
    const service = await startServiceFile(path.join(ROOT, "examples/mnist/service.ts"), { datastore });
    const unseen = part(loadDigits({ seed: 1 }), 9900);
    const rows = Array.from(unseen.labels, (_, at) => ({ pixels: [...part(unseen, at, at + 1).images] }));
    const response = await service.post("/read", rows);
    expect(response.headers.get("x-model")).toBe("digits@1");
    const read = (await response.json()) as { digit: number }[];
    expect(
      accuracyOf(
        unseen,
        read.map(({ digit }) => digit),
      ),
    ).toBeGreaterThan(0.75);
    // Requests that share calls get what each would get alone.
    const alone = await Promise.all(rows.map(async (row) => (await service.post("/read", row)).json()));
    expect(alone).toEqual(read);
    expect((await service.post("/read", { pixels: [1] })).status).toBe(422);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  },
  SLOW,
);
