import type { Call } from '../call';
import type { Domain, EnvironmentAction } from '../domain';
import type { Handlers } from '../operations';
import { present } from '../present';
import { findIn, type Ids, requireOwned } from './environments';

export const environmentActions: Handlers = {
  CreateEnvironmentAction(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { environmentIdentifier: environmentId, name, description, parameters } = input;
    requireOwned(call, domain, environmentId);
    const id = call.newUuid();
    const action: EnvironmentAction = {
      domainId: domain.id,
      environmentId,
      id,
      name,
      description,
      parameters,
    };
    domain.environmentActions.put(id, action);
    return action;
  },

  GetEnvironmentAction(call, input) {
    return find(call, call.domain(input.domainIdentifier), input);
  },

  /** It declares no error for an environment that does not exist. */
  ListEnvironmentActions(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const page = call.page(input, { table: domain.environmentActions, group: input.environmentIdentifier });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateEnvironmentAction(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireOwned(call, domain, input.environmentIdentifier);
    const action = find(call, domain, input);
    const { name, description, parameters } = input;
    const updated: EnvironmentAction = { ...action, ...present({ name, description, parameters }) };
    domain.environmentActions.put(action.id, updated);
    return updated;
  },

  DeleteEnvironmentAction(call, input) {
    const domain = call.domain(input.domainIdentifier);
    requireOwned(call, domain, input.environmentIdentifier);
    domain.environmentActions.delete(find(call, domain, input).id);
    return {};
  },
};

const find = (call: Call, domain: Domain, ids: Ids): EnvironmentAction =>
  findIn(call, domain.environmentActions, 'Environment action', ids);
