import { predict, serve, Service } from "millrace/serving";
import { z } from "zod";

const Row = z.object({ id: z.number(), text: z.string() });

class EchoService extends Service<unknown> {
  @predict({ input: Row, output: Row })
  echo(rows: z.infer<typeof Row>[]): z.infer<typeof Row>[] {
    return rows;
  }
}

serve(EchoService);
