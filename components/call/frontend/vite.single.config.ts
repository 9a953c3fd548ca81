/** The timeline as one file without neighbours: an exported session carries it inside. Built after the rest, beside it. */
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: process.env.OUT_DIR ?? "build",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { timeline: "src/timeline.ts" },
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "[name].js" },
    },
  },
});
