import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll } from "vitest";
import type { Need } from "../describe-with.ts";
import { ROOT } from "../harness.ts";

const FINDER = path.join(ROOT, "scripts/ensure-localemu.mjs");
const START_MS = 240_000;
const found = spawnSync(process.execPath, [FINDER], { encoding: "utf8" });

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

/** It ends with this process, however that ends. */
async function startLocalemu(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [FINDER, "--serve"], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const said: Buffer[] = [];
  child.stderr.on("data", (piece: Buffer) => said.push(piece));
  const url = await Promise.race([firstLine(child), ended.then(() => null)]);
  if (url === null) throw new Error(`LocalEmu does not start: ${Buffer.concat(said).toString()}`);
  return {
    url,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface(child.stdout)) return line;
  return null;
}
