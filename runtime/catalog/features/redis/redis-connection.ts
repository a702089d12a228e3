import { messageOf } from "../../../../sdk/base/message-of.ts";
import { isMillraceError, MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { featureError } from "../feature-error.ts";
import type { RedisPlace } from "./redis-place.ts";

/** A Redis that says nothing for so long counts as lost. */
const SILENT_MS = 10_000;

export type RedisCommand = readonly (string | Buffer)[];

/** One connection to Redis, which is made when it is needed and again after it was lost. */
export class RedisConnection {
  readonly place: RedisPlace;
  #client: Promise<Client> | null = null;

  constructor(place: RedisPlace) {
    this.place = place;
  }

  /**
   * Sends commands one behind the other, with none of another caller between them.
   *
   * @returns their answers; texts of any kind as buffers
   * @throws MillraceError `MILLRACE_STORAGE` where the connection is lost, or Redis refuses
   */
  async send(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    const sent = await this.#sent(commands);
    if ("lost" in sent) throw this.#problem(sent.lost);
    return sent.answers;
  }

  /** The same; once more where a connection that had been made before is lost, for what may be done twice. */
  async sendAgain(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    const isFresh = this.#client === null;
    const sent = await this.#sent(commands);
    if ("answers" in sent) return sent.answers;
    if (isFresh) throw this.#problem(sent.lost);
    return this.send(commands);
  }

  /**
   * All at once or not at all.
   *
   * @returns null where something that was watched has changed
   */
  async atOnce(commands: readonly RedisCommand[], { isAgain = false } = {}): Promise<readonly unknown[] | null> {
    const all: readonly RedisCommand[] = [["MULTI"], ...commands, ["EXEC"]];
    const answers = (await (isAgain ? this.sendAgain(all) : this.send(all))).at(-1) as readonly unknown[] | null;
    const refused = answers?.find((answer) => answer instanceof Error);
    if (refused !== undefined) throw this.#problem(refused);
    return answers;
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    client?.then((one) => one.destroy()).catch(() => undefined);
  }

  async #sent(
    commands: readonly RedisCommand[],
  ): Promise<{ readonly answers: readonly unknown[] } | { readonly lost: unknown }> {
    const connecting = (this.#client ??= connect(this.place));
    let timer: NodeJS.Timeout | undefined;
    let client: Client | null = null;
    let isSilent = false;
    try {
      client = await connecting;
      const silent = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          isSilent = true;
          reject(new Error(`it gives no answer for ${SILENT_MS / 1000} seconds`));
        }, SILENT_MS);
      });
      return { answers: await Promise.race([client.send(commands), silent]) };
    } catch (error) {
      // Redis answered, but with an error.
      if (client?.isOpen() === true && !isSilent) throw this.#problem(error);
      // What is still on its way must not be taken for the answer to something else.
      if (this.#client === connecting) this.#client = null;
      client?.destroy();
      return { lost: error };
    } finally {
      clearTimeout(timer);
    }
  }

  #problem(error: unknown): unknown {
    if (isMillraceError(error)) return error;
    return new MillraceError({
      code: "MILLRACE_STORAGE",
      headline: `Cannot ask ${this.place.title} because ${said(error)}`,
      hint: "check MILLRACE_ONLINE_STORE, and that Redis runs there",
    });
  }
}

interface Client {
  send(commands: readonly RedisCommand[]): Promise<readonly unknown[]>;
  isOpen(): boolean;
  destroy(): void;
}

async function connect({ url }: RedisPlace): Promise<Client> {
  const { createClient, RESP_TYPES } = await loadRedis();
  const client = createClient({
    url,
    disableOfflineQueue: true,
    // Whoever asks next connects again: one that tries for ever keeps its process from ending.
    socket: { reconnectStrategy: false, connectTimeout: SILENT_MS },
  });
  // Whoever asks is told.
  client.on("error", () => undefined);
  await client.connect();
  client.unref();
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer };
  let asked = 0;
  return {
    async send(commands) {
      // While nothing is asked, it keeps no process alive.
      if (asked++ === 0) client.ref();
      try {
        return await Promise.all(commands.map((command) => client.sendCommand(command, { typeMapping })));
      } finally {
        if (--asked === 0 && client.isOpen) client.unref();
      }
    },
    isOpen: () => client.isOpen,
    destroy() {
      if (client.isOpen) client.destroy();
    },
  };
}

/** Several addresses of a host give an error without a message. */
function said(error: unknown): string {
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return said(errors[0]);
  return messageOf(error);
}

async function loadRedis() {
  try {
    return await import("redis");
  } catch (error) {
    throw featureError("MILLRACE_ONLINE_STORE needs the package redis, which is not installed", {
      hint: "npm install redis",
      cause: error,
    });
  }
}
