import { join } from "node:path";
import { BatchSource } from "../batches/batch_source.ts";
import { learnContrastFloor } from "../images/contrast_floor.ts";
import { learnTrainingStatistics } from "../objects/training/training_statistics.ts";
import type { Sample } from "../datasets/dataset.ts";
import { once } from "../io/once.ts";
import { splitDataset } from "../datasets/splits.ts";
import { normalizeImage } from "../images/normalize.ts";
import { tuneThreshold } from "../evaluate/threshold.ts";
import { MODEL, saveModel } from "../nn/weights/model_file.ts";
import { Predictor } from "../nn/inference/predictor.ts";
import { stateDict } from "../nn/weights/state_dict.ts";
import { replaceText } from "../io/replace_file.ts";
import { writeBestWeights } from "../train/best_weights.ts";
import { configHash } from "../train/config.ts";
import { fit } from "../train/fit.ts";
import { customLossName } from "../train/losses/custom_loss.ts";
import { refuseSingleValues } from "../train/single_values.ts";
import { archiveMaps, mapsName, readKeptMaps, removeLooseMaps } from "./kept_maps.ts";
import { checkMaps, type MapsFile, mapsInFile, readMaps, writeMaps } from "./probability_maps.ts";
import { Trainer } from "../train/trainer.ts";
import { loadBest, withBestPredictor } from "./best_predictor.ts";
import { claimRun, finishedRun, removeLeftovers, removePartialsOfRun } from "./finished_run.ts";
import { provenance } from "./provenance.ts";
import { recordData } from "./record_data.ts";
import { requireHeld } from "./lock_run.ts";
import { runName, withDigest } from "./run_name.ts";
import { keepWeights as saveKeptModel } from "./keep_weights.ts";
import { addModelCard, writeModelCard } from "./model_card/write_model_card.ts";
import { scoreMaps } from "./score_maps.ts";
import { haveInstances, scoreRunObjects } from "./score_run_objects.ts";
import { loadStartWeights, setOutputPrior } from "./start_weights.ts";
import { NonFiniteLossError } from "../train/non_finite_loss_error.ts";
import { sampleGroups } from "./training_share.ts";
import { type RunRecord, writeRun } from "./run_store.ts";
import { noisyDataset } from "./noisy_dataset.ts";
import { refuseVoid } from "./refuse_void.ts";
import { refuseUnscorable, SPLIT_SEED } from "./scorable.ts";
import { callersSignal } from "./stop_signal.ts";
import { StoppedError } from "./stopped_error.ts";
import { TrainedOnlyError } from "./trained_only_error.ts";
import { hasFinishedEvents, writeFinishedEvents } from "../train/tensorboard/finished_events.ts";
import { withTaskOptions } from "./task_options.ts";
import type { TrainedRun } from "./trained_run.ts";
import type { TrainRunOptions } from "./train_run_options.ts";
import { CONFIG, removeUnstarted } from "./unstarted_run.ts";

export type { TrainedRun, TrainRunOptions };

/**
 * Trains one model on one fold in a separate folder. An interrupted run continues from its last checkpoint, and a
 * finished one is returned. Configuration and data identify the run.
 *
 * @throws {RunError} if another process works on the same run.
 * @throws {StoppedError} if the signal stopped this one.
 * @throws {TrainedOnlyError} with `trainingOnly`, once it is trained.
 * @throws {ConfigError} if the batch is too small for the model's batch normalisation, if no image can be scored, or if
 * the task cannot leave void pixels out.
 */
export async function trainRun(options: TrainRunOptions): Promise<TrainedRun> {
  const { dataset, results, config: given, keepMaps = false, keepTrainingMaps = false, onProgress, onWarning } =
    options;
  const { acceptWithoutDigest, customLoss, keepWeights = false, scoreObjects = true, requireWeights, tensorboard } =
    options;
  using stop = callersSignal(options.signal);
  const named = customLoss ? { ...given, loss: customLossName(customLoss) } : given;
  const config = withTaskOptions(await withDigest(named), dataset);
  const run = runName(config, dataset), hash = configHash(config, dataset.fingerprint);
  const folder = join(results, run);
  const split = splitDataset(dataset, { ...config, seed: SPLIT_SEED });
  const fold = split.folds[config.fold];
  const pick = (indices: readonly number[]) => indices.map((index) => dataset.samples[index]);
  const training = sampleGroups(dataset, fold.training, config.trainingShare);
  const validation = pick(fold.validation), test = pick(split.test);
  const contrastFloor = once(() => learnContrastFloor(pick(training)));
  // Other normalisations do not use it, and it needs every image.
  const usedFloor = () => config.normalization === "robust" ? contrastFloor() : undefined;
  const aboutTraining = () => ({
    contrastFloor: contrastFloor(),
    trainingStatistics: learnTrainingStatistics(pick(training)),
  });
  const predictWith = (predictor: Predictor, samples: readonly Sample[], signal?: AbortSignal) =>
    predictor.predict(
      samples.map(({ image }) => ({ ...image, pixels: normalizeImage(image, config.normalization, usedFloor()) })),
      undefined,
      signal,
    );
  const load = async (kept: MapsFile) =>
    (await readKeptMaps(folder, kept)).maps.map(({ probabilities }) => probabilities);
  const finished = (record: RunRecord, reused: boolean): TrainedRun => {
    const predict = async () => {
      const kept = record.maps.find(({ split, epoch }) => split === "validation" && epoch === record.bestEpoch);
      if (kept) return await load(kept);
      return await withBestPredictor(folder, record, (predictor) => predictWith(predictor, validation), {
        acceptWithoutDigest,
      });
    };
    return { folder, record, reused, predict };
  };

  using claim = await claimRun(
    folder,
    () => finishedRun(folder, config, { keepMaps, requireWeights, acceptWithoutDigest, aboutTraining, onWarning }),
  );
  if (claim.done) {
    await addModelCard(folder, claim.done, dataset);
    if (tensorboard && claim.isLocked) await writeFinishedEvents(folder, claim.done);
    else if (tensorboard && !await hasFinishedEvents(folder, claim.done)) {
      onWarning?.(`${folder} cannot be locked, so the curves of its training are not completed`);
    }
    return finished(claim.done, true);
  }
  const requireLock = () => requireHeld(claim, folder);
  const signal = AbortSignal.any([claim.lost, ...(stop.signal ? [stop.signal] : [])]);
  // It is disposed of before the lock.
  await using unstarted = removeUnstarted(folder, claim.isHeld);
  await removePartialsOfRun(folder);
  refuseSingleValues(config);
  refuseVoid(config, dataset);
  refuseUnscorable(config, dataset);

  using batches = new BatchSource(await noisyDataset(dataset, config), training, {
    ...config,
    channels: config.inChannels,
    contrastFloor: usedFloor(),
  });
  await replaceText(join(folder, CONFIG), JSON.stringify(config, null, 1) + "\n");
  const trainer = options.pool?.take(config) ?? new Trainer(config);
  const { model } = trainer;
  // Shared trainers keep their compiled steps; a trainer of this run ends with it.
  using _own = options.pool ? undefined : trainer;
  await loadStartWeights(model, config.encoderWeights, onWarning, signal);
  if (config.outputPrior !== null) setOutputPrior(model, config.outputPrior);
  const parameters = model.weights.countParameters();
  const store = async (which: MapsFile["split"], epoch: number, maps: readonly Float32Array[]): Promise<MapsFile> => {
    const file = mapsName(which, epoch);
    const samples = { validation, test, training: pick(training) }[which];
    const entries = samples.map(({ id, image: { width, height } }, i) => ({
      id,
      width,
      height,
      probabilities: maps[i],
    }));
    await requireLock();
    return { file, split: which, epoch, sha256: await writeMaps(join(folder, file), entries) };
  };
  // The predictions at the end of the last epoch; absent if a finished training was read.
  let lastMaps: Float32Array[] | undefined;
  const onEpoch = async (epoch: number, maps: Float32Array[], predictor: Predictor) => {
    lastMaps = maps;
    if (!keepMaps || epoch === config.epochs) return;
    await store("validation", epoch, maps);
    if (test.length) await store("test", epoch, await predictWith(predictor, test, signal));
  };
  const looseMaps = (which: MapsFile["split"], epoch: number) => mapsInFile(join(folder, mapsName(which, epoch)));
  const checkEpoch = async (epoch: number) => {
    if (!keepMaps) return;
    await checkMaps(looseMaps("validation", epoch));
    if (test.length) await checkMaps(looseMaps("test", epoch));
  };
  const result = await fit({
    model,
    trainer,
    config,
    customLoss,
    batches,
    validation,
    folder,
    tensorboard,
    onEpoch,
    checkEpoch,
    checkpointAtEnd: options.trainingOnly,
    beforeSave: requireLock,
    onProgress,
    onWarning,
    signal,
    acceptWithoutDigest,
    algorithms: options.algorithms,
  }).catch(async (error) => {
    if (error instanceof NonFiniteLossError) {
      // A training that diverged has a result: its folder shows that it was tried.
      unstarted.keep();
      await requireLock();
      await options.onDivergence?.(error, folder);
    }
    throw error;
  });
  if (result.stopped) {
    throw new StoppedError(
      `Stopped at step ${result.stepLosses.length}, checkpoint in ${folder}: run the same command again to continue`,
    );
  }

  if (options.trainingOnly) {
    throw new TrainedOnlyError(`${folder} is trained, and has no predictions: run it again without trainingOnly`);
  }

  const predictTrained = async (predictor: Predictor, samples: readonly Sample[]) => {
    try {
      return await predictWith(predictor, samples, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      await requireLock();
      throw new StoppedError(`Stopped after the last step of ${folder}: run the same command again to continue`);
    }
  };
  const { epoch: bestEpoch } = result.best;
  if (config.selection === "best") await loadBest(model, folder, { hash, epoch: bestEpoch }, { acceptWithoutDigest });
  else if (!keepMaps) {
    await requireLock();
    await writeBestWeights(folder, stateDict(model), { hash, epoch: bestEpoch });
  }
  // Scores are computed in single precision, regardless of the training's precision.
  const predictor = config.precision === "float32"
    ? trainer.predictor
    : new Predictor(model, { algorithms: trainer.algorithms, engine: "TensorFlow" });
  const known = config.selection === "last" && predictor === trainer.predictor ? lastMaps : undefined;
  let maps = known ?? await predictTrained(predictor, validation);
  let testMaps = await predictTrained(predictor, test);
  const kept: MapsFile[] = [];
  if (keepMaps) {
    for (const epoch of config.keepEpochs) {
      for (const which of test.length ? ["validation", "test"] as const : ["validation"] as const) {
        if (epoch >= result.history.length || epoch === result.best.epoch) continue;
        const { sha256 } = await readMaps(looseMaps(which, epoch));
        kept.push({ file: mapsName(which, epoch), split: which, epoch, sha256 });
      }
    }
    // The stored maps are scored, so that reading them gives the same numbers.
    kept.push(await store("validation", result.best.epoch, maps));
    maps = await load(kept.at(-1)!);
    if (test.length) {
      kept.push(await store("test", result.best.epoch, testMaps));
      testMaps = await load(kept.at(-1)!);
    }
    if (keepTrainingMaps) {
      kept.push(await store("training", result.best.epoch, await predictTrained(trainer.predictor, pick(training))));
    }
  }
  const scored = scoreMaps(validation, maps, config), tested = scoreMaps(test, testMaps, config);
  const { threshold, dice } = model.taskDefinition.hasThreshold
    ? tuneThreshold(maps, validation.map(({ labels }) => labels.data), config.emptyMask)
    : { threshold: 0.5, dice: scored.scores.model.dice };
  const objects =
    scoreObjects && model.taskDefinition.instances && haveInstances(dataset.samples.map(({ labels }) => labels))
      ? scoreRunObjects({ samples: validation, maps }, { samples: test, maps: testMaps }, config)
      : undefined;
  if (!keepMaps || keepWeights) {
    const path = join(folder, MODEL),
      use = {
        normalization: config.normalization,
        threshold,
        ...aboutTraining(),
        ...(objects && { objectParameters: objects.tuned.parameters }),
      };
    if (!keepMaps) {
      await requireLock();
      await saveModel(path, model, use);
    } else await saveKeptModel(path, model, use, maps, () => predictTrained(predictor, validation), requireLock);
  }
  if (predictor !== trainer.predictor) predictor.dispose();
  const record: RunRecord = {
    run,
    configHash: hash,
    config,
    data: recordData(dataset, { training: pick(training), validation, test }),
    provenance: provenance(),
    machines: result.machines,
    parameters,
    history: result.history,
    stepLosses: result.stepLosses,
    gradientNorms: result.gradientNorms,
    bestEpoch: result.best.epoch,
    ...scored,
    testScores: tested.scores,
    testDice: tested.imageDice,
    ...(tested.classScores && { testClassScores: tested.classScores }),
    ...(objects && { objects }),
    maps: kept,
    tuned: { threshold, dice },
    seconds: result.seconds,
  };
  if (keepMaps) await archiveMaps(folder, kept, requireLock);
  await requireLock();
  await writeRun(folder, record);
  await writeModelCard(folder, record, dataset);
  await removeLeftovers(folder, keepMaps);
  if (keepMaps) await removeLooseMaps(folder);
  return { ...finished(record, false), predict: () => Promise.resolve(maps) };
}
