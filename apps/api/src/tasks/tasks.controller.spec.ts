import { problemSchema, taskViewSchema } from '@patchbay/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ioiRun, startTestApi, type TestApi } from '../testing/test-api.js';
import { taskDetailSchema } from './task-detail.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const add = (body: unknown) => api.ask('POST', '/v1/tasks', { body });
const pair = { clean: 'John and Mary. Mary', corrupted: 'John and Mary. John', answer: 'John', wrong: ['Mary', 'Ann'] };
const jsonl = [pair, { ...pair, clean: '<script>alert(1)</script>' }].map((line) => JSON.stringify(line)).join('\n\n');

describe('tasks', () => {
  it('lists generators and bundled sets', async () => {
    const tasks = z.array(taskViewSchema).parse((await api.ask('GET', '/v1/tasks')).json);
    expect(tasks).toContainEqual(expect.objectContaining({ name: 'ioi', kind: 'generator', pairs: null }));
    expect(tasks).toContainEqual(expect.objectContaining({ name: 'tinytasks/ioi', kind: 'bundled' }));
  });

  it.each(['ioi', 'tinytasks%2Fioi'])('shows the first pairs of %s as text', async (name) => {
    const answer = await api.ask('GET', `/v1/tasks/${name}?examples=3`);
    expect(answer.status, answer.text).toBe(200);
    const { examples } = taskDetailSchema.parse(answer.json);
    expect(examples).toHaveLength(3);
    for (const { clean, corrupted, answers, wrongs } of examples) {
      expect(clean).toMatch(/\w+ \w+/);
      expect(corrupted).not.toBe(clean);
      expect(answers.join('')).not.toBe(wrongs.join(''));
    }
  });

  it('registers a task, shows its lines as they are, and runs may use it', async () => {
    const answer = await add({ name: 'mine', jsonl });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.location).toBe('/v1/tasks/mine');
    expect(taskViewSchema.parse(answer.json)).toMatchObject({ name: 'mine', kind: 'file', pairs: 2 });
    const shown = await api.ask('GET', '/v1/tasks/mine?examples=1');
    expect(taskDetailSchema.parse(shown.json).examples).toEqual([
      { clean: pair.clean, corrupted: pair.corrupted, answers: ['John'], wrongs: ['Mary', 'Ann'] },
    ]);
    expect((await api.ask('POST', '/v1/runs', { body: { ...ioiRun, task: 'mine' } })).status).toBe(202);
  });

  it('takes the same again, and refuses other lines under the name', async () => {
    await add({ name: 'same', jsonl });
    expect((await add({ name: 'same', jsonl })).status).toBe(201);
    expect((await add({ name: 'same', jsonl: JSON.stringify(pair) })).status).toBe(409);
    expect((await add({ name: 'ioi', jsonl })).status).toBe(409);
  });

  it.each([
    ['a line that is no JSON', { name: 'bad', jsonl: `${JSON.stringify(pair)}\n{` }, /Line 2/],
    ['a line without an answer', { name: 'bad', jsonl: '{"clean":"a b","corrupted":"c d"}' }, /answer/],
    ['no lines', { name: 'bad', jsonl: '\n' }, /empty/],
    ['a name that is a path', { name: '../bad', jsonl }, /name/],
    ['an unknown field', { name: 'bad', jsonl, path: '/etc/passwd' }, /path/],
  ])('refuses %s', async (_, body, detail) => {
    const answer = await add(body);
    expect(answer.status, answer.text).toBe(422);
    expect(problemSchema.parse(answer.json).detail).toMatch(detail);
  });

  it.each([
    ['/v1/tasks/none', 404],
    ['/v1/tasks/ioi?model=gpt-17', 422],
    ['/v1/tasks/ioi?examples=51', 422],
    ['/v1/tasks/ioi?colour=red', 422],
  ])('answers %s with %i', async (path, status) => {
    expect((await api.ask('GET', path)).status).toBe(status);
  });
});
