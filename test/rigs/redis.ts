import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createClient } from "redis";
import { afterAll, beforeAll } from "vitest";
import type { Need } from "./describe-with.ts";
import { freePort } from "./free-port.ts";
import { temporaryFolder } from "./harness.ts";

/** Debian's `redis-server`. */
export const REDIS: Need = {
  name: "Redis",
  missing:
    spawnSync("redis-server", ["--version"]).status === 0
      ? null
      : "apt-get install redis-server, so that it is on PATH",
};

const PASSWORD = "pa%40ss-word";

/** A server of its own, with a password, which keeps nothing when it ends. */
export interface RedisServer {
  readonly port: number;
  /** With the password. */
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Asks as somebody else would. */
  ask(...command: string[]): Promise<unknown>;
}

/** One server for all tests of a file; a test may stop it and start it again. */
export function redisForFile(): () => RedisServer {
  let server: RedisServer | null = null;
  beforeAll(async () => {
    server = redisOn(await freePort(), temporaryFolder());
    await server.start();
  }, 120_000);
  afterAll(() => server?.stop());
  return () => {
    if (server === null) throw new Error("Redis runs while tests do");
    return server;
  };
}

function redisOn(port: number, folder: string): RedisServer {
  const url = `redis://:${PASSWORD}@127.0.0.1:${port}/0`;
  let child: ChildProcess | null = null;
  const ask = async (...command: string[]) => {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  };
  return {
    ...{ port, url, ask },
    async start() {
      const set = { port, bind: "127.0.0.1", dir: folder, save: "", requirepass: decodeURIComponent(PASSWORD) };
      const options = Object.entries(set).flatMap(([name, value]) => [`--${name}`, String(value)]);
      child = spawn("redis-server", options, { stdio: "ignore" });
      for (let isUp = false; !isUp;) {
        if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
        isUp = await ask("PING").then(
          () => true,
          () => false,
        );
      }
    },
    async stop() {
      if (child === null || child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      child = null;
    },
  };
}
