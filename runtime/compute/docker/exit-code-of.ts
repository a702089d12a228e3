import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";

/** How long an engine may take to be started anew, asked this often. */
const PATIENCE_MS = 30_000;
const ASKING_MS = 500;

/**
 * Resolves with the container's exit code when it ends; to be called before it starts. An engine that is started anew
 * closes the connection and may let its containers run on: then it is asked again.
 */
export async function exitCodeOf(docker: Docker, id: string): Promise<number> {
  for (let condition = "next-exit"; ; condition = "not-running") {
    try {
      return await waited(docker, { id, condition });
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== undefined) throw error;
      await untilAnswers(docker, error);
    }
  }
}

/** Dockerode's own `wait` never settles where the connection is closed before the answer: it looks for its end alone. */
async function waited(docker: Docker, { id, condition }: { id: string; condition: string }): Promise<number> {
  const { modem } = docker as { modem: Modem };
  const request = {
    path: `/containers/${id}/wait?`,
    options: { condition },
    method: "POST",
    isStream: true,
    statusCodes: { 200: true, 404: "no such container", 500: "server error" },
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    modem.dial(request, (error, response) => (error === null ? resolve(response) : reject(error)));
  });
  return ((await json(answer)) as { StatusCode: number }).StatusCode;
}

/** @throws what it was lost with, if it stays away */
async function untilAnswers(docker: Docker, lost: unknown): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += ASKING_MS) {
    await pause(ASKING_MS);
    const answers = await docker.ping().then(
      () => true,
      () => false,
    );
    if (answers) return;
  }
  throw lost;
}

interface Modem {
  dial(request: object, done: (error: Error | null, response: IncomingMessage) => void): void;
}
