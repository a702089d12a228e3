import { type AttemptPlace, metricsFolder, type RunPlace } from "../run-keys.ts";
import type { Storage } from "../storage.ts";

const FILE = /^(\d{1,15})-(\d{1,15})\.jsonl$/;

/** Which attempts logged something, by what is in the store: where no task of a run did, one look tells. */
export class MetricPlaces {
  readonly #storage: Storage;
  readonly #byRun = new Map<string, ReadonlyMap<string, RunPlace & AttemptPlace>>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  has(place: RunPlace & AttemptPlace): boolean {
    return this.#of(place).has(nameOf(place));
  }

  /** In no particular order. */
  all(of: RunPlace): (RunPlace & AttemptPlace)[] {
    return [...this.#of(of).values()];
  }

  #of({ flow, run, root }: RunPlace): ReadonlyMap<string, RunPlace & AttemptPlace> {
    const folder = metricsFolder({ flow, run, root });
    const known = this.#byRun.get(folder) ?? this.#listed({ flow, run, root });
    this.#byRun.set(folder, known);
    return known;
  }

  #listed(of: RunPlace): ReadonlyMap<string, RunPlace & AttemptPlace> {
    const folder = metricsFolder(of);
    const names = this.#storage.list(folder).filter((name) => name.endsWith("/"));
    const steps = names.map((name) => name.slice(0, -1));
    this.#storage.ahead(steps.map((step) => ({ op: "list", key: `${folder}/${step}` })));
    const places = steps.flatMap((step) =>
      this.#storage.list(`${folder}/${step}`).flatMap((file) => {
        const [, task, attempt] = FILE.exec(file) ?? [];
        return task === undefined ? [] : [{ ...of, step, task: Number(task), attempt: Number(attempt) }];
      }),
    );
    return new Map(places.map((place) => [nameOf(place), place]));
  }
}

function nameOf({ step, task, attempt }: AttemptPlace): string {
  return `${step}/${task}-${attempt}`;
}
