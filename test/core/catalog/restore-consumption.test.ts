import assert from 'node:assert/strict';
import type { Json, JsonObject, Kind } from '../../../core/catalog/kind';
import { listing } from '../../../core/catalog/listing';
import { ResourceAbsentError } from '../../../core/catalog/source';
import { subscription } from '../../../core/catalog/subscription';
import { subscriptionGrant } from '../../../core/catalog/subscription-grant';
import { subscriptionRequest } from '../../../core/catalog/subscription-request';
import { IdMap } from '../../../core/restore/id-map';
import { FakeClock } from '../../../local/clock';
import { Random } from '../../../local/random';
import { BackupBench } from '../../support/in-process-backup';
import type { ServiceCall } from '../../support/in-process-clients';
import { committed, randomBench } from '../backup/random-bench';
import { restoreArgs, restored } from '../restore/restore-bench';
import { ConsumptionDomain } from './consumption-domain';
import { allOf } from './enumerated';
import { ScriptedSource } from './fixture';

const kinds = [listing, subscriptionRequest, subscription, subscriptionGrant];
const names = kinds.map(({ name }) => name);
const versions = ['V1', 'V2'] as const;

/**
 * A domain with a past, and one that is like it but for what was published and subscribed to. `loses`: whether the
 * answer to the n-th change of it is lost.
 */
async function twoDomains(
  past: (source: ConsumptionDomain) => void,
  version: 'V1' | 'V2' = 'V2',
  loses: (n: number) => boolean = () => false,
) {
  const clock = new FakeClock();
  const made: ConsumptionDomain[] = [];
  const bench = await BackupBench.start({
    inMemory: true,
    clock,
    domain: (service) => {
      const source = new ConsumptionDomain(service, clock, version);
      made.push(source);
      return source;
    },
  });
  const source = made[0] ?? assert.fail();
  past(source);
  const { cutAt: instant } = await committed(bench, { projects: 'all' });
  const target = new ConsumptionDomain(bench.service, clock, version);
  const idMap = await IdMap.load(bench.vault(), target.domainId);
  for (const [kind, ids] of Object.entries(source.parents)) {
    for (const [n, id] of ids.entries()) await idMap.put(kind, id, target.parents[kind]?.[n] ?? '');
  }
  let changes = 0;
  const between = async <T>(call: ServiceCall<T>): Promise<T> => {
    clock.advance(10);
    const answer = await call.answer();
    const isChange = call.service === 'datazone' && !/^(Get|List|Search)/.test(call.operation);
    return isChange && loses(changes++) ? (lostAnswer as T) : answer;
  };
  const args = restoreArgs(bench, target.domainId, between);
  return {
    bench,
    source,
    target,
    args,
    restore: () => restored(args, { instant, selection: { kinds: names } }),
    inTarget: (kind: Kind) => allOf(kind, args.target, target.domainId),
  };
}

const lostAnswer: unknown = {
  status: 500,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'InternalServerException' },
  body: JSON.stringify({ message: 'lost' }),
};

/** Only what stands at some paths. */
function only(record: JsonObject, paths: readonly string[], at = ''): JsonObject {
  const kept = (value: Json, path: string): Json | undefined => {
    if (paths.includes(path)) return value;
    if (!paths.some((it) => it.startsWith(`${path}.`) || it.startsWith(`${path}[`))) return undefined;
    if (Array.isArray(value)) return value.map((item, n) => kept(item, `${path}[${n}]`) ?? null);
    return value !== null && typeof value === 'object' ? only(value as JsonObject, paths, path) : undefined;
  };
  return Object.fromEntries(
    Object.entries(record).flatMap(([member, value]) => {
      const found = kept(value, at === '' ? member : `${at}.${member}`);
      return found === undefined ? [] : [[member, found]];
    }),
  );
}

describe('What is published and subscribed to', function () {
  this.timeout(120_000);

  for (const version of versions) {
    for (const seed of [1, 2, 3]) {
      it(`has keys that tell one from another, of their members alone (${version}, ${seed})`, async () => {
        const { bench } = await randomBench({ seed, version });
        for (const kind of kinds) {
          const { key, keyMembers } = kind.restore ?? assert.fail();
          const records = (await allOf(kind, bench.reader(), bench.domainId)).map(({ record }) => record);
          const keys = records.map((record) => JSON.stringify(key(record)));
          assert.ok(keys.length > 0, kind.name);
          assert.equal(new Set(keys).size, keys.length, kind.name);
          for (const record of records) assert.deepEqual(key(only(record, keyMembers)), key(record));
        }
      });
    }

    for (const seed of [1, 8]) {
      it(`is restored after years of asking, granting and taking back (${version}, ${seed})`, async () => {
        const { restore, inTarget } = await twoDomains(
          (source) => source.live(new Random(seed), 80),
          version,
        );

        const { failed, verdict } = await restore();

        // What was granted by hand, and taken back or left behind by a subscription that has ended.
        const isPast = (line: string) => /^subscriptionGrant \w+ is missing$/.test(line);
        assert.deepEqual(
          verdict.differences.filter((line) => !isPast(line)),
          [],
        );
        assert.deepEqual(
          failed.filter((line) => !/ is (REVOKED|CANCELLED), and grants nothing any more/.test(line)),
          [],
        );
        assert.deepEqual(
          verdict.extras.byOthers.filter((it) => names.includes(it.split(' ')[0] ?? '')),
          [],
        );
        const ended = new Set<Json | undefined>();
        for (const { id, record } of await inTarget(subscription)) {
          if (record.status !== 'APPROVED') ended.add(id);
        }
        assert.ok(ended.size > 0);
        assert.ok((verdict.kinds.subscriptionRequest?.equal ?? 0) > 15);
      });
    }
  }
});

describe('A listing that is restored', () => {
  it('is published once more, the data product after its assets', async () => {
    const { restore, inTarget, target } = await twoDomains((source) => void source.publish());

    const { outcomes, verdict } = await restore();

    assert.deepEqual(
      outcomes.map(({ action, outcome }) => [action, outcome]),
      Array.from({ length: 4 }, () => ['publish', 'DONE']),
    );
    assert.equal(verdict.kinds.listing?.equal, 4);
    const listings = await inTarget(listing);
    const product = listings.find(({ record }) => record.listed === 'dataProduct') ?? assert.fail();
    assert.equal(product.record.entityId, target.parents.dataProduct?.[0]);
    const items = product.record.items as JsonObject[];
    assert.equal(items.length, 2);
    assert.ok(items.every(({ listingId }) => listings.some(({ id }) => id === listingId)));
  });

  it('is waited for until the catalog has it', async () => {
    const { create } = listing.restore ?? assert.fail();
    const statuses = ['gone', 'CREATING', 'ACTIVE'];
    const pauses: number[] = [];
    const scripted = new ScriptedSource({
      CreateListingChangeSet: () => ({ listingId: 'l1', listingRevision: '1', status: 'CREATING' }),
      GetListing: () => {
        const status = statuses.shift() ?? assert.fail();
        if (status === 'gone') throw new ResourceAbsentError('no such listing');
        return { status };
      },
    });
    const target = {
      domainId: scripted.domainId,
      call: scripted.call.bind(scripted),
      sleep: async (milliseconds: number) => void pauses.push(milliseconds),
    };
    const wanted = { listed: 'dataProduct', entityId: 'd1' };

    const id = await create?.(target, { wanted, record: wanted, facets: {}, clientToken: 'once' });

    assert.equal(id, 'l1');
    assert.equal(pauses.length, 2);
    assert.deepEqual(scripted.asked[0]?.input, {
      entityIdentifier: 'd1',
      entityType: 'DATA_PRODUCT',
      action: 'PUBLISH',
      clientToken: 'once',
    });
  });
});

describe('Subscription requests that are restored', () => {
  const one = (domain: ConsumptionDomain) => ({ project: { identifier: domain.projectIds[1] } });

  /** Refused, granted and given up, granted, and asked for once more: all with the same words. */
  const history = (source: ConsumptionDomain): void => {
    const [orders = ''] = source.publish();
    const ask = () => source.request(orders, one(source));
    source.call('RejectSubscriptionRequest', { identifier: ask(), decisionComment: 'Say more' });
    source.call('CancelSubscription', { identifier: source.accept(ask()) });
    source.accept(ask(), { decisionComment: 'Welcome back' });
    ask();
  };

  it('are decided in the order of their making, however often the same was asked', async () => {
    const { restore, inTarget } = await twoDomains(history);

    const { failed, verdict } = await restore();

    assert.deepEqual([failed, verdict.differences], [[], []]);
    const told = (await inTarget(subscriptionRequest))
      .sort((a, b) => Number(a.record.createdAt) - Number(b.record.createdAt))
      .map(({ record }) => [record.status, record.decisionComment]);
    assert.deepEqual(told, [
      ['REJECTED', 'Say more'],
      ['ACCEPTED', undefined],
      ['ACCEPTED', 'Welcome back'],
      ['PENDING', undefined],
    ]);
    const statuses = (await inTarget(subscription)).map(({ record }) => record.status);
    assert.deepEqual(statuses.sort(), ['APPROVED', 'CANCELLED']);
  });

  it('are found again, by their keys too', async () => {
    const { restore, bench } = await twoDomains(history);
    const before = bench.vaultItems;
    await restore();

    const again = await restore();
    // The vault forgets that it was restored.
    bench.vaultItems = before;
    const unmapped = await restore();

    for (const { planned } of [again, unmapped]) {
      assert.deepEqual(Object.keys(planned.totals), ['skip']);
    }
  });

  for (const turn of [0, 1]) {
    it(`are made once, though every other answer is lost from number ${turn + 1} on`, async () => {
      const { restore, inTarget } = await twoDomains(history, 'V2', (n) => n % 2 === turn);

      const { failed, verdict } = await restore();

      assert.deepEqual([failed, verdict.differences], [[], []]);
      assert.equal((await inTarget(subscriptionRequest)).length, 4);
      assert.equal((await inTarget(subscription)).length, 2);
    });
  }

  it('leave alone what the people of the target ask for, though it stands in their way', async () => {
    const { restore, target, inTarget } = await twoDomains((source) => {
      const [orders = ''] = source.publish();
      source.accept(source.request(orders, one(source)));
    });
    const [orders = ''] = target.publish();
    const waiting = target.request(orders, one(target));

    const { failed } = await restore();

    assert.match(
      failed.join('\n'),
      /subscriptionRequest \w+ FAILED: ConflictException: .* asks for the same/,
    );
    assert.deepEqual(
      (await inTarget(subscriptionRequest)).map(({ id, record }) => [id, record.status]),
      [[waiting, 'PENDING']],
    );
  });

  it('keep the filters and permissions that were asked for, or given', async () => {
    const { restore, inTarget, target } = await twoDomains((source) => {
      const [orders = '', customers = ''] = source.publish();
      const { asset = [], assetFilter = [] } = source.parents;
      const scope = (n: number) => ({
        assetScopes: [{ assetId: asset[n] ?? '', filterIds: [assetFilter[2 * n]?.split('/')[1] ?? ''] }],
        assetPermissions: [{ assetId: asset[n] ?? '', permissions: { s3: ['READ' as const] } }],
      });
      source.accept(source.request(orders, one(source)), scope(0));
      source.request(customers, one(source), scope(1));
    });

    const { failed, verdict } = await restore();

    assert.deepEqual([failed, verdict.differences], [[], []]);
    const shown = (await inTarget(subscription))[0]?.record.subscribedListing as {
      item: { assetListing: JsonObject };
    };
    const [assetId, filterId] = target.parents.assetFilter?.[0]?.split('/') ?? [];
    assert.deepEqual(shown.item.assetListing.assetScope, {
      assetId,
      filterIds: [filterId],
      status: 'ACTIVE',
    });
  });

  it('are not made where a filter is lost, which would give more than before', async () => {
    const { restore, inTarget, target } = await twoDomains((source) => {
      const [orders = ''] = source.publish();
      const { asset = [], assetFilter = [] } = source.parents;
      const filterIds = assetFilter.slice(0, 2).map((id) => id.split('/')[1] ?? '');
      source.accept(source.request(orders, one(source)), {
        assetScopes: [{ assetId: asset[0] ?? '', filterIds }],
      });
    });
    const [assetIdentifier = '', identifier = ''] = target.parents.assetFilter?.[1]?.split('/') ?? [];
    target.call('DeleteAssetFilter', { assetIdentifier, identifier });

    const { failed } = await restore();

    assert.match(failed.join('\n'), /subscriptionRequest \w+ CONFLICT: assetFilter .* which it needs/);
    assert.deepEqual(await inTarget(subscriptionRequest), []);
    assert.deepEqual(await inTarget(subscription), []);
  });

  it('stay as the people of the target decided them', async () => {
    const { restore, inTarget, target } = await twoDomains((source) => {
      const [orders = ''] = source.publish();
      source.request(orders, one(source));
    });
    await restore();
    const [made] = await inTarget(subscriptionRequest);
    target.call('RejectSubscriptionRequest', { identifier: made?.id ?? '' });

    const { failed } = await restore();

    assert.match(failed.join('\n'), /it is REJECTED in the target, and no decision can be changed/);
    assert.equal((await inTarget(subscriptionRequest))[0]?.record.status, 'REJECTED');
  });
});

describe('Subscriptions and grants that are restored', () => {
  const one = (domain: ConsumptionDomain) => ({ project: { identifier: domain.projectIds[1] } });

  it('are granted where they were, once, whether the service does it or not', async () => {
    const { restore, inTarget, target } = await twoDomains((source) => {
      for (const id of source.publish()) {
        source.accept(source.request(id, one(source)));
        source.grant(id, 0);
      }
    });

    const { failed, verdict } = await restore();

    assert.deepEqual([failed, verdict.differences], [[], []]);
    const where = (await inTarget(subscriptionGrant)).map(({ record }) => record.subscriptionTargetId);
    const [manual, automatic] = target.parents.subscriptionTarget?.map((id) => id.split('/')[1]) ?? [];
    for (const id of [manual, automatic]) assert.equal(where.filter((it) => it === id).length, 4);
    assert.equal(where.length, 8);
  });

  it('end as they ended, and grant nothing then', async () => {
    const { restore, inTarget } = await twoDomains((source) => {
      const [orders = '', customers = '', returns = ''] = source.publish();
      const made = [orders, customers, returns].map((id) => source.accept(source.request(id, one(source))));
      for (const id of [orders, customers]) source.grant(id, 0);
      source.call('RevokeSubscription', { identifier: made[0] ?? '' });
      source.call('RevokeSubscription', { identifier: made[1] ?? '', retainPermissions: true });
      source.call('CancelSubscription', { identifier: made[2] ?? '' });
    });

    const { outcomes, failed, verdict } = await restore();

    const ended = (await inTarget(subscription)).map(({ record }) => [
      record.status,
      record.retainPermissions,
    ]);
    assert.deepEqual(ended.sort(), [
      ['CANCELLED', false],
      ['REVOKED', false],
      ['REVOKED', true],
    ]);
    // Those of the automatic target came and went by themselves; one by hand is past, one its subscription outlived.
    assert.equal(verdict.kinds.subscriptionGrant?.equal, 3);
    assert.equal(verdict.kinds.subscriptionGrant?.missing, 2);
    assert.match(
      failed.join('\n'),
      /^subscriptionGrant \w+ FAILED: .* is REVOKED, and grants nothing any more$/,
    );
    const manual = outcomes.filter(({ outcome }) => outcome === 'MANUAL').map(({ reason }) => reason);
    assert.deepEqual(
      [...new Set(manual)],
      ['the target lacks it: all that it granted was taken back, and there is nothing to grant again'],
    );
  });

  it('are not approved anew where the target has ended them', async () => {
    const { restore, inTarget, target } = await twoDomains((source) => {
      const [orders = ''] = source.publish();
      source.accept(source.request(orders, one(source)));
    });
    await restore();
    const [made] = await inTarget(subscription);
    target.call('RevokeSubscription', { identifier: made?.id ?? '' });

    const { failed } = await restore();

    assert.match(failed.join('\n'), /it is REVOKED in the target: only a new request makes one again/);
  });
});
