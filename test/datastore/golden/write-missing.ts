// `npx tsx test/datastore/golden/write-missing.ts` writes the golden files of values that were added; it replaces none.
import fs from "node:fs";
import path from "node:path";
import { encode } from "../../../runtime/datastore/codec/encode.ts";
import { GOLDEN } from "./values.ts";

const FOLDER = path.join(import.meta.dirname, "v1", "artifacts");

fs.mkdirSync(FOLDER, { recursive: true });
for (const [name, make] of Object.entries(GOLDEN)) {
  const file = path.join(FOLDER, `${name}.mlr`);
  if (!fs.existsSync(file)) fs.writeFileSync(file, Buffer.concat(encode(make(), "golden").chunks));
}
