import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    // The Content-Security-Policy has no `data:`, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
