import { test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { race } from "./model-race.ts";

test("20 processes register and promote at once on a folder: numbers 1 to 20, every move from where the one before led, losers told by whom", async () => {
  const folder = temporaryFolder();
  await race(openDatastore(folder), { MILLRACE_DATASTORE: folder });
}, 120_000);
