import { TextLineStream } from "lib/io/text_lines.ts";

/** The answer of a side to a request for steps. */
export interface StepTimes {
  seconds: number[];
  losses: number[];
}

/** The memory of a side, in bytes. */
export interface SideMemory {
  /** Peak memory of the process. */
  peakBytes: number;
  /** Peak memory of PyTorch's tensors on a GPU. */
  gpuBytes?: number;
  /** Memory of training in addition to the model and the batch, according to the memory model and as measured. */
  plan?: { planned: number; measured: number };
}

/** A process that runs steps on request. */
export class Side {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(readonly name: string, command: string, args: string[]) {
    this.#process = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      .getReader();
    this.#input = this.#process.stdin.getWriter();
  }

  async #answer<T>(): Promise<T> {
    const { value, done } = await this.#lines.read();
    if (done) throw new Error(`${this.name} ended without an answer`);
    return JSON.parse(value);
  }

  /** Reads the first line of the process, which has the versions. */
  hello(): Promise<Record<string, unknown>> {
    return this.#answer();
  }

  /** Sends a request as a line of JSON; returns the answer. */
  async ask<T>(request: unknown): Promise<T> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    return await this.#answer();
  }

  async run(steps: number): Promise<StepTimes> {
    return await this.ask(steps);
  }

  /** Ends the process; returns its memory. */
  async end(): Promise<SideMemory> {
    await this.#input.close();
    const { peakKilobytes, ...rest } = await this.#answer<{ peakKilobytes: number } & Omit<SideMemory, "peakBytes">>();
    await this.#process.status;
    return { peakBytes: 1024 * peakKilobytes, ...rest };
  }
}
