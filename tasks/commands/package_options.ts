import { ConfigError } from "lib/train/config_error.ts";
import type { Option } from "./command.ts";
import { number, text } from "./options.ts";
import { authorProblem } from "lib/bioimageio/author.ts";
import { licenseProblem } from "lib/bioimageio/license.ts";

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

/**
 * Refuses values that the specification of packages refuses.
 *
 * @param problem returns what is wrong with a value
 */
function checked<Value extends string | string[] | undefined>(
  option: Option<Value>,
  problem: (value: string) => string | undefined,
): Option<Value> {
  return {
    ...option,
    read(given, name) {
      const value = option.read(given, name);
      for (const each of [value ?? []].flat()) {
        const found = problem(each);
        if (found) throw new ConfigError(`${name} is "${each}": ${found}`);
      }
      return value;
    },
  };
}

/** What a bioimage.io package says of its model, which the model does not know. */
export const packageOptions = {
  author: checked(texts("NAME", "an author of a bioimage.io package", "the authors in CITATION.cff"), authorProblem),
  license: checked(
    text("SPDX", "the licence of a bioimage.io package by its name in the SPDX list, such as CC-BY-4.0", "not stated"),
    licenseProblem,
  ),
  tag: texts("WORD", "a tag of a bioimage.io package, such as nuclei"),
  "pixel-size": number("µm", "the side of a pixel of the training images, for a bioimage.io package", {
    what: "a number above 0, in µm, such as 0.325",
    shown: "not stated",
    fits: (side) => side > 0 && Number.isFinite(side),
  }),
};
