import { ConfigError } from "lib/train/config_error.ts";
import type { Option } from "./command.ts";
import { number, text } from "./options.ts";

/** Makes an option of the texts that are given, one each time. */
function texts(value: string, about: string, shown?: string): Option<string[]> {
  return {
    value,
    about: `${about}; may be repeated`,
    shown,
    read(given, name) {
      if (given.some((each) => !each.trim())) throw new ConfigError(`${name} is empty: give a ${value.toLowerCase()}`);
      return given.map((each) => each.trim());
    },
  };
}

/** What a bioimage.io package says of its model, and a page in part, which the model does not know. */
export const packageOptions = {
  author: texts("NAME", "an author of a bioimage.io package or a page", "in a package the authors in CITATION.cff"),
  license: text(
    "SPDX",
    "the licence of a bioimage.io package or a page by its name in the SPDX list, such as CC-BY-4.0",
    "that in the card of the run",
  ),
  tag: texts("WORD", "a tag of a bioimage.io package, such as nuclei"),
  "pixel-size": number("µm", "the side of a pixel of the training images, for a bioimage.io package", {
    what: "a number above 0, in µm, such as 0.325",
    shown: "not stated",
    fits: (side) => side > 0 && Number.isFinite(side),
  }),
};

/**
 * Refuses values that the specification of packages refuses.
 *
 * @throws {ConfigError} if there are some.
 */
export async function checkPackage(
  { author, license }: { author: readonly string[]; license?: string },
): Promise<void> {
  // The list of licences is large, and other commands do not need it.
  const { authorProblem } = await import("lib/bioimageio/author.ts");
  const { licenseProblem } = await import("lib/bioimageio/license.ts");
  const check = (name: string, value: string, problem: string | undefined) => {
    if (problem) throw new ConfigError(`--${name} is "${value}": ${problem}`);
  };
  for (const each of author) check("author", each, authorProblem(each));
  if (license !== undefined) check("license", license, licenseProblem(license));
}
