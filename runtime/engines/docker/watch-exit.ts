import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";

/** How long an engine may take to be started anew, asked this often. */
const PATIENCE_MS = 30_000;
const ASKING_MS = 500;

/** The exit code of a container that may not have started yet. */
export interface WatchedExit {
  readonly code: Promise<number>;
}

/**
 * Resolves once the engine watches for the container's end: one that starts before that, and ends at once, could end
 * unseen. An engine that is started anew closes the connection and may let its containers run on: then it is asked again.
 */
export async function watchExit(docker: Docker, id: string): Promise<WatchedExit> {
  const code = codeIn(docker, { id, answer: await ask(docker, { id, condition: "next-exit" }) });
  // Nobody may come to look at it.
  code.catch(() => undefined);
  return { code };
}

async function codeIn(docker: Docker, { id, answer }: { id: string; answer: IncomingMessage }): Promise<number> {
  for (let asked = Promise.resolve(answer); ; asked = ask(docker, { id, condition: "not-running" })) {
    try {
      return ((await json(await asked)) as { StatusCode: number }).StatusCode;
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== undefined) throw error;
      await untilAnswers(docker, error);
    }
  }
}

/**
 * Gives the answer's head, which the engine sends when it has begun to wait. Dockerode's own `wait` never settles where
 * the connection is closed before the rest: it looks for its end alone.
 */
function ask(docker: Docker, { id, condition }: { id: string; condition: string }): Promise<IncomingMessage> {
  const { modem } = docker as { modem: Modem };
  const request = {
    path: `/containers/${id}/wait?`,
    options: { condition },
    method: "POST",
    isStream: true,
    statusCodes: { 200: true, 404: "no such container", 500: "server error" },
  };
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, response) => (error === null ? resolve(response) : reject(error)));
  });
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
