/** A specifier holds no space, so this cannot be part of one. */
const FROM = " from ";

/** The specifier of an import that a linked package makes, together with the file that makes it, relative to the root. */
export function externalSpecifier(specifier: string, from: string | null): string {
  return from === null ? specifier : `${specifier}${FROM}${from}`;
}

/** What to resolve, and from which file: null means from the flow's. */
export function parseExternalSpecifier(text: string): { specifier: string; from: string | null } {
  const at = text.indexOf(FROM);
  return at < 0
    ? { specifier: text, from: null }
    : { specifier: text.slice(0, at), from: text.slice(at + FROM.length) };
}
