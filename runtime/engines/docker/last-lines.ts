import type Docker from "dockerode";

const FEW_LINES = 20;
/** Each piece of output has a head: the stream, three zeros, the length. */
const HEAD_BYTES = 8;

/** The last lines that a container wrote, to whichever stream. */
export async function lastLines(container: Docker.Container, most = FEW_LINES): Promise<string[]> {
  const bytes = await container.logs({ stdout: true, stderr: true, tail: most }).catch(() => Buffer.alloc(0));
  const pieces: Buffer[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const size = bytes.readUInt32BE(at + 4);
    pieces.push(bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + size));
    at += HEAD_BYTES + size;
  }
  const text = Buffer.concat(pieces).toString().trimEnd();
  return text === "" ? [] : text.split("\n").slice(-most);
}
