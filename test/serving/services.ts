/** Answers well, and badly in every way: as the row asks. */
export const HONEST_AND_NOT = `
  import fs from "node:fs";
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  const Row = z.object({ id: z.string(), n: z.number().default(0) });

  class ShopService extends Service {
    batches = 0;

    @predict({ input: Row, output: Row })
    echo(rows: z.infer<typeof Row>[]) {
      return rows;
    }

    @predict({ input: z.string() })
    async act(rows: string[]): Promise<unknown> {
      for (const row of rows) {
        if (row === "throw") throw new Error("no weights for this one");
        if (row === "block") for (;;);
        if (row === "hang") await new Promise(() => setInterval(() => undefined, 1000));
        if (row === "exit") process.exit(3);
        if (row === "slow") await new Promise((resolve) => setTimeout(resolve, 500));
        while (row === "until go" && !fs.existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 20));
        if (row === "too few") return [];
        if (row === "no array") return { answer: 1 };
        if (row === "function") return rows.map(() => () => 1);
        if (row === "later") setTimeout(() => { throw new Error("thrown later"); }, 10);
      }
      return rows.map((row) => row.toUpperCase());
    }

    @predict({ input: z.number(), output: z.number().max(10) })
    double(rows: number[]) {
      return rows.map((row) => row * 2);
    }

    @predict({ input: z.string(), output: z.int() })
    length(rows: string[]) {
      return rows.map((row) => row.length);
    }

    @predict({ input: z.string(), batch: { maxSize: 8, maxWaitMs: 50 } })
    together(rows: string[]) {
      this.batches += 1;
      return rows.map((row) => [row, rows.length, this.batches]);
    }
  }

  serve(ShopService);
`;
