import { defineCommand } from '../../command.ts';
import { history } from './history.ts';
import { pause, restart, resume } from './change.ts';
import { status } from './status.ts';
import { undo } from './undo.ts';

export default defineCommand({
  name: 'rollout',
  use: 'rollout SUBCOMMAND',
  bare: 'stdout',
  short: 'Manage the rollout of a resource',
  long: 'Manage the rollout of deployments, daemonsets and statefulsets.',
  examples: [
    ['Whether a rollout has finished', 'kubectl rollout status deployment/web'],
    ['Back to the revision before', 'kubectl rollout undo deployment/web'],
  ],
  commands: [history, pause, restart, resume, status, undo],
});
