/** What a large sweep of tiny runs came to. */
export interface SweepProof {
  points: number;
  /** kill -9 of the worker */
  kills: number;
  lost: number;
  doubled: number;
  failed: number;
  /** from submission to the last run's end */
  seconds: number;
  /** until the API had recorded all runs */
  submitSeconds: number;
  /** what the runs themselves took, loading and computing */
  computeSeconds: number;
  /** what is left of the time, for each run */
  overheadMs: number;
  /** of the sweep's workflow, each continuing the one before */
  executions: number;
  /** events of the longest of them */
  longestHistory: number;
  machine: string;
  date: string;
}

const TITLE = '# Reliability';
const HEADING = '## A large sweep of tiny runs';

/** The page with this proof in place of the one before. */
export function withProof(page: string, proof: SweepProof): string {
  const sections = (page === '' ? `${TITLE}\n` : page).split(/^(?=## )/m);
  const others = sections.filter((section) => !section.startsWith(HEADING)).map((section) => section.trimEnd());
  return `${[...others, section(proof)].join('\n\n')}\n`;
}

function section(proof: SweepProof): string {
  const { points, kills, lost, doubled, failed, machine, date } = proof;
  const whole = lost + doubled + failed === 0;
  const rows: [string, string][] = [
    ['runs', `${points}: ${lost} lost, ${doubled} doubled, ${failed} not succeeded`],
    ['kill -9 of the worker', `${kills}`],
    ['until the API had recorded all', `${proof.submitSeconds.toFixed(1)} s`],
    ['until the last had ended', `${proof.seconds.toFixed(0)} s`],
    ['of which the runs computed', `${proof.computeSeconds.toFixed(0)} s`],
    ['orchestration, for each run', `${proof.overheadMs.toFixed(0)} ms`],
    ["executions of the sweep's workflow", `${proof.executions}, the longest with ${proof.longestHistory} events`],
  ];
  const table = ['| | |', '| --- | --- |', ...rows.map(([what, value]) => `| ${what} | ${value} |`)].join('\n');
  const told = whole ? 'None was lost and none doubled.' : 'Not whole.';
  return `${HEADING}

\`npm run prove:sweep\`: activation patching of a small bundled model, two pairs a run, one worker with one slot, four
runs under way at once. ${told} ${machine}, ${date}.

${table}`;
}
