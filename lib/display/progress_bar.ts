import { escapeHtml } from "./escape_html.ts";
import { jupyter } from "./jupyter.ts";
import { TimeLeft, timeLeftNote } from "./time_left.ts";

/** A progress bar: one line in a terminal, one display in a notebook. */
export interface ProgressBar {
  /**
   * @param done completed share, 0 to 1
   * @param note short text about the current work, such as the loss
   */
  update(done: number, note?: string): Promise<void>;
  /** Shows the bar as complete, with `note` as the result. */
  finish(note?: string): Promise<void>;
  /** Leaves the bar where it is, as the work failed or was stopped. */
  abandon(): Promise<void>;
}

function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  const s = Math.round(seconds);
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
}

let serial = 0;

/**
 * Starts a progress bar: in the notebook if the code runs in one, or on standard error. If standard error is not a
 * terminal, it prints a line after each tenth of the work.
 *
 * @param title text before the bar
 */
export function progressBar(title: string): ProgressBar {
  const start = Date.now();
  const pace = new TimeLeft();
  const left = () => timeLeftNote(pace.seconds(Date.now() / 1000));
  const kernel = jupyter();
  let lastDrawn = 0;
  let lastTenth = -1;
  let displayed = false;
  let latest = { done: 0, note: "" };
  const id = `progress-${Deno.pid}-${++serial}`;

  const inNotebook = async (done: number, note: string, final: boolean) => {
    const text = `${title} ${Math.round(100 * done)} % ${note}${
      final ? ` (${duration((Date.now() - start) / 1000)})` : left()
    }`;
    // The final output stays in the notebook, so it has neither a time nor a bar.
    const plain = final ? `${title}: ${note}` : text;
    const html = final
      ? `<div>${escapeHtml(plain)}</div>`
      : `<div><progress value="${done}" max="1" style="width:20em"></progress> ${escapeHtml(text)}</div>`;
    await kernel!.broadcast(displayed ? "update_display_data" : "display_data", {
      data: { "text/html": html, "text/plain": plain },
      metadata: {},
      transient: { display_id: id },
    });
    displayed = true;
  };
  const inTerminal = (done: number, note: string, final: boolean) => {
    const text = (line: string) => Deno.stderr.writeSync(new TextEncoder().encode(line));
    if (Deno.stderr.isTerminal()) {
      const width = 24, filled = Math.round(width * done);
      const bar = "█".repeat(filled) + "░".repeat(width - filled);
      const time = final ? `, ${duration((Date.now() - start) / 1000)}` : left();
      text(`\r\x1b[2K${title} ${bar} ${Math.round(100 * done)} % ${note}${time}${final ? "\n" : ""}`);
    } else if (final || Math.floor(10 * done) > lastTenth) {
      lastTenth = Math.floor(10 * done);
      text(
        `${title} ${Math.round(100 * done)} % ${note}${
          final ? `, ${duration((Date.now() - start) / 1000)}` : left()
        }\n`,
      );
    }
  };
  const draw = async (done: number, note: string, final: boolean) => {
    if (kernel) await inNotebook(done, note, final);
    else inTerminal(done, note, final);
  };
  return {
    async update(done, note = "") {
      pace.record(done, Date.now() / 1000);
      const isComplete = done >= 1 && latest.done < 1;
      latest = { done, note };
      // Work may follow that is not measured, such as scores. A line that stays has no place for it.
      if (done >= 1 && !kernel && !Deno.stderr.isTerminal()) return;
      if (!isComplete && Date.now() - lastDrawn < 200) return;
      lastDrawn = Date.now();
      await draw(done, note, false);
    },
    finish: (note = "") => draw(1, note, true),
    async abandon() {
      if (kernel && displayed) {
        await inNotebook(latest.done, `ended at ${Math.round(100 * latest.done)} %, ${latest.note}`, true);
      } else if (!kernel && Deno.stderr.isTerminal()) Deno.stderr.writeSync(new TextEncoder().encode("\n"));
    },
  };
}

/**
 * Runs work with a progress bar. The bar stays where it is if the work fails or is stopped.
 *
 * @param title text before the bar
 */
export async function withProgressBar<T>(title: string, work: (bar: ProgressBar) => Promise<T>): Promise<T> {
  const bar = progressBar(title);
  try {
    return await work(bar);
  } catch (error) {
    await bar.abandon();
    throw error;
  }
}
