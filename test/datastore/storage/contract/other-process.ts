import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Elsewhere } from "./under-test.ts";

/** What another process does with a storage once it is told to begin. */
export type Deed =
  /** Creates each of the keys, its name as the content; tells which it won. */
  | { readonly kind: "create"; readonly keys: readonly string[]; readonly name: string }
  /** Appends so many lines, each stored before the next; tells how far it came and what stopped it. */
  | { readonly kind: "append"; readonly key: string; readonly name: string; readonly lines: number }
  /** Writes one object again and again, so many bytes of one number, told before each. */
  | { readonly kind: "rewrite"; readonly key: string; readonly bytes: number; readonly by: "write" | "deposit" };

export interface DeedDone {
  readonly won: readonly string[];
  readonly lines: number;
  readonly failure: { readonly code: string | null; readonly message: string } | null;
}

/** Another process with a storage of its own, which has begun once this resolves. */
export class OtherProcess {
  readonly child: ChildProcess;
  readonly #deed: Deed;

  constructor(child: ChildProcess, deed: Deed) {
    this.child = child;
    this.#deed = deed;
  }

  static async start(elsewhere: Elsewhere, deed: Deed): Promise<OtherProcess> {
    const child = fork(fileURLToPath(new URL("deed-process.ts", import.meta.url)), [], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, ...elsewhere.env },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "message");
    child.send({ elsewhere, isOpening: true });
    await once(child, "message");
    return new OtherProcess(child, deed);
  }

  /** All of them at the same moment, as near as can be. */
  static async startAll(elsewhere: Elsewhere, deeds: readonly Deed[]): Promise<readonly OtherProcess[]> {
    return Promise.all(deeds.map((deed) => OtherProcess.start(elsewhere, deed)));
  }

  begin(): void {
    this.child.send({ deed: this.#deed });
  }

  /** Begins and resolves with what came of it. */
  async done(): Promise<DeedDone> {
    const told = once(this.child, "message");
    this.begin();
    const [done] = (await told) as [DeedDone];
    return done;
  }

  /** The next number that a `rewrite` tells. */
  async next(): Promise<number> {
    const [generation] = (await once(this.child, "message")) as [number];
    return generation;
  }
}
