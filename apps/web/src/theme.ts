import { Alert, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The interface is drawn in slate, so that on every page the data are what has colour. */
const slate: MantineColorsTuple = [
  '#f4f6f8',
  '#e6eaee',
  '#cfd6dd',
  '#b3bec8',
  '#94a3b1',
  '#748697',
  '#586a7b',
  '#43525f',
  '#333f4a',
  '#232c34',
];

export const theme = createTheme({
  primaryColor: 'slate',
  primaryShade: { light: 8, dark: 6 },
  colors: { slate },
  // The box is what has colour; its words are there to be read.
  components: { Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }) },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
});
