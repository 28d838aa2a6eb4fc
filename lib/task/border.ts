import { OptionError } from "../io/option_error.ts";
import { instancesFromBorder } from "../objects/instances_from_border.ts";
import { BORDER_CLASSES, borderTargets } from "./border_targets.ts";
import { softmaxTask } from "./softmax_task.ts";
import type { TaskKind } from "./task.ts";

/** Width of a border, in pixels. */
export const BORDER_WIDTH = 2;

/** Background, interior and border of objects: touching objects have separate interiors. */
export const border: TaskKind = {
  label: "border",
  target: "classes",
  create({ borderWidth = BORDER_WIDTH }) {
    if (!(borderWidth >= 1 && borderWidth <= 50)) {
      throw new OptionError(`borderWidth is ${borderWidth}: give 1 to 50 pixels`);
    }
    return softmaxTask(BORDER_CLASSES, {
      label: "border",
      instances: "border",
      targets: (labels) => borderTargets(labels, borderWidth),
      decide: (probabilities, size, threshold) => instancesFromBorder(probabilities, size, { threshold }),
    });
  },
};
