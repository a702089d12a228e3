import { createHash, timingSafeEqual } from "node:crypto";

/** Compares two texts; takes as long whatever is in them. */
export function isEqualSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
