import type { StoreContext } from "../cli-context.ts";
import type { GivenService } from "../load-cli.ts";

/** What a command about a service gets. */
export interface ServiceContext extends StoreContext, GivenService {
  /** Absolute path. */
  readonly serviceFile: string;
}
