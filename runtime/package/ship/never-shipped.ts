import path from "node:path";

/** What git, npm and Millrace keep for themselves: never anybody's data. */
const FOLDERS = new Set(["node_modules", ".git", ".millrace"]);

const SECRETS = [/^\.env(\..*)?$/, /\.pem$/, /^id_(rsa|dsa|ecdsa|ed25519)/, /^\.npmrc$/, /^\.netrc$/, /^credentials$/];

/**
 * Why a file never leaves this machine; null if it may.
 * @param relative - below the project, so that what the project itself lies in has no say
 */
export function neverShipped(relative: string): "folder" | "secret" | null {
  // Some file systems take names in any case.
  const segments = relative.split(path.sep).map((segment) => segment.toLowerCase());
  if (segments.some((segment) => FOLDERS.has(segment))) return "folder";
  return segments.some((segment) => SECRETS.some((pattern) => pattern.test(segment))) ? "secret" : null;
}

/** The same within a published package: what looks like a key there is everybody's. */
export function neverShippedOfPackage(name: string): boolean {
  return [".git", ".millrace", ".env", ".npmrc", ".netrc"].includes(name);
}
