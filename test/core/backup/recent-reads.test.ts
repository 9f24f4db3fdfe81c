import assert from 'node:assert/strict';
import { RecentReads } from '../../../core/backup/recent-reads';

describe('what a worker has read lately', () => {
  it('spares it what was told before the reading began, whatever two clocks may differ by', () => {
    const recent = new RecentReads();
    recent.note('asset 1', 100_000);
    assert.equal(recent.cover('asset 1', 90_000), true);
    assert.equal(recent.cover('asset 1', 97_000), false, 'the clock that sent it may be ahead');
    assert.equal(recent.cover('asset 1', 101_000), false, 'it was told since');
    assert.equal(recent.cover('asset 2', 90_000), false, 'it was never read');
  });

  it('goes by the latest reading, in whatever order readings end', () => {
    const recent = new RecentReads();
    recent.note('asset 1', 200_000);
    recent.note('asset 1', 100_000);
    assert.equal(recent.cover('asset 1', 150_000), true);
  });

  it('forgets what was read longest ago, so that a worker that lives long does not grow', () => {
    const recent = new RecentReads();
    for (let n = 0; n <= 10_000; n++) recent.note(`asset ${n}`, 100_000);
    assert.equal(recent.cover('asset 0', 0), false);
    assert.equal(recent.cover('asset 1', 0), true);
  });
});
