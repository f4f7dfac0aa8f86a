/** The explorables in the order in which they are listed. */
export const clusterTools = ['trace', 'chains', 'matrix'] as const;
export const calculators = ['cidr', 'mtu', 'anatomy'] as const;
export const toolNames = [...clusterTools, ...calculators] as const;

export type ClusterToolName = (typeof clusterTools)[number];
export type CalculatorName = (typeof calculators)[number];
export type ToolName = (typeof toolNames)[number];

/** Whether an explorable needs no cluster. */
export function isCalculator(name: ToolName): name is CalculatorName {
  return (calculators as readonly string[]).includes(name);
}
