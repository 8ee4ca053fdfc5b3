import { expect, it } from 'vitest';
import { profileCells, timeByOperator } from './profile.js';

const placement = (operator: string, milliseconds: number) => ({
  ...{ provider: 'CPUExecutionProvider', types: ['float'], nodes: 1 },
  ...{ operator, milliseconds },
});

it('adds time up by operator, without what merely holds others', () => {
  const times = timeByOperator([placement('Gemm', 3), placement('If', 9), placement('Gemm', 4), placement('Gelu', 2)]);
  expect(times).toEqual({ Gemm: 7, Gelu: 2 });
});

it('says how much arithmetic there is, how fast it goes and where the rest of the time is', () => {
  const operators = { Gemm: 60, MatMul: 20, Gelu: 15, Add: 5 };
  expect(profileCells({ flops: 240e9, operators }, 1.2)).toEqual(['240', '200', '80 %', 'Gelu 15 %, Add 5 %']);
});
