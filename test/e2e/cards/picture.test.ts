import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { ageFiles, DAY_MS } from "../../datastore/maintenance/stored-run.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, card, current, main, parameter, step } from "millrace";
import { image, markdown } from "millrace/cards";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

class ShowFlow extends FlowSpec {
  @parameter() hasPicture = false;
  @card()
  @step start() {
    current.card.append(markdown("# Rates"));
    if (this.hasPicture) current.card.append(image(PNG));
    this.next(this.end);
  }
  @step end() {}
}
main(ShowFlow);
`;

test("a picture on a card shuts out programs that would take it for garbage, and gc keeps it with its run", async () => {
  const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY });
  const at = { cwd, datastore: path.join(cwd, "store") };
  const format = () => JSON.parse(fs.readFileSync(path.join(at.datastore, "millrace.json"), "utf8")) as unknown;
  const drawn = async (run: string) => (await millrace(["card", "get", `ShowFlow/${run}/start`], at)).stdout;
  await millrace(["run", "flow.ts"], at);
  expect(format()).toEqual({ format: 1 });
  expect(await drawn("latest")).toContain("Rates");
  await millrace(["run", "flow.ts", "--has-picture"], at);
  expect(format()).toEqual({ format: 2 });
  expect(await drawn("latest")).toContain("data:image/png;base64,iVBORw0KGgo");

  ageFiles(at.datastore, 3 * DAY_MS);
  const kept = await millrace(["gc", "--keep", "latest"], at);
  expect(kept.code, kept.stderr).toBe(0);
  expect(await drawn("latest")).toContain("data:image/png;base64,iVBORw0KGgo");
  expect((await millrace(["fsck"], at)).code).toBe(0);
});
