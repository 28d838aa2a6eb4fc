/// <reference lib="dom" />
import type { Answers, Message, Question } from "../messages.ts";
import type { PageModel } from "../page_model.ts";
import { readPart } from "./read_part.ts";

/** Thrown for a sentence that the user reads. */
export class Refusal extends Error {}

/** Thrown if the worker failed and was ended. Another one knows no image. */
export class Failure extends Refusal {}

/** Thrown if the user stopped the work. */
export class Stopped extends Error {}

/** What the worker reports while it works. */
export type Report = Exclude<Message, { kind: "answer" | "refusal" | "failure" }>;

interface Waiting {
  resolve(answer: Answers[Question["kind"]]): void;
  reject(error: Error): void;
}

/** The worker of the page, which starts again after a stop or a failure. */
export class SegmentingWorker {
  readonly #model: PageModel;
  readonly #report: (report: Report) => void;
  #worker?: Worker;
  #ready?: Promise<unknown>;
  #waiting?: Waiting;
  /** The question that is asked or waits last; each begins after the one before. */
  #last: Promise<unknown> = Promise.resolve();
  /** Counts the stops: a question of before is not asked after it. */
  #stops = 0;

  constructor(model: PageModel, report: (report: Report) => void) {
    this.#model = model;
    this.#report = report;
  }

  /** Opens the network, which takes a few seconds. After a failure, the next call starts another worker. */
  start(): Promise<unknown> {
    if (this.#ready) return this.#ready;
    const ready: Promise<unknown> = this.#start().catch((error) => {
      if (this.#ready === ready) this.#end(error);
      throw error;
    });
    return this.#ready = ready;
  }

  async #start(): Promise<void> {
    const stops = this.#stops;
    const [code, wasm, network] = await Promise.all(["worker", "wasm", "network"].map(readPart));
    if (stops !== this.#stops) throw new Stopped();
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = this.#worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const reason = event.message || "its worker ended";
      this.#end(new Failure(`The page failed: ${reason}. Close other pages, and try it again or with a smaller image`));
    };
    await this.#send({ kind: "start", wasm, network, model: this.#model });
  }

  /** Asks the worker, after all earlier questions. */
  ask<Kind extends Question["kind"]>(question: Question & { kind: Kind }): Promise<Answers[Kind]> {
    const stops = this.#stops;
    const refuseStopped = () => {
      if (stops !== this.#stops) throw new Stopped();
    };
    const answer = this.#last.catch(() => {}).then(() => {
      refuseStopped();
      return this.start();
    }).then(() => {
      refuseStopped();
      return this.#send(question);
    });
    this.#last = answer;
    return answer as Promise<Answers[Kind]>;
  }

  #send(question: Question): Promise<Answers[Question["kind"]]> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker!.postMessage(
        question,
        question.kind === "start" ? [question.wasm.buffer, question.network.buffer] : [],
      );
    });
  }

  #receive(message: Message): void {
    if (message.kind === "answer") this.#take()?.resolve(message.answer);
    else if (message.kind === "failure") this.#end(new Failure(message.problem));
    else if (message.kind === "refusal") this.#take()?.reject(new Refusal(message.problem));
    else this.#report(message);
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  /** Stops the work. WebAssembly cannot be interrupted, so the worker ends and another one starts. */
  stop(): void {
    this.#end(new Stopped());
    this.start().catch(() => {});
  }

  #end(error: Error): void {
    this.#stops++;
    this.#worker?.terminate();
    this.#ready = undefined;
    this.#take()?.reject(error);
  }
}
