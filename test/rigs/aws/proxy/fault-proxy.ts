import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Fault, ProxyOrder, SeenRequest } from "./fault.ts";

type OrderWithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** Stands between Millrace and a server, counts what passes, and makes wrong what it was told to. */
export class FaultProxy {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (requests: readonly SeenRequest[]) => void>();
  #orders = 0;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    child.on("message", ({ id, requests }: { id: number; requests: readonly SeenRequest[] }) => {
      this.#answers.get(id)?.(requests);
      this.#answers.delete(id);
    });
  }

  static async start(upstream: string): Promise<FaultProxy> {
    const file = fileURLToPath(new URL("proxy-process.ts", import.meta.url));
    const child = fork(file, [upstream], { execArgv: ["--import", "tsx"], serialization: "advanced" });
    const [{ url }] = (await once(child, "message")) as [{ url: string }];
    return new FaultProxy(child, url);
  }

  async add(...faults: readonly Fault[]): Promise<void> {
    await this.#tell({ order: "add", faults });
  }

  /** Forgets faults and requests. */
  async clear(): Promise<void> {
    await this.#tell({ order: "clear" });
  }

  /** Since the start, or since they were last cleared. */
  requests(): Promise<readonly SeenRequest[]> {
    return this.#tell({ order: "requests" });
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.disconnect();
    await gone;
  }

  #tell(order: OrderWithoutId<ProxyOrder>): Promise<readonly SeenRequest[]> {
    const id = ++this.#orders;
    this.#child.send({ id, ...order });
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }
}
