import { closest, distance } from "fastest-levenshtein";

/** `a, b and c` */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The name that was probably meant, if one is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const best = closest(
    name.toLowerCase(),
    names.map((candidate) => candidate.toLowerCase()),
  );
  const found = names.find((candidate) => candidate.toLowerCase() === best);
  return distance(name.toLowerCase(), best) <= Math.max(1, Math.floor(name.length / 3)) ? found : undefined;
}
