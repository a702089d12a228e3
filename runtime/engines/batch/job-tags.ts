const MAX_KEY = 128;
const MAX_VALUE = 256;
const MAX_TAGS = 50;
/** Letters, digits and spaces of any script, and these signs. */
const FORBIDDEN = /[^\p{L}\p{N}\p{Z}+\-=._:/@]/gu;

/** Tags as AWS takes them: what it forbids becomes `_`, what is too long is cut. */
export function jobTags(
  own: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const all = Object.entries({ ...given, ...own }).map(([key, value]) => [
    // That beginning belongs to AWS.
    key.replace(FORBIDDEN, "_").replace(/^aws:/i, "_").slice(0, MAX_KEY),
    value.replace(FORBIDDEN, "_").slice(0, MAX_VALUE),
  ]);
  // Ours come last and are kept: jobs are found by them.
  return Object.fromEntries(all.slice(-MAX_TAGS)) as Record<string, string>;
}
