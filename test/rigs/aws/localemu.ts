import { spawnSync } from "node:child_process";
import { afterAll, beforeAll } from "vitest";
import type { Need } from "../describe-with.ts";
import { LOCALEMU_SCRIPT, startLocalemu } from "./start-localemu.ts";

const START_MS = 240_000;
const found = spawnSync(process.execPath, [LOCALEMU_SCRIPT], { encoding: "utf8" });

export const LOCALEMU: Need = { name: "LocalEmu", missing: found.status === 0 ? null : found.stderr.trim() };

/** A server that answers like AWS, and also executes state machines and schedules; one for all tests of a file. */
export function localemuForFile(): { url(): string } {
  let server: { readonly url: string; stop(): Promise<void> } | null = null;
  beforeAll(async () => {
    server = await startLocalemu();
  }, START_MS);
  afterAll(() => server?.stop());
  return {
    url() {
      if (server === null) throw new Error("LocalEmu runs while tests do");
      return server.url;
    },
  };
}
