import assert from 'node:assert/strict';
import { FailoverRefusedError, failover } from '../../../core/vault/failover';
import type { Vault } from '../../../core/vault/vault';
import { Random } from '../../../local/random';
import type { Between } from '../../support/in-process-clients';
import { TwoRegions } from '../../support/two-regions';

const [primary, secondary] = ['eu-central-1', 'eu-west-1'];
const request = { by: 'ann', reason: 'drill', force: false };

/** Writes arrive in the other Region after very many calls, or when they are told to. */
function twoRegions(): TwoRegions {
  let clock = Date.UTC(2026, 0, 1);
  return new TwoRegions([primary, secondary], 'dzd_1', new Random(1), 1e6, () => (clock += 1000));
}

/** Who may write, as a run that begins in a Region sees it: by the newer epoch of what it can read. */
async function mayWrite(regions: TwoRegions, region: string): Promise<boolean> {
  const [other = ''] = regions.regions.filter((one) => one !== region);
  const own = await regions.vault(region).writer();
  const peer = regions.apart ? undefined : await regions.vault(other).writer();
  const newest = (peer?.epoch ?? 0) > (own?.epoch ?? 0) ? peer : own;
  return newest?.region === region;
}

describe('failover', () => {
  let regions: TwoRegions;
  let here: Vault;
  let peer: Vault;

  beforeEach(async () => {
    regions = twoRegions();
    await failover(regions.vault(primary), regions.vault(secondary, primary), request);
    regions.settle();
    here = regions.vault(secondary);
    peer = regions.vault(primary, secondary);
  });

  it('makes this Region the writer with the next epoch, in both Regions at once, and says who did it', async () => {
    const { writer, peerTold, stood } = await failover(here, peer, request);

    assert.deepEqual(
      [writer.region, writer.epoch, writer.by, writer.reason, peerTold, stood],
      [secondary, 2, 'ann', 'drill', true, false],
    );
    assert.deepEqual(await here.writer(), writer);
    assert.deepEqual(await peer.writer(), writer);
  });

  it('changes nothing where this Region is the writer already', async () => {
    const { writer } = await failover(here, peer, request);
    const again = await failover(here, peer, { ...request, reason: 'again' });

    assert.deepEqual([again.stood, again.writer], [true, writer]);
  });

  it('goes back as it came', async () => {
    await failover(here, peer, request);
    const { writer } = await failover(regions.vault(primary), regions.vault(secondary, primary), request);

    assert.deepEqual([writer.region, writer.epoch], [primary, 3]);
  });

  it('leaves at most one writer, whatever call it dies at and whether or not the Regions then see each other', async () => {
    for (let dieAt = 1; ; dieAt++) {
      regions = twoRegions();
      await failover(regions.vault(primary), regions.vault(secondary, primary), request);
      regions.settle();
      let calls = 0;
      const mortal: Between = ({ answer }) => {
        if (++calls === dieAt) throw new Error('the process is gone');
        return answer();
      };
      const dead = await failover(
        regions.vault(secondary, secondary, mortal),
        regions.vault(primary, secondary, mortal),
        request,
      ).then(
        () => false,
        () => true,
      );
      for (const apart of [true, false]) {
        regions.apart = apart;
        const writers = await Promise.all(regions.regions.map((region) => mayWrite(regions, region)));
        assert.ok(writers.filter((may) => may).length <= 1, `call ${dieAt}, apart ${apart}`);
      }
      if (!dead) break;
      const { writer } = await failover(regions.vault(secondary), regions.vault(primary, secondary), request);
      assert.deepEqual([writer.region, writer.epoch], [secondary, 2], `call ${dieAt}`);
      assert.deepEqual(await regions.vault(secondary).writer(), await regions.vault(primary).writer());
    }
  });

  it('refuses where the other Region does not answer, and says what to do', async () => {
    regions.apart = true;

    await assert.rejects(
      failover(here, peer, request),
      (error) => error instanceof FailoverRefusedError && /eu-central-1 .*force/.test(error.message),
    );
    assert.equal((await here.writer())?.region, primary);
  });

  it('goes on by force, says that the other Region was not told, and tells it by replication', async () => {
    regions.apart = true;
    const { writer, peerTold } = await failover(here, peer, { ...request, force: true });
    assert.deepEqual([writer.region, writer.epoch, peerTold], [secondary, 2, false]);

    regions.settle();
    assert.deepEqual(await regions.vault(primary).writer(), writer);
  });

  it('lets one of two win who fail over at the same time', async () => {
    const both = await Promise.allSettled([
      failover(here, peer, request),
      failover(here, peer, { ...request, by: 'bob' }),
    ]);

    const won = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value.writer] : []));
    assert.equal(won.length, 1);
    assert.deepEqual(await here.writer(), won[0]);
    assert.deepEqual(await peer.writer(), won[0]);
  });
});
