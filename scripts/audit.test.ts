import { expect, test } from 'bun:test';
import { judge, type Report, readReport, type SecurityException } from './audit.ts';

const report: Report = {
  leaky: [{ url: 'https://example.org/advisories/GHSA-1', title: 'It leaks', severity: 'high' }],
};
const exception: SecurityException = {
  ...{ id: 'GHSA-1', package: 'leaky', reason: 'only in a test', until: '2026-12-31' },
};

test('a weakness that nobody has judged is a problem; one that is excepted is none until its day', () => {
  expect(judge(report, [], '2026-11-25')).toEqual(['leaky: It leaks (high, GHSA-1)']);
  expect(judge(report, [exception], '2026-12-31')).toEqual([]);
  expect(judge(report, [exception], '2027-01-01')).toHaveLength(1);
  expect(judge(report, [{ ...exception, package: 'other' }], '2026-11-25')).toHaveLength(2);
});

test('an exception that is no longer needed is taken out', () => {
  expect(judge({}, [exception], '2026-11-25')).toEqual([
    'leaky: the exception GHSA-1 is no longer needed, take it out',
  ]);
  expect(judge({}, [], '2026-11-25')).toEqual([]);
});

test('what is no report says nothing about the packages', () => {
  for (const text of ['', 'error: POST - 405', '[1]', '{"error": "no"}', 'null'])
    expect(readReport(text)).toBeNull();
  expect(readReport('{}')).toEqual({});
  expect(readReport(JSON.stringify(report))).toEqual(report);
});
