import { commandExists } from "../setup/command.ts";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Finds the command of a Chromium or Google Chrome: the one that `CHROME` names, or the first that starts. */
export async function findBrowser(): Promise<string | undefined> {
  const named = Deno.env.get("CHROME");
  for (const name of [...(named ? [named] : []), ...BROWSERS]) {
    if (await commandExists(name)) return name;
  }
}
