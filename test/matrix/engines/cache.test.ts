import { beforeAll, expect, test } from "vitest";
import { batchEnvironment } from "../../rigs/aws/batch-environment.ts";
import { makeBucket, motoForFile } from "../../rigs/aws/moto.ts";
import { BATCH } from "../../e2e/batch/batch-for-file.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { latestRun } from "../cell.ts";
import { hashesOf } from "../hashes-of.ts";
import { flowOfFile } from "./sample.ts";

const { className, command } = flowOfFile("remembers");
const TAKEN = "taken from the cache: ";

describeWith(BATCH, "what @cache keeps", () => {
  const moto = motoForFile();
  let settings: Readonly<Record<string, string>>;
  beforeAll(async () => {
    settings = { ...(await batchEnvironment(moto.url())), MILLRACE_CACHE: temporaryFolder() };
    Object.assign(process.env, settings);
  });

  test("serves every engine, whichever of them worked it out", async () => {
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    const env = { ...settings, MILLRACE_DATASTORE: datastore };
    const hashes: unknown[] = [];
    for (const args of [["--with", "docker"], ["--with", "batch"], []]) {
      const { code, stderr } = await command(["run", ...args], env);
      expect(code, stderr).toBe(0);
      expect(stderr.includes(TAKEN)).toBe(hashes.length > 0);
      hashes.push(hashesOf({ datastore, className }, latestRun({ datastore, className })));
    }
    expect(hashes).toEqual([hashes[0], hashes[0], hashes[0]]);
  });
});
