import type { Call } from '../call';
import type { AccountPool, Domain } from '../domain';
import { conflict, invalid } from '../faults';
import type { Given, Handlers } from '../operations';
import { sortedBy } from '../pages';
import { present } from '../present';
import { Table } from '../store';

type Account = NonNullable<AccountPool['accountSource']['accounts']>[number];

const mostPools = 100;

export const accountPools: Handlers = {
  CreateAccountPool(call, input) {
    const domain = call.domain(input.domainIdentifier);
    if (!domain.isV2) throw invalid('Account pools need a domain of version V2');
    requireFreeName(domain, input.name);
    call.limit(domain.accountPools.rows().length + 1, mostPools, 'account pools in an account');
    requireDistinct(input.accountSource);
    const { domainIdentifier: _, ...given } = input;
    const id = call.newId();
    const author = call.author(domain);
    const pool: AccountPool = {
      ...given,
      id,
      domainId: domain.id,
      domainUnitId: domain.rootUnitId,
      createdBy: author,
      createdAt: call.now,
      updatedBy: author,
      lastUpdatedAt: call.now,
    };
    domain.accountPools.put(id, pool);
    return pool;
  },

  GetAccountPool(call, input) {
    return find(call, call.domain(input.domainIdentifier), input.identifier);
  },

  ListAccountPools(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const { name } = input;
    const page = call.page(input, {
      table: domain.accountPools,
      matches: name === undefined ? undefined : (pool) => pool.name === name,
      sort: sortedBy(input, (pool: AccountPool) => pool.name ?? ''),
    });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  ListAccountsInAccountPool(call, input) {
    const pool = find(call, call.domain(input.domainIdentifier), input.identifier);
    const { accounts } = pool.accountSource;
    if (!accounts) throw invalid('The Lambda function of the account pool gave no accounts');
    const table = new Table<Account>();
    for (const account of accounts) table.put(account.awsAccountId, account);
    const page = call.page(input, { table });
    return { items: [...page.rows], nextToken: page.nextToken };
  },

  UpdateAccountPool(call, input) {
    const domain = call.domain(input.domainIdentifier);
    const pool = find(call, domain, input.identifier);
    const { domainIdentifier: _, identifier, ...changes } = input;
    if (input.name !== undefined && input.name !== pool.name) requireFreeName(domain, input.name);
    requireDistinct(input.accountSource);
    const updated: AccountPool = {
      ...pool,
      ...present(changes),
      updatedBy: call.author(domain),
      lastUpdatedAt: call.now,
    };
    domain.accountPools.put(identifier, updated);
    return updated;
  },

  DeleteAccountPool(call, input) {
    const domain = call.domain(input.domainIdentifier);
    find(call, domain, input.identifier);
    if (isUsed(domain, input.identifier)) throw invalid(`Account pool ${input.identifier} is in use`);
    domain.accountPools.delete(input.identifier);
    return {};
  },
};

function find(call: Call, domain: Domain, id: string): AccountPool {
  return call.find(domain.accountPools, 'Account pool', id);
}

function requireFreeName(domain: Domain, name: string): void {
  if (domain.accountPools.rows().some((pool) => pool.name === name)) {
    throw conflict(`An account pool with the name ${name} exists`);
  }
}

function requireDistinct(source: Given<'UpdateAccountPool'>['accountSource']): void {
  const ids = (source?.accounts ?? []).map(({ awsAccountId }) => awsAccountId);
  if (new Set(ids).size < ids.length) throw invalid('The accounts of a pool must differ');
}

function isUsed(domain: Domain, id: string): boolean {
  return domain.projectProfiles
    .rows()
    .some((profile) => profile.environmentConfigurations?.some((it) => it.accountPools?.includes(id)));
}
