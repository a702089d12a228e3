import fs from "node:fs";

/** Names the file, pipe or socket that has this number now; null for none. */
export function identityOf(descriptor: number): string | null {
  try {
    const { dev, ino } = fs.fstatSync(descriptor, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}
