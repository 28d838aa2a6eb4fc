import type { Segmenter } from "lib";
import type { TileJoin } from "lib/objects";
import type { DigestOptions } from "lib/io/file_digest.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { type ObjectRule, objectRule } from "lib/nn/inference/object_rule.ts";
import { describeRule } from "./describe_rule.ts";
import { tunedParameters } from "./tuned_parameters.ts";

/** How predict finds objects. The parameters are part of the digest of the settings. */
export interface ObjectFinder extends Pick<ObjectRule, "parameters" | "find"> {
  /** How objects are found, for messages. */
  readonly about: string;
  /** When objects of two tiles of a large image are one. */
  readonly join: TileJoin;
}

/** Refuses options that change nothing of a model's objects. */
function refuseUnused(
  { task, taskDefinition: { instances } }: Segmenter,
  path: string,
  { threshold, connected }: { threshold?: number; connected: boolean },
): void {
  if (connected && instances === "border") {
    throw new ConfigError(
      `${path} predicts the borders that divide touching objects (task=border), so --connected changes nothing: leave it ` +
        "out, or take a model with task=foreground",
    );
  }
  if (threshold !== undefined && task === "classes") {
    throw new ConfigError(
      `${path} gives each pixel its most probable class, so --threshold ${threshold} changes nothing: leave it out`,
    );
  }
}

/**
 * Chooses how objects are found: see `objectRule`.
 *
 * @param path the model's file, or the ensemble's folder
 * @param options `threshold` replaces the tuned one; `connected` leaves touching objects together
 * @throws {ConfigError} if an option changes nothing of this model's objects.
 * @throws {RunError} if the parameters lie in a damaged record.
 */
export async function objectFinder(
  segmenter: Segmenter,
  path: string,
  { threshold, connected, ...digest }: { threshold?: number; connected: boolean } & DigestOptions,
): Promise<ObjectFinder> {
  const { taskDefinition } = segmenter;
  refuseUnused(segmenter, path, { threshold, connected });
  const objectParameters = await tunedParameters(segmenter, path, digest) ?? {};
  const tuned = { taskDefinition, threshold: segmenter.threshold, objectParameters };
  const rule = objectRule(tuned, { threshold, connected }), { divides, parameters, find } = rule;
  return { parameters, about: describeRule(rule, taskDefinition), join: divides ? "overlap" : "touch", find };
}
