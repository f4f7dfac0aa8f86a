/** The seed of clusters that belong to no lab: chapters' and tools'. */
export const CLUSTER_SEED = 7;

/** Where the start of a topology lies, as it was made with the site. */
export const startOf = (topology: string): string =>
  `${import.meta.env.BASE_URL}topologies/${topology}/start.bin`;
