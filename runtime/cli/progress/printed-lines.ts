import { keepColors, onScreen } from "../on-screen.ts";

type Written = (error?: Error | null) => void;

/**
 * Takes the lines that this process prints to its terminal, as an `@onExit` hook or a warning of Node's does, until the
 * function that this gives is called. What goes elsewhere than to a terminal is left alone.
 */
export function printedLines(take: (line: string) => void): () => void {
  const streams = [process.stdout, process.stderr].filter(({ isTTY }) => isTTY);
  const releases = streams.map((stream) => takeLines(stream, take));
  return () => {
    for (const release of releases) release();
  };
}

function takeLines(stream: NodeJS.WriteStream, take: (line: string) => void): () => void {
  const original = stream.write;
  let isReleased = false;
  let rest = "";
  stream.write = (chunk: string | Uint8Array, ...more: unknown[]) => {
    // Others may have kept this function.
    if (isReleased) return (original as (...args: unknown[]) => boolean).call(stream, chunk, ...more);
    const lines = (rest + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString())).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(onScreen(keepColors(line.replace(/\r$/, ""))));
    const written = more.find((one): one is Written => typeof one === "function");
    if (written !== undefined) process.nextTick(written);
    return true;
  };
  return () => {
    isReleased = true;
    stream.write = original;
    if (rest !== "") take(onScreen(keepColors(rest)));
  };
}
