import { z } from "zod";

const Reply = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  sessionId: z.string().optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
const Processes = z.object({ processInfo: z.array(z.object({ id: z.number(), cpuTime: z.number() })) });
const Attached = z.object({ sessionId: z.string() });
/** Sends all requests, those to this computer too, to a port on which nothing listens. */
const OFFLINE = ["--proxy-server=http://127.0.0.1:1", "--proxy-bypass-list=<-loopback>"];

/** Reads from a browser's output where its debugger listens. */
async function debuggerAddress(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const part of output.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)) {
    text += part;
    const found = /DevTools listening on (ws:\S+)/.exec(text);
    if (found) return found[1];
  }
  throw new Error(`The browser ended:\n${text}`);
}

/**
 * A page in a headless Chromium without a network, for its workers too, driven by the Chrome DevTools Protocol. Dispose of it after use.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/
 */
export class BrowserPage implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #profile: string;
  readonly #waiting = new Map<number, (reply: z.infer<typeof Reply>) => void>();
  #session?: string;
  #last = 0;
  /** Errors and warnings in the console, failed requests, and addresses outside the page's file. */
  readonly problems: string[] = [];

  private constructor(process: Deno.ChildProcess, socket: WebSocket, profile: string) {
    this.#process = process;
    this.#socket = socket;
    this.#profile = profile;
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#receive(Reply.parse(JSON.parse(data)));
  }

  /**
   * Opens an address.
   *
   * @param browser command of a Chromium
   */
  static async open(browser: string, address: string, { width = 1200, height = 900 } = {}): Promise<BrowserPage> {
    const profile = await Deno.makeTempDir();
    const process = new Deno.Command(browser, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        ...OFFLINE,
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        `--window-size=${width},${height}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const [read, rest] = process.stderr.tee();
    void rest.pipeTo(new WritableStream()).catch(() => {});
    const socket = new WebSocket(await debuggerAddress(read)), page = new BrowserPage(process, socket, profile);
    await new Promise((resolve) => socket.onopen = resolve);
    const { targetId } = await page.send("Target.createTarget", { url: "about:blank" });
    page.#session = Attached.parse(await page.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    for (const domain of ["Page", "DOM"]) await page.send(`${domain}.enable`);
    await page.#watch(page.#session);
    await page.send("Page.navigate", { url: address });
    await page.until("location.protocol === 'file:' && document.readyState === 'complete'");
    return page;
  }

  /** Lists the problems of the page or of a worker, and those of the workers that it starts. */
  async #watch(session: string): Promise<void> {
    for (const domain of ["Runtime", "Log", "Network"]) await this.#sendTo(session, `${domain}.enable`);
    // A worker waits until it is watched.
    const attach = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
    await this.#sendTo(session, "Target.setAutoAttach", attach);
  }

  /** Watches a worker before its first line. One that the page ends meanwhile has no problems. */
  async #watchWorker(session: string): Promise<void> {
    try {
      await this.#watch(session);
    } catch (error) {
      if (!/Session with given id not found/.test(String(error))) this.problems.push(String(error));
    } finally {
      await this.#sendTo(session, "Runtime.runIfWaitingForDebugger").catch(() => {});
    }
  }

  #receive({ id, method, params, ...reply }: z.infer<typeof Reply>): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.(reply);
      this.#waiting.delete(id);
    } else if (
      method === "Runtime.consoleAPICalled" || method === "Runtime.exceptionThrown" || method === "Log.entryAdded"
    ) {
      this.problems.push(JSON.stringify(params));
    } else if (method === "Target.attachedToTarget") {
      void this.#watchWorker(Attached.parse(params).sessionId);
    } else if (method === "Network.requestWillBeSent") {
      const { request: { url } } = z.object({ request: z.object({ url: z.string() }) }).parse(params);
      if (!/^(file|blob|data|about):/.test(url)) this.problems.push(url);
    }
  }

  /** Calls a method of the protocol. */
  async send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return await this.#sendTo(this.#session, method, params);
  }

  async #sendTo(
    sessionId: string | undefined,
    method: string,
    params: Record<string, unknown> = {},
  ): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const reply = new Promise<z.infer<typeof Reply>>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    const { result, error } = await reply;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }

  /** Evaluates JavaScript in the page, and waits for a promise. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const { result, exceptionDetails } = z.object({
      result: z.object({ value: z.unknown().optional() }),
      exceptionDetails: z.unknown().optional(),
    }).parse(answer);
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** Lists the numbers of the browser's processes, and the processor seconds of each. */
  async processes(): Promise<{ id: number; cpuTime: number }[]> {
    return Processes.parse(await this.#sendTo(undefined, "SystemInfo.getProcessInfo")).processInfo;
  }

  /** Waits until an expression is true. */
  async until(expression: string): Promise<void> {
    const deadline = Date.now() + 120_000;
    // While a page loads, nothing can be evaluated in it.
    while (await this.evaluate(`Boolean(${expression})`).catch(() => false) !== true) {
      if (Date.now() > deadline) throw new Error(`${expression} did not become true`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Chooses files in an input. */
  async chooseFiles(selector: string, files: readonly string[]): Promise<void> {
    const { root: { nodeId } } = z.object({ root: z.object({ nodeId: z.number() }) })
      .parse(await this.send("DOM.getDocument"));
    const found = await this.send("DOM.querySelector", { nodeId, selector });
    await this.send("DOM.setFileInputFiles", { files, nodeId: found.nodeId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#session = undefined;
    await this.send("Browser.close").catch(() => {});
    await closed;
    await this.#process.status;
    await Deno.remove(this.#profile, { recursive: true }).catch(() => {});
  }
}
