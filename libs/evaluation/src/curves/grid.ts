/** Shares of the graph's edges at which MIB measures a circuit (Mueller et al. 2025). */
export const MIB_GRID = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const;

/** Edges of a circuit that has a share of the graph: rounded down, as MIB does. */
export const edgesAt = (share: number, edges: number): number => Math.floor(share * edges);
