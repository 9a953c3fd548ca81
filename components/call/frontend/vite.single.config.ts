/** What stands alone, built after the rest, beside it: the timeline, which an exported session carries inside, and the page of a
 * simulated caller, which shares no more with the stage than Agora's SDK (greenroom/callers/page_server.py says where that is). */
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: process.env.OUT_DIR ?? "build",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { timeline: "src/timeline.ts", "caller-page": "src/caller-page.ts" },
      external: ["agora-rtc-sdk-ng"],
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "[name].js" },
    },
  },
});
