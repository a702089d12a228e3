import type { RequestOptions } from "node:https";
import { ownProgram } from "../../../own-program.ts";

/** The part of the library's class that is used here. */
export interface LoadedKubeConfig {
  readonly contexts: readonly { readonly name: string }[];
  loadFromDefault(): void;
  setCurrentContext(name: string): void;
  getCurrentContext(): string;
  getContextObject(name: string): { readonly namespace?: string } | null;
  getCurrentCluster(): KubeCluster | null;
  getCurrentUser(): KubeUser | null;
  /** Adds certificates, the authorization and an agent; runs the user's plugin, if that gives the token. */
  applyToHTTPSOptions(options: RequestOptions): Promise<void>;
}

interface KubeCluster {
  readonly server: string;
  readonly proxyUrl?: string;
}

interface KubeUser {
  /** A program that gives credentials. */
  readonly exec?: { readonly apiVersion?: string; env?: { readonly name: string; readonly value: string }[] };
}

/** A bundle of its own: only those whose steps run on Kubernetes pay for it. */
export function loadKubeConfig(): LoadedKubeConfig {
  const { KubeConfig } = ownProgram("kubernetes", "client") as { KubeConfig: new () => LoadedKubeConfig };
  return new KubeConfig();
}
