import type { InspectOptions } from "../../show/inspect-options.ts";

export interface SchedulerFlags extends InspectOptions {
  readonly slots?: number;
  readonly listen?: ListenAddress;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface InstallFlags extends SchedulerFlags {
  readonly user?: boolean;
  /** The file to write; the place where systemd looks where it is missing. */
  readonly out?: string;
}
