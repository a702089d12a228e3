import path from "node:path";
import { expect, test } from "vitest";
import { MOTO, putObject } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, ROOT, withRun } from "../../rigs/harness.ts";
import { serviceForFile } from "./bucket-for-file.ts";

const HELLO = path.join(ROOT, "examples/hello.ts");

describeWith(MOTO, "a bucket with objects that Millrace did not make", () => {
  const service = serviceForFile();

  test("names that are no names of runs disturb nothing", async () => {
    const datastore = await service().store();
    const at = service().machine(datastore);
    const run = withRun(await millrace(["run", HELLO], at));
    const folder = `flows/${run.flow}`;
    for (const key of [
      "flows/..",
      "flows/ /x",
      `flows/${"x".repeat(300)}/run.json`,
      `${folder}/`,
      `${folder}//run.json`,
      `${folder}/../../x`,
      `${folder}/%2e%2e/run.json`,
      `${folder}/é😀/run.json`,
      `${folder}/zzz`,
      `${folder}/zzzz/`,
      `${folder}/${run.run}/results/x.jsonl/y`,
      `${folder}/${run.run}/results/.jsonl`,
      `${folder}/${run.run}/journal.jsonl.1`,
      `${folder}/${run.run}/journal.jsonl.0000001x`,
      "blobs/sha256/zz/not-a-hash",
      "blobs/x",
    ])
      await putObject(service().proxy.url, { url: `${datastore}/${key}`, body: "garbage" });
    const listed = await millrace(["runs", HELLO, "--json"], at);
    expect(listed.code, listed.stderr).toBe(0);
    expect(listed.stdout).toContain(run.run);
    for (const args of [["status"], ["dump"], ["logs"], ["tag", "list"]]) {
      const seen = await millrace([...args, HELLO, run.run], at);
      expect(seen.code, seen.stderr).toBe(0);
    }
    const resumed = await millrace(["resume", HELLO, "--origin-run-id", run.run], at);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((await millrace(["run", HELLO], at)).code).toBe(0);
  });
});
