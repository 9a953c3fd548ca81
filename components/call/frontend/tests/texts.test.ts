import { describe, expect, it } from "vitest";
import { MICROPHONE_PROBLEMS, NO_ANSWER } from "../src/call/problems";
import { PHRASES } from "../src/phrases";
import { ENGLISH, textsOf } from "../src/texts";

const GERMAN = textsOf({
  Mute: "Stumm",
  "Connecting {name}": "{name} wird verbunden",
  "The call is ending. {why}": "Das Gespräch wird beendet. {why}",
  "This link's talk time is used up.": "Die Gesprächszeit ist aufgebraucht.",
  "Something went wrong.": "Etwas ist schiefgelaufen.",
  "Try again. If it keeps happening, tell whoever sent you the link.": "Noch einmal bitte.",
});

describe("translations of the call's controls", () => {
  it("are in the page's language, with their values", () => {
    expect(GERMAN.of("Mute")).toBe("Stumm");
    expect(GERMAN.of("Connecting {name}", { name: "Ava" })).toBe("Ava wird verbunden");
    expect(ENGLISH.of("Connecting {name}", { name: "Ava" })).toBe("Connecting Ava");
  });

  it("translate the server's messages, and the values in them", () => {
    expect(GERMAN.known("The call is ending. This link's talk time is used up.")).toBe(
      "Das Gespräch wird beendet. Die Gesprächszeit ist aufgebraucht.",
    );
    expect(GERMAN.known("Nobody translated this.")).toBeNull();
  });

  it("have a general text for an untranslated problem", () => {
    const problem = { message: "The voice returned an error (429): slow down", advice: "Check the vendor's key in Settings." };
    expect(GERMAN.problem(problem)).toEqual({ message: "Etwas ist schiefgelaufen.", advice: "Noch einmal bitte." });
    expect(ENGLISH.problem(problem)).toEqual(problem);
  });

  it("cover each problem with the microphone and the server", () => {
    const phrases: readonly string[] = PHRASES;
    for (const { message, advice } of [...Object.values(MICROPHONE_PROBLEMS), NO_ANSWER]) {
      expect(phrases).toContain(message);
      expect(phrases).toContain(advice);
    }
  });
});
