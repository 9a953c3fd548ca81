/** `npm run dev`: the stage alone, in any state and theme, without Streamlit, server or call. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({ root: fileURLToPath(new URL(".", import.meta.url)), publicDir: "../public" });
