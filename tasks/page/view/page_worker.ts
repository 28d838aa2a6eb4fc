/// <reference lib="dom" />
import { byteBuffers } from "../byte_buffers.ts";
import type { Message, Progress, Question, Work } from "../messages.ts";
import { readPart } from "./read_part.ts";

/** Thrown for a sentence that the user reads. */
export class Refusal extends Error {}

/** Thrown if the worker failed and was ended. Another one knows no image. */
export class Failure extends Refusal {}

/** Thrown if the user stopped the work. */
export class Stopped extends Error {}

/** Options of {@linkcode PageWorker}. */
export interface PageWorkerOptions<Asked extends Work> {
  /** Returns the first question to each worker. Default: none. */
  first?(): Promise<Question<Asked>>;
  /** Called while the worker works. */
  onProgress?(progress: Progress): void;
}

function newRefusal(): PromiseWithResolvers<never> {
  const refusal = Promise.withResolvers<never>();
  // There may be no waiting question to handle it.
  refusal.promise.catch(() => {});
  return refusal;
}

/** A worker of the page, which starts when it is first asked, and again after a stop or a failure. */
export class PageWorker<Asked extends Work> {
  #worker?: Worker;
  #ready?: Promise<unknown>;
  /** The question that the worker answers. */
  #waiting?: PromiseWithResolvers<unknown>;
  /** Whether the worker answers a question of the user. */
  #isAsked = false;
  /** The question that is asked or waits last; each begins after the one before. */
  #last: Promise<unknown> = Promise.resolve();
  /** Rejected to refuse the questions that wait. */
  #refusal = newRefusal();

  /** @param part id of the element that carries the worker's script */
  constructor(readonly part: string, readonly options: PageWorkerOptions<Asked> = {}) {}

  /** Starts the worker, if none is ready. After a failure, the next call starts another one. */
  start(): Promise<unknown> {
    if (this.#ready) return this.#ready;
    const ready: Promise<unknown> = this.#start().catch((error) => {
      if (this.#ready === ready) this.#end(error);
      throw error;
    });
    return this.#ready = ready;
  }

  async #start(): Promise<void> {
    const [code, first] = await Promise.all([readPart(this.part), this.options.first?.()]);
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = this.#worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }: MessageEvent<Message>) => this.#receive(data);
    const fail = (reason: string) =>
      this.#end(new Failure(`The page failed: ${reason}. Close other pages, and try it again or with a smaller image`));
    worker.onmessageerror = () => fail("an answer was lost");
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || "its worker ended");
    };
    if (first) await this.#send(first);
  }

  /** Asks the worker, after all earlier questions. */
  ask<Kind extends keyof Asked & string>(
    kind: Kind,
    question: Asked[Kind]["question"],
  ): Promise<Asked[Kind]["answer"]> {
    const refusal = this.#refusal;
    const ready = this.#last.catch(() => {}).then(() => {
      // A refused question starts no worker.
      return refusal === this.#refusal ? this.start() : refusal.promise;
    });
    const answer = Promise.race([ready, refusal.promise]).then(async () => {
      this.#isAsked = true;
      try {
        return await this.#send({ kind, ...question });
      } finally {
        this.#isAsked = false;
      }
    });
    return this.#last = answer;
  }

  #send(question: Question<Asked>): Promise<unknown> {
    this.#waiting = Promise.withResolvers();
    this.#worker!.postMessage(question, byteBuffers(question));
    return this.#waiting.promise;
  }

  #receive(message: Message): void {
    if (message.kind === "answer") this.#take()?.resolve(message.answer);
    else if (message.kind === "failure") this.#end(new Failure(message.problem));
    else if (message.kind === "refusal") this.#take()?.reject(new Refusal(message.problem));
    else this.options.onProgress?.(message);
  }

  #take(): PromiseWithResolvers<unknown> | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  /**
   * Stops the work, including that of waiting questions. WebAssembly cannot be interrupted, so a worker that answers a question
   * ends, and another one starts. A worker that is still starting continues.
   */
  stop(): void {
    if (!this.#isAsked) return this.#refuse(new Stopped());
    this.#end(new Stopped());
    this.start().catch(() => {});
  }

  /** Refuses the questions that wait. */
  #refuse(error: Error): void {
    this.#refusal.reject(error);
    this.#refusal = newRefusal();
  }

  #end(error: Error): void {
    this.#refuse(error);
    this.#isAsked = false;
    if (this.#worker) {
      // Its last messages may be on their way.
      this.#worker.onmessage = this.#worker.onerror = this.#worker.onmessageerror = null;
      this.#worker.terminate();
    }
    this.#ready = undefined;
    this.#take()?.reject(error);
  }
}
