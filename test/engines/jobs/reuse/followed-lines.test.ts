import fs from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { openDatastore } from "../../../../runtime/datastore/datastore.ts";
import { FollowedLines } from "../../../../runtime/engines/jobs/reuse/followed-lines.ts";
import { temporaryFolder } from "../../../rigs/harness.ts";

test("a line that cannot be dealt with is told as trouble, and those that come later are read", async () => {
  const folder = temporaryFolder();
  const { storage } = openDatastore(folder);
  const file = path.join(folder, "flows/told.jsonl");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const heard: string[] = [];
  const lines = new FollowedLines(
    { storage, key: "flows/told.jsonl" },
    {
      line(text) {
        if (text === "bad") throw new Error("cannot take it");
        heard.push(text);
      },
      trouble: (error) => heard.push(String(error)),
    },
  );
  fs.writeFileSync(file, "one\nbad\n");
  await vi.waitFor(() => expect(heard).toEqual(["one", "Error: cannot take it"]), { timeout: 10_000 });
  fs.appendFileSync(file, "two\n");
  await vi.waitFor(() => expect(heard.at(-1)).toBe("two"), { timeout: 10_000 });
  fs.appendFileSync(file, "bad\n");
  await lines.finish();
  expect(heard).toEqual(["one", "Error: cannot take it", "two", "Error: cannot take it"]);
});
