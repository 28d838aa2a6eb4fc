import { DatasetError } from "../datasets/dataset.ts";
import { OptionError } from "../io/option_error.ts";
import { VOID_CLASS } from "../images/image.ts";
import { labelClasses } from "./label_classes.ts";
import { softmaxTask } from "./softmax_task.ts";
import type { TaskKind } from "./task.ts";

/** Checks that class names can be those of a task. */
function checkNames(names: readonly string[] | undefined): asserts names is readonly string[] {
  if (!names || names.length < 2) {
    throw new OptionError(
      `task is "classes" with ${names?.length ? "one class" : "no classes"}: name two or more in classes.json in the ` +
        "folder of the data",
    );
  }
  if (names.length > VOID_CLASS) {
    throw new OptionError(`There are ${names.length} classes: give at most ${VOID_CLASS}`);
  }
  const twin = names.find((name, i) => names.indexOf(name) < i);
  if (twin !== undefined) throw new OptionError(`Two classes have the name "${twin}": give them different names`);
}

/** Named classes: one logit each, whose softmax is the probability of the class. The first is the background. */
export const classes: TaskKind = {
  label: "classes",
  target: "classes",
  readOptions({ name, classes: classNames }) {
    if (classNames) return { classNames };
    throw new DatasetError(
      `task is "classes", but ${name} has none: name the values of its masks in classes.json in its folder`,
    );
  },
  create({ classNames: names }) {
    checkNames(names);
    return softmaxTask(names, {
      label: "classes",
      targets(labels) {
        if (!labels.classes) {
          throw new OptionError(
            'task is "classes", but the masks have none: name the values of the masks in classes.json in the folder ' +
              "of the data",
          );
        }
        return labels.classes;
      },
      decide: (probabilities, size) => labelClasses(probabilities, size, names.length),
    });
  },
};
