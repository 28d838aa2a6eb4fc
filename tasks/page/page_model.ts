import type { ContrastFloor, Normalization } from "lib/images";
import type { TrainingStatistics } from "lib/objects";
import type { TaskName } from "lib/task";

/** What a network knows of its training images. */
export interface KnownTraining {
  contrastFloor?: ContrastFloor;
  trainingStatistics?: TrainingStatistics;
}

/** What a page knows of its model, which it carries as JSON. */
export interface PageModel {
  /** Its name, for the title. */
  name: string;
  task: TaskName;
  /** Name of each probability of a pixel. */
  channels: readonly string[];
  /** Channels of the images that the network takes. */
  imageChannels: number;
  normalization: Normalization;
  threshold: number;
  objectParameters?: Readonly<Record<string, number>>;
  /** One for each network of an ensemble; the first one's contrast floor is that of the normalisation. */
  networks: readonly KnownTraining[];
  /** Sentences on the model and its training. */
  about: readonly string[];
  /** Sentences on what limits it. */
  limits: readonly string[];
}

/** Larger pictures are refused, in pixels: a browser's page has about 4 GB of memory. */
export const MOST_PAGE_PIXELS = 25_000_000;
