import { userPath } from "../../settings/user-path.ts";

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

/** `"/data:/mnt/data"`, `"/data:/mnt/data:ro"`, or `"/data"` for the same place in both. */
export function mountsOf(texts: readonly string[] = []): Mount[] {
  return texts.map((text) => {
    const [, source = text, target, mode] = /^((?:[A-Za-z]:)?[^:]+)(?::([^:]+))?(?::(ro|rw))?$/.exec(text) ?? [];
    const place = userPath(source);
    return { source: place, target: target ?? (source.startsWith("~") ? place : source), isReadOnly: mode === "ro" };
  });
}
