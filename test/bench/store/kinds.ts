import { randomFillSync } from "node:crypto";
import fs from "node:fs";

/** What the store cases put and get. */
export type Kind = "floats" | "bytes" | "objects" | "tree" | "twenty" | "small";

/** Artifacts of one task, by name. */
export type Artifacts = Record<string, unknown>;

const MB = 1_000_000;
const SIZES = { floats: 200 * MB, bytes: 200 * MB, twenty: 200 * MB } as const;
const TWENTY = 20;

/** Writes the file from which every program loads the same artifacts, before anything is timed. */
export function writeInput(kind: Kind, file: string): void {
  if (isBinary(kind)) fs.writeFileSync(file, kind === "bytes" ? randomBytes(SIZES.bytes) : randomFloats(SIZES[kind]));
  else fs.writeFileSync(file, JSON.stringify(MAKERS[kind]()));
}

/** The artifacts in such a file. Binary ones are read into their own memory, without a copy on the way. */
export function readInput(kind: Kind, file: string): Artifacts {
  if (!isBinary(kind)) {
    const parsed = JSON.parse(fs.readFileSync(file, "utf8")) as Artifacts;
    return kind === "small" ? parsed : { value: parsed };
  }
  if (kind === "bytes") return { value: Buffer.from(readInto(file, { at: 0, bytes: SIZES.bytes })) };
  if (kind === "floats") return { value: new Float32Array(readInto(file, { at: 0, bytes: SIZES.floats })) };
  const bytes = SIZES.twenty / TWENTY;
  return Object.fromEntries(
    Array.from({ length: TWENTY }, (_, index) => [
      `part${index}`,
      new Float32Array(readInto(file, { at: index * bytes, bytes })),
    ]),
  );
}

/** Changes one artifact in place. */
export function changeOne(artifacts: Artifacts): void {
  const [first] = Object.values(artifacts);
  if (!(first instanceof Float32Array)) throw new Error("only arrays of floats are changed");
  first[0] = -1;
}

export function isBinary(kind: Kind): kind is keyof typeof SIZES {
  return kind in SIZES;
}

/** The bytes of the artifacts themselves; of objects, of their JSON text. */
export function nominalBytes(kind: Kind, file: string): number {
  return isBinary(kind) ? SIZES[kind] : fs.statSync(file).size;
}

const MAKERS = {
  objects: () =>
    Array.from({ length: 100_000 }, (_, id) => ({ id, name: `item ${id}`, score: id / 7, tags: ["a", "b"] })),
  tree: () => branch(6),
  small: () => Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`small${index}`, smallValue(index)])),
} as const;

function smallValue(index: number): unknown {
  return [index, `text ${index}`, [index, index + 1], { label: `n${index}`, weight: index / 3 }][index % 4];
}

/** Eight children a level; a leaf is a record of some 190 characters. */
function branch(levels: number, id = 1): unknown {
  if (levels > 0)
    return Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`child${at}`, branch(levels - 1, id * 8 + at)]));
  const words = ["flow", "step", "größe", "artifact", "run"];
  return {
    id,
    title: `${words[id % 5]} ${words[id % 3]} number ${id}`,
    values: [id / 3, id * 1.5, id, -id],
    isOpen: id % 2 === 0,
    note: id % 7 === 0 ? null : "nothing to say of this one",
    place: { x: id % 1000, y: id / 1000 },
  };
}

function randomBytes(size: number): Uint8Array {
  return randomFillSync(new Uint8Array(size));
}

/** Uniform in [0, 1), which compression can do little about. */
function randomFloats(bytes: number): Uint8Array {
  const random = new Uint32Array(randomBytes(bytes).buffer);
  const floats = new Float32Array(random.buffer);
  for (let at = 0; at < floats.length; at++) floats[at] = (random[at] as number) / 2 ** 32;
  return new Uint8Array(floats.buffer);
}

function readInto(file: string, { at, bytes }: { at: number; bytes: number }): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes);
  const descriptor = fs.openSync(file, "r");
  fs.readSync(descriptor, new Uint8Array(buffer), 0, bytes, at);
  fs.closeSync(descriptor);
  return buffer;
}
