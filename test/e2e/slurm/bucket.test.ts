import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { describeWith, type Need } from "../../rigs/describe-with.ts";
import { millrace, ROOT } from "../../rigs/harness.ts";
import { SLURM, slurmForFile } from "../../rigs/slurm/slurm-for-file.ts";

const FLOW = path.join(ROOT, "test/bench/flows/foreach.ts");
const KEY = "of-the-launcher-77ab1";
const NEED: Need = { name: `${SLURM.name} and ${MOTO.name}`, missing: SLURM.missing ?? MOTO.missing };

describeWith(NEED, "a run on Slurm with a bucket", () => {
  const moto = motoForFile();
  const cluster = slurmForFile();

  test("hands the launcher's credentials to its jobs, and leaves them nowhere", async () => {
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    const env = { ...awsEnvironment(moto.url()), ...cluster().env, AWS_SECRET_ACCESS_KEY: KEY };
    const seen = await millrace(["run", FLOW, "--with", "slurm", "--count", "2"], { datastore, env });
    expect(seen.code, seen.stderr).toBe(0);
    expect(seen.stderr).toContain("result=1");
    const folders = [cluster().folder, cluster().env["MILLRACE_SLURM_FOLDER"] ?? ""];
    const files = folders.flatMap((folder) =>
      fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name)),
    );
    expect(files.filter((file) => fs.readFileSync(file).includes(KEY))).toEqual([]);
  });
});
