import { expect, test } from 'bun:test';
import { checkRules, ruleFor } from './rules.ts';

test('a route without a rule keeps the box from starting, and is named', () => {
  expect(() => checkRules([{ method: 'GET', path: '/livez' }])).not.toThrow();
  expect(() =>
    checkRules([
      { method: 'GET', path: '/livez' },
      { method: 'POST', path: '/api/forgotten' },
    ]),
  ).toThrow('POST /api/forgotten');
});

test('HEAD is a GET, a socket’s GET is the socket’s, and what is not in the table is nobody’s', () => {
  expect(ruleFor('HEAD', '/api/people')).toEqual({ who: ['technician'] });
  expect(ruleFor('GET', '/api/consultations/:id/events')).toEqual({ who: ['doctor'], own: true });
  expect(ruleFor('GET', '/assets/doctor-abc.js')).toEqual({ who: 'anyone' });
  expect(ruleFor('DELETE', '/api/people')).toBeNull();
  expect(ruleFor('POST', '/assets/doctor-abc.js')).toBeNull();
});
