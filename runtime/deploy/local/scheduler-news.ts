/** What a scheduler does, for its log. */
export type SchedulerNews =
  | { readonly type: "listening"; readonly address: string }
  | { readonly type: "began"; readonly deployments: number; readonly slots: number; readonly open: number }
  | {
      readonly type: "deployment";
      readonly deployment: string;
      readonly state: "on" | "paused" | "removed";
      readonly version: number | null;
    }
  | { readonly type: "event"; readonly event: string; readonly name: string; readonly deployments: readonly string[] }
  | { readonly type: "fired"; readonly deployment: string; readonly fire: string; readonly run: string }
  | { readonly type: "skipped"; readonly deployment: string; readonly fire: string; readonly because: string }
  | {
      readonly type: "started";
      readonly deployment: string;
      readonly run: string;
      readonly pid: number;
      readonly attempt: number;
    }
  | { readonly type: "ended"; readonly deployment: string; readonly run: string; readonly status: string }
  | { readonly type: "given-up"; readonly deployment: string; readonly run: string; readonly starts: number }
  | { readonly type: "trouble"; readonly about: string; readonly error: string };
