import { getProject, runtime } from '@pulumi/pulumi';
import { refuseMoves } from './components/region-pin';
import { readConfig } from './stacks/config';
import { deployDatazone } from './stacks/datazone';
import type { StackOutputs } from './stacks/outputs';
import { pinOf } from './stacks/pin';
import { connect } from './stacks/providers';
import { deploySmus } from './stacks/smus';

/** What `pulumi up` runs: reads the configuration and deploys the stack of its flavour. */
export = async (): Promise<StackOutputs> => {
  const config = readConfig(getProject(), runtime.allConfig());
  const connection = await connect(config);
  await refuseMoves(pinOf(config), { provider: connection.provider });
  return config.flavour === 'datazone' ? deployDatazone(config, connection) : deploySmus(config, connection);
};
