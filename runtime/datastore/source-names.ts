/** The files that a code package's source map names: esbuild writes them as parts of a URL. */
export function sourceNames({ sources }: { readonly sources: readonly string[] }): string[] {
  return sources.map(decoded);
}

/** Versions of esbuild before 0.25 wrote names as they are, and there a `%` need not begin anything. */
function decoded(source: string): string {
  try {
    return decodeURIComponent(source);
  } catch {
    return source;
  }
}
