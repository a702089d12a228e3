/** The version that a `package.json` says; null where it says none. */
export function versionIn(json: string): string | null {
  const manifest: unknown = JSON.parse(json);
  const isThere = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isThere && typeof manifest.version === "string" ? manifest.version : null;
}
