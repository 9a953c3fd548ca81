/** Builds the stage, the sound check and the guest join as ES modules with fixed names (the loaders' addresses) and hashed chunks beside it. Same input, same bytes. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const absent = fileURLToPath(new URL("src/absent.ts", import.meta.url));

export default defineConfig({
  base: "./",
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  // Two optional parts of the toolkit (log upload, metrics upload) that Greenroom never turns on: 100 kB gzip less to carry.
  resolve: { alias: { jszip: absent, "@agora-js/report": absent } },
  build: {
    outDir: process.env.OUT_DIR ?? "build",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2100,
    license: { fileName: "licenses.md" },
    rolldownOptions: {
      input: {
        index: "src/index.tsx",
        "sound-check": "src/sound-check.tsx",
        "guest-join": "src/guest-join.tsx",
        "guest-page": "src/guest-page.tsx",
        "watch-page": "src/watch-page.tsx",
        prose: "src/prose.ts",
      },
      preserveEntrySignatures: "strict", // the loader takes the entry's default export
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
  test: {
    environment: "node",
    include: ["tests/**/*.test.ts"],
    coverage: {
      provider: "v8",
      include: ["src/**/*.{ts,tsx}"],
      reporter: ["text-summary"],
      thresholds: {
        lines: 55,
        branches: 49,
        "src/call/**": { lines: 95, branches: 85 },
        // Everything that draws no Preact component.
        "src/{call,check,guest,orb,prose,timeline,unsent}/**/*.ts": { lines: 60, branches: 60 },
      },
    },
  },
});
