import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Job, Program } from "./job.ts";
import { isBinary } from "./kinds.ts";

/** The least that a content-addressed store does: a hash and a file. Objects go through JSON. */
export const floorProgram: Program = {
  put: (job, { value }) => ({
    run() {
      const bytes = isBinary(job.kind) ? bytesOf(value as NodeJS.TypedArray) : Buffer.from(JSON.stringify(value));
      const hash = createHash("sha256").update(bytes).digest("hex");
      fs.writeFileSync(path.join(job.store, hash), bytes);
    },
  }),
  get(job) {
    const [hash = ""] = fs.readdirSync(job.store);
    return {
      run() {
        const bytes = fs.readFileSync(path.join(job.store, hash));
        if (createHash("sha256").update(bytes).digest("hex") !== hash)
          throw new Error("the bytes are not the ones put");
        return { value: valueOf(job, bytes) };
      },
    };
  },
  change() {
    throw new Error("there is no floor under this");
  },
};

function bytesOf({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function valueOf({ kind }: Job, bytes: Buffer): unknown {
  if (!isBinary(kind)) return JSON.parse(bytes.toString()) as unknown;
  if (kind === "bytes") return bytes;
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
