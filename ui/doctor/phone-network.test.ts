import { expect, test } from 'bun:test';
import type { NetworkLevel } from '../../server/consultations/view.ts';
import { networkLine } from './phone-network.ts';

const side = (level: NetworkLevel) => ({ level, videoBitrate: 500, fps: 20 });

test('the worse direction is what is shown; without a report there is nothing to show', () => {
  expect(networkLine({ push: null, play: null })).toBeNull();
  expect(networkLine({ push: side('good'), play: null })?.level).toBe('good');
  expect(networkLine({ push: side('good'), play: side('poor') })).toMatchObject({
    level: 'poor',
    tone: 'bad',
  });
  expect(networkLine({ push: side('fair'), play: side('good') })?.tone).toBe('busy');
});
