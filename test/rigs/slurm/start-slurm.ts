import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Need } from "../describe-with.ts";

const FINDER = fileURLToPath(new URL("../../../scripts/ensure-slurm.mjs", import.meta.url));
const found = spawnSync(process.execPath, [FINDER], { encoding: "utf8" });

export const SLURM: Need = { name: "Slurm", missing: found.status === 0 ? null : found.stderr.trim() };

/** A Slurm of four nodes, all of them this machine. */
export interface SlurmCluster {
  /** What a command gets that uses it: its work folder, and where its configuration is. */
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** A command of Slurm's; fails the test where that fails. */
  ask(program: string, ...args: readonly string[]): string;
  stop(): Promise<void>;
}

/** Resolves once all nodes are idle. It ends with this process, however that ends. */
export async function startSlurm(...options: readonly string[]): Promise<SlurmCluster> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-slurm-"));
  // Anybody has to get to the socket of munge.
  fs.chmodSync(folder, 0o755);
  const place = path.join(folder, "cluster");
  const child = spawn(process.execPath, [FINDER, "--serve", place, ...options], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const said: Buffer[] = [];
  child.stderr.on("data", (piece: Buffer) => said.push(piece));
  const conf = await Promise.race([firstLine(child), ended.then(() => null)]);
  if (conf === null) throw new Error(`Slurm does not start: ${Buffer.concat(said).toString()}`);
  const env = { SLURM_CONF: conf, MILLRACE_SLURM_FOLDER: path.join(folder, "work") };
  return {
    ...{ env, folder: place },
    ask(program, ...args) {
      const seen = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, ...env } });
      if (seen.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${seen.stderr}`);
      return seen.stdout;
    },
    async stop() {
      child.stdin.end();
      await ended;
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface(child.stdout)) return line;
  return null;
}
