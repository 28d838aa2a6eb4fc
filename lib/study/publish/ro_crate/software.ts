import type { Provenance } from "../../../runs/provenance.ts";
import { type Entity, referAll } from "./entity.ts";

/** Describes a program of another project. */
function program(name: string, version: string, url: string): Entity {
  return {
    "@id": `${url}#${encodeURIComponent(version)}`,
    "@type": "SoftwareApplication",
    name,
    softwareVersion: version,
    url,
  };
}

/** The name of this project's software. */
const NAME = "Bioimage segmentation study";

/** This project's software at a commit that was not recorded. */
export const UNKNOWN_SOFTWARE: Entity = {
  "@id": "#software-unknown",
  "@type": "SoftwareApplication",
  name: NAME,
  softwareVersion: "unknown commit",
};

/**
 * Describes this project at a commit, with the versions of Deno and TensorFlow.
 *
 * @returns the project's software first, then what it requires
 */
export function describeSoftware({ commit, deno, tensorflow }: Omit<Provenance, "date">): Entity[] {
  const required = [
    program("TensorFlow", tensorflow, "https://www.tensorflow.org"),
    program("Deno", deno, "https://deno.com"),
  ];
  const version = commit || "unknown commit";
  const ours: Entity = {
    "@id": `#software-${encodeURIComponent([version, tensorflow, deno].join("-"))}`,
    "@type": "SoftwareApplication",
    name: NAME,
    softwareVersion: version,
    softwareRequirements: referAll(required),
  };
  return [ours, ...required];
}
