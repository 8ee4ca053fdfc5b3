import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `vite` serves the dashboard with hot reload beside an API started by `npm start`. The API answers only its own
// pages, so the proxy presents itself as one of them.
const api = 'http://127.0.0.1:4455';

export default defineConfig({
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    proxy: {
      '/v1': {
        target: api,
        changeOrigin: true,
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => {
            if (request.getHeader('origin') !== undefined) request.setHeader('origin', api);
          });
        },
      },
    },
  },
  // One file: it comes from this machine, and is half of the 500 KB (gzipped) that we allow ourselves.
  build: { target: 'es2023', sourcemap: true, chunkSizeWarningLimit: 1500 },
});
