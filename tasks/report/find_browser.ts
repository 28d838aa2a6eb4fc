import { commandExists } from "../setup/command.ts";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The command of a Chromium or Google Chrome on this machine: the one that `CHROME` names, else the first that starts. */
export async function findBrowser(): Promise<string | undefined> {
  const named = Deno.env.get("CHROME");
  for (const name of [...(named ? [named] : []), ...BROWSERS]) {
    if (await commandExists(name)) return name;
  }
}
