import type Docker from "dockerode";
import { type HandedOver, handedOverLine } from "../container/handed-over.ts";

export function isEmpty({ variables, secrets, masks }: HandedOver): boolean {
  return secrets === null && Object.keys(variables).length === 0 && masks.length === 0;
}

type Stdin = NodeJS.ReadWriteStream & { destroy(): unknown };

/**
 * What nobody but a container's supervisor may see, on its way there through stdin: an engine shows variables, arguments
 * and mounts to whoever may ask it, and a step may read every file of its container.
 */
export class HandOver {
  readonly #stdin: Stdin;
  readonly #handed: HandedOver;

  /** @param container - made with a stdin, and not started yet */
  static async to(container: Docker.Container, handed: HandedOver): Promise<HandOver> {
    const stdin = await container.attach({ stream: true, stdin: true, hijack: true });
    return new HandOver(stdin, handed);
  }

  /** @param stdin - of a container, attached before its start */
  constructor(stdin: NodeJS.ReadWriteStream, handed: HandedOver) {
    this.#stdin = stdin as Stdin;
    this.#handed = handed;
    // A container that does not get it whole says so itself; the engine's own words come with the container's end.
    this.#stdin.on("error", () => undefined).resume();
  }

  /** Once the container has started. */
  send(): void {
    this.#stdin.end(handedOverLine(this.#handed));
  }

  close(): void {
    this.#stdin.destroy();
  }
}
