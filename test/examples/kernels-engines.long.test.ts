import path from "node:path";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { batchEnvironment } from "../rigs/aws/batch-environment.ts";
import { makeBucket, MOTO, motoForFile } from "../rigs/aws/moto.ts";
import { VULKAN, VULKAN_IMAGE } from "../rigs/docker/vulkan.ts";
import { type FlowRun, millrace, readArtifacts, resultOf, ROOT, temporaryFolder, withRun } from "../rigs/harness.ts";
import { hashesOf } from "../matrix/hashes-of.ts";
import { describeWith } from "../rigs/describe-with.ts";

/** Kernels on this machine's processor, so that runs can be compared on machines with a GPU as well. */
const HERE = { MILLRACE_GPU_BACKEND: "webasm" };
const ON_VULKAN = ["--with", `docker:image=${VULKAN_IMAGE}`];
const ADAPTER = expect.stringContaining("llvmpipe");
// Several runs in line, each with containers.
const SLOW = 300_000;

async function run(example: string, args: readonly string[], options: { datastore?: string; env?: object } = {}) {
  const { datastore = temporaryFolder(), env = {} } = options;
  const flow = path.join(ROOT, "examples", example, "flow.ts");
  const ended = withRun(await millrace(["run", flow, ...args], { datastore, env: { ...env, ...HERE } }));
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

function pixels(run: FlowRun): Uint8Array {
  const { picture } = readArtifacts(run, "end") as { picture: Buffer };
  return inflateSync(picture.subarray(picture.indexOf("IDAT") + 4, picture.indexOf("IEND") - 8));
}

/** Of all bytes, how many differ. */
function difference(one: Uint8Array, other: Uint8Array): number {
  expect(one.length).toBe(other.length);
  return one.filter((byte, at) => byte !== other[at]).length / one.length;
}

describeWith(VULKAN, "kernels in a container with a graphics driver", () => {
  const settings = ["--size", "96", "--width", "120", "--rounds", "100", "--digits", "600", "--clusters", "12"];

  test("compute on it, and come to the same results as here", { timeout: SLOW }, async () => {
    const [here, there] = [await run("kernels", settings), await run("kernels", [...settings, ...ON_VULKAN])];
    for (const step of ["multiply", "draw", "sort"]) {
      expect(resultOf(there, step).gpu).toMatchObject({ backend: "webgpu", adapter: ADAPTER, reason: null });
      expect(resultOf(here, step).gpu).toMatchObject({ backend: "webasm", adapter: null });
    }
    const { product, sorted } = readArtifacts(there, "end") as {
      product: { largestDifference: number };
      sorted: { purity: number };
    };
    expect(product.largestDifference).toBeLessThan(1e-4);
    // On the edge of the set the last bit decides; k-means magnifies it as well.
    expect(difference(pixels(here), pixels(there))).toBeLessThan(0.02);
    const { purity } = (readArtifacts(here, "end") as { sorted: { purity: number } }).sorted;
    expect(Math.abs(sorted.purity - purity)).toBeLessThan(0.05);
  });
});

const ANYWHERE = { name: `${MOTO.name} and ${VULKAN.name}`, missing: MOTO.missing ?? VULKAN.missing };

describeWith(ANYWHERE, "the network that learns to read digits", () => {
  const moto = motoForFile();
  const settings = ["--epochs", "2", "--train-count", "3000", "--hidden", "24", "--learning-rates", "0.2,0.00001"];

  test("learns here, in containers on a graphics driver, and on AWS Batch, unchanged", { timeout: SLOW }, async () => {
    const here = await run("mnist", settings);
    const there = await run("mnist", [...settings, ...ON_VULKAN]);
    expect(resultOf(there, "train").gpu).toMatchObject({ backend: "webgpu", adapter: ADAPTER });
    const accuracy = (of: FlowRun) => (readArtifacts(of, "end") as { accuracy: number }).accuracy;
    expect(Math.abs(accuracy(here) - accuracy(there))).toBeLessThan(0.02);

    const env = await batchEnvironment(moto.url());
    Object.assign(process.env, env);
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    const onBatch = await run("mnist", [...settings, "--with", "batch"], { datastore, env });
    expect(resultOf(onBatch, "train").gpu).toMatchObject({
      backend: "webasm",
      reason: expect.stringContaining("libvulkan.so.1 is missing"),
    });
    expect(accuracy(onBatch)).toBe(accuracy(here));
    const hashes = (of: FlowRun, datastore: string) => hashesOf({ datastore, className: of.flow }, of.run);
    expect(hashes(onBatch, datastore)).toEqual(hashes(here, here.datastore));
  });
});
