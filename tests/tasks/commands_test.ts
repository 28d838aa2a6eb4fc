// @tags slow
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { chooseCommand, HelpRequest, readLine, usage } from "../../tasks/commands/read_line.ts";
import type { Command, LineFor } from "../../tasks/commands/command.ts";
import { checkDataCommand } from "../../tasks/commands/data.ts";
import { exportModelCommand } from "../../tasks/commands/export.ts";
import { notebookCommand } from "../../tasks/commands/notebook.ts";
import { labCommand, testCommand } from "../../tasks/commands/others.ts";
import { predictCommand } from "../../tasks/commands/predict.ts";
import { studyCommand } from "../../tasks/commands/study.ts";
import { trainCommand } from "../../tasks/commands/train.ts";
import { weightsCommands } from "../../tasks/commands/weights.ts";
import { TASKS } from "../../tasks/run.ts";
import { copyProject } from "./copy_project.ts";

const ALL = TASKS.flatMap(({ loads }) => [...loads.keys()]);

/** Why a command line is refused. */
async function refusal(command: Command, ...args: string[]): Promise<string> {
  try {
    await readLine(command, args);
  } catch (error) {
    assert.equal((error as Error).name, "ConfigError", String(error));
    return (error as Error).message;
  }
  assert.fail(`${command.name} ${args.join(" ")} is taken`);
}

Deno.test("the tasks of deno.json are the commands", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(projectFolder(), "deno.json")));
  for (const { command: { name } } of TASKS) assert.equal(tasks[name].command, `deno run -A tasks/run.ts ${name}`);
});

Deno.test("the command lines that definitions show are read", async () => {
  for (const { example } of ALL) {
    const [name, ...args] = example.replace("deno task ", "").split(" ");
    const [command, rest] = await chooseCommand(TASKS.find(({ command }) => command.name === name)!.command, args);
    await readLine(command, rest);
  }
});

Deno.test("--help and -h show usage, options with defaults, and an example", async () => {
  for (const command of [...ALL, ...TASKS.map(({ command }) => command)]) {
    const text = await usage(command);
    assert.match(text, new RegExp(`^Usage: deno task ${command.name}`));
    assert.match(text, /\nExample:\n {2}deno task /);
    if ("options" in command) {
      for (const name of Object.keys(command.options)) assert.ok(text.includes(`--${name}`), `${command.name} ${name}`);
      for (const asked of ["-h", "--help"]) await assert.rejects(readLine(command, [asked]), HelpRequest);
    }
  }
  assert.match(await usage(trainCommand), /epochs {2,}5\n/);
  assert.match(await usage(predictCommand), /--output <FOLDER> .*\(default: predictions\)/);
});

Deno.test("a misspelt option, command or choice is answered with the nearest", async () => {
  assert.match(
    await refusal(predictCommand, "m", "a.png", "--symetries"),
    /no option --symetries: did you mean --symmetries\?/,
  );
  assert.match(await refusal(trainCommand, "--dta=x"), /no option --dta=x: did you mean --data\?/);
  assert.match(
    await refusal(trainCommand, "--wibble"),
    /no option --wibble\. deno task train --help lists all options/,
  );
  assert.match(await refusal(trainCommand, "--epochs", "3"), /write it as -p epochs=3$/);
  assert.match(await refusal(studyCommand, "--learning-rate=0.1"), /-p learningRate=0\.1/);
  assert.match(await refusal(trainCommand, "--epoch", "3"), /did you mean -p epochs=3\?/);
  assert.match(await refusal(trainCommand, "epochs=3"), /did you mean -p epochs=3\?/);
  assert.match(await refusal(trainCommand, "my-images"), /did you mean --data my-images\?/);
  assert.match(await refusal(trainCommand, "--results", "r", "--", "--odd"), /^"--odd" is one argument too many/);
  assert.match(await refusal(trainCommand, "--jobs", "2"), /no option --jobs\. deno task train --help/);
  assert.match(await refusal(trainCommand, "-p", "epohcs=3"), /no option "epohcs": did you mean "epochs"\?/);
  assert.match(
    await refusal(studyCommand, "--profile", "ful"),
    /--profile is "ful": choose tiny, quick or full \(did you mean full\?\)/,
  );
  await assert.rejects(chooseCommand(weightsCommands, ["exprot", "m"]), /did you mean "deno task weights export"\?/);
  await assert.rejects(chooseCommand(weightsCommands, []), /deno task weights pretrained, or/);
});

Deno.test("values that cannot be are refused before any work", async () => {
  for (const threshold of ["", " ", "NaN", "1.1", "-0.1", "half", "Infinity"]) {
    const said = await refusal(predictCommand, "m", "a.png", "--threshold", threshold);
    assert.ok(said.startsWith(`--threshold is "${threshold}": give a number from 0 to 1`), said);
  }
  for (const jobs of ["", "0", "1.5", "-1", "two"]) {
    assert.match(await refusal(studyCommand, "--jobs", jobs), /--jobs is ".*": give 1 or more processes/);
  }
  assert.match(await refusal(predictCommand, "m", "a.png", "--threshold", "0", "--threshold", "1"), /given 2 times/);
  assert.match(await refusal(trainCommand, "-p", "epochs=3", "-p", "epochs=4"), /^epochs is given more than once/);
  for (const option of ["--data", "-p"]) {
    assert.match(
      await refusal(trainCommand, option, "--results", "r"),
      new RegExp(`^${option} needs a value, (FOLDER|KEY=VALUE): deno task train --help`),
    );
  }
  assert.match(
    await refusal(predictCommand, "m", "a.png", "--threshold"),
    /--threshold needs a value, P: /,
  );
  assert.match(await refusal(predictCommand, "m"), /IMAGE is missing .*: deno task predict results\/RUN/);
  assert.match(await refusal(predictCommand), /MODEL is missing/);
  assert.match(await refusal(trainCommand, "--data", ""), /--data is empty: name a folder/);
  assert.match(await refusal(trainCommand, "-p", "epochs"), /-p epochs has no value: write it as name=value/);
});

Deno.test("--channels and --runs are read, and refused with what they can be", async () => {
  const read = async (...args: string[]) => (await readLine(checkDataCommand, ["x", ...args])).options;
  assert.equal((await read()).channels, undefined);
  assert.deepEqual((await read("--channels", "2")).channels, [2]);
  const { channels, runs } = await read("--channels", "3, 2,1", "--runs", "rows");
  assert.deepEqual([channels, runs], [[3, 2, 1], "rows"]);
  for (const given of ["", "0", "1,2", "red", "1.5"]) {
    assert.match(await refusal(checkDataCommand, "x", "--channels", given), /--channels is ".*": give one channel/);
  }
  assert.match(
    await refusal(checkDataCommand, "x", "--runs", "diagonal"),
    /--runs is "diagonal": choose rows or columns/,
  );
});

Deno.test("export refuses what a bioimage.io package cannot state, and what other formats do not state", async () => {
  const refused = (...args: string[]) => refusal(exportModelCommand, "m", ...args);
  assert.match(await refused("--bioimageio", "--license", "CC-BY"), /^--license is "CC-BY": .+mean CC-BY-4\.0\?\)$/);
  assert.match(
    await refused("--bioimageio", "--author", "A", "--author", "A/B Lab"),
    /^--author is "A\/B Lab": write it without slashes, such as "A and B Lab"$/,
  );
  const stated = { author: "A", license: "MIT", tag: "nuclei", "pixel-size": "0.3" };
  for (const [name, value] of Object.entries(stated)) {
    const inPage = name === "author" || name === "license";
    assert.equal(
      await refused("--onnx", `--${name}`, value),
      inPage
        ? `--${name} describes a bioimage.io package or a page: leave it out, or write one with --bioimageio or --page`
        : `--${name} describes a bioimage.io package: leave it out, or write one with --bioimageio`,
    );
    if (inPage) await readLine(exportModelCommand, ["m", "--page", `--${name}`, value]);
    else assert.match(await refused("--page", `--${name}`, value), /: leave it out, or write one with --bioimageio$/);
    await readLine(exportModelCommand, ["m", "--bioimageio", `--${name}`, value]);
  }
  assert.match(await refused("--page", "--license", "CC-BY"), /^--license is "CC-BY": .+mean CC-BY-4\.0\?\)$/);
  await readLine(exportModelCommand, ["m", "--onnx"]);
});

Deno.test("options have the values that are given; an earlier name is taken too", async () => {
  const line: LineFor<typeof predictCommand> = await readLine(predictCommand, [
    ..."m a.png --to out b.png --threshold 0 --symmetries".split(" "),
  ]);
  assert.deepEqual(line.arguments, ["m", "a.png", "b.png"]);
  const { output, threshold, symmetries, probabilities } = line.options;
  assert.deepEqual([output, threshold, symmetries, probabilities], ["out", 0, true, false]);
  const { parameter } = (await readLine(trainCommand, ["-p", "epochs=3", "-p", "loss=focal"])).options;
  assert.deepEqual(parameter, { epochs: 3, loss: "focal" });
});

Deno.test("paths start at the folder in which the user called", async () => {
  const here = Deno.cwd(), before = Deno.env.get("INIT_CWD");
  try {
    Deno.chdir(projectFolder());
    Deno.env.set("INIT_CWD", "/elsewhere/mine");
    const line = await readLine(predictCommand, ["model", "a.png", "/data/b.png", "../c", "--output", "out"]);
    assert.deepEqual(
      line.arguments,
      ["model", "a.png", "/data/b.png", "../c"].map((path) => resolve("/elsewhere/mine", path)),
    );
    assert.equal(line.options.output, "/elsewhere/mine/out");
    const { options } = await readLine(trainCommand, ["--data", "d", "-p", "encoderWeights=w.pth"]);
    assert.deepEqual([options.data, options.parameter.encoderWeights], ["/elsewhere/mine/d", "/elsewhere/mine/w.pth"]);
    const kept = await readLine(trainCommand, ["-p", "encoderWeights=imagenet"]);
    assert.equal(kept.options.parameter.encoderWeights, "imagenet");
    Deno.env.set("INIT_CWD", projectFolder());
    assert.equal((await readLine(trainCommand, ["--data", "d"])).options.data, "d");
  } finally {
    Deno.chdir(here);
    if (before === undefined) Deno.env.delete("INIT_CWD");
    else Deno.env.set("INIT_CWD", before);
  }
});

Deno.test("lab and test pass on what they do not know, in its order", async () => {
  for (const command of [labCommand, testCommand]) {
    const args = ["a", "--port", "80", "b", "-x", "c"];
    assert.deepEqual((await readLine(command, args)).rest, args);
  }
});

Deno.test("a notebook's parameters are checked against their defaults", async () => {
  const refused = (...given: string[]) =>
    refusal(notebookCommand, "01-data-exploration", ...given.flatMap((p) => ["-p", p]));
  assert.match(await refused("folds=abc"), /-p folds=abc does not fit: give a number \(the notebook has 5\)/);
  assert.match(await refused("folds=[3]"), /give a number/);
  assert.match(await refused("fold=3"), /no parameter "fold": did you mean folds\?/);
  assert.match(await refusal(notebookCommand, "02-unet", "--fold", "3"), /write it as -p fold=3$/);
  assert.match(await refusal(notebookCommand, "-p", "seed=1", "02-unet", "--fold", "3"), /it as -p fold=3$/);
  assert.match(
    await refusal(notebookCommand, "02-unet", "-p", "loss=dice"),
    /give bce or focal \(the notebook has "bce"\)/,
  );
  assert.match(await refusal(notebookCommand, "02-unet", "-p", "options=3"), /give options such as/);
  assert.match(await refusal(notebookCommand, "02-unett"), /no notebook "02-unett": did you mean 02-unet\?/);
  await readLine(notebookCommand, ["01-data-exploration", "-p", "folds=3", "-p", "dataFolder=2024"]);
});

Deno.test("help and refusals need neither set-up nor TensorFlow", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await copyProject(folder);
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", join(folder, "tasks/run.ts"), ...args],
        cwd: folder,
        // Without Python set-up would fail.
        env: { PATH: join(folder, "none") },
      }).output();
      return [code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)] as const;
    };
    const [code, out, error] = await run("predict", "--help");
    assert.equal(code, 0, error);
    assert.match(out, /^Usage: deno task predict \[options\] <MODEL> <IMAGE\.\.\.>/);
    const refused = await run("train", "--epochs", "3");
    assert.deepEqual([refused[0], refused[1]], [1, ""]);
    assert.match(refused[2], /-p epochs=3\n$/);
    assert.match((await run("train", "-p", "loss=focal"))[2], /There is no Python/);
    assert.match((await run("trian"))[2], /no "deno task trian": did you mean "deno task train"\?/);
    // An escape sequence in an argument does not reach the terminal.
    assert.ok(!(await run("train", "--d\x1b[2J"))[2].includes("\x1b"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
